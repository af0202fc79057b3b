// Laws: published ones that read models, their optima, forms and fits, fits read from JSON.
#include "moetric/fit/consistency.hpp"
#include "moetric/fit/curve.hpp"
#include "moetric/fit/fitted_law.hpp"
#include "moetric/fit/isoflop.hpp"
#include "moetric/fit/law_fit.hpp"
#include "moetric/io/fitted_law.hpp"
#include "moetric/laws/readable.hpp"
#include "moetric/optimum/compare.hpp"
#include "moetric/optimum/question.hpp"
#include "moetric/optimum/regret.hpp"

namespace moetric::v0::laws {

any_readable_law readable(any_law const& law) {
  return detail::readable_law_of(law);
}

}  // namespace moetric::v0::laws

namespace moetric::v0::optimum {

comparison compare(double compute, compare_options const& options) {
  return detail::compared(compute, options);
}

sampled_comparison sample(comparison const& among, sampling const& how, std::vector<own_samples> const& own) {
  return detail::sampled_comparison_of(among, how, own);
}

solution solve(laws::any_law const& law, question const& asked) {
  return detail::solution_of(law, asked);
}

std::vector<solution_interval> intervals_of(laws::any_law const& law, question const& asked, solution const& published,
                                            std::span<laws::any_law const> samples, double coverage) {
  return detail::solution_intervals(law, asked, published, samples, coverage);
}

}  // namespace moetric::v0::optimum

namespace moetric::v0::fit {

constinit std::array<any_form, 17> const published_forms = detail::all_forms();

any_fitted fit(form_to_fit const& form, laws::description const& about, runs const& data, setup const& how,
               std::string_view name) {
  return detail::fit_of_form(form, about, data, how, name);
}

law_fit fit_law(any_form const& form, runs data, setup how, std::optional<bootstrap_options> const& resampled) {
  return detail::law_fit_of(form, std::move(data), std::move(how), resampled);
}

std::vector<std::vector<double>> drawn_coefficients(report const& fit_report, setup const& how, std::size_t samples,
                                                    std::uint64_t seed) {
  return detail::drawn_from_covariance(fit_report, how, samples, seed);
}

power_law_fit fit_power_law(std::span<double const> x, std::span<double const> y, power_law_options const& options) {
  return detail::power_law_of(x, y, options);
}

allocation_fit fit_isoflop(std::span<double const> parameters, std::span<double const> compute,
                           std::span<double const> loss, std::span<double const> tokens, isoflop_options const& how) {
  return detail::isoflop_of(parameters, compute, loss, tokens, how);
}

fitted_curve fit_curve(curve_form const& form, std::span<double const> x, std::span<double const> loss,
                       double tolerance, double confidence) {
  return detail::curve_fit_of(form, x, loss, tolerance, confidence);
}

basic_consistency<any_fitted> test_consistency(form_to_fit const& form, laws::description const& about, runs const& a,
                                               runs const& b, setup how, std::vector<std::string> const& names,
                                               double margin) {
  return detail::tested(form, about, a, b, std::move(how), names, margin);
}

}  // namespace moetric::v0::fit

namespace moetric::v0::io {

fit::fitted_law fitted_law_of(json_value const& from) {
  return detail::law_from(from);
}

}  // namespace moetric::v0::io
