#pragma once

#include <string>

#include "moetric/report/plot/from_values.hpp"

namespace moetric::v0::report {

/// Every convention's training FLOPs beside the reference, of a `conventions_answer`.
inline picture conventions_picture(value const& of) {
  std::string const against = of["against"].text();
  series each_rule{.name = "the convention", .drawn = mark::bars};
  series reference{.name = against, .drawn = mark::vertical};
  double const longest = 1.5 * of["against_training_flops_per_token"].real();  // 6 N of all experts dwarfs the others
  plot_axis rules{.label = "", .unit = ""};
  for (object_member const& each : of["training_flops_per_token"].members()) {
    bool extrapolated = false;
    for (object_member const& other : of["not_counted_by_the_tool_itself"].members())
      extrapolated = extrapolated || other.content.text() == each.name;
    double const amount = each.content.real();
    bool const beyond = amount > longest;
    each_rule.points.push_back({.x = beyond ? longest : amount,
                                .y = static_cast<double>(rules.names.size()),
                                .extrapolated = extrapolated,
                                .label = detail::shown(of["ratios"][each.name], "3") + (beyond ? ": bar cut" : "")});
    rules.names.push_back(each.name);
  }
  reference.points.push_back({.x = of["against_training_flops_per_token"].real()});
  picture made{.title = "Training FLOPs of " + of["model"].text() + " by each tool's and paper's rule, at " +
                        detail::short_number(of["sequence_length"].real()) + " tokens",
               .panels = {{.title = "",
                           .x = {.label = "training FLOPs", .unit = "FLOPs per token"},
                           .y = rules,
                           .all = {each_rule, reference}}}};
  made.notes.push_back("Numbers at the bars: ratio to " + against + ".");
  if (made.extrapolates())
    made.notes.push_back("Extrapolated (hatched): the tool itself does not print this number; its rule is applied "
                         "beyond the models that it counts, or it has a known bug.");
  return made;
}

}  // namespace moetric::v0::report
