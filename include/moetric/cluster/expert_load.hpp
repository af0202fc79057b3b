#pragma once

#include <cmath>
#include <span>

#include "moetric/core/contract.hpp"

namespace moetric::v0::cluster {

/// How evenly one layer's rows fall on its experts.
struct load_balance {
  double rows = 0;           // of all experts
  double max_over_mean = 1;  // rows of the busiest expert / their mean
  double entropy = 1;        // of the shares, / ln E: 1 is even, 0 one expert alone
  double slowest_rank = 1;   // rows of the busiest expert-parallel rank / their mean: all ranks wait for it
  bool forced = false;       // every expert has the same rows, as routers for benchmarks give
};

/// The balance of a layer from the rows that each expert got. Expert-parallel ranks hold equally many experts in order.
/// \throws std::invalid_argument for no experts, no rows, or ranks that do not divide the experts
template <class Rows>
load_balance balance_of(std::span<Rows const> rows_of_experts, std::size_t expert_ranks = 1) {
  std::size_t const n = rows_of_experts.size();
  if (n == 0) moetric::v0::detail::invalid("moetric: expert loads must not be empty");
  if (expert_ranks == 0 || n % expert_ranks != 0)
    moetric::v0::detail::invalid("moetric: n_experts must be divisible by the expert-parallel size");
  double all = 0, most = 0, least = static_cast<double>(rows_of_experts[0]), most_of_rank = 0, of_rank = 0, spread = 0;
  for (std::size_t i = 0; i != n; ++i) {
    double const rows = static_cast<double>(rows_of_experts[i]);
    all += rows;
    most = rows > most ? rows : most;
    least = rows < least ? rows : least;
    of_rank = i % (n / expert_ranks) == 0 ? rows : of_rank + rows;
    most_of_rank = of_rank > most_of_rank ? of_rank : most_of_rank;
    if (rows > 0) spread += rows * std::log(rows);
  }
  if (!(all > 0)) moetric::v0::detail::invalid("moetric: expert loads must hold at least one row");
  double const mean = all / static_cast<double>(n);
  return {.rows = all,
          .max_over_mean = most / mean,
          .entropy = n == 1 ? 1 : (std::log(all) - spread / all) / std::log(static_cast<double>(n)),
          .slowest_rank = most_of_rank * static_cast<double>(expert_ranks) / all,
          .forced = most == least};
}

}  // namespace moetric::v0::cluster
