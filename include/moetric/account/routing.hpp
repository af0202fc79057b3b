#pragma once

#include <cmath>
#include <span>

#include "moetric/core/ratio.hpp"
#include "moetric/layers/experts.hpp"

namespace moetric::v0 {

/// Rows that one expert may take from a batch of T tokens at a capacity factor f: ceil(f·top_k·T / n_experts), zero
/// experts counted among the experts.
/// Source: 2006.16668 (GShard), 2101.03961 (Switch).
/// \throws std::invalid_argument when n_experts is 0
constexpr count expert_capacity(ratio capacity_factor, experts<> const& e, count tokens) {
  ratio const rows = capacity_factor * ratio(e.top_k * tokens, e.n_experts + e.n_zero_experts);
  return rows.is_integer() ? rows.numerator : rows.floor() + 1;
}

/// Rows that all experts compute for T tokens without a capacity limit. With token choice, by whatever router, every
/// token has top_k rows, fewer with zero experts, whose rows are not computed (rounded down); with expert choice every
/// expert takes ceil(top_k·T / n_experts), the padded rows of capacity factor 1.
constexpr count expert_rows(experts<> const& e, count tokens) {
  if (e.router == router_kind::expert_choice) return e.n_experts * expert_capacity(1, e, tokens);
  return floor_div(e.of_a_token().used * tokens, e.of_a_token().used_of);
}

/// Rows that all experts compute when each is padded to its capacity: n_experts·capacity, whatever the routing.
constexpr count padded_rows(ratio capacity_factor, experts<> const& e, count tokens) {
  return e.n_experts * expert_capacity(capacity_factor, e, tokens);
}

/// Rows that measured loads leave at a capacity.
struct routed_rows {
  count computed;          // Σ min(load, capacity)
  ratio dropped_fraction;  // 1 − computed / Σ load
};

/// The rows computed and dropped at a capacity. Loads are rows that the router sent to each expert.
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

namespace detail {

/// 1 − (1 − p)^T, accurate for small p; 1 when p is 1.
inline double at_least_once(double probability, count times) {
  return times == 0 ? 0 : -std::expm1(static_cast<double>(times) * std::log1p(-probability));
}

}  // namespace detail

/// Distinct experts of a layer that T tokens use, expected: the experts that a decoding step must read. Relative error:
/// a few 1e-16.
///   token choice    n_experts·(1 − (1 − k/n_experts)^T) if each token draws uniformly, k = top_k experts or fewer with
///                   zero experts; groups change which experts are drawn together, not how often
///   expert choice   all of them, since each takes at least one token
///   balanced        min(n_experts, k·T)
inline double expected_distinct_experts(experts<> const& e, count tokens) {
  double const n = static_cast<double>(e.n_experts);
  if (e.router == router_kind::expert_choice) return tokens == 0 ? 0 : n;
  expert_share<> const k = e.of_a_token();
  if (e.router == router_kind::balanced)
    return static_cast<double>(detail::least(ratio(e.n_experts), ratio(k.used * tokens, k.used_of)));
  return n * detail::at_least_once(static_cast<double>(k.used) / (static_cast<double>(k.used_of) * n), tokens);
}

/// Distinct experts from measured loads, the rows that the router sent to each expert: a token uses expert e with
/// probability p = top_k·load / Σ load, so Σ 1 − (1 − p)^T are used. The last loads are those of zero experts.
/// \throws std::invalid_argument without any load, or if an expert has more than one row per token
inline double expected_distinct_experts(std::span<count const> loads, count top_k, count tokens,
                                        std::size_t n_zero_experts = 0) {
  if (n_zero_experts > loads.size()) detail::invalid("moetric: loads must hold one of each zero expert");
  count sent;
  for (count const load : loads) sent += load;
  if (sent == 0) detail::invalid("moetric: loads must not all be 0");
  double sum = 0;
  for (count const load : loads.first(loads.size() - n_zero_experts)) {
    if (top_k * load > sent) detail::invalid("moetric: loads must not exceed one row of each token for an expert");
    sum += detail::at_least_once(static_cast<double>(ratio(top_k * load, sent)), tokens);
  }
  return sum;
}

/// The expected fraction of T tokens that no expert computes. None with token choice and with a balanced assignment,
/// before a capacity limit (see `rows_within_capacity`). With expert choice (1 − capacity/T)^n_experts, if each expert
/// takes its tokens uniformly.
/// \throws std::invalid_argument when tokens are 0
inline double expected_unserved_fraction(experts<> const& e, count tokens) {
  if (e.router != router_kind::expert_choice) return 0;
  count const taken = detail::least(expert_capacity(1, e, tokens), tokens);
  return std::exp(static_cast<double>(e.n_experts) * std::log1p(-static_cast<double>(ratio(taken, tokens))));
}

}  // namespace moetric::v0
