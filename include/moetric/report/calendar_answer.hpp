#pragma once

#include "moetric/plan/calendar.hpp"
#include "moetric/report/cluster_answer.hpp"
#include "moetric/report/plan_answer.hpp"

namespace moetric::v0::report {

namespace detail {

/// A layout that fits, with its memory. Keys: as `layout_values`, recompute[], total_bytes, modelled_step_seconds,
/// communication_counted (false where a bandwidth that a layout needs is not published).
inline value layout_option_values(plan::layout_option const& option, count n_layers) {
  value made = layout_values(option.setup.layout, n_layers);
  value modules = value::list();
  for (std::size_t i = 0; i != cluster::n_modules; ++i)
    if (option.setup.activations.recompute.contains(static_cast<cluster::module>(i)))
      modules.append(name(static_cast<cluster::module>(i)));
  made.set("recompute", std::move(modules));
  made.set("total_bytes", option.memory.worst.bytes.total(), units::bytes);
  made.set("modelled_step_seconds", option.modelled_step_seconds, units::seconds);
  made.set("communication_counted", !option.not_published);
  return made;
}

}  // namespace detail

/// A plan for a calendar: the answer of its plan, and what leads to the budget. Keys: as `plan_answer`,
/// calendar{device, precision, devices, days}, cluster{time{}, mfu{}, memory{}}, layout{} and layouts[], the fastest
/// first, and with a price cost{}.
inline answer calendar_answer(plan::calendar_plan const& made, cluster::calendar const& when,
                              std::optional<cluster::device_price> const& price = {}) {
  answer all = plan_answer(made.plan);
  value& v = all.values;
  model const m = made.plan.request.model_of(made.plan.shape.architecture);
  v.set("calendar", object({{"device", when.on.id},
                            {"precision", name(when.format)},
                            {"devices", when.devices, "devices"},
                            {"days", when.days, "days"}}));
  value on_cluster =
      object({{"time", detail::time_values(made.speed, made.time, made.time.step_seconds, when.balanced)},
              {"mfu", detail::mfu_values(made.speed, when.on)}});
  if (!made.layouts.empty()) on_cluster.set("memory", detail::own_memory(made.layouts[0].memory, when.on));
  if (price) on_cluster.set("cost", detail::cost_values(cluster::cost_of(made.time.device_hours, *price), *price));
  v.set("cluster", std::move(on_cluster));
  value layouts = value::list();
  for (plan::layout_option const& each : made.layouts)
    layouts.append(detail::layout_option_values(each, m.layers.n_layers()));
  v.set("layout", made.layouts.empty() ? value() : detail::layout_option_values(made.layouts[0], m.layers.n_layers()));
  v.set("layouts", std::move(layouts));

  answer lead;
  lead.say("{calendar/devices} {calendar/device} do {compute/requested:3} FLOPs in {calendar/days} days in the median; "
           "80 %: the run takes {cluster/time/days/low:3} to {cluster/time/days/high:3} days. " +
           detail::mfu_of("cluster/") + "; " + detail::source_of_speed(made.speed.rate, "cluster/") + ".");
  if (v["cluster"]["mfu"]["above_published"].flag())
    lead.say(detail::above_published_sentence("This speed", "cluster/mfu/value", "cluster/mfu/best_published",
                                              "calendar/device", "calendar/precision") +
             ".");
  if (made.layouts.empty()) {
    lead.say("DOES NOT FIT: no layout of powers of two holds this model on these devices; more devices, or "
             "--memory-limit.");
  } else {
    cluster::module_set const recompute = made.layouts[0].setup.activations.recompute;
    lead.say("Layout: {layout/name}, recomputing " +
             std::string(recompute.bits == 0                          ? "nothing"
                         : recompute.contains(cluster::module::layer) ? "whole layers"
                                                                      : "{layout/recompute/#0}") +
             ": {layout/total_bytes:B} of {cluster/memory/usable_bytes:B} a device, batch {layout/global_batch}.");
  }
  if (!made.layouts.empty() && made.layouts[0].not_published)
    lead.say("No source gives the " + std::string(name(*made.layouts[0].not_published)) +
             " of {calendar/device}: layouts are ranked without communication.");
  if (price) lead.say(detail::cost_sentence("cluster/") + ".");
  for (block& each : all.blocks)  // for the calendar's lines to fit the screen
    if (each.title.starts_with("Published runs")) each.shown = screen::all;
  all.blocks.insert(all.blocks.begin(), lead.blocks.begin(), lead.blocks.end());
  all.show({.title = "Layouts that fit, the fastest by the model of their time first",
            .header = {"layout", "recomputes", "bytes", "modelled step, s"},
            .rows = rows_of(v["layouts"], "layouts",
                            {"{$/name}", "{$/recompute/#0?}", "{$/total_bytes:B}", "{$/modelled_step_seconds:3}"}),
            .shown = screen::all});
  return all;
}

}  // namespace moetric::v0::report
