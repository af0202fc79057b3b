#pragma once

#include "moetric/account/decoding.hpp"
#include "moetric/cluster/cache.hpp"
#include "moetric/cluster/memory.hpp"

namespace moetric::v0::cluster {

/// The bytes of the devices of one pipeline rank that serve a model.
struct serving_memory {
  count rank = 0;
  count weights = 0;      // bytes
  count cache = 0;        // bytes
  count framework = 0;    // bytes
  count of_sequence = 0;  // of the cache

  /// All of them.
  constexpr count total() const { return weights + cache + framework; }
  /// Sequences of this length that fit in so many bytes of a device.
  constexpr count most_sequences(count usable) const {
    count const taken = weights + framework;
    return usable <= taken || of_sequence == 0 ? count(0) : floor_div(usable - taken, of_sequence);
  }
};

/// What the fullest device of a layout holds while it serves: weights as tensor, expert and pipeline ranks share them,
/// and the cache of the sequences of one replica (`device_cache_of`). Each data rank is a replica with sequences of its
/// own; experts may be shared among replicas. Activations of a decoding step are not counted.
/// \param framework bytes that no tensor of the model takes
/// \throws std::invalid_argument with every rule that the layout breaks, or without sequences
constexpr serving_memory serving_memory_of(model const& m, layout const& l, cached_sequences const& held,
                                           element_bytes const& bytes = {}, count framework = framework_bytes) {
  validate(m, l);
  if (held.context == 0) moetric::v0::detail::invalid("moetric: the context of serving must be positive, but got 0");
  training_setup setup{.layout = l};
  if (setup.layout.sizes.sequence_length < 2) setup.layout.sizes.sequence_length = 2 * l.sizes.context * l.sizes.tensor;
  cache_element_bytes const cached{.keys_and_values = bytes.cache, .states = bytes.states};
  serving_memory most;
  for (count rank; rank < l.sizes.pipeline; rank += 1) {
    held_parameters const parameters = memory_of_rank(m, setup, rank).parameters;
    auto const cache = [&](count sequences) {
      cached_sequences some = held;
      some.sequences = sequences;
      ratio const size = device_cache_of(m, l, some, cached, rank).total();
      return detail::ceil_div(size.numerator, size.denominator);
    };
    serving_memory const one{.rank = rank,
                             .weights = detail::shared(parameters.dense.all(), bytes.weights, 1) +
                                        detail::shared(parameters.experts.all(), bytes.routed_experts, 1),
                             .cache = cache(held.sequences),
                             .framework = framework,
                             .of_sequence = cache(1)};
    if (rank == 0 || one.total() > most.total()) most = one;
  }
  return most;
}

}  // namespace moetric::v0::cluster
