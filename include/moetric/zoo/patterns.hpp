#pragma once

#include <initializer_list>

#include "moetric/model/model.hpp"

/// Patterns that families of the zoo share: functions from a few sizes to a model or a stack.
namespace moetric::v0::zoo::detail {

/// The sizes of a dense model whose layers are all equal.
struct dense_sizes {
  count d_model = 0;
  count vocab_size = 0;
  count n_layers = 0;
  count n_heads = 0;
  count n_kv_heads = n_heads;
  count head_dim = 0;
  count d_ff = 0;
  bool tied = false;
};

constexpr grouped_query_attention<> attention_of(dense_sizes const& s) {
  return {.n_heads = s.n_heads, .n_kv_heads = s.n_kv_heads, .head_dim = s.head_dim};
}

/// Everything but the layers.
constexpr model without_layers(dense_sizes const& s) {
  return {.d_model = s.d_model, .input = {.vocab_size = s.vocab_size}, .output = {.tied = s.tied}};
}

/// The given attention and a gated feed-forward in every layer.
constexpr model gated(dense_sizes const& s, grouped_query_attention<> const& attention) {
  model m = without_layers(s);
  m.layers.append({attention, dense_ffn<>{.d_ff = s.d_ff}, s.n_layers});
  return m;
}
/// The block of Llama: grouped-query attention and a gated feed-forward, RMSNorm, no biases.
constexpr model llama_like(dense_sizes const& s) {
  return gated(s, attention_of(s));
}

/// The sizes in which GPT-2 and its descendants differ.
struct gpt_sizes {
  count d_model = 0;
  count vocab_size = 0;
  count n_layers = 0;
  count n_heads = 0;
  count learned_positions = 0;
  bool tied = true;
  bool embedding_norm = false;
};

/// The block of GPT-2: multi-head attention whose heads share d_model, a plain feed-forward of 4·d_model, LayerNorm,
/// biases everywhere.
constexpr model gpt_like(gpt_sizes const& s) {
  grouped_query_attention<> const attention{
      .n_heads = s.n_heads, .head_dim = exact_div(s.d_model, s.n_heads), .qkv_bias = true, .output_bias = true};
  return {
      .d_model = s.d_model,
      .input = {.vocab_size = s.vocab_size, .learned_positions = s.learned_positions, .norm = s.embedding_norm},
      .layers = {{attention, dense_ffn<>{.d_ff = 4 * s.d_model, .kind = ffn_kind::plain, .bias = true}, s.n_layers}},
      .output = {.tied = s.tied},
      .norm = norm_kind::layer_norm};
}

/// Latent attention with the widths of DeepSeek-V2, which other families share; rank 0 means uncompressed queries.
constexpr multi_head_latent_attention<> deepseek_attention(count n_heads, count q_lora_rank) {
  return {.n_heads = n_heads,
          .query_lora = q_lora_rank != 0,
          .q_lora_rank = q_lora_rank,
          .kv_lora_rank = 512,
          .qk_nope_head_dim = 128,
          .qk_rope_head_dim = 64,
          .v_head_dim = 128};
}

/// `first`, then `sequence` repeated, then `last`.
constexpr stack hybrid(std::initializer_list<group> first, count times, std::initializer_list<group> sequence,
                       std::initializer_list<group> last = {}) {
  stack layers(first);
  fixed_list<stack::run, 8> runs;
  for (group const& g : sequence) runs.push_back(layers.intern(g), "");
  for (count i = 0; i != times; i += 1)
    for (stack::run const& each : runs) layers.append(each);
  for (group const& g : last) layers.append(g);
  return layers;
}

constexpr grouped_query_attention<> windowed(grouped_query_attention<> attention, count window) {
  attention.window = window;
  return attention;
}

}  // namespace moetric::v0::zoo::detail
