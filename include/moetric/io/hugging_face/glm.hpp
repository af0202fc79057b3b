#pragma once

#include <cstdint>

#include "moetric/io/hugging_face/grouped_query.hpp"
#include "moetric/io/hugging_face/latent.hpp"

namespace moetric::inline v0::io::hugging_face {

namespace detail {

/// A module of multi-token prediction is a layer with experts like the others.
inline void read_modules(config_keys& keys, model& result, mixer const& attention, experts<> const& moe) {
  std::uint64_t const modules = keys.whole_or("num_nextn_predict_layers", layer_index, 0);
  if (modules != 0) result.mtp = {.modules = modules, .block = {attention, moe}};
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
  detail::read_modules(keys, result, attention, moe);
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
  layer_kinds kinds(frame.n_layers, 1);
  if (keys.value("mlp_layer_types") != nullptr) {
    keys.understand({"first_k_dense_replace"});
    kinds = read_layer_names(keys, "mlp_layer_types", frame.n_layers, {"dense", "sparse"});
  } else {
    keys.whole_or("first_k_dense_replace", {1, 1}, 1);
    kinds.front() = 0;
  }
  model result =
      assemble(keys, frame, kinds, {{attention, dense_ffn<>{.d_ff = frame.intermediate_size}}, {attention, moe}});
  detail::read_modules(keys, result, attention, moe);
  return result;
}

}  // namespace moetric::inline v0::io::hugging_face
