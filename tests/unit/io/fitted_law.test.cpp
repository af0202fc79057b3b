// A fitted law survives a round trip through JSON; runs are read from CSV; broken input is refused by name.
#include "moetric/io/fitted_law.hpp"

#include <optional>

#include "catch.hpp"
#include "json.hpp"
#include "moetric/io/form_file.hpp"
#include "moetric/io/runs.hpp"
#include "moetric/report/fit_answer.hpp"
#include "moetric/report/json.hpp"

namespace {

using namespace moetric;
using Catch::Matchers::ContainsSubstring;

std::string csv_of_runs() {
  std::string text = "name,Model Size,tokens,loss,seed\n";
  for (int i = 0; i != 5; ++i)
    for (int j = 0; j != 5; ++j) {
      double const n = 1e8 * std::pow(3, i), d = 2e9 * std::pow(4, j);
      double const loss =
          (1.8 + 400 * std::pow(n, -.34) + 900 * std::pow(d, -.33)) * (1 + .002 * ((7 * i + 3 * j) % 5 - 2));
      text += "run-" + std::to_string(i) + std::to_string(j) + "," + std::to_string(n) + "," + std::to_string(d) + "," +
              std::to_string(loss) + ",1\n";
    }
  return text;
}

fit::fitted_law fitted(std::string const& form_id, std::string const& text) {
  std::optional<fit::fitted_law> result;
  fit::visit_form(form_id, [&](auto const& form) {
    fit::runs const runs = io::runs_of(io::parse_csv(text, "runs"), *form.about, {{"total_parameters", "Model Size"}});
    result = fit::forget_type(form, fit::fit(form, runs));
  });
  return *result;
}

/// What a file of the law holds.
io::json to_json(fit::fitted_law const& law) {
  return io::parse_json_object(report::to_json(report::to_value(law)), "FIT");
}

}  // namespace

TEST_CASE("a fitted law survives a round trip through JSON") {
  fit::fitted_law const left = fitted("besiroglu", csv_of_runs());  // a law's id means its form
  CHECK(left.form == "chinchilla");
  std::string const text = io::json_text(to_json(left));
  fit::fitted_law const back = io::fitted_law_of(io::parse_json_object(text, "FIT"), "FIT");
  CHECK(io::json_text(to_json(back)) == [&] {
    io::json same = to_json(left);
    for (char const* const key : {"largest_residual", "r_squared"}) *same.find(key) = 0.0;  // not of the law
    *same.find("seed_noise") = io::json();
    return io::json_text(same);
  }());
  double const at[] = {7e9, 1.4e12};
  laws::evaluation const a = fit::evaluate(left, at), b = fit::evaluate(back, at);
  CHECK(a.loss == b.loss);
  CHECK(a.loss > 1.8);
  // 1.4e12 tokens lie beyond the runs' 5.12e11, and the parameters inside of theirs.
  REQUIRE(b.outside_range.size() == 1);
  CHECK(b.outside_range[0].input == "tokens");
  CHECK(b.outside_range[0].fitted->high == 5.12e11);
  fit::visit_law(back, [&](auto const& law) {
    CHECK(law.about->id == "fitted-chinchilla");
    CHECK(law.about->title == "fitted to 25 runs");
    CHECK(law.about->coefficients[2].name == "alpha");
    CHECK(law.about->coefficients[2].how == provenance::user);
    CHECK(fit::drawn_laws(law, back, 3).size() == 3);
  });
  // A bootstrap's refits come back too, and are the laws that intervals are made of.
  fit::fitted_law with_draws = left;
  with_draws.draws = {{1.7, 400, 0.34, 410, 0.28}, {1.8, 500, 0.35, 2000, 0.36}};
  fit::fitted_law const again = io::fitted_law_of(to_json(with_draws), "FIT");
  CHECK(again.draws == with_draws.draws);
  fit::visit_law(again, [&](auto const& law) {
    auto const drawn = fit::drawn_laws(law, again);
    REQUIRE(drawn.size() == 2);
    CHECK(laws::detail::to_array(drawn[1].k)[3] == 2000);
  });
}

TEST_CASE("numbers that a fit does not know are null in JSON and stay unknown") {
  std::string text = "Model Size,tokens,loss\n";  // one model size alone
  for (int j = 0; j != 12; ++j)
    text += "1e9," + std::to_string(1e9 * std::pow(2, j)) + "," +
            std::to_string(2.2 + 900 * std::pow(1e9 * std::pow(2, j), -.33)) + "\n";
  fit::fitted_law const left = fitted("chinchilla", text);
  CHECK_FALSE(left.of.identified());
  io::json const object = to_json(left);
  CHECK(object.find("coefficients")->find("alpha")->find("standard_error")->is_null());
  fit::fitted_law const back = io::fitted_law_of(object, "FIT");
  CHECK_FALSE(back.of.identified());
  CHECK_THAT(std::string(back.about->caution), ContainsSubstring("total_parameters is the same in every run"));
  fit::visit_law(back, [&](auto const& law) {
    CHECK_THROWS_WITH(fit::drawn_laws(law, back), ContainsSubstring("to give an interval, but does not"));
  });
}

TEST_CASE("a design with correlated parameters and tokens gets a warning, even if its fit looks good") {
  std::string along = "Model Size,tokens,loss\n", against = along;
  for (int i = 0; i != 12; ++i) {
    double const n = 1e8 * std::pow(1.5, i), of_20 = 20 * n, of_budget = 1e20 / 6 / n;
    auto const loss = [n](double d) { return 1.8 + 400 * std::pow(n, -.34) + 900 * std::pow(d, -.33); };
    along += std::to_string(n) + "," + std::to_string(of_20) + "," + std::to_string(loss(of_20)) + "\n";
    against += std::to_string(n) + "," + std::to_string(of_budget) + "," + std::to_string(loss(of_budget)) + "\n";
  }
  auto const warns = [](std::string const& text, std::string const& words) {
    std::string all;
    for (fit::warning const& each : fitted("chinchilla", text).of.warnings) all += each.sentence + "\n";
    CHECK_THAT(all, ContainsSubstring(words));
  };
  warns(along, "total_parameters and tokens rise together in the runs (correlation 1)");
  warns(against, "total_parameters and tokens rise against each other in the runs (correlation -1)");
  for (fit::warning const& each : fitted("chinchilla", csv_of_runs()).of.warnings)
    CHECK(each.sentence.find("in the runs (correlation") == std::string::npos);
}

TEST_CASE("a broken fitted law is refused by its key") {
  nlohmann::ordered_json const good = test_json(to_json(fitted("chinchilla", csv_of_runs())));
  auto const refused = [&](auto const& change, std::string const& words) {
    nlohmann::ordered_json bad = good;
    change(bad);
    CHECK_THROWS_WITH(io::fitted_law_of(io_json(bad), "FIT"), ContainsSubstring(words));
  };
  refused([](auto& o) { o.erase("fitted_form"); }, "moetric: key 'fitted_form' of FIT must be present, but is missing");
  refused([](auto& o) { o["fitted_form"] = 3; }, "moetric: key 'fitted_form' of FIT must be a string, but got 3");
  refused([](auto& o) { o["fitted_form"] = "kaplan"; }, "must be one of chinchilla, fine-grained");
  refused([](auto& o) { o["coefficients"].erase("beta"); },
          "moetric: key 'coefficients.beta' of FIT must be present, but is missing");
  refused([](auto& o) { o["coefficients"]["bata"] = o["coefficients"]["beta"]; },
          "moetric: a key of 'coefficients' of FIT must be one of E, A, alpha, B, beta, but got 'bata'; did you mean "
          "beta?");
  refused([](auto& o) { o["coefficients"]["A"]["valeu"] = 4; }, "but got 'valeu'; did you mean value?");
  refused([](auto& o) { o["coefficients"]["A"]["low"] = "4"; },
          "moetric: key 'coefficients.A.low' of FIT must be a number, but got '4'");
  refused([](auto& o) { o["coefficients"]["A"]["value"] = -4; },
          "moetric: key 'coefficients.A.value' of FIT must be positive and finite, but got -4");
  refused([](auto& o) { o["coefficients"]["A"]["value"] = "4"; },
          "moetric: key 'coefficients.A.value' of FIT must be a number, but got '4'");
  refused([](auto& o) { o["coefficients"]["A"]["standard_error"] = -1; },
          "moetric: key 'coefficients.A.standard_error' of FIT must not be negative, but got -1");
  refused([](auto& o) { o["coefficients"] = 7; }, "moetric: key 'coefficients' of FIT must be an object, but got 7");
  refused([](auto& o) { o["covariance"].erase(0); },
          "moetric: key 'covariance' of FIT must hold 5 rows, one for each coefficient, but holds 4");
  refused([](auto& o) { o["covariance"][1].erase(0); },
          "moetric: key 'covariance[1]' of FIT must hold 5 numbers, one for each coefficient, but holds 4");
  refused([](auto& o) { o["covariance"][1][1] = nullptr; },
          "moetric: key 'covariance[1][1]' of FIT must be a number, but got null");
  refused([](auto& o) { o["draws"] = 4; }, "moetric: key 'draws' of FIT must be an array, but got 4");
  refused(
      [](auto& o) {
        o["draws"] = {{1, 2, 3}};
      },
      "moetric: key 'draws[0]' of FIT must hold 5 numbers, one for each coefficient, but holds 3");
  refused(
      [](auto& o) {
        o["draws"] = {{1, 2, 3, 4, nullptr}};
      },
      "moetric: key 'draws[0][4]' of FIT must be a number, but got null");
  refused(
      [](auto& o) {
        o["draws"] = {{-1, 400, 0.3, 400, 0.3}};
      },
      "moetric: key 'draws[0]' of FIT must not be negative for E, but got -1");
  refused([](auto& o) { o["inputs"].erase("tokens"); },
          "moetric: key 'inputs.tokens' of FIT must be present, but is missing");
  refused([](auto& o) { o["inputs"]["token"] = o["inputs"]["tokens"]; },
          "a key of 'inputs' of FIT must be one of total_parameters, tokens, but got 'token'; did you mean tokens?");
  refused([](auto& o) { o["inputs"]["tokens"]["low"] = -1; }, "moetric: tokens must be positive and finite");
  refused([](auto& o) { o["measure"] = "log2"; },
          "moetric: key 'measure' of FIT must be one of loss, ln loss, log10 loss, but got 'log2'");
  refused([](auto& o) { o["runs"] = 2.5; }, "moetric: key 'runs' of FIT must be a whole number, but got 2.5");
  refused([](auto& o) { o["warnings"] = {1}; }, "moetric: key 'warnings[0]' of FIT must be an object, but got 1");
}

TEST_CASE("runs from CSV are refused by line and column") {
  laws::description const& about = laws::chinchilla::detail::about_tex;
  auto const read = [&](std::string const& text) { return io::runs_of(io::parse_csv(text, "runs"), about); };
  fit::runs const good = read("loss,weight,tokens,total_parameters,seed\n2.5,4,1e10,1e9,7\n2.4,1,2e10,1e9,8\n");
  CHECK(good.names == std::vector<std::string>{"total_parameters", "tokens"});
  CHECK(good.columns[1] == std::vector<double>{1e10, 2e10});
  CHECK(good.weight == std::vector<double>{4, 1});
  CHECK_THROWS_WITH(read("total_parameters,tokens,loss\n"),
                    "moetric: runs must have at least one run, but has only a header");
  CHECK_THROWS_WITH(
      read("total_parameters,tokens,loss\n1e9,20,2.5\n7e9,400,2.1\n"),
      "moetric: tokens of runs must be counted in units, not in millions or billions, but reach only 400");
  CHECK_THROWS_WITH(read("total_parameters,tokens,loss\n70,2e9,2.5\n16000,4e9,2.1\n"),
                    ContainsSubstring("total_parameters of runs must be counted in units"));
  CHECK_THROWS_WITH(read("total_parameters,loss\n1e9,2\n"),
                    "moetric: runs must have a column tokens, but has 'total_parameters', 'loss'");
  CHECK_THROWS_WITH(read("total_parameters,tokens\n1e9,2e9\n"), ContainsSubstring("must have a column loss"));
  CHECK_THROWS_WITH(read("total_parameters,tokens,loss\n1e9,2e9,2.5\n\n1e9,4e9,0\n"),
                    "moetric: loss on line 4 of runs must be positive and finite, but got 0");
  CHECK_THROWS_WITH(read("total_parameters,tokens,loss\n1e9,-2e9,2.5\n"),
                    "moetric: tokens on line 2 of runs must be positive and finite, but got -2e+09");
  CHECK_THROWS_WITH(
      read("total_parameters,tokens,loss\n1e9,2e9,nan\n"),
      "moetric: 'loss' on line 2 of runs must be a finite number, but got 'nan'; --skip-empty leaves out such runs");
  CHECK_THROWS_WITH(read("total_parameters,tokens,loss,weight\n1e9,2e9,2.5,0\n"),
                    "moetric: weight on line 2 of runs must be positive and finite, but got 0");
}

TEST_CASE("a form of one's own is read from JSON") {
  std::string const good =
      R"({"loss": "E + A / N^alpha", "inputs": [{"name": "N", "column": "total_parameters"}],
          "coefficients": [{"name": "E", "role": "scale"}, {"name": "A", "role": "linear", "high": 1e6},
                           {"name": "alpha", "role": "positive", "starts": [0.2, 0.4], "low": 0.001, "high": 10}],
          "residual": "linear", "huber": 0})";
  std::string expression;
  std::vector<std::string> coefficients, inputs;
  auto const form_of = [&](std::string const& text) {
    io::json const object = io::parse_json_object(text, "a form");
    return io::form_of(
        io::json_value(object, "a form"), "mine.json",
        [&](std::string const& loss, std::vector<std::string> const& k, std::vector<std::string> const& at) {
          expression = loss, coefficients = k, inputs = at;
          return [] { return fit::formula([](std::span<double const>, std::span<double const>) { return 1.; }); };
        },
        [](std::string_view name) -> std::string_view { return name == "total_parameters" ? "parameters" : ""; });
  };
  fit::own_form const read = form_of(good);
  CHECK(expression == "E + A / N^alpha");
  CHECK(coefficients == std::vector<std::string>{"E", "A", "alpha"});
  CHECK(inputs == std::vector<std::string>{"N"});
  CHECK(read.about.value.inputs[0].name == "total_parameters");
  CHECK(read.about.value.inputs[0].values == laws::domain::positive);
  CHECK(read.how.unknowns[1].as == fit::role::linear);
  CHECK(read.how.unknowns[1].high == 1e6);
  CHECK(read.how.unknowns[2].starts == std::vector<double>{.2, .4});
  CHECK(read.method == "squares of loss");

  auto const refused = [&](std::string const& from, std::string const& to, std::string const& sentence) {
    std::string text = good;
    REQUIRE(text.find(from) != std::string::npos);
    text.replace(text.find(from), from.size(), to);
    CAPTURE(text);
    CHECK_THROWS_WITH(form_of(text), ContainsSubstring(sentence));
  };
  refused(R"("loss")", R"("los")", "did you mean loss?");
  refused(R"("role": "scale")", R"("role": "skale")", "did you mean scale?");
  refused(R"("role": "linear")", R"("role": "linear", "starts": [1])", "must be left out for the role linear");
  refused(R"("starts": [0.2, 0.4], )", "", "'coefficients[2].starts' of a form must be present");
  refused("[0.2, 0.4]", "[]", "key 'coefficients[2].starts' of a form must hold a number");
  refused("[0.2, 0.4]", "[-0.2]", "must be positive for the role positive");
  refused("[0.2, 0.4]", "[20]", "must lie within low and high");
  refused(R"("high": 10)", R"("high": 0.0001)", "must be above low");
  refused(R"({"name": "E")", R"({"name": "N")", "key 'inputs[0].name' of a form must be given once");
  refused(R"({"name": "E")", R"({"name": "2E")", "must be a name of letters, digits and _");
  refused(R"("column": "total_parameters")", R"("column": "loss")", "must name another column than the loss");
  refused(R"("residual": "linear")", R"("residual": "ln")", "must be one of linear, log, log10");
  refused(R"("huber": 0)", R"("huber": -1)", "must not be negative");
}
