#pragma once

#include <cstdint>

#include "moetric/io/hugging_face/grouped_query.hpp"

/// Families from before Llama: LayerNorm with biases, feed-forwards of two matrices, one attention for all layers.
namespace moetric::v0::io::hugging_face {

namespace detail {

inline constexpr whole_range learned_positions{1, std::uint64_t{1} << 30};

/// As many key-value heads as heads, of d_model / heads each.
inline grouped_query_attention<> read_multi_head(config_keys& keys, frame_spelling const& spelling,
                                                 std::uint64_t d_model, bool bias) {
  std::uint64_t const n_heads = keys.whole(spelling.n_heads, width);
  check_divides(keys, spelling.d_model, d_model, spelling.n_heads, n_heads);
  return {.n_heads = n_heads, .head_dim = d_model / n_heads, .qkv_bias = bias, .output_bias = bias};
}

inline model assemble_classic(config_keys const& keys, decoder_frame const& frame,
                              grouped_query_attention<> const& attention, std::uint64_t d_ff, bool bias,
                              std::uint64_t norms_per_layer, count other_weights_per_layer = 0) {
  dense_ffn<> const ffn{.d_ff = d_ff, .kind = ffn_kind::plain, .bias = bias};
  model result = assemble(keys, frame, layer_kinds(frame.n_layers, 0),
                          {{attention, ffn, 1, norms_per_layer, other_weights_per_layer}});
  result.norm = norm_kind::layer_norm;
  return result;
}

/// Scores are scaled, and heads that summarise are not there.
inline void understand_gpt2(config_keys& keys) {
  keys.understand({"n_ctx", "reorder_and_upcast_attn", "scale_attn_by_inverse_layer_idx", "scale_attn_weights",
                   "summary_activation", "summary_proj_to_labels", "summary_type", "summary_use_proj",
                   "task_specific_params"});
}

/// Kind 1 for GPT-Neo's local layers: `attention_layers` names each, `attention_types` groups that repeat, such as
/// [[["global", "local"], 12]].
inline layer_kinds read_gpt_neo_layers(config_keys& keys, std::uint64_t n_layers) {
  layer_kinds each;
  if (keys.value("attention_layers") != nullptr)
    each = read_layer_names(keys, "attention_layers", n_layers, {"global", "local"});
  json const* const groups = keys.value("attention_types");
  if (groups == nullptr) {
    if (each.empty()) keys.refuse("attention_types", "be present, or 'attention_layers'", "is missing");
    return each;
  }
  layer_kinds kinds;
  auto const refuse = [&] {
    keys.refuse("attention_types", "hold pairs of names, 'global' and 'local', and a number", "got " + shown(*groups));
  };
  if (!groups->is_array()) refuse();
  for (json const& group : groups->array()) {
    if (!group.is_array() || group.array().size() != 2 || !group.array()[0].is_array() || !group.array()[1].is_number())
      refuse();
    double const times = group.array()[1].real();
    if (!(times >= 0 && times <= static_cast<double>(n_layers))) refuse();
    for (double i = 0; i < times; i += 1)
      for (json const& name : group.array()[0].array()) {
        if (name != "global" && name != "local") refuse();
        kinds.push_back(name == "local" ? 1 : 0);
      }
  }
  check_one_for_each_layer(keys, "attention_types", kinds.size(), n_layers);
  if (!each.empty() && each != kinds) keys.refuse("attention_types", "agree with 'attention_layers'", "does not");
  return kinds;
}

inline constexpr frame_spelling gpt2_spelling{"n_embd", "n_layer", "n_head"};

inline model read_gpt2_layers(config_keys& keys, bool one_kv_head) {
  decoder_frame const frame = read_outer_frame(keys, true, gpt2_spelling);
  understand_gpt2(keys);
  grouped_query_attention<> attention = read_multi_head(keys, gpt2_spelling, frame.d_model, true);
  if (one_kv_head) attention.n_kv_heads = 1;
  std::uint64_t const d_ff = keys.whole_or("n_inner", width, 4 * frame.d_model);
  model result = assemble_classic(keys, frame, attention, d_ff, true, 2);
  result.input.learned_positions = keys.whole("n_positions", learned_positions);
  return result;
}

}  // namespace detail

/// Source: models/gpt2 of huggingface/transformers.
inline model read_gpt2(config_keys& keys) {
  return detail::read_gpt2_layers(keys, false);
}

/// StarCoder: GPT-2 with one key-value head unless told otherwise. Source: models/gpt_bigcode of
/// huggingface/transformers.
inline model read_gpt_bigcode(config_keys& keys) {
  keys.understand({"inference_runner", "pad_key_length", "pre_allocate_kv_cache", "validate_runner_input"});
  bool const one = keys.flag("multi_query", true);
  std::uint64_t const n_kv_heads = one ? 1 : keys.whole("n_head", width);
  keys.whole_or("num_key_value_heads", {n_kv_heads, n_kv_heads}, n_kv_heads);  // what `multi_query` says
  return detail::read_gpt2_layers(keys, one);
}

/// GPT-J: attention without biases and feed-forward in parallel after one norm, a head with a bias.
/// CodeGen is the same. Source: models/gptj and models/codegen of huggingface/transformers.
inline model read_gptj(config_keys& keys) {
  decoder_frame const frame = read_outer_frame(keys, false, detail::gpt2_spelling);
  detail::understand_gpt2(keys);
  keys.understand({"n_positions", "rotary", "rotary_dim"});
  grouped_query_attention<> const attention =
      detail::read_multi_head(keys, detail::gpt2_spelling, frame.d_model, false);
  model result =
      detail::assemble_classic(keys, frame, attention, keys.whole_or("n_inner", width, 4 * frame.d_model), true, 1);
  result.output.bias = true;
  return result;
}

/// MPT: ALiBi, so no learned positions; no biases. Source: models/mpt of huggingface/transformers.
inline model read_mpt(config_keys& keys) {
  constexpr frame_spelling spelling{"d_model", "n_layers", "n_heads"};
  decoder_frame const frame = read_outer_frame(keys, true, spelling);
  require_flag(keys, "no_bias", true, "biases are not read");
  keys.understand({"attn_config", "embedding_fraction", "init_config", "init_device", "learned_pos_emb", "logit_scale",
                   "max_seq_len", "norm_type", "verbose", "tokenizer_name"});
  if (json const* const attention = keys.value("attn_config"); attention != nullptr) {
    if (!attention->is_object()) keys.refuse("attn_config", "be an object", "got " + shown(*attention));
    config_keys inner(attention->object(), keys.model_type());
    inner.understand({"alibi", "alibi_bias_max", "attn_impl", "attn_pdrop", "clip_qkv", "softmax_scale"});
    if (auto const type = inner.text("attn_type"); type && *type != "multihead_attention")
      inner.refuse("attn_type", "be 'multihead_attention'", "got " + in_quotes(*type));
    for (char const* const key : {"attn_uses_sequence_id", "prefix_lm", "qk_ln"})
      require_flag(inner, key, false, "it is not read");
  }
  constexpr std::uint64_t ratio = 4;  // whatever the key says in transformers
  keys.whole_or("expansion_ratio", {ratio, ratio}, ratio);
  model result = detail::assemble_classic(keys, frame, detail::read_multi_head(keys, spelling, frame.d_model, false),
                                          ratio * frame.d_model, false, 2);
  result.norm = norm_kind::layer_norm_without_bias;
  return result;
}

/// Parallel or not, a layer has two norms. Source: models/gpt_neox of huggingface/transformers.
inline model read_gpt_neox(config_keys& keys) {
  constexpr frame_spelling spelling{};
  decoder_frame const frame = read_outer_frame(keys, false, spelling);
  keys.understand({"rotary_emb_base", "rotary_pct", "use_parallel_residual"});
  bool const attention_bias = keys.flag("attention_bias", true);
  return detail::assemble_classic(keys, frame, detail::read_multi_head(keys, spelling, frame.d_model, attention_bias),
                                  keys.whole("intermediate_size", width), true, 2);
}

/// GPT-Neo: GPT-2 without biases on queries, keys and values, and with windows where `attention_types` says "local".
/// Source: models/gpt_neo of huggingface/transformers.
inline model read_gpt_neo(config_keys& keys) {
  frame_spelling const spelling{"hidden_size", keys.value("num_layers") == nullptr ? "num_hidden_layers" : "num_layers",
                                keys.value("num_heads") == nullptr ? "num_attention_heads" : "num_heads"};
  decoder_frame const frame = read_outer_frame(keys, true, spelling);
  detail::understand_gpt2(keys);
  keys.understand({"embed_dropout", "resid_dropout"});
  grouped_query_attention<> global = detail::read_multi_head(keys, spelling, frame.d_model, false);
  global.output_bias = true;
  grouped_query_attention<> local = global;
  local.window = std::min<std::uint64_t>(keys.whole_or("window_size", window_width, 256), unlimited_window);
  layer_kinds const kinds = detail::read_gpt_neo_layers(keys, frame.n_layers);
  dense_ffn<> const ffn{
      .d_ff = keys.whole_or("intermediate_size", width, 4 * frame.d_model), .kind = ffn_kind::plain, .bias = true};
  model result = assemble(keys, frame, kinds, {{global, ffn}, {local, ffn}});
  result.norm = norm_kind::layer_norm;
  result.input.learned_positions = keys.whole("max_position_embeddings", detail::learned_positions);
  return result;
}

/// Positions are learned, with two more than `max_position_embeddings`.
/// Source: models/opt of huggingface/transformers.
inline model read_opt(config_keys& keys) {
  constexpr frame_spelling spelling{};
  constexpr std::uint64_t position_offset = 2;
  decoder_frame const frame = read_outer_frame(keys, true, spelling);
  require_flag(keys, "do_layer_norm_before", true, "another order is without the final norm");
  require_flag(keys, "_remove_final_layer_norm", false, "published models have the norm");
  bool const bias = keys.flag("enable_bias", true);
  keys.understand({"layerdrop"});
  keys.whole_or("word_embed_proj_dim", {frame.d_model, frame.d_model}, frame.d_model);
  model result = detail::assemble_classic(keys, frame, detail::read_multi_head(keys, spelling, frame.d_model, bias),
                                          keys.whole("ffn_dim", width), bias, 2);
  if (!keys.flag("layer_norm_elementwise_affine", true)) result.norm = norm_kind::without_weights;
  result.input.learned_positions = keys.whole("max_position_embeddings", detail::learned_positions) + position_offset;
  return result;
}

/// No positions, and a norm after the embedding. Source: models/bloom of huggingface/transformers.
inline model read_bloom(config_keys& keys) {
  bool const old = keys.value("hidden_size") == nullptr;
  frame_spelling const spelling{old ? "n_embed" : "hidden_size",
                                keys.value("n_layer") == nullptr ? "num_hidden_layers" : "n_layer",
                                keys.value("n_head") == nullptr ? "num_attention_heads" : "n_head"};
  keys.whole({"hidden_size", "n_embed"}, width);
  keys.whole({"n_layer", "num_hidden_layers"}, layer_count);
  keys.whole({"n_head", "num_attention_heads"}, width);
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
/// Source: models/phi of huggingface/transformers.
inline model read_phi(config_keys& keys) {
  constexpr frame_spelling spelling{};
  decoder_frame const frame = read_outer_frame(keys, false, spelling);
  grouped_query_attention<> attention = detail::read_multi_head(keys, spelling, frame.d_model, true);
  if (auto const n_kv_heads = keys.whole_if_present("num_key_value_heads", width)) {
    check_divides(keys, spelling.n_heads, static_cast<std::uint64_t>(attention.n_heads), "num_key_value_heads",
                  *n_kv_heads);
    attention.n_kv_heads = *n_kv_heads;
  }
  // Two LayerNorms that all heads share.
  count const qk_norms =
      keys.flag("qk_layernorm", false) ? 2 * norm_weights(norm_kind::layer_norm, attention.head_dim) : count(0);
  model result =
      detail::assemble_classic(keys, frame, attention, keys.whole("intermediate_size", width), true, 1, qk_norms);
  result.output.bias = true;
  return result;
}

/// Phi-1.5 and Phi-2 as they were first published: the same layers with GPT-2's spellings.
/// Source: modeling_phi.py of microsoft/phi-2.
inline model read_phi_msft(config_keys& keys) {
  decoder_frame const frame = read_outer_frame(keys, false, detail::gpt2_spelling);
  keys.understand({"embd_layer", "embd_pdrop", "flash_attn", "flash_rotary", "fused_dense", "n_positions",
                   "resid_pdrop", "rotary_dim"});
  std::uint64_t const n_heads = keys.whole("n_head", width);
  keys.whole_or("n_head_kv", {n_heads, n_heads}, n_heads);
  model result =
      detail::assemble_classic(keys, frame, detail::read_multi_head(keys, detail::gpt2_spelling, frame.d_model, true),
                               keys.whole_or("n_inner", width, 4 * frame.d_model), true, 1);
  result.output.bias = true;
  return result;
}

/// Phi-3-small: grouped queries with biases, gated feed-forwards with biases, LayerNorm. Its block-sparse layers are
/// counted as full ones. Source: models/phi3small.py of ml-explore/mlx-lm.
inline model read_phi3small(config_keys& keys) {
  constexpr grouped_query_family family{.model_type = "phi3small", .free_head_dim = false};
  decoder_frame const frame = read_outer_frame(keys, true);
  keys.understand({"blocksparse_block_size", "blocksparse_homo_head_pattern", "blocksparse_num_local_blocks",
                   "blocksparse_triton_kernel_block_size", "blocksparse_vert_stride", "dense_attention_every_n_layers",
                   "dummy_token_indices", "ff_dim_multiplier", "gegelu_limit", "gegelu_pad_to_256",
                   "mup_attn_multiplier", "mup_embedding_multiplier", "mup_use_scaling", "mup_width_multiplier",
                   "pad_sequence_to_multiple_of_64", "rope_embedding_base", "rope_position_scale"});
  grouped_query_attention<> attention = detail::read_attention(keys, family, frame.d_model);
  attention.qkv_bias = attention.output_bias = true;
  keys.notes().push_back("block-sparse attention of model_type 'phi3small' is counted as full attention");
  dense_ffn<> const ffn{.d_ff = keys.whole("ff_intermediate_size", width), .bias = true};
  model result = assemble(keys, frame, layer_kinds(frame.n_layers, 0), {{attention, ffn}});
  result.norm = norm_kind::layer_norm;
  return result;
}

/// Falcon: attention and feed-forward in parallel after one norm or two, or one after the other. Its first files are of
/// "RefinedWeb", with the new architecture, and "RefinedWebModel".
/// Source: models/falcon of huggingface/transformers; modelling_RW.py of tiiuae/falcon-40b and tiiuae/falcon-7b.
inline model read_falcon(config_keys& keys) {
  frame_spelling const spelling{.n_layers = keys.value("n_layer") == nullptr ? "num_hidden_layers" : "n_layer",
                                .n_heads = keys.value("n_head") == nullptr ? "num_attention_heads" : "n_head"};
  decoder_frame const frame = read_outer_frame(keys, true, spelling);
  bool const grouped = keys.flag("new_decoder_architecture", keys.model_type() == "RefinedWeb");
  bool const one = keys.flag("multi_query", true);
  bool const parallel = keys.flag("parallel_attn", true);
  bool const bias = keys.flag("bias", false);
  keys.understand({"alibi", "apply_residual_connection_post_layernorm", "ff_factor", "n_head_kv", "num_kv_heads"});
  if (grouped && !parallel)
    keys.refuse("parallel_attn", "be true with 'new_decoder_architecture', as the modelling code wants", "got false");
  grouped_query_attention<> attention = detail::read_multi_head(keys, spelling, frame.d_model, bias);
  if (grouped) {
    std::uint64_t const n_heads = static_cast<std::uint64_t>(attention.n_heads);
    std::string_view const kv_key = keys.value("n_head_kv") == nullptr ? "num_kv_heads" : "n_head_kv";
    std::uint64_t const n_kv_heads = keys.whole_or(kv_key, width, n_heads);
    check_divides(keys, spelling.n_heads, n_heads, kv_key, n_kv_heads);
    attention.n_kv_heads = n_kv_heads;
  } else if (one) {
    attention.n_kv_heads = 1;
  }
  std::uint64_t const most_norms = grouped ? 2 : 1;
  std::uint64_t const parallel_norms = keys.whole_or("num_ln_in_parallel_attn", {1, most_norms}, most_norms);
  std::uint64_t const d_ff = keys.whole_or("ffn_hidden_size", width, 4 * frame.d_model);
  return detail::assemble_classic(keys, frame, attention, d_ff, bias, parallel ? parallel_norms : 2);
}

}  // namespace moetric::v0::io::hugging_face
