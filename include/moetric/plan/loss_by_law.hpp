#pragma once

#include <string>
#include <vector>

#include "moetric/optimum/fine_grained.hpp"

namespace moetric::v0::plan {

/// The loss that a law of another family gives for a plan, and everything that keeps it from being a prediction.
/// Losses of different laws are not comparable: data and tokenizer differ.
struct loss_by_law {
  std::string law;
  double loss;                       // nats per token of the law's own tokenizer
  bool is_prediction;                // false if the law was not fitted at the plan's expansion rate
  std::string bridge;                // how the law's inputs were read from the plan
  std::vector<std::string> outside;  // reasons why the plan lies outside the law's range or family
  double compute;                    // FLOPs of the run as the law counts them
  double optimum_loss;               // of the law's own best configuration for those FLOPs
  double regret;                     // (loss - optimum_loss) / (reducible part of optimum_loss)
};

/// The loss of a model trained on `tokens` by the fine-grained law (2402.07871), with the coefficients fitted at the
/// model's expansion rate where there are some. The optimum is taken at the FLOPs of this run as the law counts them,
/// tokens·(6·N_a + 14·router weights), so that the regret compares equal budgets. 2603.21862 itself gives no law of
/// loss.
inline loss_by_law fine_grained_loss(model const& m, count tokens) {
  using namespace laws;
  account<> const book = account_of(m);
  fine_grained::law const& law = fine_grained::set_for(m);
  auto const here = evaluate(law, m, tokens);
  double const compute = static_cast<double>(tokens) *
                         static_cast<double>(6 * shape_weights(book.multiplied) + 14 * book.stored[term::router]);
  auto const best = optimum::at_compute(law, compute);
  std::vector<std::string> outside = here.outside_family;
  for (extrapolation const& each : here.outside_range) outside.push_back(to_string(each));
  return {std::string(law.about->id),
          here.loss,
          here.is_prediction,
          std::string(here.bridge),
          outside,
          compute,
          best.loss,
          (here.loss - law.k.c) / best.reducible_loss - 1};
}

}  // namespace moetric::v0::plan
