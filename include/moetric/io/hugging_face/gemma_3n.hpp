#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/io/hugging_face/gpt_oss.hpp"

/// Gemma 3n, and what the small models of Gemma 4 have in common with it: embeddings of each layer, and last layers
/// that share the keys and values of earlier ones.
namespace moetric::v0::io::hugging_face {

namespace detail {

/// The embeddings of each layer, if the model has any.
/// \param absent_width 0: the key must be present
inline per_layer_embedding<> read_per_layer_embedding(config_keys& keys, std::uint64_t absent_width,
                                                      std::uint64_t absent_vocab) {
  constexpr std::string_view key = "hidden_size_per_layer_input";
  constexpr whole_range any_width{0, width.most};
  auto const given = keys.whole_if_present(key, any_width);
  std::uint64_t const size = given               ? *given
                             : absent_width != 0 ? keys.assume(key, absent_width)
                                                 : keys.whole(key, any_width);
  if (size == 0) {
    keys.understand({"vocab_size_per_layer_input"});
    return {};
  }
  auto const vocab = keys.whole_if_present("vocab_size_per_layer_input", vocabulary);
  return {.vocab_size = vocab ? *vocab : keys.assume("vocab_size_per_layer_input", absent_vocab), .width = size};
}

/// The number of last layers that share keys and values. The first layer of each kind has its own.
inline std::uint64_t read_shared_layers(config_keys& keys, std::uint64_t n_layers, layer_kinds const& kinds,
                                        std::uint64_t absent) {
  std::uint64_t const n_shared = keys.whole_if_present("num_kv_shared_layers", {0, n_layers - 1})
                                     .value_or(absent == 0 ? 0 : keys.assume("num_kv_shared_layers", absent));
  auto const first = kinds.begin() + static_cast<std::ptrdiff_t>(n_layers - n_shared);
  for (auto shared = first; shared != kinds.end(); ++shared)
    if (std::find(kinds.begin(), first, *shared) == first)
      keys.refuse("num_kv_shared_layers", "leave a layer of each kind with keys and values of its own",
                  "got " + std::to_string(n_shared));
  return n_shared;
}

}  // namespace detail

/// Gemma 3n: four streams by alternating updates, a low-rank residual, embeddings of each layer, a window in four of
/// five layers; the last layers' own keys and values are stored and not used. Sparse activations cost what dense ones
/// do. Source: models/gemma3n of huggingface/transformers.
inline model read_gemma3n(config_keys& keys) {
  constexpr grouped_query_family family{.model_type = "gemma3n_text",
                                        .biases = bias_rule::attention_bias,
                                        .qk_norm = qk_norm_kind::per_head,
                                        .absent_n_kv_heads = 2,
                                        .absent_head_dim = 256,
                                        .tied = true};
  decoder_frame const frame = read_outer_frame(keys, family.tied);
  keys.understand({"activation_sparsity_pattern", "altup_active_idx", "altup_coef_clip", "altup_correct_scale",
                   "altup_lr_multiplier", "final_logit_softcapping", "rope_local_base_freq"});
  std::vector<std::uint64_t> const widths = read_whole_for_each(keys, "intermediate_size", width, frame.n_layers);
  if (widths.empty()) keys.refuse("intermediate_size", "be present", "is missing");
  grouped_query_attention<> const full = detail::read_attention(keys, family, frame.d_model);
  grouped_query_attention<> const local = detail::windowed(full, detail::read_window(keys, 512));
  layer_kinds const kinds =
      keys.value("layer_types") == nullptr
          ? every(5, frame.n_layers)
          : read_layer_names(keys, "layer_types", frame.n_layers, {"sliding_attention", "full_attention"});
  std::uint64_t const n_own =
      frame.n_layers - detail::read_shared_layers(keys, frame.n_layers, kinds, frame.n_layers > 15 ? 15 : 0);
  model result = assemble_each(keys, frame, [&](std::uint64_t i) {
    grouped_query_attention<> attention = kinds[i] == 1 ? full : local;
    if (i >= n_own) attention.key_values = key_value_kind::shared_idle;
    return group{attention, dense_ffn<>{.d_ff = widths[i]}, 1, 4};
  });
  auto const streams = keys.whole_if_present("altup_num_inputs", {2, 64});
  auto const rank = keys.whole_if_present("laurel_rank", width);
  result.side = {.embeddings = detail::read_per_layer_embedding(keys, 256, 262144),
                 .updates = {.n_streams = streams ? *streams : keys.assume("altup_num_inputs", 4)},
                 .low_rank = {.rank = rank ? *rank : keys.assume("laurel_rank", 64)}};
  return result;
}

}  // namespace moetric::v0::io::hugging_face
