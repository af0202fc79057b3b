#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "moetric/io/hugging_face/grouped_query.hpp"

namespace moetric::v0::io::hugging_face {

/// gpt-oss: sinks, biases everywhere, and a window in every other layer, beginning with the first.
/// Source: models/gpt_oss of huggingface/transformers.
inline model read_gpt_oss(config_keys& keys) {
  constexpr grouped_query_family family{.model_type = "gpt_oss",
                                        .absent_n_kv_heads = 8,
                                        .absent_head_dim = 64,
                                        .experts = expert_rule::all_layers,
                                        .experts_key = "num_local_experts"};
  decoder_frame const frame = read_frame(keys);
  grouped_query_attention<> full = detail::read_attention(keys, family, frame.d_model);
  full.qkv_bias = full.output_bias = keys.flag("attention_bias", true);
  full.sinks = true;
  experts<> moe = detail::read_experts(keys, family, frame, detail::read_n_experts(keys, family, expert_count));
  moe.expert_bias = moe.router_bias = true;
  keys.whole({"num_experts_per_tok", "experts_per_token"}, expert_count);  // an older spelling, which must agree
  keys.understand({"initial_context_length", "swiglu_alpha", "swiglu_limit"});
  layer_kinds const kinds =
      keys.value("layer_types") == nullptr
          ? every(2, frame.n_layers)
          : read_layer_names(keys, "layer_types", frame.n_layers, {"sliding_attention", "full_attention"});
  return assemble(keys, frame, kinds, {{detail::windowed(full, detail::read_window(keys, 128)), moe}, {full, moe}});
}

}  // namespace moetric::v0::io::hugging_face
