#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "moetric/io/hugging_face/gpt_oss.hpp"

namespace moetric::v0::io::hugging_face {

namespace detail {

/// The number of heads of each layer; layers may differ.
inline std::vector<std::uint64_t> read_heads_per_layer(config_keys& keys, std::uint64_t n_layers,
                                                       std::uint64_t n_heads) {
  if (keys.value("num_attention_heads_per_layer") == nullptr) return std::vector<std::uint64_t>(n_layers, n_heads);
  std::vector<std::uint64_t> heads = keys.wholes("num_attention_heads_per_layer", width);
  check_one_for_each_layer(keys, "num_attention_heads_per_layer", heads.size(), n_layers);
  return heads;
}

/// true or "per-head" is one gate for each head, everything else one for each element.
inline output_gate_kind read_gating(config_keys& keys) {
  json const* const held = keys.value("gating");
  if (held == nullptr && keys.is_null("gating")) keys.refuse("gating", "be true, false or a string", "is null");
  if (held == nullptr || *held == true || *held == "per-head") return output_gate_kind::per_head;
  if (*held == false || *held == "per-element") return output_gate_kind::per_element;
  keys.refuse("gating", "be true, false, 'per-head' or 'per-element'", "got " + shown(*held));
}

}  // namespace detail

/// Laguna: heads and windows by layer, a gate on the output of attention, and one shared expert beside the others.
/// Source: models/laguna of huggingface/transformers.
inline model read_laguna(config_keys& keys) {
  constexpr grouped_query_family family{.model_type = "laguna",
                                        .biases = bias_rule::attention_bias,
                                        .qk_norm = qk_norm_kind::per_head,
                                        .absent_n_kv_heads = 8,
                                        .absent_head_dim = 128,
                                        .experts = expert_rule::sparse_steps};
  decoder_frame const frame = read_frame(keys);
  require_flag(keys, "moe_apply_router_weight_on_input", false, "the modelling code knows nothing else");
  keys.understand({"moe_routed_scaling_factor", "moe_router_logit_softcapping", "moe_router_score_func"});
  grouped_query_attention<> attention = detail::read_attention(keys, family, frame.d_model);
  attention.output_gate = detail::read_gating(keys);
  std::uint64_t const n_kv_heads = static_cast<std::uint64_t>(attention.n_kv_heads);
  std::vector<std::uint64_t> const heads =
      detail::read_heads_per_layer(keys, frame.n_layers, static_cast<std::uint64_t>(attention.n_heads));
  layer_kinds const windowed =
      keys.value("layer_types") == nullptr
          ? layer_kinds(frame.n_layers, 0)
          : read_layer_names(keys, "layer_types", frame.n_layers, {"full_attention", "sliding_attention"});
  std::uint64_t const window = detail::read_window(keys, 512);
  layer_kinds is_sparse(frame.n_layers, 1);
  if (keys.value("mlp_layer_types") != nullptr)
    is_sparse = read_layer_names(keys, "mlp_layer_types", frame.n_layers, {"dense", "sparse"});
  else
    is_sparse.front() = 0;

  experts<> moe = detail::read_experts(keys, family, frame, detail::read_n_experts(keys, family, expert_count));
  moe.n_shared_experts = 1;
  moe.d_shared_expert = keys.whole("shared_expert_intermediate_size", width);
  moe.correction_bias = true;
  std::vector<std::uint64_t> distinct = heads;
  std::ranges::sort(distinct);
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  std::vector<group> groups;
  for (std::uint64_t const n_heads : distinct) {
    check_divides(keys, "num_attention_heads_per_layer", n_heads, "num_key_value_heads", n_kv_heads);
    check_product(keys, "num_attention_heads_per_layer", n_heads, "'head_dim'",
                  static_cast<std::uint64_t>(attention.head_dim));
    attention.n_heads = n_heads;
    for (grouped_query_attention<> const& each : {attention, detail::windowed(attention, window)})
      for (feed_forward const& ffn : {feed_forward(dense_ffn<>{.d_ff = frame.intermediate_size}), feed_forward(moe)})
        groups.push_back({each, ffn});
  }
  layer_kinds kinds;
  for (std::size_t i = 0; i != frame.n_layers; ++i) {
    auto const place = std::ranges::find(distinct, heads[i]) - distinct.begin();
    kinds.push_back(static_cast<std::size_t>(place) * 4 + windowed[i] * 2 + is_sparse[i]);
  }
  return assemble(keys, frame, kinds, groups);
}

}  // namespace moetric::v0::io::hugging_face
