#pragma once

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
template <laws::ComputeLaw L>
struct joint_optimum : point<L> {
  fixed_list<std::size_t, 12> at_end{};  // places of the free inputs that are best at an end of their range
};

namespace detail {

template <laws::ComputeLaw L>
struct line_of_input {
  L const& law;
  double compute;
  typename L::inputs fixed;
  free_input free;

  bool in_logarithms() const { return is_positive_and_finite(free.within.low) && free.within.high < 1e300; }
  double value_at(double coordinate) const { return in_logarithms() ? std::exp(coordinate) : coordinate; }
  double coordinate_of(double value) const { return in_logarithms() ? std::log(value) : value; }

  typename L::inputs with_value(double value) const {
    auto values = laws::detail::to_array(fixed);
    values[free.place] = value;
    return laws::detail::from_array<typename L::inputs>(values);
  }
  point<L> best_at(double value) const { return at_compute(law, compute, with_value(value)); }

  /// d loss / d input along the budget. Parameters are optimal, so only tokens respond to the change.
  template <std::size_t... i>
  double slope(double value, std::index_sequence<i...>) const {
    auto const values = laws::detail::to_array(best_at(value).at);
    auto const number = [&](std::size_t j) { return j == free.place ? dual::variable(values[j]) : dual(values[j]); };
    using inputs = typename L::template basic_inputs<dual>;
    dual const tokens = compute / law.training_flops_per_token(inputs{number(i)...});
    return dual(law.loss(inputs{(i == 1 ? tokens : number(i))...})).by[0];
  }
  double slope(double coordinate) const {
    constexpr std::size_t n = laws::detail::number_of_doubles<typename L::inputs>;
    return slope(value_at(coordinate), std::make_index_sequence<n>{});
  }
};

/// The best value of one free input: the best of 65 values in equal steps (of its logarithm if the range is positive),
/// then the root of the slope beside it. Minima closer together than a step are not resolved.
template <laws::ComputeLaw L>
double best_value(line_of_input<L> const& line) {
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
  auto const close = [](double a, double b) { return b - a <= 1e-13 * std::fmax(1, std::fabs(a)); };
  std::uintmax_t iterations = 200;
  auto const [a, b] = boost::math::tools::toms748_solve(slope, from, to, at_from, at_to, close, iterations);
  return line.value_at(a + (b - a) / 2);
}

}  // namespace detail

/// The point of least loss at a budget over parameters, tokens and the inputs in `free`: coordinate descent until none
/// moves by more than 1e-9 of itself. The first two of `fixed` and those in `free` are not read.
/// \throws std::invalid_argument for a range that is empty or leaves the input's domain, and as `at_compute`
template <laws::ComputeLaw L>
joint_optimum<L> joint_optimum_at_compute(L const& law, double compute, typename L::inputs const& fixed,
                                          std::span<free_input const> free) {
  auto values = laws::detail::to_array(fixed);
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
      double const value = detail::best_value(
          detail::line_of_input<L>{law, compute, laws::detail::from_array<typename L::inputs>(values), each});
      moved = std::fmax(moved, std::fabs(value - values[each.place]) / std::fmax(std::fabs(value), 1e-300));
      values[each.place] = value;
    }
    if (free.size() == 1 || moved < 1e-9) break;
  }
  joint_optimum<L> best{at_compute(law, compute, laws::detail::from_array<typename L::inputs>(values))};
  for (free_input const& each : free)
    if (values[each.place] == each.within.low || values[each.place] == each.within.high)
      best.at_end.push_back(each.place, "");
  return best;
}

}  // namespace moetric::v0::optimum
