#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "moetric/io/hugging_face/gpt_oss.hpp"
#include "moetric/io/hugging_face/latent.hpp"

namespace moetric::v0::io::hugging_face {

namespace detail {

/// The heads of one of MiMo's two attentions, whose keys begin with `prefix`.
inline grouped_query_attention<> read_prefixed_attention(config_keys& keys, std::string const& prefix) {
  std::string const heads_key = prefix + "num_attention_heads";
  std::string const kv_heads_key = prefix + "num_key_value_heads";
  std::uint64_t const n_heads = keys.whole(heads_key, width);
  std::uint64_t const n_kv_heads = keys.whole(kv_heads_key, width);
  check_divides(keys, heads_key, n_heads, kv_heads_key, n_kv_heads);
  std::uint64_t const head_dim = keys.whole(prefix + "head_dim", width);
  std::uint64_t const v_head_dim = keys.whole(prefix + "v_head_dim", width);
  check_product(keys, heads_key, n_heads, in_quotes(prefix + "head_dim"), std::max(head_dim, v_head_dim));
  return {.n_heads = n_heads, .n_kv_heads = n_kv_heads, .head_dim = head_dim, .v_head_dim = v_head_dim};
}

}  // namespace detail

/// MiMo-V2-Flash, V2.5 and V2.6: full and windowed attention with heads of their own, experts where `moe_layer_freq`
/// says 1. Transformers names the layers instead, and leaves out what its code fixes: windows have sinks and twice the
/// key-value heads. Source: models/mimo_v2_flash of huggingface/transformers; config.json of XiaomiMiMo/MiMo-V2-Flash.
inline model read_mimo_v2_flash(config_keys& keys) {
  constexpr latent_family family{.model_type = "mimo_v2", .absent_topk_method = "noaux_tc"};
  decoder_frame const frame = read_frame(keys);
  bool const named = keys.value("layer_types") != nullptr && keys.value("hybrid_layer_pattern") == nullptr;
  grouped_query_attention<> full = detail::read_prefixed_attention(keys, "");
  full.sinks = keys.flag("add_full_attention_sink_bias", false);
  grouped_query_attention<> window = full;
  if (named) {
    window.n_kv_heads = 2 * full.n_kv_heads;
    check_divides(keys, "num_attention_heads", static_cast<std::uint64_t>(full.n_heads), "num_key_value_heads",
                  static_cast<std::uint64_t>(window.n_kv_heads));
    window.sinks = true;
  } else {
    window = detail::read_prefixed_attention(keys, "swa_");
    window.sinks = keys.flag("add_swa_attention_sink_bias", false);
  }
  window = detail::windowed(window, keys.whole({"sliding_window", "sliding_window_size"}, window_width));
  // One the modelling code does not read, a factor, and the rotary base of the windows.
  keys.understand({"attention_chunk_size", "attention_value_scale", "swa_rope_theta"});
  require_flag(keys, "attention_bias", false, "the places of other biases are not known");
  if (keys.value("n_shared_experts") != nullptr)
    keys.refuse("n_shared_experts", "be null, since no published model has them", "is there");
  dense_ffn<> const dense{.d_ff = frame.intermediate_size};
  layer_choice const is_window =
      named ? as_choice(read_layer_names(keys, "layer_types", frame.n_layers, {"full_attention", "sliding_attention"}))
            : read_layer_switches(keys, "hybrid_layer_pattern", frame.n_layers);
  layer_choice const is_sparse =
      named ? as_choice(read_layer_names(keys, "mlp_layer_types", frame.n_layers, {"dense", "sparse"}))
            : read_layer_switches(keys, "moe_layer_freq", frame.n_layers);
  model result = assemble(keys, frame, {full, window}, is_window,
                          {dense, detail::read_latent_experts(keys, family, !named)}, is_sparse);
  read_unpublished_modules(keys, result, {window, dense});
  return result;
}

/// MiMo: Qwen2 with modules of multi-token prediction. Source: modeling_mimo.py of XiaomiMiMo/MiMo-7B-Base.
inline model read_mimo(config_keys& keys) {
  constexpr grouped_query_family family{.model_type = "mimo",
                                        .biases = bias_rule::qkv,
                                        .absent_n_kv_heads = 32,
                                        .windows = windowed_layers::upper_layers,
                                        .absent_window = 4096};
  require_flag(keys, "attention_bias", true, "queries, keys and values always have one");
  model result = read_grouped_query(keys, family);
  stack::run const& last = result.layers.runs[result.layers.runs.size() - 1];
  read_modules(keys, result, {result.layers.mixer_of(last), result.layers.ffn_of(last)});
  return result;
}

}  // namespace moetric::v0::io::hugging_face
