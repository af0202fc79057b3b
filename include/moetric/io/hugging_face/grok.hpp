#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "moetric/io/hugging_face/grouped_query.hpp"

namespace moetric::v0::io::hugging_face {

/// Grok-1 and Grok-2: four norms a layer; in Grok-2 a dense feed-forward beside the experts. The published model_type
/// of Grok-2, "git", is also that of another model, so architectures decide; its stored total has a head of its own,
/// though no key says so. Source: models/grok1.py of vllm-project/vllm; the counts of Grok-1 are those of the
/// reference.
inline model read_grok(config_keys& keys) {
  constexpr grouped_query_family family{
      .model_type = "grok-1", .experts = expert_rule::all_layers, .experts_key = "num_local_experts"};
  std::vector<std::string> const names = keys.texts("architectures");
  if (keys.model_type() == "git" && std::ranges::find(names, "Grok1ForCausalLM") == names.end())
    keys.refuse("architectures", "name 'Grok1ForCausalLM'",
                names.empty() ? "is missing" : "got " + in_quotes(names.front()));
  if (keys.model_type() == "grok-1") keys.flag("tie_word_embeddings");  // files and engines disagree on an absent one
  decoder_frame const frame = read_frame(keys);
  keys.understand({"attn_logit_softcapping", "attn_output_multiplier", "attn_temperature_len",
                   "embedding_multiplier_scale", "final_logit_softcapping", "max_attn_value", "max_attn_val",
                   "output_multiplier_scale", "router_logit_softcapping"});
  keys.whole_or("global_attn_every_n", {1, 1}, 1);
  if (json const* const window = keys.value("sliding_window_size"); window != nullptr && *window != -1)
    keys.refuse("sliding_window_size", "be -1, which is no window", "got " + shown(*window));
  grouped_query_attention<> const attention = detail::read_attention(keys, family, frame.d_model);
  experts<> moe = detail::read_experts(keys, family, frame, detail::read_n_experts(keys, family, expert_count));
  moe.d_expert = keys.whole_or("moe_intermediate_size", width, frame.intermediate_size);
  if (keys.flag("residual_moe", false)) moe.d_residual = frame.intermediate_size;
  return assemble(keys, frame, layer_kinds(frame.n_layers, 0), {{attention, moe, 1, 4}});
}

}  // namespace moetric::v0::io::hugging_face
