#pragma once

#include <cstdint>
#include <string_view>

#include "moetric/io/hugging_face/mamba_hybrid.hpp"

/// Models of Mamba layers alone, each with one norm and no feed-forward.
namespace moetric::v0::io::hugging_face {

namespace detail {

inline decoder_frame read_mamba_frame(config_keys& keys, bool tied) {
  require_flag(keys, "use_conv_bias", true, "a convolution without bias is not read");
  require_flag(keys, "use_bias", false, "projections with biases are not read");
  keys.understand({"bias",
                   "chunk_size",
                   "conv_bias",
                   "d_inner",
                   "d_model",
                   "mixer_rms_eps",
                   "n_layer",
                   "rescale_prenorm_residual",
                   "residual_in_fp32",
                   "rms_norm",
                   "ssm_cfg",
                   "time_step_floor",
                   "time_step_init_scheme",
                   "time_step_limit",
                   "time_step_max",
                   "time_step_min",
                   "time_step_scale",
                   "use_associative_scan",
                   "use_mambapy",
                   "fused_add_norm",
                   "pad_vocab_size_multiple"});
  return read_outer_frame(keys, tied);
}

/// `intermediate_size`, which may differ from `expand` times d_model if both are present: published files do.
inline std::uint64_t read_mamba_width(config_keys& keys, std::uint64_t d_model) {
  keys.understand({"expand"});
  if (auto const given = keys.whole_if_present("intermediate_size", width)) return *given;
  std::uint64_t const expand = keys.whole("expand", width);
  check_product(keys, "expand", expand, "'hidden_size'", d_model);
  return expand * d_model;
}

inline model assemble_mamba(config_keys const& keys, decoder_frame const& frame, mixer const& mamba) {
  return assemble(keys, frame, layer_kinds(frame.n_layers, 0), {{.mix = mamba, .norms_per_layer = 1}});
}

}  // namespace detail

/// Mamba, and Falcon Mamba, whose inner norms have no weights. Source: models/mamba and models/falcon_mamba of
/// huggingface/transformers.
inline model read_mamba(config_keys& keys) {
  constexpr std::uint64_t features_per_rank = 16;
  decoder_frame const frame = detail::read_mamba_frame(keys, true);
  std::uint64_t const inner = detail::read_mamba_width(keys, frame.d_model);
  return detail::assemble_mamba(
      keys, frame,
      mamba_1<>{.inner_width = inner,
                .state_size = keys.whole("state_size", width),
                .step_rank = detail::whole_or_auto(keys, "time_step_rank",
                                                   (frame.d_model + features_per_rank - 1) / features_per_rank),
                .convolution_width = keys.whole("conv_kernel", width)});
}

/// Mamba-2. Source: models/mamba2 of huggingface/transformers.
inline model read_mamba2(config_keys& keys) {
  keys.flag("tie_word_embeddings");
  decoder_frame const frame = detail::read_mamba_frame(keys, false);
  std::uint64_t const expand = keys.whole("expand", width);
  check_product(keys, "expand", expand, "'hidden_size'", frame.d_model);
  std::uint64_t const n_heads = keys.whole("num_heads", width);
  std::uint64_t const head_dim = keys.whole("head_dim", width);
  if (n_heads * head_dim != expand * frame.d_model)
    keys.refuse("num_heads", "give 'expand' x 'hidden_size' when multiplied with 'head_dim'",
                "got " + std::to_string(n_heads) + " and " + std::to_string(head_dim));
  std::uint64_t const n_groups = keys.whole("n_groups", width);
  std::uint64_t const state = keys.whole("state_size", width);
  check_divides(keys, "num_heads", n_heads, "n_groups", n_groups);
  check_product(keys, "n_groups", n_groups, "'state_size'", state);
  keys.understand({"intermediate_size", "norm_before_gate", "time_step_rank"});
  return detail::assemble_mamba(keys, frame,
                                mamba_2<>{.n_heads = n_heads,
                                          .head_dim = head_dim,
                                          .n_groups = n_groups,
                                          .state_size = state,
                                          .convolution_width = keys.whole("conv_kernel", width),
                                          .chunk = keys.whole("chunk_size", width)});
}

}  // namespace moetric::v0::io::hugging_face
