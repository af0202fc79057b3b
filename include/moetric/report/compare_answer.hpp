#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>
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

/// What the samples of each law show, that of most laws first and without their names.
inline std::string sampled_sources(optimum::comparison const& of, std::vector<std::string> const& names) {
  struct source {
    std::string text, laws;
    std::size_t n = 0;
  };
  std::vector<source> all;
  for (std::size_t i = 0; i != names.size(); ++i) {
    laws::description const& about = *of.verdicts[i].law.about;
    std::string const text = is_users_fit(about) ? "the error of the fit" : optimum::sampled_error(about);
    auto found = std::find_if(all.begin(), all.end(), [&](source const& known) { return known.text == text; });
    if (found == all.end()) found = all.insert(all.end(), {text, {}});
    found->laws += (found->n == 0 ? "" : ", ") + names[i];
    ++found->n;
  }
  std::stable_sort(all.begin(), all.end(), [](source const& a, source const& b) { return a.n > b.n; });
  std::string text = all[0].text;
  for (std::size_t i = 1; i < all.size(); ++i) text += "; of " + all[i].laws + " " + all[i].text;
  return text;
}

inline value sampled_value(optimum::comparison const& among, std::vector<std::string> const& names,
                           compared const& how) {
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
  return object({{"coverage", how.coverage, units::one},
                 {"sources", sampled_sources(among, names)},
                 {"plans", plans},
                 {"regret", regret, units::one}});
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

inline value grid_value(optimum::comparison const& of) {
  std::vector<count> rates, granularities;
  std::size_t sizes = 0;
  auto const add = [](std::vector<count>& all, count each) {
    if (std::find(all.begin(), all.end(), each) == all.end()) all.push_back(each);
  };
  for (optimum::architecture_line const& each : of.lines) {
    add(rates, each.expansion_rate), add(granularities, each.granularity);
    sizes += each.sizes.size();
  }
  return object({{"expansion_rates", rates, units::one},
                 {"granularities", granularities, units::one},
                 {"sizes", sizes, "plans"}});
}

/// The plan of least worst-case regret, and by whose judgement: by that of one law alone it is that law's own optimum.
inline void say_least_worst(answer& made, optimum::comparison const& of) {
  if (of.judges.size() < 2) {
    made.say(
        "With {compute:3} FLOPs ({convention}) no plan is judged by two laws that can predict it, so none is the least "
        "regretted: each law's own optimum follows.");
    return;
  }
  made.say("With {compute:3} FLOPs ({convention}) the least worst plan loses at most {least_worst_regret:%3} of what "
           "is left "
           "to win, by {least_worst_judges}; other laws do not predict it.");
}

/// What each law plans, with intervals over samples of its coefficients.
inline block sampled_table(std::vector<std::string> const& names) {
  block table{.title = "Each law's plan, and where {sampled/coverage:%2} of the samples of its coefficients put it",
              .header = {"law", "architecture", "active", "samples", "tokens", "samples", "times outside"}};
  for (std::size_t i = 0; i != names.size(); ++i) {
    std::string const verdict = "{verdicts/#" + std::to_string(i) + "/",
                      plan = "{sampled/plans/#" + std::to_string(i) + "/";
    auto const both = [&plan](std::string const& what) {
      return plan + what + "/low:3} .. " + plan + what + "/high:3}";
    };
    table.rows.push_back({verdict + "law}", verdict + "plan/architecture}",
                          verdict + "plan/active_non_embedding_parameters:3}", both("active_non_embedding_parameters"),
                          verdict + "plan/tokens:3}", both("tokens")});
  }
  table.header.pop_back();
  return table;
}

/// A command that goes on from the plan of least regret.
inline std::string next_step(optimum::comparison const& of) {
  if (of.judges.size() < 2) return "Next: more laws with --law, or moetric optimum LAW --compute {compute:10}.";
  if (of[of.least_worst].of.n_experts == 0)
    return "Next: moetric hyper compute={compute:10} active_non_embedding_parameters="
           "{least_worst/active_non_embedding_parameters:4} tokens={least_worst/tokens:4} expansion_rate=1";
  return "Next: moetric plan --compute {compute:10} --n-experts {least_worst/n_experts:=} --top-k "
         "{least_worst/top_k:=} --n-shared-experts 0";
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

/// What several laws would buy with one budget, and what following each costs by the others. Keys:
/// least_worst_judges[], grid{expansion_rates[], granularities[], sizes}, compute, convention, compared_laws,
/// extrapolated_laws, most_outside_range (a factor, or null), verdicts[]{law, loss, irreducible, extrapolated,
/// is_prediction, outside_range[], outside_family[], plan}, regret and allocation_regret{followed: {judge: fraction of
/// the reducible loss, or null where not predicted}}, least_worst (a plan), least_worst_regret, second_hand[], sampled
/// or null{coverage, plans{law: {active_non_embedding_parameters, tokens}}, regret{followed: {judge}}}, each interval
/// {low, median, high, failed_samples}. A plan: architecture, d_model, n_layers, n_experts, top_k, d_expert,
/// active_non_embedding_parameters, total_non_embedding_parameters, tokens, at_end_of_grid[].
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
    if (!each.law.about->caution.empty()) one.set("caution", each.law.about->caution);
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
  value judges = value::list();
  for (std::size_t const each : of.judges) judges.append(names[each]);
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
                      {"least_worst_judges", judges},
                      {"grid", detail::grid_value(of)},
                      {"second_hand", second_hand},
                      {"sampled", how.sampled ? detail::sampled_value(of, names, how) : value()}})};

  std::string ends;
  block table{.header = {"law", "loss", "architecture", "d_model", "active", "total", "tokens", "times outside"}};
  if (of.judges.size() > 1) table.rows.push_back(detail::compared_cells("least worst", "", "least_worst", ""));
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
  for (std::size_t i = 0; i != of.verdicts.size(); ++i) {
    laws::description const& about = *of.verdicts[i].law.about;
    if (is_users_fit(about) && !about.caution.empty())
      made.say("CAUTION, {verdicts/#" + std::to_string(i) + "/law}: {verdicts/#" + std::to_string(i) + "/caution}");
  }
  if (extrapolated != 0)
    made.say("EXTRAPOLATED: {extrapolated_laws} of the {compared_laws} laws plan outside of what they were fitted on" +
             std::string(most_outside > 0 ? ", by up to {most_outside_range:3} times." : "."));
  detail::say_least_worst(made, of);
  if (how.sampled != nullptr) {
    made.show(detail::sampled_table(names));
    table.title = "Every plan";
    table.shown = screen::all;
  }
  made.show(std::move(table));
  made.say("E is n_experts / top_k, G is top_k; active and total are non-embedding parameters (N_a, N). Losses of "
           "different laws are on different scales. All plans are shapes of one grid at one count of FLOPs; moetric "
           "optimum LAW has a law's own shapes and FLOPs.");
  if (!ends.empty()) made.say("At an end of the grid, so the best may lie beyond: " + ends + ".");
  if (!second_hand.empty())
    made.say("Second-hand coefficients: {second_hand}.", how.sampled != nullptr ? screen::all : screen::first);
  if (how.sampled != nullptr) made.say("Samples: {sampled/sources}.");
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
  made.say(detail::next_step(of));
  return made;
}

}  // namespace moetric::v0::report
