#pragma once

#include "moetric/plan/spread.hpp"

namespace moetric::v0::plan {

/// M_opt at one scale before and after a new fit.
struct iteration_step {
  double compute;  // training FLOPs
  double before;   // M_opt by the law that chose the architectures of the last fit
  double after;    // M_opt by the last fit
  double low;      // M between which the last fit does not distinguish optima
  double high;
  /// True if the earlier M_opt lies within [low, high].
  bool inside() const { return before >= low && before <= high; }
};

/// The state of an iteration: M_opt(C) is fitted on architectures that an earlier M_opt chose, a circle that 2603.21862
/// leaves open. Each round runs phase 0 with the architectures of the last fit. The iteration ends when M_opt stays
/// inside the band at every scale.
struct iteration {
  std::vector<iteration_step> steps{};
  std::string band{};  // what low and high of the steps mean

  /// True if every step is inside its band.
  bool ended() const {
    for (iteration_step const& each : steps)
      if (!each.inside()) return false;
    return true;
  }
};

/// Compares M_opt before and after a fit at some scales. The band is where the fit's own loss rises by at most 0.1 %,
/// or the 95 % interval of its draws. \param scales FLOPs \throws std::invalid_argument for a fit whose M_opt has
/// neither
inline iteration compare_rounds(recipe_source const& before, recipe_source const& after,
                                std::vector<double> const& scales) {
  iteration result;
  for (double const compute : scales) {
    double const m = after.at(compute).training_flops_per_token;
    iteration_step step{compute, before.at(compute).training_flops_per_token, m, m, m};
    if (after.flops_band) {
      laws::range const factors = after.flops_band(compute);
      step.low *= factors.low, step.high *= factors.high;
      result.band = "M within which the fit's loss rises by at most 0.1 %";
    } else if (after.spread == spread_kind::draws && !after.variants.empty()) {
      std::vector<double> drawn;
      for (auto const& each : after.variants) drawn.push_back(each(compute).training_flops_per_token);
      auto const [low, high] = detail::ends_of(std::move(drawn), after.spread);
      step.low = std::fmin(low, m), step.high = std::fmax(high, m);
      result.band = "the fit's 95 % interval of M_opt";
    } else {
      detail::refuse("the fit of an iteration must have a law of loss or an error of M_opt, but " + after.id +
                     " has neither");
    }
    result.steps.push_back(step);
  }
  return result;
}

}  // namespace moetric::v0::plan
