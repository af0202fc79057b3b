#pragma once

#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/optimum/regret.hpp"
#include "moetric/report/crossed.hpp"
#include "moetric/report/trust.hpp"

namespace moetric::v0::report {

/// How a comparison was asked: what its answer repeats.
struct compared {
  std::string_view convention = "matmul-causal-half";
  std::vector<std::string> names = {};                   // of the laws, in the order of the verdicts; by default ids
  optimum::sampled_comparison const* sampled = nullptr;  // with intervals
  double coverage = 0.8;                                 // of the intervals
};

namespace detail {

inline value number_or_null(double number) {
  return std::isnan(number) ? value() : value(number);
}

inline value compared_plan_value(optimum::comparison const& of, optimum::choice plan) {
  optimum::sized_plan const& p = of.lines[plan.line].sizes[plan.size];
  parameter_counts const counts = count_parameters(to_model(p.of));
  return object({{"architecture", of.lines[plan.line].name},
                 {"d_model", p.of.d_model},
                 {"n_layers", p.of.n_layers()},
                 {"n_experts", p.of.n_experts},
                 {"top_k", p.of.top_k},
                 {"d_expert", p.of.d_expert},
                 {"active_non_embedding_parameters", counts.active_non_embedding},
                 {"total_non_embedding_parameters", counts.non_embedding},
                 {"tokens", p.tokens},
                 {"at_end_of_grid", optimum::ends_of_grid(of, plan)}});
}

inline value matrix_value(std::vector<std::string> const& names, std::vector<std::vector<double>> const& regret) {
  value rows = keyed();
  for (std::size_t i = 0; i != names.size(); ++i) {
    value row = keyed();
    for (std::size_t j = 0; j != names.size(); ++j) row.set(names[j], number_or_null(regret[i][j]));
    rows.set(names[i], row);
  }
  return rows;
}

inline value interval_value(optimum::uncertain const& within) {
  return object({{"low", number_or_null(within.low)},
                 {"median", number_or_null(within.median)},
                 {"high", number_or_null(within.high)},
                 {"failed_samples", within.failed}});
}

inline value sampled_value(std::vector<std::string> const& names, compared const& how) {
  value plans = keyed(), regret = keyed();
  optimum::sampled_comparison const& of = *how.sampled;
  for (std::size_t i = 0; i != of.plans.size(); ++i) {
    plans.set(names[i],
              object({{"active_non_embedding_parameters", interval_value(of.plans[i].active_non_embedding_parameters)},
                      {"tokens", interval_value(of.plans[i].tokens)}}));
    value row = keyed();
    for (std::size_t j = 0; j != of.plans.size(); ++j) row.set(names[j], interval_value(of.regret[i][j]));
    regret.set(names[i], row);
  }
  return object({{"coverage", how.coverage, units::one}, {"plans", plans}, {"regret", regret, units::one}});
}

/// A matrix of regrets at a path of the answer: a cell is `{path/#i/#j/...}` for each of the suffixes, or - for NaN.
inline crossed regret_table(std::string title, std::vector<std::string> const& names, std::string const& path,
                            value const& matrix, bool interval) {
  crossed made{.title = std::move(title), .corner = "following \\ judged by", .columns = names};
  for (std::size_t i = 0; i != names.size(); ++i) {
    std::string const row = path + "/#" + std::to_string(i);
    made.rows.push_back("{" + row + "@}");
    made.entries.emplace_back();
    for (std::size_t j = 0; j != names.size(); ++j) {
      std::string const cell = row + "/#" + std::to_string(j);
      value const& content = matrix.members()[i].content.members()[j].content;
      value const& number = interval ? content["low"] : content;
      made.entries.back().push_back(number.kind() == value::kinds::nothing ? "-"
                                    : interval ? "{" + cell + "/low:%2} .. {" + cell + "/high:%2}"
                                               : "{" + cell + ":%3}");
    }
  }
  return made;
}

inline std::vector<std::string> compared_cells(std::string name, std::string loss, std::string const& plan,
                                               std::string outside) {
  return {std::move(name),
          std::move(loss),
          "{" + plan + "/architecture}",
          "{" + plan + "/d_model}",
          "{" + plan + "/active_non_embedding_parameters:3}",
          "{" + plan + "/total_non_embedding_parameters:3}",
          "{" + plan + "/tokens:3}",
          std::move(outside)};
}

}  // namespace detail

/// What several laws would buy with one budget, and what following each costs by the others. Keys: compute, convention,
/// compared_laws, extrapolated_laws, most_outside_range (a factor, or null), verdicts[]{law, loss, irreducible,
/// extrapolated, is_prediction, outside_range[], outside_family[], plan}, regret and allocation_regret{followed:
/// {judge: fraction of the reducible loss, or null where not predicted}}, least_worst (a plan), least_worst_regret,
/// second_hand[], sampled or null{coverage, plans{law: {active_non_embedding_parameters, tokens}}, regret{followed:
/// {judge}}}, each interval {low, median, high, failed_samples}. A plan: architecture, d_model, n_layers, n_experts,
/// top_k, d_expert, active_non_embedding_parameters, total_non_embedding_parameters, tokens, at_end_of_grid[].
inline answer compare_answer(optimum::comparison const& of, compared how = {}) {
  std::vector<std::string>& names = how.names;
  value verdicts = value::list(), second_hand = value::list();
  std::size_t extrapolated = 0;
  double most_outside = 0;
  for (std::size_t i = 0; i != of.verdicts.size(); ++i) {
    optimum::verdict const& each = of.verdicts[i];
    if (names.size() == i) names.emplace_back(each.law.about->id);
    value one = object({{"law", names[i]}, {"loss", each.loss}, {"irreducible", each.law.irreducible()}});
    set_trust(one, each.of, &*each.law.about);
    if (each.of.extrapolated()) ++extrapolated;
    for (laws::extrapolation const& outside : each.of.outside_range)
      most_outside = std::fmax(most_outside, outside.factor);
    verdicts.append(one.set("plan", detail::compared_plan_value(of, each.best)));
    for (laws::coefficient const& number : each.law.about->coefficients)
      if (number.how == provenance::second_hand) {
        second_hand.append(names[i]);
        break;
      }
  }
  answer made{object({{"compute", of.compute},
                      {"convention", how.convention},
                      {"compared_laws", names.size(), "laws"},
                      {"extrapolated_laws", extrapolated, "laws"},
                      {"most_outside_range", most_outside > 0 ? value(most_outside) : value(), units::one},
                      {"verdicts", verdicts},
                      {"regret", detail::matrix_value(names, of.regret), units::one},
                      {"allocation_regret", detail::matrix_value(names, of.allocation_regret), units::one},
                      {"least_worst", detail::compared_plan_value(of, of.least_worst)},
                      {"least_worst_regret", of.least_worst_regret, units::one},
                      {"second_hand", second_hand},
                      {"sampled", how.sampled ? detail::sampled_value(names, how) : value()}})};

  made.say(
      "With {compute:3} FLOPs ({convention}) the plan of least worst-case regret loses at most {least_worst_regret:%3} "
      "of what is left to win, by every law that models experts and predicts this plan.");
  std::string ends;
  block table{.header = {"law", "loss", "architecture", "d_model", "active", "total", "tokens", "times outside"}};
  table.rows.push_back(detail::compared_cells("least worst", "", "least_worst", ""));
  block reasons{.shown = screen::all};
  for (std::size_t i = 0; i != of.verdicts.size(); ++i) {
    std::string const path = "verdicts/#" + std::to_string(i) + "/";
    auto const& outside = of.verdicts[i].of.outside_range;
    std::string const farthest = path + "outside_range/#" + std::to_string(farthest_outside(outside)) + "/factor";
    std::string times;
    if (!outside.empty()) {
      laws::extrapolation const& most = outside[farthest_outside(outside)];
      times = !most.fitted ? "not known" : most.factor == 0 ? "is 0" : "{" + farthest + ":3}";
    }
    table.rows.push_back(
        detail::compared_cells("{" + path + "law}", "{" + path + "loss:5}", path + "plan", std::move(times)));
    if (!verdicts.members()[i].content["plan"]["at_end_of_grid"].empty())
      ends += (ends.empty() ? "{" : "; {") + path + "law} ({" + path + "plan/at_end_of_grid})";
    if (std::string const text = trust_text(of.verdicts[i].of, path.substr(0, path.size() - 1)); !text.empty())
      reasons.rows.push_back({"{" + path + "law}: " + text});
  }
  if (extrapolated != 0)
    made.say("EXTRAPOLATED: {extrapolated_laws} of the {compared_laws} laws plan outside of what they were fitted on" +
             std::string(most_outside > 0 ? ", by up to {most_outside_range:3} times." : "."));
  made.show(std::move(table));
  made.say("E is the expansion rate (n_experts / top_k), G the granularity (experts that a token uses); active and "
           "total are "
           "non-embedding parameters (N_a, N). Losses of different laws are on different scales.");
  if (!ends.empty()) made.say("At an end of the grid, so the best may lie beyond: " + ends + ".");
  if (!second_hand.empty()) made.say("Second-hand coefficients: {second_hand}.");
  if (how.sampled != nullptr) {
    block plans{.title = "Within published digits, standard errors or the error of a fit, for {sampled/coverage:%2} of "
                         "samples",
                .header = {"law", "active, low", "high", "tokens, low", "high"},
                .shown = names.size() > 4 ? screen::all : screen::first};
    plans.rows = rows_of(made.values["sampled"]["plans"], "sampled/plans",
                         {"{$@}", "{$/active_non_embedding_parameters/low}", "{$/active_non_embedding_parameters/high}",
                          "{$/tokens/low}", "{$/tokens/high}"});
    made.show(std::move(plans));
  }
  show(made, detail::regret_table("Regret of following the whole plan, of what is left to win by the judge (- where it "
                                  "predicts no such model)",
                                  names, "regret", made.values["regret"], false));
  show(made, detail::regret_table("Regret of following its size and tokens alone, in the judge's architecture", names,
                                  "allocation_regret", made.values["allocation_regret"], false));
  if (how.sampled != nullptr)
    show(made, detail::regret_table("Regret of following the whole plan, over the samples", names, "sampled/regret",
                                    made.values["sampled"]["regret"], true));
  if (!reasons.rows.empty()) {
    reasons.title = "Outside of ranges and families";
    made.show(std::move(reasons));
  }
  return made.say("Next: moetric plan --compute {compute:10}, a shape with its learning rate, batch and memory.");
}

}  // namespace moetric::v0::report
