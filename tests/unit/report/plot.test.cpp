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
  CHECK(has(script, "'loss (nats per token)' at screen"));
  CHECK(has(script, "center rotate by 90"));
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
  CHECK(texts_of(report::detail::logarithmic_ticks(0.66, 1.55)) == std::vector<std::string>{"0.8", "1", "1.2", "1.4"});
  CHECK(report::detail::logarithmic_ticks(1, 1e30).size() <= 9);
  for (double const high : {1.05, 1.5, 2.0, 4.0, 9.0, 30.0, 200.0}) {
    CAPTURE(high);
    std::size_t const n = report::detail::logarithmic_ticks(1, high).size();
    CHECK(n >= 2);
    CHECK(n <= 8);
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

TEST_CASE("every panel has ticks at two sides only, and one at an end of a logarithmic axis") {
  picture shown = line_picture({{.x = 1e18, .y = 3}, {.x = 1e19, .y = 2.5}});
  shown.panels[0].x.low = 1e18, shown.panels[0].x.high = 1e19;
  shown.panels.push_back(shown.panels[0]);
  std::string const script = to_gnuplot(shown, plot_target::svg);
  for (std::size_t at = script.find("tics ("); at != std::string::npos; at = script.find("tics (", at + 1))
    CHECK(false);
  CHECK(has(script, "set xtics nomirror out ("));
  CHECK(has(script, "set xrange [9.99999999e+17:"));  // gnuplot rounds, and would leave out 1e18
}

TEST_CASE("the number at a bar stands clear of limits and marks") {
  auto const label_at = [](picture const& of, std::string const& label) {
    std::string const script = to_gnuplot(of, plot_target::svg), before = "'" + label + "' at first ";
    return std::stod(script.substr(script.find(before) + before.size()));
  };
  picture shown{.title = "Bars",
                .notes = {},
                .panels = {{.title = "",
                            .x = {.label = "FLOPs", .unit = "FLOPs"},
                            .y = {.label = "", .unit = "", .names = {"before", "at", "beyond"}},
                            .all = {{.name = "rule",
                                     .drawn = mark::bars,
                                     .points = {{.x = 95, .y = 0, .label = "0.95"},
                                                {.x = 40, .y = 1, .label = "0.4"},
                                                {.x = 130, .y = 2, .label = "1.3"}}},
                                    {.name = "limit", .drawn = mark::vertical, .points = {{.x = 100}}}}}}};
  CHECK(label_at(shown, "0.95") == 100);  // the limit would cross the number
  CHECK(label_at(shown, "0.4") == 40);
  CHECK(label_at(shown, "1.3") == 130);
  shown.panels[0].all = {{.name = "band",
                          .drawn = mark::bars,
                          .points = {{.x = 16, .y = 0, .low = 16, .high = 16, .label = "16 to 16"},
                                     {.x = 10, .y = 1, .low = 5, .high = 40, .label = "5 to 40"}}}};
  CHECK(label_at(shown, "16 to 16") > 16);  // a diamond marks 16
  CHECK(label_at(shown, "5 to 40") == 40);
}

TEST_CASE("a curve has the band of samples of its law, and its picture shows it") {
  laws::any_law const law = law_named("besiroglu");
  laws::input_values at;
  at.push_back(7e9, "two inputs"), at.push_back(0, "two inputs");
  // Samples that raise the irreducible loss by 0 to 0.2.
  std::size_t place = 0;
  std::vector<double> coefficients;
  for (std::size_t i = 0; i != law.about->coefficients.size(); ++i) {
    if (law.about->coefficients[i].name == "E") place = i;
    coefficients.push_back(law.about->coefficients[i].value);
  }
  std::vector<laws::any_law> samples;
  for (int i = 0; i <= 20; ++i) {
    std::vector<double> moved = coefficients;
    moved[place] += 0.01 * i;
    samples.push_back(law.with(moved));
  }
  answer const made = loss_curve_answer(law, at, {1, {1e9, 1e13}}, {samples, "planted", 0.8});
  for (object_member const& each : made.values["curve"].members()) {
    double const loss = each.content["loss"].real();
    CHECK(each.content["loss_low"].real() == Approx(loss + 0.02));
    CHECK(each.content["loss_high"].real() == Approx(loss + 0.18));
  }
  CHECK(without_unit(made.values).empty());
  picture const shown = loss_picture(made.values);
  CHECK(shown.panels[0].all[0].points[3].high == made.values["curve"].members()[3].content["loss_high"].real());
  CHECK(shown.notes[1] == "Band: 80 % of samples of planted.");
  CHECK(has(to_gnuplot(shown, plot_target::svg), "with filledcurves"));
}

TEST_CASE("a picture says which fitted ranges nobody knows") {
  laws::any_law const law = law_named("kaplan-c");
  laws::input_values at;
  at.push_back(0, "one input");
  picture const shown = loss_picture(loss_curve_answer(law, at, {0, {1e18, 1e24}}).values);
  CHECK(has(shown.notes.back(), "no fitted range is known for compute"));
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
  // A contour ends at the frame, and steps along it are short: Kaplan's are nearly right angles.
  laws::any_law const steep = law_named("kaplan-n-d");
  for (answer const& drawn : {made, loss_contours_answer(steep, at, {0, {1e4, 1e10}}, {1, {1e6, 1e12}})}) {
    std::string const x = drawn.values["varied"].members()[0].content["name"].text(), y = "tokens";
    auto const share = [&](value const& of, std::string const& name, std::size_t place) {
      value const& axis = drawn.values["varied"].members()[place].content;
      return std::log(of[name].real() / axis["low"].real()) / std::log(axis["high"].real() / axis["low"].real());
    };
    for (object_member const& each : drawn.values["contours"].members()) {
      CAPTURE(x, each.content["loss"].real());
      auto const& points = each.content["points"].members();
      for (std::size_t const end : {std::size_t{0}, points.size() - 1}) {
        double const from_x = share(points[end].content, x, 0), from_y = share(points[end].content, y, 1);
        CHECK(std::fmin(std::fmin(from_x, 1 - from_x), std::fmin(from_y, 1 - from_y)) < 1e-6);
      }
      for (std::size_t i = 2; i + 1 < points.size(); ++i)
        CHECK((std::fabs(share(points[i].content, y, 1) - share(points[i - 1].content, y, 1)) < 0.1 ||
               share(points[i].content, x, 0) - share(points[i - 1].content, x, 0) < 1e-4));
    }
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
