#pragma once

#include "moetric/plan/design.hpp"

namespace moetric::v0 {

/// What a new fit of M_opt changes at one scale.
struct iteration_step {
  double compute;
  double before;  // M_opt by the law that the architectures of the last fit came from
  double after;   // M_opt by the last fit
  double low;     // M between which the last fit does not tell optima apart
  double high;
  bool inside() const { return before >= low && before <= high; }
};

/// Where an iteration stands: M_opt(C) is fitted on architectures that an earlier M_opt chose, a circle that 2603.21862
/// leaves open. Each round runs phase 0 with the architectures of the last fit; it ends when no scale moved out of the
/// band.
struct iteration {
  std::vector<iteration_step> steps{};
  std::string band{};  // what low and high are

  bool ended() const {
    for (iteration_step const& each : steps)
      if (!each.inside()) return false;
    return true;
  }
};

/// \throws std::invalid_argument for a fit whose M_opt has neither a band nor an error
inline iteration compare_rounds(plan_source const& before, plan_source const& after,
                                std::vector<double> const& scales) {
  iteration result;
  for (double const compute : scales) {
    double const m = after.at(compute).training_flops_per_token;
    iteration_step step{compute, before.at(compute).training_flops_per_token, m, m, m};
    if (after.flops_band) {
      laws::range const factors = after.flops_band(compute);
      step.low *= factors.low, step.high *= factors.high;
      result.band = "M within which the fit's loss rises by at most 0.1 %";
    } else if (after.spread == recipe_spread::draws && !after.others.empty()) {
      std::vector<double> drawn;
      for (auto const& each : after.others) drawn.push_back(each(compute).training_flops_per_token);
      auto const [low, high] = detail::spread_of(std::move(drawn), after.spread);
      step.low = std::fmin(low, m), step.high = std::fmax(high, m);
      result.band = "the fit's 95 % interval of M_opt";
    } else {
      detail::invalid(("moetric: the fit of an iteration must have a law of loss or an error of M_opt, but " +
                       after.id + " has neither")
                          .c_str());
    }
    result.steps.push_back(step);
  }
  return result;
}

}  // namespace moetric::v0
