#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "moetric/report/plot/from_values.hpp"

namespace moetric::v0::report {

/// The near-optimal bands of a plan, and what other sources would buy, of a `plan_answer`.
inline picture plan_picture(value const& of) {
  picture made{.title = "A plan for " + detail::shown(of["compute"]["requested"], "3") + " FLOPs by " +
                        of["source"].text() + ": how far its numbers may move"};
  panel bands{.title = "Near-optimal band over the planned value",
              .x = {.label = "value over planned value", .unit = "1", .logarithmic = true},
              .y = {.label = "", .unit = ""}};
  series within{.name = "band", .drawn = mark::bars}, planned{.name = "planned", .drawn = mark::vertical};
  std::string laws;
  for (object_member const& each : of["bands"].members()) {
    double const low = detail::number_at(each.content, "low"), best = detail::number_at(each.content, "best"),
                 high = detail::number_at(each.content, "high");
    if (!(low > 0 && best > 0 && high > 0)) continue;
    within.points.push_back({.x = 1,
                             .y = static_cast<double>(bands.y.names.size()),
                             .low = low / best,
                             .high = high / best,
                             .label = detail::short_number(low) + " to " + detail::short_number(high)});
    bands.y.names.push_back(detail::in_words(each.name) + " " + detail::short_number(best));
    std::string const law = detail::text_at(each.content, "law");
    if (laws.find(law) == std::string::npos) laws += (laws.empty() ? "" : ", ") + law;
  }
  planned.points.push_back({.x = 1});
  bands.all = {within, planned};
  if (!within.points.empty()) made.panels.push_back(bands);

  auto const by_source = [&](std::string const& title, plot_axis x,
                             std::vector<std::pair<std::string, std::string>> const& what) {
    panel next{.title = title, .x = std::move(x), .y = {.label = "", .unit = ""}};
    for (auto const& [name, key] : what) next.all.push_back({.name = name, .drawn = mark::points});
    for (object_member const& each : of["sources"].members()) {
      for (std::size_t i = 0; i != what.size(); ++i)
        next.all[i].points.push_back({.x = detail::number_at(each.content, what[i].second),
                                      .y = static_cast<double>(next.y.names.size()),
                                      .extrapolated = !each.content["outside"].empty()});
      next.y.names.push_back(detail::text_at(each.content, "source"));
    }
    if (!next.y.names.empty()) made.panels.push_back(std::move(next));
  };
  by_source("What each source would buy",
            {.label = "non-embedding parameters", .unit = "parameters", .logarithmic = true},
            {{"active N_a", "active_non_embedding_parameters"}, {"total N", "total_non_embedding_parameters"}});
  by_source("", {.label = "tokens", .unit = "", .logarithmic = true}, {{"tokens", "tokens"}});
  if (!laws.empty()) made.notes.push_back("Bands by: " + laws + "; the diamond is the planned value.");
  if (made.extrapolates()) made.notes.push_back("Hollow: extrapolated, the source was not fitted there.");
  return made;
}

}  // namespace moetric::v0::report
