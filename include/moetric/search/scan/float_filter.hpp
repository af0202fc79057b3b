#pragma once

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

#include "moetric/search/formula/row_function.hpp"
#include "moetric/search/problem/problem.hpp"
#include "moetric/search/scan/float_filter_error.hpp"
#include "moetric/search/scan/kernels.hpp"
#include "moetric/search/scan/padded_row.hpp"
#include "moetric/search/scan/shared_logarithms.hpp"

/// Filters that exclude most configurations of a row by cheap approximate values with proven error bounds.
namespace moetric::v0::search::detail {

/// True if a value lies outside a window by more than the rounding error of a quotient.
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

/// A filter of the rows of a box. One call a row: what it filters by is erased.
class row_filter {
 public:
  virtual ~row_filter() = default;

  /// Declares that values above this one are not among the best, which may tighten an error bound.
  virtual void expect_at_most(double) {}
  /// Finds what may have a value of at most `worst` among the digits `first` to `last` of the row through a
  /// combination.
  virtual void find(digits const& at, std::uint32_t first, std::uint32_t last, double worst,
                    std::vector<survivor>& found) = 0;
  /// The largest approximate value, as `find` gives it, of a configuration that scores `worst`.
  virtual double threshold(double worst) const = 0;
};

/// What all filters share: rational functions along rows, first those that the objective needs, then those of the
/// windows.
template <class T>
class row_filter_in : public row_filter {
 protected:
  row_filter_in(row_functions quotients, std::vector<window> const& windows, row_kernel_set<T> const& kernels)
      : kernels_(kernels), quotients_(std::move(quotients)), windows_(windows),
        n_ranked_(quotients_.row().size() - windows.size()) {}

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
  /// Lists every approximate value that is at most `bound`.
  void list_up_to(T bound, std::vector<survivor>& found) {
    places_.resize(values_.length());
    std::size_t const n = kernels_.up_to(bound, values_.data(), values_.length(), places_.data());
    for (std::size_t i = 0; i != n && places_[i] < values_.size(); ++i)
      found.push_back({static_cast<double>(values_.data()[places_[i]]), places_[i]});
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

/// The formulas that the objective needs, then those of the windows.
[[gnu::cold]] inline std::optional<std::vector<rational_function>>
with_windows(any_problem const& p, costs<expression> const& c, std::vector<expression> formulas) {
  for (window const& each : p.windows()) formulas.push_back(p.value(each.measure, c));
  return as_quotients(formulas);
}
/// Measures are filtered in double: quotients of exact counts, or sums whose coefficients are rounded.
class measure_filter final : public row_filter_in<double> {
 public:
  /// Null if the measure or a window has no form along rows.
  [[gnu::cold]] static std::unique_ptr<row_filter> make(any_problem const& p, measured const& by,
                                                        row_kernel_set<double> const& kernels) {
    expression_pool pool(any_terms);
    costs<expression> const c = p.costs_of(pool.written_fields());
    auto const formulas = with_windows(p, c, {value_of(by.what, c)});
    if (!formulas) return nullptr;
    auto quotients = row_functions::make(p.over(), *formulas);
    if (!quotients) return nullptr;
    return std::unique_ptr<row_filter>(new measure_filter(std::move(*quotients), p, by.wanted, kernels));
  }

  void find(digits const& at, std::uint32_t first, std::uint32_t last, double worst,
            std::vector<survivor>& found) override {
    if (!move_to(at, first, last)) return;
    cubic_quotient const& function = quotients_.row()[0];
    double const bound = threshold(worst), least = keep_windows(kernels_.quotients(
                                               function.numerator, function.denominator, wanted_ == direction::most,
                                               variable_.data(), variable_.length(), values_.data()));
    if (!(least > bound)) list_up_to(bound, found);
  }
  double threshold(double worst) const override { return worst + std::fabs(worst) * 1e-12; }

 private:
  measure_filter(row_functions quotients, any_problem const& p, direction wanted, row_kernel_set<double> const& kernels)
      : row_filter_in(std::move(quotients), p.windows(), kernels), wanted_(wanted) {}

  direction wanted_;
};

/// What is compiled for each type of law that a filter knows: its kernels, and the law on numbers that bound errors.
struct loss_functions {
  law_kernel_set kernels;
  float_filter_error<simd::fast_float_errors>::loss_function in_float;
  float_filter_error<simd::double_errors>::loss_function in_double;
};
template <class Kernels, class L>
loss_functions loss_functions_of() {
  return {Kernels::template law<L>(), &bounded_loss<L, simd::fast_float_errors>, &bounded_loss<L, simd::double_errors>};
}

/// Losses are filtered in float: the law itself runs on `simd::fast_float`, with the error bound that it proves.
class loss_filter final : public row_filter_in<float> {
 public:
  /// Null if nothing is proven of the law's losses in a box, or if an input or a window has no form along rows.
  [[gnu::cold]] static std::unique_ptr<loss_filter> make(any_problem const& p, law_loss const& by,
                                                         loss_functions const& functions,
                                                         row_kernel_set<float> const& kernels, box const& over) {
    expression_pool pool(any_terms);
    costs<expression> const c = p.costs_of(pool.written_fields());
    auto const inputs = by.inputs(c);
    std::size_t const n = by.law().n_inputs();
    auto const formulas = with_windows(p, c, {inputs.begin(), inputs.begin() + n});
    if (!formulas) return nullptr;
    fields<interval> const hull = p.over().hull(over);
    fields<double> low, high;
    for (std::size_t i = 0; i != n_fields; ++i)
      low.values[i] = hull.values[i].low, high.values[i] = hull.values[i].high;
    std::vector<input_range> ranges;
    for (std::size_t i = 0; i != n; ++i) {
      polynomial const &numerator = (*formulas)[i].numerator(), &denominator = (*formulas)[i].denominator();
      ranges.push_back({numerator.at(low), numerator.at(high), denominator.at(low), denominator.at(high)});
    }
    float_error const error(by.law().get(), functions.in_float, ranges);
    double const double_error =
        float_filter_error<simd::double_errors>(by.law().get(), functions.in_double, ranges).of_all();
    if (!is_positive_and_finite(error.of_all()) || !is_positive_and_finite(double_error)) return nullptr;
    auto quotients = row_functions::make(p.over(), *formulas);
    if (!quotients) return nullptr;
    return std::unique_ptr<loss_filter>(
        new loss_filter(std::move(*quotients), p, by.law(), kernels, functions.kernels, error, double_error));
  }
  /// An upper bound of |approximate loss - score| for all losses that may still be among the best.
  double error() const { return error_; }

  void expect_at_most(double loss) override {
    if (is_positive_and_finite(loss)) error_ = std::fmin(error_, proof_.up_to(loss));
  }
  void find(digits const& at, std::uint32_t first, std::uint32_t last, double worst,
            std::vector<survivor>& found) override {
    find_in_float(at, first, last, worst, found);
    refine(found);
  }
  /// The same with the values in float, whose errors are up to `error()`.
  void find_in_float(digits const& at, std::uint32_t first, std::uint32_t last, double worst,
                     std::vector<survivor>& found) {
    if (!move_to(at, first, last)) return;
    float const bound = std::nextafter(static_cast<float>(worst + error_), std::numeric_limits<float>::infinity());
    if (!(evaluate_row() > bound)) list_up_to(bound, found);
  }
  /// Evaluates survivors again in double: near an optimum, many losses are closer together than float resolves.
  void refine(std::vector<survivor>& open) {
    if (open.empty() || !shares_) return;
    std::vector<double> const& variable = quotients_.variable();
    double_variable_.fill(open.size(), [&](std::size_t i) { return variable[open[i].place]; });
    double_losses_.resize(open.size());
    law_kernels_.losses_again(law_.get(), logarithms_.inputs(), double_variable_.data(), double_variable_.length(),
                              double_losses_.data());
    for (std::size_t i = 0; i != open.size(); ++i) open[i].value = double_losses_.data()[i];
  }
  double threshold(double worst) const override { return worst + double_error_; }

 private:
  using float_error = float_filter_error<simd::fast_float_errors>;

  loss_filter(row_functions quotients, any_problem const& p, searched_law const& law,
              row_kernel_set<float> const& kernels, law_kernel_set const& law_kernels, float_error const& proof,
              double double_error)
      : row_filter_in(std::move(quotients), p.windows(), kernels), law_(law), law_kernels_(law_kernels), proof_(proof),
        error_(proof.of_all()), double_error_(double_error) {}

  float evaluate_row() {
    shares_ = logarithms_.assign({quotients_.row().data(), law_.n_inputs()});
    if (!shares_) {  // more logarithms than there is room for: all pass
      std::fill_n(values_.data(), values_.length(), std::numeric_limits<float>::lowest());
      return keep_windows(std::numeric_limits<float>::lowest());
    }
    return keep_windows(
        law_kernels_.losses(law_.get(), logarithms_.inputs(), variable_.data(), variable_.length(), values_.data()));
  }

  searched_law law_;
  law_kernel_set law_kernels_;
  float_error proof_;
  double error_;
  double double_error_;
  shared_logarithms logarithms_{};
  bool shares_ = false;
  padded_row<double> double_variable_{}, double_losses_{};
};

}  // namespace moetric::v0::search::detail
