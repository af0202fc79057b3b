#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "moetric/laws/allocation.hpp"
#include "moetric/optimum/question.hpp"
#include "moetric/report/sampled_law.hpp"
#include "moetric/report/trust.hpp"

/// A law's optimum over a range of budgets.
namespace moetric::v0::report {

/// Budgets from `low` to `high`, n of them, at equal ratios.
inline std::vector<double> budgets_between(double low, double high, std::size_t n) {
  moetric::detail::require_positive("compute", low);
  moetric::detail::require_positive("compute", high);
  if (!(low < high) || n < 2) moetric::detail::invalid("moetric: compute must be given from a lower to a higher value");
  std::vector<double> all;
  for (std::size_t i = 0; i != n; ++i) {
    double const share = static_cast<double>(i) / static_cast<double>(n - 1);
    all.push_back(i == 0 ? low : i + 1 == n ? high : low * std::pow(high / low, share));
  }
  return all;
}

namespace detail {

inline answer path_answer(laws::description const& about, std::vector<std::string> const& quantities, value path,
                          value const& unknown_ranges) {
  answer made{object({{"law", about.id},
                      {"title", about.title},
                      {"paper", about.paper},
                      {"compute_counts", about.compute.empty() ? value() : value(about.compute)},
                      {"fitted_compute", range_value(about.fitted_compute), units::flops},
                      {"unknown_ranges", unknown_ranges},
                      {"quantities", quantities},
                      {"path", std::move(path)}})};
  made.say("The optima of {law} by budget: {title} ({paper})");
  text_row header{"compute"};
  text_row cells{"{$/compute:3}"};
  for (std::string const& each : quantities) {
    header.push_back(each);
    cells.push_back("{$/" + each + ":4}");
  }
  header.push_back("extrapolated");
  cells.push_back("{$/extrapolated}");
  std::vector<text_row> const all = rows_of(made.values["path"], "path", cells);
  std::vector<text_row> some;
  std::size_t const step = all.size() / 16 + 1;
  for (std::size_t i = 0; i < all.size(); i += step) some.push_back(all[i]);
  bool const hides = some.size() != all.size();
  made.show({.header = header, .rows = std::move(some)});
  if (!about.compute.empty()) made.say("Compute is {compute_counts}");
  if (hides) made.show({.title = "Every budget", .header = header, .rows = all, .shown = screen::all});
  return made;
}

}  // namespace detail

/// The optima of a law of the loss. Keys: law, title, paper, compute_counts or null, fitted_compute{low, high} or null,
/// unknown_ranges[] (inputs whose fitted range is not known), quantities[] (the keys of a point's numbers: the law's
/// inputs and loss), path[]{compute, the inputs, loss, extrapolated, is_prediction; with samples NAME_low and NAME_high
/// of parameters, tokens and loss}, and with samples coverage and sampled. \throws std::invalid_argument as
/// `optimum::solve`
inline answer optimum_path_answer(laws::any_law const& law, optimum::question asked, std::vector<double> const& compute,
                                  sampled_law const& sampled = {}) {
  laws::description const& about = *law.about;
  value path = value::list(), unknown = value::list();
  std::vector<std::string> quantities;
  for (laws::input const& each : about.inputs) quantities.emplace_back(each.name);
  quantities.emplace_back("loss");
  for (double const each : compute) {
    asked.compute = each;
    optimum::solution const best = optimum::solve(law, asked);
    unknown = unknown_ranges(best.outside_range);
    value at = object({{"compute", best.compute}});
    for (std::size_t i = 0; i != best.at.size(); ++i)
      at.set(about.inputs[i].name, best.at[i], unit_of_input(about.inputs[i].name, &about));
    at.set("loss", best.loss).set("extrapolated", best.extrapolated()).set("is_prediction", best.is_prediction);
    if (!sampled.samples.empty())
      for (optimum::solution_interval const& one :
           optimum::intervals_of(law, asked, best, sampled.samples, sampled.coverage)) {
        std::string_view const unit = unit_of_input(one.name, &about);
        at.set(one.name + "_low", one.within.low, unit).set(one.name + "_high", one.within.high, unit);
      }
    path.append(std::move(at));
  }
  answer made = detail::path_answer(about, quantities, std::move(path), unknown);
  if (sampled.samples.empty()) return made;
  made.values.set("coverage", sampled.coverage, units::one).set("sampled", sampled.source);
  return made.say("--json has intervals of {coverage:%2} by samples of: {sampled}");
}

/// The same of a law that divides a budget and gives no loss; its quantities are parameters and tokens.
inline answer optimum_path_answer(laws::allocation const& law, std::vector<double> const& compute) {
  value path = value::list(), unknown = value::list();
  std::vector<std::string> const quantities{std::string(law.parameters_name), "tokens"};
  for (double const each : compute) {
    laws::evaluation trust;
    trust.outside_range = laws::outside_range(*law.about, std::array{each});
    unknown = unknown_ranges(trust.outside_range);
    path.append(object({{"compute", each},
                        {law.parameters_name, law.parameters(each), unit_of_input(law.parameters_name, &*law.about)},
                        {"tokens", law.tokens(each)},
                        {"extrapolated", trust.extrapolated()},
                        {"is_prediction", trust.is_prediction}}));
  }
  return detail::path_answer(*law.about, quantities, std::move(path), unknown);
}

}  // namespace moetric::v0::report
