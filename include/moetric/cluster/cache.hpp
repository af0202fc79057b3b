#pragma once

#include "moetric/account/cache.hpp"
#include "moetric/cluster/activations.hpp"

namespace moetric::v0::cluster {

namespace detail {

/// The cache of a layer on a tensor rank: key-value heads and states in equal parts down to one a rank; latents,
/// keys that all heads share, and index keys whole.
template <class Mixer>
constexpr void add_device_cache(cache_size& size, Mixer const& mix, count layers, count tensor,
                                cached_sequences const& held, cache_element_bytes const& bytes) {
  count const parts = least(tensor, mix.cache_parts());
  layer_cache<> kept = mix.cache();
  kept.elements = ceil_div(kept.elements, parts);
  moetric::v0::detail::add_cache(size, kept, ceil_div(mix.state_elements(), parts), layers, held, bytes);
}

}  // namespace detail

/// The cache of sequences on the devices of one pipeline rank, as `cache_size_of` counts it for all of a model. Ranks
/// of data parallelism hold sequences of their own: `held.sequences` are those of one replica. Context ranks are not
/// counted: engines differ.
/// Source: kaito, pull request 2139, for latents.
/// \throws std::invalid_argument with every rule that the layout breaks, or without sequences
constexpr cache_size device_cache_of(model const& m, layout const& l, cached_sequences const& held,
                                     cache_element_bytes const& bytes, count rank) {
  validate(m, l);
  if (held.sequences == 0) moetric::v0::detail::invalid("moetric: sequences must be positive, but got 0");
  if (rank >= l.sizes.pipeline)
    moetric::v0::detail::invalid("moetric: a pipeline rank must be below the pipeline-parallel size");
  cache_size size;
  pipeline const pipe = l.pipeline();
  for (count chunk; chunk < pipe.chunks_per_rank(); chunk += 1) {
    count const stage = pipe.stage_of(rank, chunk), first = l.first_layer_of(stage, m.layers.n_layers());
    count const last = first + l.layers_of(stage, m.layers.n_layers());
    count start;
    for (stack::run const& run : m.layers.runs) {
      count const from = first > start ? first : start, end = start + run.layers, to = detail::least(end, last);
      start = end;
      if (from >= to || !passes_tokens(run.use)) continue;
      m.layers.mixer_of(run).visit(
          [&](auto const& mix) { detail::add_device_cache(size, mix, to - from, l.sizes.tensor, held, bytes); });
    }
  }
  return size;
}

/// The same on the rank that holds the most.
constexpr cache_size device_cache_of(model const& m, layout const& l, cached_sequences const& held,
                                     cache_element_bytes const& bytes = {}) {
  cache_size most = device_cache_of(m, l, held, bytes, 0);
  for (count rank = 1; rank < l.sizes.pipeline; rank += 1)
    if (cache_size const each = device_cache_of(m, l, held, bytes, rank); each.total() > most.total()) most = each;
  return most;
}

}  // namespace moetric::v0::cluster
