#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "moetric/io/hugging_face/glm.hpp"
#include "moetric/io/hugging_face/gpt_oss.hpp"

/// Families with grouped-query attention, and experts that are not in every layer or not alone in it.
namespace moetric::v0::io::hugging_face {

/// Trinity: windows in all but every n-th layer, a gate on the output of attention, four norms a layer.
/// Source: models/afmoe of huggingface/transformers.
inline model read_afmoe(config_keys& keys) {
  constexpr grouped_query_family family{.model_type = "afmoe",
                                        .qk_norm = qk_norm_kind::per_head,
                                        .absent_head_dim = 128,
                                        .windows = windowed_layers::all_but_every,
                                        .absent_window = 1024,
                                        .window_period = 4,
                                        .period_key = "global_attn_every_n_layers",
                                        .experts = expert_rule::sparse_steps};
  decoder_frame const frame = read_frame(keys);
  require_flag(keys, "attention_bias", false, "the modelling code has no such biases");
  keys.understand({"load_balance_coeff", "num_expert_groups", "num_limited_groups", "route_norm", "route_scale",
                   "score_func", "use_grouped_mm"});
  grouped_query_attention<> full = detail::read_attention(keys, family, frame.d_model);
  full.output_gate = output_gate_kind::per_element;
  sliding_window const window = read_sliding_window(keys, family, frame.n_layers);
  experts<> moe = detail::read_experts(keys, family, frame, detail::read_n_experts(keys, family, expert_count));
  moe.n_shared_experts = keys.whole("num_shared_experts", expert_count_or_none);
  moe.correction_bias = true;
  std::uint64_t const n_dense = keys.whole("num_dense_layers", {0, frame.n_layers});
  layer_choice is_sparse(frame.n_layers, false);
  std::fill(is_sparse.begin() + static_cast<std::ptrdiff_t>(n_dense), is_sparse.end(), true);
  grouped_query_attention<> const windowed = window.size == 0 ? full : detail::windowed(full, window.size);
  return assemble(keys, frame, {full, windowed}, window.layers, {dense_ffn<>{.d_ff = frame.intermediate_size}, moe},
                  is_sparse, 4);
}

/// Snowflake Arctic: a dense feed-forward as wide as the model beside the experts, with a norm of its own.
/// Source: models/arctic.py of vllm-project/vllm.
inline model read_arctic(config_keys& keys) {
  constexpr grouped_query_family family{.model_type = "arctic",
                                        .windows = windowed_layers::all_layers,
                                        .experts = expert_rule::all_layers,
                                        .experts_key = "num_local_experts"};
  decoder_frame const frame = read_frame(keys);
  if (!keys.flag("parallel_attn_mlp_res", false))
    keys.refuse("parallel_attn_mlp_res", "be true, as in all published models", "is not");
  require_flag(keys, "use_residual", true, "published models have the dense feed-forward");
  keys.understand({"enable_expert_tensor_parallelism", "moe_eval_capacity_factor", "moe_min_capacity",
                   "moe_token_dropping", "moe_train_capacity_factor"});
  grouped_query_attention<> const full = detail::read_attention(keys, family, frame.d_model);
  sliding_window const window = read_sliding_window(keys, family, frame.n_layers);
  grouped_query_attention<> const attention = window.size == 0 ? full : detail::windowed(full, window.size);
  experts<> moe = detail::read_experts(keys, family, frame, detail::read_n_experts(keys, family, expert_count));
  moe.d_residual = frame.d_model;
  return assemble(keys, frame, every(keys.whole("moe_layer_frequency", layer_count), frame.n_layers),
                  {{attention, dense_ffn<>{.d_ff = frame.intermediate_size}}, {attention, moe, 1, 3}});
}

/// DeepSeekMoE: Llama's attention, and experts without a correction bias. Source: modeling_deepseek.py of
/// deepseek-ai/deepseek-moe-16b-base, through models/deepseek.py of ml-explore/mlx-lm; the published total checks it.
inline model read_deepseek(config_keys& keys) {
  constexpr grouped_query_family family{.model_type = "deepseek", .biases = bias_rule::attention_bias};
  constexpr latent_family experts_family{.model_type = "deepseek", .absent_topk_method = "greedy"};
  decoder_frame const frame = read_frame(keys);
  grouped_query_attention<> const attention = detail::read_attention(keys, family, frame.d_model);
  experts<> const moe = detail::read_latent_experts(keys, experts_family);
  return assemble(keys, frame, {attention, attention}, layer_choice(frame.n_layers, false),
                  {dense_ffn<>{.d_ff = frame.intermediate_size}, moe},
                  detail::read_expert_layers(keys, frame.n_layers));
}

/// Mellum 2: Qwen3-MoE's layers, with windows and feed-forwards by name. Source: models/mellum.py of ml-explore/mlx-lm.
inline model read_mellum(config_keys& keys) {
  constexpr grouped_query_family family{.model_type = "mellum",
                                        .biases = bias_rule::attention_bias,
                                        .qk_norm = qk_norm_kind::per_head,
                                        .absent_n_kv_heads = 4,
                                        .experts = expert_rule::sparse_steps};
  decoder_frame const frame = read_frame(keys);
  keys.understand({"max_window_layers"});
  keys.whole("head_dim", width);
  grouped_query_attention<> const full = detail::read_attention(keys, family, frame.d_model);
  layer_kinds const windowed =
      read_layer_names(keys, "layer_types", frame.n_layers, {"full_attention", "sliding_attention"});
  bool const any_window = std::ranges::find(windowed, 1U) != windowed.end();
  require_flag(keys, "use_sliding_window", true, "'layer_types' names the layers with a window");
  std::uint64_t const window = any_window ? keys.whole("sliding_window", window_width)
                                          : keys.whole_or("sliding_window", window_width, unlimited_window);
  layer_kinds is_sparse(frame.n_layers, 1);
  if (keys.value("mlp_layer_types") != nullptr)
    is_sparse = read_layer_names(keys, "mlp_layer_types", frame.n_layers, {"dense", "sparse"});
  feed_forward const moe =
      detail::read_experts(keys, family, frame, detail::read_n_experts(keys, family, expert_count));
  layer_choice sparse, has_window;
  for (std::size_t i = 0; i != frame.n_layers; ++i) {
    sparse.push_back(is_sparse[i] == 1);
    has_window.push_back(windowed[i] == 1);
  }
  return assemble(keys, frame, {full, detail::windowed(full, window)}, has_window,
                  {dense_ffn<>{.d_ff = frame.intermediate_size}, moe}, sparse);
}

/// Command A with experts: attention and experts in parallel after one norm, shared experts whose outputs are averaged
/// with the others', and dense layers with a pattern of windows of their own before them. What ports disagree on has to
/// be there. Source: models/cohere2_moe of huggingface/transformers and of Blaizzy/mlx-vlm.
inline model read_cohere2_moe(config_keys& keys) {
  constexpr grouped_query_family family{
      .model_type = "cohere2_moe", .biases = bias_rule::attention_bias, .absent_head_dim = 128};
  constexpr std::uint64_t absent_window = 4096, absent_period = 4;
  decoder_frame const frame = read_frame(keys, true);
  require_flag(keys, "use_parallel_block", true, "the modelling code knows nothing else");
  require_flag(keys, "use_qk_norm", false, "the modelling code knows nothing else");
  keys.understand({"expert_selection_fn", "logit_scale", "moe_gate_act", "shared_expert_combination_strategy"});
  keys.whole("num_key_value_heads", width);
  grouped_query_attention<> const full = detail::read_attention(keys, family, frame.d_model);
  std::uint64_t const n_dense = keys.whole_or("first_k_dense_replace", {0, frame.n_layers}, 0);
  std::uint64_t const period = keys.whole_or("sliding_window_pattern", layer_count, absent_period),
                      dense_period = keys.whole_or("prefix_dense_sliding_window_pattern", layer_count, 1);
  layer_kinds is_full = every(dense_period, n_dense), dense_layers(n_dense, 0);
  for (std::size_t const kind : every(period, frame.n_layers - n_dense)) is_full.push_back(kind);
  dense_layers.resize(frame.n_layers, 1);
  if (keys.value("layer_types") != nullptr)
    is_full = read_layer_names(keys, "layer_types", frame.n_layers, {"sliding_attention", "full_attention"});
  layer_choice const sparse =
      as_choice(keys.value("mlp_layer_types") == nullptr
                    ? dense_layers
                    : read_layer_names(keys, "mlp_layer_types", frame.n_layers, {"dense", "sparse"}));
  if (keys.value("first_k_dense_replace") != nullptr && sparse != as_choice(dense_layers))
    keys.refuse("mlp_layer_types", "agree with 'first_k_dense_replace'", "does not");
  std::uint64_t const n_experts = detail::read_n_experts(keys, family, expert_count);
  std::uint64_t const top_k = keys.whole("num_experts_per_tok", expert_count);
  check_top_k(keys, top_k, "num_experts", n_experts);
  std::uint64_t const n_shared = keys.whole({"num_shared_experts", "moe_num_shared_experts"}, expert_count_or_none);
  experts<> const moe{
      .n_experts = n_experts, .top_k = top_k, .d_expert = frame.intermediate_size, .n_shared_experts = n_shared};
  dense_ffn<> const dense{.d_ff = keys.whole_or("prefix_dense_intermediate_size", width, frame.intermediate_size)};
  layer_choice windowed;
  for (std::size_t const full_kind : is_full) windowed.push_back(full_kind == 0);
  grouped_query_attention<> const window = detail::windowed(full, detail::read_window(keys, absent_window));
  model result = assemble(keys, frame, {full, window}, windowed, {dense, moe}, sparse, 1);
  bool const bias = keys.flag("layer_norm_bias", false);
  if (keys.value("rms_norm_eps") != nullptr)
    result.norm = norm_kind::rms;
  else
    result.norm = bias ? norm_kind::layer_norm : norm_kind::layer_norm_without_bias;
  return result;
}

/// Klear: Qwen3-MoE's layers with shared experts, a correction bias, and a mixture of both with a weight each.
/// Source: models/Klear.py of ml-explore/mlx-lm.
inline model read_klear(config_keys& keys) {
  constexpr grouped_query_family family{.model_type = "Klear",
                                        .biases = bias_rule::attention_bias,
                                        .qk_norm = qk_norm_kind::per_head,
                                        .free_head_dim = false,
                                        .experts = expert_rule::sparse_steps};
  constexpr count parts = 2;  // routed and shared
  decoder_frame const frame = read_frame(keys);
  grouped_query_attention<> const attention = detail::read_attention(keys, family, frame.d_model);
  experts<> moe = detail::read_experts(keys, family, frame, detail::read_n_experts(keys, family, expert_count));
  moe.n_shared_experts = keys.whole("n_shared_experts", expert_count);
  moe.correction_bias = true;
  moe.other_weights = parts * frame.d_model + parts;
  return assemble(keys, frame, {attention, attention}, layer_choice(frame.n_layers, false),
                  {dense_ffn<>{.d_ff = frame.intermediate_size}, moe}, detail::read_sparse_steps(keys, frame.n_layers));
}

/// dots.llm1: Qwen3's attention and DeepSeek-V3's experts. Source: models/dots1 of huggingface/transformers.
inline model read_dots1(config_keys& keys) {
  constexpr grouped_query_family family{.model_type = "dots1",
                                        .biases = bias_rule::attention_bias,
                                        .qk_norm = qk_norm_kind::per_head,
                                        .absent_n_kv_heads = 32};
  constexpr latent_family experts_family{.model_type = "dots1", .absent_topk_method = "noaux_tc"};
  constexpr std::uint64_t absent_max_window_layers = 62;
  decoder_frame const frame = read_frame(keys);
  grouped_query_attention<> const attention = detail::read_attention(keys, family, frame.d_model);
  if (keys.value("sliding_window") != nullptr || !keys.is_null("sliding_window"))
    keys.whole_or("max_window_layers", {frame.n_layers, layer_index.most}, absent_max_window_layers);
  else
    keys.understand({"max_window_layers"});
  if (keys.value("layer_types") != nullptr) read_layer_names(keys, "layer_types", frame.n_layers, {"full_attention"});
  experts<> const moe = detail::read_latent_experts(keys, experts_family);
  keys.whole_or("moe_layer_freq", {1, 1}, 1);
  return assemble(keys, frame, {attention, attention}, layer_choice(frame.n_layers, false),
                  {dense_ffn<>{.d_ff = frame.intermediate_size}, moe},
                  detail::read_expert_layers(keys, frame.n_layers));
}

/// K-EXAONE: EXAONE 4's attention and DeepSeek-V3's experts. Its publisher's list of switches says which layers have
/// them, else names of the layers, else all but the first. Source: models/exaone_moe of huggingface/transformers.
inline model read_exaone_moe(config_keys& keys) {
  constexpr grouped_query_family family{.model_type = "exaone_moe",
                                        .qk_norm = qk_norm_kind::per_head,
                                        .absent_n_kv_heads = 32,
                                        .windows = windowed_layers::all_but_every,
                                        .absent_window = 4096,
                                        .window_period = 4,
                                        .period_key = "sliding_window_pattern",
                                        .experts = expert_rule::sparse_steps};
  constexpr latent_family experts_family{.model_type = "exaone_moe", .absent_topk_method = "noaux_tc"};
  decoder_frame const frame = read_frame(keys);
  grouped_query_attention<> const full = detail::read_attention(keys, family, frame.d_model);
  sliding_window const window = read_sliding_window(keys, family, frame.n_layers);
  grouped_query_attention<> const windowed = window.size == 0 ? full : detail::windowed(full, window.size);
  experts<> moe = detail::read_experts(keys, family, frame, detail::read_n_experts(keys, family, expert_count));
  moe.n_shared_experts = keys.whole("num_shared_experts", expert_count_or_none);
  moe.correction_bias = detail::read_method(keys, experts_family) == detail::balancing_method::noaux_tc;
  keys.understand({"first_last_k_dense_replace"});  // what the list of switches says
  layer_choice is_sparse(frame.n_layers, false);
  if (keys.value("is_moe_layer") != nullptr) {
    is_sparse = read_layer_flags(keys, "is_moe_layer", frame.n_layers);
    keys.understand({"first_k_dense_replace", "mlp_layer_types"});
  } else if (keys.value("mlp_layer_types") != nullptr) {
    layer_kinds const kinds = read_layer_names(keys, "mlp_layer_types", frame.n_layers, {"dense", "sparse"});
    for (std::size_t i = 0; i != frame.n_layers; ++i) is_sparse[i] = kinds[i] == 1;
    keys.understand({"first_k_dense_replace"});
  } else {
    std::uint64_t const n_dense = keys.whole_or("first_k_dense_replace", {0, frame.n_layers}, 1);
    std::fill(is_sparse.begin() + static_cast<std::ptrdiff_t>(n_dense), is_sparse.end(), true);
  }
  if (keys.whole_or("num_nextn_predict_layers", layer_index, 0) != 0)
    keys.notes().push_back(
        "modules of multi-token prediction of model_type 'exaone_moe' are not counted: their layers are not known");
  return assemble(keys, frame, {full, windowed}, window.layers, {dense_ffn<>{.d_ff = frame.intermediate_size}, moe},
                  is_sparse);
}

/// The language model of GLM-4.5V and 4.6V: GLM-4.5's layers without a norm on queries and keys.
/// Source: models/glm4v_moe of huggingface/transformers.
inline model read_glm4v_moe(config_keys& keys) {
  constexpr grouped_query_family family{
      .model_type = "glm4v_moe_text", .biases = bias_rule::qkv_by_key, .absent_bias = true, .absent_n_kv_heads = 8};
  constexpr latent_family experts_family{.model_type = "glm4v_moe_text", .absent_topk_method = "noaux_tc"};
  decoder_frame const frame = read_frame(keys);
  grouped_query_attention<> const attention = detail::read_attention(keys, family, frame.d_model);
  require_flag(keys, "use_qk_norm", false, "the modelling code never normalises");
  experts<> const moe = detail::read_latent_experts(keys, experts_family);
  keys.whole_or("moe_layer_freq", {1, 1}, 1);
  return assemble(keys, frame, {attention, attention}, layer_choice(frame.n_layers, false),
                  {dense_ffn<>{.d_ff = frame.intermediate_size}, moe},
                  detail::read_expert_layers(keys, frame.n_layers));
}

/// Solar Open: experts in all layers, chosen as in GLM-4.5. Source: models/solar_open of huggingface/transformers.
inline model read_solar_open(config_keys& keys) {
  constexpr grouped_query_family family{
      .model_type = "solar_open", .biases = bias_rule::qkv_by_key, .absent_n_kv_heads = 8, .absent_head_dim = 128};
  constexpr latent_family experts_family{.model_type = "solar_open", .absent_topk_method = "noaux_tc"};
  decoder_frame const frame = read_outer_frame(keys);
  grouped_query_attention<> const attention = detail::read_attention(keys, family, frame.d_model);
  require_flag(keys, "use_qk_norm", false, "the modelling code never normalises");
  keys.understand({"intermediate_size"});  // of layers without experts, of which there are none
  keys.whole_or("first_k_dense_replace", {0, 0}, 0);
  return assemble(keys, frame, layer_kinds(frame.n_layers, 0),
                  {{attention, detail::read_latent_experts(keys, experts_family)}});
}

}  // namespace moetric::v0::io::hugging_face
