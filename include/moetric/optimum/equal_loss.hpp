#pragma once

#include "moetric/optimum/compute_optimal.hpp"

/// What it takes to reach a loss, and what two laws need for the same one.
namespace moetric::v0::optimum {
namespace detail {

template <laws::ComputeLaw L>
void require_reachable(L const& law, double loss) {
  moetric::detail::require_positive("loss", loss);
  if (!is_positive_and_finite(loss - law.irreducible()))
    moetric::detail::invalid(("moetric: loss must exceed the irreducible " +
                              moetric::detail::shortest(law.irreducible()) + " of law " + std::string(law.about->id) +
                              ", but got " + moetric::detail::shortest(loss))
                                 .c_str());
}

[[noreturn]] inline void not_reached(laws::description const& about, double loss, std::string_view by) {
  moetric::detail::invalid(("moetric: loss " + moetric::detail::shortest(loss) + " of law " + std::string(about.id) +
                            " must be reached by some " + std::string(by) + ", but none does")
                               .c_str());
}

/// The value of the input at `place` with which a law reaches a loss, the others as given.
template <laws::ComputeLaw L>
double count_at_loss(L const& law, double loss, typename L::inputs const& others, std::size_t place,
                     std::string_view name) {
  require_reachable(law, loss);
  auto values = laws::detail::to_array(others);
  auto const excess = [&](double log_count) {
    values[place] = std::exp(log_count);
    return law.loss(laws::detail::from_array<typename L::inputs>(values)) - loss;
  };
  double const root = root_near(excess, 22, least_log, greatest_log);
  if (std::isnan(root)) not_reached(*law.about, loss, name);
  return std::exp(root);
}

}  // namespace detail

/// The least budget whose optimum has that loss, with the optimum. The first two of `fixed` are not read.
/// \throws std::invalid_argument if the loss does not exceed the irreducible one, or is out of reach
template <laws::ComputeLaw L>
point<L> at_loss(L const& law, double loss, typename L::inputs const& fixed = {}) {
  detail::require_reachable(law, loss);
  auto const excess = [&](double log_compute) { return at_compute(law, std::exp(log_compute), fixed).loss - loss; };
  double const root = detail::root_near(excess, 46, 2, 190);
  if (std::isnan(root)) detail::not_reached(*law.about, loss, "compute");
  return at_compute(law, std::exp(root), fixed);
}

/// The budget whose optimum has so many parameters, with that optimum. Parameters and tokens of `fixed` are not read.
/// \throws std::invalid_argument if no budget's optimum is that large
template <laws::ComputeLaw L>
point<L> at_parameters(L const& law, double parameters, typename L::inputs const& fixed = {}) {
  moetric::detail::require_positive(law.about->inputs[0].name, parameters);
  auto const excess = [&](double log_compute) {
    return std::log(laws::detail::to_array(at_compute(law, std::exp(log_compute), fixed).at)[0] / parameters);
  };
  double const root = detail::root_near(excess, 46, 2, 190);
  if (std::isnan(root)) detail::no_optimum(*law.about, "of " + brief(parameters) + " parameters");
  return at_compute(law, std::exp(root), fixed);
}

/// The tokens with which a model of these parameters reaches a loss; tokens of `model` are not read.
/// \throws std::invalid_argument if no number of tokens does
template <laws::ComputeLaw L>
point<L> tokens_at_loss(L const& law, double loss, typename L::inputs const& model) {
  double const parameters = laws::detail::to_array(model)[0];
  moetric::detail::require_positive(law.about->inputs[0].name, parameters);
  detail::require_fixed(law, model);
  double const tokens = detail::count_at_loss(law, loss, model, 1, "tokens");
  return at(law, detail::with<double>(law, parameters, tokens, model));
}

/// The parameters with which so many tokens reach a loss; parameters of `data` are not read.
/// \throws std::invalid_argument if no number of parameters does
template <laws::ComputeLaw L>
point<L> parameters_at_loss(L const& law, double loss, typename L::inputs const& data) {
  double const tokens = laws::detail::to_array(data)[1];
  moetric::detail::require_positive("tokens", tokens);
  detail::require_fixed(law, data);
  double const parameters = detail::count_at_loss(law, loss, data, 0, "parameters");
  return at(law, detail::with<double>(law, parameters, tokens, data));
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
template <laws::ComputeLaw A, laws::ComputeLaw B>
leverage efficiency_leverage(A const& law, typename A::inputs const& fixed, B const& other,
                             typename B::inputs const& other_fixed, double compute) {
  double const loss = at_compute(law, compute, fixed).loss;
  return {loss, at_loss(other, loss, other_fixed).compute / compute,
          law.about == other.about || laws::comparable(*law.about, *other.about)};
}

/// Data efficiency at equal loss and equal compute: tokens of `other` at its optimum, over the fewest with which `of`
/// reaches the same loss for the same FLOPs (each law's own). Above 1 if `of` needs less data.
/// \throws std::invalid_argument if `of` does not reach that loss for those FLOPs
template <laws::ComputeLaw A, laws::ComputeLaw B>
double token_ratio(A const& law, typename A::inputs const& fixed, B const& other, typename B::inputs const& other_fixed,
                   double compute) {
  point<B> const reference = at_compute(other, compute, other_fixed);
  point<A> const best = at_compute(law, compute, fixed);
  if (best.loss > reference.loss) detail::not_reached(*law.about, reference.loss, "model of the same compute");
  // Fewer tokens mean more parameters: from the optimum upwards the loss rises all the way.
  auto const excess = [&](double log_parameters) {
    double const parameters = std::exp(log_parameters);
    double const tokens = tokens_at_compute(law, compute, detail::with<double>(law, parameters, 1.0, fixed));
    return law.loss(detail::with<double>(law, parameters, tokens, fixed)) - reference.loss;
  };
  double const at_best = std::log(laws::detail::to_array(best.at)[0]);
  double const root = detail::root_near(excess, at_best, at_best, detail::greatest_log);
  double const parameters = std::isnan(root) ? std::exp(at_best) : std::exp(root);
  return laws::detail::to_array(reference.at)[1] /
         tokens_at_compute(law, compute, detail::with<double>(law, parameters, 1.0, fixed));
}

}  // namespace moetric::v0::optimum
