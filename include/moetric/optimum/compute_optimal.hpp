#pragma once

#include <cmath>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <utility>

#include "moetric/core/dual.hpp"
#include "moetric/core/root.hpp"
#include "moetric/laws/any_law.hpp"

/// The compute-optimal allocation by any law that counts compute, in the law's own counts.
///
/// Such a law's first two inputs are parameters N and tokens D; the caller fixes the others. Compute is
/// C = f(N, fixed)·D, where f is the law's training FLOPs for one token, so a budget leaves one free number, ln N. The
/// optimum is the root of dL/d ln N along the budget, with derivatives by dual numbers, to a relative 1e-13 in ln N.
///
/// Every function takes a law in its own type with its inputs, or as `laws::any_law` with values in the order of its
/// inputs, all or none of them. The latter is the algorithm, compiled once; the former only converts.
namespace moetric::v0::optimum {

/// A law's answer at one point, and the marginal values of parameters and tokens there.
template <class Inputs>
struct basic_point : laws::evaluation {
  Inputs at;
  double compute;              // training FLOPs as the law counts them
  double reducible_loss;       // loss − irreducible
  double loss_per_parameters;  // d loss / d ln N at fixed tokens
  double loss_per_tokens;      // d loss / d ln D at fixed parameters
};
/// In the law's own type.
template <laws::ComputeLaw L>
using point = basic_point<typename L::inputs>;
/// Of any law, with values in the order of its inputs.
using any_point = basic_point<laws::input_values>;

namespace detail {

using laws::any_law;
using laws::input_values;

/// The inputs of a law's own type from values in their order.
template <class Inputs>
Inputs inputs_from(input_values const& values) {
  std::array<double, laws::detail::number_of_doubles<Inputs>> all{};
  for (std::size_t i = 0; i != all.size(); ++i) all[i] = values[i];
  return laws::detail::from_array<Inputs>(all);
}
template <class Inputs>
basic_point<Inputs> typed(any_point const& of) {
  return {of, inputs_from<Inputs>(of.at), of.compute, of.reducible_loss, of.loss_per_parameters, of.loss_per_tokens};
}

/// What a caller fixes, by default nothing, as values in the order of the law's inputs.
inline input_values fixed_of(any_law const& law, std::span<double const> fixed) {
  if (!law.counts_compute())
    moetric::detail::invalid(
        ("moetric: law " + std::string(law.about->id) + " must count training FLOPs to have an optimum").c_str());
  if (!fixed.empty()) return laws::values_for(law, fixed);
  input_values none;
  for (std::size_t i = 0; i != law.n_inputs(); ++i) none.push_back(0, "");
  return none;
}

/// Parameters and tokens with the other inputs as given.
inline input_values with(double parameters, double tokens, input_values fixed) {
  fixed[0] = parameters, fixed[1] = tokens;
  return fixed;
}
inline std::array<dual<>, 12> in_dual(input_values const& values) {
  std::array<dual<>, 12> all;
  for (std::size_t i = 0; i != values.size(); ++i) all[i] = values[i];
  return all;
}
inline std::array<dual<>, 12> with(dual<> const& parameters, dual<> const& tokens, input_values const& fixed) {
  std::array<dual<>, 12> all = in_dual(fixed);
  all[0] = parameters, all[1] = tokens;
  return all;
}

[[noreturn]] inline void no_optimum(laws::description const& about, std::string const& where) {
  moetric::detail::invalid(("moetric: law " + std::string(about.id) + " has no optimum " + where).c_str());
}

/// Logarithms of the counts at which a search evaluates laws: 1e-3 .. 1e90.
inline constexpr double least_log = -7, greatest_log = 207;

inline void require_fixed(any_law const& law, input_values const& fixed) {
  for (std::size_t i = 2; i != fixed.size(); ++i) laws::detail::require_in_domain(law.about->inputs[i], fixed[i]);
}

inline any_point judged(any_law const& law, input_values const& inputs) {
  any_point result{laws::evaluate(law, inputs), inputs, 0, 0, 0, 0};
  result.reducible_loss = result.loss - *law.irreducible();
  result.loss_per_parameters = law.loss(with(dual<>::variable(inputs[0]), dual<>(inputs[1]), inputs)).by[0] * inputs[0];
  result.loss_per_tokens = law.loss(with(dual<>(inputs[0]), dual<>::variable(inputs[1]), inputs)).by[0] * inputs[1];
  return result;
}

/// ln N of the optimum, by the first-order condition.
inline double solved_log_parameters(any_law const& law, double compute, input_values const& fixed) {
  auto const slope = [&](double log_parameters) {
    dual<> const parameters = exp(dual<>::variable(log_parameters));
    dual<> const tokens = compute / law.training_flops_per_token(with(parameters, dual<>(1), fixed));
    return law.loss(with(parameters, tokens, fixed)).by[0];
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

/// The law's answer at given inputs, with its compute and marginal values.
/// \throws std::invalid_argument naming an input outside its domain
/// \throws std::overflow_error if the loss or compute does not fit in a double
inline any_point at(laws::any_law const& law, std::span<double const> inputs) {
  any_point result = detail::judged(law, detail::fixed_of(law, inputs));
  result.compute = law.training_flops_per_token(inputs) * inputs[1];
  if (!is_positive_and_finite(result.compute)) moetric::detail::overflow("moetric: compute must fit in a double");
  return result;
}
template <laws::ComputeLaw L>
point<L> at(L const& law, typename L::inputs const& inputs) {
  return detail::typed<typename L::inputs>(at(laws::any_law(law), laws::detail::to_array(inputs)));
}

/// The tokens that a budget leaves for a model: D = C / f(N).
inline double tokens_at_compute(laws::any_law const& law, double compute, std::span<double const> model) {
  return compute / law.training_flops_per_token(model);
}
template <laws::ComputeLaw L>
double tokens_at_compute(L const& law, double compute, typename L::inputs const& model) {
  return compute / law.training_flops_per_token(model);
}

/// The point of least loss at a budget of training FLOPs. The first two of `fixed` are not read.
/// \throws std::invalid_argument naming a number outside its domain, or if the law has no optimum there
/// \throws std::overflow_error if the optimum does not fit in a double, far from every budget
inline any_point at_compute(laws::any_law const& law, double compute, std::span<double const> fixed = {}) {
  moetric::detail::require_positive("compute", compute);
  laws::input_values const others = detail::fixed_of(law, fixed);
  detail::require_fixed(law, others);
  auto const additive = law.additive(others);
  double const parameters = std::exp(additive ? detail::closed_log_parameters(*additive, compute)
                                              : detail::solved_log_parameters(law, compute, others));
  double const tokens = tokens_at_compute(law, compute, detail::with(parameters, 1.0, others));
  for (double const each : {parameters, tokens})
    if (!is_positive_and_finite(each)) moetric::detail::overflow("moetric: the optimum must fit in a double");
  any_point best = detail::judged(law, detail::with(parameters, tokens, others));
  best.compute = compute;
  return best;
}
template <laws::ComputeLaw L>
point<L> at_compute(L const& law, double compute, typename L::inputs const& fixed = {}) {
  return detail::typed<typename L::inputs>(at_compute(laws::any_law(law), compute, laws::detail::to_array(fixed)));
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
inline any_point at_compute_within(laws::any_law const& law, double compute, double largest_parameters,
                                   std::span<double const> fixed = {}) {
  moetric::detail::require_positive("largest_parameters", largest_parameters);
  any_point const best = at_compute(law, compute, fixed);
  if (best.at[0] <= largest_parameters) return best;
  double const tokens = tokens_at_compute(law, compute, detail::with(largest_parameters, 1.0, best.at));
  return at(law, detail::with(largest_parameters, tokens, best.at));
}
template <laws::ComputeLaw L>
point<L> at_compute_within(L const& law, double compute, double largest_parameters,
                           typename L::inputs const& fixed = {}) {
  return detail::typed<typename L::inputs>(
      at_compute_within(laws::any_law(law), compute, largest_parameters, laws::detail::to_array(fixed)));
}

/// The model that a budget trains on exactly so many tokens: f(N) = C / D.
/// \throws std::invalid_argument if no model costs that
inline any_point at_compute_and_tokens(laws::any_law const& law, double compute, double tokens,
                                       std::span<double const> fixed = {}) {
  moetric::detail::require_positive("compute", compute);
  moetric::detail::require_positive("tokens", tokens);
  laws::input_values const others = detail::fixed_of(law, fixed);
  detail::require_fixed(law, others);
  auto const excess = [&](double log_parameters) {
    return std::log(law.training_flops_per_token(detail::with(std::exp(log_parameters), tokens, others))) -
           std::log(compute / tokens);
  };
  double const root = root_near(excess, std::log(compute / tokens / 6), detail::least_log, detail::greatest_log);
  if (std::isnan(root)) detail::no_optimum(*law.about, "of compute " + brief(compute) + " at tokens " + brief(tokens));
  return at(law, detail::with(std::exp(root), tokens, others));
}
template <laws::ComputeLaw L>
point<L> at_compute_and_tokens(L const& law, double compute, double tokens, typename L::inputs const& fixed = {}) {
  return detail::typed<typename L::inputs>(
      at_compute_and_tokens(laws::any_law(law), compute, tokens, laws::detail::to_array(fixed)));
}

}  // namespace moetric::v0::optimum
