#pragma once

#include <algorithm>
#include <cmath>
#include <optional>

#include "moetric/search/formula/row_function.hpp"
#include "moetric/search/problem/problem.hpp"
#include "moetric/search/scan/float_filter_error.hpp"
#include "moetric/search/scan/kernels.hpp"
#include "moetric/search/scan/padded_row.hpp"
#include "moetric/search/scan/shared_logarithms.hpp"

/// Filters that exclude most configurations of a row by cheap approximate values with proven error bounds.
namespace moetric::v0::search::detail {

/// Whether a value lies outside a window by more than the rounding error of a quotient.
constexpr bool surely_outside(window const& w, double value) {
  constexpr double margin = 1e-12;
  return value < w.low * (1 - margin) || value > w.high * (1 + margin);
}

/// A configuration that passes a filter, by its position in the row.
struct survivor {
  double value;
  std::uint32_t place;

  /// Orders a heap so that the best survivor is at the front.
  friend bool operator<(survivor const& a, survivor const& b) {
    return a.value > b.value || (a.value == b.value && a.place > b.place);
  }
};

/// What all filters share: rational functions along rows, first those that the objective needs, then those of the
/// windows.
template <class T>
class row_filter {
 public:
  /// Moves to the digits `first` to `last` of the row through a combination.
  /// \returns false if a window excludes the whole row
  bool move_to(digits const& at, std::uint32_t first, std::uint32_t last) {
    if (!quotients_.move_to(at, first, last)) return false;
    for (std::size_t i = 0; i != windows_.size(); ++i) {
      cubic_quotient const& function = quotients_.row()[n_ranked_ + i];
      if (!function.varies() && surely_outside(windows_[i], function.value(1))) return false;
    }
    if (quotients_.version() != version_) {
      version_ = quotients_.version();
      variable_.fill(quotients_.variable().size(),
                     [&](std::size_t i) { return static_cast<T>(quotients_.variable()[i]); });
      values_.resize(variable_.size());
    }
    return true;
  }
  /// Calls visit(value, position) for every approximate value that is at most `bound`.
  template <class Visit>
  void each_up_to(T bound, Visit visit) {
    places_.resize(values_.length());
    std::size_t const found = kernels_.up_to(bound, values_.data(), values_.length(), places_.data());
    for (std::size_t i = 0; i != found && places_[i] < values_.size(); ++i)
      visit(static_cast<double>(values_.data()[places_[i]]), places_[i]);
  }

 protected:
  row_filter(row_functions quotients, std::vector<window> const& windows, row_kernel_set<T> const& kernels)
      : kernels_(kernels), quotients_(std::move(quotients)), windows_(windows),
        n_ranked_(quotients_.row().size() - windows.size()) {}

  T keep_windows(T least) {
    // Powers and sums are off by at most 16 roundings; only values further outside are excluded.
    constexpr double margin = 16 * static_cast<double>(std::numeric_limits<T>::epsilon());
    auto const bound = [](double value) { return static_cast<T>(std::fmin(std::fmax(value, -1e38), 1e38)); };
    for (std::size_t i = 0; i != windows_.size(); ++i) {
      cubic_quotient const& function = quotients_.row()[n_ranked_ + i];
      if (!function.varies()) continue;
      least = kernels_.keep_window(function.numerator, function.denominator, bound(windows_[i].low * (1 - margin)),
                                   bound(windows_[i].high * (1 + margin)), variable_.data(), variable_.length(),
                                   values_.data());
    }
    return least;
  }

  row_kernel_set<T> kernels_;
  row_functions quotients_;
  std::vector<window> windows_;
  std::size_t n_ranked_;
  padded_row<T> variable_{};
  padded_row<T> values_{};
  std::vector<std::uint32_t> places_{};
  std::uint64_t version_ = 0;
};

/// The functions that the objective needs and those of the windows, along rows; empty if one has no such form.
template <Objective O>
std::optional<row_functions> with_windows(problem<O> const& p, costs<rational_function> const& c,
                                          std::vector<rational_function> quotients) {
  for (window const& each : p.windows()) quotients.push_back(p.value(each.measure, c));
  return row_functions::make(p.over(), quotients);
}

/// Objectives without an error bound have no filter: every configuration is scored.
template <Objective O>
class float_filter {
 public:
  template <class Kernels>
  static std::optional<float_filter> make(problem<O> const&, box const&) {
    return std::nullopt;
  }
};

/// Measures are filtered in double: quotients of exact counts, or sums whose coefficients are rounded.
template <>
class float_filter<measured> : public row_filter<double> {
 public:
  template <class Kernels>
  static std::optional<float_filter> make(problem<measured> const& p, box const&) {
    costs<rational_function> const c = p.costs_of(symbolic_fields());
    auto quotients = with_windows(p, c, {value_of(p.objective().what, c)});
    if (!quotients) return std::nullopt;
    return float_filter(std::move(*quotients), p, Kernels::template rows<double>());
  }
  double evaluate_row() {
    cubic_quotient const& function = this->quotients_.row()[0];
    return this->keep_windows(this->kernels_.quotients(function.numerator, function.denominator,
                                                       wanted_ == direction::most, this->variable_.data(),
                                                       this->variable_.length(), this->values_.data()));
  }
  void expect_at_most(double) {}
  /// What scores at most `worst` has an approximate value of at most this.
  double threshold(double worst) const { return worst + std::fabs(worst) * 1e-12; }
  void refine(std::vector<survivor>&) {}
  double refined_threshold(double worst) const { return threshold(worst); }

 private:
  float_filter(row_functions quotients, problem<measured> const& p, row_kernel_set<double> const& kernels)
      : row_filter<double>(std::move(quotients), p.windows(), kernels), wanted_(p.objective().wanted) {}

  direction wanted_;
};

/// Losses are filtered in float: the law itself runs on `simd::fast_float`, with the error bound that it proves.
template <laws::Law L>
class float_filter<loss_objective<L>> : public row_filter<float> {
  static constexpr std::size_t n = loss_objective<L>::n_inputs;

 public:
  template <class Kernels>
  static std::optional<float_filter> make(problem<loss_objective<L>> const& p, box const& over) {
    costs<rational_function> const c = p.costs_of(symbolic_fields());
    loss_objective<L> const& objective = p.objective();
    auto const inputs = objective.inputs(c, objective.tokens(c));
    fields<interval> const hull = p.over().hull(over);
    fields<double> low, high;
    for (std::size_t i = 0; i != n_fields; ++i)
      low.values[i] = hull.values[i].low, high.values[i] = hull.values[i].high;
    std::array<input_range, n> ranges;
    for (std::size_t i = 0; i != n; ++i)
      ranges[i] = {inputs[i].numerator().at(low), inputs[i].numerator().at(high), inputs[i].denominator().at(low),
                   inputs[i].denominator().at(high)};
    float_error const error(objective.law, ranges);
    double const double_error = float_filter_error<L, simd::double_errors>(objective.law, ranges).of_all();
    if (!is_positive_and_finite(error.of_all()) || !is_positive_and_finite(double_error)) return std::nullopt;
    auto quotients = with_windows(p, c, {inputs.begin(), inputs.end()});
    if (!quotients) return std::nullopt;
    return float_filter(std::move(*quotients), p, Kernels::template rows<float>(), Kernels::template law<L>(), error,
                        double_error);
  }
  /// An upper bound of |approximate loss - score| for all losses that may still be among the best.
  double error() const { return error_; }
  /// Declares that losses above this one are not among the best, which tightens the error bound.
  void expect_at_most(double loss) {
    if (is_positive_and_finite(loss)) error_ = std::fmin(error_, proof_.up_to(loss));
  }

  float evaluate_row() {
    std::span<cubic_quotient const> const ranked(this->quotients_.row().data(), n);
    shares_ = logarithms_.assign(ranked);
    if (!shares_) {  // more logarithms than there is room for: all pass
      std::fill_n(this->values_.data(), this->values_.length(), std::numeric_limits<float>::lowest());
      return this->keep_windows(std::numeric_limits<float>::lowest());
    }
    return this->keep_windows(law_kernels_.losses(*law_, logarithms_.inputs(), this->variable_.data(),
                                                  this->variable_.length(), this->values_.data()));
  }
  float threshold(double worst) const {
    return std::nextafter(static_cast<float>(worst + error_), std::numeric_limits<float>::infinity());
  }
  /// Evaluates survivors again in double: near an optimum, many losses are closer together than float resolves.
  void refine(std::vector<survivor>& open) {
    if (open.empty() || !shares_) return;
    std::vector<double> const& variable = this->quotients_.variable();
    double_variable_.fill(open.size(), [&](std::size_t i) { return variable[open[i].place]; });
    double_losses_.resize(open.size());
    law_kernels_.losses_again(*law_, logarithms_.inputs(), double_variable_.data(), double_variable_.length(),
                              double_losses_.data());
    for (std::size_t i = 0; i != open.size(); ++i) open[i].value = double_losses_.data()[i];
  }
  double refined_threshold(double worst) const { return worst + double_error_; }

 private:
  using float_error = float_filter_error<L, simd::fast_float_errors>;

  float_filter(row_functions quotients, problem<loss_objective<L>> const& p, row_kernel_set<float> const& kernels,
               law_kernel_set<L> const& law_kernels, float_error const& proof, double double_error)
      : row_filter<float>(std::move(quotients), p.windows(), kernels), law_(&p.objective().law),
        law_kernels_(law_kernels), proof_(proof), error_(proof.of_all()), double_error_(double_error) {}

  L const* law_;
  law_kernel_set<L> law_kernels_;
  float_error proof_;
  double error_;
  double double_error_;
  shared_logarithms<n> logarithms_{};
  bool shares_ = false;
  padded_row<double> double_variable_{}, double_losses_{};
};

}  // namespace moetric::v0::search::detail
