#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

#include "moetric/laws/law.hpp"
#include "moetric/simd/bounded.hpp"
#include "moetric/simd/with_logarithm.hpp"

namespace moetric::inline v0::search::detail {

/// Between which the two polynomials of an input lie.
struct input_range {
  double above_low, above_high, below_low, below_high;

  bool above_varies() const { return above_low != above_high; }
  bool below_varies() const { return below_low != below_high; }
};

/// What a law proves of its own error over a box, in inputs that are off as those of `row_inputs` are.
template <laws::Law L, class Errors>
class screen_error {
  static constexpr std::size_t n = sizeof(typename L::inputs) / sizeof(double);
  using bounded = simd::bounded<Errors>;

 public:
  screen_error(L const& law, std::array<input_range, n> const& ranges) : law_(&law) {
    double largest_log = 0;  // of those that may be shared
    for (input_range const& each : ranges) {
      if (each.above_varies()) largest_log = std::fmax(largest_log, largest(log_of(each.above_low, each.above_high)));
      if (each.below_varies()) largest_log = std::fmax(largest_log, largest(log_of(each.below_low, each.below_high)));
    }
    for (std::size_t i = 0; i != n; ++i) {
      input_range const& each = ranges[i];
      bounded const above = log_of(each.above_low, each.above_high), below = log_of(each.below_low, each.below_high),
                    logarithm = above - below;
      // What is shared may be the logarithm of a multiple, which is larger and rounds more.
      double const multiples = 4 * unit *
                               ((each.above_varies() ? largest_log - largest(above) : 0) +
                                (each.below_varies() ? largest_log - largest(below) : 0));
      // A constant, it and one shared logarithm, and both, each rounded once. The constant is the sum without the two.
      int const n_logs = each.above_varies() + each.below_varies();
      double const sums = unit * ((n_logs + 1) * largest(logarithm) + n_logs * largest_log);
      inputs_[i] = {bounded(each.above_low, each.above_high, off) / bounded(each.below_low, each.below_high, off),
                    bounded::within(logarithm.low(), logarithm.high(), logarithm.error() + multiples + sums)};
    }
  }

  /// |screened − scored| is at most this for every loss of the box.
  double of_all() const { return of(inputs_, std::numeric_limits<double>::infinity()); }
  /// For every loss up to one, which is less: the terms of a loss are off by a part of what they are. The box is cut
  /// into parts, and those are left out in which no loss is as low.
  double up_to(double loss) const {
    double largest_error = 0;
    cut(0, inputs_, [&](inputs const& part) { largest_error = std::fmax(largest_error, of(part, loss)); });
    return largest_error;
  }

 private:
  struct input {
    bounded value, logarithm;
  };
  using inputs = std::array<input, n>;

  static constexpr double unit = Errors::rounding, off = 16 * unit;  // powers and sums of a quotient
  /// Of each input, so that there are no more than 64 in all.
  static constexpr int n_parts = n == 1 ? 64 : n == 2 ? 8 : n == 3 ? 4 : n <= 6 ? 2 : 1;

  static double largest(bounded const& x) { return std::fmax(std::fabs(x.low()), std::fabs(x.high())); }
  /// That of a constant is taken in double.
  static bounded log_of(double low, double high) {
    if (low != high) return log(bounded(low, high, off));
    double const logarithm = std::log(low);
    return bounded::within(logarithm, logarithm, 4 * simd::double_errors::rounding * (std::fabs(logarithm) + 1));
  }

  template <class Visit>
  static void cut(std::size_t i, inputs const& whole, Visit const& visit) {
    if (i == n) return visit(whole);
    if (!(whole[i].value.low() > 0 && whole[i].value.low() < whole[i].value.high())) return cut(i + 1, whole, visit);
    double const low = whole[i].logarithm.low(), step = (whole[i].logarithm.high() - low) / n_parts;
    for (int place = 0; place != n_parts; ++place) {
      double const from = low + step * place;
      inputs part = whole;
      part[i] = {whole[i].value.between(std::exp(from), std::exp(from + step)),
                 whole[i].logarithm.between(from, from + step)};
      cut(i + 1, part, visit);
    }
  }
  /// 0 where no loss is as low as `most`.
  double of(inputs const& at, double most) const {
    using number = simd::with_logarithm<bounded>;
    bounded const loss =
        number(law_->loss([&]<std::size_t... each>(std::index_sequence<each...>) {
          return typename L::template basic_inputs<number>{number(at[each].value, at[each].logarithm)...};
        }(std::make_index_sequence<n>{})))
            .value();
    double const of_scorer = 1e-12 * largest(loss);
    return loss.low() > most + of_scorer ? 0 : loss.error() + of_scorer;
  }

  L const* law_;
  inputs inputs_{};
};

}  // namespace moetric::inline v0::search::detail
