#pragma once

#include <cstdint>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "moetric/io/search_result.hpp"
#include "moetric/report/json.hpp"
#include "moetric/report/search_summary.hpp"

/// Searches that JSON requests describe, as answers.
namespace moetric::v0::io {

/// Law, compute and inputs in the place of a request's own.
struct objective_changes {
  std::string law{};                // an id or the path of a fit; empty for the request's own
  std::optional<double> compute{};  // training FLOPs
  std::vector<std::pair<std::string, double>> given{};
};

/// A request with another objective.
inline json with_objective(json request, objective_changes const& changes) {
  if (changes.law.empty() && !changes.compute && changes.given.empty()) return request;
  if (json& own = request.object()["objective"]; !own.is_object()) own = json_object();
  json_object& objective = request.object()["objective"].object();
  if (!changes.law.empty()) {
    objective.erase("measure"), objective.erase("direction");
    objective["law"] = changes.law;
    resolve_law(request, "");
  }
  if (changes.compute) {
    objective.erase("tokens");
    objective["compute"] = *changes.compute;
  }
  if (changes.given.empty()) return request;
  json& given = objective["given"];
  if (!given.is_object()) given = json_object();
  for (auto const& [name, value] : changes.given) given.object()[name] = value;
  return request;
}

/// How a search was made.
struct search_run {
  std::string method = "bounds";  // or exhaustive
  std::optional<double> seconds{};
  std::optional<double> bands{};   // tolerance of near-optimal bands
  stop_token stop_bands{};         // the answer then has the bands that were found
  std::optional<bool> complete{};  // of merged shards; false for a search that was stopped
};

/// How many configurations of some ranges were searched before a search ended or was stopped.
struct searched_part {
  std::uint64_t asked = 0, found = 0;

  searched_part(std::span<search::index_range const> wanted, std::span<search::index_range const> searched) {
    for (search::index_range const& each : wanted) asked += each.size();
    for (search::index_range const& each : searched) found += each.size();
  }
  /// True if some were left out.
  bool cut() const { return found != asked; }
  std::string sentence() const {
    return std::to_string(found) + " of " + std::to_string(asked) +
           " configurations were searched; search the others with --rest and merge both";
  }
};

/// The answer of a search that `search_from(request)` describes. Keys: those of `report::search_answer`.
/// \param most_shown of the best configurations; its JSON is what `merged_search` reads if it is all of them
inline report::answer search_answer(json const& request, search::any_problem const& problem,
                                    search::result const& found, search_run const& run = {},
                                    std::size_t most_shown = ~std::size_t{0}) {
  report::search_summary made = report::summary_of(problem, found, most_shown);
  made.request = fingerprint(request, problem);
  made.asked = canonical_text(request);
  made.digest = digest_of(found);
  made.method = run.method;
  made.seconds = run.seconds;
  made.complete = run.complete;
  if (run.bands) report::add_bands(made, problem, *run.bands, run.stop_bands);
  json_value const objective(*request.find("objective"), "objective");
  auto const law = objective.find("law");
  if (!law) return report::search_answer(made);
  bool const is_fit = law->value().is_object();
  report::add_law(made, problem, is_fit ? "fitted-" + law->at("fitted_form").text() : law->text(),
                  !objective.has("given"));
  if (is_fit) {
    std::vector<std::string>& told = made.law->warnings.emplace();
    for (json_value const& each : law->at("warnings").items()) told.push_back(each.at("sentence").text());
  }
  if (auto const compute = objective.find("compute")) made.compute = compute->real();
  if (auto const tokens = objective.find("tokens")) made.tokens = tokens->real();
  return report::search_answer(made);
}

/// Writes the JSON of `search_answer(request, problem, found, run)` without holding all of it: its best configurations
/// are written one by one.
inline void write_search_answer(std::ostream& to, json const& request, search::any_problem const& problem,
                                search::result const& found, search_run const& run = {}) {
  bool const is_loss = request.find("objective")->find("law") != nullptr;
  report::write_json(
      to, search_answer(request, problem, found, run, 1).values, "best", found.best.size(), [&](std::size_t i) {
        return report::detail::configuration_value(report::detail::shown(problem, found.best[i]), is_loss);
      });
}

}  // namespace moetric::v0::io
