#pragma once

#include <cstdint>

#include "moetric/io/hugging_face/grouped_query.hpp"

/// Families from before Llama: LayerNorm with biases, feed-forwards of two matrices, one attention for all layers.
namespace moetric::inline v0::io::hugging_face {

namespace detail {

/// As many key-value heads as heads, of d_model / heads each.
inline grouped_query_attention<> read_multi_head(config_keys& keys, frame_spelling const& spelling,
                                                 std::uint64_t d_model, bool bias) {
  std::uint64_t const n_heads = keys.whole(spelling.n_heads, width);
  check_divides(keys, spelling.d_model, d_model, spelling.n_heads, n_heads);
  return {.n_heads = n_heads, .head_dim = d_model / n_heads, .qkv_bias = bias, .output_bias = bias};
}

inline model assemble_classic(config_keys const& keys, decoder_frame const& frame,
                              grouped_query_attention<> const& attention, std::uint64_t d_ff, bool bias,
                              std::uint64_t norms_per_layer) {
  dense_ffn<> const ffn{.d_ff = d_ff, .kind = ffn_kind::plain, .bias = bias};
  model result = assemble(keys, frame, layer_kinds(frame.n_layers, 0), {{attention, ffn, 1, norms_per_layer}});
  result.norm = norm_kind::layer_norm;
  return result;
}

}  // namespace detail

/// Source: models/gpt2 of transformers from memory;
/// a published total checks it.
inline model read_gpt2(config_keys& keys) {
  constexpr frame_spelling spelling{"n_embd", "n_layer", "n_head"};
  constexpr whole_range positions{1, std::uint64_t{1} << 30};
  decoder_frame const frame = read_outer_frame(keys, true, spelling);
  keys.understand({"n_ctx", "reorder_and_upcast_attn", "scale_attn_by_inverse_layer_idx", "scale_attn_weights",
                   "summary_activation", "summary_proj_to_labels", "summary_type", "summary_use_proj",
                   "task_specific_params"});  // scores are scaled, and heads that summarise are not there
  grouped_query_attention<> const attention = detail::read_multi_head(keys, spelling, frame.d_model, true);
  std::uint64_t const d_ff = keys.whole_or("n_inner", width, 4 * frame.d_model);
  model result = detail::assemble_classic(keys, frame, attention, d_ff, true, 2);
  result.input.learned_positions = keys.whole("n_positions", positions);
  return result;
}

/// Parallel or not, a layer has two norms. Source: models/gpt_neox of transformers from memory;
/// a published total checks it.
inline model read_gpt_neox(config_keys& keys) {
  constexpr frame_spelling spelling{};
  decoder_frame const frame = read_outer_frame(keys, false, spelling);
  keys.understand({"rotary_emb_base", "rotary_pct", "use_parallel_residual"});
  require_flag(keys, "attention_bias", true, "published models have all biases");
  return detail::assemble_classic(keys, frame, detail::read_multi_head(keys, spelling, frame.d_model, true),
                                  keys.whole("intermediate_size", width), true, 2);
}

/// Positions are learned, with two more than `max_position_embeddings`. Source: models/opt of transformers from memory;
/// a published total checks it.
inline model read_opt(config_keys& keys) {
  constexpr frame_spelling spelling{};
  constexpr whole_range positions{1, std::uint64_t{1} << 30};
  constexpr std::uint64_t position_offset = 2;
  decoder_frame const frame = read_outer_frame(keys, true, spelling);
  require_flag(keys, "do_layer_norm_before", true, "another order has other norms");
  require_flag(keys, "enable_bias", true, "published models have all biases");
  require_flag(keys, "layer_norm_elementwise_affine", true, "published models have norms with weights");
  require_flag(keys, "_remove_final_layer_norm", false, "published models have the norm");
  keys.understand({"layerdrop"});
  keys.whole_or("word_embed_proj_dim", {frame.d_model, frame.d_model}, frame.d_model);
  model result = detail::assemble_classic(keys, frame, detail::read_multi_head(keys, spelling, frame.d_model, true),
                                          keys.whole("ffn_dim", width), true, 2);
  result.input.learned_positions = keys.whole("max_position_embeddings", positions) + position_offset;
  return result;
}

/// No positions, and a norm after the embedding. Source: models/bloom of transformers from memory;
/// a published total checks it.
inline model read_bloom(config_keys& keys) {
  bool const old = keys.value("hidden_size") == nullptr;
  frame_spelling const spelling{old ? "n_embed" : "hidden_size", "n_layer",
                                keys.value("n_head") == nullptr ? "num_attention_heads" : "n_head"};
  decoder_frame const frame = read_outer_frame(keys, true, spelling);
  keys.understand({"apply_residual_connection_post_layernorm", "bias_dropout_fusion", "masked_softmax_fusion",
                   "offset_alibi", "seq_length", "skip_bias_add", "skip_bias_add_qkv", "slow_but_exact",
                   "unk_token_id"});
  keys.whole_or("n_inner", {4 * frame.d_model, 4 * frame.d_model}, 0);
  model result = detail::assemble_classic(keys, frame, detail::read_multi_head(keys, spelling, frame.d_model, true),
                                          4 * frame.d_model, true, 2);
  result.input.norm = true;
  return result;
}

/// Phi-1 and Phi-2: attention and feed-forward in parallel after one norm, a head with a bias.
/// Source: models/phi of transformers from memory;
/// a published total checks it.
inline model read_phi(config_keys& keys) {
  constexpr frame_spelling spelling{};
  decoder_frame const frame = read_outer_frame(keys, false, spelling);
  grouped_query_attention<> const attention = detail::read_multi_head(keys, spelling, frame.d_model, true);
  if (keys.value("num_key_value_heads") != nullptr) {
    std::uint64_t const n_heads = static_cast<std::uint64_t>(attention.n_heads);
    keys.whole("num_key_value_heads", {n_heads, n_heads});
  }
  require_flag(keys, "qk_layernorm", false, "no published model has these norms");
  model result = detail::assemble_classic(keys, frame, attention, keys.whole("intermediate_size", width), true, 1);
  result.output.bias = true;
  return result;
}

/// Falcon-7B: one key-value head, attention and feed-forward in parallel after one norm, no biases.
/// Source: models/falcon of transformers from memory;
/// a published total checks it.
inline model read_falcon(config_keys& keys) {
  constexpr frame_spelling spelling{};
  decoder_frame const frame = read_outer_frame(keys, true, spelling);
  char const* const why = "only Falcon-7B's layers are read";
  require_flag(keys, "new_decoder_architecture", false, why);
  require_flag(keys, "multi_query", true, why);
  require_flag(keys, "parallel_attn", true, why);
  require_flag(keys, "bias", false, why);
  keys.understand({"alibi", "apply_residual_connection_post_layernorm", "num_kv_heads"});
  grouped_query_attention<> attention = detail::read_multi_head(keys, spelling, frame.d_model, false);
  attention.n_kv_heads = 1;
  std::uint64_t const d_ff = keys.whole_or("ffn_hidden_size", width, 4 * frame.d_model);
  return detail::assemble_classic(keys, frame, attention, d_ff, false, 1);
}

}  // namespace moetric::inline v0::io::hugging_face
