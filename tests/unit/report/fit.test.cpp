#include <cmath>

#include "catch.hpp"
#include "moetric/report/fit_answer.hpp"
#include "moetric/report/json.hpp"
#include "moetric/report/optima_answer.hpp"
#include "moetric/report/rank_answer.hpp"
#include "moetric/report/text.hpp"
#include "units.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::WithinRel;

namespace {

// Besiroglu et al. (2404.10102) at 8 x 8 sizes and lengths, with an error of .2 % that has no pattern.
fit::runs const& runs() {
  static fit::runs const all = [] {
    fit::runs made{{"total_parameters", "tokens"}, {{}, {}}, {}};
    for (int i = 0; i != 64; ++i) {
      double const n = 6e7 * std::pow(2.1, i / 8), d = 1e9 * std::pow(2.4, i % 8);
      made.columns[0].push_back(n), made.columns[1].push_back(d);
      made.loss.push_back((1.81686 + 482.00572 * std::pow(n, -.34781) + 2085.4342 * std::pow(d, -.36585)) *
                          (1 + .002 * std::sin(12.9898 * i * i)));
    }
    return made;
  }();
  return all;
}

}  // namespace

TEST_CASE("a fit's answer holds what its file holds, and what the text shows") {
  fit::any_form const& form = fit::require_form("besiroglu");
  CHECK(form.id == "chinchilla");
  fit::setup const how = fit::setup_of(form);
  fit::law_fit const found = fit::fit_law(form, runs(), how, fit::bootstrap_options{.samples = 30});
  report::fit_details const details{
      .compute = {1e21},
      .held_out = report::held_out_runs{"tokens",
                                        fit::hold_out_largest(*form.to_fit, *form.about, runs(), how, "tokens", 0.25)},
      .residuals = true};
  report::answer const made = report::fit_answer(found, details);
  report::value const& v = made.values;
  CHECK(v["fitted_form"].text() == "chinchilla");
  CHECK(v["method"].text() == "Huber's function, delta 1e-3, of ln loss");
  CHECK(v["coefficients"]["alpha"]["low"].real() < .34781);
  CHECK(v["coefficients"]["alpha"]["high"].real() > .34781);
  CHECK(v["bootstrap"]["samples"].magnitude() == 30);
  CHECK(v["draws"].size() == 30);
  CHECK(v["optimum"]["interval_from"].text() == "bootstrap");
  CHECK(v["optimum"]["tokens"]["low"].real() < v["optimum"]["tokens"]["high"].real());
  CHECK(v["hold_out"]["runs"].magnitude() == 16);
  CHECK(v["residuals"].size() == 64);
  CHECK(v["seed_noise"].kind() == report::value::kinds::nothing);  // no runs repeat
  CHECK(without_unit(v).empty());
  std::string const first = to_text(made), all = to_text(made, {.all = true});
  CHECK(std::count(first.begin(), first.end(), '\n') <= 24);
  CHECK_THAT(first, ContainsSubstring("fitted to 64 runs") && ContainsSubstring("95 %"));
  CHECK_THAT(all, ContainsSubstring("condition of the design") && ContainsSubstring("residual"));
  CHECK_THROWS_WITH(fit::optimum_of(fit::fit_law(fit::require_form("chinchilla"), runs(), how), 0),
                    ContainsSubstring("compute must be positive"));
}

TEST_CASE("a setup is changed by name, within its rules") {
  fit::any_form const& form = fit::require_form("chinchilla");
  fit::setup const squares = fit::setup_of(form, {.huber = 0, .held = {{"E", 1.8}}});
  CHECK(fit::method_of(form, squares) == "squares of ln loss");
  CHECK(fit::method_of(form, fit::setup_of(form, {.huber = 0.5})) == "Huber's function, delta 0.5, of ln loss");
  CHECK(fit::fit_law(form, runs(), squares).found.of.fitted == 4);
  auto const refused = [&](fit::setup_changes const& changes, char const* sentence) {
    CHECK_THROWS_WITH(fit::setup_of(form, changes), ContainsSubstring(sentence));
  };
  refused({.huber = -1}, "huber must not be negative, but got -1");
  refused({.confidence = 1}, "confidence must be above 0 and below 1, but got 1");
  refused({.held = {{"gamma", 1}}}, "a coefficient to hold must be one of E, A, alpha");
  refused({.held = {{"A", -1}}}, "A must be positive and finite, but got -1");
  CHECK(fit::without_highest_loss(runs(), 5).size() == 59);
  CHECK_THROWS_WITH(fit::without_highest_loss(runs(), 64), ContainsSubstring("must leave some of 64 runs"));
}

TEST_CASE("two files of the same runs share their law") {
  fit::any_form const& form = fit::require_form("chinchilla");
  fit::setup const how = fit::setup_of(form);
  auto const found = fit::test_consistency(*form.to_fit, *form.about, runs(), runs(), how, {"alpha", "beta"});
  report::answer const made = report::consistency_answer(form, found, {"a.csv", "b.csv"}, 0.05, 0.95);
  CHECK(made.values["verdict"].text() == "shared");
  CHECK(made.values["differences"]["alpha"]["difference"].real() == 0);
  CHECK(without_unit(made.values).empty());
  CHECK_THAT(to_text(made), ContainsSubstring("verdict: shared"));
}

TEST_CASE("optima over compute are answers") {
  // learning rates of 2401.02954, figure 3: 0.3118 C^-0.1250
  std::vector<double> const compute{1e17, 1e18, 1e19, 1e20};
  std::vector<double> rates;
  for (double const c : compute) rates.push_back(0.3118 * std::pow(c, -0.1250));
  report::answer const rate =
      report::power_law_answer(fit::fit_power_law(compute, rates), "compute", "learning_rate", 0.95);
  CHECK_THAT(rate.values["exponent"]["value"].real(), WithinRel(-0.1250, 1e-9));
  CHECK_THAT(to_text(rate), ContainsSubstring("learning_rate of compute") && ContainsSubstring("0.3118"));
  CHECK(without_unit(rate.values).empty());

  std::vector<double> c, n, loss, d_model;
  for (double const budget : {1e19, 1e20, 1e21})
    for (int i = -4; i <= 4; ++i) {
      c.push_back(budget), n.push_back(std::sqrt(budget / 6) * std::pow(10, i / 8.0));
      loss.push_back(1.8 + 400 * std::pow(n.back(), -.34) + 400 * std::pow(budget / 6 / n.back(), -.34));
      d_model.push_back(std::log10(budget) * (40 + i));
    }
  report::answer const sizes = report::allocation_answer(fit::fit_isoflop(n, c, loss), "parameters", 0.95);
  CHECK_THAT(sizes.values["parameters"]["exponent"]["value"].real(), WithinRel(.5, 1e-6));
  CHECK(sizes.values["profiles"].size() == 3);
  CHECK(without_unit(sizes.values).empty());

  // a budget whose losses bend downwards is left out, with a warning
  fit::scale_curves const clean = fit::fit_scales(fit::quadratic(), c, d_model, loss);
  for (auto const& [at, worse] : {std::pair{880., 2.0}, {924., 2.1}, {968., 2.0}, {1012., 1.8}, {1056., 1.5}})
    c.push_back(1e22), d_model.push_back(at), loss.push_back(worse);
  fit::scale_curves const curves = fit::fit_scales(fit::curve_named("quadratic"), c, d_model, loss);
  CHECK(curves.compute == std::vector{1e19, 1e20, 1e21});
  CHECK(curves.curves[2].best.value == clean.curves[2].best.value);
  report::answer const band = report::band_answer(curves, fit::quadratic(), "d_model", 1e-3, 0.95);
  CHECK_THAT(band.values["scales"].members()[2].content["best"]["value"].real(), WithinRel(840., 1e-3));
  CHECK(band.values["laws"]["high"].size() == 4);
  CHECK(without_unit(band.values).empty());
  CHECK_THAT(to_text(band), ContainsSubstring("caution: compute 1e+22 is left out: losses must bend upwards"));
  CHECK_THROWS_WITH(fit::curve_named("cubic"), ContainsSubstring("curve must be one of quadratic, density, expansion"));

  // A parabola over x itself, for losses that are one over ln x, is biased: .5 decades to either side are too wide.
  std::vector<double> wide_c, wide_n, wide_loss;
  for (double const budget : {1e19, 1e20, 1e21})
    for (int i = -4; i <= 4; ++i) {
      wide_c.push_back(budget), wide_n.push_back(std::sqrt(budget / 6) * std::pow(10, i / 8.0));
      wide_loss.push_back(1.8 + 400 * std::pow(wide_n.back(), -.34) + 400 * std::pow(budget / 6 / wide_n.back(), -.34));
    }
  auto const over = [&](bool in_log) {
    return fit::fit_scales(fit::quadratic(), wide_c, wide_n, wide_loss, 1e-3, .95, in_log);
  };
  REQUIRE_FALSE(over(false).warnings.empty());
  CHECK(over(false).warnings[0].kind == fit::finding::lack_of_fit);
  CHECK_THAT(over(false).warnings[0].sentence, ContainsSubstring("--curve log-quadratic"));
  CHECK(over(true).warnings.empty());
  CHECK_THAT(over(true).curves[0].best.value, WithinRel(std::sqrt(1e19 / 6), 1e-6));

  report::answer const lines =
      report::parallel_lines_answer(fit::fit_parallel_lines(c, d_model, loss), "d_model", 2e-3);
  CHECK(without_unit(lines.values).empty());
}

TEST_CASE("a proxy's ranks are an answer") {
  std::vector<double> proxy, loss;
  int const order[] = {2, 1, 3, 4, 5, 7, 6, 8, 9, 10};
  for (int i = 0; i != 10; ++i) proxy.push_back(3 + .001 * i), loss.push_back(2 + .0001 * order[i]);
  report::answer const made = report::rank_answer(fit::test_rank_preservation(proxy, loss));
  // scipy.stats.spearmanr and kendalltau of the same numbers
  CHECK_THAT(made.values["spearman"]["value"].real(), WithinRel(.9758, 5e-5));
  CHECK_THAT(made.values["kendall"]["p"].real(), WithinRel(2.98e-5, 2e-3));
  CHECK(made.values["proxy_choice"].magnitude() == 1);
  CHECK(made.values["best_run"].magnitude() == 2);
  CHECK(without_unit(made.values).empty());
  CHECK_THAT(to_text(made), ContainsSubstring("ranks are preserved"));
}
