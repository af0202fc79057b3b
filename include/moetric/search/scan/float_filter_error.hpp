#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "moetric/laws/law.hpp"
#include "moetric/simd/error_bound.hpp"
#include "moetric/simd/with_logarithm.hpp"

namespace moetric::v0::search::detail {

/// The ranges of an input's numerator and denominator.
struct input_range {
  double numerator_low, numerator_high, denominator_low, denominator_high;

  bool numerator_varies() const { return numerator_low != numerator_high; }
  bool denominator_varies() const { return denominator_low != denominator_high; }
};

/// An input of a law on `simd::error_bound`.
template <class Errors>
struct bounded_input {
  simd::error_bound<Errors> value, logarithm;
};
/// A law on `simd::error_bound`.
template <class L, class Errors>
simd::error_bound<Errors> bounded_loss(void const* law, bounded_input<Errors> const* at) {
  using number = simd::with_logarithm<simd::error_bound<Errors>>;
  constexpr std::size_t n = sizeof(typename L::inputs) / sizeof(double);
  return number(static_cast<L const*>(law)->loss([&]<std::size_t... each>(std::index_sequence<each...>) {
           return typename L::template basic_inputs<number>{number(at[each].value, at[each].logarithm)...};
         }(std::make_index_sequence<n>{})))
      .value();
}

/// A bound of a law's error over a box, proven by running the law on `simd::error_bound`. Its inputs have the errors of
/// `row_inputs`.
template <class Errors>
class float_filter_error {
  using error_bound = simd::error_bound<Errors>;

 public:
  using loss_function = error_bound (*)(void const* law, bounded_input<Errors> const* at);

  /// Of a law that outlives it.
  template <laws::Law L, std::size_t n>
  float_filter_error(L const& law, std::array<input_range, n> const& ranges)
      : float_filter_error(&law, &bounded_loss<L, Errors>, ranges) {}
  float_filter_error(void const* law, loss_function loss, std::span<input_range const> ranges)
      : law_(law), loss_(loss), inputs_(ranges.size()) {
    double largest_log = 0;  // of those that may be shared
    for (input_range const& each : ranges) {
      if (each.numerator_varies())
        largest_log = std::fmax(largest_log, largest(log_of(each.numerator_low, each.numerator_high)));
      if (each.denominator_varies())
        largest_log = std::fmax(largest_log, largest(log_of(each.denominator_low, each.denominator_high)));
    }
    for (std::size_t i = 0; i != ranges.size(); ++i) {
      input_range const& each = ranges[i];
      error_bound const numerator = log_of(each.numerator_low, each.numerator_high),
                        denominator = log_of(each.denominator_low, each.denominator_high),
                        logarithm = numerator - denominator;
      // A shared logarithm may be that of a multiple, which is larger and so is rounded by more.
      double const multiples = Errors::log_roundings * unit *
                               ((each.numerator_varies() ? largest_log - largest(numerator) : 0) +
                                (each.denominator_varies() ? largest_log - largest(denominator) : 0));
      // A constant plus up to two shared logarithms, each operation rounded once; the constant is the logarithm minus
      // the shared ones. The first input's numerator is stored first and unscaled, with a factor of 1 and the constant
      // ln 1.
      int const n_logs = each.numerator_varies() + each.denominator_varies();
      bool const as_it_is =
          i == 0 && each.numerator_varies() && each.denominator_low == 1 && each.denominator_high == 1;
      double const sums = as_it_is ? 0 : unit * ((n_logs + 1) * largest(logarithm) + n_logs * largest_log);
      inputs_[i] = {error_bound(each.numerator_low, each.numerator_high, off) /
                        error_bound(each.denominator_low, each.denominator_high, off),
                    error_bound::within(logarithm.low(), logarithm.high(), logarithm.error() + multiples + sums)};
    }
  }

  /// An upper bound of |approximate loss - score| for every loss in the box.
  double of_all() const { return error_in(inputs_, std::numeric_limits<double>::infinity()); }
  /// The same for losses up to `loss`, which is smaller, since the error of a loss's terms is relative. The box is
  /// split where the error is largest, and parts that contain no such loss are left out.
  double up_to(double loss) const {
    constexpr std::size_t most_parts = 32;
    std::vector<part> parts{{inputs_, error_in(inputs_, loss)}};
    while (parts.size() != most_parts) {
      part const worst = parts.front();
      std::size_t const at = widest(worst.at);
      if (at == inputs_.size()) break;
      std::pop_heap(parts.begin(), parts.end());
      parts.pop_back();
      input const& whole = worst.at[at];
      double const low = whole.logarithm.low(), high = whole.logarithm.high(), middle = low + (high - low) / 2;
      for (auto const& [from, to] : {std::pair{low, middle}, std::pair{middle, high}}) {
        part half = worst;
        half.at[at] = {whole.value.between(std::exp(from), std::exp(to)), whole.logarithm.between(from, to)};
        half.error = error_in(half.at, loss);
        parts.push_back(half);
        std::push_heap(parts.begin(), parts.end());
      }
    }
    return parts.front().error;
  }

 private:
  using input = bounded_input<Errors>;
  using inputs = std::vector<input>;
  struct part {
    inputs at;
    double error;
    friend bool operator<(part const& a, part const& b) { return a.error < b.error; }
  };

  static constexpr double unit = Errors::rounding, off = 16 * unit;  // powers and sums of a quotient

  static double largest(error_bound const& x) { return std::fmax(std::fabs(x.low()), std::fabs(x.high())); }
  /// The logarithm of a constant is taken in double.
  static error_bound log_of(double low, double high) {
    if (low != high) return log(error_bound(low, high, off));
    double const logarithm = std::log(low);
    return error_bound::within(logarithm, logarithm, 8 * simd::double_errors::rounding * (std::fabs(logarithm) + 1));
  }

  /// The input with the widest logarithm; their number if none varies.
  static std::size_t widest(inputs const& at) {
    std::size_t found = at.size();
    double most = 0;
    for (std::size_t i = 0; i != at.size(); ++i) {
      double const width = at[i].logarithm.high() - at[i].logarithm.low();
      if (at[i].value.low() > 0 && width > most) found = i, most = width;
    }
    return found;
  }
  /// 0 if no loss is as low as `most`.
  double error_in(inputs const& at, double most) const {
    error_bound const loss = loss_(law_, at.data());
    double const of_scorer = 1e-12 * largest(loss);
    return loss.low() > most + of_scorer ? 0 : loss.error() + of_scorer;
  }

  void const* law_;
  loss_function loss_;
  inputs inputs_;
};

}  // namespace moetric::v0::search::detail
