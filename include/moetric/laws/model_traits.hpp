#pragma once

#include "moetric/model/model.hpp"

namespace moetric::v0::laws {

/// What a law asks of a model beyond its counts, to tell whether the model is of its family. Numbers are of layers.
struct model_traits {
  count n_layers;
  count with_experts;
  count with_shared;  // shared experts
  count latent;       // multi-head latent attention
  count grouped;      // attention with fewer key-value heads than heads
  count without_mixer;
  experts<> first{};  // of the first layer that has experts
  bool experts_differ = false;
};

constexpr model_traits traits_of(model const& m) {
  model_traits seen;
  for (stack::run const& run : m.layers.runs) {
    seen.n_layers += run.layers;
    feed_forward const& ffn = m.layers.ffn_of(run);
    if (ffn.kind == feed_forward_kind::experts) {
      if (seen.with_experts == 0) seen.first = ffn.moe;
      seen.experts_differ = seen.experts_differ || !(ffn.moe == seen.first);
      seen.with_experts += run.layers;
      if (ffn.moe.n_shared_experts != 0) seen.with_shared += run.layers;
    }
    mixer const& mix = m.layers.mixer_of(run);
    if (mix.kind == mixer_kind::multi_head_latent_attention) seen.latent += run.layers;
    if (mix.kind == mixer_kind::none) seen.without_mixer += run.layers;
    if (mix.kind == mixer_kind::grouped_query_attention && mix.grouped_query.n_heads != mix.grouped_query.n_kv_heads)
      seen.grouped += run.layers;
  }
  return seen;
}

}  // namespace moetric::v0::laws
