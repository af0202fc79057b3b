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

/// The correlations of a fit's coefficients, or null: source and numbers below the diagonal, by rows.
inline value correlations_value(laws::description const& law) {
  if (law.correlations.below_diagonal.empty()) return {};
  return object({{"source", law.correlations.source}, {"below_diagonal", law.correlations.below_diagonal, units::one}});
}

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
                 {"correlations", correlations_value(law)},
                 {"fitted_compute", range_value(law.fitted_compute), units::flops},
                 {"fitted_tokens_per_parameter", range_value(law.fitted_tokens_per_parameter), "tokens per parameter"},
                 {"gives", laws::gives(row)}});
}

/// A template for a range that is at a path of the answer; ? for one that is not known.
inline std::string range_text(std::optional<laws::range> const& of, std::string const& path) {
  if (!of) return "?";
  return of->low == 0 ? "to {" + path + "/high:2}" : "{" + path + "/low:2} .. {" + path + "/high:2}";
}
/// The same of the fitted range of an input.
inline std::string range_text(laws::description const& law, std::string const& path, std::size_t input) {
  return range_text(law.inputs[input].fitted, path + "inputs/#" + std::to_string(input) + "/range");
}

/// The same of the first input whose name ends so; empty if the law has none.
inline std::string range_text(laws::description const& law, std::string const& path, std::string_view ending) {
  for (std::size_t i = 0; i != law.inputs.size(); ++i)
    if (law.inputs[i].name.ends_with(ending)) return range_text(law, path, i);
  return {};
}

inline std::vector<std::string> law_cells(laws::description const& law, std::size_t place) {
  std::string const path = "#" + std::to_string(place) + "/";
  std::string parameters = range_text(law, path, "parameters"), budget = range_text(law, path, "tokens");
  if (law.fitted_tokens_per_parameter && budget == "?")
    budget = range_text(law.fitted_tokens_per_parameter, path + "fitted_tokens_per_parameter") + " a parameter";
  if (law.fitted_compute) {
    if (parameters == "?") parameters.clear();
    budget = range_text(law.fitted_compute, path + "fitted_compute") + " FLOPs";
  }
  if (budget.empty()) {
    budget = range_text(law, path, "compute");
    if (!budget.empty() && budget != "?") budget += " FLOPs";
  }
  return {"{" + path + "id}", "{" + path + "gives}", std::move(parameters), std::move(budget)};
}

}  // namespace detail

/// Every law of the catalogue, a list of objects with the keys of `law_answer`, number and paper_number, its place and
/// that of its paper. The first screen has one law of each
/// paper.
inline answer laws_answer() {
  answer made{value::list()};
  constexpr std::size_t most_at_once = 17;
  std::vector<std::string_view> papers;
  std::string others;
  block some{.header = {"law", "gives", "parameters", "tokens or FLOPs"}}, all = some;
  for (std::size_t i = 0; i != laws::catalogue.size(); ++i) {
    laws::description const& law = *laws::catalogue[i].about;
    auto const known = std::find(papers.begin(), papers.end(), law.paper);
    bool const is_first = known == papers.end();
    auto const paper_number = static_cast<std::size_t>(known - papers.begin()) + 1;
    if (is_first) papers.push_back(law.paper);
    value of_law = detail::law_value(laws::catalogue[i]);
    made.values.append(of_law.set("number", i + 1, units::one).set("paper_number", paper_number, units::one));
    all.rows.push_back(detail::law_cells(law, i));
    if (!is_first) continue;
    if (some.rows.size() < most_at_once)
      some.rows.push_back(detail::law_cells(law, i));
    else
      others += (others.empty() ? "Also {#" : ", {#") + std::to_string(i) + "/id}";
  }
  made.say(
      std::to_string(papers.size()) + " of the " + std::to_string(laws::catalogue.size()) +
      " laws, one of each paper, with their fitted ranges (? not known); all with --verbose. `moetric laws LAW` has "
      "the equation and counts of one. Losses of different laws do not compare. Pre-training loss only; says "
      "nothing of downstream scores.");
  made.show(std::move(some));
  if (!others.empty()) made.say(others + ".");
  all.title = "All laws:";
  all.shown = screen::all;
  return made.show(std::move(all));
}

/// One law: what it gives, its inputs with definitions and fitted ranges, its coefficients with their sources. Keys:
/// id, title, paper, equation, inputs[]{name, definition, unit, range{low, high} or null}, coefficients[]{name, value,
/// provenance, source, standard_error or null}, loss_unit or null, data, tokenizer, architectures, compute, caution,
/// fitted_compute and fitted_tokens_per_parameter{low, high} or null, correlations{source, below_diagonal[]} or null,
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
  if (law.fitted_compute) made.say("Fitted on " + detail::range_text(law.fitted_compute, "fitted_compute") + " FLOPs");
  if (law.fitted_tokens_per_parameter)
    made.say("Fitted on " + detail::range_text(law.fitted_tokens_per_parameter, "fitted_tokens_per_parameter") +
             " tokens per parameter");
  made.say("Pre-training loss only; says nothing of downstream scores.");
  made.show(coefficients_table(law, screen::all));
  if (!law.correlations.below_diagonal.empty())
    made.say("Correlations below the diagonal, by rows, of the logarithms where those have a standard error: "
             "{correlations/below_diagonal:5}; from {correlations/source}",
             screen::all);
  return made;
}

}  // namespace moetric::v0::report
