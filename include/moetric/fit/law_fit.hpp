#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "moetric/fit/bootstrap.hpp"
#include "moetric/fit/diagnosis.hpp"
#include "moetric/fit/fitted_law.hpp"
#include "moetric/optimum/compute_optimal.hpp"

/// A published form fitted to runs as a user asks: with other settings than the paper's, refits and an optimum.
namespace moetric::v0::fit {

/// A coefficient that is given instead of fitted.
struct held_coefficient {
  std::string name;
  double value;
};

/// Changes of a paper's setup.
struct setup_changes {
  std::optional<double> huber{};  // delta of Huber's function; 0 for squares
  std::vector<held_coefficient> held{};
  double confidence = 0.95;  // of intervals
};

/// The paper's setup of a form with changes.
/// \throws std::invalid_argument naming the setting or coefficient
inline setup setup_of(any_form const& form, setup_changes const& changes = {}) {
  auto const refuse = [](std::string const& sentence) { moetric::detail::invalid(("moetric: " + sentence).c_str()); };
  setup how = form.how();
  if (changes.huber) {
    if (!(*changes.huber >= 0))
      refuse("huber must not be negative, but got " + moetric::detail::shortest(*changes.huber));
    how.huber = *changes.huber;
  }
  if (!(changes.confidence > 0 && changes.confidence < 1))
    refuse("confidence must be above 0 and below 1, but got " + moetric::detail::shortest(changes.confidence));
  how.confidence = changes.confidence;
  for (held_coefficient const& each : changes.held) {
    auto const found = std::find_if(how.unknowns.begin(), how.unknowns.end(),
                                    [&](unknown const& one) { return one.name == each.name; });
    if (found == how.unknowns.end()) refuse_name("a coefficient to hold", each.name, names_of(how.unknowns));
    if (found->as == role::scale || found->as == role::positive)
      moetric::detail::require_positive(each.name, each.value);
    *found = {found->name, role::held, {each.value}};
  }
  return how;
}

/// What a setup minimises, in words: "Huber's function, delta 1e-3, of ln loss".
inline std::string method_of(any_form const& form, setup const& how) {
  if (how.huber == form.how().huber) return std::string(form.method);
  if (how.huber == 0) return "squares of " + std::string(name(how.residual));
  return "Huber's function, delta " + moetric::detail::shortest(how.huber) + ", of " + std::string(name(how.residual));
}

/// A fit of a form with the refits of its bootstrap, if it has one.
struct law_fit {
  any_form const* form;
  setup how;
  runs data;
  any_fitted found;
  std::optional<bootstrap_options> resampled{};
  bootstrap refits{};
  bool draws_hold = false;  // intervals of other quantities come from the refits, not from the covariance

  /// The law with the coefficients that were found.
  laws::any_law law() const {
    std::vector<double> values;
    for (estimate const& each : found.of.coefficients) values.push_back(each.value);
    return form->law(found.about, values);
  }
};

/// The factor by which intervals of covariance and bootstrap may differ before the wider is used.
inline constexpr double intervals_agree = 1.5;

namespace detail {

/// Gives coefficients the interval of the bootstrap where that is much wider than the covariance's, and warns where
/// either is. \returns true if the bootstrap is not the narrower
inline bool reconcile(report& of, bootstrap const& refits, setup const& how) {
  double wider = 1, narrower = 1;
  std::size_t widest = 0, narrowest = 0;
  for (std::size_t k = 0; k != of.coefficients.size(); ++k) {
    estimate& each = of.coefficients[k];
    if (each.held || !each.identified || each.at_bound) continue;
    estimate const drawn = refits.of(k, each, how.confidence);
    double const ratio = (drawn.high - drawn.low) / (each.high - each.low);
    if (ratio > wider) wider = ratio, widest = k;
    if (ratio < narrower) narrower = ratio, narrowest = k;
    if (ratio <= intervals_agree) continue;
    each.standard_error = drawn.standard_error, each.low = drawn.low, each.high = drawn.high;
    each.from_bootstrap = true;
  }
  auto const warn = [&](std::string const& who, std::size_t k, double ratio, std::string const& than) {
    of.warnings.push_back({finding::covariance_too_narrow, "the " + who + "'s interval of " + of.coefficients[k].name +
                                                               " is " + brief(ratio, 2) + " times as wide as the " +
                                                               than + "'s: the wider one is given"});
  };
  if (wider > intervals_agree) warn("bootstrap", widest, wider, "covariance");
  if (1 / narrower > intervals_agree) warn("covariance", narrowest, 1 / narrower, "bootstrap");
  return wider >= 1 / narrower || 1 / narrower <= intervals_agree;
}

}  // namespace detail

/// Fits a form to runs and diagnoses them.
/// \throws std::invalid_argument as `fit` and `bootstrap_of`
inline law_fit fit_law(any_form const& form, runs data, setup how,
                       std::optional<bootstrap_options> const& resampled = {}) {
  any_fitted found = fit(*form.to_fit, *form.about, data, how, form.id);
  law_fit made{&form, std::move(how), std::move(data), std::move(found), resampled, {}};
  residual_problem const posed = residual_problem_of(*form.to_fit, *form.about, made.data, made.how);
  report& of = made.found.of;
  std::vector<warning> const told = diagnose(made.found, *form.to_fit, posed, made.data);
  of.warnings.insert(of.warnings.begin(), told.begin(), told.end());
  if (resampled) {
    made.refits = bootstrap_of(made.found, posed, *resampled);
    made.draws_hold = made.refits.samples.size() > 1 && detail::reconcile(of, made.refits, made.how);
  }
  made.found.about = detail::described(*form.about, form.id, of, detail::ranges_of(*form.about, made.data));
  return made;
}

/// Draws of the coefficients by which intervals of other quantities are made: the bootstrap's refits, unless the
/// covariance is much wider or there are none.
inline std::vector<std::vector<double>> draws_of(law_fit const& of) {
  return of.draws_hold ? of.refits.samples : drawn_coefficients(of.found.of, of.how);
}

/// The fit as a file holds it, with as many refits as intervals use.
inline fitted_law to_fitted_law(law_fit const& of) {
  constexpr std::size_t most_draws = 1000;
  fitted_law law = forget_type(*of.form, of.found);
  auto const& refits = of.refits.samples;
  if (of.draws_hold)
    law.draws.assign(refits.begin(), refits.begin() + static_cast<std::ptrdiff_t>(std::min(most_draws, refits.size())));
  return law;
}

/// A quantity of an optimum with its interval.
struct optimum_interval {
  std::string name;
  double value;
  double low;
  double high;
};

/// The optimum of a fitted law at a budget (FLOPs): parameters, tokens and loss, with intervals from the bootstrap's
/// refits, or from the covariance if there are none.
/// \throws std::invalid_argument for a form with further inputs, and as `optimum::at_compute`
inline std::vector<optimum_interval> optimum_of(law_fit const& of, double compute) {
  laws::any_law const law = of.law();
  if (!law.counts_compute() || law.n_inputs() != 2)
    moetric::detail::invalid(("moetric: --compute must be left out for the form " + std::string(of.form->id) +
                              ", which has further inputs; save the fit and run moetric optimum FIT.json --compute " +
                              moetric::detail::shortest(compute))
                                 .c_str());
  std::vector<laws::any_law> const samples = laws_with(law, draws_of(of));
  std::vector<optimum_interval> all;
  auto const add = [&](std::string_view name, auto const& quantity) {
    auto const within = optimum::interval_over(
        law, std::span<laws::any_law const>(samples),
        [&](laws::any_law const& each) { return quantity(optimum::at_compute(each, compute)); }, of.how.confidence);
    all.push_back({std::string(name), within.published, within.low, within.high});
  };
  for (std::size_t i = 0; i != 2; ++i)
    add(of.form->about->inputs[i].name, [i](optimum::any_point const& p) { return p.at[i]; });
  add("loss", [](optimum::any_point const& p) { return p.loss; });
  return all;
}

}  // namespace moetric::v0::fit
