#pragma once

#include "moetric/fit/prediction.hpp"
#include "moetric/report/answer.hpp"
#include "moetric/report/unit.hpp"

namespace moetric::v0::report {

/// Adds the intervals of a predicted loss to its answer. Keys: interval{low, high} of one further run,
/// mean_interval{low, high}, confidence.
inline void add_prediction(answer& made, fit::predicted_loss const& of, double confidence) {
  std::string_view const unit = units::nats_per_token;
  made.values.set("interval", object({{"low", of.run.low, unit}, {"high", of.run.high, unit}}));
  made.values.set("mean_interval", object({{"low", of.mean.low, unit}, {"high", of.mean.high, unit}}));
  made.values.set("confidence", confidence, units::one);
  made.say("one run: {interval/low:6} .. {interval/high:6} with probability {confidence:%3}; mean of many: "
           "{mean_interval/low:6} .. {mean_interval/high:6}");
}

}  // namespace moetric::v0::report
