#pragma once

#include "moetric/plan/compute_split.hpp"
#include "moetric/plan/planned_shape.hpp"

namespace moetric::v0::plan {

/// A shape with another number of heads that the rules give near the plan's budget; its depth differs accordingly.
struct head_alternative {
  head_choice heads;
  shape<> architecture;
  deviation missed;
  std::string why;
};

/// Budgets within this factor of each other see each other's heads as alternatives.
inline constexpr double head_switch_reach = 1.05;

/// The heads other than the plan's that the rules give within 5 % of its budget. None if the user gave heads or layers,
/// or if the budget pays for serving too.
inline std::vector<head_alternative> head_alternatives_of(resolved_request const& r, compute_split const& split,
                                                          real_shape const& chosen) {
  std::vector<head_alternative> all;
  if (r.n_heads || r.n_layers || split.serving) return all;
  std::vector<std::pair<count, count>> known{{chosen.heads.n_heads, chosen.heads.head_dim}};
  auto const consider = [&](double compute, head_table table, std::string const& why) {
    recipe const there = recipe_for(r, r.source.at(compute), compute);
    head_choice const heads = choose_heads(r, compute, targets_for(r, there), table);
    for (auto const& each : known)
      if (each == std::pair{heads.n_heads, heads.head_dim}) return;
    known.emplace_back(heads.n_heads, heads.head_dim);
    real_shape const s = shape_with_heads(r, chosen.wanted, chosen.targets, heads);
    shape<double> const integers = round_shape(r, s, split.training);
    all.push_back(
        {heads, to_integers(integers, r.vocab_size), deviation_of(r.triad_of(integers, s.length), s.targets), why});
  };
  auto const consider_if_feasible = [&](double compute, head_table table, std::string const& why) {
    try {
      consider(compute, table, why);
    } catch (std::invalid_argument const&) {  // heads without a feasible shape are no alternative
    }
  };
  double const compute = split.training;
  consider_if_feasible(compute, head_table::ignored, "by the rule of d_model/n_layers, without Table 4");
  consider_if_feasible(compute / head_switch_reach, head_table::ignored, "the rule's choice for 5 % less compute");
  consider_if_feasible(compute * head_switch_reach, head_table::ignored, "the rule's choice for 5 % more compute");
  for (laws::holistic::scale const& each : laws::holistic::scales)
    if (std::fabs(std::log(compute / each.compute)) < std::log(head_switch_reach))
      consider_if_feasible(each.compute, head_table::used, "Table 4 at " + brief(each.compute));
  return all;
}

}  // namespace moetric::v0::plan
