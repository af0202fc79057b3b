#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "moetric/io/search_answer.hpp"
#include "moetric/report/best_run_answer.hpp"

namespace moetric::v0::io {

namespace detail {

/// "none", "selective" or "full".
[[gnu::cold]] inline cluster::module_set recompute_from(json_value const& value) {
  for (auto const& [known, what] :
       {std::pair{"none", recomputation::none}, std::pair{"selective", recomputation::selective},
        std::pair{"full", recomputation::full}})
    if (value.text() == known) return cluster::modules_of(what);
  refuse_name(value.subject(), value.text(), {"none", "selective", "full"});
}

[[gnu::cold]] inline search::layout_axes layouts_from(json_value const& given) {
  given.allow_keys({"tensor", "context", "pipeline", "virtual_stages", "expert", "expert_tensor", "micro_batch",
                    "recompute", "uneven_stages"});
  search::layout_axes axes;
  axes.uneven_stages = flag_or(given, "uneven_stages", false);
  auto const read = [&](char const* key, std::vector<count>& to) {
    auto const sizes = given.find(key);
    if (!sizes) return;
    to.clear();
    for (json_value const& each : sizes->items()) to.emplace_back(each.whole({1, std::uint64_t{1} << 20}));
  };
  read("tensor", axes.tensor), read("context", axes.context), read("pipeline", axes.pipeline);
  read("virtual_stages", axes.virtual_stages), read("expert", axes.expert);
  read("expert_tensor", axes.expert_tensor), read("micro_batch", axes.micro_batch);
  if (auto const modules = given.find("recompute")) {
    axes.recompute.clear();
    for (json_value const& each : modules->items()) axes.recompute.push_back(recompute_from(each));
  }
  return axes;
}

[[gnu::cold]] inline cluster::calendar calendar_from(json_value const& given) {
  given.allow_keys(
      {"device", "precision", "devices", "days", "global_batch", "balanced_experts", "usable_bytes", "optimizer"});
  constexpr whole_range many{1, std::uint64_t{1} << 30};
  cluster::calendar when{.on = cluster::device_named(given.at("device").text()),
                         .devices = given.at("devices").whole(many),
                         .days = given.at("days").positive(),
                         .global_batch = given.at("global_batch").whole(many),
                         .balanced = flag_or(given, "balanced_experts", false)};
  if (auto const format = given.find("precision")) when.format = cluster::format_named(format->text());
  if (auto const bytes = given.find("usable_bytes")) when.usable_bytes = bytes->whole({1, std::uint64_t{1} << 50});
  if (auto const rule = given.find("optimizer")) when.states.rule = cluster::state_rule_named(rule->text());
  return when;
}

}  // namespace detail

/// True if a request asks for the best run on given devices, not for shapes alone.
inline bool has_calendar(json const& request) {
  return request.find("calendar") != nullptr;
}

/// The search of shapes and layouts that a JSON request describes: as `search_from`, with a calendar instead of compute
/// or tokens, and layouts instead of "parallel":
///
///   {..., "objective": {"law": "fine-grained"},
///    "calendar": {"device": "h100-sxm", "devices": 512, "days": 30, "global_batch": 2048, "precision": "bf16",
///                 "balanced_experts": false, "usable_bytes": 85899345920, "optimizer": "adam"},
///    "layouts": {"tensor": [1, 2, 4, 8], "context": [1], "pipeline": [1, 2, 4, 8, 16], "virtual_stages": [1],
///                "expert": [1, 2, 4, 8, 16, 32, 64], "expert_tensor": [1], "micro_batch": [1],
///                "recompute": ["none", "selective", "full"], "uneven_stages": false}}
///
/// Of the calendar device, devices, days and global_batch must be given; of layouts what is not given is as above.
/// \throws std::invalid_argument naming the key that is missing, unknown or impossible
[[gnu::cold]] inline search::run_problem run_problem_from(json request) {
  json_value const given(request, "a search");
  cluster::calendar const when = detail::calendar_from(given.at("calendar"));
  search::layout_axes const layouts =
      given.has("layouts") ? detail::layouts_from(given.at("layouts")) : search::layout_axes{};
  if (given.has("parallel")) refuse("a search with a calendar must have layouts instead of parallel");
  json_value const objective = given.at("objective");
  for (char const* const key : {"compute", "tokens"})
    if (objective.has(key))
      refuse("an objective must have no " + std::string(key) + " beside a calendar, whose days determine the tokens");
  if (!objective.has("law")) refuse("an objective must be the loss of a law beside a calendar");
  request.object().erase("calendar"), request.object().erase("layouts");
  request.object()["objective"].object()["tokens"] = 1.0;  // replaced by those of each run
  search_request const shapes = search_from(request);
  return {.over = shapes.over,
          .by = *shapes.objective.as_law_loss(),
          .windows = shapes.windows,
          .at = shapes.at,
          .calendar = when,
          .layouts = layouts};
}

/// The shapes of such a request as a problem, without layouts: its space, windows and law.
inline search::any_problem shapes_of(search::run_problem const& asked) {
  return {asked.over, search::any_objective(asked.by.with_tokens(1)), asked.windows, asked.at};
}

/// The answer of the best runs that `find_best_runs(run_problem_from(request))` finds. Keys: those of
/// `report::best_run_answer`.
inline report::answer best_run_answer(json const& request, search::run_problem asked, search::best_runs found,
                                      search_run const& run = {}) {
  json_value const objective(*request.find("objective"), "objective");
  json_value const law = objective.at("law");
  bool const is_fit = law.value().is_object();
  report::search_summary shapes{.request = fingerprint(request, shapes_of(asked)),
                                .asked = canonical_text(request),
                                .digest = digest_of(found.shapes()),
                                .method = run.method,
                                .seconds = run.seconds,
                                .complete = run.complete};
  report::best_run_summary made{.asked = std::move(asked),
                                .found = std::move(found),
                                .shapes = std::move(shapes),
                                .law = is_fit ? "fitted-" + law.at("fitted_form").text() : law.text(),
                                .reads_shapes_alone = !objective.has("given")};
  if (is_fit) {
    std::vector<std::string>& told = made.warnings.emplace();
    for (json_value const& each : law.at("warnings").items()) told.push_back(each.at("sentence").text());
  }
  return report::best_run_answer(made);
}

}  // namespace moetric::v0::io
