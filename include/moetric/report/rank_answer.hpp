#pragma once

#include <string>
#include <vector>

#include "moetric/fit/rank.hpp"
#include "moetric/report/answer.hpp"
#include "moetric/report/unit.hpp"

namespace moetric::v0::report {

/// Whether a proxy ranks configurations as their losses do.
/// Keys: preserved, proxy_choice, best_run (from 1), regret, spread, pearson{value, p}, spearman{value, p, exact_p of
/// few runs}, kendall{value, p}, r_squared; of a pilot's triads also triads[], their names.
/// \param triads of a pilot; empty for single runs
inline answer rank_answer(fit::rank_preservation const& of, std::vector<std::string> const& triads = {}) {
  auto const test = [](fit::correlation_test const& each) {
    return object({{"value", each.value, units::one}, {"p", each.p, units::one}});
  };
  answer made;
  made.values = object({{"preserved", of.preserved},
                        {"proxy_choice", of.proxy_best + 1, units::one},
                        {"best_run", of.best + 1, units::one},
                        {"regret", of.regret, units::nats_per_token},
                        {"spread", of.spread, units::nats_per_token},
                        {"pearson", test(of.pearson)},
                        {"spearman", test(of.spearman)},
                        {"kendall", test(of.kendall)},
                        {"r_squared", of.r_squared}});
  if (!triads.empty()) made.values.set("triads", triads);
  auto const named = [&](std::size_t place, char const* number) {
    return triads.empty() ? "run {" + std::string(number) + "}" : "{triads/#" + std::to_string(place) + "}";
  };
  made.say("ranks are " + std::string(of.preserved ? "preserved" : "not preserved") + ": the proxy chooses " +
           named(of.proxy_best, "proxy_choice") + ", the best is " + named(of.best, "best_run") +
           "; the regret is {regret}, the spread of losses {spread}");
  block table{.header = {"", "value", "p, two-sided"},
              .rows = {{"Pearson r", "{pearson/value}", "{pearson/p:3}"},
                       {"Spearman rho", "{spearman/value}", "{spearman/p:3}"},
                       {"Kendall tau", "{kendall/value}", "{kendall/p:3}"},
                       {"R^2", "{r_squared}", ""}}};
  if (of.spearman.exact_p != 0) {
    value exact = made.values["spearman"];
    made.values.set("spearman", exact.set("exact_p", of.spearman.exact_p, units::one));
    table.rows.insert(table.rows.begin() + 2, {"  exact, over all permutations", "", "{spearman/exact_p:3}"});
  }
  return made.show(table);
}

}  // namespace moetric::v0::report
