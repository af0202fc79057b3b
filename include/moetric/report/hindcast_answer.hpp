#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/optimum/hindcast.hpp"
#include "moetric/report/crossed.hpp"
#include "moetric/report/trust.hpp"

namespace moetric::v0::report {

namespace detail {

inline value positive_or_null(double number) {
  return number > 0 ? value(number) : value();
}
inline value over_or_null(double number, double said) {
  return number > 0 && said > 0 ? value(number / said) : value();
}

inline value plan_value(optimum::hindcast_plan const& plan) {
  std::string_view const unit = unit_of_input(plan.parameters_name);
  value made = object({{"run", plan.run->name},
                       {"model", plan.run->model},
                       {"law", plan.law},
                       {"compute", plan.compute},
                       {"parameters_name", plan.parameters_name},
                       {"parameters", plan.parameters, unit},
                       {"planned_parameters", plan.planned_parameters, unit},
                       {"tokens", plan.tokens},
                       {"planned_tokens", plan.planned_tokens, units::tokens},
                       {"tokens_over_planned", plan.tokens_over_planned(), units::one}});
  set_trust(made, plan.planned);
  return made;
}

inline value rate_value(optimum::hindcast_rate const& each) {
  return object({{"run", each.run->name},
                 {"law", each.law},
                 {"learning_rate", positive_or_null(each.learning_rate)},
                 {"said_learning_rate", positive_or_null(each.said_learning_rate), units::one},
                 {"learning_rate_over_said", over_or_null(each.learning_rate, each.said_learning_rate), units::one},
                 {"batch_tokens", positive_or_null(each.batch_tokens)},
                 {"said_batch_tokens", positive_or_null(each.said_batch_tokens), units::tokens},
                 {"batch_over_said", over_or_null(each.batch_tokens, each.said_batch_tokens), units::one}});
}

inline value summary_value(optimum::hindcast_summary const& each) {
  return object({{"law", each.law},
                 {"runs", each.runs},
                 {"lowest", positive_or_null(each.lowest), units::one},
                 {"median", positive_or_null(each.median), units::one},
                 {"highest", positive_or_null(each.highest), units::one},
                 {"extrapolated_runs", each.extrapolated, "runs"}});
}

/// Runs and laws of rows in which each run comes once with each law, the laws in one order.
template <class Row, class Cell>
crossed runs_and_laws(std::string title, std::string corner, std::string const& list, std::vector<Row> const& rows,
                      Cell const& cell) {
  crossed made{.title = std::move(title), .corner = std::move(corner)};
  for (std::size_t i = 0; i != rows.size(); ++i) {
    std::string const path = list + "/#" + std::to_string(i) + "/";
    if (rows[i].run == rows.front().run) made.columns.emplace_back(rows[i].law);
    if (i == 0 || rows[i].run != rows[i - 1].run) {
      made.rows.push_back("{" + path + "run}");
      made.entries.emplace_back();
    }
    made.entries.back().push_back(cell(rows[i], path));
  }
  return made;
}

}  // namespace detail

/// What each law would have planned for the budgets of published runs. Keys: compared_plans and extrapolated_plans of
/// runs in the law's family, summary[]{law, runs, lowest, median, highest, extrapolated_runs}, plans[]{run, model, law,
/// compute, parameters_name, parameters, planned_parameters, tokens, planned_tokens, tokens_over_planned, extrapolated,
/// is_prediction, outside_range[], outside_family[]}, rates[]{run, law, learning_rate, said_learning_rate,
/// learning_rate_over_said, batch_tokens, said_batch_tokens, batch_over_said}; null where a run published nothing or a
/// law says nothing.
inline answer hindcast_answer(std::vector<optimum::hindcast_plan> const& plans,
                              std::vector<optimum::hindcast_rate> const& rates) {
  auto const summaries = optimum::summarised(plans);
  value summary = value::list(), plan_list = value::list(), rate_list = value::list();
  for (auto const& each : summaries) summary.append(detail::summary_value(each));
  for (auto const& each : plans) plan_list.append(detail::plan_value(each));
  for (auto const& each : rates) rate_list.append(detail::rate_value(each));
  // A law that the family of a run excludes plans nothing for it.
  std::size_t compared = 0, extrapolated = 0;
  for (optimum::hindcast_summary const& each : summaries) compared += each.runs, extrapolated += each.extrapolated;
  answer made{object({{"compared_plans", compared, "plans"},
                      {"extrapolated_plans", extrapolated, "plans"},
                      {"summary", summary},
                      {"plans", plan_list},
                      {"rates", rate_list}})};

  std::vector<std::size_t> order;
  for (std::size_t i = 0; i != summaries.size(); ++i) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return summaries[a].runs != 0 && (summaries[b].runs == 0 || summaries[a].median < summaries[b].median);
  });
  block table{.header = {"law", "runs of its family", "lowest", "median", "highest", "of these extrapolated"}};
  std::string first, last;
  for (std::size_t const i : order) {
    std::string const path = "summary/#" + std::to_string(i) + "/";
    table.rows.push_back({"{" + path + "law}", "{" + path + "runs}", "{" + path + "lowest?:3}",
                          "{" + path + "median?:3}", "{" + path + "highest?:3}", "{" + path + "extrapolated_runs}"});
    if (summaries[i].runs == 0) continue;
    last = path;
    if (first.empty()) first = path;
  }
  if (!first.empty())
    made.say("Published runs train on {" + first + "median:3} ({" + first + "law}) to {" + last + "median:3} ({" +
             last + "law}) times the tokens that laws plan for the same FLOPs, by the median.");
  made.say("EXTRAPOLATED: {extrapolated_plans} of the {compared_plans} plans of a law for a run of its family are "
           "outside of "
           "what it was fitted on. Over 1: trained for longer, and smaller, than the law's optimum, in the law's own "
           "counts.");
  made.show(std::move(table));
  show(made,
       detail::runs_and_laws("Tokens over planned tokens: ~ outside of the fitted range, in parentheses outside of "
                             "the law's family",
                             "run", "plans", plans, [](optimum::hindcast_plan const& each, std::string const& path) {
                               std::string const cell =
                                   (each.planned.outside_range.empty() ? "{" : "~{") + path + "tokens_over_planned:3}";
                               return each.planned.is_prediction ? cell : "(" + cell + ")";
                             }));
  auto const ratio = [](std::string const& name) {
    return [name](optimum::hindcast_rate const&, std::string const& path) { return "{" + path + name + "?:3}"; };
  };
  show(made, detail::runs_and_laws("Published peak learning rates over those of each law", "run", "rates", rates,
                                   ratio("learning_rate_over_said")));
  show(made, detail::runs_and_laws("Published batches over those of each law", "run", "rates", rates,
                                   ratio("batch_over_said")));
  return made.say("Sources of the runs: moetric models --runs --verbose", screen::all);
}

}  // namespace moetric::v0::report
