#pragma once

#include <algorithm>
#include <span>

#include "moetric/optimum/compute_optimal.hpp"

/// The joint optimum over parameters, tokens and further inputs: sparsity, granularity, experts, bits.
namespace moetric::v0::optimum {

/// A further input to optimise, by its place among the law's inputs, and its range.
struct free_input {
  std::size_t place;
  laws::range within;
};

/// The place of a field among the inputs of a law: place_of<law>(&law::inputs::granularity).
template <laws::ComputeLaw L>
constexpr std::size_t place_of(double L::inputs::*field) {
  typename L::inputs marked{};
  marked.*field = 1;
  auto const values = laws::detail::to_array(marked);
  std::size_t place = 0;
  while (values[place] != 1) ++place;
  return place;
}

/// An optimum over free inputs.
template <class Inputs>
struct basic_joint_optimum : basic_point<Inputs> {
  fixed_list<std::size_t, 12> at_end{};  // places of the free inputs that are best at an end of their range
};
template <laws::ComputeLaw L>
using joint_optimum = basic_joint_optimum<typename L::inputs>;
using any_joint_optimum = basic_joint_optimum<laws::input_values>;

namespace detail {

struct line_of_input {
  any_law const& law;
  double compute;
  input_values fixed;
  free_input free;

  bool in_logarithms() const { return is_positive_and_finite(free.within.low) && free.within.high < 1e300; }
  double value_at(double coordinate) const { return in_logarithms() ? std::exp(coordinate) : coordinate; }
  double coordinate_of(double value) const { return in_logarithms() ? std::log(value) : value; }

  any_point best_at(double value) const {
    input_values values = fixed;
    values[free.place] = value;
    return at_compute(law, compute, values);
  }

  /// d loss / d input along the budget. Parameters are optimal, so only tokens respond to the change.
  double slope(double coordinate) const {
    input_values const values = best_at(value_at(coordinate)).at;
    std::array<dual<>, 12> at = in_dual(values);
    at[free.place] = dual<>::variable(values[free.place]);
    at[1] = compute / law.training_flops_per_token(at);
    return law.loss(at).by[0];
  }
};

/// The best value of one free input: the best of 65 values in equal steps (of its logarithm if the range is positive),
/// then the root of the slope beside it. Minima closer together than a step are not resolved.
inline double best_value(line_of_input const& line) {
  constexpr int steps = 64;
  laws::range const within = line.free.within;
  double const low = line.coordinate_of(within.low), high = line.coordinate_of(within.high);
  auto const value_of = [&](int step) {
    return step == 0 ? within.low : step == steps ? within.high : line.value_at(low + (high - low) * step / steps);
  };
  int best = 0;
  double least = 0;
  for (int step = 0; step <= steps; ++step) {
    double const loss = line.best_at(value_of(step)).loss;
    if (step == 0 || loss < least) best = step, least = loss;
  }
  auto const slope = [&](double coordinate) { return line.slope(coordinate); };
  double const from = low + (high - low) * std::max(best - 1, 0) / steps;
  double const to = low + (high - low) * std::min(best + 1, steps) / steps;
  double const at_from = slope(from), at_to = slope(to);
  if (!(at_from < 0 && at_to > 0)) return value_of(best);
  return line.value_at(root_between(slope, {from, to, at_from, at_to}));
}

}  // namespace detail

/// The point of least loss at a budget over parameters, tokens and the inputs in `free`: coordinate descent until none
/// moves by more than 1e-9 of itself. The first two of `fixed` and those in `free` are not read.
/// \throws std::invalid_argument for a range that is empty or leaves the input's domain, and as `at_compute`
inline any_joint_optimum joint_optimum_at_compute(laws::any_law const& law, double compute,
                                                  std::span<double const> fixed, std::span<free_input const> free) {
  laws::input_values values = detail::fixed_of(law, fixed);
  for (free_input const& each : free) {
    laws::input const& what = law.about->inputs[each.place];
    for (double const end : {each.within.low, each.within.high}) laws::detail::require_in_domain(what, end);
    if (each.place < 2 || !(each.within.low < each.within.high))
      moetric::detail::invalid(("moetric: " + std::string(what.name) +
                                " must have a range from its low end up to its high end, but got " +
                                brief(each.within.low) + " .. " + brief(each.within.high))
                                   .c_str());
    values[each.place] = each.within.low;
  }
  for (int pass = 0; pass != 100; ++pass) {
    double moved = 0;
    for (free_input const& each : free) {
      double const value = detail::best_value({law, compute, values, each});
      moved = std::fmax(moved, std::fabs(value - values[each.place]) / std::fmax(std::fabs(value), 1e-300));
      values[each.place] = value;
    }
    if (free.size() == 1 || moved < 1e-9) break;
  }
  any_joint_optimum best{at_compute(law, compute, values)};
  for (free_input const& each : free)
    if (values[each.place] == each.within.low || values[each.place] == each.within.high)
      best.at_end.push_back(each.place, "");
  return best;
}
template <laws::ComputeLaw L>
joint_optimum<L> joint_optimum_at_compute(L const& law, double compute, typename L::inputs const& fixed,
                                          std::span<free_input const> free) {
  auto const best = joint_optimum_at_compute(laws::any_law(law), compute, laws::detail::to_array(fixed), free);
  return {detail::typed<typename L::inputs>(best), best.at_end};
}

}  // namespace moetric::v0::optimum
