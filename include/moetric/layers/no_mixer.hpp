#pragma once

#include "moetric/layers/attention_span.hpp"
#include "moetric/layers/expert_routing.hpp"
#include "moetric/layers/kept_tensor.hpp"
#include "moetric/layers/layer_cache.hpp"
#include "moetric/layers/parallel_sizes.hpp"
#include "moetric/layers/sparse_indexer.hpp"

namespace moetric::v0 {

/// A layer without a mixer: no weights, no FLOPs, no cache.
struct no_mixer {
  /// The name of the kind.
  static constexpr std::string_view kind_name = "none";
  /// The matrices that fp8 checkpoints quantise: none.
  static constexpr quantised_set fp8_matrices = projection_set{};

  /// The rules of a sound layer: none.
  template <class Report>
  constexpr void rules(Report&) const {}
  /// The rules of sharding: none.
  template <class Report>
  constexpr void parallel_rules(parallel_sizes const&, Report&) const {}
  /// The rules of documents given by their sums: none.
  template <class Report>
  constexpr void packing_rules(count, Report&) const {}
  /// No matrices.
  template <class Visit>
  constexpr void each_matrix(count, Visit) const {}
  /// No vectors.
  template <class Visit>
  constexpr void each_vector(count, Visit) const {}
  /// No FLOPs.
  template <class Visit>
  constexpr void each_core(sequence<> const&, Visit) const {}
  /// Equal parts of the cache and states that tensor-parallel ranks can hold: nothing is kept.
  constexpr count cache_parts() const { return 1; }
  /// Tensors kept for the backward pass beside inputs and outputs of the matrices: none.
  template <class Visit>
  constexpr void each_kept(count, Visit) const {}
  /// No experts.
  constexpr expert_routing<> routing() const { return {}; }
  /// Scores that pass a softmax: none.
  constexpr count softmax_scores(sequence<> const&) const { return 0; }
  /// No indexer.
  constexpr chosen_keys<> key_choice() const { return {}; }
  /// No key-value cache.
  constexpr layer_cache<> cache() const { return {}; }
  /// Elements of the cache that one query reads: none.
  constexpr count cache_elements_read(count) const { return 0; }
  /// Elements of recurrent state: none.
  constexpr count state_elements() const { return 0; }
  /// Rotary frequencies in checkpoints: none.
  constexpr count stored_rotary_frequencies() const { return 0; }

  friend constexpr bool operator==(no_mixer const&, no_mixer const&) = default;
};

}  // namespace moetric::v0
