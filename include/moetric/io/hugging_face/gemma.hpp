#pragma once

#include <cstdint>
#include <string>

#include "moetric/io/hugging_face/gemma_3n.hpp"

/// Gemma 1 to 4. All tie embedding and head by default.
namespace moetric::v0::io::hugging_face {

namespace detail {

/// The layers without a window: by name, else every `period`-th.
inline layer_kinds read_gemma_layers(config_keys& keys, std::uint64_t n_layers, std::uint64_t period) {
  return keys.value("layer_types") == nullptr
             ? every(period, n_layers)
             : read_layer_names(keys, "layer_types", n_layers, {"sliding_attention", "full_attention"});
}

/// Gemma 2 and 3: four norms a layer, and a window in all but every `period`-th layer.
inline model read_windowed_gemma(config_keys& keys, grouped_query_family const& family, std::uint64_t period) {
  decoder_frame const frame = read_frame(keys, family.tied);
  grouped_query_attention<> const full = read_attention(keys, family, frame.d_model);
  dense_ffn<> const dense{.d_ff = frame.intermediate_size};
  keys.understand(
      {"attn_logit_softcapping", "cache_implementation", "final_logit_softcapping", "query_pre_attn_scalar"});
  require_flag(keys, "use_bidirectional_attention", false, "causal attention is counted");
  std::uint64_t const window = read_window(keys, family.absent_window);
  keys.whole_or("sliding_window_size", {window, window}, window);  // an older spelling, which must agree
  return assemble(keys, frame, read_gemma_layers(keys, frame.n_layers, period),
                  {{windowed(full, window), dense, 1, 4}, {full, dense, 1, 4}});
}

}  // namespace detail

/// Source: models/gemma of huggingface/transformers.
inline model read_gemma(config_keys& keys) {
  constexpr grouped_query_family family{.model_type = "gemma",
                                        .biases = bias_rule::attention_bias,
                                        .absent_n_kv_heads = 16,
                                        .absent_head_dim = 256,
                                        .tied = true};
  require_flag(keys, "use_bidirectional_attention", false, "causal attention is counted");
  keys.understand({"num_image_tokens"});  // of PaliGemma's tower
  return read_grouped_query(keys, family);
}

/// Source: models/gemma2 of huggingface/transformers.
inline model read_gemma2(config_keys& keys) {
  return detail::read_windowed_gemma(keys,
                                     {.model_type = "gemma2",
                                      .biases = bias_rule::attention_bias,
                                      .absent_n_kv_heads = 4,
                                      .absent_head_dim = 256,
                                      .absent_window = 4096,
                                      .tied = true},
                                     2);
}

/// Source: models/gemma3 of huggingface/transformers.
inline model read_gemma3(config_keys& keys) {
  keys.whole_if_present("_sliding_window_pattern", layer_count);  // written, never read
  std::uint64_t const period = keys.whole_or("sliding_window_pattern", layer_count, 6);
  return detail::read_windowed_gemma(keys,
                                     {.model_type = "gemma3_text",
                                      .biases = bias_rule::attention_bias,
                                      .qk_norm = qk_norm_kind::per_head,
                                      .absent_n_kv_heads = 4,
                                      .absent_head_dim = 256,
                                      .absent_window = 4096,
                                      .tied = true},
                                     period);
}

/// Gemma 4: windowed and full attention with heads of their own, and a scale for each layer. Full attention may use its
/// keys as values. The last layers of small models share keys and values and may have feed-forwards of twice the width.
/// With experts, a dense feed-forward stands beside them, with seven norms in all, a scale of the router's input and
/// one for each expert. Source: models/gemma4 of huggingface/transformers.
inline model read_gemma4(config_keys& keys) {
  constexpr grouped_query_family family{.model_type = "gemma4_text",
                                        .qk_norm = qk_norm_kind::per_head,
                                        .absent_n_kv_heads = 4,
                                        .absent_head_dim = 256,
                                        .tied = true};
  decoder_frame const frame = read_frame(keys, family.tied);
  per_layer_embedding<> const embeddings = detail::read_per_layer_embedding(keys, 0, 262144);
  keys.understand({"final_logit_softcapping"});
  if (auto const bidirectional = keys.text("use_bidirectional_attention"); bidirectional && *bidirectional != "vision")
    keys.refuse("use_bidirectional_attention", "be null or 'vision'", "got " + in_quotes(*bidirectional));

  grouped_query_attention<> const local =
      detail::windowed(detail::read_attention(keys, family, frame.d_model), detail::read_window(keys, 512));
  grouped_query_attention<> global = local;
  global.window = unlimited_window;
  std::uint64_t const n_heads = keys.whole("num_attention_heads", width);
  std::uint64_t const global_dim = keys.whole("global_head_dim", width);
  check_heads_width(keys, n_heads, "'global_head_dim'", global_dim);
  global.head_dim = global.v_head_dim = global_dim;
  // The modelling code reads the number of global heads only where keys are values.
  auto const n_global = keys.whole_if_present("num_global_key_value_heads", width);
  if (keys.flag("attention_k_eq_v", false)) {
    global.key_values = key_value_kind::key_is_value;
    if (n_global) {
      check_divides(keys, "num_attention_heads", n_heads, "num_global_key_value_heads", *n_global);
      global.n_kv_heads = *n_global;
    }
  }

  layer_kinds kinds = detail::read_gemma_layers(keys, frame.n_layers, 6);
  kinds.back() = 1;  // regardless of its name
  if (!keys.flag("enable_moe_block", false)) {
    keys.understand({"num_experts", "top_k_experts", "moe_intermediate_size"});
    std::uint64_t const n_own = frame.n_layers - detail::read_shared_layers(keys, frame.n_layers, kinds, 0);
    bool const doubled = keys.flag("use_double_wide_mlp", false);
    model result = assemble_each(keys, frame, [&](std::uint64_t i) {
      grouped_query_attention<> attention = kinds[i] == 1 ? global : local;
      if (i >= n_own) attention.key_values = key_value_kind::shared;
      return group{attention, dense_ffn<>{.d_ff = frame.intermediate_size * (i >= n_own && doubled ? 2 : 1)}, 1, 4, 1};
    });
    result.side.embeddings = embeddings;
    return result;
  }
  if (embeddings.width != 0) keys.refuse("enable_moe_block", "be false with embeddings of each layer", "got true");
  std::uint64_t const n_experts = keys.whole("num_experts", expert_count);
  std::uint64_t const top_k = keys.whole("top_k_experts", expert_count);
  check_top_k(keys, "top_k_experts", top_k, "num_experts", n_experts);
  experts<> const moe{.n_experts = n_experts,
                      .top_k = top_k,
                      .d_expert = keys.whole("moe_intermediate_size", width),
                      .d_residual = frame.intermediate_size,
                      .other_weights = frame.d_model + n_experts};
  return assemble(keys, frame, kinds, {{local, moe, 1, 7, 1}, {global, moe, 1, 7, 1}});
}

}  // namespace moetric::v0::io::hugging_face
