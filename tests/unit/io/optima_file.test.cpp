#include "catch.hpp"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "moetric/io/optima_file.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;

namespace {

// A file of this test, removed with it.
struct written {
  std::filesystem::path path;
  explicit written(std::string const& text) {
    std::string name = (std::filesystem::temp_directory_path() / "moetric-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path = std::filesystem::path(name) / "fit.json";
    std::ofstream(path) << text;
  }
  ~written() { std::filesystem::remove_all(path.parent_path()); }
  written(written const&) = delete;
  written& operator=(written const&) = delete;
};

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
  written const file(fitted_law(true));
  plan_source const s = io::read_source(file.path, {.compute = 1e20});
  CHECK(s.id == "fit.json");
  // In closed form: N = (alpha·A/(beta·B))^(1/(alpha+beta))·(C/6)^(beta/(alpha+beta)) at C = 1e20·6/8.35, M = 8.35·N.
  recipe const r = s.at(1e20);
  CHECK(std::fabs(r.training_flops_per_token / 4637969379.869975 - 1) < 1e-9);
  CHECK(std::fabs(r.tokens / 21561160027.064148 - 1) < 1e-9);
  CHECK(r.flops_per_active_parameter == 8.35);
  // the loss has risen by 0.1 % at these parts of the optimal N, by bisection in another program
  laws::range const band = s.flops_band(1e20);
  CHECK(std::fabs(band.low / 0.786310217728547 - 1) < 1e-6);
  CHECK(std::fabs(band.high / 1.2732401098020032 - 1) < 1e-6);
  REQUIRE(s.others.size() == 200);
  int above = 0;
  for (auto const& other : s.others) above += other(1e20).training_flops_per_token > r.training_flops_per_token;
  CHECK(above > 60);
  CHECK(above < 140);
  CHECK(s.flops.fitted.low == 6e16);
}

TEST_CASE("a fit that does not tell its coefficients gives no interval, and says so") {
  written const file(fitted_law(false));
  plan_source const s = io::read_source(file.path, {.compute = 1e20});
  CHECK(s.others.empty());
  CHECK(s.spread == recipe_spread::none);
  CHECK_THAT(s.not_known, ContainsSubstring("does not tell every coefficient"));
}

TEST_CASE("optima become power laws; what is no source is refused by key") {
  written const file(R"({"optima": {"flops_per_active_parameter": [{"compute": 1e18, "value": 16},
    {"compute": 1e20, "value": 7}, {"compute": 1e19, "value": 9.1622776601683795}],
    "expansion_ratio": [{"compute": 1e18, "value": 20}, {"compute": 1e19, "value": 20}, {"compute": 1e20, "value": 20}]}})");
  plan_source const s = io::read_source(file.path, {.compute = 1e20});
  // what exceeds 6 is 10, 10^0.5 and 1, so 10^-0.5 at 1e21; (20 - 1) / (289/9 - 1) of active parameters in experts
  CHECK(std::fabs(s.at(1e21).flops_per_active_parameter - (6 + std::pow(10, -.5))) < 1e-9);
  CHECK(std::fabs(s.at(1e21).expert_share - 19 / (289.0 / 9 - 1)) < 1e-9);
  CHECK(s.density.fitted.low == 1e18);
  CHECK(s.density.fitted.high == 1e20);
  CHECK(s.flops.how == provenance::printed);  // M and tokens stay the paper's
  written const neither("{\"laws\": 1}");
  CHECK_THROWS_WITH(io::read_source(neither.path, {.compute = 1e20}), ContainsSubstring("fitted_form"));
}
