#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "moetric/io/hugging_face/decoder.hpp"
#include "moetric/layers/encoder_decoder_attention.hpp"

/// Models with an encoder and a decoder: T5 and mT5, and Switch Transformers, which has experts in some layers.
/// mT5's class gates and has a head of its own where T5's does not. Source: models/t5, models/mt5 and
/// models/switch_transformers of huggingface/transformers.
namespace moetric::v0::io::hugging_face {

namespace detail {

struct t5_stacks {
  decoder_frame frame{};
  std::uint64_t n_decoder_layers = 0;
  encoder_decoder_attention<> encoder{};
  dense_ffn<> dense{};
  std::uint64_t position_weights = 0;  // a table of relative positions for each stack
};

inline t5_stacks read_t5_stacks(config_keys& keys) {
  bool const multilingual = keys.model_type() == "mt5";
  check_wrapper(keys);
  keys.understand({"classifier_dropout", "initializer_factor", "is_encoder_decoder", "n_positions",
                   "relative_attention_max_distance", "task_specific_params"});
  t5_stacks stacks{.frame = {.d_model = keys.whole("d_model", width),
                             .n_layers = keys.whole("num_layers", layer_count),
                             .vocab_size = keys.whole("vocab_size", vocabulary),
                             .intermediate_size = keys.whole("d_ff", width),
                             .tied = keys.flag("tie_word_embeddings", !multilingual)}};
  check_architectures(keys, stacks.frame.tied);
  stacks.n_decoder_layers = keys.whole_or("num_decoder_layers", layer_count, stacks.frame.n_layers);
  std::uint64_t const n_heads = keys.whole("num_heads", width);
  std::uint64_t const head_dim = keys.whole("d_kv", width);
  check_product(keys, "num_heads", n_heads, "'d_kv'", head_dim);
  stacks.encoder = {.n_heads = n_heads, .head_dim = head_dim};
  stacks.position_weights = 2 * n_heads * keys.whole("relative_attention_num_buckets", width);
  std::string const how = keys.text("feed_forward_proj").value_or(multilingual ? "gated-gelu" : "relu");
  keys.understand({"dense_act_fn"});  // follows from feed_forward_proj, as the next key
  if (bool const gated = how.starts_with("gated-"); keys.flag("is_gated_act", gated) != gated)
    keys.refuse("is_gated_act", "agree with 'feed_forward_proj'", gated ? "got false" : "got true");
  stacks.dense = {.d_ff = stacks.frame.intermediate_size,
                  .kind = how.starts_with("gated-") ? ffn_kind::gated : ffn_kind::plain};
  return stacks;
}

/// \param encoder, decoder true for layers with the sparse feed-forward
inline model assemble_t5(config_keys const& keys, t5_stacks const& stacks, feed_forward const& sparse,
                         layer_choice const& encoder, layer_choice const& decoder) {
  encoder_decoder_attention<> to_both = stacks.encoder;
  to_both.decoder = true;
  layer_kinds kinds;
  for (bool const is_sparse : encoder) kinds.push_back(is_sparse ? 1 : 0);
  for (bool const is_sparse : decoder) kinds.push_back(is_sparse ? 3 : 2);
  model result = assemble(keys, stacks.frame, kinds,
                          {{stacks.encoder, stacks.dense, 1, 2},
                           {stacks.encoder, sparse, 1, 2},
                           {to_both, stacks.dense, 1, 3},
                           {to_both, sparse, 1, 3}});
  result.input.norm = true;  // the one after the encoder
  result.other_weights = stacks.position_weights;
  return result;
}

/// Layers that leave 1 when their index is divided by a step: that of `step_key`, else the number of layers for each
/// one with experts.
inline layer_choice read_switch_layers(config_keys& keys, std::string_view key, std::string_view step_key,
                                       std::uint64_t n_layers) {
  std::uint64_t const n_sparse = keys.whole(key, {0, n_layers});
  layer_choice sparse(n_layers, false);
  auto const given = keys.whole_if_present(step_key, {0, layer_count.most});
  if (!given && n_sparse == 0 && n_layers == 1)
    keys.refuse(key, "not be 0 with one layer, whose kind is not settled", "got 0");
  std::uint64_t const step = given ? *given : n_sparse == 0 ? n_layers : n_layers / n_sparse;
  for (std::uint64_t i = 0; step != 0 && i != n_layers; ++i) sparse[i] = step == 1 || i % step == 1;
  return sparse;
}

}  // namespace detail

/// Encoder and decoder of T5 with dense feed-forwards.
inline model read_t5(config_keys& keys) {
  detail::t5_stacks const stacks = detail::read_t5_stacks(keys);
  return detail::assemble_t5(keys, stacks, stacks.dense, layer_choice(stacks.frame.n_layers, false),
                             layer_choice(stacks.n_decoder_layers, false));
}

/// Switch Transformers: one expert per token. Expert capacity changes no count.
inline model read_switch_transformers(config_keys& keys) {
  keys.whole("num_decoder_layers", layer_count);  // absent, it would not follow from the encoder's as in T5
  detail::t5_stacks const stacks = detail::read_t5_stacks(keys);
  keys.understand({"add_router_probs", "batch_prioritized_routing", "expert_capacity", "router_ignore_padding_tokens",
                   "router_type"});
  keys.whole_or("num_selected_experts", {1, 1}, 1);
  if (stacks.dense.kind != ffn_kind::plain)
    keys.refuse("feed_forward_proj", "not be gated, since the modelling code has two matrices", "is");
  experts<> const moe{.n_experts = keys.whole("num_experts", expert_count),
                      .top_k = 1,
                      .d_expert = stacks.frame.intermediate_size,
                      .kind = ffn_kind::plain,
                      .router_bias = keys.flag("router_bias", false)};
  layer_choice const encoder =
      detail::read_switch_layers(keys, "num_sparse_encoder_layers", "encoder_sparse_step", stacks.frame.n_layers);
  layer_choice const decoder =
      detail::read_switch_layers(keys, "num_sparse_decoder_layers", "decoder_sparse_step", stacks.n_decoder_layers);
  return detail::assemble_t5(keys, stacks, moe, encoder, decoder);
}

}  // namespace moetric::v0::io::hugging_face
