#pragma once

#include "moetric/layers/parallel_sizes.hpp"
#include "moetric/layers/routing.hpp"

namespace moetric::v0 {

/// A layer without a feed-forward: no weights, no FLOPs.
struct no_feed_forward {
  static constexpr std::string_view kind_name = "none";
  static constexpr projection_set fp8_matrices{};

  template <class Report>
  constexpr void rules(Report&) const {}
  template <class Report>
  constexpr void parallel_rules(parallel_sizes const&, Report&) const {}
  template <class Visit>
  constexpr void each_matrix(count, Visit) const {}
  template <class Visit>
  constexpr void each_vector(count, Visit) const {}
  constexpr expert_routing<> routing() const { return {}; }
  constexpr count hash_table_entries(count) const { return 0; }

  friend constexpr bool operator==(no_feed_forward const&, no_feed_forward const&) = default;
};

}  // namespace moetric::v0
