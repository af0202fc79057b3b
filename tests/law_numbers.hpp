#pragma once

// Number types that laws are tested with besides double: SIMD batches, lane by lane, and dual numbers.
#include <array>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <xsimd/xsimd.hpp>

#include "catch.hpp"
#include "moetric/core/dual.hpp"
#include "moetric/laws/law.hpp"

/// Distance of two positive doubles in units in the last place.
inline std::int64_t ulps_between(double a, double b) {
  return std::llabs(std::bit_cast<std::int64_t>(a) - std::bit_cast<std::int64_t>(b));
}

/// The loss in double for inputs in their declared order: loss_at(law, {1e9, 2e10}).
template <class Law>
double loss_at(Law const& law, typename Law::inputs const& at) {
  return law.loss(at);
}

using simd_batch = xsimd::batch<double>;

/// Packs one point per lane into the same aggregate of batches.
template <class Batches, class Doubles>
Batches in_lanes(std::array<Doubles, simd_batch::size> const& points) {
  constexpr std::size_t n = moetric::laws::detail::number_of_doubles<Doubles>;
  std::array<simd_batch, n> packed{};
  for (std::size_t i = 0; i != n; ++i) {
    std::array<double, simd_batch::size> lanes{};
    for (std::size_t lane = 0; lane != lanes.size(); ++lane)
      lanes[lane] = moetric::laws::detail::to_array(points[lane])[i];
    packed[i] = simd_batch::load_unaligned(lanes.data());
  }
  return std::bit_cast<Batches>(packed);
}

using dual_number = moetric::dual<1>;
inline dual_number variable(double x) {
  return dual_number::variable(x);
}

namespace detail {

template <class Duals, class Doubles>
Duals by(std::size_t which, Doubles const& doubles) {
  auto const values = moetric::laws::detail::to_array(doubles);
  std::array<dual_number, std::tuple_size_v<decltype(values)>> numbers;
  for (std::size_t i = 0; i != values.size(); ++i)
    numbers[i] = i == which ? variable(values[i]) : dual_number(values[i]);
  return std::bit_cast<Duals>(numbers);
}

}  // namespace detail

/// The inputs, with a derivative with respect to the input of index `which`.
template <class Form>
auto inputs_by(std::size_t which, typename Form::template inputs<double> const& at) {
  return detail::by<typename Form::template inputs<dual_number>>(which, at);
}
/// The coefficients, with a derivative with respect to the coefficient of index `which`, as a fit needs it.
template <class Form>
auto coefficients_by(std::size_t which, typename Form::template coefficients<double> const& k) {
  return detail::by<typename Form::template coefficients<dual_number>>(which, k);
}
