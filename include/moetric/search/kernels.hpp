#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>

#include "moetric/search/row_polynomial.hpp"
#include "moetric/simd/quick.hpp"
#include "moetric/simd/with_logarithm.hpp"

/// What is done to every configuration of a row, in batches. Nothing here is a function without a target in its name:
/// see simd/targets.hpp. Lengths are those of whole batches; `moetric_add_dispatch` compiles these for each target.
namespace moetric::inline v0::search::detail {

template <int degree, class B, class T>
B horner(row_polynomial<T> const& of, B const& y) {
  B value(of[degree]);
  for (int power = degree; power-- > 0;) value = fma(value, y, B(of[static_cast<std::size_t>(power)]));
  return value;
}

/// On doubles or floats.
template <class Target, class T>
struct row_kernels {
  using lanes = simd::batch<T, Target>;

  /// above / below: exact for counts, correctly rounded for their quotients. \returns the least
  static T quotients(row_polynomial<T> const& above, row_polynomial<T> const& below, bool negative, T const* variable,
                     std::size_t length, T* values);
  /// What is surely outside of a window becomes infinite. \returns the least of what is left
  static T keep_window(row_polynomial<T> const& above, row_polynomial<T> const& below, T low, T high, T const* variable,
                       std::size_t length, T* values);
  /// The places of values up to a bound. \returns how many there are
  static std::size_t up_to(T bound, T const* values, std::size_t length, std::uint32_t* places);

  /// By halves: one after the other waits as long as dozens of batches take.
  static T least_lane(lanes const& of) {
    std::array<T, lanes::size> each;
    of.store(each.data());
    for (std::size_t half = lanes::size / 2; half != 0; half /= 2)
      for (std::size_t i = 0; i != half; ++i) each[i] = each[i + half] < each[i] ? each[i + half] : each[i];
    return each[0];
  }
};

template <class Target, class T>
[[gnu::flatten]] T row_kernels<Target, T>::quotients(row_polynomial<T> const& above, row_polynomial<T> const& below,
                                                     bool negative, T const* variable, std::size_t length, T* values) {
  // One value waits for the one before it: four at a time do not.
  std::array<lanes, 4> least;
  for (lanes& each : least) each = lanes(std::numeric_limits<T>::infinity());
  row_polynomial<T> numerator = above;
  if (negative)
    for (T& each : numerator) each = -each;
  auto const run = [&]<int degree, bool divide>(std::integral_constant<int, degree>, std::bool_constant<divide>) {
    row_polynomial<T> const over = numerator, under = below;
    auto const one = [&](std::size_t i, lanes& smallest) {
      lanes const y = lanes::load(variable + i);
      lanes value = horner<degree>(over, y);
      if constexpr (divide) value = value / horner<degree>(under, y);
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
  constexpr std::integral_constant<int, 1> line;
  constexpr std::integral_constant<int, 3> cubic;
  bool const is_line = above[2] == 0 && above[3] == 0 && below[2] == 0 && below[3] == 0;
  if (below[0] == 1 && below[1] == 0 && below[2] == 0 && below[3] == 0)
    is_line ? run(line, std::false_type{}) : run(cubic, std::false_type{});
  else
    is_line ? run(line, std::true_type{}) : run(cubic, std::true_type{});
  return least_lane(min(min(least[0], least[1]), min(least[2], least[3])));
}

template <class Target, class T>
[[gnu::flatten]] T row_kernels<Target, T>::keep_window(row_polynomial<T> const& above, row_polynomial<T> const& below,
                                                       T low, T high, T const* variable, std::size_t length,
                                                       T* values) {
  lanes const infinity(std::numeric_limits<T>::infinity()), from(low), to(high);
  row_polynomial<T> const over = above, under = below;
  lanes least = infinity;
  for (std::size_t i = 0; i != length; i += lanes::size) {
    lanes const y = lanes::load(variable + i);
    lanes const value = horner<3>(over, y), divisor = horner<3>(under, y);
    lanes const kept = select((from * divisor <= value) & (value <= to * divisor), lanes::load(values + i), infinity);
    kept.store(values + i);
    least = min(kept, least);
  }
  return least_lane(least);
}

template <class Target, class T>
[[gnu::flatten]] std::size_t row_kernels<Target, T>::up_to(T bound, T const* values, std::size_t length,
                                                           std::uint32_t* places) {
  std::size_t found = 0;
  for (std::size_t i = 0; i != length; i += lanes::size)
    if (any(lanes::load(values + i) <= lanes(bound)))
      for (std::size_t j = i; j != i + lanes::size; ++j)
        if (values[j] <= bound) places[found++] = static_cast<std::uint32_t>(j);
  return found;
}

/// What losses are computed in: short polynomials on floats, or the functions of doubles.
template <class T, class Target>
struct screened_in {
  using number = simd::batch<T, Target>;
  static number const& lanes(number const& of) { return of; }
};
template <class Target>
struct screened_in<float, Target> {
  using number = simd::quick<Target>;
  static simd::batch<float, Target> const& lanes(number const& of) { return of.lanes(); }
};

/// Losses by a law.
template <class Target, class L, class T>
struct law_kernels {
  static constexpr std::size_t n = sizeof(typename L::inputs) / sizeof(double);
  using lanes = simd::batch<T, Target>;

  /// `length` losses. \returns the least
  static T losses(L const& law, row_inputs<T, n> const& row, T const* variable, std::size_t length, T* losses);

  /// Where the last input does not change along the row, what a law makes of it alone is computed once.
  template <int degree, std::size_t n_shared, bool last_is_constant>
  static T run(L const& law, row_inputs<T, n> const& row, T const* variable, std::size_t length, T* losses);
};

/// All is inlined, so that what is not used (the value of an input of which a law takes the logarithm alone) is not
/// computed, and what does not change is computed once.
template <class Target, class L, class T>
template <int degree, std::size_t n_shared, bool last_is_constant>
[[gnu::flatten]] T law_kernels<Target, L, T>::run(L const& law_of_all, row_inputs<T, n> const& row_of_all,
                                                  T const* variable, std::size_t length, T* losses) {
  using plain = typename screened_in<T, Target>::number;
  using number = simd::with_logarithm<plain>;
  constexpr std::size_t part = 512;
  L const law = law_of_all;  // copies, which the losses that are written cannot be
  row_inputs<T, n> const row = row_of_all;
  alignas(64) std::array<std::array<T, part>, n_shared> logs;
  lanes least(std::numeric_limits<T>::infinity());
  for (std::size_t from = 0; from < length; from += part) {
    std::size_t const size = length - from < part ? length - from : part;
    // In loops of their own: the shorter what waits for each other, the more batches a processor has in flight.
    for (std::size_t s = 0; s != n_shared; ++s)
      for (std::size_t i = 0; i != size; i += lanes::size) {
        plain const of(horner<degree>(row.shared[s], lanes::load(variable + from + i)));
        screened_in<T, Target>::lanes(log(of)).store(logs[s].data() + i);
      }
    for (std::size_t i = 0; i != size; i += lanes::size) {
      lanes const y = lanes::load(variable + from + i);
      auto const input = [&](std::size_t which) {
        auto const& of = row.inputs[which];
        lanes logarithm(of.log_constant);
        if (last_is_constant && which == n - 1)
          return number(plain(lanes(of.above[0]) / lanes(of.below[0])), plain(logarithm));
        for (std::size_t s = 0; s != n_shared; ++s)
          logarithm = fma(lanes(of.log_factors[s]), lanes::load(logs[s].data() + i), logarithm);
        return number(plain(horner<degree>(of.above, y) / horner<degree>(of.below, y)), plain(logarithm));
      };
      number const loss(law.loss([&]<std::size_t... each>(std::index_sequence<each...>) {
        return typename L::template basic_inputs<number>{input(each)...};
      }(std::make_index_sequence<n>{})));
      lanes const value = screened_in<T, Target>::lanes(loss.value());
      value.store(losses + from + i);
      least = min(value, least);
    }
  }
  return row_kernels<Target, T>::least_lane(least);
}

template <class Target, class L, class T>
T law_kernels<Target, L, T>::losses(L const& law, row_inputs<T, n> const& row, T const* variable, std::size_t length,
                                    T* losses) {
  // Powers that are 0 and logarithms that no input has are computed with the others.
  auto const with = [&]<int degree, bool last_is_constant>(std::integral_constant<int, degree>,
                                                           std::bool_constant<last_is_constant>) {
    return row.n_shared <= 1   ? run<degree, 1, last_is_constant>(law, row, variable, length, losses)
           : row.n_shared == 2 ? run<degree, 2, last_is_constant>(law, row, variable, length, losses)
                               : run<degree, 4, last_is_constant>(law, row, variable, length, losses);
  };
  constexpr std::integral_constant<int, 3> cubic;
  if (row.degree > 1) return with(cubic, std::false_type{});
  constexpr std::integral_constant<int, 1> line;
  if constexpr (n > 2)
    if (row.last_is_constant) return with(line, std::true_type{});
  return with(line, std::false_type{});
}

/// The kernels of one target, as what drives them calls them.
template <class T>
struct row_kernel_set {
  decltype(&row_kernels<simd::scalar, T>::quotients) quotients;
  decltype(&row_kernels<simd::scalar, T>::keep_window) keep_window;
  decltype(&row_kernels<simd::scalar, T>::up_to) up_to;
};
template <class L>
struct law_kernel_set {
  using law = L;

  decltype(&law_kernels<simd::scalar, L, float>::losses) losses;
  decltype(&law_kernels<simd::scalar, L, double>::losses) losses_again;
};

/// Where kernels are found: in this translation unit, unless search/dispatch.hpp says otherwise.
template <class Target>
struct kernels_of {
  template <class T>
  static constexpr row_kernel_set<T> rows() {
    return {&row_kernels<Target, T>::quotients, &row_kernels<Target, T>::keep_window, &row_kernels<Target, T>::up_to};
  }
  template <class L>
  static constexpr law_kernel_set<L> law() {
    return {&law_kernels<Target, L, float>::losses, &law_kernels<Target, L, double>::losses};
  }
};

}  // namespace moetric::inline v0::search::detail
