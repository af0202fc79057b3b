#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "moetric/io/hugging_face/sliding_window.hpp"

namespace moetric::v0::io::hugging_face {

namespace detail {

inline std::uint64_t n_kv_heads_of(config_keys& keys, grouped_query_family const& family, std::uint64_t n_heads) {
  auto number = keys.whole_if_present("num_key_value_heads", width);
  if (!number && family.absent_n_kv_heads != 0 && !keys.is_null("num_key_value_heads"))
    number = keys.assume("num_key_value_heads", family.absent_n_kv_heads);
  std::uint64_t const n_kv_heads = number.value_or(n_heads);
  check_divides(keys, "num_attention_heads", n_heads, "num_key_value_heads", n_kv_heads);
  return n_kv_heads;
}

inline std::uint64_t head_dim_of(config_keys& keys, grouped_query_family const& family, std::uint64_t d_model,
                                 std::uint64_t n_heads) {
  auto const given = keys.whole_if_present(family.head_dim_key, width);
  if (given && (family.free_head_dim || *given * n_heads == d_model)) return *given;
  if (given)
    keys.refuse(family.head_dim_key, "be 'hidden_size' / 'num_attention_heads'",
                "got " + std::to_string(*given) + " with " + std::to_string(d_model) + " and " +
                    std::to_string(n_heads));
  if (family.absent_head_dim != 0 && keys.is_null(family.head_dim_key))
    keys.refuse(family.head_dim_key, "be a number or absent", "is null");
  if (family.absent_head_dim != 0) return keys.assume(family.head_dim_key, family.absent_head_dim);
  if (d_model % n_heads != 0)
    keys.refuse("hidden_size",
                "be divisible by 'num_attention_heads' when " + in_quotes(family.head_dim_key) + " is absent",
                "got " + std::to_string(d_model) + " and " + std::to_string(n_heads));
  return d_model / n_heads;
}

inline void read_biases(config_keys& keys, grouped_query_family const& family, grouped_query_attention<>& attention) {
  switch (family.biases) {
  case bias_rule::none: break;
  case bias_rule::attention_bias:
    attention.qkv_bias = attention.output_bias = keys.flag(family.bias_key, family.absent_bias);
    break;
  case bias_rule::qkv:
    keys.understand({"attention_bias"});  // whatever it says, the modelling code has them
    attention.qkv_bias = true;
    break;
  case bias_rule::qkv_by_key: attention.qkv_bias = keys.flag(family.bias_key, family.absent_bias); break;
  }
}

/// The norm on queries and keys that the model_type implies, or that its key asks for.
inline qk_norm_kind read_qk_norm(config_keys& keys, grouped_query_family const& family) {
  if (!family.qk_norm_key.empty()) return keys.flag(family.qk_norm_key, false) ? family.qk_norm : qk_norm_kind::none;
  if (family.qk_norm != qk_norm_kind::none && !keys.flag("use_qk_norm", true))
    keys.refuse("use_qk_norm", "be true, since the modelling code always normalises", "got false");
  return family.qk_norm;
}

/// Attention without a window.
inline grouped_query_attention<> read_attention(config_keys& keys, grouped_query_family const& family,
                                                std::uint64_t d_model) {
  std::uint64_t const n_heads = keys.whole("num_attention_heads", width);
  std::uint64_t const n_kv_heads = n_kv_heads_of(keys, family, n_heads);
  std::uint64_t const head_dim = head_dim_of(keys, family, d_model, n_heads);
  check_heads_width(keys, n_heads, in_quotes(family.head_dim_key), head_dim);
  keys.whole_or("full_attn_mod", {1, 1}, 1);  // Phi-4-mini writes it: every layer attends in full
  grouped_query_attention<> attention{
      .n_heads = n_heads, .n_kv_heads = n_kv_heads, .head_dim = head_dim, .qk_norm = read_qk_norm(keys, family)};
  read_biases(keys, family, attention);
  return attention;
}

/// Both spellings of the number of experts, since releases of transformers use either.
inline std::uint64_t read_n_experts(config_keys& keys, grouped_query_family const& family, whole_range range) {
  return keys.whole({family.experts_key, "num_local_experts", "num_experts"}, range);
}

inline void read_shared_expert(config_keys& keys, experts<>& moe) {
  moe.n_shared_experts = 1;
  moe.d_shared_expert = keys.whole("shared_expert_intermediate_size", width);
  moe.shared_gate = true;
}

/// The experts of a layer that has them.
inline experts<> read_experts(config_keys& keys, grouped_query_family const& family, decoder_frame const& frame,
                              std::uint64_t n_experts) {
  std::uint64_t const top_k = keys.whole("num_experts_per_tok", expert_count);
  check_top_k(keys, top_k, family.experts_key, n_experts);
  bool const own_width = family.experts == expert_rule::sparse_steps;
  experts<> moe{.n_experts = n_experts,
                .top_k = top_k,
                .d_expert = own_width ? keys.whole("moe_intermediate_size", width) : frame.intermediate_size};
  if (family.shared_expert) read_shared_expert(keys, moe);
  return moe;
}

/// Layer i has experts when (i + 1) is a multiple of decoder_sparse_step and i is not in mlp_only_layers.
inline layer_choice read_sparse_steps(config_keys& keys, std::uint64_t n_layers) {
  std::uint64_t const step = keys.whole_or("decoder_sparse_step", layer_count, 1);
  layer_choice sparse(n_layers, false);
  for (std::uint64_t i = step; i <= n_layers; i += step) sparse[i - 1] = true;
  for (std::uint64_t const i : keys.wholes("mlp_only_layers", {0, n_layers - 1})) sparse[i] = false;
  return sparse;
}

}  // namespace detail

/// The model of a family with grouped-query attention.
inline model read_grouped_query(config_keys& keys, grouped_query_family const& family) {
  decoder_frame const frame = read_frame(keys, family.tied);
  grouped_query_attention<> const full = detail::read_attention(keys, family, frame.d_model);
  sliding_window const window = read_sliding_window(keys, family, frame.n_layers);
  grouped_query_attention<> windowed = full;
  if (window.size != 0) windowed.window = std::min<std::uint64_t>(window.size, unlimited_window);

  bool const absent_bias = family.mlp_bias_key == family.bias_key && family.absent_bias;
  dense_ffn<> const dense{.d_ff = frame.intermediate_size,
                          .kind = family.ffn,
                          .bias = family.mlp_bias && keys.flag(family.mlp_bias_key, absent_bias)};
  feed_forward sparse = dense;
  layer_choice is_sparse(frame.n_layers, false);
  if (family.experts == expert_rule::all_layers) {
    is_sparse.assign(frame.n_layers, true);
    sparse = detail::read_experts(keys, family, frame, detail::read_n_experts(keys, family, expert_count));
  } else if (family.experts == expert_rule::sparse_steps) {
    is_sparse = detail::read_sparse_steps(keys, frame.n_layers);
    std::uint64_t const n_experts = detail::read_n_experts(keys, family, expert_count_or_none);
    if (n_experts != 0)
      sparse = detail::read_experts(keys, family, frame, n_experts);
    else
      keys.understand({"num_experts_per_tok", "moe_intermediate_size", "shared_expert_intermediate_size"});
  }
  model result =
      assemble(keys, frame, {full, windowed}, window.layers, {dense, sparse}, is_sparse, family.norms_per_layer);
  result.norm = family.norm;
  return result;
}

}  // namespace moetric::v0::io::hugging_face
