#pragma once

#include <cstdint>

#include "moetric/io/hugging_face/decoder.hpp"

namespace moetric::v0::io::hugging_face {

namespace detail {

/// Compressed convolutional attention, 2510.04476: queries and keys pass a convolution of each channel and one of each
/// head; half of the values are those of the token before, which a state holds.
inline custom_mixer read_convolved_attention(config_keys& keys, std::uint64_t d_model) {
  std::uint64_t const n_heads = keys.whole("num_attention_heads", width);
  std::uint64_t const n_kv_heads = keys.whole("num_key_value_heads", width);
  check_divides(keys, "num_attention_heads", n_heads, "num_key_value_heads", n_kv_heads);
  std::uint64_t const head_dim = keys.whole("head_dim", width);
  check_heads_width(keys, n_heads, "'head_dim'", head_dim);
  std::uint64_t const queries = n_heads * head_dim, values = n_kv_heads * head_dim, channels = queries + values;
  if (values % 2 != 0) keys.refuse("head_dim", "be even, since half of each value is of the token before", "is odd");
  std::uint64_t const of_channel = keys.whole_or("cca_time0", {1, 64}, 2),
                      of_head = keys.whole_or("cca_time1", {1, 64}, 2);
  std::uint64_t const taps = channels * (of_channel + of_head * head_dim);
  bool const bias = keys.flag("attention_bias", false);
  custom_mixer attention{
      .weights = {.matrices = {{projection::query, d_model, queries},
                               {projection::key, d_model, values},
                               {projection::value, d_model, values / 2, 2, 2},
                               {projection::output, queries, d_model}},
                  .vectors = {{term::convolution, taps + 2 * channels}, {term::qk_norm, n_kv_heads}}},
      .attention_core = {.per_causal_pair = 4 * queries},
      .convolution = {.per_token = 2 * taps},
      .n_heads = n_heads,
      .softmax = true,
      .cache_per_token = 2 * values,
      .recurrent_state = channels * (of_channel + of_head - 2) + values / 2,
      // outputs of both convolutions, the normed sum, and a sum in fp32 for each head
      .kept_per_token = 3 * channels + 2 * n_heads,
      .n_kv_heads = n_kv_heads,
      .name = "convolved_attention"};
  if (bias) attention.weights.vectors[2] = {term::attention_bias, queries + 2 * values + d_model};
  return attention;
}

}  // namespace detail

/// ZAYA1: compressed convolutional attention, one of the experts or none for each token, a router that is a network and
/// carries its state from layer to layer, and scales and biases on both sides of each sum.
/// Source: models/zaya of huggingface/transformers 5.16.
inline model read_zaya(config_keys& keys) {
  decoder_frame const frame = read_outer_frame(keys, true);
  require_flag(keys, "lm_head_bias", false, "no published model has one");
  custom_mixer const full = detail::read_convolved_attention(keys, frame.d_model);
  custom_mixer window = full;
  layer_kinds named(frame.n_layers, 0);
  if (keys.value("layer_types") != nullptr)
    named = read_layer_names(keys, "layer_types", frame.n_layers, {"hybrid", "hybrid_sliding"});
  if (auto const size = keys.whole_if_present("sliding_window", window_width)) window.window = *size;
  if (as_choice(named) != layer_choice(frame.n_layers, false) && window == full)
    keys.refuse("sliding_window", "be a number, since 'layer_types' names windows", "is not");
  keys.whole("num_experts_per_tok", {1, 1});
  std::uint64_t const d_router = keys.whole("router_hidden_size", width);
  experts<> const first{.n_experts = keys.whole("num_experts", expert_count),
                        .top_k = 1,
                        .d_expert = keys.whole("moe_intermediate_size", width),
                        .correction_bias = true,
                        .n_zero_experts = 1,
                        .deep_router = true,
                        .d_router = d_router};
  experts<> carried = first;  // with a scale on the state of the router below
  carried.other_weights = d_router;
  count const scales = 8 * count(frame.d_model);
  layer_kinds kinds;
  for (std::uint64_t i = 0; i != frame.n_layers; ++i) kinds.push_back(2 * named[i] + (i == 0 ? 0 : 1));
  model result = assemble(keys, frame, kinds,
                          {{full, first, 1, 2, scales},
                           {full, carried, 1, 2, scales},
                           {window, first, 1, 2, scales},
                           {window, carried, 1, 2, scales}});
  result.other_weights = 2 * count(frame.d_model);
  return result;
}

}  // namespace moetric::v0::io::hugging_face
