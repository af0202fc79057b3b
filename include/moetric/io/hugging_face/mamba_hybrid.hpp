#pragma once

#include <cstdint>
#include <string>

#include "moetric/io/hugging_face/grouped_query.hpp"
#include "moetric/layers/mamba.hpp"

/// Jamba: Mamba in most layers, attention in the others, a feed-forward in all.
namespace moetric::v0::io::hugging_face {

namespace detail {

/// A whole number, or "auto" for what follows from other keys.
inline std::uint64_t whole_or_auto(config_keys& keys, std::string_view key, std::uint64_t automatic) {
  json const* const held = keys.value(key);
  if (held == nullptr || *held == "auto") return automatic;
  return keys.whole(key, width);
}

inline void check_mamba_biases(config_keys& keys) {
  require_flag(keys, "mamba_conv_bias", true, "a convolution without bias is not read");
  require_flag(keys, "mamba_proj_bias", false, "projections with biases are not read");
}

inline std::uint64_t mamba_inner_width(config_keys& keys, std::uint64_t d_model) {
  std::uint64_t const expand = keys.whole("mamba_expand", width);
  check_product(keys, "mamba_expand", expand, "'hidden_size'", d_model);
  return expand * d_model;
}

/// Layers whose index leaves `offset` when divided by `period`.
inline layer_choice read_period(config_keys& keys, std::string_view period_key, std::string_view offset_key,
                                std::uint64_t n_layers) {
  std::uint64_t const period = keys.whole(period_key, layer_count);
  std::uint64_t const offset = keys.whole(offset_key, {0, period - 1});
  layer_choice chosen(n_layers, false);
  for (std::uint64_t i = offset; i < n_layers; i += period) chosen[i] = true;
  return chosen;
}

}  // namespace detail

/// Source: models/jamba of huggingface/transformers.
inline model read_jamba(config_keys& keys) {
  constexpr grouped_query_family family{
      .model_type = "jamba", .absent_n_kv_heads = 8, .experts = expert_rule::all_layers};
  constexpr std::uint64_t features_per_rank = 16;
  decoder_frame const frame = read_frame(keys);
  detail::check_mamba_biases(keys);
  keys.understand({"n_ctx", "num_logits_to_keep", "use_mamba_kernels"});
  require_flag(keys, "mamba_inner_layernorms", true, "the modelling code always normalises");
  mamba_1<> const mamba{.inner_width = detail::mamba_inner_width(keys, frame.d_model),
                        .state_size = keys.whole("mamba_d_state", width),
                        .step_rank = detail::whole_or_auto(keys, "mamba_dt_rank",
                                                           (frame.d_model + features_per_rank - 1) / features_per_rank),
                        .convolution_width = keys.whole("mamba_d_conv", width),
                        .inner_norms = true};
  grouped_query_attention<> const attention = detail::read_attention(keys, family, frame.d_model);
  // One expert is a feed-forward like the others, without a router.
  dense_ffn<> const dense{.d_ff = frame.intermediate_size};
  feed_forward sparse = dense;
  if (std::uint64_t const n_experts = detail::read_n_experts(keys, family, expert_count); n_experts != 1)
    sparse = detail::read_experts(keys, family, frame, n_experts);
  else
    keys.understand({"num_experts_per_tok"});
  return assemble(keys, frame, {mamba, attention},
                  detail::read_period(keys, "attn_layer_period", "attn_layer_offset", frame.n_layers), {dense, sparse},
                  detail::read_period(keys, "expert_layer_period", "expert_layer_offset", frame.n_layers));
}

}  // namespace moetric::v0::io::hugging_face
