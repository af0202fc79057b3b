#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "moetric/io/hugging_face/decoder.hpp"

/// Families with multi-head latent attention and fine-grained experts: DeepSeek-V2, DeepSeek-V3, DeepSeek-V3.2
/// and Kimi-K2.
namespace moetric::v0::io::hugging_face {

/// What a model_type implies beyond its config.json.
struct latent_family {
  std::string_view model_type;
  std::string_view absent_topk_method;  // what an absent topk_method means
  bool indexer = false;                 // a lightning indexer chooses the keys of every layer
  bool plain_attention = false;         // `use_mla` may be false, which means Llama's attention
};

/// Source: configuration_deepseek.py and modeling_deepseek.py of deepseek-ai/DeepSeek-V2, DeepSeek-V3 and
/// moonshotai/Kimi-K2-Instruct, the former also of deepseek-ai/deepseek-vl2-tiny; inference/model.py of
/// deepseek-ai/DeepSeek-V3.2; models/deepseek_v2 and models/deepseek_v3 of huggingface/transformers.
inline constexpr latent_family latent_families[]{
    {.model_type = "deepseek_v2", .absent_topk_method = "greedy", .plain_attention = true},
    {.model_type = "deepseek_v3", .absent_topk_method = "noaux_tc"},
    {.model_type = "deepseek_v32", .absent_topk_method = "noaux_tc", .indexer = true},
    {.model_type = "kimi_k2", .absent_topk_method = "noaux_tc"},
    {.model_type = "mistral4", .absent_topk_method = "greedy"},
};

namespace detail {

/// Checks that a key is present even if null ("none"), since the configuration class assumes a number for an absent
/// one.
inline void require_even_if_null(config_keys& keys, std::string_view key) {
  if (keys.value(key) == nullptr && !keys.is_null(key)) keys.refuse(key, "be present, null for none", "is missing");
}

/// The width of a value. MiniCPM3 alone derives an absent one.
inline std::uint64_t read_value_dim(config_keys& keys, std::uint64_t n_heads) {
  if (keys.model_type() != "minicpm3" || keys.value("v_head_dim") != nullptr) return keys.whole("v_head_dim", width);
  std::uint64_t const d_model = keys.whole("hidden_size", width);
  check_divides(keys, "hidden_size", d_model, "num_attention_heads", n_heads);
  return d_model / n_heads;
}

inline multi_head_latent_attention<> read_latent_attention(config_keys& keys) {
  // Both follow from other keys, or have no effect with a shared latent.
  keys.understand({"num_key_value_heads", "head_dim"});
  if (!keys.flag("use_mla", true)) keys.refuse("use_mla", "be true, since only latent attention is read", "got false");
  require_even_if_null(keys, "q_lora_rank");
  auto const q_lora_rank = keys.whole_if_present("q_lora_rank", width);
  std::uint64_t const n_heads = keys.whole("num_attention_heads", width);
  std::uint64_t const nope = keys.whole("qk_nope_head_dim", width);
  std::uint64_t const rope = keys.whole("qk_rope_head_dim", width);
  std::uint64_t const value = read_value_dim(keys, n_heads);
  check_heads_width(keys, n_heads, "'qk_nope_head_dim' + 'qk_rope_head_dim'", nope + rope);
  check_heads_width(keys, n_heads, "'v_head_dim'", value);
  if (auto const sum = keys.whole_if_present("qk_head_dim", width); sum && *sum != nope + rope)
    keys.refuse("qk_head_dim", "be 'qk_nope_head_dim' + 'qk_rope_head_dim'",
                "got " + std::to_string(*sum) + " with " + std::to_string(nope) + " and " + std::to_string(rope));
  return {.n_heads = n_heads,
          .query_lora = q_lora_rank.has_value(),
          .q_lora_rank = q_lora_rank.value_or(0),
          .kv_lora_rank = keys.whole("kv_lora_rank", width),
          .qk_nope_head_dim = nope,
          .qk_rope_head_dim = rope,
          .v_head_dim = value,
          .bias = keys.flag("attention_bias", false)};
}

/// As many key-value heads as the key says, of hidden_size / heads each; the widths of latent attention are 0.
inline grouped_query_attention<> read_attention_without_latent(config_keys& keys, std::uint64_t d_model) {
  for (std::string_view const key :
       {"q_lora_rank", "kv_lora_rank", "qk_nope_head_dim", "qk_rope_head_dim", "v_head_dim"})
    keys.whole_or(key, {0, 0}, 0);
  std::uint64_t const n_heads = keys.whole("num_attention_heads", width);
  std::uint64_t const n_kv_heads = keys.whole_or("num_key_value_heads", width, n_heads);
  check_divides(keys, "hidden_size", d_model, "num_attention_heads", n_heads);
  check_divides(keys, "num_attention_heads", n_heads, "num_key_value_heads", n_kv_heads);
  bool const bias = keys.flag("attention_bias", false);
  return {.n_heads = n_heads,
          .n_kv_heads = n_kv_heads,
          .head_dim = d_model / n_heads,
          .qkv_bias = bias,
          .output_bias = bias};
}

inline sparse_indexer<> read_indexer(config_keys& keys) {
  std::uint64_t const n_heads = keys.whole("index_n_heads", width);
  std::uint64_t const head_dim = keys.whole("index_head_dim", width);
  check_product(keys, "index_n_heads", n_heads, "'index_head_dim'", head_dim);
  return {.n_heads = n_heads, .head_dim = head_dim, .top_k = keys.whole("index_topk", window_width)};
}

/// The indexer of DeepSeek-V3.2, which reads the latent query.
inline void add_indexer(config_keys& keys, multi_head_latent_attention<>& attention) {
  if (!attention.query_lora)
    keys.refuse("q_lora_rank", "be a number, since the indexer reads the latent query", "is null");
  attention.sparse = true;
  attention.indexer = read_indexer(keys);
}

/// Every layer has sparse attention, whose name transformers 5 writes.
inline void check_sparse_layers(config_keys& keys, std::uint64_t n_layers) {
  if (keys.value("layer_types") != nullptr)
    read_layer_names(keys, "layer_types", n_layers, {"deepseek_sparse_attention"});
}

/// `noaux_tc` balances by a correction bias; the two greedy methods have none, and `greedy` has no groups either.
enum class balancing_method { noaux_tc, greedy, group_limited_greedy };

inline balancing_method read_method(config_keys& keys, latent_family const& family) {
  std::string const method = keys.text("topk_method").value_or(std::string(family.absent_topk_method));
  if (method == "noaux_tc") return balancing_method::noaux_tc;
  if (method == "greedy") return balancing_method::greedy;
  if (method != "group_limited_greedy")
    keys.refuse("topk_method", "be 'noaux_tc', 'greedy' or 'group_limited_greedy'", "got " + in_quotes(method));
  return balancing_method::group_limited_greedy;
}

/// Expert groups, from which a token uses the best. Absent or null keys mean none; groups change no count.
inline void read_groups(config_keys& keys, std::string_view experts_key, experts<>& moe) {
  std::uint64_t const groups = keys.whole_or("n_group", expert_count_or_none, 0);
  std::uint64_t const seen = keys.whole_or("topk_group", expert_count_or_none, 0);
  if (groups == 0) return;
  check_divides(keys, experts_key, static_cast<std::uint64_t>(moe.n_experts), "n_group", groups);
  if (seen == 0 || seen > groups)
    keys.refuse("topk_group", "be between 1 and 'n_group'",
                "got " + std::to_string(seen) + " and " + std::to_string(groups));
  moe.n_group = groups;
  moe.topk_group = seen;
}

/// \param shared_key false if the configuration class has no shared experts, and so no key for them
inline experts<> read_latent_experts(config_keys& keys, latent_family const& family, bool shared_key = true) {
  std::uint64_t const n_experts = keys.whole({"n_routed_experts", "num_local_experts", "num_experts"}, expert_count);
  std::uint64_t const top_k = keys.whole("num_experts_per_tok", expert_count);
  check_top_k(keys, top_k, "n_routed_experts", n_experts);
  if (shared_key) require_even_if_null(keys, "n_shared_experts");
  experts<> moe{.n_experts = n_experts,
                .top_k = top_k,
                .d_expert = keys.whole("moe_intermediate_size", width),
                .n_shared_experts = keys.whole_or("n_shared_experts", expert_count_or_none, 0)};
  balancing_method const method = read_method(keys, family);
  moe.correction_bias = method == balancing_method::noaux_tc;
  if (method != balancing_method::greedy) read_groups(keys, "n_routed_experts", moe);
  return moe;
}

/// Layer i has experts when i >= first_k_dense_replace and i is a multiple of moe_layer_freq, or when that is a list
/// with 1 for it.
inline layer_choice read_leading_dense_layers(config_keys& keys, std::uint64_t n_layers) {
  std::uint64_t const n_dense = keys.whole("first_k_dense_replace", layer_index);
  if (n_dense > n_layers)
    keys.refuse("first_k_dense_replace", "not exceed 'num_hidden_layers'",
                "got " + std::to_string(n_dense) + " and " + std::to_string(n_layers));
  layer_choice sparse(n_layers, false);
  if (json const* const each = keys.value("moe_layer_freq"); each != nullptr && each->is_array()) {
    sparse = read_layer_switches(keys, "moe_layer_freq", n_layers);
    std::fill_n(sparse.begin(), n_dense, false);
    return sparse;
  }
  std::uint64_t const step = keys.whole_or("moe_layer_freq", layer_count, 1);
  for (std::uint64_t i = n_dense; i < n_layers; ++i) sparse[i] = i % step == 0;
  return sparse;
}

/// The layers with experts. Transformers 5 may name each layer's feed-forward instead of counting the dense ones.
inline layer_choice read_expert_layers(config_keys& keys, std::uint64_t n_layers) {
  if (keys.value("mlp_layer_types") != nullptr) {
    layer_choice const named = as_choice(read_layer_names(keys, "mlp_layer_types", n_layers, {"dense", "sparse"}));
    if (keys.value("first_k_dense_replace") != nullptr && named != read_leading_dense_layers(keys, n_layers))
      keys.refuse("mlp_layer_types", "agree with 'first_k_dense_replace'", "does not");
    keys.understand({"first_k_dense_replace", "moe_layer_freq"});
    return named;
  }
  return read_leading_dense_layers(keys, n_layers);
}

}  // namespace detail

/// The model of a family with latent attention. Multi-token-prediction modules, when `num_nextn_predict_layers` is
/// not 0, are layers with experts like the others.
inline model read_latent(config_keys& keys, latent_family const& family) {
  decoder_frame const frame = read_frame(keys);
  require_flag(keys, "lm_head", true, "a model without a head is not a language model");
  mixer attention;
  if (family.plain_attention && !keys.flag("use_mla", true)) {
    attention = detail::read_attention_without_latent(keys, frame.d_model);
  } else {
    multi_head_latent_attention<> latent = detail::read_latent_attention(keys);
    if (family.indexer) {
      detail::add_indexer(keys, latent);
      detail::check_sparse_layers(keys, frame.n_layers);
    }
    attention = latent;
  }
  experts<> const moe = detail::read_latent_experts(keys, family);
  layer_choice const is_sparse = detail::read_expert_layers(keys, frame.n_layers);
  model result = assemble(keys, frame, {attention, attention}, layer_choice(frame.n_layers, false),
                          {dense_ffn<>{.d_ff = frame.intermediate_size}, moe}, is_sparse);
  read_modules(keys, result, {attention, moe});
  return result;
}

/// A.X K1: DeepSeek-V3 with one more norm after the experts of a layer. Source: models/AXK1.py of vllm-project/vllm.
inline model read_axk1(config_keys& keys) {
  constexpr latent_family family{.model_type = "axk1", .absent_topk_method = "noaux_tc"};
  decoder_frame const frame = read_frame(keys);
  multi_head_latent_attention<> const attention = detail::read_latent_attention(keys);
  experts<> const moe = detail::read_latent_experts(keys, family);
  layer_kinds kinds;
  for (bool const sparse : detail::read_expert_layers(keys, frame.n_layers)) kinds.push_back(sparse ? 1 : 0);
  model result =
      assemble(keys, frame, kinds, {{attention, dense_ffn<>{.d_ff = frame.intermediate_size}}, {attention, moe, 1, 3}});
  read_unpublished_modules(keys, result, {.mix = attention, .ffn = moe, .norms_per_layer = 3});
  return result;
}

/// A.X K2: DeepSeek-V3.2 with gates of low rank on the norms before attention and experts, and with queries and a gate
/// of attention's output from one projection. Source: models/axk2 of huggingface/transformers 5.16.
inline model read_axk2(config_keys& keys) {
  constexpr latent_family family{.model_type = "axk2", .absent_topk_method = "noaux_tc", .indexer = true};
  decoder_frame const frame = read_frame(keys);
  multi_head_latent_attention<> attention = detail::read_latent_attention(keys);
  detail::add_indexer(keys, attention);
  detail::check_sparse_layers(keys, frame.n_layers);
  std::uint64_t const rank = keys.whole("gated_norm_rank", width);
  attention.latent_gate = attention.norm_gate = true;
  attention.norm_gate_rank = rank;
  experts<> moe = detail::read_latent_experts(keys, family);
  moe.norm_gate = true;
  moe.norm_gate_rank = rank;
  keys.whole_or("num_nextn_predict_layers", {0, 0}, 0);  // the class builds no modules
  return assemble(keys, frame, {attention, attention}, layer_choice(frame.n_layers, false),
                  {dense_ffn<>{.d_ff = frame.intermediate_size}, moe},
                  detail::read_expert_layers(keys, frame.n_layers));
}

/// Latent attention without experts: Youtu-LLM, and MiniCPM3, whose scales have no weights and whose values are as wide
/// as a head when `v_head_dim` is absent. Source: models/youtu and models/minicpm3 of huggingface/transformers.
inline model read_dense_latent(config_keys& keys) {
  decoder_frame const frame = read_frame(keys, true);
  keys.understand({"dim_model_base", "embedding_initializer_range", "mup_denominator", "scale_depth", "scale_emb"});
  require_flag(keys, "mlp_bias", false, "no published model has these biases");
  multi_head_latent_attention<> const attention = detail::read_latent_attention(keys);
  return assemble(keys, frame, layer_kinds(frame.n_layers, 0),
                  {{attention, dense_ffn<>{.d_ff = frame.intermediate_size}}});
}

}  // namespace moetric::v0::io::hugging_face
