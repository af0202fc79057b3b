#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/io/hugging_face/gpt_oss.hpp"
#include "moetric/io/hugging_face/grouped_query.hpp"
#include "moetric/io/hugging_face/sparse_variants.hpp"

/// StepFun's Step-3 and Step-3.5.
namespace moetric::v0::io::hugging_face {

namespace detail {

/// The layers with experts, by name, or by their indices in `moe_layers_enum`, as an array or as a comma-separated
/// string, or all after the first `first_k_dense_replace`.
inline layer_choice read_step_layers(config_keys& keys, std::uint64_t n_layers) {
  constexpr std::string_view key = "moe_layers_enum";
  if (keys.value("mlp_layer_types") != nullptr)
    return as_choice(read_layer_names(keys, "mlp_layer_types", n_layers, {"dense", "sparse"}));
  json const* const held = keys.value(key);
  layer_choice sparse(n_layers, held == nullptr);
  std::uint64_t const n_dense = keys.whole_or("first_k_dense_replace", {0, n_layers}, 0);
  if (held == nullptr && keys.value("first_k_dense_replace") == nullptr)
    keys.refuse(key, "be present, or 'mlp_layer_types', since releases disagree on the layers without experts",
                "is missing");
  if (held == nullptr) {
    std::fill_n(sparse.begin(), n_dense, false);
    return sparse;
  }
  if (held->is_array()) {
    for (std::uint64_t const i : keys.wholes(key, {0, n_layers - 1})) sparse[i] = true;
    return sparse;
  }
  std::string const text = *keys.text(key);
  char const* const end = text.data() + text.size();
  auto const skip_blanks = [end](char const* at) {
    while (at != end && *at == ' ') ++at;
    return at;
  };
  for (char const* at = text.data();; ++at) {
    std::uint64_t index = 0;
    auto const [past, error] = std::from_chars(skip_blanks(at), end, index);
    at = skip_blanks(past);
    if (error != std::errc{} || index >= n_layers || (at != end && *at != ','))
      keys.refuse(key, "hold indices of layers with commas between", "got " + in_quotes(text));
    sparse[index] = true;
    if (at == end) return sparse;
  }
}

inline experts<> read_step_experts(config_keys& keys) {
  require_flag(keys, "use_moe", true, "the modelling code does not read it");
  keys.understand({"max_position_embedding", "max_seq_len", "n_shared_experts", "moe_dynamic_exp_p",
                   "moe_every_n_layer", "moe_layer_offset", "moe_router_activation", "moe_router_scaling_factor",
                   "need_fp32_gate", "norm_expert_weight"});
  std::uint64_t const n_experts = keys.whole({"moe_num_experts", "num_experts", "n_routed_experts"}, expert_count);
  std::uint64_t const top_k = keys.whole({"moe_top_k", "num_experts_per_tok"}, expert_count);
  check_top_k(keys, "moe_top_k", top_k, "moe_num_experts", n_experts);
  return {.n_experts = n_experts,
          .top_k = top_k,
          .d_expert = keys.whole("moe_intermediate_size", width),
          .n_shared_experts = 1,
          .d_shared_expert = keys.whole({"share_expert_dim", "share_expert_dims"}, width)};
}

/// The configuration class takes embedding and head for tied when the key is absent; no published model is.
inline decoder_frame read_step_frame(config_keys& keys) {
  keys.flag("tie_word_embeddings");
  return read_frame(keys);
}

/// One of Step-3.5's two attentions, whose heads are in `heads`.
inline grouped_query_attention<> read_step_attention(config_keys& keys, config_keys& heads, bool gated) {
  std::uint64_t const n_heads = heads.whole("num_attention_heads", width);
  std::uint64_t const n_kv_heads = heads.whole({"num_attention_groups", "num_key_value_heads"}, width);
  check_divides(heads, "num_attention_heads", n_heads, "num_attention_groups", n_kv_heads);
  std::uint64_t const head_dim = keys.whole("head_dim", width);
  if (heads.whole_or("head_dim", width, head_dim) != head_dim) heads.refuse("head_dim", "be the one outside", "is not");
  check_heads_width(heads, n_heads, "'head_dim'", head_dim);
  return {.n_heads = n_heads,
          .n_kv_heads = n_kv_heads,
          .head_dim = head_dim,
          .qk_norm = qk_norm_kind::per_head,
          .output_gate = gated ? output_gate_kind::per_head : output_gate_kind::none};
}

/// The heads of windows, which transformers writes once, and again for each layer in `per_layer_config`.
inline void check_step_heads(config_keys& keys, layer_kinds const& is_window, grouped_query_attention<> const& window) {
  check_divides(keys, "num_sliding_attention_heads", static_cast<std::uint64_t>(window.n_heads), "num_key_value_heads",
                static_cast<std::uint64_t>(window.n_kv_heads));
  check_product(keys, "num_sliding_attention_heads", static_cast<std::uint64_t>(window.n_heads), "'head_dim'",
                static_cast<std::uint64_t>(window.head_dim));
  if (keys.value("per_layer_config") == nullptr) return;
  config_keys const layers = read_inner(keys, "per_layer_config");
  for (auto const& [index, change] : layers.object()) {
    json const* const heads =
        change.is_object() && change.object().size() == 1 ? change.object().find("num_attention_heads") : nullptr;
    std::size_t i = 0;
    auto const [end, error] = std::from_chars(index.data(), index.data() + index.size(), i);
    bool const whole = error == std::errc{} && end == index.data() + index.size();
    if (!whole || i >= is_window.size() || is_window[i] == 0 || heads == nullptr ||
        *heads != static_cast<std::uint64_t>(window.n_heads))
      keys.refuse("per_layer_config", "give windows 'num_sliding_attention_heads' alone",
                  "differs for " + in_quotes(index));
  }
}

}  // namespace detail

/// Step-3.5-Flash: windows with heads of their own in most layers, a gate for each head, and modules of multi-token
/// prediction of the kinds that the lists go on with after the layers.
/// Source: modeling_step3p5.py of stepfun-ai/Step-3.5-Flash; its modules through vLLM.
inline model read_step3p5(config_keys& keys) {
  decoder_frame const frame = detail::read_step_frame(keys);
  require_flag(keys, "use_qk_norm", true, "the modelling code always normalises");
  require_flag(keys, "attention_bias", false, "no published model has these biases");
  require_flag(keys, "sink", false, "the modelling code has none");
  keys.understand({"partial_rotary_factors", "query_pre_attn_scalar", "swiglu_limits", "swiglu_limits_shared",
                   "use_rope_layers", "yarn_only_types", "zero_centered"});
  if (std::string const kind = keys.text("att_impl_type").value_or("GQA"); kind != "GQA")
    keys.refuse("att_impl_type", "be 'GQA'", "got " + in_quotes(kind));
  bool const native = keys.value("num_sliding_attention_heads") != nullptr;  // as transformers writes it
  bool const gated = native ? keys.flag("use_head_wise_attn_gate", true) : keys.flag("use_head_wise_attn_gate");
  grouped_query_attention<> const full = detail::read_step_attention(keys, keys, gated);

  std::uint64_t const modules = keys.whole_or("num_nextn_predict_layers", layer_index, 0);
  std::uint64_t const n_named = frame.n_layers + modules;
  layer_kinds named =
      read_layer_names(keys, "layer_types", keys.texts("layer_types").size() == n_named ? n_named : frame.n_layers,
                       {"full_attention", "sliding_attention"});
  if (n_named != named.size() && keys.value("mtp_layer_types") != nullptr)
    for (std::size_t const kind :
         read_layer_names(keys, "mtp_layer_types", modules, {"full_attention", "sliding_attention"}))
      named.push_back(kind);
  if (keys.value("mtp_mlp_layer_types") != nullptr) read_layer_names(keys, "mtp_mlp_layer_types", modules, {"dense"});
  grouped_query_attention<> window = full;
  if (native) {
    window.n_heads = keys.whole("num_sliding_attention_heads", width);
    detail::check_step_heads(keys, named, window);
  }
  if (keys.value("attention_other_setting") != nullptr) {
    config_keys other = read_inner(keys, "attention_other_setting");
    if (other.text("attention_type").value_or("") != "sliding_attention")
      other.refuse("attention_type", "be 'sliding_attention'", "is not");
    window = detail::read_step_attention(keys, other, gated);
    other.whole_or("true_head_dim", {1, width.most}, 1);
    judge_the_rest(other);
    if (native && window.n_heads != keys.whole("num_sliding_attention_heads", width))
      keys.refuse("num_sliding_attention_heads", "agree with 'attention_other_setting'", "does not");
  }
  auto const size = keys.whole_if_present("sliding_window", window_width);
  if (size) window = detail::windowed(window, *size);

  experts<> moe = detail::read_step_experts(keys);
  moe.correction_bias = native ? keys.flag("use_moe_router_bias", true) : keys.flag("use_moe_router_bias");
  dense_ffn<> const dense{.d_ff = frame.intermediate_size};
  layer_choice const is_window = as_choice(named);
  model result =
      assemble(keys, frame, {full, window}, is_window, {dense, moe}, detail::read_step_layers(keys, frame.n_layers));
  if (modules == 0) return result;
  if (named.size() != n_named)
    keys.refuse("layer_types", "have an item for each of 'num_nextn_predict_layers' too", "does not");
  for (std::uint64_t i = frame.n_layers; i != n_named; ++i)
    if (is_window[i] != is_window[frame.n_layers])
      keys.refuse("layer_types", "end with equal items for 'num_nextn_predict_layers'", "does not");
  result.mtp = {.modules = modules, .block = {is_window[frame.n_layers] ? window : full, dense}};
  return result;
}

/// Step-3.7-Flash in the spelling of engines: Step-3.5's layers. The heads of the windows have to be there, since they
/// differ from those of full attention.
inline model read_step3p7(config_keys& keys) {
  if (keys.value("attention_other_setting") == nullptr && keys.value("num_sliding_attention_heads") == nullptr)
    keys.refuse("attention_other_setting", "be present, since the windows' layers have heads of their own",
                "is missing: this file does not give them");
  return read_step3p5(keys);
}

/// Step-3: one key-value head, and queries through a low rank. Source: modeling_step3.py of stepfun-ai/step3, through
/// vLLM's models/step3_text.py; the rounded published total checks it.
inline model read_step3_text(config_keys& keys) {
  decoder_frame const frame = detail::read_step_frame(keys);
  std::uint64_t const n_heads = keys.whole("num_attention_heads", width);
  std::uint64_t const head_dim = keys.whole("head_dim", width);
  check_heads_width(keys, n_heads, "'head_dim'", head_dim);
  keys.whole("num_attention_groups", {1, 1});
  grouped_query_attention<> const attention{.n_heads = n_heads,
                                            .n_kv_heads = 1,
                                            .head_dim = head_dim,
                                            .query_lora = true,
                                            .q_lora_rank = keys.whole("share_q_dim", width)};
  return assemble(keys, frame, {attention, attention}, layer_choice(frame.n_layers, false),
                  {dense_ffn<>{.d_ff = frame.intermediate_size}, detail::read_step_experts(keys)},
                  detail::read_step_layers(keys, frame.n_layers));
}

}  // namespace moetric::v0::io::hugging_face
