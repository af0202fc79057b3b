#pragma once

#include <cstdint>
#include <string_view>

#include "moetric/io/hugging_face/grouped_query.hpp"
#include "moetric/layers/gated_delta_net.hpp"

/// Qwen3-Next, Qwen3.5 and Olmo Hybrid: gated DeltaNet in most layers, gated attention in the others.
namespace moetric::v0::io::hugging_face {

namespace detail {

inline gated_delta_net<> read_delta_net(config_keys& keys) {
  std::uint64_t const n_key_heads = keys.whole("linear_num_key_heads", width);
  std::uint64_t const n_value_heads = keys.whole("linear_num_value_heads", width);
  check_divides(keys, "linear_num_value_heads", n_value_heads, "linear_num_key_heads", n_key_heads);
  std::uint64_t const key_dim = keys.whole("linear_key_head_dim", width);
  std::uint64_t const value_dim = keys.whole("linear_value_head_dim", width);
  check_product(keys, "linear_num_value_heads", n_value_heads, "'linear_key_head_dim'", key_dim);
  check_product(keys, "linear_num_value_heads", n_value_heads, "'linear_value_head_dim'", value_dim);
  return {.n_key_heads = n_key_heads,
          .n_value_heads = n_value_heads,
          .key_head_dim = key_dim,
          .value_head_dim = value_dim,
          .convolution_width = keys.whole("linear_conv_kernel_dim", width)};
}

inline layer_choice read_attention_layers(config_keys& keys, std::uint64_t n_layers) {
  constexpr std::uint64_t absent_interval = 4;
  std::uint64_t const interval = keys.whole_or("full_attention_interval", layer_count, absent_interval);
  layer_kinds const kinds =
      keys.value("layer_types") == nullptr
          ? every(interval, n_layers)
          : read_layer_names(keys, "layer_types", n_layers, {"linear_attention", "full_attention"});
  layer_choice full;
  for (std::size_t const kind : kinds) full.push_back(kind == 1);
  return full;
}

inline model read_qwen_hybrid(config_keys& keys, grouped_query_family const& family) {
  bool const sparse_everywhere = family.experts == expert_rule::all_layers;
  decoder_frame const frame = sparse_everywhere ? read_outer_frame(keys, family.tied) : read_frame(keys, family.tied);
  grouped_query_attention<> full = read_attention(keys, family, frame.d_model);
  full.output_gate = output_gate_kind::per_element;
  require_flag(keys, "attn_output_gate", true, "the modelling code always gates");
  gated_delta_net<> const linear = read_delta_net(keys);
  keys.understand({"output_gate_type"});
  if (sparse_everywhere) keys.understand({"intermediate_size"});

  feed_forward const dense = dense_ffn<>{.d_ff = frame.intermediate_size};
  feed_forward ffn = dense;
  layer_choice is_sparse(frame.n_layers, sparse_everywhere);
  if (family.experts == expert_rule::sparse_steps) is_sparse = read_sparse_steps(keys, frame.n_layers);
  if (family.experts != expert_rule::none) {
    grouped_query_family own_width = family;
    own_width.experts = expert_rule::sparse_steps;
    ffn = read_experts(keys, own_width, frame, read_n_experts(keys, family, expert_count));
  }
  model result =
      assemble(keys, frame, {linear, full}, read_attention_layers(keys, frame.n_layers), {dense, ffn}, is_sparse);
  // One block of full attention; of several, the places of norms and projections are not known.
  require_flag(keys, "mtp_use_dedicated_embeddings", false, "shared embeddings are counted");
  keys.whole_or("num_nextn_predict_layers", {0, 1}, 0);
  if (keys.whole_or("mtp_num_hidden_layers", {0, 1}, 0) == 1)
    result.mtp = {.modules = 1, .block = {full, ffn}};
  else if (keys.value("mtp_num_hidden_layers") == nullptr)
    read_unpublished_modules(keys, result, {full, ffn});
  return result;
}

}  // namespace detail

/// Source: models/qwen3_next of huggingface/transformers.
inline model read_qwen3_next(config_keys& keys) {
  return detail::read_qwen_hybrid(keys, {.model_type = "qwen3_next",
                                         .qk_norm = qk_norm_kind::per_head,
                                         .absent_n_kv_heads = 2,
                                         .absent_head_dim = 256,
                                         .experts = expert_rule::sparse_steps,
                                         .shared_expert = true});
}

/// Source: models/qwen3_5 of huggingface/transformers.
inline model read_qwen3_5(config_keys& keys) {
  return detail::read_qwen_hybrid(keys, {.model_type = "qwen3_5_text",
                                         .qk_norm = qk_norm_kind::per_head,
                                         .absent_n_kv_heads = 4,
                                         .absent_head_dim = 256});
}

/// Source: models/qwen3_5_moe of huggingface/transformers.
inline model read_qwen3_5_moe(config_keys& keys) {
  return detail::read_qwen_hybrid(keys, {.model_type = "qwen3_5_moe_text",
                                         .qk_norm = qk_norm_kind::per_head,
                                         .absent_n_kv_heads = 2,
                                         .absent_head_dim = 256,
                                         .experts = expert_rule::all_layers,
                                         .shared_expert = true});
}

/// Olmo Hybrid: gated DeltaNet whose absent sizes follow from the heads of attention, and Olmo 3's attention without
/// windows. Source: models/olmo_hybrid of huggingface/transformers.
inline model read_olmo_hybrid(config_keys& keys) {
  constexpr grouped_query_family family{
      .model_type = "olmo_hybrid", .biases = bias_rule::attention_bias, .qk_norm = qk_norm_kind::full};
  decoder_frame const frame = read_frame(keys);
  keys.understand({"linear_a_log_max", "linear_a_log_min", "linear_allow_neg_eigval", "linear_dt_init_floor",
                   "linear_dt_max", "linear_dt_min"});
  grouped_query_attention<> const full = detail::read_attention(keys, family, frame.d_model);
  std::uint64_t const n_heads = static_cast<std::uint64_t>(full.n_heads);
  std::uint64_t const n_key_heads = keys.whole_or("linear_num_key_heads", width, n_heads);
  std::uint64_t const n_value_heads = keys.whole_or("linear_num_value_heads", width, n_heads);
  check_divides(keys, "linear_num_value_heads", n_value_heads, "linear_num_key_heads", n_key_heads);
  std::uint64_t const derived = 3 * frame.d_model / (4 * n_key_heads);
  std::uint64_t const key_dim = keys.whole_or("linear_key_head_dim", width, derived);
  if (key_dim == 0)
    keys.refuse("linear_key_head_dim", "be present when three quarters of a head are below 1", "is missing");
  std::uint64_t const value_dim = keys.whole_or("linear_value_head_dim", width, 2 * key_dim);
  check_product(keys, "linear_num_value_heads", n_value_heads, "'linear_key_head_dim'", key_dim);
  check_product(keys, "linear_num_value_heads", n_value_heads, "'linear_value_head_dim'", value_dim);
  gated_delta_net<> const linear{.n_key_heads = n_key_heads,
                                 .n_value_heads = n_value_heads,
                                 .key_head_dim = key_dim,
                                 .value_head_dim = value_dim,
                                 .convolution_width = keys.whole_or("linear_conv_kernel_dim", width, 4)};
  layer_choice is_full = detail::read_attention_layers(keys, frame.n_layers);
  if (std::ranges::find(is_full, true) == is_full.end()) is_full.back() = true;  // of fewer than four layers
  dense_ffn<> const dense{.d_ff = frame.intermediate_size};
  return assemble(keys, frame, {linear, full}, is_full, {dense, dense}, layer_choice(frame.n_layers, false));
}

}  // namespace moetric::v0::io::hugging_face
