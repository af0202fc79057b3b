#pragma once

#include <utility>

#include "moetric/cluster/calendar.hpp"
#include "moetric/cluster/run_estimate.hpp"
#include "moetric/core/root.hpp"
#include "moetric/plan/layout_choice.hpp"
#include "moetric/plan/plan.hpp"
#include "moetric/plan/speed.hpp"

/// A calendar for a budget: the plan that given devices train in given days.
namespace moetric::v0::plan {

/// A plan for a calendar.
struct calendar_plan {
  complete_plan plan;
  cluster::run_estimate speed;
  cluster::run_time time;
  std::vector<layout_option> layouts;  // that fit, the fastest first; none if no layout fits
};

namespace detail {

inline calendar_plan made_within(cluster::calendar const& when, request asked) {
  require_positive("days", when.days);
  require_positive("devices", static_cast<double>(when.devices));
  if (when.global_batch != 0)
    refuse("global_batch must be 0 in a plan, which chooses its own, but got " + to_string(when.global_batch));
  double const devices = static_cast<double>(when.devices);
  layout_cost layout;  // known when the model is
  auto const speed = [&](resolved_request const& r, planned_shape const& shape) {
    return speed_of(r.model_of(shape.architecture), r.sequence_length, when, layout);
  };
  auto const time_of = [&](cluster::run_estimate const& estimate, training_run const& run) {
    return estimate.time_of(static_cast<double>(run.tokens), devices, static_cast<double>(run.batch_tokens));
  };
  auto const days_of = [&](double compute) {
    asked.compute = compute;
    plan_core const plan = core_of(asked);
    return time_of(speed(plan.request, plan.shape), plan.run).days.median;
  };
  // Integers make days a staircase of the budget, so the root is that of a step; it is as near as a step allows.
  double guess = std::log(when.days * cluster::seconds_per_day * devices * 0.2 *
                          cluster::peak_of(when.on, when.format).value.value);
  std::vector<layout_option> layouts;
  for (int round = 0; round != 3; ++round) {
    double const root =
        root_near([&](double log_compute) { return std::log(days_of(std::exp(log_compute)) / when.days); }, guess,
                  std::log(1e15), std::log(1e30));
    if (!(root > 0))
      refuse("days on these devices must buy a budget between 1e15 and 1e30 FLOPs, but got " +
             moetric::detail::shortest(when.days) + " days");
    asked.compute = std::exp(root);
    guess = root;
    if (round == 2) break;
    plan_core const plan = core_of(asked);
    model const planned = plan.request.model_of(plan.shape.architecture);
    layouts = layouts_that_fit(planned, {.on = when.on,
                                         .format = when.format,
                                         .devices = when.devices,
                                         .sequence_length = plan.request.sequence_length,
                                         .batch_sequences = plan.run.batch_sequences,
                                         .states = when.states,
                                         .usable_bytes = when.most_bytes()});
    if (layouts.empty()) continue;
    cluster::token_work const work = cluster::work_of(planned, layouts[0].setup);
    layout = {work.bubble, work.recomputed, work.sent};
  }
  complete_plan made = make(asked);
  cluster::run_estimate const estimate = speed(made.request, made.shape);
  cluster::run_time const time = time_of(estimate, made.run);
  return {std::move(made), estimate, time, std::move(layouts)};
}

}  // namespace detail

/// The plan whose run takes the days of a calendar in the median. The budget is solved for: a larger one buys a larger
/// model and more tokens, so days grow with it.
/// \param asked its `compute` is ignored
/// \throws std::invalid_argument as `make`, and for days, devices or a format that give no budget within 1e15 to 1e30
#ifdef MOETRIC_COMPILED
calendar_plan make_within(cluster::calendar const& when, request asked);
#else
inline calendar_plan make_within(cluster::calendar const& when, request asked) {
  return detail::made_within(when, std::move(asked));
}
#endif

}  // namespace moetric::v0::plan
