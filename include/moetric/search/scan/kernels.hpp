#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <utility>

#include "moetric/search/scan/row_inputs.hpp"
#include "moetric/simd/fast_float.hpp"
#include "moetric/simd/with_logarithm.hpp"

/// Kernels: what is done to all configurations of a row, in SIMD batches. Every function here has its target in its
/// name, see simd/targets.hpp. Lengths are multiples of the batch size; `moetric_add_dispatch` compiles the kernels for
/// each target.
namespace moetric::v0::search::detail {

/// A polynomial with its coefficients broadcast to all lanes.
template <class B, std::size_t degree>
class spread {
 public:
  explicit spread(cubic const& polynomial) {
    for (std::size_t power = 0; power != coefficients_.size(); ++power) coefficients_[power] = B(polynomial[power]);
  }
  B at(B const& y) const {
    B value = coefficients_.back();
    for (std::size_t power = degree; power-- > 0;) value = fma(value, y, coefficients_[power]);
    return value;
  }

 private:
  std::array<B, degree + 1> coefficients_;
};

/// Kernels on rows of double or float.
template <class Target, class T>
struct row_kernels {
  using lanes = simd::batch<T, Target>;

  /// values[i] = numerator(variable[i]) / denominator(variable[i]), or its negative: exact for counts, correctly
  /// rounded for their quotients. \returns the least value
  static T quotients(cubic const& numerator, cubic const& denominator, bool negative, T const* variable,
                     std::size_t length, T* values);
  /// Sets values to infinity where a quotient is surely outside of a window.
  /// \returns the least value left
  static T keep_window(cubic const& numerator, cubic const& denominator, T low, T high, T const* variable,
                       std::size_t length, T* values);
  /// Writes the positions of the values that are at most `bound`.
  /// \returns how many there are
  static std::size_t up_to(T bound, T const* values, std::size_t length, std::uint32_t* places);

  static bool is_line(cubic const& c) { return c[2] == 0 && c[3] == 0; }
  /// In halves: a sequential minimum would take as long as dozens of batches.
  static T least_lane(lanes const& values) {
    std::array<T, lanes::size> each;
    values.store(each.data());
    for (std::size_t half = lanes::size / 2; half != 0; half /= 2)
      for (std::size_t i = 0; i != half; ++i) each[i] = each[i + half] < each[i] ? each[i + half] : each[i];
    return each[0];
  }
};

template <class Target, class T>
[[gnu::flatten]] T row_kernels<Target, T>::quotients(cubic const& numerator, cubic const& denominator, bool negative,
                                                     T const* variable, std::size_t length, T* values) {
  // Four independent minima, since each waits for the one before it.
  std::array<lanes, 4> least;
  for (lanes& each : least) each = lanes(std::numeric_limits<T>::infinity());
  cubic signed_numerator = numerator;
  if (negative)
    for (double& each : signed_numerator) each = -each;
  auto const run = [&]<std::size_t degree, bool divide>(std::integral_constant<std::size_t, degree>,
                                                        std::bool_constant<divide>) {
    spread<lanes, degree> const numerator_lanes(signed_numerator), denominator_lanes(denominator);
    auto const one = [&](std::size_t i, lanes& smallest) {
      lanes const y = lanes::load(variable + i);
      lanes value = numerator_lanes.at(y);
      if constexpr (divide) value = value / denominator_lanes.at(y);
      value.store(values + i);
      smallest = min(value, smallest);
    };
    std::size_t i = 0;
    for (; i + 4 * lanes::size <= length; i += 4 * lanes::size) {
      one(i, least[0]);
      one(i + lanes::size, least[1]);
      one(i + 2 * lanes::size, least[2]);
      one(i + 3 * lanes::size, least[3]);
    }
    for (; i != length; i += lanes::size) one(i, least[0]);
  };
  constexpr std::integral_constant<std::size_t, 1> line;
  constexpr std::integral_constant<std::size_t, 3> cubics;
  bool const lines = is_line(numerator) && is_line(denominator);
  if (denominator == cubic{1})
    lines ? run(line, std::false_type{}) : run(cubics, std::false_type{});
  else
    lines ? run(line, std::true_type{}) : run(cubics, std::true_type{});
  return least_lane(min(min(least[0], least[1]), min(least[2], least[3])));
}

template <class Target, class T>
[[gnu::flatten]] T row_kernels<Target, T>::keep_window(cubic const& numerator, cubic const& denominator, T low, T high,
                                                       T const* variable, std::size_t length, T* values) {
  lanes const infinity(std::numeric_limits<T>::infinity()), from(low), to(high);
  lanes least = infinity;
  auto const run = [&]<std::size_t degree>(std::integral_constant<std::size_t, degree>) {
    spread<lanes, degree> const numerator_lanes(numerator), denominator_lanes(denominator);
    for (std::size_t i = 0; i != length; i += lanes::size) {
      lanes const y = lanes::load(variable + i);
      lanes const value = numerator_lanes.at(y), divisor = denominator_lanes.at(y);
      lanes const kept = select((from * divisor <= value) & (value <= to * divisor), lanes::load(values + i), infinity);
      kept.store(values + i);
      least = min(kept, least);
    }
  };
  if (is_line(numerator) && is_line(denominator))
    run(std::integral_constant<std::size_t, 1>{});
  else
    run(std::integral_constant<std::size_t, 3>{});
  return least_lane(least);
}

template <class Target, class T>
[[gnu::flatten]] std::size_t row_kernels<Target, T>::up_to(T bound, T const* values, std::size_t length,
                                                           std::uint32_t* places) {
  std::size_t found = 0;
  lanes const most(bound);
  auto const any_in = [&](std::size_t i) { return lanes::load(values + i) <= most; };
  auto const take = [&](std::size_t i) {
    if (!any(any_in(i))) return;
    for (std::size_t j = i; j != i + lanes::size; ++j) {
      places[found] = static_cast<std::uint32_t>(j);
      found += values[j] <= bound ? 1 : 0;
    }
  };
  // Most batches contain nothing: four are tested at once.
  std::size_t i = 0;
  for (; i + 4 * lanes::size <= length; i += 4 * lanes::size)
    if (any((any_in(i) | any_in(i + lanes::size)) | (any_in(i + 2 * lanes::size) | any_in(i + 3 * lanes::size))))
      for (std::size_t which = 0; which != 4; ++which) take(i + which * lanes::size);
  for (; i != length; i += lanes::size) take(i);
  return found;
}

/// The number type that losses are evaluated in: `simd::fast_float` for float, a plain batch for double.
template <class T, class Target>
struct filter_number {
  using number = simd::batch<T, Target>;
  static number const& lanes(number const& value) { return value; }
};
template <class Target>
struct filter_number<float, Target> {
  using number = simd::fast_float<Target>;
  static simd::batch<float, Target> const& lanes(number const& value) { return value.lanes(); }
};

/// Kernels that evaluate the loss of a law.
template <class Target, class L, class T>
struct law_kernels {
  static constexpr std::size_t n = sizeof(typename L::inputs) / sizeof(double);
  using lanes = simd::batch<T, Target>;

  /// Evaluates `length` losses.
  /// \returns the least
  static T losses(void const* law, row_inputs const& row, T const* variable, std::size_t length, T* losses);

  /// With at most `n_logarithms` logarithms per input. If the last input is constant along the row, what the law
  /// computes from it alone is computed once.
  template <std::size_t degree, std::size_t n_logarithms, bool last_is_constant>
  static T run(L const& law, row_inputs const& row, T const* variable, std::size_t length, T* losses);
};

/// Everything is inlined, so that unused values (those of an input of which the law takes only the logarithm) are not
/// computed, and constants are computed once.
template <class Target, class L, class T>
template <std::size_t degree, std::size_t n_logarithms, bool last_is_constant>
[[gnu::flatten]] T law_kernels<Target, L, T>::run(L const& law_of_all, row_inputs const& row, T const* variable,
                                                  std::size_t length, T* losses) {
  using plain = typename filter_number<T, Target>::number;
  using number = simd::with_logarithm<plain>;
  constexpr std::size_t part = 512;
  alignas(64) std::array<std::array<T, part>, row_inputs::most_shared> logs;
  struct input_in_lanes {
    spread<lanes, degree> numerator, denominator;
    lanes log_constant;
    std::array<T const*, n_logarithms> logarithms;
    std::array<lanes, n_logarithms> factors;
  };
  L const law = law_of_all;  // a copy, which the stores to `losses` cannot alias
  auto const inputs = [&]<std::size_t... each, std::size_t... l>(std::index_sequence<each...>,
                                                                 std::index_sequence<l...>) {
    auto const in_lanes = [&](auto const& input) {
      return input_in_lanes{spread<lanes, degree>(input.numerator),
                            spread<lanes, degree>(input.denominator),
                            input.log_constant,
                            {logs[input.logarithms[l].shared].data()...},
                            {lanes(input.logarithms[l].factor)...}};
    };
    return std::array<input_in_lanes, n>{in_lanes(row.inputs[each])...};
  }
  (std::make_index_sequence<n>{}, std::make_index_sequence<n_logarithms>{});
  std::size_t const n_shared = row.n_shared == 0 ? 1 : row.n_shared;
  lanes least(std::numeric_limits<T>::infinity());
  for (std::size_t from = 0; from < length; from += part) {
    std::size_t const size = length - from < part ? length - from : part;
    // Logarithms in loops of their own: shorter dependency chains keep more batches in flight.
    for (std::size_t s = 0; s != n_shared; ++s) {
      spread<lanes, degree> const shared(row.shared[s]);
      for (std::size_t i = 0; i != size; i += lanes::size) {
        plain const sum(shared.at(lanes::load(variable + from + i)));
        filter_number<T, Target>::lanes(log(sum)).store(logs[s].data() + i);
      }
    }
    for (std::size_t i = 0; i != size; i += lanes::size) {
      lanes const y = lanes::load(variable + from + i);
      auto const input = [&]<std::size_t which>(std::integral_constant<std::size_t, which>) {
        auto const& own = inputs[which];
        lanes logarithm = own.log_constant;
        if constexpr (last_is_constant && which == n - 1)
          return number(plain(own.numerator.at(lanes(0)) / own.denominator.at(lanes(0))), plain(logarithm));
        for (std::size_t l = 0; l != n_logarithms; ++l)
          logarithm = fma(own.factors[l], lanes::load(own.logarithms[l] + i), logarithm);
        return number(plain(own.numerator.at(y) / own.denominator.at(y)), plain(logarithm));
      };
      number const loss(law.loss([&]<std::size_t... each>(std::index_sequence<each...>) {
        return typename L::template basic_inputs<number>{input(std::integral_constant<std::size_t, each>{})...};
      }(std::make_index_sequence<n>{})));
      lanes const value = filter_number<T, Target>::lanes(loss.value());
      value.store(losses + from + i);
      least = min(value, least);
    }
  }
  return row_kernels<Target, T>::least_lane(least);
}

template <class Target, class L, class T>
T law_kernels<Target, L, T>::losses(void const* of, row_inputs const& row, T const* variable, std::size_t length,
                                    T* losses) {
  L const& law = *static_cast<L const*>(of);
  // Powers and logarithms with factor 0 are computed too, which is cheaper than a kernel for each case.
  if constexpr (std::is_same_v<T, double>) return run<3, 2, false>(law, row, variable, length, losses);  // of a few
  auto const with = [&]<std::size_t degree, bool last_is_constant>(std::integral_constant<std::size_t, degree>,
                                                                   std::bool_constant<last_is_constant>) {
    return row.n_logarithms <= 1 ? run<degree, 1, last_is_constant>(law, row, variable, length, losses)
                                 : run<degree, 2, last_is_constant>(law, row, variable, length, losses);
  };
  constexpr std::integral_constant<std::size_t, 3> cubics;
  if (row.degree > 1) return with(cubics, std::false_type{});
  constexpr std::integral_constant<std::size_t, 1> line;
  if constexpr (n > 2)
    if (row.last_is_constant) return with(line, std::true_type{});
  return with(line, std::false_type{});
}

/// Pointers to the kernels of one target.
template <class T>
struct row_kernel_set {
  decltype(&row_kernels<simd::scalar, T>::keep_window) keep_window;
  decltype(&row_kernels<simd::scalar, T>::up_to) up_to;
};
template <>
struct row_kernel_set<double> {
  decltype(&row_kernels<simd::scalar, double>::quotients) quotients;
  decltype(&row_kernels<simd::scalar, double>::keep_window) keep_window;
  decltype(&row_kernels<simd::scalar, double>::up_to) up_to;
};
/// Of a law, whose type is forgotten.
struct law_kernel_set {
  float (*losses)(void const* law, row_inputs const& row, float const* variable, std::size_t length, float* losses);
  double (*losses_again)(void const* law, row_inputs const& row, double const* variable, std::size_t length,
                         double* losses);
};

/// The kernels of a target: those of this translation unit, unless scan/dispatch.hpp specialises it.
template <class Target>
struct kernels_of {
  template <class T>
  static constexpr row_kernel_set<T> rows() {
    using kernels = row_kernels<Target, T>;
    if constexpr (std::is_same_v<T, double>)
      return {&kernels::quotients, &kernels::keep_window, &kernels::up_to};
    else
      return {&kernels::keep_window, &kernels::up_to};
  }
  template <class L>
  static constexpr law_kernel_set law() {
    return {&law_kernels<Target, L, float>::losses, &law_kernels<Target, L, double>::losses};
  }
};

}  // namespace moetric::v0::search::detail
