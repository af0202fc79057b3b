#pragma once

#include "moetric/plan/least_cost.hpp"
#include "moetric/report/plan_answer.hpp"
#include "moetric/report/run_values.hpp"

namespace moetric::v0::report {

namespace detail {

/// One size of model at the loss. Keys: training_flops_per_token, tokens, training, serving, total.
inline value cost_point_values(plan::cost_point const& of) {
  std::string_view const currency = of.cost.total.currency;
  return object({{"training_flops_per_token", of.training_flops_per_token, units::flops_per_token},
                 {"tokens", of.tokens, "tokens"},
                 {"training", of.cost.training.amount.median, currency},
                 {"serving", of.cost.serving.amount.median, currency},
                 {"total", of.cost.total.amount.median, currency}});
}

}  // namespace detail

/// The plan of least total cost for a loss: the answer of its plan, and what leads to it. Keys: as `plan_answer`,
/// target{loss, law, reached, is_prediction, outside[], device, precision, devices}, time{}, mfu{}, serving{},
/// lifetime{} (report/run_values.hpp), compute_optimal{training_flops_per_token, tokens, training, serving, total} and
/// sizes[], the smallest first.
inline answer least_cost_answer(plan::least_cost_plan const& made, plan::cost_question const& asked) {
  answer all = plan_answer(made.plan);
  value& v = all.values;
  value outside = value::list();
  for (std::string const& each : made.loss.outside) outside.append(each);
  bool const extrapolated = !outside.empty();
  v.set("target", object({{"loss", asked.target_loss, "nats per token"},
                          {"law", made.loss.law},
                          {"reached", made.loss.loss, "nats per token"},
                          {"is_prediction", made.loss.is_prediction},
                          {"outside", std::move(outside)},
                          {"device", asked.on.id},
                          {"precision", name(asked.format)},
                          {"devices", asked.devices, "devices"}}));
  v.set("time", detail::time_values(made.speed, made.time, made.time.step_seconds, asked.balanced));
  v.set("mfu", detail::mfu_values(made.speed, asked.on));
  v.set("serving", detail::serving_values(made.serving, asked.serving));
  v.set("lifetime", detail::lifetime_values(made.best.cost));
  v.set("compute_optimal", detail::cost_point_values(made.compute_optimal));
  value sizes = value::list();
  for (plan::cost_point const& each : made.tried) sizes.append(detail::cost_point_values(each));
  v.set("sizes", std::move(sizes));

  answer lead;
  lead.say("Loss {target/reached:4} by {target/law} for the least money: {triad/training_flops_per_token:3} FLOPs per "
           "token, trained on {tokens:3} tokens; the compute-optimal model costs {compute_optimal/total:3}");
  lead.say(detail::lifetime_sentence());
  lead.say("Training: {time/days/median:3} days on {target/devices} {target/device} (80 %: {time/days/low:3} to "
           "{time/days/high:3}), " +
           detail::mfu_of("") + "; " + detail::source_of_speed(made.speed.rate, ""));
  if (extrapolated) lead.say("EXTRAPOLATED, law {target/law}: {target/outside/#0}");
  if (v["mfu"]["above_published"].flag())
    lead.say(detail::above_published_sentence("This speed", "mfu/value", "mfu/best_published", "target/device",
                                              "target/precision"));
  for (block& each : all.blocks)  // for the lines above to fit the screen
    if (each.title.starts_with("Published runs") || each.title.starts_with("By source")) each.shown = screen::all;
  all.blocks.insert(all.blocks.begin(), lead.blocks.begin(), lead.blocks.end());
  all.show({.title = "Money by size of model at this loss",
            .header = {"FLOPs/token", "tokens", "training", "serving", "total"},
            .rows = rows_of(
                v["sizes"], "sizes",
                {"{$/training_flops_per_token:3}", "{$/tokens:3}", "{$/training:3}", "{$/serving:3}", "{$/total:3}"}),
            .shown = screen::all});
  return all;
}

}  // namespace moetric::v0::report
