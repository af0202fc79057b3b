// Forms beside those of published losses: on the runs of their authors, whose fits are the expected values.
#include "moetric/fit/further_forms.hpp"

#include <cmath>
#include <functional>

#include "catch.hpp"
#include "data.hpp"
#include "moetric/fit/fitted_law.hpp"
#include "moetric/fit/law_fit.hpp"
#include "moetric/fit/prediction.hpp"
#include "moetric/optimum/compute_optimal.hpp"

namespace {

using namespace moetric;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

fit::runs runs_of(std::string const& file, std::vector<std::string> const& names, std::string const& loss,
                  std::function<bool(std::map<std::string, std::string> const&)> const& keeps = {}) {
  fit::runs of{names, std::vector<std::vector<double>>(names.size()), {}};
  for (auto const& row : test_data::rows("runs/" + file)) {
    if (keeps && !keeps(row)) continue;
    for (std::size_t i = 0; i != names.size(); ++i) of.columns[i].push_back(std::stod(row.at(names[i])));
    of.loss.push_back(std::stod(row.at(loss)));
  }
  return of;
}

fit::fitted_law fitted(std::string const& id, fit::runs const& data, fit::setup const& how) {
  fit::any_form const& form = fit::require_form(id);
  return fit::forget_type(form, fit::fit(*form.to_fit, *form.about, data, how, form.id));
}
fit::fitted_law fitted(std::string const& id, fit::runs const& data) {
  return fitted(id, data, fit::require_form(id).how());
}

double coefficient(fit::fitted_law const& of, std::string const& name) {
  for (fit::fitted_coefficient const& each : of.of.coefficients)
    if (each.name == name) return each.value;
  FAIL("no coefficient " + name);
  return 0;
}

}  // namespace

TEST_CASE("Gadre's five runs give the coefficients and the predictions of the authors' code") {
  fit::runs const five =
      runs_of("gadre.csv", {"total_parameters", "tokens"}, "loss_c4_validation", [](auto const& row) {
        std::string const& name = row.at("name");
        if (row.at("training_data") != "redpajama") return false;
        if (row.at("multiplier") == "16.0") return name.find("d=96_l=8_h=4") != std::string::npos;
        if (row.at("multiplier") != "1.0") return false;
        for (char const* shape : {"d=96_l=8_h=4", "d=512_l=8_h=4", "d=576_l=24_h=8", "d=1024_l=24_h=8"})
          if (name.find(shape) != std::string::npos) return true;
        return false;
      });
  REQUIRE(five.size() == 5);
  fit::setup how = fit::require_form("over-training").how();
  how.residual = fit::loss_scale::loss, how.huber = 0;  // as scipy's curve_fit
  fit::fitted_law const made = fitted("over-training", five, how);
  CHECK_THAT(coefficient(made, "E"), WithinRel(1.8366483990666456, 1e-4));
  CHECK_THAT(2 * coefficient(made, "eta"), WithinRel(.2728507050133584, 1e-4));
  // Printed by the notebook: .7103 % and .7320 % too high.
  laws::any_law const law = fit::law_of(made);
  CHECK_THAT(law.loss(std::array{1439795200., 921468928000.}) / 2.502053562117363 - 1, WithinAbs(.007103, 5e-6));
  CHECK_THAT(law.loss(std::array{6889410560., 137788211200.}) / 2.424993099368689 - 1, WithinAbs(.007320, 5e-6));
  // The optimum of alpha = beta has N and D rise alike.
  optimum::any_point const small = optimum::at_compute(law, 1e20), large = optimum::at_compute(law, 1e22);
  CHECK_THAT(large.at[0] / small.at[0], WithinRel(10., 1e-9));
}

TEST_CASE("two steps: the errors of six runs give the error of the 6.9B model to .05 %") {
  // Losses on C4 and top-1 errors over 17 tasks of the runs trained on RedPajama, exp_data of mlfoundations/scaling.
  fit::runs const six{{"x"},
                      {{5.38702091510821, 3.899942990231468, 3.531147408490181, 3.149769456671634, 4.572292613487238,
                        2.768756661738063}},
                      {.8134857367566677, .7250451834543663, .6710080283365267, .6365529066499542, .7671019083970938,
                       .5473253052024281}};
  fit::fitted_law const made = fitted("task-error", six);
  CHECK_THAT(coefficient(made, "epsilon"), WithinRel(.85699194, 1e-6));
  CHECK_THAT(coefficient(made, "k"), WithinRel(2.20648963, 1e-6));
  CHECK_THAT(coefficient(made, "gamma"), WithinRel(.71459046, 1e-6));
  CHECK_THAT(fit::law_of(made).loss(std::array{2.4427451668432303}), WithinRel(.47163718062288623, 5e-4));
  // The same by the two steps, with the interval of the second.
  fit::predicted_task const task = fit::predict_task(made, 2.4427451668432303, nullptr, {}, .95);
  CHECK_THAT(task.at_loss.loss, WithinRel(.47163718062288623, 5e-4));
  CHECK(task.mean.low < .4716);
  CHECK(task.mean.high > .4719);
  CHECK(task.at_loss.extrapolated());  // the six runs have losses from 2.77
  CHECK_FALSE(fit::predict_task(made, 3.).at_loss.extrapolated());
  // The sigmoid is no worse on them.
  fit::runs accuracies = six;
  for (double& each : accuracies.loss) each = 1 - each;
  CHECK(fitted("accuracy", accuracies).of.rmse < 1.05 * made.of.rmse);
}

TEST_CASE("a planted sigmoid is found") {
  fit::runs data{{"x"}, {{}}, {}};
  for (int i = 0; i != 12; ++i) {
    double const loss = 1.6 + .15 * i;
    data.columns[0].push_back(loss);
    data.loss.push_back(.25 + .6 / (1 + std::exp(3 * (loss - 2.3))));
  }
  fit::fitted_law const made = fitted("accuracy", data);
  CHECK_THAT(coefficient(made, "low"), WithinRel(.25, 1e-6));
  CHECK_THAT(coefficient(made, "gain"), WithinRel(.6, 1e-6));
  CHECK_THAT(coefficient(made, "k"), WithinRel(3., 1e-6));
  CHECK_THAT(coefficient(made, "L_0"), WithinRel(2.3, 1e-6));
}

TEST_CASE("Frantar's 48 runs: a minimum no higher than the authors', near it") {
  fit::runs const data = runs_of("frantar-t5.csv", {"nonzero_parameters", "tokens", "sparsity"}, "loss");
  fit::fitted_law const made = fitted("pruned", data);
  // Their notebook prints the mean of Huber's function, delta 1e-3, of ln loss at its minimum. From 25 random starts
  // that is no global one: the fit goes below it, with another b_S.
  double at_theirs = 0;
  for (std::size_t i = 0; i != data.size(); ++i) {
    double const predicted = laws::sparse_weights::t5.loss(
        laws::sparse_weights::inputs{data.columns[0][i], data.columns[1][i], data.columns[2][i]});
    at_theirs += fit::huber(std::log(predicted / data.loss[i]), 1e-3) / 48;
  }
  CHECK_THAT(at_theirs, WithinRel(7.603605281507622e-06, 1e-4));
  CHECK(made.of.cost / 48 < at_theirs);
  CHECK_THAT(coefficient(made, "b_N"), WithinAbs(.2451, .02));
  laws::any_law const law = fit::law_of(made);
  CHECK_THAT(law.loss(std::array{48 * 12 * 1024. * 1024, 500e3 * 65536, .75}), WithinRel(1.4827780204906797, .02));
}

TEST_CASE("Farseer's form has optima whose tokens per parameter rise again at large budgets") {
  // A fit of others to the released losses in bits per character, and its own optima.
  laws::law<laws::farseer::form> const law(fit::detail::about_farseer,
                                           {-3.64018052694574, .04227158138097161, 2.426767169414907, 6.521067537526011,
                                            -.12576667979396562, -1.8538051793707684, -2.0823163727130565,
                                            .05307598573983473, 1.277014316755749});
  double compute = 1e19;
  for (double const ratio : {32., 25., 28., 43., 82.}) {
    auto const best = optimum::at_compute(law, compute);
    CHECK_THAT(best.at.tokens / best.at.total_non_embedding_parameters, WithinAbs(ratio, .5));
    compute *= 10;
  }
}

TEST_CASE("planted laws of vocabulary and of Farseer's form are found") {
  laws::vocabulary::form::coefficients<double> const words{1.8, 400, .35, 20, .3, 2000, .36};
  fit::runs data{{"non_vocabulary_parameters", "tokens", "vocabulary_parameters"}, {{}, {}, {}}, {}};
  fit::runs two{{"total_non_embedding_parameters", "tokens"}, {{}, {}}, {}};
  laws::farseer::form::coefficients<double> const far{-3.64, .0423, 2.427, 6.521, -.1258, -1.854, -2.082, .0531, 1.277};
  for (double const n : {3e7, 1e8, 3e8, 1e9, 3e9})
    for (double const d : {1e9, 4e9, 2e10, 1e11}) {
      for (double const v : {2e6, 1e7, 6e7}) {
        data.columns[0].push_back(n), data.columns[1].push_back(d), data.columns[2].push_back(v);
        data.loss.push_back(laws::vocabulary::form::loss(words, laws::vocabulary::form::inputs<double>{n, d, v}));
      }
      two.columns[0].push_back(n), two.columns[1].push_back(d);
      two.loss.push_back(laws::farseer::form::loss(far, laws::farseer::form::inputs<double>{n, d}));
    }
  fit::fitted_law const vocabulary = fitted("vocabulary", data);
  CHECK_THAT(coefficient(vocabulary, "E"), WithinRel(1.8, 1e-4));
  CHECK_THAT(coefficient(vocabulary, "alpha_2"), WithinRel(.3, 1e-3));
  // Nine coefficients lie on a ridge: the losses are found, inside of the runs and beyond.
  laws::any_law const farseer = fit::law_of(fitted("farseer", two));
  for (auto const& at : {std::array{2e8, 1e10}, std::array{6e9, 3e11}})
    CHECK_THAT(farseer.loss(at),
               WithinRel(laws::farseer::form::loss(far, laws::farseer::form::inputs<double>{at[0], at[1]}), 2e-3));
}

TEST_CASE("a form that is given at run time is fitted as the same form in C++") {
  // Gadre's C4 runs (authors' data); the C++ form has exact derivatives.
  fit::runs const data = runs_of("gadre.csv", {"total_parameters", "tokens"}, "loss_c4_validation",
                                 [](auto const& row) { return row.at("training_data") == "c4"; });
  auto const described = [] {
    laws::owned_description about;
    about.value.id = "mine", about.value.equation = "loss = E + A / N^alpha + B / D^beta";
    about.value.inputs = {{{.name = "total_parameters", .unit = "parameters"}, {.name = "tokens", .unit = "tokens"}},
                          2};
    return about;
  };
  auto const make = [](std::function<double(std::span<double const>, std::span<double const>)> loss) {
    return [loss] { return fit::formula(loss); };
  };
  auto const sum = [](std::span<double const> k, std::span<double const> at) {
    return k[0] + k[1] * std::pow(at[0], -k[2]) + k[3] * std::pow(at[1], -k[4]);
  };
  fit::any_form const& same = fit::require_form("chinchilla");
  fit::own_form const own(described(), same.how(), make(sum));
  fit::any_form const mine(own);
  fit::law_fit const theirs = fit::fit_law(same, data, same.how()), found = fit::fit_law(mine, data, mine.how());
  CHECK_FALSE(found.has_law());
  CHECK(found.found.of.warnings.size() >= theirs.found.of.warnings.size());
  for (std::size_t k = 0; k != 5; ++k) {
    fit::fitted_coefficient const& a = found.found.of.coefficients[k];
    fit::fitted_coefficient const& b = theirs.found.of.coefficients[k];
    CAPTURE(a.name);
    CHECK_THAT(a.value, WithinRel(b.value, 1e-4));
    CHECK_THAT(a.standard_error, WithinRel(b.standard_error, 1e-2));
  }
  CHECK_THROWS_WITH(fit::optimum_of(found, 1e21), ContainsSubstring("--compute must be left out for the form mine"));

  auto const bent = [](std::span<double const> k, std::span<double const> at) {
    return k[0] + k[1] * k[1] * std::pow(at[0], -k[2]) + k[3] * std::pow(at[1], -k[4]);
  };
  fit::own_form const wrong(described(), same.how(), make(bent));
  CHECK_THROWS_WITH(fit::fit_law(fit::any_form(wrong), data, same.how()),
                    ContainsSubstring("the loss must be linear in A for the role linear or scale"));
}
