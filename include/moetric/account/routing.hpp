#pragma once

#include <cmath>
#include <span>

#include "moetric/core/ratio.hpp"
#include "moetric/layers/experts.hpp"

namespace moetric::inline v0 {

/// Rows that one expert may take from a batch of T tokens at a capacity factor f: ceil(f·top_k·T / n_experts).
/// Source: 2006.16668 (GShard), 2101.03961 (Switch).
/// \throws std::invalid_argument when n_experts is 0
constexpr count expert_capacity(ratio capacity_factor, experts<> const& e, count tokens) {
  ratio const rows = capacity_factor * ratio(e.top_k * tokens, e.n_experts);
  return rows.is_integer() ? rows.numerator : rows.floor() + 1;
}

/// Rows that all experts compute when each is padded to its capacity: n_experts·capacity, whatever the routing.
constexpr count padded_rows(ratio capacity_factor, experts<> const& e, count tokens) {
  return e.n_experts * expert_capacity(capacity_factor, e, tokens);
}

/// What measured loads leave at a capacity.
struct routed_rows {
  count computed;          // Σ min(load, capacity)
  ratio dropped_fraction;  // 1 − computed / Σ load
};

/// Loads are rows that the router sent to each expert.
/// \throws std::invalid_argument when no expert has a load
constexpr routed_rows rows_within_capacity(std::span<count const> loads, count capacity) {
  count sent, computed;
  for (count const load : loads) {
    sent += load;
    computed += load < capacity ? load : capacity;
  }
  if (sent == 0) detail::invalid("moetric: loads must not all be 0");
  return {computed, ratio(sent - computed, sent)};
}

/// Experts of a layer that T tokens together use when each draws top_k of them uniformly:
/// n_experts·(1 − (1 − top_k/n_experts)^T). It is what a decoding step must read.
inline double expected_distinct_experts(experts<> const& e, count tokens) {
  double const n = static_cast<double>(e.n_experts);
  double const missed = std::log1p(-static_cast<double>(e.top_k) / n);  // -inf when every token uses all
  return n * -std::expm1(static_cast<double>(tokens) * missed);
}

}  // namespace moetric::inline v0
