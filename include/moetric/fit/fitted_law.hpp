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

/// Fits by the name of a form, their type forgotten: what a file of a fitted law holds, and what stands in the place of
/// a published law.
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

/// The form of that id, or that of the published law of that id; empty where there is none.
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

/// Ids of the published forms.
inline std::vector<std::string_view> form_ids() {
  std::vector<std::string_view> ids;
  detail::for_each_form([&](auto const& form) { ids.push_back(form.id); });
  return ids;
}

/// Whether an id is that of a form, or of a published law that has one.
inline bool has_form(std::string_view id) {
  return !detail::form_id(id).empty();
}

/// Calls visit(form) with the published form of an id, its own or that of a published law.
/// \throws std::invalid_argument listing the forms
template <class Visit>
void visit_form(std::string_view id, Visit visit) {
  std::string_view const wanted = detail::form_id(id);
  if (wanted.empty()) refuse_name("a form that can be fitted", id, form_ids());
  detail::for_each_form([&](auto const& form) {
    if (form.id == wanted) visit(form);
  });
}

/// Calls visit(law) with the fitted law, its type known again.
template <class Visit>
void visit_law(fitted_law const& of, Visit visit) {
  visit_form(of.form, [&](auto const& form) {
    using law = laws::law<typename std::remove_cvref_t<decltype(form)>::form>;
    std::array<double, laws::detail::number_of_doubles<typename law::coefficients>> values{};
    for (std::size_t k = 0; k != values.size(); ++k) values[k] = of.of.coefficients[k].value;
    visit(law{of.about, laws::detail::from_array<typename law::coefficients>(values)});
  });
}

template <class Form>
fitted_law forget_type(published_form<Form> const& form, fitted<Form> const& of) {
  std::vector<laws::range> ranges;
  for (laws::input const& each : of.about->inputs) ranges.push_back(*each.fitted);
  return {std::string(form.id), of.of, ranges, of.about};
}

/// The loss at given inputs, in the law's order, with every one that lies outside of the runs.
/// \throws std::invalid_argument naming an input that is outside of what it can be
inline laws::answer evaluate(fitted_law const& of, std::span<double const> values) {
  laws::answer result;
  visit_law(of, [&](auto const& law) {
    using inputs = typename std::remove_cvref_t<decltype(law)>::inputs;
    std::array<double, laws::detail::number_of_doubles<inputs>> at{};
    if (values.size() != at.size())
      moetric::detail::invalid("moetric: a fitted law must get each of its inputs once, in order");
    std::copy(values.begin(), values.end(), at.begin());
    result = laws::evaluate(law, laws::detail::from_array<inputs>(at));
  });
  return result;
}

/// Coefficients as the fit's covariance lets them move, together: for the interval of any quantity by
/// optimum::interval_over. Student's distribution in several dimensions, so that few runs leave them as wide as the
/// coefficients' own intervals. Those that are varied as logarithms are drawn as such, so they stay positive.
/// \throws std::invalid_argument for a fit that does not tell every coefficient
template <class Law>
std::vector<Law> drawn_laws(Law const& law, report const& of, setup const& how, std::size_t samples = 1000,
                            std::uint64_t seed = 1) {
  coordinates const where(how.unknowns);
  std::size_t const n = where.size();
  std::vector<double> centre(n), slope(n);
  matrix root(n, n);
  for (std::size_t i = 0; i != n; ++i) {
    estimate const& one = of.coefficients[where.coefficient(i)];
    if (!one.identified || one.at_bound)
      moetric::detail::invalid(("moetric: a fit must tell " + one.name + " to give an interval, but does not").c_str());
    centre[i] = where.from(i, one.value);
    slope[i] = where.is_logarithm(i) ? one.value : 1;
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = of.covariance(where.coefficient(i), where.coefficient(j)) / (slope[i] * slope[j]);
      for (std::size_t k = 0; k != j; ++k) sum -= root(i, k) * root(j, k);
      root(i, j) = i == j ? std::sqrt(std::fmax(sum, 0)) : root(j, j) > 0 ? sum / root(j, j) : 0;
    }
  }
  double const freedom = static_cast<double>(of.runs) - static_cast<double>(of.fitted);
  if (!(freedom > 0))
    moetric::detail::invalid(("moetric: a fit must have more runs than coefficients to give an interval, but has " +
                              std::to_string(of.runs) + " and " + std::to_string(of.fitted))
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

/// How the form of a fitted law is sought, with what was held there.
inline setup setup_of(fitted_law const& of) {
  setup how;
  visit_form(of.form, [&](auto const& form) { how = form.how(); });
  for (std::size_t k = 0; k != how.unknowns.size(); ++k)
    if (of.of.coefficients[k].held) how.unknowns[k] = {how.unknowns[k].name, role::held, {of.of.coefficients[k].value}};
  return how;
}

/// The same for a fitted law whose type `visit_law` told: the refits of its bootstrap where it has one, at most so
/// many.
template <class Law>
std::vector<Law> drawn_laws(Law const& law, fitted_law const& of, std::size_t samples = 1000, std::uint64_t seed = 1) {
  if (!of.draws.empty()) {
    std::vector<Law> laws;
    for (std::size_t i = 0; i != std::min(samples, of.draws.size()); ++i)
      laws.push_back(with_coefficients(law, of.draws[i]));
    return laws;
  }
  return drawn_laws(law, of.of, setup_of(of), samples, seed);
}

}  // namespace moetric::v0::fit
