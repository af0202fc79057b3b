#pragma once

#include "moetric/layers/expert_routing.hpp"
#include "moetric/layers/kept_tensor.hpp"
#include "moetric/layers/parallel_sizes.hpp"

namespace moetric::v0 {

/// A layer without a feed-forward: no weights, no FLOPs.
struct no_feed_forward {
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
  /// No matrices.
  template <class Visit>
  constexpr void each_matrix(count, Visit) const {}
  /// No vectors.
  template <class Visit>
  constexpr void each_vector(count, Visit) const {}
  /// Tensors kept for the backward pass beside inputs and outputs of the matrices: none.
  template <class Visit>
  constexpr void each_kept(count, Visit) const {}
  /// No experts.
  constexpr expert_routing<> routing() const { return {}; }
  /// No hash table.
  constexpr count hash_table_entries(count) const { return 0; }

  friend constexpr bool operator==(no_feed_forward const&, no_feed_forward const&) = default;
};

}  // namespace moetric::v0
