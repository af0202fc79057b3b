#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "moetric/core/function_ref.hpp"
#include "moetric/laws/any_law.hpp"
#include "moetric/optimum/normal_quantile.hpp"

/// Intervals of what laws predict, by sampling their coefficients within the published digits or standard errors.
namespace moetric::v0::optimum {

/// How coefficients are sampled. The same seed gives the same numbers on every machine.
struct sampling {
  std::size_t samples = 1000;
  std::uint64_t seed = 1;
  double coverage = 0.8;  // of the interval: 0.8 means 10th to 90th percentile
};

/// Checks the options. \throws std::invalid_argument for no samples or a coverage outside 0 .. 1
inline void require_sampling(sampling const& how) {
  if (how.samples == 0) moetric::detail::invalid("moetric: samples must be at least 1, but got 0");
  if (!(is_positive_and_finite(how.coverage) && how.coverage < 1))
    moetric::detail::invalid(
        ("moetric: coverage must be above 0 and below 1, but got " + moetric::detail::shortest(how.coverage)).c_str());
}

/// A quantity at the published coefficients, with percentiles over the samples.
struct uncertain {
  double published;  // at the published coefficients
  double low;
  double median;
  double high;
  std::size_t failed;  // samples for which the quantity is not defined
};

namespace detail {

/// Uniform above 0 and below 1, from the generator's bits: std distributions differ between libraries.
inline double uniform(std::mt19937_64& bits) {
  return (static_cast<double>(bits() >> 11) + 0.5) * 0x1p-53;
}

/// A matrix of at most 16 rows, by rows.
using small_matrix = std::array<std::array<double, 16>, 16>;

/// The lower triangular root of a correlation matrix given below its diagonal by rows, by Cholesky's method; the
/// identity if nothing is given.
inline small_matrix root_of_correlations(std::span<double const> below_diagonal, std::size_t n) {
  small_matrix root{};
  if (below_diagonal.empty()) {
    for (std::size_t i = 0; i != n; ++i) root[i][i] = 1;
    return root;
  }
  if (below_diagonal.size() != n * (n - 1) / 2)
    moetric::detail::invalid("moetric: correlations must be one for each pair of coefficients");
  for (std::size_t i = 0; i != n; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      double rest = i == j ? 1 : below_diagonal[i * (i - 1) / 2 + j];
      for (std::size_t k = 0; k != j; ++k) rest -= root[i][k] * root[j][k];
      if (i == j && !is_positive_and_finite(rest))
        moetric::detail::invalid("moetric: correlations must form a positive definite matrix");
      root[i][j] = i == j ? std::sqrt(rest) : rest / root[j][j];
    }
  return root;
}

/// Coefficients drawn within their published errors.
inline std::vector<double> drawn_coefficients(laws::description const& about, std::mt19937_64& bits) {
  std::size_t const n = about.coefficients.size();
  small_matrix const root = root_of_correlations(about.correlations.below_diagonal, n);
  std::vector<double> uniforms, values;
  for (std::size_t i = 0; i != n; ++i) uniforms.push_back(uniform(bits));
  for (std::size_t i = 0; i != n; ++i) {
    laws::coefficient const& published = about.coefficients[i];
    double normal = 0;
    for (std::size_t k = 0; k <= i; ++k)
      if (root[i][k] != 0) normal += root[i][k] * normal_quantile(uniforms[k]);
    values.push_back(published.log_standard_error > 0
                         ? published.value * std::exp(published.log_standard_error * normal)
                     : published.standard_error > 0 ? published.value + published.standard_error * normal
                                                    : published.value + published.last_digit * (uniforms[i] - 0.5));
  }
  return values;
}

/// Linear interpolation between order statistics, R's type 7.
inline double percentile(std::span<double const> sorted, double part) {
  double const place = part * static_cast<double>(sorted.size() - 1);
  auto const below = static_cast<std::size_t>(place);
  if (below + 1 >= sorted.size()) return sorted.back();
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[below + 1] - sorted[below]);
}

/// Percentiles of the values `found` in so many samples.
inline uncertain interval(double published, std::vector<double> found, std::size_t samples, double coverage) {
  if (found.empty()) moetric::detail::invalid("moetric: a quantity must be defined for at least one sample");
  std::sort(found.begin(), found.end());
  return {published, percentile(found, (1 - coverage) / 2), percentile(found, 0.5),
          percentile(found, (1 + coverage) / 2), samples - found.size()};
}

/// The interval of a quantity over so many samples, `of_sample(i)`. Those for which it throws are counted.
inline uncertain interval_over(std::size_t samples, function_ref<double(std::size_t)> of_sample,
                               function_ref<double()> published, double coverage) {
  require_sampling({.coverage = coverage});
  std::vector<double> found;
  for (std::size_t i = 0; i != samples; ++i) {
    try {
      double const value = of_sample(i);
      if (std::isfinite(value)) found.push_back(value);
    } catch (std::exception const&) {  // counted below
    }
  }
  return interval(published(), std::move(found), samples, coverage);
}

}  // namespace detail

/// What samples of a law's coefficients show: the error of its fit, more than that error where correlations are not
/// known, or the rounding of its digits alone.
inline std::string sampled_error(laws::description const& about) {
  bool has_errors = false;
  for (laws::coefficient const& each : about.coefficients) has_errors = has_errors || each.standard_error > 0;
  if (!has_errors) return "rounding of the published digits alone, the error of the fit is not published";
  if (about.correlations.below_diagonal.empty()) return "published standard errors, drawn as independent, too wide";
  return "published standard errors, correlated as in " + std::string(about.correlations.source);
}

/// The law with sampled coefficients: normal with the published standard error (of the logarithm where that is
/// published), or uniform within half a unit of the last printed digit. Correlations are those of the description.
/// Without them samples are independent, and intervals from standard errors are wider than the fit's own.
inline laws::any_law drawn_law(laws::any_law const& law, std::mt19937_64& bits) {
  return law.with(detail::drawn_coefficients(*law.about, bits));
}
template <class Form>
laws::law<Form> drawn_law(laws::law<Form> const& law, std::mt19937_64& bits) {
  return *drawn_law(laws::any_law(law), bits).template as<Form>();
}

/// `how.samples` laws with sampled coefficients.
inline std::vector<laws::any_law> drawn_laws(laws::any_law const& law, sampling const& how) {
  std::mt19937_64 bits(how.seed);
  std::vector<laws::any_law> samples;
  samples.reserve(how.samples);
  for (std::size_t i = 0; i != how.samples; ++i) samples.push_back(drawn_law(law, bits));
  return samples;
}
template <class Form>
std::vector<laws::law<Form>> drawn_laws(laws::law<Form> const& law, sampling const& how) {
  std::vector<laws::law<Form>> samples;
  for (laws::any_law const& each : drawn_laws(laws::any_law(law), how)) samples.push_back(*each.as<Form>());
  return samples;
}

/// The interval of any quantity of a law over given samples of it: a published bootstrap, or the user's own fits.
/// \throws std::invalid_argument for a coverage outside 0 .. 1, or if the quantity is defined for no sample
template <class Law, class Quantity>
uncertain interval_over(Law const& law, std::span<Law const> samples, Quantity const& quantity, double coverage = 0.8) {
  return detail::interval_over(
      samples.size(), [&](std::size_t i) { return static_cast<double>(quantity(samples[i])); },
      [&] { return static_cast<double>(quantity(law)); }, coverage);
}

/// The same over coefficients sampled within their published digits or standard errors.
template <class Law, class Quantity>
uncertain interval_of(Law const& law, Quantity const& quantity, sampling const& how = {}) {
  auto const samples = drawn_laws(law, how);
  return interval_over(law, std::span<Law const>(samples), quantity, how.coverage);
}

}  // namespace moetric::v0::optimum
