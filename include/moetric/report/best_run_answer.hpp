#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "moetric/report/cluster_answer.hpp"
#include "moetric/report/search_summary.hpp"
#include "moetric/search/best_run.hpp"

/// Searches of shapes and layouts together as answers.
namespace moetric::v0::report {

/// The best runs of a problem with what the problem does not tell.
struct best_run_summary {
  search::run_problem asked;
  search::best_runs found;
  std::string law{};                                   // id
  bool reads_shapes_alone = true;                      // false if inputs of the law were given
  std::optional<std::vector<std::string>> warnings{};  // of a fit
  std::string method = "bounds";                       // or exhaustive
  std::optional<double> seconds{};
};

namespace detail {

/// A run as a problem with its tokens, which tells measures and how far the law is asked.
inline search::any_problem problem_of(search::run_problem const& asked, search::planned_run const& run) {
  search::setting at = asked.at;
  at.parallel = run.setup.layout.sizes, at.devices = run.setup.layout.devices;
  return {asked.over, search::any_objective(asked.by.with_tokens(run.tokens)), asked.windows, at};
}

inline value run_value(search::run_problem const& asked, search::planned_run const& run,
                       shown_configuration const& shape) {
  value made = configuration_value(shape, true);
  count const n_layers = shape.architecture[1] + shape.architecture[2];
  cluster::module_set const again = run.setup.activations.recompute;
  made.set("layout", layout_values(run.setup.layout, n_layers));
  made.set("recompute", again.bits == 0 ? "none" : again.contains(cluster::module::layer) ? "full" : "selective");
  count const bytes = run.memory.worst.bytes.total();
  made.set("total_bytes", bytes, units::bytes);
  made.set("left_bytes", asked.calendar.most_bytes() - bytes, units::bytes);
  made.set("worst_stage", run.memory.worst.rank, units::one);
  return made.set("communication_seconds", run.communication.known() ? value(run.communication.seconds) : value(),
                  units::seconds);
}

inline value calendar_values(search::calendar const& when) {
  return object({{"device", when.on.id},
                 {"precision", name(when.format)},
                 {"devices", when.devices, "devices"},
                 {"days", when.days, "days"},
                 {"global_batch", when.global_batch, "sequences"},
                 {"usable_bytes", when.most_bytes(), units::bytes}});
}

}  // namespace detail

/// The best shapes that devices train in some days, each with its best layout. Keys: law, calendar{device, precision,
/// devices, days, global_batch, usable_bytes}, space, layouts, layouts_bounded, pairs, method, seconds, discarded,
/// rejected, scored, boxes, best[]{as of `search_answer`, layout{as `layout_values`}, recompute, total_bytes,
/// left_bytes, worst_stage, communication_seconds}, time{} and mfu{} of the first (report/run_values.hpp), edges[],
/// binding_windows[], outside_range[], outside_family[], reads_run, reasons_outside, and law_warnings[] of a fit.
/// \throws std::invalid_argument if no run was found, with the reason
inline answer best_run_answer(best_run_summary const& of) {
  search::run_problem const& asked = of.asked;
  if (of.found.best.empty()) search::refuse_no_run(asked);
  search::planned_run const& first = of.found.best[0];
  search::any_problem const best_problem = detail::problem_of(asked, first);
  search_summary shapes{.space = asked.over.size(), .windows = asked.windows};
  for (search::planned_run const& each : of.found.best)
    shapes.best.push_back(detail::shown(detail::problem_of(asked, each), {each.loss, each.index}));
  shapes.edges = detail::edges_of(asked.over, first.index);
  add_law(shapes, best_problem, of.law, of.reads_shapes_alone);
  shapes.law->warnings = of.warnings;

  search::calendar const& when = asked.calendar;
  model const m = to_model(to_exact(asked.over[first.index]));
  cluster::run_estimate const speed =
      cluster::estimate_run(cluster::work_of(m, first.setup), when.on, when.format, when.balanced, when.measured);
  count const batch = first.setup.layout.sequences_per_step() * first.setup.layout.sizes.sequence_length;
  cluster::run_time const time =
      speed.time_of(first.tokens, static_cast<double>(when.devices), static_cast<double>(batch));
  value best = value::list();
  for (std::size_t i = 0; i != shapes.best.size(); ++i)
    best.append(detail::run_value(asked, of.found.best[i], shapes.best[i]));
  search::search_counters const& n = of.found.counts;
  answer made{object({{"calendar", detail::calendar_values(when)},
                      {"space", asked.over.size(), "configurations"},
                      {"layouts", of.found.layouts, "layouts"},
                      {"layouts_bounded", of.found.layouts_bounded, "layouts"},
                      {"pairs", of.found.pairs, units::one},
                      {"method", of.method},
                      {"seconds", of.seconds},
                      {"discarded", n.discarded},
                      {"rejected", n.rejected},
                      {"scored", n.scored},
                      {"boxes", n.boxes},
                      {"best", best},
                      {"time", detail::time_values(speed, time, time.step_seconds, when.balanced)},
                      {"mfu", detail::mfu_values(speed, when.on)},
                      {"edges", detail::edge_values(shapes)},
                      {"binding_windows", detail::binding_windows(shapes)}})};
  detail::set_law(made.values, shapes);

  detail::say_trust(made, *shapes.law, true);
  detail::say_edges(made, shapes);
  detail::say_binding(made);
  made.say(
      "{calendar/devices} {calendar/device} train the best shape for {best/#0/measures/tokens:3} tokens in "
      "{calendar/days} days in the median of published runs; 80 %: {time/days/low:3} to {time/days/high:3} days. MFU "
      "{mfu/value:%3} of {mfu/peak_name}" +
      std::string(speed.rate.basis == cluster::time_basis::calibrated ? ", scaled from your measured run."
                  : speed.rate.rows_of_device == 0 ? ". EXTRAPOLATED: no published run is of this device."
                                                   : "."));
  constexpr std::size_t at_once = 3;
  detail::show_best(made, shapes.best, at_once);
  std::vector<text_row> rows =
      rows_of(made.values["best"], "best",
              {"  {$/layout/name}", "{$/layout/micro_batch}", "{$/recompute}", "{$/total_bytes:B}", "{$/left_bytes:B}",
               first.communication.known() ? "{$/communication_seconds?:3}" : "not known"});
  std::vector<text_row> more(rows.size() > at_once ? rows.begin() + at_once : rows.end(), rows.end());
  if (rows.size() > at_once) rows.resize(at_once);
  std::vector<std::string> const header{"  layout", "micro batch", "recompute", "bytes", "left", "communication, s"};
  made.show({.header = header, .rows = std::move(rows)});
  if (!more.empty())
    made.show({.title = "The next layouts", .header = header, .rows = std::move(more), .shown = screen::all});
  if (!first.communication.known())
    made.say("No source gives the " + std::string(name(*first.communication.not_published)) +
             " of {calendar/device}: of layouts of equal loss that with the most memory to spare is taken.");
  made.say("{pairs:3} pairs of shape and layout: {layouts_bounded} of {layouts} layouts " +
           std::string(of.method == "bounds" ? "bounded in {boxes} boxes, {scored} pairs scored"
                                             : "listed, {scored} pairs scored") +
           (of.seconds.value_or(0) >= 1 ? ", {seconds:3} s" : "") + ". No other pair is better by law {law}.");
  made.say("A step takes {time/step_seconds/median:3} s, without what communication adds to that of published runs; "
           "communication is that of the fullest device at full bandwidth, if nothing hides it",
           screen::all);
  return made;
}

}  // namespace moetric::v0::report
