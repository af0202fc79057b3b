#pragma once

#include <cstdint>
#include <string>

#include "moetric/io/hugging_face/mamba_hybrid.hpp"
#include "moetric/layers/parallel_hybrid.hpp"

namespace moetric::v0::io::hugging_face {

/// Falcon-H1: attention and Mamba-2 side by side in every layer, then a gated feed-forward.
/// Source: models/falcon_h1 of huggingface/transformers.
inline model read_falcon_h1(config_keys& keys) {
  constexpr grouped_query_family family{
      .model_type = "falcon_h1", .biases = bias_rule::attention_bias, .absent_n_kv_heads = 8};
  decoder_frame const frame = read_frame(keys);
  detail::check_mamba_biases(keys);
  require_flag(keys, "projectors_bias", false, "output projections with biases are not read");
  require_flag(keys, "mamba_use_mlp", true, "the modelling code always has a feed-forward");
  keys.understand({"attention_in_multiplier", "attention_out_multiplier", "embedding_multiplier", "key_multiplier",
                   "lm_head_multiplier", "mamba_norm_before_gate", "mlp_expansion_factor", "mlp_multipliers",
                   "num_logits_to_keep", "ssm_in_multiplier", "ssm_multipliers", "ssm_out_multiplier",
                   "time_step_floor", "time_step_limit", "time_step_max", "time_step_min"});
  auto const given = keys.whole_if_present("mamba_d_ssm", width);
  std::uint64_t const expanded = detail::mamba_inner_width(keys, frame.d_model);
  std::uint64_t const inner = given.value_or(expanded);
  std::uint64_t const n_heads = keys.whole("mamba_n_heads", width);
  check_divides(keys, "mamba_d_ssm", inner, "mamba_n_heads", n_heads);
  std::uint64_t const head_dim = detail::whole_or_auto(keys, "mamba_d_head", inner / n_heads);
  if (head_dim * n_heads != inner)
    keys.refuse("mamba_d_head", "be 'mamba_d_ssm' / 'mamba_n_heads'",
                "got " + std::to_string(head_dim) + " with " + std::to_string(inner) + " and " +
                    std::to_string(n_heads));
  parallel_hybrid<> const both{.attention = detail::read_attention(keys, family, frame.d_model),
                               .state_space = {.n_heads = n_heads,
                                               .head_dim = head_dim,
                                               .n_groups = keys.whole("mamba_n_groups", width),
                                               .state_size = keys.whole("mamba_d_state", width),
                                               .convolution_width = keys.whole("mamba_d_conv", width),
                                               .chunk = keys.whole("mamba_chunk_size", width),
                                               .norm = keys.flag("mamba_rms_norm", false)}};
  dense_ffn<> const dense{.d_ff = frame.intermediate_size, .bias = keys.flag("mlp_bias", false)};
  return assemble(keys, frame, layer_kinds(frame.n_layers, 0), {{both, dense}});
}

}  // namespace moetric::v0::io::hugging_face
