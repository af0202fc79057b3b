#include <cmath>
#include <string>
#include <vector>

#include "catch.hpp"
#include "moetric/laws/catalogue.hpp"
#include "moetric/report/loss_curve_answer.hpp"
#include "moetric/report/optimum_path_answer.hpp"
#include "moetric/report/plot/gnuplot.hpp"
#include "moetric/report/plot/law.hpp"
#include "units.hpp"

using namespace moetric;
using namespace moetric::report;

namespace {

picture line_picture(std::vector<plot_point> points) {
  return {.title = "A title",
          .notes = {"Source: here."},
          .panels = {{.title = "",
                      .x = {.label = "compute", .unit = "FLOPs", .logarithmic = true},
                      .y = {.label = "loss", .unit = "nats per token"},
                      .all = {{.name = "law", .points = std::move(points)}}}}};
}

std::vector<std::string> texts_of(std::vector<tick> const& ticks) {
  std::vector<std::string> all;
  for (tick const& each : ticks) all.push_back(each.text);
  return all;
}

bool has(std::string const& text, std::string const& part) {
  return text.find(part) != std::string::npos;
}

laws::any_law law_named(std::string_view id) {
  return *laws::require(id).loss;
}

}  // namespace

TEST_CASE("a line is solid where it is fitted and dashed where it is extrapolated, without a gap") {
  std::string const script = to_gnuplot(line_picture({{.x = 1e18, .y = 3},
                                                      {.x = 1e19, .y = 2.5},
                                                      {.x = 1e20, .y = 2.25, .extrapolated = true},
                                                      {.x = 1e21, .y = 2, .extrapolated = true}}),
                                        plot_target::png);
  CHECK(has(script, "$p1s1_fitted << EOD\n1e+18 3 NaN NaN\n1e+19 2.5 NaN NaN\nEOD\n"));
  CHECK(has(script, "$p1s1_extrapolated << EOD\n1e+19 2.5 NaN NaN\n1e+20 2.25 NaN NaN\n1e+21 2 NaN NaN\nEOD\n"));
  CHECK(has(script, "$p1s1_fitted using 1:2 with lines lw 3 dt solid"));
  CHECK(has(script, "$p1s1_extrapolated using 1:2 with lines lw 3 dt (9,6)"));
}

TEST_CASE("axes have labels with units, and texts are quoted") {
  picture shown = line_picture({{.x = 1e18, .y = 3}, {.x = 1e19, .y = 2.5}});
  shown.title = "It's `touch x`\nset output 'y'";
  std::string const script = to_gnuplot(shown, plot_target::svg);
  CHECK(has(script, "set xlabel 'compute (FLOPs)'"));
  CHECK(has(script, "set ylabel 'loss (nats per token)'"));
  CHECK(has(script, "'It''s `touch x`'"));
  CHECK(has(script, "'set output ''y'''"));
  CHECK(has(script, "'Source: here.'"));
  CHECK(has(script, "set logscale x"));
  CHECK(has(script, "unset logscale y"));
  shown.panels[0].y.label.clear();
  CHECK_THROWS_AS(to_gnuplot(shown, plot_target::svg), std::logic_error);
  CHECK_THROWS_AS(to_gnuplot(line_picture({}), plot_target::svg), std::logic_error);
}

TEST_CASE("ticks are round numbers, few enough to read") {
  CHECK(texts_of(report::detail::logarithmic_ticks(1e18, 1e21)) ==
        std::vector<std::string>{"10¹⁸", "10¹⁹", "10²⁰", "10²¹"});
  CHECK(texts_of(report::detail::logarithmic_ticks(0.01, 100)) ==
        std::vector<std::string>{"0.01", "0.1", "1", "10", "100"});
  CHECK(texts_of(report::detail::logarithmic_ticks(2.4e10, 6e10)) ==
        std::vector<std::string>{"3×10¹⁰", "4×10¹⁰", "5×10¹⁰", "6×10¹⁰"});
  CHECK(report::detail::logarithmic_ticks(1, 1e30).size() <= 9);
  for (double const high : {1.05, 1.5, 2.0, 4.0, 9.0, 30.0, 200.0}) {
    CAPTURE(high);
    std::size_t const n = report::detail::logarithmic_ticks(1, high).size();
    CHECK(n >= 2);
    CHECK(n <= 7);
  }
  axis_scale const large = report::detail::linear_scale(0, 7e11);
  CHECK(large.exponent == 9);
  CHECK(texts_of(large.ticks) == std::vector<std::string>{"0", "200", "400", "600"});
  CHECK(text_of({.label = "weights", .unit = "parameters"}, large) == "weights (10⁹ parameters)");
  CHECK(text_of({.label = "optimal tokens", .unit = "tokens"}, large) == "optimal tokens (10⁹)");
}

TEST_CASE("points, intervals and the start of bars are inside of their axes") {
  panel shown{.title = "",
              .x = {.label = "bytes", .unit = "bytes"},
              .y = {.label = "", .unit = "", .names = {"a", "b"}},
              .all = {{.name = "n", .drawn = mark::bars, .points = {{.x = 5, .y = 0}, {.x = 7, .y = 1}}},
                      {.name = "limit", .drawn = mark::vertical, .points = {{.x = 9}}}}};
  axis_scale const x = scale_of(shown, true);
  CHECK(x.low == 0);
  CHECK(x.high >= 9);
  panel band = line_picture({{.x = 1, .y = 2, .low = 1, .high = 4}}).panels[0];
  CHECK(scale_of(band, false).low <= 1);
  CHECK(scale_of(band, false).high >= 4);
  band.x.logarithmic = false;
  band.all[0].points.push_back({.x = 3, .y = NAN});
  CHECK(scale_of(band, true).high >= 3);
}

TEST_CASE("a contour has the loss that it is labelled with, by the printed equation") {
  laws::any_law const law = law_named("chinchilla-printed");
  laws::input_values at;
  for (std::size_t i = 0; i != 2; ++i) at.push_back(0, "two inputs");
  answer const made = loss_contours_answer(law, at, {0, {1e8, 1e12}}, {1, {1e9, 1e14}});
  CHECK(made.values["contours"].size() >= 5);
  for (object_member const& each : made.values["contours"].members())
    for (object_member const& one : each.content["points"].members()) {
      double const n = one.content["total_parameters"].real(), d = one.content["tokens"].real();
      // arXiv 2203.15556, Eq. 10
      double const loss = 1.69 + 406.4 / std::pow(n, 0.34) + 410.7 / std::pow(d, 0.28);
      CHECK(std::fabs(loss / each.content["loss"].real() - 1) < 1e-9);
      CHECK(one.content["extrapolated"].flag() == (n < 7e7 || n > 1.6e10 || d < 5e9 || d > 5e11));
    }
  CHECK(without_unit(made.values).empty());
  CHECK(loss_picture(made.values).panels[0].all.size() == made.values["contours"].size());
  CHECK_THROWS_AS(loss_curve_answer(law, at, {0, {1e9, 1e8}}), std::invalid_argument);
  CHECK_THROWS_AS(loss_curve_answer(law, at, {0, {0, 1e8}}), std::invalid_argument);
}

TEST_CASE("the optima of a row of budgets follow the law's exponent, and the picture has their numbers") {
  laws::any_law const law = law_named("chinchilla-printed");
  answer const made = optimum_path_answer(law, {}, budgets_between(1e19, 1e25, 13));
  value const& path = made.values["path"];
  REQUIRE(path.size() == 13);
  auto const at = [&](std::size_t i, char const* key) { return path.members()[i].content[key].real(); };
  CHECK(at(0, "compute") == Approx(1e19));
  CHECK(at(12, "compute") == Approx(1e25));
  // arXiv 2203.15556: N grows as C^(beta / (alpha + beta))
  CHECK(std::log10(at(12, "total_parameters") / at(0, "total_parameters")) / 6 == Approx(0.28 / 0.62).epsilon(1e-6));
  CHECK(6 * at(3, "total_parameters") * at(3, "tokens") == Approx(at(3, "compute")));
  CHECK(without_unit(made.values).empty());
  picture const shown = optimum_path_picture(made.values);
  REQUIRE(shown.panels.size() == 3);
  for (panel const& each : shown.panels) {
    REQUIRE(each.all[0].points.size() == 13);
    CHECK(each.x.unit == "FLOPs");
  }
  CHECK(shown.panels[0].all[0].points[4].y == at(4, "loss"));
  CHECK(shown.panels[1].all[0].points[4].y == at(4, "total_parameters"));
  CHECK(shown.panels[2].all[0].points[4].y == at(4, "tokens"));
  CHECK(shown.extrapolates());
}

TEST_CASE("every target has a script; a terminal gets letters") {
  picture const shown = line_picture({{.x = 1e18, .y = 3}, {.x = 1e19, .y = 2.5}});
  CHECK(has(to_gnuplot(shown, plot_target::svg), "set terminal svg"));
  CHECK(has(to_gnuplot(shown, plot_target::png), "set terminal pngcairo"));
  CHECK(has(to_gnuplot(shown, plot_target::pdf), "set terminal pdfcairo"));
  CHECK(has(to_gnuplot(shown, plot_target::terminal), "set terminal dumb"));
  std::string const own = to_gnuplot(shown, plot_target::script);
  CHECK(own.starts_with("# gnuplot"));
  CHECK_FALSE(has(own, "\nset terminal"));
}
