// Fits against certified results of others (NIST Statistical Reference Datasets), against coefficients that were
// planted, and on the runs that the authors of arXiv 2202.01169 released.
#include "moetric/fit/fit.hpp"

#include <random>

#include "catch.hpp"
#include "data.hpp"
#include "moetric/fit/forms.hpp"
#include "moetric/optimum/uncertainty.hpp"

namespace {

using namespace moetric;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

double normal(std::mt19937_64& bits) {
  return optimum::normal_quantile(optimum::detail::uniform(bits));
}

// A user's own forms: Misra1a, b1·(1 − exp(−b2·x)), and DanWood, b1·x^b2.
struct misra {
  template <class T>
  struct inputs {
    T x{};
  };
  template <class K>
  struct coefficients {
    K b1, b2;
  };
  template <class K, class T>
  static auto loss(coefficients<K> const& k, inputs<T> const& at) {
    using std::exp;
    return k.b1 * (1 - exp(-k.b2 * at.x));
  }
};
struct dan_wood : misra {
  template <class K, class T>
  static auto loss(coefficients<K> const& k, inputs<T> const& at) {
    using std::exp, std::log;
    return k.b1 * exp(k.b2 * log(at.x));
  }
};
struct constant : misra {
  template <class K>
  struct coefficients {
    K b1;
  };
  template <class K, class T>
  static auto loss(coefficients<K> const& k, inputs<T> const&) {
    return k.b1;
  }
};
struct slope : constant {
  template <class K, class T>
  static auto loss(coefficients<K> const& k, inputs<T> const& at) {
    return k.b1 * at.x;
  }
};
constexpr laws::description own{.id = "own", .inputs = {{{.name = "x", .definition = "x", .unit = "1"}}, 1}};

// The tokens and parameters of the planted runs: 9 budgets of 6e18 to 3e21 FLOPs, at each of them `sizes` models.
template <class Form>
fit::runs planted(laws::description const& about, typename laws::law<Form>::coefficients const& k,
                  std::vector<std::vector<double>> const& columns, double noise, std::uint64_t seed) {
  fit::runs of;
  for (laws::input const& each : about.inputs) of.names.push_back(std::string(each.name));
  of.columns = columns;
  of.loss.assign(columns[0].size(), 1);
  std::mt19937_64 bits(seed);
  using inputs = typename laws::law<Form>::inputs;
  std::array<double, laws::detail::number_of_doubles<inputs>> row{};
  for (std::size_t i = 0; i != of.size(); ++i) {
    for (std::size_t j = 0; j != row.size(); ++j) row[j] = columns[j][i];
    of.loss[i] = Form::loss(k, laws::detail::from_array<inputs>(row)) * std::exp(noise * normal(bits));
  }
  return of;
}

std::vector<std::vector<double>> isoflop_grid(int budgets, int sizes) {
  std::vector<std::vector<double>> columns(2);
  for (int c = 0; c != budgets; ++c)
    for (int s = 0; s != sizes; ++s) {
      double const compute = 6e18 * std::pow(500, c / (budgets - 1.0));
      double const n = std::sqrt(compute / 6 / 20) * std::pow(10, 1.4 * s / (sizes - 1.0) - .7);
      columns[0].push_back(n);
      columns[1].push_back(compute / 6 / n);
    }
  return columns;
}

auto const& besiroglu = laws::chinchilla::besiroglu;
fit::setup chinchilla(double huber = 1e-3) {
  fit::setup how = fit::forms::chinchilla.how();
  how.huber = huber;
  return how;
}
using chinchilla_form = laws::chinchilla::form;

}  // namespace

TEST_CASE("NIST's certified values of two nonlinear fits, with forms of the user's own") {
  fit::runs const misra_runs{
      {"x"},
      {{77.6, 114.9, 141.1, 190.8, 239.9, 289.0, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760.0}},
      {10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.40, 75.47, 81.78}};
  fit::setup how{{{"b1", fit::role::linear}, {"b2", fit::role::positive, {1e-5, 1e-3, .1}}}, fit::loss_scale::loss, 0};
  fit::fitted<misra> const a = fit::fit<misra>(own, misra_runs, how);
  CHECK_THAT(a.k.b1, WithinRel(2.3894212918e+02, 1e-8));
  CHECK_THAT(a.k.b2, WithinRel(5.5015643181e-04, 1e-8));
  CHECK_THAT(a.of.coefficients[0].independent_error, WithinRel(2.7070075241, 1e-6));
  CHECK_THAT(a.of.coefficients[1].independent_error, WithinRel(7.2668688436e-06, 1e-6));
  CHECK_THAT(2 * a.of.cost, WithinRel(1.2455138894e-01, 1e-9));
  CHECK(a.of.identified());
  CHECK(a.law().loss(misra::inputs<double>{100}) == misra::loss(a.k, misra::inputs<double>{100}));
  CHECK(a.law().about->inputs[0].fitted->high == 760);

  fit::runs const wood{{"x"}, {{1.309, 1.471, 1.490, 1.565, 1.611, 1.680}}, {2.138, 3.421, 3.597, 4.340, 4.882, 5.660}};
  how.unknowns = {{"b1", fit::role::scale}, {"b2", fit::role::real, {1, 5}}};
  fit::fitted<dan_wood> const b = fit::fit<dan_wood>(own, wood, how);
  CHECK_THAT(b.k.b1, WithinRel(7.6886226176e-01, 1e-8));
  CHECK_THAT(b.k.b2, WithinRel(3.8604055871, 1e-8));
  CHECK_THAT(b.of.coefficients[0].independent_error, WithinRel(1.8281973860e-02, 1e-6));
  CHECK_THAT(b.of.coefficients[1].independent_error, WithinRel(5.1726610913e-02, 1e-6));
  CHECK_THAT(2 * b.of.cost, WithinRel(4.3173084083e-03, 1e-9));
}

TEST_CASE("Huber's function goes from the mean to the median") {
  CHECK(fit::huber(.3, .5) == .3 * .3 / 2);
  CHECK(fit::huber(-2, .5) == .5 * 2 - .5 * .5 / 2);
  CHECK(fit::huber(-2, 0) == 2);
  fit::runs const of{{"x"}, {{1, 2, 3, 4, 5}}, {1, 2, 3, 4, 100}};
  fit::setup how{{{"b1", fit::role::linear}}, fit::loss_scale::loss, 0};
  fit::fitted<constant> const mean = fit::fit<constant>(own, of, how);
  CHECK_THAT(mean.k.b1, WithinRel(22, 1e-12));
  CHECK_THAT(mean.of.coefficients[0].independent_error, WithinRel(std::sqrt(7610.0 / 4 / 5), 1e-9));
  how.huber = .5;
  CHECK_THAT(fit::fit<constant>(own, of, how).k.b1, WithinAbs(3, 1e-7));
  how.huber = 0;
  how.residual = fit::loss_scale::log;  // the geometric mean
  CHECK_THAT(fit::fit<constant>(own, of, how).k.b1, WithinRel(std::pow(2400, .2), 1e-9));
  fit::runs weighted = of;
  weighted.weight = {3, 1, 1, 1, 1};
  how.residual = fit::loss_scale::loss;
  CHECK_THAT(fit::fit<constant>(own, weighted, how).k.b1, WithinRel(112.0 / 7, 1e-12));
}

TEST_CASE("standard errors hold for residuals of unequal size, and by clusters") {
  // y = 2.0256 x; the jackknife over rows, and over clusters, by leaving each out with numpy
  fit::runs of{{"x"}, {{1, 2, 3, 4, 5, 6, 7, 8, 9}}, {2.1, 3.9, 6.3, 8.2, 9.7, 12.4, 13.8, 16.1, 18.6}};
  fit::setup const how{{{"b1", fit::role::linear}}, fit::loss_scale::loss, 0};
  auto const rows = fit::fit<slope>(own, of, how);
  CHECK_THAT(rows.k.b1, WithinRel(2.02561403509, 1e-10));
  CHECK_THAT(rows.of.coefficients[0].standard_error, WithinRel(0.021476688929, 1e-9));
  CHECK(rows.of.freedom == 8);
  of.cluster = {0, 0, 1, 1, 1, 2, 2, 3, 3};
  auto const runs = fit::fit<slope>(own, of, how);
  CHECK(runs.of.clusters == 4);
  CHECK(runs.of.freedom == 3);
  CHECK_THAT(runs.of.coefficients[0].standard_error, WithinRel(0.0166979849016, 1e-9));
  CHECK_THAT(runs.of.coefficients[0].high - runs.k.b1, WithinRel(3.18244630528 * 0.0166979849016, 1e-9));
  CHECK(runs.of.coefficients[0].independent_error == rows.of.coefficients[0].independent_error);
  fit::setup plain = how;
  plain.robust = false;
  auto const alike = fit::fit<slope>(own, of, plain);
  CHECK(alike.of.coefficients[0].standard_error == rows.of.coefficients[0].independent_error);
  of.cluster = {0, 0, 0, 0, 1, 1, 1, 1, 1};  // too few
  CHECK(fit::fit<slope>(own, of, how).of.coefficients[0].standard_error == rows.of.coefficients[0].standard_error);
}

TEST_CASE("overestimates weigh more") {
  // expectiles: of 1, 2, 3, 4, 10 with weight 3 above: 3·Σ(m − y)₊ = Σ(y − m)₊ at m = 26/9
  fit::runs const of{{"x"}, {{1, 2, 3, 4, 5}}, {1, 2, 3, 4, 10}};
  fit::setup how{{{"b1", fit::role::linear}}, fit::loss_scale::loss, 0};
  how.overestimate = 3;
  CHECK_THAT(fit::fit<constant>(own, of, how).k.b1, WithinRel(26.0 / 9, 1e-9));
}

TEST_CASE("every published form finds the coefficients that were planted, without noise") {
  std::vector<std::vector<double>> two = isoflop_grid(5, 6), three = two, experts = two;
  three.emplace_back();
  experts.pop_back();
  experts.emplace_back();
  for (std::size_t i = 0; i != two[0].size(); ++i) {
    three[2].push_back(std::pow(2, i % 5));
    experts[1].push_back(std::pow(2, 2 * (i % 5)));
  }
  std::vector<std::vector<double>> unique = two, sparse = two;
  unique.emplace_back();
  sparse.emplace_back();
  for (std::size_t i = 0; i != two[0].size(); ++i) {
    unique[2].push_back(two[1][i] / std::pow(4, i % 4));
    sparse[2].push_back(1 - std::pow(.5, i % 5));
  }
  auto const check = [](auto const& form, auto const& law, auto const& columns, fit::setup how, double tolerance) {
    using form_type = typename std::remove_cvref_t<decltype(form)>::form;
    CAPTURE(form.id);
    auto const found = fit::fit<form_type>(*form.about, planted<form_type>(*form.about, law.k, columns, 0, 1), how);
    auto const expected = laws::detail::to_array(law.k), got = laws::detail::to_array(found.k);
    for (std::size_t k = 0; k != expected.size(); ++k) {
      CAPTURE(how.unknowns[k].name);
      if (how.unknowns[k].as != fit::role::held) CHECK_THAT(got[k], WithinRel(expected[k], tolerance));
    }
    CHECK(found.of.identified());
    CHECK(found.of.warnings.empty());
    CHECK(found.of.rmse < 1e-9);
  };
  namespace forms = fit::forms;
  check(forms::chinchilla, besiroglu, two, chinchilla(), 1e-6);
  check(forms::fine_grained, laws::fine_grained::four_decimals, three, forms::fine_grained.how(), 1e-5);
  check(forms::fine_grained_dense, laws::fine_grained::dense, two, forms::fine_grained_dense.how(), 1e-5);
  check(forms::clark, laws::clark::hash, experts, forms::clark.how(), 1e-6);
  check(forms::joint_moe, laws::joint_moe::printed, three, forms::joint_moe.how(), 1e-4);
  check(forms::abnar, laws::abnar::sparsity, sparse, forms::abnar.how(), 1e-4);
  laws::wang::law const wang =
      laws::wang::with({.a = 400, .b = 900, .alpha = .33, .beta = .3, .gamma = .13, .sigma = 1.7});
  check(forms::wang, wang, three, forms::wang.how(), 1e-6);
  check(forms::data_constrained, laws::data_constrained::authors, unique, forms::data_constrained.how(), 1e-5);
}

TEST_CASE("planted coefficients lie inside their 95 % intervals about as often as that") {
  int inside = 0, all = 0;
  for (double const huber : {0.0, 1e-3})
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
      auto const of = planted<chinchilla_form>(*besiroglu.about, besiroglu.k, isoflop_grid(6, 10), .004, seed);
      auto const found = fit::fit<chinchilla_form>(*besiroglu.about, of, chinchilla(huber));
      auto const expected = laws::detail::to_array(besiroglu.k);
      for (std::size_t k = 0; k != expected.size(); ++k, ++all)
        inside += found.of.coefficients[k].low <= expected[k] && expected[k] <= found.of.coefficients[k].high;
    }
  CAPTURE(inside, all);  // the 5 of one fit are not independent; benchmarks/fit.cpp counts 1000 fits
  CHECK(inside >= 364);
  CHECK(inside <= 394);
}

TEST_CASE("coefficients that the runs do not identify are marked as such") {
  // One granularity: g and a are one number, gamma is none.
  std::vector<std::vector<double>> columns = isoflop_grid(5, 6);
  columns.emplace_back(columns[0].size(), 4.0);
  auto const& form = fit::forms::fine_grained;
  auto const moe = fit::fit<laws::fine_grained::moe_form>(
      *form.about,
      planted<laws::fine_grained::moe_form>(*form.about, laws::fine_grained::four_decimals.k, columns, .002, 1),
      form.how());
  CHECK_FALSE(moe.of.identified());
  std::string all;
  for (fit::warning const& each : moe.of.warnings) all += each.sentence + "\n";
  CHECK_THAT(all, ContainsSubstring("granularity is the same in every run"));
  for (std::size_t const k : {0U, 4U, 5U}) {  // a, g, gamma
    fit::fitted_coefficient const& each = moe.of.coefficients[k];
    CAPTURE(each.name);
    CHECK((!each.identified || each.at_bound));
    CHECK(std::isinf(each.standard_error));
  }
  CHECK(moe.of.coefficients[1].identified);  // alpha

  // Tokens in proportion to parameters: the two terms are one wherever alpha is beta.
  std::vector<std::vector<double>> line(2);
  for (int i = 0; i != 20; ++i) {
    line[0].push_back(1e7 * std::pow(1.4, i));
    line[1].push_back(20 * line[0].back());
  }
  auto const collinear = fit::fit<chinchilla_form>(
      *besiroglu.about, planted<chinchilla_form>(*besiroglu.about, besiroglu.k, line, .002, 1), chinchilla());
  CHECK_FALSE(collinear.of.warnings.empty());
}

TEST_CASE("copies of runs get a warning, and repeats with other seeds give the noise") {
  fit::runs of = planted<chinchilla_form>(*besiroglu.about, besiroglu.k, isoflop_grid(4, 5), .003, 1);
  fit::runs copied = of;
  for (std::vector<double>& each : copied.columns) each.push_back(each[4]);
  copied.loss.push_back(of.loss[4]);
  auto const found = fit::fit<chinchilla_form>(*besiroglu.about, copied, chinchilla());
  REQUIRE(found.of.warnings.size() == 1);
  CHECK(found.of.warnings[0].kind == fit::finding::copies);
  CHECK(found.of.warnings[0].rows == std::vector<std::size_t>{21, 5});
  CHECK(found.of.warnings[0].sentence ==
        "1 runs are copies of others (run 21 is run 5 again): copies count twice and make the "
        "intervals too narrow");
  CHECK(found.of.seed_noise == 0);
  copied.loss.back() *= std::exp(.01);
  auto const repeated = fit::fit<chinchilla_form>(*besiroglu.about, copied, chinchilla());
  CHECK(repeated.of.warnings.empty());
  CHECK_THAT(repeated.of.seed_noise, WithinRel(.01 / std::sqrt(2), 1e-9));
}

TEST_CASE("unfittable runs are refused by their number and column") {
  auto const refused = [](fit::runs const& of, std::string const& sentence) {
    CHECK_THROWS_WITH(fit::fit<chinchilla_form>(*besiroglu.about, of, chinchilla()), sentence);
  };
  fit::runs const good = planted<chinchilla_form>(*besiroglu.about, besiroglu.k, isoflop_grid(4, 5), .003, 1);
  fit::runs bad = good;
  bad.loss[2] = 0;
  refused(bad, "moetric: loss of run 3 must be positive and finite, but got 0");
  bad.loss[2] = NAN;
  refused(bad, "moetric: loss of run 3 must be positive and finite, but got nan");
  bad = good;
  bad.columns[1][19] = -1e9;
  refused(bad, "moetric: tokens of run 20 must be positive and finite, but got -1e+09");
  bad = good;
  bad.names[1] = "token";
  refused(bad, "moetric: runs must have a column tokens, but have total_parameters and token; did you mean token?");
  bad = good;
  bad.columns[0].pop_back();
  refused(bad, "moetric: column total_parameters must have a number for each of 20 runs, but has 19");
  bad = good;
  bad.weight.assign(20, 1);
  bad.weight[7] = 0;
  refused(bad, "moetric: weight of run 8 must be positive and finite, but got 0");
  refused(good.only({0, 1, 2, 3, 4}),
          "moetric: a fit of 5 coefficients must have runs of at least 6 different inputs, but got 5");
  refused(good.only({0, 1, 2, 3, 4, 4, 4, 4}),
          "moetric: a fit of 5 coefficients must have runs of at least 6 different inputs, but got 5");
  fit::setup const few{{{"E", fit::role::scale}}};
  CHECK_THROWS_WITH(fit::fit<chinchilla_form>(*besiroglu.about, good, few),
                    "moetric: a setup must list each coefficient of its form once, in order");
}

// Expected: the paper's cutoffs within 10 %, and the refit that is the floor of RMSE on these runs (computed apart).
TEST_CASE("Clark's form fits the released runs as well as any can") {
  struct {
    char const* router;
    double rmse, cutoff, paper_cutoff, a, b, c, d, e_start, e_max;
  } const expected[] = {
      {"S-Base", .0032, 0, 937e9, -.08378, -.12337, .01042, 1.12156, 2.394, 217.6},
      {"RL-R", .0032, 8.8e10, 85e9, -.08347, -.12793, .01169, 1.11426, 1.987, 424.5},
      {"Hash", .0030, 8.1e10, 83e9, -.08868, -.14640, .01342, 1.17302, 4.988, 369.1},
  };
  for (auto const& row : expected) {
    fit::runs of{{"dense_parameters", "n_experts"}, {{}, {}}, {}};
    for (auto const& run : test_data::routed_runs(row.router)) {
      of.columns[0].push_back(run.dense_parameters);
      of.columns[1].push_back(run.n_experts);
      of.loss.push_back(run.loss);
    }
    CAPTURE(row.router, of.size());
    REQUIRE(of.size() > 50);
    auto const& form = fit::forms::clark;
    auto const found = fit::fit<laws::clark::form>(*form.about, of, form.how());
    CHECK(found.of.rmse <= .0033);
    CHECK_THAT(found.of.rmse, WithinAbs(row.rmse, 5e-5));
    CHECK_THAT(found.k.a, WithinAbs(row.a, 1e-5));
    CHECK_THAT(found.k.b, WithinAbs(row.b, 1e-5));
    CHECK_THAT(found.k.c, WithinAbs(row.c, 1e-5));
    CHECK_THAT(found.k.d, WithinAbs(row.d, 5e-5));
    CHECK_THAT(found.k.e_start, WithinAbs(row.e_start, 1e-3));
    CHECK_THAT(found.k.e_max, WithinAbs(row.e_max, .1));
    CHECK(found.of.identified());
    if (row.cutoff == 0) continue;
    double const cutoff = laws::clark::cutoff_parameters(found.law());
    CHECK_THAT(cutoff, WithinRel(row.cutoff, 1e-2));
    CHECK_THAT(cutoff, WithinRel(row.paper_cutoff, .1));
  }
}
