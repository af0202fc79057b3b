#include "moetric/plan/design.hpp"
#include "catch.hpp"
#include "moetric/report/design_answer.hpp"
#include "moetric/report/text.hpp"
#include "units.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("a design's answer has its runs, their cost and what fewer scales leave of the certainty") {
  plan::design_request const paper;
  std::vector<plan::design> const parts = plan::design_parts("1", paper);
  report::answer const made = report::design_answer(paper, parts, 3e21);
  CHECK(made.values["run_count"].magnitude() == 216 + 49);  // 2603.21862, Sec. 5.1 and Table 15
  CHECK(made.values["runs"].size() == 265);
  CHECK(made.values["runs"].members()[0].content["phase"].text() == "grid");
  CHECK(made.values["smaller_designs"].size() == 4);
  CHECK(made.values["smaller_designs"].members()[3].content["scales"].magnitude() == 3);
  CHECK(without_unit(made.values).empty());
  CHECK_THAT(to_text(made), ContainsSubstring("265 runs"));
  std::string const csv = report::design_csv(made);
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 266);
  CHECK(csv.starts_with("phase,stem,seed,proxy,compute,training_flops_per_token,"));
}

TEST_CASE("the reductions of a design and the groups of a budget are answers") {
  plan::design_request paper;
  report::answer const size = report::design_size_answer(paper, plan::design_parts("all", paper));
  CHECK(size.values["full_grid_runs"].real() == 6 * 6 * 6 * 9);
  CHECK(size.values["steps"].members()[0].content["dimensions"].magnitude() == 16);
  CHECK(without_unit(size.values).empty());
  CHECK_THAT(to_text(size), ContainsSubstring("1,944") && ContainsSubstring("full grid"));

  plan::budget_design const bought = plan::design_within_budget(paper, {}, 1e21, 1e22);
  CHECK(bought.before.empty());
  CHECK(bought.runs.flops() <= 1e21 * (1 + 1e-9));
  report::answer const budget = report::budget_answer(bought, paper.isoflop_sizes, 1e21, 1e22);
  CHECK(without_unit(budget.values).empty());
  CHECK(budget.values["half_width_before"].kind() == report::value::kinds::nothing);
  CHECK(budget.values["runs"].size() == budget.values["group_count"].magnitude() * 7);
  std::vector<plan::scale_group> const one{{1e18}};  // gives no interval
  report::answer const next =
      report::budget_answer(plan::design_within_budget(paper, one, 1e21, 1e22), paper.isoflop_sizes, 1e21, 1e22);
  CHECK_THAT(to_text(next, {.width = 400}), ContainsSubstring("interval before unbounded, then"));
  CHECK_THAT(to_text(next, {.width = 400}), ContainsSubstring("losses are not read"));
  CHECK(next.values["groups_before"].members()[0].content["runs"].real() == 7);  // a full group, as the paper's
  CHECK(without_unit(next.values).empty());
  CHECK_THROWS_WITH(plan::design_within_budget(paper, {}, -1, 1e22), ContainsSubstring("budget must be positive"));
  CHECK_THROWS_WITH(plan::design_parts("3", paper), ContainsSubstring("phase must be one of all, pilot, 0"));
}

TEST_CASE("an iteration that left its band says so, with the next runs") {
  plan::design_request const paper;
  plan::iteration const round{{{1e18, 2e8, 3e8, 2.9e8, 3.1e8}}, "M within a band"};
  report::answer const made = report::iteration_answer(round, "holistic", "fit", paper, {}, 1e21);
  CHECK(made.values["iteration"]["ended"].flag() == false);
  CHECK_THAT(to_text(made), ContainsSubstring("outside") && ContainsSubstring("+50 %"));
  CHECK(without_unit(made.values).empty());
}

TEST_CASE("CSV quotes texts that need it") {
  report::value rows = report::value::list();
  rows.append(report::object({{"a", "x, \"y\""}, {"b", 1e18}, {"c", 5}, {"d", report::value()}}));
  CHECK(report::to_csv({"a", "b", "c", "d"}, rows) == "a,b,c,d\n\"x, \"\"y\"\"\",1e+18,5,\n");
}
