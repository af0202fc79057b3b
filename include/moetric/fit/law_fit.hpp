#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "moetric/core/compiled.hpp"
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

/// A coefficient that equals another.
struct tied_coefficient {
  std::string name;
  std::string to;
};

/// A coefficient with bounds, both included.
struct bounded_coefficient {
  std::string name;
  double low;
  double high;
};

/// Changes of a paper's setup.
struct setup_changes {
  std::optional<double> huber{};  // delta of Huber's function; 0 for squares
  std::vector<held_coefficient> held{};
  double confidence = 0.95;  // of intervals
  std::vector<tied_coefficient> tied{};
  std::vector<bounded_coefficient> bounded{};
  std::optional<loss_scale> residual{};  // the scale of residuals
  double overestimate = 1;               // weight of runs that are predicted too high
  bool robust = true;                    // standard errors
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
  if (changes.residual) how.residual = *changes.residual;
  moetric::detail::require_positive("overestimate-weight", how.overestimate = changes.overestimate);
  how.robust = changes.robust;
  auto const place = [&](char const* subject, std::string const& name) {
    for (std::size_t k = 0; k != how.unknowns.size(); ++k)
      if (how.unknowns[k].name == name) return k;
    refuse_name(subject, name, names_of(how.unknowns));
  };
  auto const is_positive = [&](std::size_t k) {
    return how.unknowns[k].as == role::scale || how.unknowns[k].as == role::positive;
  };
  std::vector<std::string> changed;
  auto const once = [&](std::string const& name) {
    if (std::find(changed.begin(), changed.end(), name) != changed.end())
      refuse(name + " must be held, tied or bounded once");
    changed.push_back(name);
  };
  for (bounded_coefficient const& each : changes.bounded) {
    std::size_t const k = place("a coefficient to bound", each.name);
    once(each.name);
    if (!(each.low < each.high) || (is_positive(k) && !(each.high > 0)))
      refuse("bounds of " + each.name + " must be written as low:high, " + (is_positive(k) ? "above 0" : "ascending") +
             ", but got " + moetric::detail::shortest(each.low) + ":" + moetric::detail::shortest(each.high));
    how.unknowns[k].low = each.low, how.unknowns[k].high = each.high;
  }
  for (held_coefficient const& each : changes.held) {
    std::size_t const k = place("a coefficient to hold", each.name);
    once(each.name);
    // Without its term, such as the floor, a form is one of fewer terms.
    if (is_positive(k) && !(how.unknowns[k].as == role::scale && each.value == 0))
      moetric::detail::require_positive(each.name, each.value);
    how.unknowns[k] = {each.name, role::held, {each.value}};
  }
  for (tied_coefficient const& each : changes.tied) {
    std::size_t k = place("a coefficient to tie", each.name), to = place("a coefficient to tie", each.to);
    once(each.name);
    if (k == to) refuse(each.name + " must be tied to another coefficient");
    for (std::size_t const held : {k, to})
      if (how.unknowns[held].as == role::held)
        refuse(each.name + " and " + each.to + " must both be held, not tied, where " + how.unknowns[held].name +
               " is held");
    if (is_positive(k) != is_positive(to)) refuse(each.name + " and " + each.to + " must be fitted alike to be tied");
    if (to > k) std::swap(k, to);  // the later follows the earlier
    how.unknowns[k] = {how.unknowns[k].name, role::tied, {}, how.unknowns[k].low, how.unknowns[k].high, to};
  }
  return how;
}

/// What a setup minimises, in words; the paper's own words where it is the paper's.
inline std::string method_of(any_form const& form, setup const& how) {
  setup const paper = form.how();
  if (how.huber == paper.huber && how.residual == paper.residual && how.overestimate == 1)
    return std::string(form.method);
  return method_of(how);
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

  /// False for a form that is given at run time.
  bool has_law() const { return form->law != nullptr; }
  /// The law with the coefficients that were found. \pre `has_law()`
  laws::any_law law() const {
    std::vector<double> values;
    for (fitted_coefficient const& each : found.of.coefficients) values.push_back(each.value);
    return form->law(found.about, values);
  }
};

/// The factor by which intervals of covariance and bootstrap may differ before the wider is used.
inline constexpr double intervals_agree = 1.5;
/// With fewer training runs behind checkpoints than this, a wider interval of the bootstrap is used in any case: few
/// clusters make the covariance too narrow.
inline constexpr std::size_t many_clusters = 50;
/// Refits that are made by themselves where the covariance does not describe the fit.
inline constexpr std::size_t own_refits = 400;

namespace detail {

/// The place of a warning among others: what makes a fit wrong, what its runs do not say, what spoils it, then the
/// rest.
inline int importance(warning const& of) {
  switch (of.kind) {
  case finding::floor_above_losses: return 0;
  case finding::swapped_columns: return 1;
  case finding::mixed_data: return 2;
  case finding::design: return 3;
  case finding::clustered_runs: return 4;
  case finding::coefficient: return of.sentence.find(determined_only) == std::string::npos ? 5 : 10;
  case finding::not_converged: return 6;
  case finding::outlier: return 7;
  case finding::unfinished_runs: return 8;
  case finding::lack_of_fit: return 9;
  default: return 11;
  }
}

/// True if the covariance does not describe the fit: coefficients drawn from it miss the runs themselves by more than
/// three times the fit's residuals, in the median. So it is where coefficients lie on a curved ridge, of which the
/// covariance is the tangent: E may then be drawn above every loss.
inline bool covariance_misses(any_fitted const& found, setup const& how, residual_problem const& posed) {
  for (fitted_coefficient const& each : found.of.coefficients)
    if (!each.held && (!each.identified || each.at_bound)) return false;
  if (found.of.freedom < 5 || !(found.of.rmse > 0)) return false;
  constexpr std::size_t samples = 101;
  double weights = 0;
  for (double const each : posed.weight) weights += each;
  std::vector<double> const target = target_of(posed);
  std::vector<double> loss(posed.rows()), errors;
  for (std::vector<double> const& each : drawn_coefficients(found.of, how, samples)) {
    posed.predict(each, {}, loss, nullptr);
    double square = 0;
    for (std::size_t i = 0; i != loss.size(); ++i) {
      double const off = on_scale(how.residual, loss[i]) - target[i];
      square += posed.weight[i] * off * off / weights;
    }
    errors.push_back(std::isfinite(square) ? std::sqrt(square) : std::numeric_limits<double>::infinity());
  }
  std::nth_element(errors.begin(), errors.begin() + samples / 2, errors.end());
  return errors[samples / 2] > 3 * found.of.rmse;
}

/// Gives every coefficient the interval of the bootstrap, and says why.
inline void follow_bootstrap(report& of, bootstrap const& refits, setup const& how) {
  for (std::size_t k = 0; k != of.coefficients.size(); ++k) {
    fitted_coefficient& each = of.coefficients[k];
    if (each.held || !each.identified || each.at_bound) continue;
    fitted_coefficient const drawn = refits.of(k, each, how.confidence);
    each.standard_error = drawn.standard_error, each.low = drawn.low, each.high = drawn.high;
    each.from_bootstrap = true;
  }
  std::erase_if(of.warnings, [](warning const& each) {
    return each.kind == finding::coefficient && each.sentence.find(determined_only) != std::string::npos;
  });
  warn_of_wide(of, how);
  of.warnings.push_back({finding::covariance_too_narrow,
                         "coefficients drawn from the covariance do not fit these runs, since they trade off along a "
                         "curve: all intervals are those of " +
                             std::to_string(refits.samples.size()) + " refits"});
}

/// Gives coefficients the interval of the bootstrap where that is much wider than the covariance's, and warns where
/// either is. \returns true if the bootstrap is not the narrower
inline bool reconcile(report& of, bootstrap const& refits, setup const& how) {
  bool const few = of.clusters >= fewest_clusters && of.clusters < many_clusters && of.clusters < of.runs && how.robust;
  double wider = 1, narrower = 1;
  std::size_t widest = 0, narrowest = 0;
  for (std::size_t k = 0; k != of.coefficients.size(); ++k) {
    fitted_coefficient& each = of.coefficients[k];
    if (each.held || !each.identified || each.at_bound) continue;
    fitted_coefficient const drawn = refits.of(k, each, how.confidence);
    double const ratio = (drawn.high - drawn.low) / (each.high - each.low);
    if (ratio > wider) wider = ratio, widest = k;
    if (ratio < narrower) narrower = ratio, narrowest = k;
    if (few && drawn.standard_error > each.standard_error) each.standard_error = drawn.standard_error;
    if (ratio <= (few ? 1 : intervals_agree)) continue;
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

inline law_fit law_fit_of(any_form const& form, runs data, setup how,
                          std::optional<bootstrap_options> const& resampled) {
  any_fitted found = fit(*form.to_fit, *form.about, data, how, form.id);
  law_fit made{&form, std::move(how), std::move(data), std::move(found), resampled, {}};
  residual_problem const posed = residual_problem_of(*form.to_fit, *form.about, made.data, made.how);
  report& of = made.found.of;
  std::vector<warning> const told = diagnose(made.found, *form.to_fit, posed, made.data);
  of.warnings.insert(of.warnings.end(), told.begin(), told.end());
  bool const misses = detail::covariance_misses(made.found, made.how, posed);
  if (misses && !resampled)
    made.resampled = bootstrap_options{.samples = own_refits,
                                       .how = made.data.cluster.empty() || !made.how.robust ? resampling::pairs
                                                                                            : resampling::clusters};
  if (made.resampled) {
    made.refits = bootstrap_of(made.found, posed, *made.resampled);
    // A stop may leave too few refits for an interval: the fit then has those of its covariance.
    if (made.refits.not_drawn != 0 && made.refits.samples.size() < 2) made.resampled.reset(), made.refits = {};
    if (made.refits.samples.size() > 1) {
      made.draws_hold = misses || detail::reconcile(of, made.refits, made.how);
      if (misses) detail::follow_bootstrap(of, made.refits, made.how);
    }
  }
  std::stable_sort(of.warnings.begin(), of.warnings.end(),
                   [](warning const& a, warning const& b) { return detail::importance(a) < detail::importance(b); });
  made.found.about = detail::described(*form.about, form.id, of, detail::ranges_of(*form.about, made.data));
  return made;
}

}  // namespace detail

/// Fits a form to runs and diagnoses them.
/// \throws std::invalid_argument as `fit` and `bootstrap_of`
MOETRIC_INLINE law_fit fit_law(any_form const& form, runs data, setup how,
                               std::optional<bootstrap_options> const& resampled = {});
#ifndef MOETRIC_COMPILED
inline law_fit fit_law(any_form const& form, runs data, setup how, std::optional<bootstrap_options> const& resampled) {
  return detail::law_fit_of(form, std::move(data), std::move(how), resampled);
}
#endif

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

/// A quantity with its interval. Both ends are NaN if the fit gives no interval.
struct quantity_interval {
  std::string name;
  double value;
  double low;
  double high;
};

namespace detail {

inline quantity_interval interval_of(std::string_view name, std::size_t n_samples, double confidence, double value,
                                     std::function<double(std::size_t)> const& of_sample) {
  if (n_samples == 0) return {std::string(name), value, std::nan(""), std::nan("")};
  auto const within = optimum::detail::interval_over(
      n_samples, [&](std::size_t i) { return of_sample(i); }, [&] { return value; }, confidence);
  return {std::string(name), within.published, within.low, within.high};
}

}  // namespace detail

/// Checks that a fitted law has an optimum at a budget without further inputs. \throws std::invalid_argument otherwise
inline void require_two_inputs(law_fit const& of, double compute) {
  if (!of.has_law())
    moetric::detail::invalid(("moetric: --compute must be left out for the form " + std::string(of.form->id) +
                              ", which is given at run time and counts no FLOPs")
                                 .c_str());
  laws::any_law const law = of.law();
  if (!law.counts_compute() || law.n_inputs() != 2)
    moetric::detail::invalid(("moetric: --compute must be left out for the form " + std::string(of.form->id) +
                              ", which has further inputs; save the fit and run moetric optimum FIT.json --compute " +
                              moetric::detail::shortest(compute))
                                 .c_str());
}

/// The optimum of a fitted law at a budget (FLOPs): parameters, tokens, loss and tokens per parameter, with intervals
/// from `draws`; none are given without draws.
/// \throws std::invalid_argument for a form with further inputs, and as `optimum::at_compute`
inline std::vector<quantity_interval> optimum_of(law_fit const& of, double compute,
                                                 std::vector<std::vector<double>> const& draws) {
  require_two_inputs(of, compute);
  laws::any_law const law = of.law();
  optimum::any_point const best = optimum::at_compute(law, compute);
  std::vector<std::optional<optimum::any_point>> points;
  for (std::vector<double> const& each : draws) try {
      points.push_back(optimum::at_compute(law.with(each), compute));
    } catch (std::exception const&) {  // counted by the interval
      points.emplace_back();
    }
  std::vector<quantity_interval> all;
  auto const add = [&](std::string_view name, auto const& quantity) {
    all.push_back(detail::interval_of(name, points.size(), of.how.confidence, quantity(best),
                                      [&](std::size_t i) { return points[i] ? quantity(*points[i]) : std::nan(""); }));
  };
  for (std::size_t i = 0; i != 2; ++i)
    add(of.form->about->inputs[i].name, [i](optimum::any_point const& p) { return p.at[i]; });
  add("loss", [](optimum::any_point const& p) { return p.loss; });
  add("tokens_per_parameter", [](optimum::any_point const& p) { return p.at[1] / p.at[0]; });
  return all;
}
/// The same with the draws of the fit.
inline std::vector<quantity_interval> optimum_of(law_fit const& of, double compute) {
  moetric::detail::require_positive("compute", compute);
  return optimum_of(of, compute, draws_of(of));
}

/// The exponents of optimal parameters and tokens over compute, beta/(alpha + beta) and alpha/(alpha + beta), of a law
/// that is a sum of two power laws; empty for others.
inline std::vector<quantity_interval> allocation_exponents(law_fit const& of,
                                                           std::vector<std::vector<double>> const& draws) {
  if (!of.has_law()) return {};
  laws::any_law const law = of.law();
  std::vector<double> const middle(law.n_inputs(), 1e9);
  if (law.n_inputs() != 2 || !law.counts_compute() || !law.additive(middle)) return {};
  auto const exponent = [&](laws::any_law const& by) {
    laws::additive_terms const terms = *by.additive(middle);
    return terms.beta / (terms.alpha + terms.beta);
  };
  double const a = exponent(law);
  auto const of_draw = [&](std::size_t i) { return exponent(law.with(draws[i])); };
  return {detail::interval_of("parameters", draws.size(), of.how.confidence, a, of_draw),
          detail::interval_of("tokens", draws.size(), of.how.confidence, 1 - a,
                              [&](std::size_t i) { return 1 - of_draw(i); })};
}

/// True if intervals of other quantities can be drawn: there are refits, or every coefficient is identified.
inline bool has_draws(law_fit const& of) {
  if (of.draws_hold) return true;
  for (fitted_coefficient const& each : of.found.of.coefficients)
    if (!each.held && (!each.identified || each.at_bound)) return false;
  return of.found.of.freedom > 0;
}

}  // namespace moetric::v0::fit
