#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/io/hugging_face/glm.hpp"
#include "moetric/io/hugging_face/grouped_query.hpp"

/// Tencent's Hunyuan models. The configurations of the first generation have one number for all layers, or a list with
/// one for each.
namespace moetric::v0::io::hugging_face {

namespace detail {

/// Keys of tokens, positions, tasks and routing, and keys of unsupported layers, which must be off.
inline void read_hunyuan_surroundings(config_keys& keys) {
  keys.understand({"class_num",       "dense_list",
                   "eod_token_id",    "group_limited_greedy",
                   "im_end_id",       "im_newline_id",
                   "im_start_id",     "mask_init_id",
                   "moe_drop_tokens", "moe_random_routing_dropped_token",
                   "org_vocab_size",  "pad_id",
                   "pool_type",       "position_embedding_xdrope",
                   "skip_cls_token",  "text_end_id",
                   "text_start_id",   "use_rotary_pos_emb",
                   "video_end_id",    "video_start_id",
                   "xdrope_section"});
  require_flag(keys, "add_classification_head", false, "another head changes the count");
  require_flag(keys, "mlp_bias", false, "no published model has these biases");
  require_flag(keys, "mamba", false, "only attention is read");
  require_flag(keys, "use_mla", false, "only grouped queries are read");
  keys.understand({"kv_lora_rank", "q_lora_rank", "qk_nope_head_dim", "qk_rope_head_dim", "v_head_dim"});
  std::string const norm = keys.text("norm_type").value_or("rms");
  if (norm != "rms" && norm != "hf_rms") keys.refuse("norm_type", "be 'rms' or 'hf_rms'", "got " + in_quotes(norm));
  for (std::string_view const key : {"vit_path", "vit_type"})
    if (keys.value(key) != nullptr)
      keys.notes().push_back("a tower for images, named by " + in_quotes(key) + ", is not counted");
  std::vector<std::string> of_a_tower;
  for (auto const& [key, value] : keys.object())
    if (key.starts_with("vit_") || key.starts_with("anyres_") || key == "num_media_embeds") of_a_tower.push_back(key);
  for (std::string const& key : of_a_tower) keys.understand({key});
}

/// A second name for the width of a head, which the modelling code does not read.
inline void check_head_dim(config_keys& keys, std::string_view key, count head_dim) {
  auto const given = keys.whole_if_present(key, width);
  if (given && head_dim != *given)
    keys.refuse(key, "be the width of a head", "got " + std::to_string(*given) + " with " + to_string(head_dim));
}

/// The experts of every layer, or nothing in a model that has none.
struct hunyuan_experts {
  std::vector<std::uint64_t> n_experts;
  std::vector<std::uint64_t> top_k;
  std::vector<std::uint64_t> d_expert;
  std::vector<std::uint64_t> n_shared;

  experts<> of_layer(std::uint64_t i) const {
    return {.n_experts = n_experts[i], .top_k = top_k[i], .d_expert = d_expert[i], .n_shared_experts = n_shared[i]};
  }
};

inline std::vector<std::uint64_t> read_for_each_or_refuse(config_keys& keys, std::string_view key, whole_range range,
                                                          std::uint64_t n_layers) {
  std::vector<std::uint64_t> numbers = read_whole_for_each(keys, key, range, n_layers);
  if (numbers.empty()) keys.refuse(key, "be present", keys.is_null(key) ? "is null" : "is missing");
  return numbers;
}

/// Two shared experts are one of twice the width.
inline hunyuan_experts read_hunyuan_experts(config_keys& keys, decoder_frame const& frame) {
  std::uint64_t const n = frame.n_layers;
  hunyuan_experts moe{.n_experts = read_for_each_or_refuse(keys, "num_experts", expert_count, n),
                      .top_k = read_for_each_or_refuse(keys, "moe_topk", expert_count, n),
                      .d_expert = read_whole_for_each(keys, "moe_intermediate_size", width, n),
                      .n_shared = read_whole_for_each(keys, "num_shared_expert", expert_count, n)};
  if (moe.d_expert.empty()) moe.d_expert.assign(n, frame.intermediate_size);
  for (std::uint64_t i = 0; i != n; ++i) check_top_k(keys, "moe_topk", moe.top_k[i], "num_experts", moe.n_experts[i]);
  return moe;
}

}  // namespace detail

/// Source: models/hunyuan_v1_dense of huggingface/transformers.
inline model read_hunyuan_v1_dense(config_keys& keys) {
  constexpr grouped_query_family family{
      .model_type = "hunyuan_v1_dense", .biases = bias_rule::attention_bias, .qk_norm = qk_norm_kind::per_head};
  detail::read_hunyuan_surroundings(keys);
  require_flag(keys, "use_cla", false, "the modelling code shares no keys and values");
  keys.understand({"cla_share_factor"});
  model result = read_grouped_query(keys, family);
  detail::check_head_dim(keys, "attention_head_dim", result.layers.mixers[0].get<grouped_query_attention<>>().head_dim);
  return result;
}

/// Hunyuan-A13B in transformers, where experts and one shared expert are all `intermediate_size` wide. What inference
/// engines read beside that must agree. Source: models/hunyuan_v1_moe of huggingface/transformers.
inline model read_hunyuan_v1_moe(config_keys& keys) {
  constexpr grouped_query_family family{
      .model_type = "hunyuan_v1_moe", .biases = bias_rule::attention_bias, .qk_norm = qk_norm_kind::per_head};
  decoder_frame const frame = read_frame(keys);
  detail::read_hunyuan_surroundings(keys);
  require_flag(keys, "use_cla", false, "the modelling code shares no keys and values");
  require_flag(keys, "use_mixed_mlp_moe", true, "the modelling code always has a shared expert");
  keys.understand({"cla_share_factor"});
  keys.whole_or("moe_layer_num_skipped", {0, 0}, 0);
  grouped_query_attention<> const attention = detail::read_attention(keys, family, frame.d_model);
  detail::check_head_dim(keys, "attention_head_dim", attention.head_dim);
  detail::hunyuan_experts moe = detail::read_hunyuan_experts(keys, frame);
  if (std::ranges::any_of(moe.d_expert, [&frame](std::uint64_t each) { return each != frame.intermediate_size; }))
    keys.refuse("moe_intermediate_size", "be 'intermediate_size', which the modelling code takes", "is not");
  if (std::ranges::any_of(moe.n_shared, [](std::uint64_t each) { return each != 1; }))
    keys.refuse("num_shared_expert", "be 1, which the modelling code takes", "is not");
  moe.n_shared.assign(frame.n_layers, 1);
  return assemble_each(keys, frame, [&](std::uint64_t i) { return group{attention, moe.of_layer(i)}; });
}

/// Hunyuan-Large, with the keys and values of a layer shared by those after it, and Hunyuan-A13B.
/// Source: modeling_hunyuan.py of tencent/Tencent-Hunyuan-Large and of tencent/Hunyuan-A13B-Instruct.
inline model read_hunyuan(config_keys& keys) {
  constexpr grouped_query_family family{
      .model_type = "hunyuan", .biases = bias_rule::attention_bias, .head_dim_key = "attention_head_dim"};
  decoder_frame const frame = read_frame(keys);
  detail::read_hunyuan_surroundings(keys);
  grouped_query_attention<> own = detail::read_attention(keys, family, frame.d_model);
  own.qk_norm = keys.flag("use_qk_norm", false) ? qk_norm_kind::per_head : qk_norm_kind::none;
  detail::check_head_dim(keys, "head_dim", own.head_dim);
  grouped_query_attention<> shared = own;
  shared.key_values = key_value_kind::shared;
  bool const shares = keys.flag("use_cla", false);
  std::uint64_t const share_factor = keys.whole_or("cla_share_factor", layer_count, 1);
  auto const mixer_of = [&](std::uint64_t i) { return shares && i % share_factor != 0 ? shared : own; };

  dense_ffn<> const dense{.d_ff = frame.intermediate_size};
  std::vector<std::uint64_t> const n_experts = read_whole_for_each(keys, "num_experts", expert_count, frame.n_layers);
  bool const sparse = std::ranges::any_of(n_experts, [](std::uint64_t each) { return each > 1; });
  bool const shares_expert = keys.flag("use_mixed_mlp_moe", false);
  std::uint64_t const n_dense = keys.whole_or("moe_layer_num_skipped", layer_index, 0);
  if (!sparse) {
    keys.understand({"moe_intermediate_size", "moe_topk", "num_shared_expert"});
    return assemble_each(keys, frame, [&](std::uint64_t i) { return group{mixer_of(i), dense}; });
  }
  detail::hunyuan_experts moe = detail::read_hunyuan_experts(keys, frame);
  if (!shares_expert)
    moe.n_shared.assign(frame.n_layers, 0);
  else if (moe.n_shared.empty())
    keys.refuse("num_shared_expert", "be present when 'use_mixed_mlp_moe' is true", "is missing");
  return assemble_each(keys, frame, [&](std::uint64_t i) {
    return i < n_dense ? group{mixer_of(i), dense} : group{mixer_of(i), moe.of_layer(i)};
  });
}

/// Hy3: grouped queries with norms, and DeepSeek-V3's experts after the first layer.
/// Source: models/hy_v3 of huggingface/transformers.
inline model read_hy_v3(config_keys& keys) {
  constexpr grouped_query_family family{.model_type = "hy_v3",
                                        .biases = bias_rule::attention_bias,
                                        .qk_norm = qk_norm_kind::per_head,
                                        .absent_n_kv_heads = 8,
                                        .absent_head_dim = 128};
  decoder_frame const frame = read_frame(keys);
  grouped_query_attention<> const attention = detail::read_attention(keys, family, frame.d_model);
  require_flag(keys, "qk_norm", true, "the modelling code always normalises");
  require_flag(keys, "mlp_bias", false, "no published model has these biases");
  require_flag(keys, "moe_router_enable_expert_bias", true, "the modelling code always has a correction bias");
  keys.understand({"enable_attention_fp32_softmax", "enable_lm_head_fp32", "enable_moe_fp32_combine",
                   "moe_router_use_sigmoid", "route_norm", "router_scaling_factor", "use_grouped_mm"});
  std::uint64_t const n_experts = detail::read_n_experts(keys, family, expert_count);
  std::uint64_t const top_k = keys.whole("num_experts_per_tok", expert_count);
  check_top_k(keys, top_k, "num_experts", n_experts);
  experts<> const moe{.n_experts = n_experts,
                      .top_k = top_k,
                      .d_expert = keys.whole({"moe_intermediate_size", "expert_hidden_dim"}, width),
                      .n_shared_experts = keys.whole("num_shared_experts", expert_count),
                      .correction_bias = true};
  std::uint64_t const n_dense = keys.whole_or("first_k_dense_replace", {1, 1}, 1);
  model result = assemble(keys, frame, detail::read_mlp_layers(keys, frame.n_layers, n_dense),
                          {{attention, dense_ffn<>{.d_ff = frame.intermediate_size}}, {attention, moe}});
  read_modules(keys, result, {attention, moe});
  return result;
}

}  // namespace moetric::v0::io::hugging_face
