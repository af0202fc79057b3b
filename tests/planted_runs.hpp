#pragma once

#include <cmath>
#include <cstdint>
#include <random>

#include "moetric/fit/forms.hpp"
#include "moetric/plan/design.hpp"
#include "moetric/plan/fitted_source.hpp"
#include "moetric/plan/plan.hpp"

// From a design to a plan: a known law stands in for the cluster that trains the runs.

namespace planted_runs {

/// L = A / (N_a^alpha·E^gamma) + B / D^beta + sigma. All runs have the same number of experts, so gamma is held in the
/// fit.
inline moetric::laws::wang::law const planted =
    moetric::laws::wang::with({.a = 480, .b = 2000, .alpha = 0.348, .beta = 0.366, .gamma = 0.05, .sigma = 1.8});
inline constexpr std::size_t gamma = 4;  // index of the coefficient

/// Losses of a design's runs by the planted law, each with a seeded relative error of ln loss.
inline moetric::fit::runs runs_of(moetric::plan::design const& made, double noise, std::uint64_t seed) {
  moetric::fit::runs of{{"active_non_embedding_parameters", "tokens", "n_experts"}, {{}, {}, {}}, {}};
  std::mt19937_64 bits(seed);
  for (moetric::plan::design_run const& each : made.runs) {
    moetric::laws::wang::inputs const at{static_cast<double>(each.triad.active_non_embedding_parameters),
                                         static_cast<double>(each.tokens),
                                         static_cast<double>(each.architecture.n_experts)};
    of.columns[0].push_back(at.active_non_embedding_parameters);
    of.columns[1].push_back(at.tokens);
    of.columns[2].push_back(at.n_experts);
    of.loss.push_back(planted.loss(at) *
                      std::exp(noise * moetric::optimum::normal_quantile(moetric::optimum::detail::uniform(bits))));
  }
  return of;
}

/// Fits the planted law's form to runs: least squares in ln loss, or Huber loss with the given threshold.
inline moetric::fit::fitted<moetric::laws::wang::form> fitted_to(moetric::fit::runs const& of, double huber) {
  moetric::fit::setup how = moetric::fit::forms::wang.how();
  how.huber = huber;
  how.unknowns[gamma] = {"gamma", moetric::fit::role::held, {planted.k.gamma}};
  return moetric::fit::fit(moetric::fit::forms::wang, of, how);
}

/// Relative excess loss of a plan's parameters and tokens over the planted law's best at the same FLOPs.
inline double regret_of(moetric::plan::complete_plan const& p) {
  moetric::laws::wang::inputs const at{static_cast<double>(p.shape.triad.active_non_embedding_parameters),
                                       static_cast<double>(p.run.tokens),
                                       static_cast<double>(p.shape.architecture.n_experts)};
  auto const spent = moetric::optimum::at(planted, at);
  return spent.loss / moetric::optimum::at_compute(planted, spent.compute, at).loss - 1;
}

}  // namespace planted_runs
