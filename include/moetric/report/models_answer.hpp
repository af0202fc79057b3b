#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "moetric/account/parameters.hpp"
#include "moetric/report/answer.hpp"
#include "moetric/report/unit.hpp"
#include "moetric/zoo/catalogue.hpp"
#include "moetric/zoo/runs.hpp"

namespace moetric::v0::report {

/// The published models whose name contains a text; all of them by default. A list of {name, published_name, total,
/// active, source}. The first screen has the sizes of a selection that fits it, or the names of those with experts.
inline answer models_answer(std::string_view containing = {}) {
  constexpr std::size_t fit_the_screen = 20;
  answer made{value::list()};
  std::string names;
  for (zoo::listed_model const& entry : zoo::catalogue) {
    if (entry.id.find(containing) == std::string_view::npos) continue;
    count const total = total_parameters(*entry.value), active = active_parameters(*entry.value);
    if (total != active) names += (names.empty() ? "{#" : ", {#") + std::to_string(made.values.size()) + "/name}";
    made.values.append(object({{"name", entry.id},
                               {"published_name", entry.name},
                               {"total", total, units::parameters},
                               {"active", active, units::parameters},
                               {"source", entry.source}}));
  }
  bool const fits = made.values.size() <= fit_the_screen;
  if (made.values.empty()) return made.say("No published model has a name that contains this text.");
  if (!fits) made.say("With experts: " + names);
  if (!fits) made.say("Dense ones, and sizes of some: moetric models TEXT, such as llama; of all: --verbose");
  made.show({.header = {"name", "total", "active"},
             .rows = rows_of(made.values, "", {"{$/name}", "{$/total}", "{$/active:4}"}),
             .shown = fits ? screen::first : screen::all});
  made.show({.header = {"name", "source"},
             .rows = rows_of(made.values, "", {"{$/name}", "{$/source}"}),
             .shown = screen::all});
  return made;
}

namespace detail {

/// The published numbers of a run, and where each is from.
struct run_record {
  value values, sources = keyed(), provenances = keyed();

  template <class T>
  void add(std::string_view name, zoo::published<T> const& number, std::string_view unit = {}) {
    values.set(name, number.known() ? value(number.value) : value(), unit);
    if (!number.known()) return;
    sources.set(name, number.source);
    provenances.set(name, moetric::name(number.how));
  }
};

inline value run_values(zoo::published_run const& run) {
  run_record record{object({{"name", run.name}, {"model", run.model}})};
  record.add("tokens", run.tokens);
  record.add("peak_learning_rate", run.peak_learning_rate);
  record.add("batch_tokens", run.batch_tokens);
  record.add("sequence_length", run.sequence_length);
  record.add("device_hours", run.device_hours);
  record.values.set("device", run.device.empty() ? value() : value(run.device));
  record.add("training_flops", run.training_flops);
  record.values.set("source", std::move(record.sources));
  record.values.set("provenance", std::move(record.provenances));
  record.values.set("note", run.note);
  return std::move(record.values);
}

}  // namespace detail

/// The published training runs of models whose name contains a text; all of them by default. A list of {name, model,
/// tokens, peak_learning_rate, batch_tokens, sequence_length, device_hours, device, training_flops, source{},
/// provenance{}, note}; null for what is not published. The first screen has those of Mixture-of-Experts models, or a
/// selection that fits it.
inline answer runs_answer(std::string_view containing = {}) {
  constexpr std::size_t fit_the_screen = 20;
  answer made{value::list()};
  std::vector<bool> sparse;
  for (zoo::published_run const& run : zoo::published_runs) {
    if (run.model.find(containing) == std::string_view::npos) continue;
    made.values.append(detail::run_values(run));
    model const& of = *zoo::find(run.model)->value;
    sparse.push_back(active_parameters(of) != total_parameters(of));
  }
  if (made.values.empty()) return made.say("No published run matches: no model of one has a name with this text.");
  bool const fits = made.values.size() <= fit_the_screen;
  auto const rows = rows_of(made.values, "",
                            {"{$/name}", "{$/tokens?:4}", "{$/peak_learning_rate?:3}", "{$/batch_tokens?:4}",
                             "{$/sequence_length?}", "{$/device_hours?:4}", "{$/device?}", "{$/training_flops?:3}"});
  std::vector<text_row> first, rest;
  for (std::size_t i = 0; i != rows.size(); ++i) (fits || sparse[i] ? first : rest).push_back(rows[i]);
  std::vector<std::string> const header{"run",      "tokens", "rate",   "batch tokens",
                                        "sequence", "hours",  "device", "FLOPs"};
  if (!first.empty())
    made.show({.title = fits ? "" : "Published runs of Mixture-of-Experts models; empty: not published",
               .header = header,
               .rows = std::move(first)});
  if (!rest.empty())
    made.show({.title = "Of dense models", .header = header, .rows = std::move(rest), .shown = screen::all});
  made.say("rate: peak learning rate; hours: device hours. Sources and provenance of every number: --json");
  return made;
}

}  // namespace moetric::v0::report
