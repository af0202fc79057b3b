#pragma once

#include <cmath>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/core/contract.hpp"
#include "moetric/core/positive.hpp"
#include "moetric/core/text.hpp"
#include "moetric/fit/linear_algebra.hpp"

namespace moetric::v0::fit {

/// How a fit treats a coefficient.
enum class role {
  linear,    // the form is linear in it, so it needs no start
  scale,     // as linear, but positive: the fit varies its logarithm
  positive,  // the fit varies its logarithm, from each of `starts`
  real,      // the fit varies it, from each of `starts`
  held,      // fixed at starts[0]
  tied,      // equal to the coefficient `to`
};

/// One coefficient of a form.
struct unknown {
  std::string name;
  role as = role::real;
  std::vector<double> starts{};
  double low = -std::numeric_limits<double>::infinity();  // bounds, both included; a fit that ends at one reports it
  double high = std::numeric_limits<double>::infinity();
  std::size_t to = 0;  // index of an earlier coefficient
};

/// The scale on which residuals are minimised: the loss itself or its logarithm.
enum class loss_scale { loss, log, log10 };

/// Its name in text: loss, ln loss or log10 loss.
constexpr std::string_view name(loss_scale scale) {
  return scale == loss_scale::loss ? "loss" : scale == loss_scale::log ? "ln loss" : "log10 loss";
}

/// How to fit a form.
struct setup {
  std::vector<unknown> unknowns;  // the coefficients, in the form's order
  loss_scale residual = loss_scale::log;
  double huber = 1e-3;         // delta, where Huber's function turns from square to line; 0 for plain squares
  bool linear_in_log = false;  // ln loss, not the loss, is linear in `linear` and `scale` coefficients
  double confidence = 0.95;    // of intervals
  double overestimate = 1;     // weight of runs that are predicted too high, relative to those predicted too low
  bool robust = true;  // standard errors by the sandwich estimator, which holds for residuals of unequal size and for
                       // checkpoints of one run; false: as for independent residuals of one size
};

/// What a setup minimises, in words: "Huber's function, delta 1e-3, of ln loss".
inline std::string method_of(setup const& how) {
  std::string const of =
      " of " + std::string(name(how.residual)) +
      (how.overestimate == 1 ? std::string()
                             : ", overestimates weighted " + moetric::detail::shortest(how.overestimate) + " times");
  if (how.huber == 0) return "squares" + of;
  return "Huber's function, delta " + moetric::detail::shortest(how.huber) + "," + of;
}

/// The coefficients' names.
inline std::vector<std::string_view> names_of(std::vector<unknown> const& unknowns) {
  std::vector<std::string_view> names;
  for (unknown const& each : unknowns) names.push_back(each.name);
  return names;
}

/// A form over given runs: computes the predicted loss of each run from the coefficients and, unless `by` is null, its
/// derivatives with respect to each coefficient (rows x coefficients). Runs of weight 0 are skipped; no weights mean
/// all.
using predictor = std::function<void(std::span<double const> coefficients, std::span<double const> weight,
                                     std::span<double> loss, matrix* by)>;

/// A fit to solve: minimise Σ weight·Huber(predicted − observed), each on the loss scale of `how`, overestimates
/// weighted by `how.overestimate`.
struct residual_problem {
  setup how;
  predictor predict;
  std::vector<double> loss;            // observed; positive
  std::vector<double> weight;          // of each run: inverse variance, up to a common factor
  std::vector<std::size_t> cluster{};  // of each run, from 0; empty if every run is independent

  /// The number of runs.
  std::size_t rows() const { return loss.size(); }
};

/// The coordinates that a fit varies: logarithms of positive coefficients, and none for held and tied ones.
class coordinates {
 public:
  /// \param unknowns which must outlive the coordinates
  explicit coordinates(std::vector<unknown> const& unknowns) : unknowns_(&unknowns) {
    for (std::size_t i = 0; i != unknowns.size(); ++i) {
      role const as = unknowns[i].as;
      place_.push_back(as == role::held ? none : as == role::tied ? place_[unknowns[i].to] : free_.size());
      if (as != role::held && as != role::tied) free_.push_back(i);
    }
  }
  explicit coordinates(std::vector<unknown> const&&) = delete;
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  std::size_t size() const { return free_.size(); }
  /// The index of a coordinate's coefficient, and of a coefficient's coordinate (`none` for held ones).
  std::size_t coefficient(std::size_t coordinate) const { return free_[coordinate]; }
  std::size_t place(std::size_t coefficient) const { return place_[coefficient]; }
  bool is_logarithm(std::size_t coordinate) const {
    role const as = (*unknowns_)[free_[coordinate]].as;
    return as == role::scale || as == role::positive;
  }
  double from(std::size_t coordinate, double coefficient) const {
    return is_logarithm(coordinate) ? std::log(coefficient) : coefficient;
  }
  double to(std::size_t coordinate, double value) const { return is_logarithm(coordinate) ? std::exp(value) : value; }
  double low(std::size_t coordinate) const {
    double const bound = (*unknowns_)[free_[coordinate]].low;
    return is_logarithm(coordinate) ? (bound > 0 ? std::log(bound) : -690) : bound;
  }
  double high(std::size_t coordinate) const {
    double const bound = (*unknowns_)[free_[coordinate]].high;
    return is_logarithm(coordinate) ? (bound < 1e300 ? std::log(bound) : 690) : bound;
  }

  /// The coordinates of all coefficients.
  std::vector<double> from(std::span<double const> coefficients) const {
    std::vector<double> values(size());
    for (std::size_t j = 0; j != size(); ++j) values[j] = from(j, coefficients[free_[j]]);
    return values;
  }
  /// All coefficients at these coordinates; held ones at their start.
  std::vector<double> to(std::span<double const> values) const {
    std::vector<double> coefficients(place_.size());
    for (std::size_t i = 0; i != place_.size(); ++i)
      coefficients[i] = place_[i] == none ? (*unknowns_)[i].starts[0] : to(place_[i], values[place_[i]]);
    return coefficients;
  }

 private:
  std::vector<unknown> const* unknowns_;
  std::vector<std::size_t> free_;
  std::vector<std::size_t> place_;
};

/// A loss on the given scale, and the derivative of that number with respect to the loss.
inline double on_scale(loss_scale on, double loss) {
  return on == loss_scale::loss ? loss : on == loss_scale::log ? std::log(loss) : std::log10(loss);
}
inline double scale_slope(loss_scale on, double loss) {
  return on == loss_scale::loss ? 1 : on == loss_scale::log ? 1 / loss : 1 / (loss * std::log(10.0));
}

/// Huber's function: r²/2 up to |r| = delta and a line beyond; r²/2 everywhere if delta is 0.
inline double huber(double residual, double delta) {
  double const size = std::fabs(residual);
  return delta == 0 || size <= delta ? size * size / 2 : delta * (size - delta / 2);
}
/// Huber's derivative divided by the residual: 1 up to delta, decreasing beyond.
inline double huber_weight(double residual, double delta) {
  double const size = std::fabs(residual);
  return delta == 0 || size <= delta ? 1 : delta / size;
}

/// The weight of a residual by its sign.
inline double side_weight(setup const& how, double residual) {
  return residual > 0 ? how.overestimate : 1;
}

}  // namespace moetric::v0::fit
