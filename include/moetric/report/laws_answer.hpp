#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/laws/gives.hpp"
#include "moetric/report/coefficients.hpp"
#include "moetric/report/trust.hpp"

namespace moetric::v0::report {

namespace detail {

inline value law_value(laws::catalogue_row const& row) {
  laws::description const& law = *row.about;
  value inputs = value::list();
  for (laws::input const& each : law.inputs)
    inputs.append(object({{"name", each.name},
                          {"definition", each.definition},
                          {"unit", each.unit},
                          {"range", range_value(each.fitted), unit_of_input(each.name, &law)}}));
  return object({{"id", law.id},
                 {"title", law.title},
                 {"paper", law.paper},
                 {"equation", law.equation},
                 {"inputs", inputs},
                 {"coefficients", coefficients_value(law)},
                 {"loss_unit", law.loss_unit.empty() ? value() : value(law.loss_unit)},
                 {"data", law.data},
                 {"tokenizer", law.tokenizer},
                 {"architectures", law.architectures},
                 {"compute", law.compute},
                 {"caution", law.caution},
                 {"gives", laws::gives(row)}});
}

/// A template for the fitted range of an input; ? where it is not known.
inline std::string range_text(laws::description const& law, std::string const& path, std::size_t input) {
  std::string const range = path + "inputs/#" + std::to_string(input) + "/range";
  return law.inputs[input].fitted ? "{" + range + "/low:2}..{" + range + "/high:2}" : "?";
}

/// The same of the first input whose name ends so; empty if the law has none.
inline std::string range_text(laws::description const& law, std::string const& path, std::string_view ending) {
  for (std::size_t i = 0; i != law.inputs.size(); ++i)
    if (law.inputs[i].name.ends_with(ending)) return range_text(law, path, i);
  return {};
}

inline std::vector<std::string> law_cells(laws::description const& law, std::size_t place) {
  std::string const path = "#" + std::to_string(place) + "/";
  std::string budget = range_text(law, path, "tokens");
  if (budget.empty()) budget = range_text(law, path, "compute");
  if (!budget.empty() && budget != "?" && budget != range_text(law, path, "tokens")) budget += " FLOPs";
  return {"{" + path + "id}", "{" + path + "gives}", range_text(law, path, "parameters"), budget};
}

}  // namespace detail

/// Every law of the catalogue, a list of objects with the keys of `law_answer`. The first screen has one law of each
/// paper.
inline answer laws_answer() {
  answer made{value::list()};
  std::vector<std::string_view> papers;
  block some{.header = {"law", "gives", "parameters", "tokens or FLOPs"}}, all = some;
  for (std::size_t i = 0; i != laws::catalogue.size(); ++i) {
    laws::description const& law = *laws::catalogue[i].about;
    made.values.append(detail::law_value(laws::catalogue[i]));
    all.rows.push_back(detail::law_cells(law, i));
    if (std::find(papers.begin(), papers.end(), law.paper) != papers.end()) continue;
    papers.push_back(law.paper);
    some.rows.push_back(detail::law_cells(law, i));
  }
  made.say("A law of each paper with what it gives and the ranges that it was fitted on (? not known). `moetric laws "
           "LAW` has "
           "its equation, counts and coefficients. Losses of different laws do not compare.");
  made.show(std::move(some));
  all.title = "All laws:";
  all.shown = screen::all;
  return made.show(std::move(all));
}

/// One law: what it gives, its inputs with definitions and fitted ranges, its coefficients with their sources. Keys:
/// id, title, paper, equation, inputs[]{name, definition, unit, range{low, high} or null}, coefficients[]{name, value,
/// provenance, source, standard_error or null}, loss_unit or null, data, tokenizer, architectures, compute, caution,
/// gives[].
inline answer law_answer(laws::catalogue_row const& row) {
  laws::description const& law = *row.about;
  answer made{detail::law_value(row)};
  made.say("{id}: {title}; gives {gives}");
  made.say("{paper}, {equation}");
  if (!law.caution.empty()) made.say("Caution: {caution}");
  made.say("Fitted on {architectures}" + std::string(law.data.empty() ? "" : "; data {data}") +
           (law.tokenizer.empty() ? "" : "; tokenizer {tokenizer}"));
  if (!law.compute.empty()) made.say("Compute is {compute}");
  block inputs{.header = {"input", "fitted range", "definition"}};
  inputs.rows = rows_of(made.values["inputs"], "inputs", {"{$/name}", "?", "{$/definition}"});
  for (std::size_t i = 0; i != law.inputs.size(); ++i) inputs.rows[i][1] = detail::range_text(law, "", i);
  made.show(std::move(inputs));
  return made.show(coefficients_table(law, screen::all));
}

}  // namespace moetric::v0::report
