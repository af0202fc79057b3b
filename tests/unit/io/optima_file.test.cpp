#include "catch.hpp"

#include <cmath>

#include "fitted_files.hpp"
#include "json.hpp"
#include "moetric/io/hyper_file.hpp"
#include "moetric/io/optima_file.hpp"
#include "moetric/io/plan_answer.hpp"
#include "moetric/plan/plan.hpp"
#include "scratch.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;

namespace {

// The path of a file of this program, which is gone with it.
std::string written(std::string const& text) {
  static scratch const folder;
  return folder.file("fit.json", text);
}

// 2203.15556 with the coefficients of its third approach, and errors of about a hundredth.
std::string fitted_law(bool identified) {
  auto const coefficient = [identified](char const* name, double value) {
    return "\"" + std::string(name) + "\": {\"value\": " + std::to_string(value) +
           ", \"standard_error\": 0.01, \"held\": false, \"at_bound\": false, \"identified\": " +
           (identified ? "true" : "false") + "}";
  };
  return "{\"fitted_form\": \"chinchilla\", \"coefficients\": {" + coefficient("E", 1.69) + ", " +
         coefficient("A", 406.4) + ", " + coefficient("alpha", .34) + ", " + coefficient("B", 410.7) + ", " +
         coefficient("beta", .28) +
         "}, \"covariance\": [[1e-4, 0, 0, 0, 0], [0, 16, 0, 0, 0], [0, 0, 1e-6, 0, 0], [0, 0, 0, 16, 0], "
         "[0, 0, 0, 0, 1e-6]], \"inputs\": {\"total_parameters\": {\"low\": 1e7, \"high\": 1e9}, \"tokens\": "
         "{\"low\": 1e9, \"high\": 1e11}}, \"measure\": \"ln loss\", \"rmse\": 0.01, \"runs\": 60, "
         "\"fitted_coefficients\": 5, \"confidence\": 0.95, \"condition\": 10, \"converged\": true, \"warnings\": []}";
}

}  // namespace

TEST_CASE("a fitted law of loss decides M and tokens, with draws and a band") {
  std::string const file = written(fitted_law(true));
  plan::recipe_source const s = io::read_source(file, {.compute = 1e20});
  CHECK(s.id == "fit.json");
  // In closed form: N = (alpha·A/(beta·B))^(1/(alpha+beta))·(C/6)^(beta/(alpha+beta)) at C = 1e20·6/8.35, M = 8.35·N.
  plan::recipe const r = s.at(1e20);
  CHECK(std::fabs(r.training_flops_per_token / 4637969379.869975 - 1) < 1e-9);
  CHECK(std::fabs(r.tokens / 21561160027.064148 - 1) < 1e-9);
  CHECK(r.flops_per_active_parameter == 8.35);
  // the loss has risen by 0.1 % at these parts of the optimal N, by bisection in another program
  laws::range const band = s.flops_band(1e20);
  CHECK(std::fabs(band.low / 0.786310217728547 - 1) < 1e-6);
  CHECK(std::fabs(band.high / 1.2732401098020032 - 1) < 1e-6);
  REQUIRE(s.variants.size() == plan::detail::n_draws);
  int above = 0;
  for (auto const& other : s.variants) above += other(1e20).training_flops_per_token > r.training_flops_per_token;
  CHECK(above > 450);
  CHECK(above < 550);
  CHECK(s.flops.fitted.low == 6e16);
}

TEST_CASE("a fit of any form that counts compute decides tokens, and M is what they leave of the budget") {
  auto const source = [](std::string const& form, laws::description const& about, plan::request const& r) {
    return plan::fitted_source(form, io::fitted_law_of(io_json(fitted_file(form, about, 1e-3)), form),
                               plan::experts_of(r), r.unique_tokens);
  };
  plan::request const paper{.compute = 1e20};
  auto const check = [](plan::recipe_source const& s, double optimal_tokens) {
    CHECK(std::fabs(s.at(1e20).tokens / optimal_tokens - 1) < 1e-9);
    CHECK(std::fabs(s.at(1e20).training_flops_per_token * optimal_tokens / 1e20 - 1) < 1e-9);
    CHECK(s.variants.size() == plan::detail::n_draws);
  };
  double const counted = 1e20 * 6 / 8.35;  // of which the laws know, M/N_a being 8.35 there
  check(source("chinchilla", laws::chinchilla::detail::about_tex, paper),
        optimum::at_compute(laws::chinchilla::tex, counted).at.tokens);
  check(source("fine-grained-dense", *laws::fine_grained::dense.about, paper),
        optimum::at_compute(laws::fine_grained::dense, counted).at.tokens);
  check(source("fine-grained", *laws::fine_grained::four_decimals.about, paper),
        optimum::at_compute(laws::fine_grained::four_decimals, counted, {.granularity = 8}).at.tokens);
  check(source("joint-moe", *laws::joint_moe::printed.about, {.compute = 1e20, .n_experts = 64, .top_k = 4}),
        optimum::at_compute(laws::joint_moe::printed, counted, {.expansion_rate = 16}).at.tokens);
  check(source("abnar", *laws::abnar::sparsity.about, paper),
        optimum::at_compute(laws::abnar::sparsity, counted, {1, 1, 280.0 / 288}).at.tokens);
  check(source("data-constrained", *laws::data_constrained::authors.about, {.compute = 1e20, .unique_tokens = 1e9}),
        optimum::at_compute(laws::data_constrained::authors, counted, {.unique_tokens = 1e9}).at.tokens);
  CHECK_THROWS_WITH(source("data-constrained", *laws::data_constrained::authors.about, paper),
                    ContainsSubstring("unique_tokens must be given to plan by law fitted-data-constrained"));
  CHECK_THROWS_WITH(source("clark", *laws::clark::hash.about, paper), ContainsSubstring("the compute that it counts"));
}

TEST_CASE("few runs draw coefficients as wide as their own intervals, by Student's distribution") {
  nlohmann::json few = fitted_file("chinchilla", laws::chinchilla::detail::about_tex, 1e-3);
  few["degrees_of_freedom"] = 3;
  few["runs"] = 8U;  // 5 coefficients leave 3 degrees of freedom, whose 97.5 % is 3.182, not 1.960
  fit::fitted_law const of = io::fitted_law_of(io_json(few), "few");
  fit::visit_law(of, [&](auto const& law) {
    int outside = 0;
    for (auto const& each : fit::drawn_laws(law, of, 10000))
      outside += std::fabs(std::log(laws::detail::to_array(each.k)[0] / laws::detail::to_array(law.k)[0])) > 3.182e-3;
    CHECK(outside > 435);  // of 500 expected, three times their deviation of 22
    CHECK(outside < 565);
  });
  few["runs"] = 5U, few["degrees_of_freedom"] = 0;
  fit::fitted_law const none = io::fitted_law_of(io_json(few), "few");
  fit::visit_law(none, [&](auto const& law) {
    CHECK_THROWS_WITH(fit::drawn_laws(law, none), ContainsSubstring("more runs than coefficients to give an interval"));
  });
}

TEST_CASE("every planned number of a fit has an interval, and its warnings are the plan's") {
  plan::request r{.compute = 1e20};
  r.source = plan::fitted_source(
      "FIT", io::fitted_law_of(io_json(fitted_file("chinchilla", laws::chinchilla::detail::about_tex, 1e-3)), "FIT"),
      plan::experts_of(r));
  plan::complete_plan const p = plan::make(r);
  CHECK(p.spreads.size() == plan::detail::planned_numbers::fields.size());
  CHECK(std::find(p.warnings.begin(), p.warnings.end(), "FIT: a warning of the fit") != p.warnings.end());
  r.source = plan::fitted_source(
      "FIT", io::fitted_law_of(io_json(fitted_file("chinchilla", laws::chinchilla::detail::about_tex, 1e-2)), "FIT"),
      plan::experts_of(r));
  plan::complete_plan const vague = plan::make(r);
  for (std::size_t const i : {0U, 3U, 5U}) {  // tokens, N_a and N follow the fit
    CAPTURE(p.spreads[i].field);
    CHECK(vague.spreads[i].high - vague.spreads[i].low > 3 * (p.spreads[i].high - p.spreads[i].low));
  }
  CHECK_THROWS_WITH(
      plan::make({.compute = 1e20, .unique_tokens = 1e9}),
      ContainsSubstring("unique_tokens must be given only with a source whose law models repeated tokens"));
}

TEST_CASE("a fit that does not identify its coefficients gives no interval, and says so") {
  std::string const file = written(fitted_law(false));
  plan::recipe_source const s = io::read_source(file, {.compute = 1e20});
  CHECK(s.variants.empty());
  CHECK(s.spread == plan::spread_kind::none);
  CHECK_THAT(s.not_known, ContainsSubstring("does not identify every coefficient"));
}

TEST_CASE("a source is a path if it has a dot or a slash, or is a file") {
  CHECK(io::is_path("fit.json"));
  CHECK(io::is_path("./fit"));
  CHECK_FALSE(io::is_path("no-such-file-here"));
}

TEST_CASE("whole numbers of a document stay whole") {
  io::json const of = io::json_object{{"below", -3}, {"above", 3}, {"real", -3.5}};
  report::value const made = io::value_of(of);
  CHECK(made["below"].kind() == report::value::kinds::whole);
  CHECK(made["below"].real() == -3);
  CHECK(made["above"].magnitude() == 3);
  CHECK(made["real"].real() == -3.5);
}

TEST_CASE("optima become power laws; a broken source is refused by key") {
  std::string const file = written(R"({"optima": {"flops_per_active_parameter": [{"compute": 1e18, "value": 16},
    {"compute": 1e20, "value": 7}, {"compute": 1e19, "value": 9.1622776601683795}],
    "expansion_ratio": [{"compute": 1e18, "value": 20}, {"compute": 1e19, "value": 20}, {"compute": 1e20, "value": 20}]}})");
  plan::recipe_source const s = io::read_source(file, {.compute = 1e20});
  // what exceeds 6 is 10, 10^0.5 and 1, so 10^-0.5 at 1e21; (20 - 1) / (289/9 - 1) of active parameters in experts
  CHECK(std::fabs(s.at(1e21).flops_per_active_parameter - (6 + std::pow(10, -.5))) < 1e-9);
  CHECK(std::fabs(s.at(1e21).expert_share - 19 / (289.0 / 9 - 1)) < 1e-9);
  CHECK(s.density.fitted.low == 1e18);
  CHECK(s.density.fitted.high == 1e20);
  CHECK(s.flops.how == provenance::printed);  // M and tokens stay the paper's
  auto const refused = [](std::string const& text, std::string const& words) {
    CHECK_THROWS_WITH(io::read_source(written(text), {.compute = 1e20}), ContainsSubstring(words));
  };
  refused(R"({"laws": 1})", "key 'fitted_form' of ");
  refused(R"({"optima": {}})", "must hold the optima of at least one quantity, but holds none");
  refused(R"({"optima": {"tokens": 3}})", "must be an array, but got 3");
  refused(R"({"optima": {"tokens": [3]}})", "key 'optima.tokens[0]' of ");
  refused(R"({"optima": {"tokens": [{"compute": 1e18}]}})", "key 'optima.tokens[0].value' of ");
  refused(R"({"optima": {"tokens": [{"compute": 1e18, "vaule": 2}]}})",
          "must be one of compute, value, but got 'vaule'; did you mean value?");
  refused(R"({"optima": {"tokens": [{"compute": 1e18, "value": -2}]}})", "key 'optima.tokens[0].value' of ");
}

TEST_CASE("optima of learning rates are read by the same rule for a law of them") {
  auto const refused = [](std::string const& text, std::string const& words) {
    CHECK_THROWS_WITH(io::read_hyper(written(text)), ContainsSubstring(words));
  };
  refused(R"({"optima": {"learning_rate": [{"compute": 1e18, "value": 1e-3, "vaule": 2}]}})",
          "must be one of compute, value, but got 'vaule'; did you mean value?");
  refused(R"({"optima": {"learning_rate": [{"compute": 1e18, "value": 0}]}})",
          "key 'optima.learning_rate[0].value' of ");
}

TEST_CASE("a request of a plan has a budget, a calendar, or a loss with what money needs") {
  io::plan_request asked{.on = {.device = cluster::device_named("h100-sxm")}};
  CHECK_THROWS_WITH(io::plan_answer(asked), ContainsSubstring("--devices and --days must be given"));
  asked.target_loss = 2.5;
  CHECK_THROWS_WITH(io::plan_answer(asked), ContainsSubstring("must be given with --target-loss"));
  CHECK_THROWS_WITH(io::plan_answer({.run = {.compute = 3e20}, .source = "lingg"}), ContainsSubstring("did you mean"));
}
