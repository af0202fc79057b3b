#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "moetric/io/hugging_face/grouped_query.hpp"
#include "moetric/io/hugging_face/latent.hpp"

namespace moetric::v0::io::hugging_face {

namespace detail {

/// Kind 1 for layers with experts: those of `mlp_layer_types`, else all but the first `n_dense`. Other keys that give
/// the number of dense layers must agree.
inline layer_kinds read_mlp_layers(config_keys& keys, std::uint64_t n_layers, std::uint64_t n_dense) {
  layer_kinds kinds(n_layers, 1);
  std::fill_n(kinds.begin(), std::min(n_dense, n_layers), std::size_t{0});
  if (keys.value("mlp_layer_types") == nullptr) return kinds;
  layer_kinds const named = read_layer_names(keys, "mlp_layer_types", n_layers, {"dense", "sparse"});
  if (keys.value("first_k_dense_replace") != nullptr && named != kinds)
    keys.refuse("mlp_layer_types", "agree with 'first_k_dense_replace'", "does not");
  return named;
}

/// The same by a text of F for a full indexer and S for a shared one, or by names.
inline layer_choice read_indexer_pattern(config_keys& keys, std::uint64_t n_layers) {
  layer_choice shared;
  if (json const* const held = keys.value("index_topk_pattern"); held->is_text()) {
    std::string const letters = *keys.text("index_topk_pattern");
    if (letters.find_first_not_of("FS") != std::string::npos)
      keys.refuse("index_topk_pattern", "hold the letters F and S only", "got " + in_quotes(letters));
    check_one_for_each_layer(keys, "index_topk_pattern", letters.size(), n_layers);
    for (char const letter : letters) shared.push_back(letter == 'S');
    return shared;
  }
  for (std::size_t const kind : read_layer_names(keys, "index_topk_pattern", n_layers, {"full", "shared"}))
    shared.push_back(kind == 1);
  return shared;
}

/// The layers that use the keys chosen by an earlier layer's indexer.
inline layer_choice read_shared_indexers(config_keys& keys, std::uint64_t n_layers) {
  constexpr std::uint64_t absent_offset = 2;
  std::uint64_t const period = keys.whole_or("index_topk_freq", layer_count, 1);
  std::uint64_t const offset = keys.whole_or("index_skip_topk_offset", layer_index, absent_offset);
  layer_choice shared(n_layers, false);
  for (std::uint64_t i = 0; i != n_layers; ++i) shared[i] = i + 1 > offset && (i + 1 - offset) % period != 0;
  if (keys.value("index_topk_pattern") != nullptr) {
    if (keys.value("index_topk_freq") != nullptr && keys.value("indexer_types") == nullptr)
      keys.refuse("index_topk_freq", "be absent beside 'index_topk_pattern', which decides", "is there");
    shared = read_indexer_pattern(keys, n_layers);
  }
  if (keys.value("indexer_types") != nullptr) {
    layer_kinds const kinds = read_layer_names(keys, "indexer_types", n_layers, {"full", "shared"});
    layer_choice named;
    for (std::size_t const kind : kinds) named.push_back(kind == 1);
    bool const both = keys.value("index_topk_freq") != nullptr || keys.value("index_topk_pattern") != nullptr;
    if (both && named != shared)
      keys.refuse("indexer_types", "agree with 'index_topk_freq' and 'index_topk_pattern'", "does not");
    shared = named;
  }
  if (shared[0])
    keys.refuse("indexer_types", "begin with 'full', since no layer is earlier than the first", "begins with 'shared'");
  return shared;
}

}  // namespace detail

/// GLM-4.5: grouped queries with biases on all but the output, and DeepSeek-V3's experts.
/// Source: models/glm4_moe of huggingface/transformers.
inline model read_glm4_moe(config_keys& keys) {
  constexpr grouped_query_family family{.model_type = "glm4_moe", .absent_n_kv_heads = 8};
  constexpr latent_family experts_family{.model_type = "glm4_moe", .absent_topk_method = "noaux_tc"};
  decoder_frame const frame = read_frame(keys);
  grouped_query_attention<> attention = detail::read_attention(keys, family, frame.d_model);
  attention.qkv_bias = keys.flag("attention_bias", false);
  attention.qk_norm = keys.flag("use_qk_norm", false) ? qk_norm_kind::per_head : qk_norm_kind::none;
  experts<> const moe = detail::read_latent_experts(keys, experts_family);
  keys.whole_or("moe_layer_freq", {1, 1}, 1);
  model result =
      assemble(keys, frame, {attention, attention}, layer_choice(frame.n_layers, false),
               {dense_ffn<>{.d_ff = frame.intermediate_size}, moe}, detail::read_expert_layers(keys, frame.n_layers));
  read_modules(keys, result, {attention, moe});
  return result;
}

/// GLM-4.7-Flash: DeepSeek-V3's attention and experts, the first layer dense unless `mlp_layer_types` says otherwise.
/// Source: models/glm4_moe_lite of huggingface/transformers.
inline model read_glm4_moe_lite(config_keys& keys) {
  constexpr latent_family family{.model_type = "glm4_moe_lite", .absent_topk_method = "noaux_tc"};
  decoder_frame const frame = read_frame(keys);
  multi_head_latent_attention<> const attention = detail::read_latent_attention(keys);
  experts<> const moe = detail::read_latent_experts(keys, family);
  keys.whole_or("moe_layer_freq", {1, 1}, 1);
  std::uint64_t const n_dense = keys.whole_or("first_k_dense_replace", {1, 1}, 1);
  model result = assemble(keys, frame, detail::read_mlp_layers(keys, frame.n_layers, n_dense),
                          {{attention, dense_ffn<>{.d_ff = frame.intermediate_size}}, {attention, moe}});
  read_modules(keys, result, {attention, moe});
  return result;
}

/// GLM-5: DeepSeek-V3.2's attention, whose indexer several layers may share, and its experts.
/// Source: models/glm_moe_dsa of huggingface/transformers.
inline model read_glm_moe_dsa(config_keys& keys) {
  constexpr latent_family family{.model_type = "glm_moe_dsa", .absent_topk_method = "noaux_tc"};
  decoder_frame const frame = read_frame(keys);
  multi_head_latent_attention<> own = detail::read_latent_attention(keys);
  detail::add_indexer(keys, own);
  detail::check_sparse_layers(keys, frame.n_layers);
  multi_head_latent_attention<> shared = own;
  shared.indexer.shared = true;
  experts<> const moe = detail::read_latent_experts(keys, family);
  keys.whole_or("moe_layer_freq", {1, 1}, 1);
  keys.understand({"index_share_for_mtp_iteration", "indexer_rope_interleave"});
  model result =
      assemble(keys, frame, {own, shared}, detail::read_shared_indexers(keys, frame.n_layers),
               {dense_ffn<>{.d_ff = frame.intermediate_size}, moe}, detail::read_expert_layers(keys, frame.n_layers));
  read_modules(keys, result, {own, moe});
  return result;
}

}  // namespace moetric::v0::io::hugging_face
