#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "moetric/report/plot/from_values.hpp"

namespace moetric::v0::report {

/// Parameters and forward FLOPs by term, of an `account_answer`.
inline picture account_picture(value const& of) {
  picture made{.title = "What " + of["model"].text() + " is made of, at " +
                        detail::short_number(of["sequence_length"].real()) + " tokens a sequence",
               .notes = {"FLOPs by " + of["convention"].text() + ": " + of["rule"].text()}};
  auto const bars = [&](std::string const& name, std::string const& path, std::vector<std::string> const& terms) {
    series all{.name = name, .drawn = mark::bars};
    for (std::size_t i = 0; i != terms.size(); ++i) {
      double const amount = detail::number_at(of, path + "/" + terms[i]);
      if (!std::isnan(amount))
        all.points.push_back({.x = amount, .y = static_cast<double>(i), .label = detail::short_number(amount)});
    }
    return all;
  };
  // The largest first, and those below a thousandth in the text alone.
  auto const largest = [&](std::string const& path) {
    std::vector<std::pair<double, std::string>> terms;
    double all = 0;
    for (object_member const& each : find_at(of, path).content->members()) {
      terms.emplace_back(-each.content.real(), each.name);
      all += each.content.real();
    }
    std::stable_sort(terms.begin(), terms.end(), [](auto const& a, auto const& b) { return a.first < b.first; });
    std::vector<std::string> names;
    for (auto const& [amount, name] : terms)
      if (-amount >= 0.001 * all) names.push_back(name);
    return names;
  };
  auto const stored = largest("parameters_by_term"), counted = largest("forward_flops_by_term");
  made.panels.push_back(
      {.title = "Parameters: " + detail::short_number(detail::number_at(of, "parameters/total")) + " stored, " +
                detail::short_number(detail::number_at(of, "parameters/active")) + " active in a token",
       .x = {.label = "parameters", .unit = "parameters"},
       .y = {.label = "", .unit = "", .names = stored},
       .all = {bars("stored", "parameters_by_term", stored), bars("active", "active_parameters_by_term", stored)}});
  made.panels.push_back(
      {.title = "Forward FLOPs per token: " + detail::short_number(detail::number_at(of, "flops_per_token/forward")),
       .x = {.label = "forward FLOPs", .unit = "FLOPs per token"},
       .y = {.label = "", .unit = "", .names = counted},
       .all = {bars("forward FLOPs", "forward_flops_by_term", counted)}});
  return made;
}

}  // namespace moetric::v0::report
