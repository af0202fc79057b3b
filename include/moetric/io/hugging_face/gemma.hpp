#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "moetric/io/hugging_face/gemma_3n.hpp"
#include "moetric/io/hugging_face/gpt_oss.hpp"
#include "moetric/io/hugging_face/key_rules.hpp"

/// Gemma 1 to 4. All tie embedding and head by default.
namespace moetric::v0::io::hugging_face {

namespace detail {

/// The layers without a window: by name, else every `period`-th.
inline layer_kinds read_gemma_layers(config_keys& keys, std::uint64_t n_layers, std::uint64_t period) {
  return keys.value("layer_types") == nullptr
             ? every(period, n_layers)
             : read_layer_names(keys, "layer_types", n_layers, {"sliding_attention", "full_attention"});
}

/// Gemma 2 and 3: four norms a layer (`norms_per_layer`), and a window in all but every `period`-th layer.
inline model read_windowed_gemma(config_keys& keys, grouped_query_family const& family, std::uint64_t period) {
  decoder_frame const frame = read_frame(keys, family.tied);
  grouped_query_attention<> const full = read_attention(keys, family, frame.d_model);
  dense_ffn<> const dense{.d_ff = frame.intermediate_size};
  keys.understand(
      {"attn_logit_softcapping", "cache_implementation", "final_logit_softcapping", "query_pre_attn_scalar"});
  require_flag(keys, "use_bidirectional_attention", false, "causal attention is counted");
  std::uint64_t const window = read_window(keys, family.absent_window);
  keys.whole_or("sliding_window_size", {window, window}, window);  // an older spelling, which must agree
  return assemble(
      keys, frame, read_gemma_layers(keys, frame.n_layers, period),
      {{windowed(full, window), dense, 1, family.norms_per_layer}, {full, dense, 1, family.norms_per_layer}});
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
                                      .norms_per_layer = 4,
                                      .absent_n_kv_heads = 4,
                                      .absent_head_dim = 256,
                                      .absent_window = 4096,
                                      .tied = true},
                                     2);
}

/// VaultGemma: Gemma 2 with two norms a layer. Source: models/vaultgemma of huggingface/transformers.
inline model read_vaultgemma(config_keys& keys) {
  return detail::read_windowed_gemma(keys,
                                     {.model_type = "vaultgemma",
                                      .biases = bias_rule::attention_bias,
                                      .norms_per_layer = 2,
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
                                      .norms_per_layer = 4,
                                      .qk_norm = qk_norm_kind::per_head,
                                      .absent_n_kv_heads = 4,
                                      .absent_head_dim = 256,
                                      .absent_window = 4096,
                                      .tied = true},
                                     period);
}

namespace detail {

/// The heads of Gemma 4's full attention. Transformers 5.15 writes them as changes of single layers, of which one may
/// stand for all.
struct gemma4_heads {
  std::uint64_t head_dim = 0;
  std::optional<std::uint64_t> n_kv_heads;
};

inline gemma4_heads read_global_heads(config_keys& keys, layer_kinds const& is_full) {
  constexpr std::uint64_t absent_head_dim = 512;
  if (keys.value("per_layer_config") == nullptr) {
    auto const head_dim = keys.whole_if_present("global_head_dim", width);
    return {.head_dim = head_dim ? *head_dim : keys.assume("global_head_dim", absent_head_dim),
            .n_kv_heads = keys.whole_if_present("num_global_key_value_heads", width)};
  }
  config_keys layers = read_inner(keys, "per_layer_config");
  std::optional<gemma4_heads> heads;
  std::size_t n_changed = 0;
  std::vector<std::string> indices;
  for (auto const& [index, change] : layers.object()) indices.push_back(index);
  for (std::string const& index : indices) {
    std::size_t i = 0;
    auto const [end, error] = std::from_chars(index.data(), index.data() + index.size(), i);
    if (error != std::errc{} || end != index.data() + index.size() || i >= is_full.size() || is_full[i] == 0)
      keys.refuse("per_layer_config", "hold indices of layers with full attention only", "got " + in_quotes(index));
    config_keys change = read_inner(layers, index);
    gemma4_heads const own{.head_dim = change.whole("head_dim", width),
                           .n_kv_heads = change.whole_if_present("num_key_value_heads", width)};
    judge_the_rest(change);
    if (heads && (heads->head_dim != own.head_dim || heads->n_kv_heads != own.n_kv_heads))
      keys.refuse("per_layer_config", "be alike for all layers with full attention", "is not");
    heads = own;
    ++n_changed;
  }
  if (!heads) keys.refuse("per_layer_config", "hold a layer with full attention", "is empty");
  auto const n_full = static_cast<std::size_t>(std::ranges::count_if(is_full, [](std::size_t kind) { return kind; }));
  if (n_changed != n_full)
    keys.notes().push_back("'per_layer_config' names " + std::to_string(n_changed) + " of " + std::to_string(n_full) +
                           " layers with full attention: all are read like it");
  for (std::string_view const key : {"global_head_dim", "num_global_key_value_heads"})
    if (auto const given = keys.whole_if_present(key, width);
        given && *given != (key == "global_head_dim" ? heads->head_dim : heads->n_kv_heads.value_or(*given)))
      keys.refuse(key, "agree with 'per_layer_config'", "does not");
  return *heads;
}

}  // namespace detail

/// Gemma 4: windowed and full attention with heads of their own, and a scale for each layer, which Gemma 4 Unified has
/// too. Full attention may use its keys as values. The last layers of small models share keys and values and may have
/// feed-forwards of twice the width. With experts, a dense feed-forward stands beside them, with seven norms in all, a
/// scale of the router's input and one for each expert. DiffusionGemma always has experts, and denoises. Source:
/// models/gemma4 and models/gemma4_unified of huggingface/transformers; models/diffusion_gemma of Blaizzy/mlx-vlm.
inline model read_gemma4(config_keys& keys) {
  constexpr grouped_query_family family{.model_type = "gemma4_text",
                                        .qk_norm = qk_norm_kind::per_head,
                                        .absent_n_kv_heads = 4,
                                        .absent_head_dim = 256,
                                        .tied = true};
  bool const diffuses = keys.model_type() == "diffusion_gemma_text";
  decoder_frame const frame = read_frame(keys, family.tied);
  // The other classes have no embeddings of each layer.
  bool const may_have_embeddings = keys.model_type() == "gemma4_text";
  per_layer_embedding<> const embeddings =
      may_have_embeddings ? detail::read_per_layer_embedding(keys, 0, 262144) : per_layer_embedding<>{};
  if (!may_have_embeddings) {
    keys.whole_or("hidden_size_per_layer_input", {0, 0}, 0);
    keys.understand({"vocab_size_per_layer_input"});
  }
  keys.understand({"final_logit_softcapping", "query_pre_attn_scalar"});
  if (auto const bidirectional = keys.text("use_bidirectional_attention"); bidirectional && *bidirectional != "vision")
    keys.refuse("use_bidirectional_attention", "be null or 'vision'", "got " + in_quotes(*bidirectional));

  grouped_query_attention<> const local =
      detail::windowed(detail::read_attention(keys, family, frame.d_model), detail::read_window(keys, 512));
  grouped_query_attention<> global = local;
  global.window = unlimited_window;
  std::uint64_t const n_heads = keys.whole("num_attention_heads", width);
  layer_kinds kinds = detail::read_gemma_layers(keys, frame.n_layers, 6);
  kinds.back() = 1;  // regardless of its name
  detail::gemma4_heads const heads = detail::read_global_heads(keys, kinds);
  check_heads_width(keys, n_heads, "'global_head_dim'", heads.head_dim);
  global.head_dim = global.v_head_dim = heads.head_dim;
  // The modelling code reads the number of global heads only where keys are values.
  if (diffuses || keys.flag("attention_k_eq_v", false)) {
    global.key_values = key_value_kind::key_is_value;
    if (heads.n_kv_heads) {
      check_divides(keys, "num_attention_heads", n_heads, "num_global_key_value_heads", *heads.n_kv_heads);
      global.n_kv_heads = *heads.n_kv_heads;
    }
  }

  if (!diffuses && !keys.flag("enable_moe_block", false)) {
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
  model result = assemble(keys, frame, kinds, {{local, moe, 1, 7, 1}, {global, moe, 1, 7, 1}});
  if (diffuses) {
    // Tokens that are not settled pass a feed-forward and its norm once more; the encoder has a scale a layer.
    result.other_weights = 3 * frame.d_model * frame.intermediate_size + frame.d_model + frame.n_layers;
    keys.notes().push_back("the feed-forward that conditions a denoising step on the last has " +
                           to_string(result.other_weights) + " weights and scales, whose FLOPs are not counted");
  }
  return result;
}

}  // namespace moetric::v0::io::hugging_face
