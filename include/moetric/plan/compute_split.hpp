#pragma once

#include "moetric/laws/sardana.hpp"
#include "moetric/optimum/inference.hpp"
#include "moetric/plan/real_shape.hpp"

namespace moetric::v0::plan {

/// How a budget is divided between training and serving.
struct serving_split {
  double equal_loss_compute;  // FLOPs of training alone that reach the same loss
  double flops_factor;        // M over M of the optimum of training alone
  double tokens_factor;       // tokens over that optimum's
  double training;            // FLOPs
  double serving;             // FLOPs, forward
};

/// The FLOPs that a budget spends on training, and those at which the source's laws are evaluated.
struct compute_split {
  double training;     // FLOPs in the paper's own convention; the shape is chosen for them
  double law_compute;  // FLOPs at which the source is evaluated
  std::optional<serving_split> serving{};

  /// A recipe of the source at `law_compute` for a model that is also served: a smaller M and more tokens.
  recipe adapted(recipe r) const {
    if (!serving) return r;
    r.training_flops_per_token *= serving->flops_factor;
    r.tokens *= serving->tokens_factor;
    return r;
  }
};

/// Divides a budget between training and `inference_tokens` of serving, both at full use of the devices. How much
/// smaller and longer trained a served model should be comes from the law of Sardana et al. (dense models): the ratios
/// of its least-cost model to its compute-optimal one at equal loss.
/// Source: 2401.00448; carrying the ratios over to M and D is derived.
/// \throws std::invalid_argument if serving leaves less than a thousandth of the budget for training
inline serving_split split_for_serving(recipe_source const& source, double compute, double inference_tokens) {
  auto const& law = laws::sardana::examples;
  auto const at = [&](double equal_loss_compute) {
    auto const trained = optimum::at_compute(law, equal_loss_compute);
    auto const served =
        optimum::at_loss_and_demand(law, trained.loss, {.input_tokens = 0, .output_tokens = inference_tokens});
    double const smaller = served.at.total_parameters / trained.at.total_parameters;
    double const longer = served.at.tokens / trained.at.tokens;
    recipe const r = source.at(equal_loss_compute);
    double const m = r.training_flops_per_token * smaller;
    return serving_split{equal_loss_compute, smaller, longer, m * r.tokens * longer, m / 3 * inference_tokens};
  };
  auto const spent = [](serving_split const& s) { return s.training + s.serving; };
  double const lowest = compute * 1e-3;
  if (spent(at(lowest)) > compute)
    detail::refuse("compute must leave a thousandth for training beside serving " + brief(inference_tokens) +
                   " tokens, but got " + brief(compute));
  auto const is_affordable = [&](double equal_loss_compute) { return spent(at(equal_loss_compute)) < compute; };
  return at(bisect({.holds = lowest, .fails = compute}, is_affordable, middle::geometric, 40).holds);
}

namespace detail {

/// Training FLOPs per token of every matrix product over the paper's M, for a real-valued shape.
inline double matmul_over_holistic(resolved_request const& r, shape<double> s) {
  s.vocab_size = static_cast<double>(r.vocab_size);
  account<double> const book = account_of(s);  // of router and output head
  double const m = r.triad_of(s, static_cast<double>(r.sequence_length)).training_flops_per_token;
  return (m + 6 * (book.multiplied[term::router] + book.multiplied[term::output_head])) / m;
}

/// The compute in the paper's convention at which the planned shape costs the requested FLOPs when every matrix product
/// is paid for.
inline double holistic_compute_for(resolved_request const& r) {
  auto const whole_cost = [&](double compute) {
    real_shape const s = solve_shape(r, r.source.at(compute), compute);
    return compute * matmul_over_holistic(r, s.numbers());
  };
  double high = r.compute;
  double low = high;
  // The bracket grows in small steps, because the rules have no shape below some budget.
  while (whole_cost(low) > r.compute) high = std::exchange(low, low * 0.8);
  auto const costs_less = [&](double compute) { return whole_cost(compute) < r.compute; };
  bracket const ends = bisect({.holds = low, .fails = high}, costs_less, middle::geometric, 60);
  return middle::geometric(ends.holds, ends.fails);
}

}  // namespace detail

/// Divides the budget of a request.
/// \throws std::invalid_argument as `split_for_serving`, and if a matmul budget has no shape
inline compute_split split_compute(resolved_request const& r) {
  if (r.inference_tokens != 0) {
    serving_split const serving = split_for_serving(r.source, r.compute, r.inference_tokens);
    return {serving.training, serving.equal_loss_compute, serving};
  }
  double const training = r.budget == budget_basis::holistic ? r.compute : detail::holistic_compute_for(r);
  return {training, training};
}

}  // namespace moetric::v0::plan
