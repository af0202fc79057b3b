#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/io/hugging_face/grouped_query.hpp"
#include "moetric/io/hugging_face/key_rules.hpp"

namespace moetric::v0::io::hugging_face {

namespace detail {

/// True if one half of a block of a searched architecture does nothing.
inline bool is_left_out(config_keys& half) {
  if (half.flag("no_op", false)) return true;
  require_flag(half, "replace_with_linear", false, "a linear layer in its place is not read");
  for (std::string_view const key : {"num_sink_tokens", "sparsify", "window_length"})
    if (half.value(key) != nullptr) half.refuse(key, "be null, as in all published models", "is there");
  return false;
}

/// `intermediate_size`, or two thirds of a multiple of d_model, rounded up to a multiple of 256.
inline std::uint64_t read_searched_width(config_keys& ffn, std::uint64_t d_model) {
  constexpr std::uint64_t step = 256;
  json const* const multiple = ffn.value("ffn_mult");
  if (multiple == nullptr) return ffn.whole("intermediate_size", width);
  ffn.understand({"intermediate_size"});
  double const exact = multiple->is_number() ? 2 * multiple->real() * static_cast<double>(d_model) / 3 : 0;
  if (!(exact >= 1 && exact <= static_cast<double>(width.most)))
    ffn.refuse("ffn_mult", "be a positive number that gives a width", "got " + shown(*multiple));
  return (static_cast<std::uint64_t>(exact) + step - 1) / step * step;
}

inline group read_searched_block(config_keys& block, decoder_frame const& frame, grouped_query_attention<> attention,
                                 bool mlp_bias) {
  group layer{.norms_per_layer = 0};
  config_keys mixing = read_inner(block, "attention");
  if (is_left_out(mixing)) {
    mixing.understand({"n_heads_in_group"});
  } else {
    mixing.understand({"unshifted_sink", "use_prefill_window_in_sink_attention"});
    std::uint64_t const n_heads = static_cast<std::uint64_t>(attention.n_heads);
    std::uint64_t const in_group = mixing.whole("n_heads_in_group", width);
    check_divides(mixing, "num_attention_heads", n_heads, "n_heads_in_group", in_group);
    attention.n_kv_heads = n_heads / in_group;
    layer.mix = attention;
    layer.norms_per_layer = 1;
  }
  config_keys ffn = read_inner(block, "ffn");
  if (is_left_out(ffn)) {
    ffn.understand({"ffn_mult", "intermediate_size"});
  } else {
    check_activation(ffn);
    layer.ffn = dense_ffn<>{.d_ff = read_searched_width(ffn, frame.d_model), .bias = mlp_bias};
    layer.norms_per_layer += 1;
  }
  for (config_keys* const half : {&mixing, &ffn}) judge_the_rest(*half);
  return layer;
}

}  // namespace detail

/// Llama-Nemotron Super and Ultra: Llama with blocks found by search, each with key-value heads and a width of its own,
/// or without attention or feed-forward. Source: models/nemotron_nas.py of vllm-project/vllm; the published total of
/// nvidia/Llama-3_3-Nemotron-Super-49B-v1 checks it.
inline model read_nemotron_nas(config_keys& keys) {
  constexpr grouped_query_family family{.model_type = "nemotron-nas", .biases = bias_rule::attention_bias};
  decoder_frame const frame = read_outer_frame(keys);
  for (std::string_view const key : {"intermediate_size", "num_key_value_heads"})
    if (keys.value(key) != nullptr) keys.refuse(key, "be null, since each block has its own", "is there");
  grouped_query_attention<> const attention = detail::read_attention(keys, family, frame.d_model);
  bool const mlp_bias = keys.flag("mlp_bias", false);
  json const* const blocks = keys.value("block_configs");
  if (blocks == nullptr || !blocks->is_array())
    keys.refuse("block_configs", "be an array", blocks == nullptr ? "is missing" : "got " + shown(*blocks));
  check_one_for_each_layer(keys, "block_configs", blocks->array().size(), frame.n_layers);
  return assemble_each(keys, frame, [&](std::uint64_t i) {
    json const& block = blocks->array()[i];
    if (!block.is_object()) keys.refuse("block_configs", "hold objects only", "got " + shown(block));
    config_keys inner(block.object(), keys.model_type());
    group const layer = detail::read_searched_block(inner, frame, attention, mlp_bias);
    judge_the_rest(inner);
    return layer;
  });
}

}  // namespace moetric::v0::io::hugging_face
