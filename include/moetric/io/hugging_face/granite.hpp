#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "moetric/io/hugging_face/grouped_query.hpp"
#include "moetric/io/hugging_face/mamba_hybrid.hpp"

/// Granite 3 and 4. Its multipliers have no weights.
namespace moetric::v0::io::hugging_face {

namespace detail {

inline void understand_granite_multipliers(config_keys& keys) {
  keys.understand({"attention_multiplier", "embedding_multiplier", "logits_scaling", "position_embedding_type",
                   "residual_multiplier"});
}

inline constexpr grouped_query_family granite_experts_family{.model_type = "granitemoe",
                                                             .biases = bias_rule::attention_bias,
                                                             .free_head_dim = false,
                                                             .experts = expert_rule::all_layers,
                                                             .experts_key = "num_local_experts"};

/// One shared expert of its own width; none if the width is 0.
inline void add_granite_shared_expert(experts<>& moe, std::uint64_t d_shared_expert) {
  if (d_shared_expert == 0) return;
  moe.n_shared_experts = 1;
  moe.d_shared_expert = d_shared_expert;
}

inline mamba_2<> read_granite_mamba(config_keys& keys, std::uint64_t d_model) {
  std::uint64_t const inner = mamba_inner_width(keys, d_model);
  std::uint64_t const n_heads = keys.whole("mamba_n_heads", width);
  std::uint64_t const head_dim = whole_or_auto(keys, "mamba_d_head", inner / n_heads);
  if (head_dim * n_heads != inner)
    keys.refuse("mamba_n_heads", "give 'mamba_expand' x 'hidden_size' when multiplied with 'mamba_d_head'",
                "got " + std::to_string(n_heads) + " and " + std::to_string(head_dim));
  std::uint64_t const n_groups = keys.whole("mamba_n_groups", width);
  std::uint64_t const state = keys.whole("mamba_d_state", width);
  check_divides(keys, "mamba_n_heads", n_heads, "mamba_n_groups", n_groups);
  check_product(keys, "mamba_n_groups", n_groups, "'mamba_d_state'", state);
  return {.n_heads = n_heads,
          .head_dim = head_dim,
          .n_groups = n_groups,
          .state_size = state,
          .convolution_width = keys.whole("mamba_d_conv", width)};
}

}  // namespace detail

/// Granite 3 without experts. Source: models/granite of huggingface/transformers.
inline model read_granite(config_keys& keys) {
  detail::understand_granite_multipliers(keys);
  return read_grouped_query(keys, {.model_type = "granite", .biases = bias_rule::attention_bias, .mlp_bias = true});
}

/// Granite 3 with experts. Source: models/granitemoe of huggingface/transformers.
inline model read_granitemoe(config_keys& keys) {
  detail::understand_granite_multipliers(keys);
  return read_grouped_query(keys, detail::granite_experts_family);
}

/// The same with one shared expert. Source: models/granitemoeshared of huggingface/transformers.
inline model read_granitemoeshared(config_keys& keys) {
  constexpr whole_range width_or_none{0, width.most};
  detail::understand_granite_multipliers(keys);
  decoder_frame const frame = read_frame(keys);
  grouped_query_attention<> const attention =
      detail::read_attention(keys, detail::granite_experts_family, frame.d_model);
  experts<> moe = detail::read_experts(keys, detail::granite_experts_family, frame,
                                       detail::read_n_experts(keys, detail::granite_experts_family, expert_count));
  detail::add_granite_shared_expert(moe, keys.whole("shared_intermediate_size", width_or_none));
  return assemble(keys, frame, layer_kinds(frame.n_layers, 0), {{attention, moe}});
}

/// Bamba: Granite 4's Mamba-2 in most layers, attention in those of `attn_layer_indices`, a dense feed-forward in all.
/// Source: models/bamba of huggingface/transformers.
inline model read_bamba(config_keys& keys) {
  constexpr grouped_query_family family{.model_type = "bamba", .absent_n_kv_heads = 8};
  decoder_frame const frame = read_frame(keys);
  detail::check_mamba_biases(keys);
  keys.understand({"attn_rotary_emb", "init_method", "mamba_chunk_size", "num_logits_to_keep", "time_step_limit",
                   "time_step_max", "time_step_min"});
  layer_kinds kinds(frame.n_layers, 0);
  for (std::uint64_t const i : keys.wholes("attn_layer_indices", {0, frame.n_layers - 1})) kinds[i] = 1;
  if (keys.value("layers_block_type") != nullptr &&
      read_layer_names(keys, "layers_block_type", frame.n_layers, {"mamba", "attention"}) != kinds)
    keys.refuse("layers_block_type", "agree with 'attn_layer_indices'", "does not");
  dense_ffn<> const ffn{.d_ff = frame.intermediate_size};
  return assemble(keys, frame, kinds,
                  {{detail::read_granite_mamba(keys, frame.d_model), ffn},
                   {detail::read_attention(keys, family, frame.d_model), ffn}});
}

/// Granite 4: Mamba-2 or attention, then experts with a shared one, or without experts the shared one alone.
/// Source: models/granitemoehybrid of huggingface/transformers.
inline model read_granite_hybrid(config_keys& keys) {
  decoder_frame const frame = read_frame(keys);
  detail::check_mamba_biases(keys);
  detail::understand_granite_multipliers(keys);
  keys.understand({"init_method", "mamba_chunk_size", "time_step_limit", "time_step_max", "time_step_min"});
  if (auto const norm = keys.text("normalization_function"); norm && *norm != "rmsnorm")
    keys.refuse("normalization_function", "be 'rmsnorm'", "got " + in_quotes(*norm));

  std::string_view const types = keys.value("layer_types") == nullptr ? "layers_block_type" : "layer_types";
  layer_kinds const kinds = keys.value(types) == nullptr
                                ? layer_kinds(frame.n_layers, 0)
                                : read_layer_names(keys, types, frame.n_layers, {"mamba", "attention"});
  mixer mamba;
  if (std::ranges::find(kinds, 0U) != kinds.end())
    mamba = detail::read_granite_mamba(keys, frame.d_model);
  else
    keys.understand(
        {"mamba_d_conv", "mamba_d_head", "mamba_d_state", "mamba_expand", "mamba_n_groups", "mamba_n_heads"});
  grouped_query_attention<> const attention =
      detail::read_attention(keys, detail::granite_experts_family, frame.d_model);

  std::uint64_t const d_shared = keys.whole("shared_intermediate_size", width);
  feed_forward ffn = dense_ffn<>{.d_ff = d_shared};
  std::uint64_t const n_experts = detail::read_n_experts(keys, detail::granite_experts_family, expert_count_or_none);
  if (n_experts == 0) {
    keys.understand({"num_experts_per_tok"});
  } else {
    experts<> moe = detail::read_experts(keys, detail::granite_experts_family, frame, n_experts);
    detail::add_granite_shared_expert(moe, d_shared);
    ffn = moe;
  }
  return assemble(keys, frame, kinds, {{mamba, ffn}, {attention, ffn}});
}

}  // namespace moetric::v0::io::hugging_face
