#pragma once

#include <optional>

#include "moetric/model/model.hpp"

namespace moetric::v0::laws {

/// What a law asks of a model beyond its counts, to tell whether the model is of its family. Numbers are of layers.
struct model_traits {
  count n_layers;
  count with_experts;             // layers with routed experts
  count with_shared;              // shared experts
  count latent;                   // multi-head latent attention
  count grouped;                  // attention with fewer key-value heads than heads
  count without_mixer;            // feed-forward alone
  count sparse;                   // attention over keys that an indexer chooses
  count other;                    // mixers of any other kind: recurrent, compressed, convolutions ...
  std::string_view other_name{};  // of the first of them
  count with_zero_experts;        // some experts compute nothing
  experts<> first{};              // of the first layer that has experts
  bool experts_differ = false;
};

/// The experts of a feed-forward, if it has any, with the numbers that laws read.
constexpr std::optional<experts<>> experts_of(feed_forward const& ffn) {
  if (auto const* const mixture = ffn.get_if<experts<>>()) return *mixture;
  auto const* const stated = ffn.get_if<custom_feed_forward>();
  if (stated == nullptr || stated->n_experts == 0) return std::nullopt;
  return experts<>{.n_experts = stated->n_experts,
                   .top_k = stated->top_k,
                   .d_expert = stated->d_expert,
                   .n_shared_experts = stated->n_shared_experts};
}

/// The traits of a model's layers.
constexpr model_traits traits_of(model const& m) {
  model_traits seen;
  for (stack::run const& run : m.layers.runs) {
    seen.n_layers += run.layers;
    if (std::optional<experts<>> const mixture = experts_of(m.layers.ffn_of(run))) {
      if (seen.with_experts == 0) seen.first = *mixture;
      seen.experts_differ = seen.experts_differ || !(*mixture == seen.first);
      seen.with_experts += run.layers;
      if (mixture->n_shared_experts != 0) seen.with_shared += run.layers;
      if (mixture->n_zero_experts != 0) seen.with_zero_experts += run.layers;
    }
    mixer const& mix = m.layers.mixer_of(run);
    if (mix.is<multi_head_latent_attention<>>()) seen.latent += run.layers;
    if (mix.is<no_mixer>()) seen.without_mixer += run.layers;
    auto const* const a = mix.get_if<grouped_query_attention<>>();
    if (a != nullptr && a->n_heads != a->n_kv_heads) seen.grouped += run.layers;
    if (mix.visit([](auto const& layer) { return layer.key_choice().sparse; })) seen.sparse += run.layers;
    if (a != nullptr || mix.is<multi_head_latent_attention<>>() || mix.is<no_mixer>()) continue;
    if (seen.other == 0) seen.other_name = mix.name();
    seen.other += run.layers;
  }
  return seen;
}

}  // namespace moetric::v0::laws
