#pragma once

#include <cstdint>

#include "moetric/io/hugging_face/decoder.hpp"
#include "moetric/layers/mixture_of_attention_heads.hpp"

namespace moetric::v0::io::hugging_face {

/// JetMoE: experts of queries and outputs in the attention, and experts with one bias in the feed-forward. Its
/// publisher's code spells some keys in its own way. Source: models/jetmoe of huggingface/transformers.
inline model read_jetmoe(config_keys& keys) {
  decoder_frame frame = read_outer_frame(
      keys, true, {"hidden_size", keys.value("num_hidden_layers") == nullptr ? "num_layers" : "num_hidden_layers"});
  frame.intermediate_size = keys.whole({"intermediate_size", "ffn_hidden_size"}, width);
  require_flag(keys, "bias", true, "the modelling code always has a bias after the experts");
  require_flag(keys, "glu", true, "the modelling code always has a gate");
  std::uint64_t const n_experts = keys.whole({"num_local_experts", "moe_num_experts"}, expert_count);
  std::uint64_t const top_k = keys.whole({"num_experts_per_tok", "moe_top_k"}, expert_count);
  check_top_k(keys, top_k, "num_local_experts", n_experts);
  std::uint64_t const n_kv_heads = keys.whole("num_key_value_heads", width);
  std::uint64_t const head_dim = keys.whole({"kv_channels", "head_dim"}, width);
  check_product(keys, "num_key_value_heads", n_kv_heads, "'kv_channels'", head_dim);
  keys.whole_or("num_attention_heads", {n_kv_heads * top_k, n_kv_heads * top_k}, 0);
  mixture_of_attention_heads<> const attention{
      .n_experts = n_experts, .top_k = top_k, .n_kv_heads = n_kv_heads, .head_dim = head_dim};
  experts<> const moe{
      .n_experts = n_experts, .top_k = top_k, .d_expert = frame.intermediate_size, .other_weights = frame.d_model};
  return assemble(keys, frame, layer_kinds(frame.n_layers, 0), {{attention, moe}});
}

}  // namespace moetric::v0::io::hugging_face
