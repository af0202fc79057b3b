#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <utility>

#include "moetric/simd/fast_float.hpp"
#include "moetric/simd/transform.hpp"
#include "targets/checks.hpp"

template <class Target>
int checks<Target>::faults_of_transform() {
  using lanes = moetric::simd::batch<double, Target>;
  constexpr std::size_t longest = 4 * lanes::size + 3, room = longest + 2 * lanes::size + 2;
  auto const twice_plus = [](auto const& a, auto const& b) { return exp(a * 0.25) + b; };
  int faults = 0;
  double a[room], b[room], results[room];
  for (std::size_t i = 0; i != room; ++i) a[i] = 0.1 * static_cast<double>(i), b[i] = 3 - 0.3 * static_cast<double>(i);
  for (std::size_t n = 0; n <= longest; ++n)
    for (std::size_t from = 1; from <= lanes::size; ++from) {
      constexpr double guard = -12345;
      for (double& each : results) each = guard;
      moetric::simd::transform<Target>(n, results + from, twice_plus, a + from, b + from + 1);
      for (std::size_t i = 0; i != room; ++i) {
        double expected = guard;
        if (i >= from && i < from + n) moetric::simd::transform<Target>(1, &expected, twice_plus, a + i, b + i + 1);
        faults += std::bit_cast<std::uint64_t>(results[i]) != std::bit_cast<std::uint64_t>(expected);
      }
    }
  return faults;
}

template <class Target>
int checks<Target>::faults_of_operations() {
  using floats = moetric::simd::batch<float, Target>;
  using bits = moetric::simd::batch<std::int32_t, Target>;
  float a[floats::size], b[floats::size], got[floats::size];
  for (std::size_t i = 0; i != floats::size; ++i) a[i] = 1.5f + static_cast<float>(i), b[i] = 4 - static_cast<float>(i);
  floats const x = floats::load(a), y = floats::load(b);
  int faults = 0;
  auto const expect = [&](floats const& result, auto of) {
    result.store(got);
    for (std::size_t i = 0; i != floats::size; ++i) faults += got[i] != of(a[i], b[i]);
  };
  expect(x + y, [](float u, float v) { return u + v; });
  expect(x - y, [](float u, float v) { return u - v; });
  expect(x * y, [](float u, float v) { return u * v; });
  expect(x / floats(2), [](float u, float) { return u / 2; });
  expect(-x, [](float u, float) { return -u; });
  expect(fma(x, y, floats(0.5)), [](float u, float v) { return u * v + 0.5f; });  // exact, so rounded neither way
  expect(min(x, y), [](float u, float v) { return v < u ? v : u; });
  expect(max(x, y), [](float u, float v) { return u < v ? v : u; });
  expect(select(x < y, x, y), [](float u, float v) { return u < v ? u : v; });
  expect(select((x <= y) & (y < floats(3)), x, y), [](float u, float v) { return u <= v && v < 3 ? u : v; });
  expect(select((x <= y) | (y < floats(3)), x, y), [](float u, float v) { return u <= v || v < 3 ? u : v; });
  expect(from_bits(to_bits(x) + shift_left<23>(bits(3))), [](float u, float) { return 8 * u; });
  expect(from_bits((to_bits(x) & bits(0x7f'ffff)) | bits(0x3f80'0000)),
         [](float u, float) { return u / std::exp2(std::floor(std::log2(u))); });
  expect(to_float(to_bits(x) & bits(0x7f80'0000)),
         [](float u, float) { return static_cast<float>(std::bit_cast<std::int32_t>(u) & 0x7f80'0000); });
  expect(opaque(x), [](float u, float) { return u; });
  faults += any(x < floats(1)) || !any(x < floats(1.75));
  return faults;
}

namespace {

template <class Number, class L, std::size_t... i>
auto inputs_at(Number const* each, std::index_sequence<i...>) {
  return typename L::template basic_inputs<Number>{each[i]...};
}

}  // namespace

template <class Target, class L>
void law_checks<Target, L>::losses(L const& law, double const* inputs, std::size_t n, double* results) {
  using lanes = moetric::simd::batch<double, Target>;
  constexpr std::size_t n_inputs = sizeof(typename L::inputs) / sizeof(double);
  for (std::size_t i = 0; i + lanes::size <= n; i += lanes::size) {
    lanes each[n_inputs];
    for (std::size_t input = 0; input != n_inputs; ++input) each[input] = lanes::load(inputs + input * n + i);
    lanes(law.loss(inputs_at<lanes, L>(each, std::make_index_sequence<n_inputs>{}))).store(results + i);
  }
}

template <class Target, class L>
void law_checks<Target, L>::losses_in_fast_float(L const& law, double const* inputs, std::size_t n, double* results) {
  using number = moetric::simd::fast_float<Target>;
  constexpr std::size_t n_inputs = sizeof(typename L::inputs) / sizeof(double), size = number::lanes_type::size;
  for (std::size_t i = 0; i + size <= n; i += size) {
    number each[n_inputs];
    float lanes[size];
    for (std::size_t input = 0; input != n_inputs; ++input) {
      for (std::size_t lane = 0; lane != size; ++lane) lanes[lane] = static_cast<float>(inputs[input * n + i + lane]);
      each[input] = number(number::lanes_type::load(lanes));
    }
    number(law.loss(inputs_at<number, L>(each, std::make_index_sequence<n_inputs>{}))).lanes().store(lanes);
    for (std::size_t lane = 0; lane != size; ++lane) results[i + lane] = static_cast<double>(lanes[lane]);
  }
}

namespace {

/// The largest error(x, of(x)) over all floats between two of the same sign.
template <class Target, class Of, class Error>
double largest_error(float first, float last, Of of, Error error) {
  using lanes = moetric::simd::batch<float, Target>;
  double largest = 0;
  auto const end = std::bit_cast<std::uint32_t>(last);
  for (auto bits = std::bit_cast<std::uint32_t>(first); bits <= end; bits += std::uint32_t{lanes::size}) {
    float x[lanes::size], got[lanes::size];
    for (std::size_t lane = 0; lane != lanes::size; ++lane)
      x[lane] = std::bit_cast<float>(bits + static_cast<std::uint32_t>(lane));
    of(lanes::load(x)).store(got);
    for (std::size_t lane = 0; lane != lanes::size; ++lane)
      largest = std::fmax(largest, error(static_cast<double>(x[lane]), static_cast<double>(got[lane])));
  }
  return largest;
}

}  // namespace

template <class Target>
double checks<Target>::error_of_log() {
  using number = moetric::simd::fast_float<Target>;
  return largest_error<Target>(
      1, 2, [](auto const& m) { return number::log_of_mantissa(m); },
      [](double m, double got) { return std::fabs(got - (std::log(m) - (m - 1) * std::log(2.0))); });
}

template <class Target>
double checks<Target>::error_of_exp() {
  using number = moetric::simd::fast_float<Target>;
  auto const of = [](auto const& r) { return number::exp2_of_fraction(r); };
  auto const error = [](double r, double got) { return std::fabs(got / std::exp2(r) - 1); };
  // Below 1/64, the coefficients alone are off by less than 7.2e-7 + 2.6e-5/64, and rounding adds 1.2e-7.
  return std::fmax(largest_error<Target>(1.f / 64, 0.501f, of, error),
                   largest_error<Target>(-1.f / 64, -0.501f, of, error));
}
