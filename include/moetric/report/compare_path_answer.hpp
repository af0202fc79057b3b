#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "moetric/report/compare_answer.hpp"

namespace moetric::v0::report {

/// What several laws plan at each of a row of budgets. Keys: convention, laws{law: path[]{compute, loss, extrapolated,
/// is_prediction, architecture, active_non_embedding_parameters, total_non_embedding_parameters, tokens}}.
/// \param names of the laws, as those of `compare_answer`; by default ids
inline answer compare_path_answer(std::vector<optimum::comparison> const& of, compared const& how = {}) {
  value laws = keyed();
  std::size_t const n = of.empty() ? 0 : of[0].verdicts.size();
  for (std::size_t law = 0; law != n; ++law) {
    value path = value::list();
    for (optimum::comparison const& at : of) {
      optimum::verdict const& each = at.verdicts[law];
      value const plan = detail::compared_plan_value(at, each.best);
      path.append(object({{"compute", at.compute},
                          {"loss", each.loss},
                          {"extrapolated", each.of.extrapolated()},
                          {"is_prediction", each.of.is_prediction},
                          {"architecture", plan["architecture"]},
                          {"active_non_embedding_parameters", plan["active_non_embedding_parameters"]},
                          {"total_non_embedding_parameters", plan["total_non_embedding_parameters"]},
                          {"tokens", plan["tokens"]}}));
    }
    laws.set(law < how.names.size() ? std::string_view(how.names[law]) : of[0].verdicts[law].law.about->id,
             std::move(path));
  }
  answer made{object({{"convention", how.convention}, {"laws", std::move(laws)}})};
  made.say("What laws plan from {laws/#0/#0/compute:3} to {laws/#0/#" + std::to_string(of.size() - 1) +
           "/compute:3} FLOPs ({convention}): at the largest budget");
  std::string const end = "/#" + std::to_string(of.size() - 1) + "/";
  std::vector<text_row> rows;
  for (std::size_t i = 0; i != n; ++i) {
    std::string const at = "{laws/#" + std::to_string(i);
    rows.push_back({at + "@}", at + end + "loss:4}", at + end + "architecture}",
                    at + end + "active_non_embedding_parameters:3}", at + end + "tokens:3}",
                    at + end + "extrapolated}"});
  }
  made.show({.header = {"law", "loss", "architecture", "active", "tokens", "extrapolated"}, .rows = std::move(rows)});
  return made.say("Losses of different laws are on different scales. --json has every budget.");
}

}  // namespace moetric::v0::report
