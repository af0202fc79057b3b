#pragma once

#include "moetric/layers/attention_span.hpp"
#include "moetric/layers/parallel_sizes.hpp"
#include "moetric/layers/routing.hpp"
#include "moetric/layers/sparse_indexer.hpp"

namespace moetric::v0 {

/// A layer without a mixer: no weights, no FLOPs, no cache.
struct no_mixer {
  static constexpr std::string_view kind_name = "none";
  static constexpr projection_set fp8_matrices{};

  template <class Report>
  constexpr void rules(Report&) const {}
  template <class Report>
  constexpr void parallel_rules(parallel_sizes const&, Report&) const {}
  template <class Report>
  constexpr void packing_rules(count, Report&) const {}
  template <class Visit>
  constexpr void each_matrix(count, Visit) const {}
  template <class Visit>
  constexpr void each_vector(count, Visit) const {}
  template <class Visit>
  constexpr void each_core(sequence<> const&, Visit) const {}
  constexpr expert_routing<> routing() const { return {}; }
  constexpr count softmax_scores(sequence<> const&) const { return 0; }
  constexpr chosen_keys<> key_choice() const { return {}; }
  constexpr count cache_elements_per_token() const { return 0; }
  constexpr count cache_elements_read(count) const { return 0; }
  constexpr count state_elements() const { return 0; }
  constexpr count stored_rotary_frequencies() const { return 0; }

  friend constexpr bool operator==(no_mixer const&, no_mixer const&) = default;
};

}  // namespace moetric::v0
