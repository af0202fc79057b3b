#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "moetric/io/hugging_face/gpt_oss.hpp"
#include "moetric/io/hugging_face/sparse_variants.hpp"
#include "moetric/layers/lightning_attention.hpp"

/// MiniMax-01 to M3.
namespace moetric::v0::io::hugging_face {

namespace detail {

inline constexpr grouped_query_family minimax_family{.model_type = "minimax",
                                                     .absent_n_kv_heads = 8,
                                                     .experts = expert_rule::all_layers,
                                                     .experts_key = "num_local_experts"};

/// MiniMax's own keys for what the modelling code of its later models builds in one way only.
inline void check_minimax_switches(config_keys& keys, std::string_view qk_norm_type) {
  if (auto const type = keys.text("qk_norm_type"); type && *type != qk_norm_type)
    keys.refuse("qk_norm_type", "be " + in_quotes(qk_norm_type), "got " + in_quotes(*type));
  require_flag(keys, "use_routing_bias", true, "the modelling code always has a correction bias");
  keys.understand({"layernorm_full_attention_beta", "layernorm_linear_attention_beta", "layernorm_mlp_beta",
                   "mtp_transformer_layers", "num_mtp_modules", "rotary_dim", "shared_moe_mode", "swa_rope_theta",
                   "use_mtp"});
  if (keys.flag("use_mtp", keys.value("num_mtp_modules") != nullptr) &&
      keys.whole_or("num_mtp_modules", layer_index, 0) != 0)
    keys.notes().push_back("modules of multi-token prediction of model_type " + in_quotes(keys.model_type()) +
                           " are not counted: the published weights hold none");
}

}  // namespace detail

/// MiniMax-01 and M1 as transformers writes them: lightning attention in some layers.
/// Source: models/minimax of huggingface/transformers.
inline model read_minimax(config_keys& keys) {
  constexpr grouped_query_family const& family = detail::minimax_family;
  decoder_frame const frame = read_frame(keys);
  keys.understand({"block_size", "full_attn_alpha_factor", "full_attn_beta_factor", "linear_attn_alpha_factor",
                   "linear_attn_beta_factor", "mlp_alpha_factor", "mlp_beta_factor"});
  grouped_query_attention<> const full = detail::read_attention(keys, family, frame.d_model);
  lightning_attention<> const linear{.n_heads = full.n_heads, .head_dim = full.head_dim};
  experts<> const moe = detail::read_experts(keys, family, frame, detail::read_n_experts(keys, family, expert_count));
  layer_kinds const kinds =
      keys.value("layer_types") == nullptr
          ? every(2, frame.n_layers)
          : read_layer_names(keys, "layer_types", frame.n_layers, {"full_attention", "linear_attention"});
  return assemble(keys, frame, kinds, {{full, moe}, {linear, moe}});
}

/// MiniMax-01 and M1 as their publisher writes them: 0 in `attn_type_list` is lightning attention, 1 is attention.
/// Source: models/minimax of huggingface/transformers, which has the same weights; a published total checks it.
inline model read_minimax_text(config_keys& keys) {
  constexpr grouped_query_family const& family = detail::minimax_family;
  decoder_frame const frame = read_frame(keys);
  keys.understand({"layernorm_full_attention_alpha", "layernorm_full_attention_beta",
                   "layernorm_linear_attention_alpha", "layernorm_linear_attention_beta", "layernorm_mlp_alpha",
                   "layernorm_mlp_beta", "postnorm", "rotary_dim", "shared_moe_mode"});
  keys.whole_or("shared_intermediate_size", {0, 0}, 0);
  grouped_query_attention<> const full = detail::read_attention(keys, family, frame.d_model);
  lightning_attention<> const linear{.n_heads = full.n_heads, .head_dim = full.head_dim};
  experts<> const moe = detail::read_experts(keys, family, frame, detail::read_n_experts(keys, family, expert_count));
  return assemble(keys, frame, {linear, full}, read_layer_switches(keys, "attn_type_list", frame.n_layers), {moe, moe},
                  layer_choice(frame.n_layers, false));
}

/// MiniMax-M2: attention in all layers, with a norm over all heads. Source: models/minimax_m2 of
/// huggingface/transformers.
inline model read_minimax_m2(config_keys& keys) {
  constexpr grouped_query_family family{.model_type = "minimax_m2",
                                        .qk_norm = qk_norm_kind::full,
                                        .absent_n_kv_heads = 8,
                                        .absent_head_dim = 128,
                                        .experts = expert_rule::all_layers,
                                        .experts_key = "num_local_experts"};
  decoder_frame const frame = read_frame(keys);
  detail::check_minimax_switches(keys, "per_layer");
  keys.understand({"mlp_intermediate_size"});  // of layers without experts, of which there are none
  keys.whole_or("shared_intermediate_size", {0, 0}, 0);
  if (keys.value("attn_type_list") != nullptr) {
    layer_choice const is_full = read_layer_switches(keys, "attn_type_list", frame.n_layers);
    if (std::ranges::find(is_full, false) != is_full.end())
      keys.refuse("attn_type_list", "hold 1 only, since the modelling code knows no other attention", "got 0");
  }
  grouped_query_attention<> const attention = detail::read_attention(keys, family, frame.d_model);
  experts<> moe = detail::read_experts(keys, family, frame, detail::read_n_experts(keys, family, expert_count));
  moe.correction_bias = true;
  return assemble(keys, frame, layer_kinds(frame.n_layers, 0), {{attention, moe}});
}

namespace detail {

/// An indexer that chooses blocks of keys, and the layers that have it.
struct block_indexer {
  std::uint64_t n_heads = 0, head_dim = 0, block = 0, n_blocks = 0;
  layer_choice layers;
};

/// From the publisher's nested object, or from the flat keys that transformers writes.
inline block_indexer read_block_indexer(config_keys& keys, std::uint64_t n_layers) {
  block_indexer result;
  if (keys.value("sparse_attention_config") == nullptr) {
    result = {.n_heads = keys.whole("index_n_heads", width),
              .head_dim = keys.whole("index_head_dim", width),
              .block = keys.whole("index_block_size", width),
              .n_blocks = keys.whole("index_topk_blocks", width),
              .layers =
                  as_choice(read_layer_names(keys, "layer_types", n_layers, {"full_attention", "minimax_m3_sparse"}))};
    keys.understand({"index_local_blocks"});
    check_product(keys, "index_n_heads", result.n_heads, "'index_head_dim'", result.head_dim);
    return result;
  }
  config_keys inner = read_inner(keys, "sparse_attention_config");
  require_flag(inner, "use_sparse_attention", true, "an object without sparse attention is not read");
  inner.understand({"sparse_init_block", "sparse_local_block", "sparse_score_type"});
  layer_choice const is_indexed = read_layer_switches(inner, "sparse_attention_freq", n_layers);
  if (inner.value("sparse_disable_index_value") != nullptr &&
      read_layer_switches(inner, "sparse_disable_index_value", n_layers) != is_indexed)
    inner.refuse("sparse_disable_index_value", "equal 'sparse_attention_freq', since index values are not read",
                 "does not");
  result = {.n_heads = inner.whole("sparse_num_index_heads", width),
            .head_dim = inner.whole("sparse_index_dim", width),
            .block = inner.whole("sparse_block_size", width),
            .n_blocks = inner.whole("sparse_topk_blocks", width),
            .layers = is_indexed};
  check_product(inner, "sparse_num_index_heads", result.n_heads, "'sparse_index_dim'", result.head_dim);
  judge_the_rest(inner);
  return result;
}

}  // namespace detail

/// MiniMax-M3, alone or in the configuration of its wrapper: an indexer chooses the keys of some layers, some layers
/// have no experts. Source: models/minimax_m3_vl of huggingface/transformers.
inline model read_minimax_m3(config_keys& keys) {
  constexpr grouped_query_family family{.model_type = "minimax_m3_vl_text",
                                        .qk_norm = qk_norm_kind::per_head,
                                        .absent_n_kv_heads = 4,
                                        .absent_head_dim = 128,
                                        .experts = expert_rule::all_layers,
                                        .experts_key = "num_local_experts"};
  decoder_frame const frame = read_frame(keys);
  detail::check_minimax_switches(keys, "per_head");
  keys.whole_or("moe_intermediate_size", {frame.intermediate_size, frame.intermediate_size}, 0);
  keys.understand({"num_nextn_predict_layers"});
  require_flag(keys, "attention_output_gate", false, "no published model has the gate");
  keys.understand({"use_gemma_norm"});  // another scale with as many weights
  require_flag(keys, "use_index_cache", false, "layers without an indexer of their own are not read");
  keys.understand({"index_skip_topk_offset", "index_topk_freq", "swiglu_alpha", "swiglu_beta", "swiglu_limit"});
  grouped_query_attention<> const full = detail::read_attention(keys, family, frame.d_model);

  detail::block_indexer const indexer = detail::read_block_indexer(keys, frame.n_layers);
  grouped_query_attention<> indexed = full;
  indexed.sparse = true;
  indexed.indexer = {.n_heads = indexer.n_heads,
                     .head_dim = indexer.head_dim,
                     .top_k = std::min<std::uint64_t>(indexer.n_blocks * indexer.block, unlimited_window),
                     .head_weights = false};
  keys.notes().push_back("keys of model_type 'minimax_m3_vl_text' are chosen in blocks of " +
                         std::to_string(indexer.block) + ", and counted as if they were chosen one by one");

  experts<> moe = detail::read_experts(keys, family, frame, detail::read_n_experts(keys, family, expert_count));
  moe.correction_bias = true;
  moe.n_shared_experts = keys.whole_or("n_shared_experts", {1, 1}, 1);  // the modelling code always makes one
  moe.d_shared_expert = keys.whole("shared_intermediate_size", width);
  dense_ffn<> const dense{.d_ff = keys.whole("dense_intermediate_size", width)};
  layer_choice const is_sparse =
      keys.value("moe_layer_freq") == nullptr
          ? as_choice(read_layer_names(keys, "mlp_layer_types", frame.n_layers, {"dense", "sparse"}))
          : read_layer_switches(keys, "moe_layer_freq", frame.n_layers);
  std::uint64_t const n_dense = static_cast<std::uint64_t>(std::ranges::find(is_sparse, true) - is_sparse.begin());
  if (keys.whole_or("first_k_dense_replace", layer_index, n_dense) != n_dense)
    keys.refuse("first_k_dense_replace", "agree with 'moe_layer_freq'", "does not");
  return assemble(keys, frame, {full, indexed}, indexer.layers, {dense, moe}, is_sparse);
}

}  // namespace moetric::v0::io::hugging_face
