#pragma once

#include <string>
#include <vector>

#include "moetric/optimum/fine_grained.hpp"

namespace moetric::v0 {

/// What a law of another family says of a plan, with all that keeps it from being a prediction. Losses of different
/// laws are not comparable: other data, other tokenizer.
struct expected_loss {
  std::string_view law;
  double loss;                       // nats per token of the law's own tokenizer
  bool is_prediction;                // false where the law was never fitted at the plan's expansion rate
  std::string bridge;                // how the law's inputs were read off the plan
  std::vector<std::string> outside;  // why the plan is outside of what the law saw
  double compute;                    // FLOPs of the run as the law counts them
  double optimum_loss;               // of the law's own best configuration for those FLOPs
  double regret;                     // what the plan loses to it, as a fraction of reducible loss
};

/// The fine-grained law's view of a model trained on `tokens`, with the coefficients of its own expansion rate where
/// there are some. The law's optimum is taken at the FLOPs of this very run as the law counts them, 6·N_a + 14 for each
/// router weight, so that regret compares like with like. 2603.21862 itself gives no loss law.
inline std::vector<expected_loss> expected_losses(model const& m, count tokens) {
  using namespace laws;
  account<> const book = account_of(m);
  fine_grained::law const& law = fine_grained::set_for(m);
  auto const here = evaluate(law, m, tokens);
  double const compute = static_cast<double>(tokens) *
                         static_cast<double>(6 * shape_weights(book.multiplied) + 14 * book.stored[term::router]);
  auto const best = optimum::at_compute(law, compute);
  std::vector<std::string> outside(here.outside_family.begin(), here.outside_family.end());
  for (extrapolation const& each : here.outside_range) outside.push_back(to_string(each));
  return {{law.about->id, here.loss, here.is_prediction, std::string(here.bridge), outside, compute, best.loss,
           (here.loss - law.k.c) / best.reducible_loss - 1}};
}

}  // namespace moetric::v0
