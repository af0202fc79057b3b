#pragma once

#include <boost/math/distributions/chi_squared.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/core/name.hpp"
#include "moetric/fit/fit.hpp"
#include "moetric/fit/forms.hpp"
#include "moetric/laws/catalogue.hpp"
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

namespace detail {

template <class Visit>
void for_each_form(Visit visit) {
  std::apply([&](auto const&... each) { (visit(each), ...); }, published_forms);
}

/// The form with that id, or the form of the published law with that id; empty if there is none.
inline std::string_view form_id(std::string_view id) {
  std::string_view found;
  for_each_form([&](auto const& form) {
    using form_type = typename std::remove_cvref_t<decltype(form)>::form;
    if (form.id == id) found = form.id;
    laws::for_each_loss([&](auto const& law) {
      if constexpr (std::is_same_v<typename std::remove_cvref_t<decltype(law)>::form, form_type>)
        if (law.about->id == id && found.empty()) found = form.id;
    });
    if (form.about->id == id && found.empty()) found = form.id;
  });
  return found;
}

}  // namespace detail

/// The ids of all published forms.
inline std::vector<std::string_view> form_ids() {
  std::vector<std::string_view> ids;
  detail::for_each_form([&](auto const& form) { ids.push_back(form.id); });
  return ids;
}

/// True for the id of a form or of a published law of such a form.
inline bool has_form(std::string_view id) {
  return !detail::form_id(id).empty();
}

/// Calls visit(form) with the published form of an id, which may be its own or that of a published law.
/// \throws std::invalid_argument listing the forms for an unknown id
template <class Visit>
void visit_form(std::string_view id, Visit visit) {
  std::string_view const wanted = detail::form_id(id);
  if (wanted.empty()) refuse_name("a form that can be fitted", id, form_ids());
  detail::for_each_form([&](auto const& form) {
    if (form.id == wanted) visit(form);
  });
}

/// Calls visit(law) with the fitted law in its own type.
template <class Visit>
void visit_law(fitted_law const& found, Visit visit) {
  visit_form(found.form, [&](auto const& form) {
    using law = laws::law<typename std::remove_cvref_t<decltype(form)>::form>;
    std::array<double, laws::detail::number_of_doubles<typename law::coefficients>> values{};
    for (std::size_t k = 0; k != values.size(); ++k) values[k] = found.of.coefficients[k].value;
    visit(law{found.about, laws::detail::from_array<typename law::coefficients>(values)});
  });
}

template <class Form>
fitted_law forget_type(published_form<Form> const& form, fitted<Form> const& found) {
  std::vector<laws::range> ranges;
  for (laws::input const& each : found.about->inputs) ranges.push_back(*each.fitted);
  return {std::string(form.id), found.of, ranges, found.about};
}

/// The loss at the given inputs, in the law's order, with every input that lies outside the range of the runs.
/// \throws std::invalid_argument naming an input outside its domain
inline laws::answer evaluate(fitted_law const& found, std::span<double const> values) {
  laws::answer result;
  visit_law(found, [&](auto const& law) {
    using inputs = typename std::remove_cvref_t<decltype(law)>::inputs;
    std::array<double, laws::detail::number_of_doubles<inputs>> at{};
    if (values.size() != at.size())
      moetric::detail::invalid("moetric: a fitted law must get each of its inputs once, in order");
    std::copy(values.begin(), values.end(), at.begin());
    result = laws::evaluate(law, laws::detail::from_array<inputs>(at));
  });
  return result;
}

/// Laws with coefficients drawn jointly from the fit's covariance; optimum::interval_over turns them into the interval
/// of any quantity. The distribution is a multivariate Student's t, so draws from few runs spread as widely as the
/// coefficients' own intervals. Coefficients that the fit varies as logarithms are drawn as logarithms and stay
/// positive. \throws std::invalid_argument for a fit that does not identify every coefficient
template <class Law>
std::vector<Law> drawn_laws(Law const& law, report const& fit_report, setup const& how, std::size_t samples = 1000,
                            std::uint64_t seed = 1) {
  coordinates const where(how.unknowns);
  std::size_t const n = where.size();
  std::vector<double> centre(n), slope(n);
  matrix root(n, n);
  for (std::size_t i = 0; i != n; ++i) {
    estimate const& one = fit_report.coefficients[where.coefficient(i)];
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
  double const freedom = static_cast<double>(fit_report.runs) - static_cast<double>(fit_report.fitted);
  if (!(freedom > 0))
    moetric::detail::invalid(("moetric: a fit must have more runs than coefficients to give an interval, but has " +
                              std::to_string(fit_report.runs) + " and " + std::to_string(fit_report.fitted))
                                 .c_str());
  boost::math::normal_distribution<double> const normal;
  boost::math::chi_squared_distribution<double> const chi_squared(freedom);
  std::mt19937_64 bits(seed);
  std::vector<Law> laws(samples, law);
  for (Law& each : laws) {
    std::vector<double> standard(n), at = centre;
    double const wide = std::sqrt(freedom / quantile(chi_squared, optimum::detail::uniform(bits)));
    for (double& z : standard) z = wide * quantile(normal, optimum::detail::uniform(bits));
    for (std::size_t i = 0; i != n; ++i)
      for (std::size_t j = 0; j <= i; ++j) at[i] += root(i, j) * standard[j];
    std::vector<double> const drawn = where.to(at);
    auto values = laws::detail::to_array(each.k);
    for (std::size_t k = 0; k != values.size(); ++k)
      if (where.place(k) != coordinates::none) values[k] = drawn[k];
    each.k = laws::detail::from_array<typename Law::coefficients>(values);
  }
  return laws;
}

/// The setup of a fitted law's form, with the coefficients that the fit held.
inline setup setup_of(fitted_law const& found) {
  setup how;
  visit_form(found.form, [&](auto const& form) { how = form.how(); });
  for (std::size_t k = 0; k != how.unknowns.size(); ++k)
    if (found.of.coefficients[k].held)
      how.unknowns[k] = {how.unknowns[k].name, role::held, {found.of.coefficients[k].value}};
  return how;
}

/// The same for a fitted law in its own type, from `visit_law`: up to `samples` refits of its bootstrap if it has one.
template <class Law>
std::vector<Law> drawn_laws(Law const& law, fitted_law const& found, std::size_t samples = 1000,
                            std::uint64_t seed = 1) {
  if (!found.draws.empty()) {
    std::vector<Law> laws;
    for (std::size_t i = 0; i != std::min(samples, found.draws.size()); ++i)
      laws.push_back(with_coefficients(law, found.draws[i]));
    return laws;
  }
  return drawn_laws(law, found.of, setup_of(found), samples, seed);
}

}  // namespace moetric::v0::fit
