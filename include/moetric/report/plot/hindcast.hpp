#pragma once

#include <cstddef>
#include <string>

#include "moetric/report/plot/from_values.hpp"

namespace moetric::v0::report {

/// Tokens of published runs over those that each law plans, of a `hindcast_answer`.
inline picture hindcast_picture(value const& of) {
  panel only{.title = "Each mark is a published run of the law's family",
             .x = {.label = "tokens over planned tokens", .unit = "1", .logarithmic = true},
             .y = {.label = "", .unit = ""}};
  series runs{.name = "run", .drawn = mark::points}, same{.name = "as planned", .drawn = mark::vertical};
  same.points.push_back({.x = 1});
  for (object_member const& law : of["summary"].members()) {
    std::string const id = detail::text_at(law.content, "law");
    std::size_t n = 0;
    for (object_member const& plan : of["plans"].members()) {
      if (detail::text_at(plan.content, "law") != id || !detail::flag_at(plan.content, "is_prediction")) continue;
      runs.points.push_back({.x = detail::number_at(plan.content, "tokens_over_planned"),
                             .y = static_cast<double>(only.y.names.size()),
                             .extrapolated = detail::flag_at(plan.content, "extrapolated")});
      ++n;
    }
    if (n != 0) only.y.names.push_back(id);
  }
  only.all = {runs, same};
  picture made{.title = "Published runs against the optimum of each law for their FLOPs", .panels = {only}};
  made.notes.push_back("Right of the line: trained for longer, and smaller, than the law's optimum, in its own counts. "
                       "Sources of the runs: moetric models --runs --verbose.");
  if (made.extrapolates()) made.notes.push_back("Hollow: extrapolated, outside of the law's fitted range.");
  return made;
}

}  // namespace moetric::v0::report
