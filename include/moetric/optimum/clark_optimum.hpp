#pragma once

#include <cmath>
#include <optional>
#include <span>

#include "moetric/laws/clark.hpp"

/// Optima by Clark's laws of routed models. Tokens are always 130e9, so a budget fixes the dense parameters and leaves
/// the number of experts to choose, which with top-1 routing costs no FLOPs.
namespace moetric::v0::optimum {

/// The best number of experts at a budget, with the law's answer.
struct clark_optimum : laws::evaluation {
  laws::clark::inputs at;
  double compute;               // 6·N·130e9
  double effective_parameters;  // of a dense model of the same loss
  double cutoff_parameters;     // dense parameters from which more experts raise the loss
  bool at_end;                  // the best number of experts is the first or last of those offered
};

/// Training FLOPs, 6 for each dense parameter and token. Derived: the paper counts FLOPs of a step in its data only.
inline double clark_training_flops(double dense_parameters) {
  return 6 * dense_parameters * static_cast<double>(laws::clark::trained_tokens);
}

/// The best of several numbers of experts at a budget; ties go to the first. It is the largest below N_cutoff and the
/// smallest above: the law has no optimum between.
/// \throws std::invalid_argument naming an input outside its domain, or if there are no numbers to choose from
inline clark_optimum at_compute(laws::clark::law const& law, double compute, std::span<double const> n_experts) {
  moetric::detail::require_positive("compute", compute);
  double const dense = compute / clark_training_flops(1);
  std::optional<laws::clark::inputs> best;
  for (double const each : n_experts) {
    laws::clark::inputs const next{.dense_parameters = dense, .n_experts = each};
    static_cast<void>(laws::evaluate(law, next));
    if (!best || law.loss(next) < law.loss(*best)) best = next;
  }
  if (!best) moetric::detail::invalid("moetric: n_experts to choose from must hold at least one number");
  return {laws::evaluate(law, *best),
          *best,
          compute,
          laws::clark::effective_parameters(law, *best),
          laws::clark::cutoff_parameters(law),
          n_experts.size() > 1 && (best->n_experts == n_experts.front() || best->n_experts == n_experts.back())};
}

/// The dense parameters with which so many experts reach a loss: the law solved for N.
/// \throws std::invalid_argument naming a number outside its domain
/// \throws std::overflow_error if the parameters do not fit in a double
inline clark_optimum at_loss(laws::clark::law const& law, double loss, double n_experts) {
  moetric::detail::require_positive("loss", loss);
  laws::detail::require_in_domain(law.about->inputs[1], n_experts);
  // ln L is linear in ln N: two points give the line.
  auto const log_loss = [&](double dense) { return std::log(law.loss(laws::clark::inputs{dense, n_experts})); };
  double const per_e = log_loss(std::exp(21.0)) - log_loss(std::exp(20.0));
  double const dense = std::exp(20 + (std::log(loss) - log_loss(std::exp(20.0))) / per_e);
  double const compute = clark_training_flops(dense);
  if (!is_positive_and_finite(dense) || !is_positive_and_finite(compute))
    moetric::detail::overflow("moetric: the parameters of that loss must fit in a double");
  return at_compute(law, compute, std::span(&n_experts, 1));
}

}  // namespace moetric::v0::optimum
