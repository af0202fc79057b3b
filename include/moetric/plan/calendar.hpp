#pragma once

#include "moetric/cluster/run_time.hpp"
#include "moetric/cluster/throughput.hpp"
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

/// The time of a planned run on the devices of a calendar.
struct planned_time {
  cluster::throughput rate;             // experts balanced
  cluster::estimate tokens_per_second;  // of one device, under the calendar's routing
  cluster::run_time time;
  double mfu;  // of the median
  cluster::named_peak peak;
};

/// A plan for a calendar.
struct calendar_plan {
  result plan;
  planned_time time;
  std::vector<layout_option> layouts;  // that fit, the fastest first; none if no layout fits
};

/// The time of a model's run on the devices of a calendar. Sequences are taken one by one as micro batches.
/// \throws std::invalid_argument for a format or memory bandwidth that no source gives
inline planned_time time_of(model const& m, count sequence_length, double tokens, double batch_tokens,
                            calendar const& when, double bubble = 0) {
  cluster::token_work const work{cluster::workload_of(m, sequence_length), static_cast<double>(sequence_length),
                                 bubble};
  planned_time t{};
  t.rate = when.measured ? cluster::throughput_from(*when.measured, work, when.on, when.format)
                         : cluster::throughput_from_rows(work, when.on, when.format);
  t.tokens_per_second =
      when.balanced ? t.rate.tokens_per_second : cluster::with_real_routing(t.rate.tokens_per_second, work.model);
  t.time = cluster::run_time_of(t.tokens_per_second, static_cast<double>(when.devices), tokens, batch_tokens);
  t.peak = cluster::peak_of(when.on, when.format);
  t.mfu = cluster::mfu(work.model.training_flops_per_token, t.tokens_per_second.median, t.peak.value.value);
  return t;
}

/// The plan whose run takes the days of a calendar in the median. The budget is solved for: a larger one buys a larger
/// model and more tokens, so days grow with it.
/// \param asked its `compute` is ignored
/// \throws std::invalid_argument as `make`, and for days, devices or a format that give no budget within 1e15 to 1e30
inline calendar_plan make_within(calendar const& when, request asked) {
  detail::require_positive("days", when.days);
  detail::require_positive("devices", static_cast<double>(when.devices));
  auto const time_for = [&](double compute) {
    asked.compute = compute;
    resolved_request const r = resolve(asked);
    compute_split const split = split_compute(r);
    recipe const from_source = split.adapted(r.source.at(split.law_compute));
    planned_shape const shape = plan_shape(r, solve_shape(r, from_source, split.training), split.training);
    training_run const run = run_of(r, split, shape);
    return time_of(to_model(shape.architecture), r.sequence_length, static_cast<double>(run.tokens),
                   static_cast<double>(run.batch_tokens), when);
  };
  // Integers make days a staircase of the budget, so the root is that of a step; it is as near as a step allows.
  double const guess = std::log(when.days * cluster::seconds_per_day * static_cast<double>(when.devices) * 0.3 *
                                cluster::peak_of(when.on, when.format).value.value);
  double const root = root_near(
      [&](double log_compute) { return std::log(time_for(std::exp(log_compute)).time.days.median / when.days); }, guess,
      std::log(1e15), std::log(1e30));
  if (!(root > 0))
    detail::refuse("days on these devices must buy a budget between 1e15 and 1e30 FLOPs, but got " +
                   moetric::detail::shortest(when.days) + " days");
  asked.compute = std::exp(root);
  result made = make(asked);
  model const planned = to_model(made.shape.architecture);
  layout_request const layout_for{.on = when.on,
                                  .format = when.format,
                                  .devices = when.devices,
                                  .sequence_length = made.request.sequence_length,
                                  .batch_sequences = made.run.batch_sequences};
  std::vector<layout_option> layouts = layouts_that_fit(planned, layout_for);
  double const bubble = layouts.empty() ? 0 : cluster::bubble_fraction(layouts[0].setup.layout.pipeline());
  planned_time const time = time_of(planned, made.request.sequence_length, static_cast<double>(made.run.tokens),
                                    static_cast<double>(made.run.batch_tokens), when, bubble);
  return {std::move(made), time, std::move(layouts)};
}

}  // namespace moetric::v0::plan
