#pragma once

#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <tuple>
#include <utility>

#include "moetric/core/dual.hpp"
#include "moetric/laws/law.hpp"

/// The compute-optimal allocation by any law that counts compute, in the law's own counts.
///
/// Such a law's first two inputs are parameters N and tokens D; the caller fixes the others. Compute is
/// C = f(N, fixed)·D, where f is the law's training FLOPs for one token, so a budget leaves one free number, ln N. The
/// optimum is the root of dL/d ln N along the budget, with derivatives by dual numbers: a bracketed solve (TOMS 748) to
/// a relative 1e-13 in ln N.
namespace moetric::v0::optimum {

/// A law's answer at one point, and the marginal values of parameters and tokens there.
template <laws::ComputeLaw L>
struct point : laws::answer {
  typename L::inputs at;
  double compute;              // training FLOPs as the law counts them
  double reducible_loss;       // loss − irreducible
  double loss_per_parameters;  // d loss / d ln N at fixed tokens
  double loss_per_tokens;      // d loss / d ln D at fixed parameters
};

namespace detail {

using dual = moetric::dual<1>;

/// A law's inputs in another number type: parameters and tokens as given, the others constant.
template <class T, laws::ComputeLaw L, std::size_t... i>
auto with(L const&, T const& parameters, T const& tokens, typename L::inputs const& fixed, std::index_sequence<i...>) {
  [[maybe_unused]] auto const values = laws::detail::to_array(fixed);
  return typename L::template basic_inputs<T>{parameters, tokens, T(values[i + 2])...};
}
template <class T, laws::ComputeLaw L>
auto with(L const& law, T const& parameters, T const& tokens, typename L::inputs const& fixed) {
  constexpr std::size_t n = laws::detail::number_of_doubles<typename L::inputs>;
  return with(law, parameters, tokens, fixed, std::make_index_sequence<n - 2>{});
}

[[noreturn]] inline void no_optimum(laws::description const& about, std::string const& where) {
  moetric::detail::invalid(("moetric: law " + std::string(about.id) + " has no optimum " + where).c_str());
}

/// The root of a function that changes sign once. From a guess, the stride doubles until the sign changes; `from` and
/// `to` bound the search.
/// \returns the root to a relative 1e-13, or NaN if the sign does not change
template <class Function>
double root_near(Function const& f, double guess, double from, double to) {
  auto const opposite = [](double a, double b) { return (a < 0) != (b < 0); };
  double low = guess, high = guess;
  double at_low = f(low), at_high = at_low;
  for (double stride = 0.5; !opposite(at_low, at_high); stride *= 2) {
    if (low <= from && high >= to) return std::numeric_limits<double>::quiet_NaN();
    double const lower = std::fmax(from, low - stride), higher = std::fmin(to, high + stride);
    double const at_lower = f(lower), at_higher = f(higher);
    if (opposite(at_lower, at_low)) {
      high = low, at_high = at_low, low = lower, at_low = at_lower;
    } else if (opposite(at_high, at_higher)) {
      low = high, at_low = at_high, high = higher, at_high = at_higher;
    } else {
      low = lower, at_low = at_lower, high = higher, at_high = at_higher;
    }
  }
  if (at_low == 0) return low;
  if (at_high == 0) return high;
  auto const close = [](double a, double b) { return b - a <= 1e-13 * std::fmax(1, std::fabs(a)); };
  std::uintmax_t iterations = 300;
  auto const [a, b] = boost::math::tools::toms748_solve(f, low, high, at_low, at_high, close, iterations);
  return a + (b - a) / 2;
}

/// Logarithms of the counts at which a search evaluates laws: 1e-3 .. 1e90.
inline constexpr double least_log = -7, greatest_log = 207;

template <laws::ComputeLaw L>
void require_fixed(L const& law, typename L::inputs const& fixed) {
  auto const values = laws::detail::to_array(fixed);
  for (std::size_t i = 2; i != values.size(); ++i) laws::detail::require_in_domain(law.about->inputs[i], values[i]);
}

/// d loss / d ln x for parameters or tokens.
template <laws::ComputeLaw L>
std::pair<double, double> marginals(L const& law, typename L::inputs const& at) {
  auto const values = laws::detail::to_array(at);
  dual const by_parameters = law.loss(with<dual>(law, dual::variable(values[0]), dual(values[1]), at));
  dual const by_tokens = law.loss(with<dual>(law, dual(values[0]), dual::variable(values[1]), at));
  return {by_parameters.by[0] * values[0], by_tokens.by[0] * values[1]};
}

}  // namespace detail

namespace detail {

template <laws::ComputeLaw L>
point<L> judged(L const& law, typename L::inputs const& inputs) {
  point<L> result{laws::evaluate(law, inputs), inputs, 0, 0, 0, 0};
  result.reducible_loss = result.loss - law.irreducible();
  std::tie(result.loss_per_parameters, result.loss_per_tokens) = marginals(law, inputs);
  return result;
}

}  // namespace detail

/// The law's answer at given inputs, with its compute and marginal values.
/// \throws std::invalid_argument naming an input outside its domain
/// \throws std::overflow_error if the loss or compute does not fit in a double
template <laws::ComputeLaw L>
point<L> at(L const& law, typename L::inputs const& inputs) {
  point<L> result = detail::judged(law, inputs);
  result.compute = law.training_flops_per_token(inputs) * laws::detail::to_array(inputs)[1];
  if (!is_positive_and_finite(result.compute)) moetric::detail::overflow("moetric: compute must fit in a double");
  return result;
}

/// The tokens that a budget leaves for a model: D = C / f(N).
template <laws::ComputeLaw L>
double tokens_at_compute(L const& law, double compute, typename L::inputs const& model) {
  return compute / law.training_flops_per_token(model);
}

namespace detail {

/// ln N of the optimum, by the first-order condition.
template <laws::ComputeLaw L>
double solved_log_parameters(L const& law, double compute, typename L::inputs const& fixed) {
  auto const slope = [&](double log_parameters) {
    using std::exp;
    dual const parameters = exp(dual::variable(log_parameters));
    dual const tokens = compute / law.training_flops_per_token(with<dual>(law, parameters, dual(1), fixed));
    return dual(law.loss(with<dual>(law, parameters, tokens, fixed))).by[0];
  };
  double const root = root_near(slope, std::log(compute) / 2 - 1, least_log, greatest_log);
  if (std::isnan(root)) no_optimum(*law.about, "at compute " + brief(compute));
  return root;
}

inline double closed_log_parameters(laws::additive_terms const& k, double compute) {
  return (std::log(k.alpha * k.a / (k.beta * k.b)) + k.beta * (std::log(compute) - std::log(k.flops_per_parameter))) /
         (k.alpha + k.beta);
}

}  // namespace detail

/// The point of least loss at a budget of training FLOPs. The first two of `fixed` are not read.
/// \throws std::invalid_argument naming a number outside its domain, or if the law has no optimum there
/// \throws std::overflow_error if the optimum does not fit in a double, far from every budget
template <laws::ComputeLaw L>
point<L> at_compute(L const& law, double compute, typename L::inputs const& fixed = {}) {
  moetric::detail::require_positive("compute", compute);
  detail::require_fixed(law, fixed);
  double log_parameters;
  if constexpr (requires { law.additive(fixed); })
    log_parameters = detail::closed_log_parameters(law.additive(fixed), compute);
  else
    log_parameters = detail::solved_log_parameters(law, compute, fixed);
  double const parameters = std::exp(log_parameters);
  double const tokens = tokens_at_compute(law, compute, detail::with<double>(law, parameters, 1.0, fixed));
  for (double const each : {parameters, tokens})
    if (!is_positive_and_finite(each)) moetric::detail::overflow("moetric: the optimum must fit in a double");
  point<L> best = detail::judged(law, detail::with<double>(law, parameters, tokens, fixed));
  best.compute = compute;
  return best;
}

/// The best of several values of one fixed input at a budget, such as granularity or experts on a grid; ties go to the
/// first.
/// \throws std::invalid_argument if there are no values, and as `at_compute`
template <laws::ComputeLaw L, class Values>
point<L> at_compute(L const& law, double compute, typename L::inputs fixed, double L::inputs::*field,
                    Values const& values) {
  std::optional<point<L>> best;
  for (double const value : values) {
    fixed.*field = value;
    point<L> const next = at_compute(law, compute, fixed);
    if (!best || next.loss < best->loss) best = next;
  }
  if (!best) moetric::detail::invalid("moetric: values to choose from must hold at least one");
  return *best;
}

/// The least loss at a budget with at most so many parameters: the optimum if it fits, else the largest model, since
/// the loss along a budget has one minimum.
template <laws::ComputeLaw L>
point<L> at_compute_within(L const& law, double compute, double largest_parameters,
                           typename L::inputs const& fixed = {}) {
  moetric::detail::require_positive("largest_parameters", largest_parameters);
  point<L> const best = at_compute(law, compute, fixed);
  if (laws::detail::to_array(best.at)[0] <= largest_parameters) return best;
  double const tokens = tokens_at_compute(law, compute, detail::with<double>(law, largest_parameters, 1.0, fixed));
  return at(law, detail::with<double>(law, largest_parameters, tokens, fixed));
}

/// The model that a budget trains on exactly so many tokens: f(N) = C / D.
/// \throws std::invalid_argument if no model costs that
template <laws::ComputeLaw L>
point<L> at_compute_and_tokens(L const& law, double compute, double tokens, typename L::inputs const& fixed = {}) {
  moetric::detail::require_positive("compute", compute);
  moetric::detail::require_positive("tokens", tokens);
  detail::require_fixed(law, fixed);
  auto const excess = [&](double log_parameters) {
    return std::log(law.training_flops_per_token(detail::with<double>(law, std::exp(log_parameters), tokens, fixed))) -
           std::log(compute / tokens);
  };
  double const root =
      detail::root_near(excess, std::log(compute / tokens / 6), detail::least_log, detail::greatest_log);
  if (std::isnan(root)) detail::no_optimum(*law.about, "of compute " + brief(compute) + " at tokens " + brief(tokens));
  return at(law, detail::with<double>(law, std::exp(root), tokens, fixed));
}

}  // namespace moetric::v0::optimum
