#pragma once

#include <cstdint>
#include <string>

#include "moetric/io/hugging_face/grouped_query.hpp"

/// Families with grouped-query attention and dense feed-forwards whose keys, norms or activation are their own.
namespace moetric::v0::io::hugging_face {

/// Apertus: feed-forwards of two matrices with an activation of two weights, and a norm for each head.
/// Source: models/apertus and activations.py (XIELUActivation) of huggingface/transformers.
inline model read_apertus(config_keys& keys) {
  constexpr grouped_query_family family{
      .model_type = "apertus", .biases = bias_rule::attention_bias, .qk_norm = qk_norm_kind::per_head};
  constexpr count activation_weights = 2;
  decoder_frame frame = read_outer_frame(keys, false, {}, "xielu");
  frame.intermediate_size = keys.whole("intermediate_size", width);
  if (auto const name = keys.text("hidden_act"); name && *name != "xielu")
    keys.refuse("hidden_act", "be 'xielu', since no published model has another", "got " + in_quotes(*name));
  require_flag(keys, "mlp_bias", false, "the modelling code has no such biases");
  require_flag(keys, "post_norm", false, "the modelling code normalises before each half of a layer");
  require_flag(keys, "qk_norm", true, "the modelling code always normalises");
  grouped_query_attention<> const attention = detail::read_attention(keys, family, frame.d_model);
  dense_ffn<> const ffn{.d_ff = frame.intermediate_size, .kind = ffn_kind::plain};
  return assemble(keys, frame, layer_kinds(frame.n_layers, 0), {{attention, ffn, 1, 2, activation_weights}});
}

/// ChatGLM 2 to 4 with the publisher's own code. Source: models/chatglm.py of vllm-project/vllm, adapted from that
/// code; a published total checks it.
inline model read_chatglm(config_keys& keys) {
  constexpr frame_spelling spelling{"hidden_size", "num_layers", "num_attention_heads", "padded_vocab_size"};
  decoder_frame const frame = read_outer_frame(keys, false, spelling);
  keys.whole_or("num_hidden_layers", {frame.n_layers, frame.n_layers}, 0);
  keys.whole_or("vocab_size", {frame.vocab_size, frame.vocab_size}, 0);
  char const* const why = "no published model has it so";
  require_flag(keys, "add_bias_linear", false, why);
  require_flag(keys, "post_layer_norm", true, why);
  require_flag(keys, "rmsnorm", true, why);
  require_flag(keys, "multi_query_attention", true, why);
  if (keys.value("pre_seq_len") != nullptr)
    keys.refuse("pre_seq_len", "be null, since prefixes are not read", "is there");
  keys.understand({"apply_query_key_layer_scaling", "apply_residual_connection_post_layernorm", "bias_dropout_fusion",
                   "classifier_dropout", "fp32_residual_connection", "kv_channels", "seq_length"});
  std::uint64_t const n_heads = keys.whole("num_attention_heads", width);
  std::uint64_t const n_kv_heads = keys.whole("multi_query_group_num", width);
  check_divides(keys, "num_attention_heads", n_heads, "multi_query_group_num", n_kv_heads);
  std::uint64_t const head_dim = keys.whole("kv_channels", width);
  check_heads_width(keys, n_heads, "'kv_channels'", head_dim);
  grouped_query_attention<> const attention{
      .n_heads = n_heads, .n_kv_heads = n_kv_heads, .head_dim = head_dim, .qkv_bias = keys.flag("add_qkv_bias", false)};
  dense_ffn<> const ffn{.d_ff = keys.whole("ffn_hidden_size", width)};
  return assemble(keys, frame, layer_kinds(frame.n_layers, 0), {{attention, ffn}});
}

/// Command R7B and Command A: one norm before attention and feed-forward, and a window in all but every fourth layer.
/// Source: models/cohere2 of huggingface/transformers.
inline model read_cohere2(config_keys& keys) {
  constexpr grouped_query_family family{.model_type = "cohere2",
                                        .biases = bias_rule::attention_bias,
                                        .norm = norm_kind::layer_norm_without_bias,
                                        .norms_per_layer = 1,
                                        .free_head_dim = false,
                                        .windows = windowed_layers::all_but_every,
                                        .absent_window = 4096,
                                        .window_period = 4,
                                        .period_key = "sliding_window_pattern",
                                        .tied = true};
  // What the publisher's own code reads, in the only form that the modelling code of transformers builds.
  keys.understand({"_sliding_window_pattern", "cache_implementation", "layer_switch", "order_of_interleaved_layers",
                   "position_embedding_type",
                   "use_parallel_embedding"});  // the last is about where the embedding is stored
  char const* const why = "the modelling code knows nothing else";
  require_flag(keys, "use_embedding_sharing", true, why);
  require_flag(keys, "use_gated_activation", true, why);
  require_flag(keys, "use_parallel_block", true, why);
  require_flag(keys, "use_qk_norm", false, why);
  return read_grouped_query(keys, family);
}

/// EXAONE 4, also as the language model of EXAONE 4.5, which may have a module of multi-token prediction.
/// Source: models/exaone4 and models/exaone4_5 of huggingface/transformers.
inline model read_exaone4(config_keys& keys) {
  keys.understand({"_num_mtp_layers", "mtp_loss_scaling_factor", "mtp_share_layers"});
  if (keys.whole_or("num_nextn_predict_layers", layer_index, 0) != 0)
    keys.notes().push_back("modules of multi-token prediction of model_type " + in_quotes(keys.model_type()) +
                           " are not counted: their layers are not known");
  return read_grouped_query(keys, {.model_type = "exaone4",
                                   .qk_norm = qk_norm_kind::per_head,
                                   .absent_n_kv_heads = 32,
                                   .windows = windowed_layers::all_but_every,
                                   .absent_window = 4096,
                                   .window_period = 4,
                                   .period_key = "sliding_window_pattern"});
}

/// EXAONE 3 and 3.5: Llama's layers with other spellings. Whether embedding and head are one must be said.
/// Source: models/exaone.py of ml-explore/mlx-lm; a published total checks it.
inline model read_exaone(config_keys& keys) {
  constexpr grouped_query_family family{.model_type = "exaone"};
  keys.flag("tie_word_embeddings");
  decoder_frame frame = read_outer_frame(keys, false, {"hidden_size", "num_layers"});
  keys.whole_or("num_hidden_layers", {frame.n_layers, frame.n_layers}, 0);
  frame.intermediate_size = keys.whole("intermediate_size", width);
  grouped_query_attention<> const attention = detail::read_attention(keys, family, frame.d_model);
  return assemble(keys, frame, layer_kinds(frame.n_layers, 0),
                  {{attention, dense_ffn<>{.d_ff = frame.intermediate_size}}});
}

/// The language model of GLM-4.1V and 4.6V-Flash: GLM-4's layers, whose queries, keys and values always have biases.
/// Source: models/glm4v of huggingface/transformers.
inline model read_glm4v_text(config_keys& keys) {
  constexpr grouped_query_family family{.model_type = "glm4v_text",
                                        .biases = bias_rule::qkv,
                                        .norms_per_layer = 4,
                                        .absent_n_kv_heads = 2,
                                        .free_head_dim = false};
  require_flag(keys, "attention_bias", true, "the modelling code always has these biases");
  return read_grouped_query(keys, family);
}

/// MiniCPM 1, 2 and 4: Llama's layers with scales that have no weights, and experts in MiniCPM-MoE. Source:
/// models/minicpm.py of ml-explore/mlx-lm and of vllm-project/vllm; a published total checks it, also that an absent
/// tie_word_embeddings is true.
inline model read_minicpm(config_keys& keys) {
  keys.understand({"dim_model_base", "mup_denominator", "scale_depth", "scale_emb"});
  grouped_query_family family{.model_type = "minicpm", .biases = bias_rule::attention_bias, .tied = true};
  if (keys.whole_or("num_experts", expert_count_or_none, 0) != 0)
    family.experts = expert_rule::all_layers;
  else
    keys.understand({"num_experts_per_tok"});
  return read_grouped_query(keys, family);
}

/// BitNet b1.58: one more norm before the output of attention, and one before that of the feed-forward.
/// Source: models/bitnet of huggingface/transformers.
inline model read_bitnet(config_keys& keys) {
  constexpr grouped_query_family family{
      .model_type = "bitnet", .biases = bias_rule::attention_bias, .absent_n_kv_heads = 5};
  decoder_frame const frame = read_frame(keys);
  grouped_query_attention<> const attention = detail::read_attention(keys, family, frame.d_model);
  return assemble(keys, frame, layer_kinds(frame.n_layers, 0),
                  {{attention, dense_ffn<>{.d_ff = frame.intermediate_size}, 1, 2,
                    attention.query_width() + frame.intermediate_size}});
}

/// Code World Model: Llama with windows, whose layers must be named. Source: models/cwm of huggingface/transformers.
inline model read_cwm(config_keys& keys) {
  if (keys.value("layer_types") == nullptr) keys.refuse("layer_types", "be present", "is missing");
  return read_grouped_query(keys, {.model_type = "cwm",
                                   .mlp_bias = true,
                                   .absent_n_kv_heads = 8,
                                   .absent_head_dim = 128,
                                   .windows = windowed_layers::all_but_every,
                                   .absent_window = 8192});
}

/// HyperCLOVA X: Llama with multipliers, and norms after both halves of a layer too unless told otherwise.
/// Source: models/hyperclovax of huggingface/transformers.
inline model read_hyperclovax(config_keys& keys) {
  keys.understand({"attention_multiplier", "embedding_multiplier", "logits_scaling", "residual_multiplier"});
  grouped_query_family family{
      .model_type = "hyperclovax", .biases = bias_rule::attention_bias, .mlp_bias = true, .norms_per_layer = 4};
  if (!keys.flag("use_post_norm", true)) family.norms_per_layer = 2;
  return read_grouped_query(keys, family);
}

/// InternLM3: biases on queries, keys and values by one key; no published model has the others.
/// Source: models/internlm3.py of ml-explore/mlx-lm.
inline model read_internlm3(config_keys& keys) {
  require_flag(keys, "bias", false, "no published model has these biases");
  return read_grouped_query(keys, {.model_type = "internlm3", .biases = bias_rule::qkv_by_key, .bias_key = "qkv_bias"});
}

/// Jais 2: biases everywhere, by two keys that must be there. Source: models/jais2 of huggingface/transformers.
inline model read_jais2(config_keys& keys) {
  keys.flag("attention_bias");
  keys.flag("mlp_bias");
  return read_grouped_query(keys, {.model_type = "jais2",
                                   .biases = bias_rule::attention_bias,
                                   .mlp_bias = true,
                                   .ffn = ffn_kind::plain,
                                   .norm = norm_kind::layer_norm});
}

/// Qwen of the first generation: biases on queries, keys and values; `intermediate_size` is that of both halves of the
/// gated feed-forward together. Source: models/qwen.py of ml-explore/mlx-lm.
inline model read_qwen(config_keys& keys) {
  constexpr grouped_query_family family{.model_type = "qwen", .biases = bias_rule::qkv, .head_dim_key = "kv_channels"};
  decoder_frame const frame = read_frame(keys);
  require_flag(keys, "no_bias", true, "other biases are not read");
  keys.understand({"emb_dropout_prob", "attn_dropout_prob", "onnx_safe", "rotary_emb_base", "rotary_pct", "seq_length",
                   "softmax_in_fp32", "scale_attn_weights", "use_cache_kernel", "use_cache_quantization",
                   "use_dynamic_ntk", "use_logn_attn", "bf16", "fp16", "fp32"});
  grouped_query_attention<> const attention = detail::read_attention(keys, family, frame.d_model);
  if (frame.intermediate_size % 2 != 0)
    keys.refuse("intermediate_size", "be even", "got " + std::to_string(frame.intermediate_size));
  return assemble(keys, frame, layer_kinds(frame.n_layers, 0),
                  {{attention, dense_ffn<>{.d_ff = frame.intermediate_size / 2}}});
}

/// Seed-OSS: biases on queries, keys and values by one key, on the output by another.
/// Source: models/seed_oss of huggingface/transformers.
inline model read_seed_oss(config_keys& keys) {
  constexpr grouped_query_family family{.model_type = "seed_oss", .absent_n_kv_heads = 8, .absent_head_dim = 128};
  decoder_frame const frame = read_frame(keys);
  grouped_query_attention<> attention = detail::read_attention(keys, family, frame.d_model);
  attention.qkv_bias = keys.flag("attention_bias", true);
  attention.output_bias = keys.flag("attention_out_bias", false);
  dense_ffn<> const ffn{.d_ff = frame.intermediate_size, .bias = keys.flag("mlp_bias", false)};
  return assemble(keys, frame, layer_kinds(frame.n_layers, 0), {{attention, ffn}});
}

/// Solar Pro: Llama with windows, and weighted connections around blocks of layers, whose weights are constants.
/// Source: models/solar.py of vllm-project/vllm.
inline model read_solar(config_keys& keys) {
  keys.understand({"bskcn_1", "bskcn_2", "bskcn_3", "bskcn_4", "bskcn_tv"});
  return read_grouped_query(keys, {.model_type = "solar",
                                   .biases = bias_rule::attention_bias,
                                   .mlp_bias = true,
                                   .windows = windowed_layers::all_layers});
}

/// TeleFLM: Llama with scales that have no weights. Source: models/teleflm.py of vllm-project/vllm.
inline model read_teleflm(config_keys& keys) {
  keys.understand({"input_mult", "mup_scale_factor", "output_mult", "use_mup"});
  return read_grouped_query(keys, {.model_type = "teleflm", .biases = bias_rule::attention_bias, .mlp_bias = true});
}

/// Muse Glimmer: a gate on each element of the output of attention, four norms a layer, norms on queries and keys
/// without weights, and windows in all but every fourth layer counted from the last. Source: models/muse_glimmer of
/// Blaizzy/mlx-vlm.
inline model read_muse_glimmer(config_keys& keys) {
  constexpr grouped_query_family family{.model_type = "muse_glimmer_text",
                                        .biases = bias_rule::attention_bias,
                                        .absent_n_kv_heads = 2,
                                        .absent_head_dim = 128};
  constexpr std::uint64_t period = 4;
  decoder_frame const frame = read_frame(keys);
  keys.understand(
      {"final_logit_softcapping", "layer_rope_theta", "output_multiplier", "post_norm_eps", "qk_scale_factor"});
  grouped_query_attention<> full = detail::read_attention(keys, family, frame.d_model);
  full.output_gate = output_gate_kind::per_element;
  layer_kinds kinds;
  if (keys.value("layer_types") != nullptr)
    kinds = read_layer_names(keys, "layer_types", frame.n_layers, {"sliding_attention", "full_attention"});
  else
    for (std::uint64_t i = 0; i != frame.n_layers; ++i) kinds.push_back((frame.n_layers - 1 - i) % period == 0 ? 1 : 0);
  dense_ffn<> const dense{.d_ff = frame.intermediate_size};
  return assemble(keys, frame, kinds,
                  {{detail::windowed(full, detail::read_window(keys, 2048)), dense, 1, 4}, {full, dense, 1, 4}});
}

/// StableLM: one LayerNorm before both halves of a layer when they are in parallel, else one before each.
/// Source: models/stablelm of huggingface/transformers.
inline model read_stablelm(config_keys& keys) {
  grouped_query_family family{.model_type = "stablelm",
                              .biases = bias_rule::qkv_by_key,
                              .bias_key = "use_qkv_bias",
                              .norm = norm_kind::layer_norm,
                              .qk_norm = qk_norm_kind::full,
                              .qk_norm_key = "qk_layernorm",
                              .absent_n_kv_heads = 32,
                              .free_head_dim = false};
  family.norms_per_layer = keys.flag("use_parallel_residual", false) ? 1 : 2;
  std::uint64_t const n_heads = keys.whole("num_attention_heads", width);
  keys.whole_or("num_heads", {n_heads, n_heads}, n_heads);
  return read_grouped_query(keys, family);
}

/// StarCoder2: biases everywhere by one key. Source: models/starcoder2 of huggingface/transformers.
inline model read_starcoder2(config_keys& keys) {
  constexpr grouped_query_family family{.model_type = "starcoder2",
                                        .biases = bias_rule::attention_bias,
                                        .bias_key = "use_bias",
                                        .absent_bias = true,
                                        .mlp_bias = true,
                                        .mlp_bias_key = "use_bias",
                                        .ffn = ffn_kind::plain,
                                        .norm = norm_kind::layer_norm,
                                        .absent_n_kv_heads = 2,
                                        .windows = windowed_layers::all_layers,
                                        .tied = true};
  keys.understand({"scale_attention_softmax_in_fp32", "scale_attn_weights"});
  if (auto const norm = keys.text("norm_type"); norm && *norm != "layer_norm")
    keys.refuse("norm_type", "be 'layer_norm'", "got " + in_quotes(*norm));
  if (auto const mlp = keys.text("mlp_type"); mlp && *mlp != "default")
    keys.refuse("mlp_type", "be 'default'", "got " + in_quotes(*mlp));
  return read_grouped_query(keys, family);
}

}  // namespace moetric::v0::io::hugging_face
