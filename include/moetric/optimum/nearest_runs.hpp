#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "moetric/account/parameters.hpp"
#include "moetric/account/triad.hpp"
#include "moetric/laws/holistic.hpp"
#include "moetric/zoo/catalogue.hpp"
#include "moetric/zoo/runs.hpp"

namespace moetric::v0::optimum {

/// A published run beside a budget.
struct nearby_run {
  zoo::published_run const* run;
  double active_non_embedding_parameters;
  double total_non_embedding_parameters;
  double compute;  // 6·N_a·tokens, FLOPs
  bool has_experts;
};

namespace detail {

/// The published runs of known tokens.
inline std::vector<nearby_run> known_runs() {
  std::vector<nearby_run> all;
  for (zoo::published_run const& run : zoo::published_runs) {
    if (!run.tokens.known()) continue;
    parameter_counts const counts = count_parameters(*zoo::find(run.model)->value);
    double const active = static_cast<double>(counts.active_non_embedding);
    all.push_back({&run, active, static_cast<double>(counts.non_embedding),
                   6 * active * static_cast<double>(run.tokens.value),
                   counts.active_non_embedding < counts.non_embedding});
  }
  return all;
}

}  // namespace detail

/// The published runs whose 6·N_a·D is nearest to a budget: `most` with experts, the nearest first, then the nearest
/// dense one.
inline std::vector<nearby_run> runs_near(double compute, std::size_t most = 2) {
  std::vector<nearby_run> all = detail::known_runs();
  std::stable_sort(all.begin(), all.end(), [compute](nearby_run const& a, nearby_run const& b) {
    auto const far = [compute](nearby_run const& each) { return std::fabs(std::log(each.compute / compute)); };
    return a.has_experts != b.has_experts ? a.has_experts : far(a) < far(b);
  });
  std::vector<nearby_run> near;
  for (nearby_run const& each : all)
    if (each.has_experts ? near.size() < most : near.empty() || near.back().has_experts) near.push_back(each);
  return near;
}

/// The runs with a published learning rate whose 6·N_a·D is nearest to a budget, the nearest first.
inline std::vector<nearby_run> rates_near(double compute, std::size_t most = 3) {
  std::vector<nearby_run> all = detail::known_runs();
  std::erase_if(all, [](nearby_run const& each) { return !each.run->peak_learning_rate.known(); });
  auto const far = [compute](nearby_run const& each) { return std::fabs(std::log(each.compute / compute)); };
  std::stable_sort(all.begin(), all.end(), [&](nearby_run const& a, nearby_run const& b) { return far(a) < far(b); });
  if (all.size() > most) all.resize(most);
  return all;
}

}  // namespace moetric::v0::optimum
