#pragma once

#include <cmath>
#include <string>
#include <string_view>

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

/// Adds a task's number at the predicted loss to its answer. Key: task{file, form, value, low and high or null,
/// extrapolated}.
inline void add_task(answer& made, fit::predicted_task const& of, std::string_view file, std::string_view form) {
  auto const end = [](double x) { return std::isfinite(x) ? value(x) : value(); };
  made.values.set("task", object({{"file", file},
                                  {"form", form},
                                  {"value", of.at_loss.loss, units::one},
                                  {"low", end(of.mean.low), units::one},
                                  {"high", end(of.mean.high), units::one},
                                  {"extrapolated", of.at_loss.extrapolated()}}));
  made.say(std::string(form == "accuracy" ? "accuracy" : "error") + " {task/value:4} by {task/file}" +
           std::string(std::isfinite(of.mean.low) ? ", mean of many {task/low:4} .. {task/high:4}" : "") +
           std::string(of.at_loss.extrapolated() ? "; EXTRAPOLATED: the loss is outside of its runs" : ""));
}

}  // namespace moetric::v0::report
