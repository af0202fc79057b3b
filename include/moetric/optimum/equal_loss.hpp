#pragma once

#include "moetric/optimum/compute_optimal.hpp"

/// What it takes to reach a loss, and what two laws need for the same one.
namespace moetric::v0::optimum {
namespace detail {

inline void require_reachable(any_law const& law, double loss) {
  moetric::detail::require_positive("loss", loss);
  double const irreducible = law.irreducible().value();
  if (!is_positive_and_finite(loss - irreducible))
    moetric::detail::invalid(("moetric: loss must exceed the irreducible " + moetric::detail::shortest(irreducible) +
                              " of law " + std::string(law.about->id) + ", but got " + moetric::detail::shortest(loss))
                                 .c_str());
}

[[noreturn]] inline void not_reached(laws::description const& about, double loss, std::string_view by) {
  moetric::detail::invalid(("moetric: loss " + moetric::detail::shortest(loss) + " of law " + std::string(about.id) +
                            " must be reached by some " + std::string(by) + ", but none does")
                               .c_str());
}

/// The value of the input at `place` with which a law reaches a loss, the others as given.
inline double count_at_loss(any_law const& law, double loss, input_values const& others, std::size_t place,
                            std::string_view name) {
  require_reachable(law, loss);
  auto const excess = [&](double log_count) {
    input_values values = others;
    values[place] = std::exp(log_count);
    return law.loss(values) - loss;
  };
  double const root = root_near(excess, 22, least_log, greatest_log);
  if (std::isnan(root)) not_reached(*law.about, loss, name);
  return std::exp(root);
}

}  // namespace detail

/// The least budget whose optimum has that loss, with the optimum. The first two of `fixed` are not read.
/// \throws std::invalid_argument if the loss does not exceed the irreducible one, or is out of reach
inline any_point at_loss(laws::any_law const& law, double loss, std::span<double const> fixed = {}) {
  detail::require_reachable(law, loss);
  auto const excess = [&](double log_compute) { return at_compute(law, std::exp(log_compute), fixed).loss - loss; };
  double const root = root_near(excess, 46, 2, 190);
  if (std::isnan(root)) detail::not_reached(*law.about, loss, "compute");
  return at_compute(law, std::exp(root), fixed);
}
template <laws::ComputeLaw L>
point<L> at_loss(L const& law, double loss, typename L::inputs const& fixed = {}) {
  return detail::typed<typename L::inputs>(at_loss(laws::any_law(law), loss, laws::detail::to_array(fixed)));
}

/// The budget whose optimum has so many parameters, with that optimum. Parameters and tokens of `fixed` are not read.
/// \throws std::invalid_argument if no budget's optimum is that large
inline any_point at_parameters(laws::any_law const& law, double parameters, std::span<double const> fixed = {}) {
  moetric::detail::require_positive(law.about->inputs[0].name, parameters);
  auto const excess = [&](double log_compute) {
    return std::log(at_compute(law, std::exp(log_compute), fixed).at[0] / parameters);
  };
  double const root = root_near(excess, 46, 2, 190);
  if (std::isnan(root)) detail::no_optimum(*law.about, "of " + brief(parameters) + " parameters");
  return at_compute(law, std::exp(root), fixed);
}
template <laws::ComputeLaw L>
point<L> at_parameters(L const& law, double parameters, typename L::inputs const& fixed = {}) {
  return detail::typed<typename L::inputs>(
      at_parameters(laws::any_law(law), parameters, laws::detail::to_array(fixed)));
}

/// The tokens with which a model of these parameters reaches a loss; tokens of `model` are not read.
/// \throws std::invalid_argument if no number of tokens does
inline any_point tokens_at_loss(laws::any_law const& law, double loss, std::span<double const> model) {
  laws::input_values const given = detail::fixed_of(law, model);
  moetric::detail::require_positive(law.about->inputs[0].name, given[0]);
  detail::require_fixed(law, given);
  return at(law, detail::with(given[0], detail::count_at_loss(law, loss, given, 1, "tokens"), given));
}
template <laws::ComputeLaw L>
point<L> tokens_at_loss(L const& law, double loss, typename L::inputs const& model) {
  return detail::typed<typename L::inputs>(tokens_at_loss(laws::any_law(law), loss, laws::detail::to_array(model)));
}

/// The parameters with which so many tokens reach a loss; parameters of `data` are not read.
/// \throws std::invalid_argument if no number of parameters does
inline any_point parameters_at_loss(laws::any_law const& law, double loss, std::span<double const> data) {
  laws::input_values const given = detail::fixed_of(law, data);
  moetric::detail::require_positive("tokens", given[1]);
  detail::require_fixed(law, given);
  return at(law, detail::with(detail::count_at_loss(law, loss, given, 0, "parameters"), given[1], given));
}
template <laws::ComputeLaw L>
point<L> parameters_at_loss(L const& law, double loss, typename L::inputs const& data) {
  return detail::typed<typename L::inputs>(parameters_at_loss(laws::any_law(law), loss, laws::detail::to_array(data)));
}

/// What two laws, or one law at two settings, need for the same loss.
struct leverage {
  double loss;           // of the first at its optimum
  double compute_ratio;  // FLOPs of the second over those of the first, each at its optimum of that loss
  bool comparable;       // false if the losses are on different scales: the ratios then mean nothing
};

/// Equal-loss compute ratio: the budget at which `other` has the optimal loss that `of` has at `compute`, over
/// `compute`. Above 1 `of` is the better one. FLOPs are each law's own.
/// \throws std::invalid_argument as `at_compute` and `at_loss`
inline leverage efficiency_leverage(laws::any_law const& law, std::span<double const> fixed, laws::any_law const& other,
                                    std::span<double const> other_fixed, double compute) {
  double const loss = at_compute(law, compute, fixed).loss;
  return {loss, at_loss(other, loss, other_fixed).compute / compute,
          law.about == other.about || laws::comparable(*law.about, *other.about)};
}
template <laws::ComputeLaw A, laws::ComputeLaw B>
leverage efficiency_leverage(A const& law, typename A::inputs const& fixed, B const& other,
                             typename B::inputs const& other_fixed, double compute) {
  return efficiency_leverage(laws::any_law(law), laws::detail::to_array(fixed), laws::any_law(other),
                             laws::detail::to_array(other_fixed), compute);
}

/// The model that reaches a loss on the fewest tokens for a budget: the largest one whose loss is that low. It is far
/// larger than the optimum, so see whether it is inside of what the law was fitted on.
/// \throws std::invalid_argument if no model of that budget reaches the loss
inline any_point fewest_tokens_at_loss(laws::any_law const& law, double compute, double loss,
                                       std::span<double const> fixed = {}) {
  any_point const best = at_compute(law, compute, fixed);
  if (best.loss > loss) detail::not_reached(*law.about, loss, "model of the same compute");
  auto const model_at = [&](double log_parameters) { return detail::with(std::exp(log_parameters), 1.0, best.at); };
  // Fewer tokens mean more parameters: from the optimum upwards the loss rises all the way.
  auto const excess = [&](double log_parameters) {
    laws::input_values const model = model_at(log_parameters);
    return law.loss(detail::with(model[0], tokens_at_compute(law, compute, model), model)) - loss;
  };
  double const at_best = std::log(best.at[0]);
  double const root = root_near(excess, at_best, at_best, detail::greatest_log);
  laws::input_values const model = model_at(std::isnan(root) ? at_best : root);
  return at(law, detail::with(model[0], tokens_at_compute(law, compute, model), model));
}

/// Data efficiency at equal loss and equal compute: tokens of `other` at its optimum, over the fewest with which `of`
/// reaches the same loss for the same FLOPs (each law's own). Above 1 if `of` needs less data.
/// \throws std::invalid_argument as `fewest_tokens_at_loss`
inline double token_ratio(laws::any_law const& law, std::span<double const> fixed, laws::any_law const& other,
                          std::span<double const> other_fixed, double compute) {
  any_point const reference = at_compute(other, compute, other_fixed);
  return reference.at[1] / fewest_tokens_at_loss(law, compute, reference.loss, fixed).at[1];
}
template <laws::ComputeLaw A, laws::ComputeLaw B>
double token_ratio(A const& law, typename A::inputs const& fixed, B const& other, typename B::inputs const& other_fixed,
                   double compute) {
  return token_ratio(laws::any_law(law), laws::detail::to_array(fixed), laws::any_law(other),
                     laws::detail::to_array(other_fixed), compute);
}

}  // namespace moetric::v0::optimum
