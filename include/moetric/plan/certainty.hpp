#pragma once

#include <limits>
#include <span>

#include "moetric/fit/report.hpp"
#include "moetric/plan/design.hpp"

/// How well a power law of compute is known at a target from optima at some scales, before any run is made. The law is
/// a straight line in logarithms, ln y = a + b·ln C, and every group of runs gives one ln y of the same scatter.
namespace moetric::v0 {

/// Runs of one budget that give one optimum, as an IsoFLOP group does.
struct scale_group {
  double compute;     // FLOPs of one run
  double weight = 1;  // of a full group
};

/// Half the width of the 95 % interval of ln y at the target, in units of the scatter of one group's optimum:
///   t(n − 2)·sqrt(1/n + (x − x̄)²/Σ(x_i − x̄)²),  x = ln C
/// Infinite for two groups or fewer, or for one scale. Source: the least-squares line.
inline double half_width_at(std::span<scale_group const> groups, double target) {
  double n = 0, mean = 0;
  for (scale_group const& each : groups) n += each.weight, mean += each.weight * std::log(each.compute);
  mean /= n;
  double spread = 0;
  for (scale_group const& each : groups) {
    double const off = std::log(each.compute) - mean;
    spread += each.weight * off * off;
  }
  std::size_t const whole = static_cast<std::size_t>(n + 1e-9);
  if (whole < 3 || spread < 1e-12) return std::numeric_limits<double>::infinity();
  double const off = std::log(target) - mean;
  return fit::detail::quantile_of_t(0.95, whole - 2) * std::sqrt(1 / n + off * off / spread);
}

/// Groups that a budget should buy, and what they cost.
struct chosen_groups {
  std::vector<scale_group> groups{};  // without those that were there before
  double flops = 0;
  double half_width = std::numeric_limits<double>::infinity();  // with those that were there before
};

namespace detail {

/// Adds the group that narrows the interval most for its FLOPs, until none fits into the budget.
inline void add_greedily(std::vector<scale_group>& all, chosen_groups& chosen, std::span<double const> candidates,
                         double runs_of_group, double budget, double target) {
  for (;;) {
    std::optional<double> best;
    double most = 0;
    for (double const compute : candidates) {
      double const cost = compute * runs_of_group;
      if (chosen.flops + cost > budget * (1 + 1e-12)) continue;
      all.push_back({compute});
      double const gain = (chosen.half_width - half_width_at(all, target)) / cost;
      all.pop_back();
      if (gain > most) best = compute, most = gain;
    }
    if (!best) return;
    all.push_back({*best});
    chosen.groups.push_back({*best});
    chosen.flops += *best * runs_of_group;
    chosen.half_width = half_width_at(all, target);
  }
}

}  // namespace detail

/// The groups of runs that most narrow the interval at a target for a budget (c-optimal): every start of up to three
/// groups, which is how many a first interval takes, completed greedily. Ties go to the cheaper.
/// \param before groups that were run already
/// \param candidates scales that may be run, FLOPs
/// \throws std::invalid_argument naming what is not positive, or a budget that buys no interval at all
inline chosen_groups choose_groups(std::span<scale_group const> before, std::span<double const> candidates,
                                   double runs_of_group, double budget, double target) {
  detail::require_positive("budget", budget);
  detail::require_positive("target", target);
  for (double const each : candidates) detail::require_positive("scales", each);
  chosen_groups best;
  auto const complete = [&](std::vector<double> const& start) {
    chosen_groups chosen;
    std::vector<scale_group> all(before.begin(), before.end());
    for (double const compute : start) {
      all.push_back({compute});
      chosen.groups.push_back({compute});
      chosen.flops += compute * runs_of_group;
    }
    if (chosen.flops > budget * (1 + 1e-12)) return;
    chosen.half_width = half_width_at(all, target);
    if (!std::isfinite(chosen.half_width)) return;
    detail::add_greedily(all, chosen, candidates, runs_of_group, budget, target);
    if (chosen.half_width < best.half_width * (1 - 1e-9)) best = std::move(chosen);
  };
  complete({});
  for (std::size_t i = 0; i != candidates.size(); ++i) {
    complete({candidates[i]});
    for (std::size_t j = i; j != candidates.size(); ++j) {
      complete({candidates[i], candidates[j]});
      for (std::size_t k = j; k != candidates.size(); ++k) complete({candidates[i], candidates[j], candidates[k]});
    }
  }
  if (!std::isfinite(best.half_width))
    detail::invalid(("moetric: budget must buy at least three groups of " + brief(runs_of_group) +
                     " runs at two scales, but got " + brief(budget))
                        .c_str());
  std::sort(best.groups.begin(), best.groups.end(),
            [](scale_group const& a, scale_group const& b) { return a.compute < b.compute; });
  return best;
}

/// Scales that may be run: three a decade from the smallest on, while one group fits into the budget, below the target.
inline std::vector<double> candidate_scales(double smallest, double runs_of_group, double budget, double target) {
  std::vector<double> all;
  double const stride = std::cbrt(10.0);
  for (double compute = smallest; compute * runs_of_group <= budget && compute <= target * (1 + 1e-9);
       compute *= stride)
    all.push_back(compute);
  return all;
}

/// A design with fewer scales, and what that costs in certainty.
struct smaller_design {
  std::size_t scales;
  double largest;     // scale that is left, FLOPs
  double part;        // of the full design's FLOPs
  double half_width;  // at the target, as `half_width_at`
};

/// The design without its largest scales, one after another, down to three.
inline std::vector<smaller_design> smaller_designs(std::vector<double> scales, double target) {
  std::sort(scales.begin(), scales.end());
  double all = 0;
  for (double const each : scales) all += each;
  std::vector<smaller_design> designs;
  for (std::size_t n = scales.size(); n >= 3; --n) {
    std::vector<scale_group> groups;
    double flops = 0;
    for (std::size_t i = 0; i != n; ++i) groups.push_back({scales[i]}), flops += scales[i];
    designs.push_back({n, scales[n - 1], flops / all, half_width_at(groups, target)});
  }
  return designs;
}

}  // namespace moetric::v0
