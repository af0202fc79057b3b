#pragma once

#include <cstddef>
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
  search_summary shapes{};  // request, asked, digest, method, seconds and complete; the rest follows from the runs
  std::string law{};        // id
  bool reads_shapes_alone = true;                      // false if inputs of the law were given
  std::optional<std::vector<std::string>> warnings{};  // of a fit
};

namespace detail {

/// A run as a problem with its tokens, which tells measures and how far the law is asked.
inline search::any_problem problem_of(search::run_problem const& asked, search::planned_run const& run) {
  search::setting at = asked.at;
  at.parallel = run.setup.layout.sizes, at.devices = run.setup.layout.devices;
  return {asked.over, search::any_objective(asked.by.with_tokens(run.tokens)), asked.windows, at};
}

inline value run_value(search::run_problem const& asked, search::planned_run const& run) {
  shown_configuration const shape = shown(problem_of(asked, run), {run.loss, run.index});
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

inline value calendar_values(cluster::calendar const& when) {
  return object({{"device", when.on.id},
                 {"precision", name(when.format)},
                 {"devices", when.devices, "devices"},
                 {"days", when.days, "days"},
                 {"global_batch", when.global_batch, "sequences"},
                 {"usable_bytes", when.most_bytes(), units::bytes}});
}

/// Time and MFU of the best run, and where its speed comes from.
inline void show_speed(answer& made, search::run_problem const& asked, search::planned_run const& first) {
  cluster::calendar const& when = asked.calendar;
  model const m = to_model(to_exact(asked.over[first.index]));
  cluster::run_estimate const speed =
      cluster::estimate_run(cluster::work_of(m, first.setup), when.on, when.format, when.balanced, when.measured);
  count const batch = first.setup.layout.sequences_per_step() * first.setup.layout.sizes.sequence_length;
  cluster::run_time const time =
      speed.time_of(first.tokens, static_cast<double>(when.devices), static_cast<double>(batch));
  made.values.set("time", time_values(speed, time, time.step_seconds, when.balanced));
  made.values.set("mfu", mfu_values(speed, when.on));
  made.say("{calendar/devices} {calendar/device} train the best shape for {best/#0/measures/tokens:3} tokens in "
           "{calendar/days} days in the median; 80 %: {time/days/low:3} to {time/days/high:3} days. " +
           mfu_of("") + "; " + source_of_speed(speed.rate, {}) + ".");
  if (made.values["mfu"]["above_published"].flag())
    made.say(above_published_sentence("This speed", "mfu/value", "mfu/best_published", "calendar/device",
                                      "calendar/precision") +
             ".");
  if (asked.over.has_experts() && !when.balanced && !cluster::is_of_user(speed.rate.basis))
    made.say("Real routing's loss of {time/routing_loss/low:%2} to {time/routing_loss/high:%2} against published runs, "
             "which balance experts by force, is taken off",
             screen::all);
  made.say("A step takes {time/step_seconds/median:3} s, with what tensor ranks, stages and data ranks exchange; "
           "communication is that of the fullest device at full bandwidth, if nothing hides it",
           screen::all);
}

/// The layouts of the best runs, in the order of their shapes.
inline void show_layouts(answer& made, search::planned_run const& first, std::size_t at_once) {
  std::vector<text_row> rows =
      rows_of(made.values["best"], "best",
              {"  {$/layout/name}", "{$/layout/micro_batch}", "{$/recompute}", "{$/total_bytes:B}", "{$/left_bytes:B}",
               first.communication.known() ? "{$/communication_seconds?:3}" : "not known"});
  std::vector<text_row> more(rows.size() > at_once ? rows.begin() + static_cast<std::ptrdiff_t>(at_once) : rows.end(),
                             rows.end());
  if (rows.size() > at_once) rows.resize(at_once);
  std::vector<std::string> const header{"  layout", "micro batch", "recompute", "bytes", "left", "communication, s"};
  made.show({.header = header, .rows = std::move(rows)});
  if (!more.empty())
    made.show({.title = "The next layouts", .header = header, .rows = std::move(more), .shown = screen::all});
  if (!first.communication.known())
    made.say("No source gives the " + std::string(name(*first.communication.not_published)) +
             " of {calendar/device}: of layouts of equal loss that with the most memory to spare is taken.");
}

}  // namespace detail

/// The best shapes that devices train in some days, each with its best layout. Keys: those of `search_answer`, whose
/// enumerated, discarded, rejected and scored are pairs of shape and layout; calendar{device, precision, devices, days,
/// global_batch, usable_bytes}, layouts, layouts_bounded, pairs; of each of best[] also layout{as `layout_values`},
/// recompute, total_bytes, left_bytes, worst_stage, communication_seconds; time{} and mfu{} of the first
/// (report/run_values.hpp), if there is one.
inline answer best_run_answer(best_run_summary const& of) {
  search::run_problem const& asked = of.asked;
  bool const has_best = !of.found.best.empty();
  search_summary shapes = of.shapes;
  shapes.found = of.found.shapes();
  shapes.space = asked.over.size(), shapes.windows = asked.windows;
  shapes.axes = detail::axes_of(asked.over);
  for (search::planned_run const& each : of.found.best)
    shapes.best.push_back(detail::shown(detail::problem_of(asked, each), {each.loss, each.index}));
  if (has_best) {
    shapes.edges = detail::edges_of(asked.over, of.found.best[0].index);
    add_law(shapes, detail::problem_of(asked, of.found.best[0]), of.law, of.reads_shapes_alone);
  } else {
    shapes.law.emplace(shown_law{.id = of.law});
  }
  shapes.law->warnings = of.warnings;
  answer made{.values = detail::search_values(shapes)};
  value best = value::list();
  for (search::planned_run const& each : of.found.best) best.append(detail::run_value(asked, each));
  made.values.set("best", std::move(best));
  made.values.set("calendar", detail::calendar_values(asked.calendar));
  made.values.set("layouts", of.found.layouts, "layouts");
  made.values.set("layouts_bounded", of.found.layouts_bounded, "layouts");
  made.values.set("pairs", of.found.pairs, units::one);

  detail::say_missing(made, shapes);
  detail::say_trust(made, *shapes.law, has_best);
  detail::say_edges(made, shapes);
  detail::say_binding(made);
  if (has_best) {
    detail::show_speed(made, asked, of.found.best[0]);
    constexpr std::size_t at_once = 3;
    detail::show_best(made, shapes.best, at_once);
    detail::show_layouts(made, of.found.best[0], at_once);
  }
  bool const whole = search::missing_ranges(of.found.searched, shapes.space).empty();
  made.say(
      "{pairs:3} pairs of shape and layout: " +
      std::string(shapes.method == "exhaustive"
                      ? "{layouts} layouts listed, {scored} pairs scored"
                      : "{layouts_bounded} of {layouts} layouts bounded in {boxes} boxes, {scored} pairs scored") +
      (whole ? ". No other pair is better by law {law}." : ". Only part of the space of {space} shapes was searched."));
  detail::show_space(made, shapes);
  return made;
}

}  // namespace moetric::v0::report
