#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <utility>

#include "moetric/search/row.hpp"
#include "moetric/simd/bounded.hpp"
#include "moetric/simd/quick.hpp"
#include "moetric/simd/with_logarithm.hpp"

/// What is done to every configuration of a row, in batches.
namespace moetric::inline v0::search::detail {

/// Numbers of a row behind each other, filled up to whole batches of every target with the last.
template <class T>
struct padded {
  static constexpr std::size_t widest = 64;

  std::vector<T> values{};
  std::size_t size = 0;

  template <class From>
  void assign(From const& from) {
    size = from.size();
    values.resize((size + widest - 1) / widest * widest);
    for (std::size_t i = 0; i != values.size(); ++i) values[i] = static_cast<T>(from[i < size ? i : size - 1]);
  }
  void resize(std::size_t n) {
    size = n;
    values.resize((n + widest - 1) / widest * widest);
  }
};

template <int degree, class B, class T>
B horner(std::array<T, row_quotient::n_powers> const& of, B const& y) {
  B value(of[degree]);
  for (int power = degree; power-- > 0;) value = fma(value, y, B(of[static_cast<std::size_t>(power)]));
  return value;
}

/// A polynomial along a row.
template <class T>
using row_polynomial = std::array<T, row_quotient::n_powers>;

template <class T>
row_polynomial<T> rounded(row_polynomial<double> const& from) {
  row_polynomial<T> to;
  for (std::size_t power = 0; power != to.size(); ++power) to[power] = static_cast<T>(from[power]);
  return to;
}

/// The inputs of a law along a row, as quotients and as logarithms. These are constants and sums of logarithms that
/// inputs share: tokens at a budget are C / (6·N), so beside ln N no logarithm is left to take.
template <class T, std::size_t n>
struct row_inputs {
  static constexpr std::size_t most_shared = 4;

  struct input {
    row_polynomial<T> above{}, below{};
    T log_constant = 0;
    std::array<T, most_shared> log_factors{};  // -1, 0 or 1
  };
  std::array<input, n> inputs{};
  std::array<row_polynomial<T>, most_shared> shared{};
};

/// How the inputs of a row share logarithms, in double.
template <std::size_t n>
class shared_logarithms {
 public:
  static constexpr std::size_t most_shared = row_inputs<double, n>::most_shared;

  std::size_t n_shared() const { return n_shared_; }
  int degree() const { return degree_; }

  /// \returns false when the quotients need more logarithms than are shared
  bool assign(std::span<row_quotient const> quotients) {
    n_shared_ = 0, degree_ = 0;
    for (std::size_t i = 0; i != n; ++i) {
      auto& input = inputs_.inputs[i] = {quotients[i].above, quotients[i].below};
      double constant = 1;
      if (!add(quotients[i].above, 1, input, constant) || !add(quotients[i].below, -1, input, constant)) return false;
      input.log_constant = constant == 1 ? 0 : std::log(constant);
    }
    return true;
  }
  template <class T>
  row_inputs<T, n> in() const {
    row_inputs<T, n> result;
    for (std::size_t i = 0; i != n; ++i) {
      auto const& from = inputs_.inputs[i];
      auto& to = result.inputs[i] = {rounded<T>(from.above), rounded<T>(from.below), static_cast<T>(from.log_constant)};
      for (std::size_t s = 0; s != n_shared_; ++s) to.log_factors[s] = static_cast<T>(from.log_factors[s]);
    }
    for (std::size_t s = 0; s != n_shared_; ++s) result.shared[s] = rounded<T>(inputs_.shared[s]);
    return result;
  }

 private:
  bool add(row_polynomial<double> const& p, int sign, typename row_inputs<double, n>::input& to, double& constant) {
    int const own = row_quotient::degree(p);
    double factor = p[0];
    if (own > 0) {
      std::size_t place = 0;
      while (place != n_shared_ && (factor = multiple(p, inputs_.shared[place])) == 0) ++place;
      if (place == most_shared) return false;
      if (place == n_shared_) {
        inputs_.shared[n_shared_++] = p;
        factor = 1;
      }
      to.log_factors[place] += sign;
      degree_ = std::max(degree_, own);
    }
    constant = sign > 0 ? constant * factor : constant / factor;
    return true;
  }
  /// What p is of q, 0 where it is no multiple.
  static double multiple(row_polynomial<double> const& p, row_polynomial<double> const& q) {
    auto const top = static_cast<std::size_t>(row_quotient::degree(q));
    double const factor = p[top] / q[top];
    for (std::size_t power = 0; power != p.size(); ++power)
      if (p[power] != factor * q[power]) return 0;
    return factor;
  }

  row_inputs<double, n> inputs_{};
  std::size_t n_shared_ = 0;
  int degree_ = 0;
};

template <class T, class Target>
struct screened_in;
template <class Target>
struct screened_in<float, Target> {
  using number = simd::quick<Target>;
  static auto const& lanes(number const& of) { return of.lanes(); }
};
template <class Target>
struct screened_in<double, Target> {
  using number = simd::batch<double, Target>;
  static number const& lanes(number const& of) { return of; }
};

/// Losses of a row by a law, and the least of them. All is inlined, so that what is not used (the value of an input of
/// which a law takes the logarithm alone) is not computed, and what does not change is computed once.
template <class Target, int degree, std::size_t n_shared, class T, class L, std::size_t n>
[[gnu::flatten]] T screen_row(L const& law_of_all, row_inputs<T, n> const& inputs_of_row, T const* variable,
                              std::size_t padded_size, T* losses) {
  using lanes = simd::batch<T, Target>;
  using plain = typename screened_in<T, Target>::number;
  using number = simd::with_logarithm<plain>;
  L const law = law_of_all;  // copies, which the losses that are written cannot be
  row_inputs<T, n> const row = inputs_of_row;
  lanes least(std::numeric_limits<T>::infinity());
  for (std::size_t i = 0; i != padded_size; i += lanes::size) {
    lanes const y = lanes::load(variable + i);
    std::array<lanes, n_shared> logs;
    for (std::size_t s = 0; s != n_shared; ++s)
      logs[s] = screened_in<T, Target>::lanes(log(plain(horner<degree>(row.shared[s], y))));
    auto const input = [&](std::size_t which) {
      auto const& of = row.inputs[which];
      lanes logarithm(of.log_constant);
      for (std::size_t s = 0; s != n_shared; ++s) logarithm = fma(lanes(of.log_factors[s]), logs[s], logarithm);
      return number(plain(horner<degree>(of.above, y) / horner<degree>(of.below, y)), plain(logarithm));
    };
    number const loss(law.loss([&]<std::size_t... each>(std::index_sequence<each...>) {
      return typename L::template basic_inputs<number>{input(each)...};
    }(std::make_index_sequence<n>{})));
    lanes const value = screened_in<T, Target>::lanes(loss.value());
    value.store(losses + i);
    least = min(least, value);
  }
  std::array<T, lanes::size> each;
  least.store(each.data());
  return *std::min_element(each.begin(), each.end());
}
/// The same, the number of shared logarithms and the degree being those of `by`.
template <class Target, class T, class L, std::size_t n>
T screen_row(L const& law, shared_logarithms<n> const& by, row_inputs<T, n> const& row, T const* variable,
             std::size_t padded_size, T* losses) {
  T least = 0;
  auto const run = [&]<int degree, std::size_t shared>(std::integral_constant<int, degree>,
                                                       std::integral_constant<std::size_t, shared>) {
    if (by.n_shared() == shared) least = screen_row<Target, degree, shared>(law, row, variable, padded_size, losses);
  };
  [&]<std::size_t... shared>(std::index_sequence<shared...>) {
    if (by.degree() <= 1)
      (run(std::integral_constant<int, 1>{}, std::integral_constant<std::size_t, shared>{}), ...);
    else
      (run(std::integral_constant<int, 3>{}, std::integral_constant<std::size_t, shared>{}), ...);
  }(std::make_index_sequence<shared_logarithms<n>::most_shared + 1>{});
  return least;
}

/// Quotients of a row in double: exact for counts, correctly rounded for their quotients.
template <class Target>
void values_of_row(row_quotient const& of, double const* variable, std::size_t padded_size, double* values) {
  using lanes = simd::batch<double, Target>;
  auto const run = [&]<int above, int below>(std::integral_constant<int, above>, std::integral_constant<int, below>) {
    for (std::size_t i = 0; i != padded_size; i += lanes::size) {
      lanes const y = lanes::load(variable + i);
      lanes const value = horner<above>(of.above, y);
      (below == 0 && of.below[0] == 1 ? value : value / horner<below>(of.below, y)).store(values + i);
    }
  };
  constexpr std::integral_constant<int, 0> zero;
  constexpr std::integral_constant<int, 1> one;
  constexpr std::integral_constant<int, 3> three;
  int const above = row_quotient::degree(of.above), below = row_quotient::degree(of.below);
  if (below != 0) return above <= 1 && below <= 1 ? run(one, one) : run(three, three);
  above == 0 ? run(zero, zero) : above == 1 ? run(one, zero) : run(three, zero);
}

/// Takes out of a row what is surely outside of a window: what it is ranked by becomes infinite.
template <class Target, class T>
[[gnu::flatten]] void keep_window(row_quotient const& of, double low, double high, T const* variable, std::size_t padded_size, T* values) {
  using lanes = simd::batch<T, Target>;
  // Powers and sums are off by at most 16 roundings. What is taken out lies further outside.
  constexpr double margin = 16 * static_cast<double>(std::numeric_limits<T>::epsilon());
  row_polynomial<T> const above = rounded<T>(of.above), below = rounded<T>(of.below);
  auto const bound = [](double value) { return static_cast<T>(std::fmin(std::fmax(value, -1e38), 1e38)); };
  lanes const from(bound(low * (1 - margin))), to(bound(high * (1 + margin)));
  for (std::size_t i = 0; i != padded_size; i += lanes::size) {
    lanes const y = lanes::load(variable + i);
    lanes const value = horner<3>(above, y), divisor = horner<3>(below, y);
    auto const inside = (from * divisor <= value) & (value <= to * divisor);
    select(inside, lanes::load(values + i), lanes(std::numeric_limits<T>::infinity())).store(values + i);
  }
}

/// The least of a row.
template <class Target, class T>
T least_of_row(T const* values, std::size_t padded_size) {
  using lanes = simd::batch<T, Target>;
  lanes least(std::numeric_limits<T>::infinity());
  for (std::size_t i = 0; i != padded_size; i += lanes::size) least = min(least, lanes::load(values + i));
  std::array<T, lanes::size> each;
  least.store(each.data());
  return *std::min_element(each.begin(), each.end());
}

}  // namespace moetric::inline v0::search::detail
