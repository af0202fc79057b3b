#pragma once

#include <utility>

#include "moetric/cluster/run_estimate.hpp"
#include "moetric/core/root.hpp"
#include "moetric/plan/layout_choice.hpp"
#include "moetric/plan/plan.hpp"

/// A calendar for a budget: the plan that given devices train in given days.
namespace moetric::v0::plan {

/// Devices for some days.
struct calendar {
  cluster::device on;
  cluster::number_format format = cluster::number_format::bf16;
  count devices = 8;
  double days = 30;
  bool balanced = false;  // experts balanced by force, as in published rows; else real routing's loss is counted
  std::optional<cluster::measured_run> measured{};  // of the user's: tokens/s are scaled from it
};

/// A plan for a calendar.
struct calendar_plan {
  complete_plan plan;
  cluster::run_estimate speed;
  cluster::run_time time;
  std::vector<layout_option> layouts;  // that fit, the fastest first; none if no layout fits
};

namespace detail {

inline calendar_plan made_within(calendar const& when, request asked) {
  require_positive("days", when.days);
  require_positive("devices", static_cast<double>(when.devices));
  double const devices = static_cast<double>(when.devices);
  double bubble = 0, recomputed = 1;  // of the layout, which is known when the model is
  auto const speed_of = [&](resolved_request const& r, planned_shape const& shape) {
    cluster::workload const of_model = cluster::workload_of(r.model_of(shape.architecture), r.sequence_length);
    return cluster::estimate_run({of_model, static_cast<double>(r.sequence_length), bubble, recomputed}, when.on,
                                 when.format, when.balanced, when.measured);
  };
  auto const time_of = [&](cluster::run_estimate const& speed, training_run const& run) {
    return speed.time_of(static_cast<double>(run.tokens), devices, static_cast<double>(run.batch_tokens));
  };
  auto const days_of = [&](double compute) {
    asked.compute = compute;
    plan_core const plan = core_of(asked);
    return time_of(speed_of(plan.request, plan.shape), plan.run).days.median;
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
                                         .batch_sequences = plan.run.batch_sequences});
    if (layouts.empty()) continue;
    cluster::token_work const work = cluster::work_of(planned, layouts[0].setup);
    bubble = work.bubble, recomputed = work.recomputed;
  }
  complete_plan made = make(asked);
  cluster::run_estimate const speed = speed_of(made.request, made.shape);
  cluster::run_time const time = time_of(speed, made.run);
  return {std::move(made), speed, time, std::move(layouts)};
}

}  // namespace detail

/// The plan whose run takes the days of a calendar in the median. The budget is solved for: a larger one buys a larger
/// model and more tokens, so days grow with it.
/// \param asked its `compute` is ignored
/// \throws std::invalid_argument as `make`, and for days, devices or a format that give no budget within 1e15 to 1e30
#ifdef MOETRIC_COMPILED
calendar_plan make_within(calendar const& when, request asked);
#else
inline calendar_plan make_within(calendar const& when, request asked) {
  return detail::made_within(when, std::move(asked));
}
#endif

}  // namespace moetric::v0::plan
