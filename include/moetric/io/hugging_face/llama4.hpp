#pragma once

#include <algorithm>
#include <cstdint>

#include "moetric/io/hugging_face/grouped_query.hpp"

namespace moetric::v0::io::hugging_face {

namespace detail {

/// Layers with rotary positions see their own chunk, the others see everything.
inline layer_choice read_chunked_layers(config_keys& keys, std::uint64_t n_layers) {
  constexpr std::uint64_t absent_interval = 4;
  bool const older = keys.value("nope_layer_interval") != nullptr;
  std::uint64_t const interval = older ? keys.whole({"no_rope_layer_interval", "nope_layer_interval"}, layer_count)
                                       : keys.whole_or("no_rope_layer_interval", layer_count, absent_interval);
  layer_choice chunked(n_layers, false);
  if (keys.value("layer_types") != nullptr) {
    layer_kinds const kinds = read_layer_names(keys, "layer_types", n_layers, {"full_attention", "chunked_attention"});
    for (std::size_t i = 0; i != n_layers; ++i) chunked[i] = kinds[i] == 1;
  } else if (auto const* const given = keys.value("no_rope_layers"); given != nullptr && !given->empty()) {
    chunked = read_layer_switches(keys, "no_rope_layers", n_layers);
  } else {
    layer_kinds const without_rope = every(interval, n_layers);
    for (std::size_t i = 0; i != n_layers; ++i) chunked[i] = without_rope[i] == 0;
  }
  return chunked;
}

/// Layers by index in `moe_layers`, or every `interleave_moe_layer_step`-th.
inline layer_choice read_interleaved_experts(config_keys& keys, std::uint64_t n_layers) {
  std::uint64_t const step = keys.whole_or("interleave_moe_layer_step", layer_count, 1);
  layer_choice sparse(n_layers, false);
  if (keys.value("moe_layers") != nullptr)
    for (std::uint64_t const i : keys.wholes("moe_layers", {0, n_layers - 1})) sparse[i] = true;
  else
    for (std::uint64_t i = step; i <= n_layers; i += step) sparse[i - 1] = true;
  return sparse;
}

}  // namespace detail

/// Llama 4: chunked attention, and one shared expert as wide as the routed ones. Its norm on queries and keys has no
/// weights. Source: models/llama4 of huggingface/transformers.
inline model read_llama4(config_keys& keys) {
  constexpr grouped_query_family family{.model_type = "llama4_text",
                                        .biases = bias_rule::attention_bias,
                                        .absent_n_kv_heads = 8,
                                        .experts = expert_rule::all_layers,
                                        .experts_key = "num_local_experts"};
  constexpr std::uint64_t absent_chunk = 8192;
  decoder_frame const frame = read_frame(keys);
  require_flag(keys, "attention_bias", false, "releases of transformers disagree on these biases");
  grouped_query_attention<> const full = detail::read_attention(keys, family, frame.d_model);
  keys.understand({"use_qk_norm", "attn_scale", "attn_temperature_tuning", "floor_scale", "for_llm_compressor"});
  if (keys.is_null("attention_chunk_size"))
    keys.refuse("attention_chunk_size", "be a number, since the modelling code needs chunks", "is null");
  auto const given = keys.whole_if_present("attention_chunk_size", window_width);
  grouped_query_attention<> chunked = full;
  chunked.window =
      std::min<std::uint64_t>(given ? *given : keys.assume("attention_chunk_size", absent_chunk), unlimited_window);
  chunked.windows = window_kind::chunked;

  experts<> moe = detail::read_experts(keys, family, frame, detail::read_n_experts(keys, family, expert_count));
  moe.n_shared_experts = 1;
  moe.d_shared_expert = frame.intermediate_size;
  dense_ffn<> const dense{.d_ff = keys.whole("intermediate_size_mlp", width)};
  return assemble(keys, frame, {full, chunked}, detail::read_chunked_layers(keys, frame.n_layers), {dense, moe},
                  detail::read_interleaved_experts(keys, frame.n_layers));
}

}  // namespace moetric::v0::io::hugging_face
