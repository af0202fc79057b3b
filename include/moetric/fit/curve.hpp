#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "moetric/core/bisection.hpp"
#include "moetric/core/compiled.hpp"
#include "moetric/core/name.hpp"
#include "moetric/fit/distribution.hpp"
#include "moetric/fit/linear.hpp"
#include "moetric/fit/warning.hpp"

/// Loss as a function of one variable at one scale: its minimum and its near-optimal band. Source: arXiv 2603.21862,
/// sections 4.3, 5 and F.4.
namespace moetric::v0::fit {

/// One basis function of a curve, with its first and second derivative.
struct curve_term {
  enum kind { power, right_of_pole, left_of_pole } as = power;  // x^at, 1/(x − at), 1/(at − x)
  double at = 0;                                                // the exponent, or the place of the pole

  /// The function at x.
  double value(double x) const {
    if (as == power) return std::pow(x, at);
    return 1 / (as == left_of_pole ? at - x : x - at);
  }
  /// Its first derivative at x.
  double slope(double x) const {
    if (as == power) return at == 0 ? 0 : at * std::pow(x, at - 1);
    return (as == left_of_pole ? 1 : -1) / ((x - at) * (x - at));
  }
  /// Its second derivative at x.
  double bend(double x) const {
    if (as == power) return at == 0 || at == 1 ? 0 : at * (at - 1) * std::pow(x, at - 2);
    return 2 / std::fabs((x - at) * (x - at) * (x - at));
  }
};

/// loss(x) = Σ coefficient·term(x)
struct curve_form {
  std::string_view name;
  std::vector<curve_term> terms;
  double low = -std::numeric_limits<double>::infinity();  // x lies strictly between low and high
  double high = std::numeric_limits<double>::infinity();
};

/// a/(x − 6) + b·x + c for x = M/N_a, FLOPs per token over active parameters
inline curve_form over_density() {
  return {"a/(x - 6) + b x + c", {{curve_term::right_of_pole, 6}, {curve_term::power, 1}, {curve_term::power, 0}}, 6};
}
/// a/(x − C1) + b/(C2 − x) + c for x = N/N_a, total over active parameters; C1 = 1 and C2 = (N_e + n_s)/(K + n_s), by
/// default the paper's 289/9
inline curve_form over_expansion(double c1 = 1, double c2 = 289.0 / 9) {
  return {"a/(x - C1) + b/(C2 - x) + c",
          {{curve_term::right_of_pole, c1}, {curve_term::left_of_pole, c2}, {curve_term::power, 0}},
          c1,
          c2};
}
/// a·x² + b·x + c for x = d_model or the logarithm of a count
inline curve_form quadratic() {
  return {"a x^2 + b x + c", {{curve_term::power, 2}, {curve_term::power, 1}, {curve_term::power, 0}}};
}

/// A fitted curve with its minimum and its near-optimal band; the delta method gives the intervals.
struct fitted_curve {
  curve_form form;
  linear_fit line;           // in x / scale
  double scale = 1;          // what x is divided by before the fit
  confidence_interval best;  // the x of the least loss
  double loss = 0;           // the least loss
  confidence_interval low;   // the band's ends, where the loss is (1 + tolerance) times the least
  confidence_interval high;
  std::vector<std::string> warnings{};

  /// The loss at x.
  double operator()(double x) const { return sum(&curve_term::value, x / scale); }
  /// Σ coefficient·part(at), where part is a term's value, slope or bend, and `at` is x / scale.
  double sum(double (curve_term::*part)(double) const, double at) const {
    double total = 0;
    for (std::size_t j = 0; j != form.terms.size(); ++j) total += line.coefficients[j] * (form.terms[j].*part)(at);
    return total;
  }
};

namespace detail {

/// The x between two ends at which f changes its sign, by bisection to the last digits.
template <class Function>
double root_between(Function const& f, double low, double high) {
  bool const low_is_negative = f(low) < 0;
  auto const is_before = [&](double x) { return (f(x) < 0) == low_is_negative; };
  bracket const root = bisect({low, high}, is_before, middle::half_way);
  return middle::half_way(root.holds, root.fails);
}

inline curve_form scaled(curve_form form, double scale) {
  for (curve_term& each : form.terms)
    if (each.as != curve_term::power) each.at /= scale;
  form.low /= scale;
  form.high /= scale;
  return form;
}

inline fitted_curve curve_fit_of(curve_form const& form, std::span<double const> x, std::span<double const> loss,
                                 double tolerance, double confidence) {
  auto const refuse = [](std::string const& sentence) { moetric::detail::invalid(("moetric: " + sentence).c_str()); };
  if (x.size() != loss.size() || x.empty()) refuse("a curve must be fitted to as many losses as x, at least one");
  moetric::detail::require_positive("tolerance", tolerance);
  for (std::size_t i = 0; i != x.size(); ++i) {
    std::string const point = " of point " + std::to_string(i + 1);
    moetric::detail::require_positive("loss" + point, loss[i]);
    if (!(x[i] > form.low && x[i] < form.high) || !std::isfinite(x[i]))
      refuse("x" + point + " must lie in the domain of " + std::string(form.name) + ", but got " +
             moetric::detail::shortest(x[i]));
  }
  auto const [least_x, most_x] = std::minmax_element(x.begin(), x.end());
  double const scale = std::fmax(std::fabs(*least_x), std::fabs(*most_x));
  fitted_curve result{detail::scaled(form, scale), {}, scale, {}, 0, {}, {}};
  std::size_t const p = form.terms.size();
  matrix columns(x.size(), p);
  for (std::size_t i = 0; i != x.size(); ++i)
    for (std::size_t j = 0; j != p; ++j) columns(i, j) = result.form.terms[j].value(x[i] / scale);
  result.line = fit_linear(columns, {loss.begin(), loss.end()}, confidence);

  // A sum of convex terms with positive coefficients: the slope changes sign once, within three widths of the points.
  double const first = *least_x / scale, last = *most_x / scale, width = last - first;
  auto const inside = [&](double at, double bound, double from) {
    return std::isfinite(bound) ? from + (bound - from) * (1 - 1e-9) : at;
  };
  double const left = std::fmax(first - 3 * width, inside(first - 3 * width, result.form.low, first));
  double const right = std::fmin(last + 3 * width, inside(last + 3 * width, result.form.high, last));
  auto const slope = [&](double at) { return result.sum(&curve_term::slope, at); };
  if (!(slope(left) < 0 && slope(right) > 0))
    refuse("losses must bend upwards around a minimum near the points to fit " + std::string(form.name) +
           ", but these do not");
  double const best = detail::root_between(slope, left, right), bend = result.sum(&curve_term::bend, best);
  if (!(bend > 0)) refuse("losses must bend upwards around a minimum to fit " + std::string(form.name));
  result.loss = result.sum(&curve_term::value, best);
  std::vector<double> by(p);
  for (std::size_t j = 0; j != p; ++j) by[j] = -scale * result.form.terms[j].slope(best) / bend;
  result.best = result.line.of(scale * best, result.line.variance(by));
  if (best < first || best > last) result.warnings.push_back("the minimum is extrapolated: it lies outside the points");

  double const limit = (1 + tolerance) * result.loss;
  auto const above = [&](double at) { return result.sum(&curve_term::value, at) - limit; };
  auto const edge = [&](double end) {
    if (above(end) < 0) {
      result.warnings.push_back("the band has no edge near the points: the loss is flatter than its tolerance");
      return confidence_interval{scale * end, std::numeric_limits<double>::infinity(),
                                 -std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};
    }
    double const at = end < best ? detail::root_between(above, end, best) : detail::root_between(above, best, end);
    double const steep = slope(at);
    for (std::size_t j = 0; j != p; ++j)
      by[j] = scale * ((1 + tolerance) * result.form.terms[j].value(best) - result.form.terms[j].value(at)) / steep;
    return result.line.of(scale * at, result.line.variance(by));
  };
  result.low = edge(left);
  result.high = edge(right);
  return result;
}

}  // namespace detail

/// Fits a curve to the losses of one scale by least squares.
/// \param tolerance the band holds losses up to (1 + tolerance) times the least
/// \throws std::invalid_argument for x outside the form's domain, too few points, or a curve without a minimum
MOETRIC_INLINE fitted_curve fit_curve(curve_form const& form, std::span<double const> x, std::span<double const> loss,
                                      double tolerance = 1e-3, double confidence = 0.95);
#ifndef MOETRIC_COMPILED
inline fitted_curve fit_curve(curve_form const& form, std::span<double const> x, std::span<double const> loss,
                              double tolerance, double confidence) {
  return detail::curve_fit_of(form, x, loss, tolerance, confidence);
}
#endif

/// The curve of a name: quadratic, density (over M/N_a) or expansion (over N/N_a).
/// \throws std::invalid_argument for another name
inline curve_form curve_named(std::string_view name) {
  if (name == "quadratic") return quadratic();
  if (name == "density") return over_density();
  if (name == "expansion") return over_expansion();
  refuse_name("curve", name, {"quadratic", "density", "expansion"});
}

/// Curves at several scales.
struct scale_curves {
  std::vector<double> compute{};  // FLOPs, ascending
  std::vector<fitted_curve> curves{};
  std::vector<warning> warnings{};  // of the curves, and of scales that are left out
};

namespace detail {

/// An interval of ln x as one of x.
inline confidence_interval exponential(confidence_interval const& of) {
  double const value = std::exp(of.value);
  return {value, value * of.standard_error, std::exp(of.low), std::exp(of.high)};
}

}  // namespace detail

namespace detail {

/// The minimum of a cubic in x near a parabola's vertex with its standard error; NaN unless it has one inside the runs.
struct cubic_minimum {
  double at;
  double error = 0;
  double loss = 0;
  double square_sum = 0;  // of the residuals
};
inline cubic_minimum minimum_of_cubic(std::vector<double> const& x, std::vector<double> const& loss, double vertex) {
  matrix columns(x.size(), 4);
  for (std::size_t i = 0; i != x.size(); ++i)
    for (std::size_t j = 0; j != 4; ++j) columns(i, j) = std::pow(x[i], static_cast<double>(j));
  linear_fit const line = fit_linear(columns, loss);
  std::vector<double> const& k = line.coefficients;
  cubic_minimum found{vertex};
  found.square_sum = line.square_sum;
  cubic_minimum const none{std::numeric_limits<double>::quiet_NaN(), 0, 0, line.square_sum};
  for (int i = 0; i != 50; ++i) {
    double const bend = 2 * k[2] + 6 * k[3] * found.at;
    if (!(bend > 0)) return none;
    found.at -= (k[1] + 2 * k[2] * found.at + 3 * k[3] * found.at * found.at) / bend;
  }
  auto const [first, last] = std::minmax_element(x.begin(), x.end());
  if (!(found.at > *first && found.at < *last)) return none;
  double const bend = 2 * k[2] + 6 * k[3] * found.at;
  double const by[] = {0, -1 / bend, -2 * found.at / bend, -3 * found.at * found.at / bend};
  found.error = std::sqrt(line.variance(by));
  found.loss = k[0] + found.at * (k[1] + found.at * (k[2] + found.at * k[3]));
  return found;
}

/// Whether parabolas over several scales miss a bend that all share, by the cubic terms of all of them together.
class shared_bend {
 public:
  /// Adds a scale. \param x as the parabola was fitted
  void add(std::vector<double> x, std::vector<double> const& loss, fitted_curve const& parabola, double best) {
    if (x.size() < 5) return;
    double const middle = (*std::min_element(x.begin(), x.end()) + *std::max_element(x.begin(), x.end())) / 2;
    double const width = std::fmax(1e-300, *std::max_element(x.begin(), x.end()) - middle);
    for (double& each : x) each = (each - middle) / width;
    cubic_minimum const cubic = minimum_of_cubic(x, loss, (best - middle) / width);
    ++scales_;
    explained_ += parabola.line.square_sum - cubic.square_sum, left_ += cubic.square_sum;
    freedom_ += static_cast<double>(x.size() - 4);
    if (parabola.line.rmse < 1e-9 * parabola.loss) return;  // rounding
    off_.push_back(std::isfinite(cubic.at) ? std::fabs(cubic.at - (best - middle) / width)
                                           : std::numeric_limits<double>::infinity());
  }
  /// The p-value of the cubic terms; 1 if they would move the optima by less than a twentieth of half the points'
  /// width.
  double p() {
    if (off_.empty()) return 1;
    auto const typical = off_.begin() + static_cast<std::ptrdiff_t>(off_.size() / 2);
    std::nth_element(off_.begin(), typical, off_.end());
    if (*typical < .05 || explained_ < left_) return 1;
    return fisher_f_tail(explained_ / scales_ / (left_ / freedom_), scales_, freedom_);
  }

 private:
  double scales_ = 0, explained_ = 0, left_ = 0, freedom_ = 0;
  std::vector<double> off_;
};

}  // namespace detail

/// Fits a curve to the runs of each scale, over x or with `in_log` over ln x, whose optimum and band are then given as
/// x. A scale without an optimum is left out, with a warning. \throws std::invalid_argument if every scale is left out
inline scale_curves fit_scales(curve_form const& form, std::span<double const> compute, std::span<double const> x,
                               std::span<double const> loss, double tolerance = 1e-3, double confidence = 0.95,
                               bool in_log = false) {
  if (compute.size() != loss.size() || x.size() != loss.size() || loss.empty())
    moetric::detail::invalid("moetric: curves must be fitted to as many scales and x as losses, at least one");
  std::vector<double> scales(compute.begin(), compute.end());
  std::sort(scales.begin(), scales.end());
  scales.erase(std::unique(scales.begin(), scales.end()), scales.end());
  scale_curves all;
  detail::shared_bend bend;
  for (double const scale : scales) {
    std::vector<double> its_x, its_loss;
    for (std::size_t i = 0; i != loss.size(); ++i)
      if (compute[i] == scale) its_x.push_back(in_log ? std::log(x[i]) : x[i]), its_loss.push_back(loss[i]);
    try {
      fitted_curve curve = fit_curve(form, its_x, its_loss, tolerance, confidence);
      if (form.name == quadratic().name) bend.add(its_x, its_loss, curve, curve.best.value);
      if (in_log)
        for (confidence_interval* const each : {&curve.best, &curve.low, &curve.high})
          *each = detail::exponential(*each);
      for (std::string const& each : curve.warnings)
        all.warnings.push_back({finding::profile, "at compute " + brief(scale) + " " + each});
      all.compute.push_back(scale);
      all.curves.push_back(std::move(curve));
    } catch (std::invalid_argument const& error) {
      std::string_view sentence = error.what();
      sentence.remove_prefix(sentence.starts_with("moetric: ") ? 9 : 0);
      all.warnings.push_back({finding::left_out, "compute " + brief(scale) + " is left out: " + std::string(sentence)});
    }
  }
  if (all.curves.empty()) moetric::detail::invalid(("moetric: " + all.warnings[0].sentence).c_str());
  if (double const p = bend.p(); p < 1e-3)
    all.warnings.insert(
        all.warnings.begin(),
        {finding::lack_of_fit, "the parabola misses a bend that the scales share (p " + brief(p, 2) +
                                   "), so its optima and bands are biased: fit fewer x around the optimum" +
                                   (in_log ? "" : ", or over ln x (--curve log-quadratic)")});
  return all;
}

/// The optimum and both ends of its near-optimal band, each a power law of compute.
struct band_laws {
  power_law_fit low;
  power_law_fit best;
  power_law_fit high;
};

/// Power laws through the optima and bands of the curves of several scales, whose compute is given.
/// \throws std::invalid_argument as `fit_power_law`
inline band_laws fit_band(std::span<double const> compute, std::span<fitted_curve const> curves,
                          double confidence = 0.95) {
  std::vector<double> low, best, high;
  for (fitted_curve const& each : curves) {
    low.push_back(each.low.value);
    best.push_back(each.best.value);
    high.push_back(each.high.value);
  }
  return {fit_power_law(compute, low, confidence), fit_power_law(compute, best, confidence),
          fit_power_law(compute, high, confidence)};
}

}  // namespace moetric::v0::fit
