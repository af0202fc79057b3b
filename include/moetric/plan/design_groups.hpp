#pragma once

#include <cmath>
#include <cstddef>
#include <string>
#include <unordered_map>

#include "moetric/core/run_control.hpp"
#include "moetric/core/text.hpp"
#include "moetric/plan/design.hpp"
#include "moetric/plan/scale_group.hpp"

/// The groups of runs that narrow a law's interval at a target most for a budget.
namespace moetric::v0::plan {

/// The most runs of a design within a budget; a team that wants more means another unit.
inline constexpr double most_designed_runs = 100'000;

/// Groups that a budget should buy, and what they cost.
struct chosen_groups {
  std::vector<scale_group> groups{};  // in ascending compute, without those that were run before
  double flops = 0;
  double half_width = std::numeric_limits<double>::infinity();  // with those that were run before
};

/// Groups of one scale, earlier ones counted, that a budget buys at most: more seeds would narrow the interval of a
/// straight line, but only further scales show whether it is one.
inline constexpr double most_groups_at_a_scale = 3;

namespace detail {

/// Quantiles of Student's t distribution for 95 % intervals, each computed once.
class t_quantiles {
 public:
  /// \param freedom degrees of freedom, at least 1
  double operator()(std::size_t freedom) {
    auto const [known, is_new] = known_.try_emplace(freedom);
    if (is_new) known->second = fit::students_t_quantile(design_confidence, static_cast<double>(freedom));
    return known->second;
  }

 private:
  std::unordered_map<std::size_t, double> known_;
};

/// The sums over groups from which the interval at a target follows: adding a group takes constant time.
struct line_sums {
  double n = 0;          // Σ w
  double first = 0;      // Σ w·u, u = ln(C / target)
  double second = 0;     // Σ w·u²
  double one_scale = 0;  // u of the only scale so far
  bool has_two_scales = false;

  void add(double u, double weight = 1) {
    if (n == 0) one_scale = u;
    has_two_scales = has_two_scales || std::fabs(u - one_scale) > 1e-6;
    n += weight, first += weight * u, second += weight * u * u;
  }
  double half_width(t_quantiles& quantiles) const {
    std::size_t const whole = whole_groups(n);
    if (whole < 3 || !has_two_scales) return std::numeric_limits<double>::infinity();
    double const mean = first / n;
    return half_width_of(quantiles(whole - 2), n, mean, second - first * mean);
  }
};

/// Candidate scales, and what buying a group at each costs and adds.
struct group_market {
  std::vector<double> compute;  // FLOPs of one run
  std::vector<double> u;        // ln(compute / target)
  double runs_of_group;
  double budget;
  std::vector<double> left;  // groups that may be bought at each scale

  double cost(std::size_t i) const { return compute[i] * runs_of_group; }
};

/// A way to spend a budget.
struct spending {
  std::vector<std::size_t> groups;  // bought at each candidate scale
  std::size_t bought = 0;           // of them together
  double flops = 0;
  line_sums sums{};  // with those that were run before
  double half_width = std::numeric_limits<double>::infinity();

  bool may_buy(group_market const& market, std::size_t i) const {
    return static_cast<double>(groups[i] + 1) <= market.left[i] + 1e-9;
  }
  void buy(group_market const& market, std::size_t i, std::size_t n = 1) {
    groups[i] += n, bought += n;
    flops += market.cost(i) * static_cast<double>(n);
    sums.add(market.u[i], static_cast<double>(n));
  }
};

/// Buys the group that narrows the interval most for its FLOPs, until the budget buys no group that narrows it. From
/// `groups_of_single_steps` groups on it buys some at once, a constant fraction of those it has, so that the number of
/// steps grows with the logarithm of what the budget buys.
inline spending spent_greedily(spending s, group_market const& market, t_quantiles& quantiles, stop_token const& stop) {
  constexpr std::size_t groups_of_single_steps = 512;
  double const most_flops = market.budget * (1 + 1e-12);
  std::size_t const none = market.compute.size();
  for (bool in_blocks = true; !stop.stop_requested();) {
    std::size_t best = none, best_block = 0;
    double most = 0;
    for (std::size_t i = 0; i != none; ++i) {
      if (!s.may_buy(market, i) || s.flops + market.cost(i) > most_flops) continue;
      double const room = std::fmin(std::floor((most_flops - s.flops) / market.cost(i)),
                                    std::floor(market.left[i] + 1e-9) - static_cast<double>(s.groups[i]));
      std::size_t block = in_blocks ? std::max<std::size_t>(s.bought / groups_of_single_steps, 1) : 1;
      if (static_cast<double>(block) > room) block = std::max<std::size_t>(static_cast<std::size_t>(room), 1);
      line_sums with = s.sums;
      with.add(market.u[i], static_cast<double>(block));
      double const gain = (s.half_width - with.half_width(quantiles)) / (market.cost(i) * static_cast<double>(block));
      if (gain > most) best = i, best_block = block, most = gain;
    }
    if (best != none) {
      s.buy(market, best, best_block);
      s.half_width = s.sums.half_width(quantiles);
    } else if (in_blocks && s.bought >= 2 * groups_of_single_steps) {
      in_blocks = false;
    } else {
      break;
    }
  }
  return s;
}

}  // namespace detail

/// The groups of runs that narrow the interval at a target most for a budget (c-optimal): every start of up to three
/// groups, the number that a first interval takes, completed greedily. Ties go to the cheaper scale.
/// Time grows with the logarithm of the number of groups that the budget buys, and with the fourth power of the
/// candidates.
/// \param before groups that were run already
/// \param candidates scales that may be run, FLOPs
/// \param most groups at one scale, those of `before` counted; with a limit, a choice of three scales or more goes
/// first
/// \param control counts the starts; a stop ends it with the best that it has found
/// \throws std::invalid_argument naming what is not positive, or a budget that does not buy an interval, or that buys
///         more than `most_designed_runs`
inline chosen_groups choose_groups(std::span<scale_group const> before, std::span<double const> candidates,
                                   double runs_of_group, double budget, double target,
                                   double most = most_groups_at_a_scale, run_control const& control = {}) {
  detail::require_positive("budget", budget);
  detail::require_positive("target", target);
  for (double const each : candidates) detail::require_positive("scales", each);
  detail::group_market market{{candidates.begin(), candidates.end()}, {}, runs_of_group, budget, {}};
  auto const is_same = [](double a, double b) { return std::fabs(std::log(a / b)) < 0.01; };
  for (double const each : candidates) {
    market.u.push_back(std::log(each / target));
    double left = most;
    for (scale_group const& earlier : before)
      if (is_same(earlier.compute, each)) left -= earlier.weight;
    market.left.push_back(left);
  }
  auto const scales_of = [&](detail::spending const& s) {
    std::vector<double> all;
    auto const add = [&](double compute) {
      for (double const each : all)
        if (is_same(each, compute)) return;
      all.push_back(compute);
    };
    for (scale_group const& each : before) add(each.compute);
    for (std::size_t i = 0; i != candidates.size(); ++i)
      if (s.groups[i] != 0) add(candidates[i]);
    return all.size();
  };
  detail::spending nothing{.groups = std::vector<std::size_t>(candidates.size())};
  for (scale_group const& each : before) nothing.sums.add(std::log(each.compute / target), each.weight);

  detail::t_quantiles quantiles;
  detail::spending best = nothing;
  bool best_shows_curvature = false;
  std::uint64_t const n = candidates.size(), starts = 1 + n + n * (n + 1) / 2 + n * (n + 1) * (n + 2) / 6;
  std::uint64_t done = 0;
  auto const complete = [&](std::initializer_list<std::size_t> start) {
    detail::spending s = nothing;
    if (control.progress) control.progress(done++, starts);
    if (control.stop.stop_requested() && std::isfinite(best.half_width)) return;
    for (std::size_t const i : start) {
      if (!s.may_buy(market, i)) return;
      s.buy(market, i);
    }
    if (s.flops > budget * (1 + 1e-12)) return;
    s.half_width = s.sums.half_width(quantiles);
    if (!std::isfinite(s.half_width)) return;
    s = detail::spent_greedily(std::move(s), market, quantiles, control.stop);
    bool const shows_curvature = std::isinf(most) || scales_of(s) >= 3;
    if (shows_curvature < best_shows_curvature ||
        (shows_curvature == best_shows_curvature && !(s.half_width < best.half_width * (1 - 1e-9))))
      return;
    best = std::move(s), best_shows_curvature = shows_curvature;
  };
  complete({});
  for (std::size_t i = 0; i != candidates.size(); ++i) {
    complete({i});
    for (std::size_t j = i; j != candidates.size(); ++j) {
      complete({i, j});
      for (std::size_t k = j; k != candidates.size(); ++k) complete({i, j, k});
    }
  }
  if (!std::isfinite(best.half_width))
    detail::refuse("budget must buy at least three groups of " + brief(runs_of_group) +
                   " runs at two scales, but got " + brief(budget));
  if (static_cast<double>(best.bought) * runs_of_group > most_designed_runs)
    detail::refuse("budget must buy at most " + brief(most_designed_runs) + " runs, but buys " +
                   brief(static_cast<double>(best.bought) * runs_of_group, 3) + " at scales from " +
                   brief(candidates.front(), 3) + " FLOPs; larger scales buy fewer");
  chosen_groups chosen{.flops = best.flops};
  for (std::size_t i = 0; i != candidates.size(); ++i)
    chosen.groups.insert(chosen.groups.end(), best.groups[i], scale_group{candidates[i]});
  std::sort(chosen.groups.begin(), chosen.groups.end(),
            [](scale_group const& a, scale_group const& b) { return a.compute < b.compute; });
  std::vector<scale_group> all(before.begin(), before.end());
  all.insert(all.end(), chosen.groups.begin(), chosen.groups.end());
  chosen.half_width = half_width_at(all, target);
  return chosen;
}

/// Scales that may be run: three a decade from the smallest, while one group fits into the budget, up to the target.
inline std::vector<double> candidate_scales(double smallest, double runs_of_group, double budget, double target) {
  std::vector<double> all;
  double const stride = std::cbrt(10.0);
  for (double compute = smallest; compute * runs_of_group <= budget && compute <= target * (1 + 1e-9);
       compute *= stride)
    all.push_back(compute);
  return all;
}

/// Phase 0 with one IsoFLOP group for each of `groups`, which are in ascending compute. Groups of one scale differ in
/// their seed; every run is trained alone.
/// \throws std::invalid_argument as `design_isoflop`
inline design design_of_groups(design_request r, std::span<scale_group const> groups) {
  design all, part;
  std::size_t seed = 0;
  for (std::size_t i = 0; i != groups.size(); ++i) {
    if (i == 0 || groups[i].compute != groups[i - 1].compute) {
      r.scales = {groups[i].compute};
      part = design_isoflop(r);
      seed = 0;
    }
    ++seed;
    for (design_run run : part.runs) {
      run.seed = seed;
      run.flops_to_pay = run.flops;
      all.runs.push_back(run);
    }
    all.left_out.insert(all.left_out.end(), part.left_out.begin(), part.left_out.end());
  }
  return all;
}

/// Groups that a budget buys, with their runs.
struct budget_design {
  chosen_groups groups;
  design runs;
  std::vector<scale_group> before{};  // that were run already
  double half_width_before = 0;       // of them, as `half_width_at`; 0 without any
};

/// Phase 0 at the scales, from the smallest of the request up, that narrow M_opt at the target most for the budget.
/// \param before groups that were run already
/// \throws std::invalid_argument as `choose_groups` and `design_isoflop`
inline budget_design design_within_budget(design_request const& r, std::span<scale_group const> before, double budget,
                                          double target) {
  detail::require_positive("budget", budget);
  detail::require_positive("target", target);
  double const full = static_cast<double>(r.isoflop_sizes);
  double const smallest = *std::min_element(r.scales.begin(), r.scales.end());
  chosen_groups groups = choose_groups(before, candidate_scales(smallest, full, budget, target), full, budget, target,
                                       most_groups_at_a_scale, r.control);
  design runs = design_of_groups(r, groups.groups);
  return {std::move(groups),
          std::move(runs),
          {before.begin(), before.end()},
          before.empty() ? 0 : half_width_at(before, target)};
}

}  // namespace moetric::v0::plan
