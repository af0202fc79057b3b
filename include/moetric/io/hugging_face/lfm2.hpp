#pragma once

#include <cstdint>
#include <string>

#include "moetric/io/hugging_face/grouped_query.hpp"
#include "moetric/layers/short_convolution.hpp"

/// LFM2: short convolutions in most layers, attention in the others.
namespace moetric::v0::io::hugging_face {

namespace detail {

inline constexpr grouped_query_family lfm2_family{.model_type = "lfm2",
                                                  .qk_norm = qk_norm_kind::per_head,
                                                  .absent_n_kv_heads = 8,
                                                  .experts = expert_rule::sparse_steps,
                                                  .tied = true};

/// The frame, without a feed-forward's width. Older files spell the tie `tie_embedding`.
inline decoder_frame read_lfm2_frame(config_keys& keys) {
  decoder_frame frame = read_outer_frame(keys, keys.flag("tie_embedding", lfm2_family.tied));
  for (std::string_view const key : {"block_dim", "conv_dim", "conv_dim_out"})
    if (auto const width_of_block = keys.whole_if_present(key, width);
        width_of_block && *width_of_block != frame.d_model)
      keys.refuse(key, "equal 'hidden_size'",
                  "got " + std::to_string(*width_of_block) + " and " + std::to_string(frame.d_model));
  if (auto const heads = keys.whole_if_present("num_heads", width);
      heads && *heads != keys.whole("num_attention_heads", width))
    keys.refuse("num_heads", "equal 'num_attention_heads'", "got " + std::to_string(*heads));
  keys.understand({"block_mlp_init_scale", "block_norm_eps", "block_out_init_scale", "block_use_xavier_init",
                   "conv_use_xavier_init", "use_pos_enc"});
  require_flag(keys, "block_use_swiglu", true, "the modelling code always gates");
  return frame;
}

/// The width that the modelling code makes of `intermediate_size`: two thirds of it, times a multiplier, rounded up.
inline std::uint64_t adjusted_ffn_width(config_keys& keys) {
  std::uint64_t const given = keys.whole({"intermediate_size", "block_ff_dim"}, width);
  std::uint64_t const multiple = keys.whole_or("block_multiple_of", width, 256);
  json const* const multiplier = keys.value("block_ffn_dim_multiplier");
  double const factor = multiplier == nullptr ? 1 : multiplier->is_number() ? multiplier->real() : 0;
  if (!keys.flag("block_auto_adjust_ff_dim", true)) return given;
  std::uint64_t const two_thirds = 2 * given / 3;  // rounded down, as the modelling code does
  double const wide = factor * static_cast<double>(two_thirds);
  if (!(wide >= 1 && wide <= static_cast<double>(width.most)))
    keys.refuse("block_ffn_dim_multiplier", "be a positive number that gives a width", "got " + shown(*multiplier));
  return (static_cast<std::uint64_t>(wide) + multiple - 1) / multiple * multiple;
}

/// The layers of attention: by name, or by index in `full_attn_idxs`, which must agree if both are there.
inline layer_choice read_lfm2_layers(config_keys& keys, std::uint64_t n_layers) {
  layer_choice attends(n_layers, false);
  for (std::uint64_t const i : keys.wholes("full_attn_idxs", {0, n_layers - 1})) attends[i] = true;
  bool const by_index = keys.value("full_attn_idxs") != nullptr;
  if (by_index && keys.value("layer_types") == nullptr) return attends;
  layer_choice const named = as_choice(read_layer_names(keys, "layer_types", n_layers, {"conv", "full_attention"}));
  if (by_index && named != attends) keys.refuse("full_attn_idxs", "agree with 'layer_types'", "does not");
  return named;
}

inline model assemble_lfm2(config_keys& keys, decoder_frame const& frame, dense_ffn<> const& dense,
                           feed_forward const& sparse, layer_choice const& is_sparse) {
  short_convolution<> const convolution{.width = frame.d_model,
                                        .convolution_width = keys.whole_or("conv_L_cache", width, 3),
                                        .bias = keys.flag("conv_bias", false)};
  layer_choice const attends = read_lfm2_layers(keys, frame.n_layers);
  return assemble(keys, frame, {convolution, read_attention(keys, lfm2_family, frame.d_model)}, attends,
                  {dense, sparse}, is_sparse);
}

}  // namespace detail

/// Source: models/lfm2 of huggingface/transformers.
inline model read_lfm2(config_keys& keys) {
  decoder_frame const frame = detail::read_lfm2_frame(keys);
  dense_ffn<> const dense{.d_ff = detail::adjusted_ffn_width(keys)};
  return detail::assemble_lfm2(keys, frame, dense, dense, layer_choice(frame.n_layers, false));
}

/// LFM2 with experts after the first layers. Source: models/lfm2_moe of huggingface/transformers.
inline model read_lfm2_moe(config_keys& keys) {
  decoder_frame const frame = detail::read_lfm2_frame(keys);
  experts<> moe = detail::read_experts(keys, detail::lfm2_family, frame,
                                       detail::read_n_experts(keys, detail::lfm2_family, expert_count));
  moe.correction_bias = keys.flag("use_expert_bias", true);
  std::uint64_t const n_dense = keys.whole("num_dense_layers", {0, frame.n_layers});
  layer_choice is_sparse(frame.n_layers, true);
  std::fill_n(is_sparse.begin(), n_dense, false);
  return detail::assemble_lfm2(keys, frame, {.d_ff = keys.whole("intermediate_size", width)}, moe, is_sparse);
}

}  // namespace moetric::v0::io::hugging_face
