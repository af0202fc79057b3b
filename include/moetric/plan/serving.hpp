#pragma once

#include "moetric/laws/sardana.hpp"
#include "moetric/optimum/inference.hpp"
#include "moetric/plan/request.hpp"

namespace moetric::v0 {

/// How a budget is divided between training and serving.
struct serving_split {
  double equal_loss_compute;  // FLOPs of training alone that would reach the same loss
  double flops_factor;        // M over that of the optimum of training alone
  double tokens_factor;       // tokens over that optimum's
  double training;            // FLOPs
  double serving;             // FLOPs, forward
};

/// The division of a budget between training and `inference_tokens` of serving, all at full use of the devices. The
/// source has no law of loss, so how much smaller and longer trained a served model should be is taken from the law of
/// Sardana et al. (dense): the ratios of its least-cost model to its compute-optimal one at equal loss.
/// Source: 2401.00448; carrying the ratios over to M and D is derived.
/// \throws std::invalid_argument where serving eats the budget
inline serving_split split_for_serving(plan_source const& source, double compute, double inference_tokens) {
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
  double low = compute * 1e-3, high = compute;
  auto const spent = [](serving_split const& s) { return s.training + s.serving; };
  if (spent(at(low)) > compute)
    detail::invalid(("moetric: compute must leave a thousandth for training beside serving " + brief(inference_tokens) +
                     " tokens, but got " + brief(compute))
                        .c_str());
  for (int i = 0; i != 40; ++i) {
    double const middle = std::sqrt(low * high);
    (spent(at(middle)) < compute ? low : high) = middle;
  }
  return at(low);
}

}  // namespace moetric::v0
