#pragma once

#include <cstdint>

#include "moetric/io/hugging_face/grouped_query.hpp"
#include "moetric/layers/cross_attention.hpp"

namespace moetric::v0::io::hugging_face {

/// Llama 3.2 with images: some layers attend to images instead of the text, and a text without images skips them. The
/// embedding has eight rows more than the output head. Source: models/mllama of huggingface/transformers.
inline model read_mllama(config_keys& keys) {
  constexpr grouped_query_family family{.model_type = "mllama_text_model", .absent_n_kv_heads = 8};
  decoder_frame const frame = read_frame(keys);
  grouped_query_attention<> const own = detail::read_attention(keys, family, frame.d_model);
  cross_attention<> const images{
      .n_heads = own.n_heads, .n_kv_heads = own.n_kv_heads, .head_dim = own.head_dim, .qk_norm = true, .gates = true};
  if (keys.value("cross_attention_layers") == nullptr)
    keys.refuse("cross_attention_layers", "be present", "is missing");
  layer_kinds kinds(frame.n_layers, 0);
  for (std::uint64_t const i : keys.wholes("cross_attention_layers", {0, frame.n_layers - 1})) kinds[i] = 1;
  dense_ffn<> const dense{.d_ff = frame.intermediate_size};
  model result = assemble(keys, frame, kinds, {{own, dense}, {images, dense, 1, 2, 0, layer_use::idle}});
  result.input.extra_rows = 8;
  keys.notes().push_back("layers of attention to images are stored and idle: a text without images skips them");
  return result;
}

}  // namespace moetric::v0::io::hugging_face
