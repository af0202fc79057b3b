#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "moetric/core/compiled.hpp"
#include "moetric/core/name.hpp"
#include "moetric/fit/fit.hpp"
#include "moetric/fit/further_forms.hpp"
#include "moetric/fit/own_form.hpp"
#include "moetric/laws/loss_laws.hpp"
#include "moetric/optimum/uncertainty.hpp"

/// Type-erased fits: the content of a fitted law's file, usable wherever a published law is.
namespace moetric::v0::fit {

/// A fitted law of one of the published forms.
struct fitted_law {
  std::string form;                          // id of a published form
  report of;                                 // residuals are empty when it was read from a file
  std::vector<laws::range> ranges;           // of the runs' inputs, in the law's order
  laws::description_ref about;               // of the fit
  std::vector<std::vector<double>> draws{};  // coefficients of a bootstrap's refits, in the form's order
};

/// A form, its type erased.
struct any_form {
  std::string_view id;
  std::string_view method;         // the paper's
  laws::description const* about;  // a published law of the form: the inputs, and the coefficients' names
  form_to_fit const* to_fit;
  /// A law of the form with coefficients in the form's order; null for a form that is given at run time.
  laws::any_law (*law)(laws::description_ref const& about, std::span<double const> coefficients);
  /// True for the id of a published law of the form.
  bool (*has_law)(std::string_view id);

  /// How the paper fits it.
  setup how() const { return own_ != nullptr ? *own_ : paper_(); }

  /// Of a form that is given at run time, which must outlive it.
  explicit any_form(own_form const& of)
      : id(of.about.value.id), method(of.method), about(&of.about.value), to_fit(&of), law(nullptr),
        has_law([](std::string_view) { return false; }), own_(&of.how) {}
  explicit any_form(own_form const&&) = delete;

  template <class Form>
  constexpr any_form(published_form<Form> const& of)
      : id(of.id), method(of.method), about(of.about), to_fit(&detail::to_fit<Form>),
        law([](laws::description_ref const& described, std::span<double const> values) -> laws::any_law {
          return laws::law<Form>(described, laws::detail::functions_of_form<Form>::coefficients_at(values.data()));
        }),
        has_law([](std::string_view law_id) {
          auto const holds = []<class... Row>(laws::row_list<Row...>, std::string_view wanted) {
            return ((std::is_same_v<typename std::remove_cvref_t<decltype(Row::law)>::form, Form> &&
                     Row::law.about->id == wanted) ||
                    ...);
          };
          return holds(laws::loss_rows{}, law_id) || holds(laws::further_loss_rows{}, law_id);
        }),
        paper_(of.how) {}

 private:
  setup (*paper_)() = nullptr;
  setup const* own_ = nullptr;
};

namespace detail {
constexpr std::array<any_form, 17> all_forms() {
  return {forms::chinchilla, forms::fine_grained,     forms::fine_grained_dense,
          forms::clark,      forms::joint_moe,        forms::abnar,
          forms::wang,       forms::data_constrained, forms::floor,
          forms::joined,     forms::width_depth,      forms::over_training,
          forms::farseer,    forms::pruned,           forms::vocabulary,
          forms::accuracy,   forms::task_error};
}
}  // namespace detail

/// All forms that can be fitted.
#ifdef MOETRIC_COMPILED
extern std::array<any_form, 17> const published_forms;
#else
inline constexpr std::array<any_form, 17> published_forms = detail::all_forms();
#endif

/// The ids of all published forms.
inline std::vector<std::string_view> form_ids() {
  std::vector<std::string_view> ids;
  for (any_form const& form : published_forms) ids.push_back(form.id);
  return ids;
}

/// The published form of an id, which may be its own or that of a published law of the form; null if there is none.
inline any_form const* find_form(std::string_view id) {
  for (any_form const& form : published_forms)
    if (form.id == id) return &form;
  for (any_form const& form : published_forms)
    if (form.about->id == id || form.has_law(id)) return &form;
  return nullptr;
}
/// The same. \throws std::invalid_argument listing the forms for an unknown id
inline any_form const& require_form(std::string_view id) {
  if (any_form const* const form = find_form(id)) return *form;
  refuse_name("a form that can be fitted", id, form_ids());
}

/// The fitted law of any form.
inline laws::any_law law_of(fitted_law const& found) {
  std::vector<double> values;
  for (fitted_coefficient const& each : found.of.coefficients) values.push_back(each.value);
  return require_form(found.form).law(found.about, values);
}

namespace detail {

[[noreturn]] inline void refuse_form(std::string_view id) {
  moetric::detail::invalid(
      ("moetric: a fitted law must be of a published form to be read from a model, but is of form " + std::string(id))
          .c_str());
}

}  // namespace detail

/// Calls visit(form) with the published form of an id in its own type: the visitor is compiled for each form.
/// \throws as `require_form`
template <class Visit>
void visit_form(std::string_view id, Visit visit) {
  std::string_view const wanted = require_form(id).id;
  bool visited = false;
  for_each_form([&](auto const& form) {
    if (form.id == wanted) visit(form), visited = true;
  });
  if (!visited) detail::refuse_form(wanted);
}

/// Calls visit(law) with the fitted law in its own type: the visitor is compiled for each form. See `law_of`.
template <class Visit>
void visit_law(fitted_law const& found, Visit visit) {
  laws::any_law const law = law_of(found);
  bool visited = false;
  for_each_form([&]<class Form>(published_form<Form> const&) {
    if (auto const typed = law.as<Form>()) visit(*typed), visited = true;
  });
  if (!visited) detail::refuse_form(found.form);
}

/// A fit of a published form as a fitted law.
inline fitted_law forget_type(any_form const& form, any_fitted const& found) {
  std::vector<laws::range> ranges;
  for (laws::input const& each : found.about->inputs) ranges.push_back(*each.fitted);
  return {std::string(form.id), found.of, ranges, found.about};
}

/// Fits a published form with its paper's method, or as `how` says. \throws std::invalid_argument as `fit`
inline fitted_law fit(any_form const& form, runs const& data, setup const& how) {
  return forget_type(form, fit(*form.to_fit, *form.about, data, how, form.id));
}

/// The loss at the given inputs, in the law's order, with every input that lies outside the range of the runs.
/// \throws std::invalid_argument naming an input outside its domain, or unless there is a value for each
inline laws::evaluation evaluate(fitted_law const& found, std::span<double const> values) {
  return laws::evaluate(law_of(found), values);
}

namespace detail {

inline std::vector<std::vector<double>> drawn_from_covariance(report const& fit_report, setup const& how,
                                                              std::size_t samples, std::uint64_t seed) {
  coordinates const where(how.unknowns);
  std::size_t const n = where.size();
  std::vector<double> centre(n), slope(n);
  matrix root(n, n);
  for (std::size_t i = 0; i != n; ++i) {
    fitted_coefficient const& one = fit_report.coefficients[where.coefficient(i)];
    if (!one.identified || one.at_bound)
      moetric::detail::invalid(
          ("moetric: a fit must identify " + one.name + " to give an interval, but does not").c_str());
    centre[i] = where.from(i, one.value);
    slope[i] = where.is_logarithm(i) ? one.value : 1;
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = fit_report.covariance(where.coefficient(i), where.coefficient(j)) / (slope[i] * slope[j]);
      for (std::size_t k = 0; k != j; ++k) sum -= root(i, k) * root(j, k);
      root(i, j) = i == j ? std::sqrt(std::fmax(sum, 0)) : root(j, j) > 0 ? sum / root(j, j) : 0;
    }
  }
  double const freedom = fit_report.freedom;
  if (!(freedom > 0))
    moetric::detail::invalid(("moetric: a fit must have more runs than coefficients to give an interval, but has " +
                              std::to_string(fit_report.runs) + " and " + std::to_string(fit_report.fitted))
                                 .c_str());
  std::vector<double> held;
  for (fitted_coefficient const& each : fit_report.coefficients) held.push_back(each.value);
  std::mt19937_64 bits(seed);
  std::vector<std::vector<double>> draws(samples, held);
  for (std::vector<double>& each : draws) {
    std::vector<double> standard(n), at = centre;
    double const wide = std::sqrt(freedom / chi_squared_quantile(optimum::detail::uniform(bits), freedom));
    for (double& z : standard) z = wide * optimum::normal_quantile(optimum::detail::uniform(bits));
    for (std::size_t i = 0; i != n; ++i)
      for (std::size_t j = 0; j <= i; ++j) at[i] += root(i, j) * standard[j];
    std::vector<double> const drawn = where.to(at);
    for (std::size_t k = 0; k != each.size(); ++k)
      if (where.place(k) != coordinates::none) each[k] = drawn[k];
  }
  return draws;
}

}  // namespace detail

/// Coefficients drawn jointly from the fit's covariance, in the form's order. The distribution is a multivariate
/// Student's t, so draws from few runs spread as widely as the coefficients' own intervals. Coefficients that the fit
/// varies as logarithms are drawn as logarithms and stay positive.
/// \throws std::invalid_argument for a fit that does not identify every coefficient
MOETRIC_INLINE std::vector<std::vector<double>> drawn_coefficients(report const& fit_report, setup const& how,
                                                                   std::size_t samples = 1000, std::uint64_t seed = 1);
#ifndef MOETRIC_COMPILED
inline std::vector<std::vector<double>> drawn_coefficients(report const& fit_report, setup const& how,
                                                           std::size_t samples, std::uint64_t seed) {
  return detail::drawn_from_covariance(fit_report, how, samples, seed);
}
#endif

/// The setup of a fitted law's form, with the coefficients that the fit held.
inline setup setup_of(fitted_law const& found) {
  setup how = require_form(found.form).how();
  for (std::size_t k = 0; k != how.unknowns.size(); ++k)
    if (found.of.coefficients[k].held)
      how.unknowns[k] = {how.unknowns[k].name, role::held, {found.of.coefficients[k].value}};
  return how;
}

/// Coefficients of up to `samples` refits of the fit's bootstrap if it has one, else drawn from its covariance.
inline std::vector<std::vector<double>> drawn_coefficients(fitted_law const& found, std::size_t samples = 1000,
                                                           std::uint64_t seed = 1) {
  if (found.draws.empty()) return drawn_coefficients(found.of, setup_of(found), samples, seed);
  return {found.draws.begin(),
          found.draws.begin() + static_cast<std::ptrdiff_t>(std::min(samples, found.draws.size()))};
}

/// Laws with these coefficients; optimum::interval_over turns them into the interval of any quantity.
template <class Law>
std::vector<Law> laws_with(Law const& law, std::vector<std::vector<double>> const& coefficients) {
  std::vector<Law> all;
  for (std::vector<double> const& each : coefficients) all.push_back(with_coefficients(law, each));
  return all;
}
/// Laws with coefficients drawn from the covariance of a fit, or from a fitted law as `drawn_coefficients` does.
template <class Law>
std::vector<Law> drawn_laws(Law const& law, report const& fit_report, setup const& how, std::size_t samples = 1000,
                            std::uint64_t seed = 1) {
  return laws_with(law, drawn_coefficients(fit_report, how, samples, seed));
}
template <class Law>
std::vector<Law> drawn_laws(Law const& law, fitted_law const& found, std::size_t samples = 1000,
                            std::uint64_t seed = 1) {
  return laws_with(law, drawn_coefficients(found, samples, seed));
}

}  // namespace moetric::v0::fit
