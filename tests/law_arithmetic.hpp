#pragma once

#include <array>
#include <bit>
#include <boost/math/differentiation/autodiff.hpp>
#include <cstdint>
#include <cstring>
#include <xsimd/xsimd.hpp>

#include "moetric/laws/law.hpp"

// A law's form on other numbers than double: a batch with the double's inputs in every lane, and dual numbers.

/// Steps between neighbouring doubles from one positive number to another.
inline std::uint64_t ulps_apart(double a, double b) {
  auto const first = std::bit_cast<std::uint64_t>(a), second = std::bit_cast<std::uint64_t>(b);
  return first < second ? second - first : first - second;
}

/// An aggregate of doubles as the same aggregate of another number type, each made by `make(index, value)`.
template <class Result, class Number, class Aggregate, class Make>
Result converted(Aggregate const& doubles, Make make) {
  Result result;
  auto const values = moetric::laws::detail::to_array(doubles);
  std::array<Number, std::tuple_size_v<decltype(values)>> numbers;
  for (std::size_t i = 0; i != values.size(); ++i) numbers[i] = make(i, values[i]);
  static_assert(sizeof result == sizeof numbers);
  std::memcpy(static_cast<void*>(&result), numbers.data(), sizeof result);
  return result;
}

using batch = xsimd::batch<double>;

template <class Form>
auto inputs_in_lanes(typename Form::template inputs<double> const& at) {
  using result = typename Form::template inputs<batch>;
  return converted<result, batch>(at, [](std::size_t, double value) { return batch(value); });
}
/// The first lane; whether the others hold the same is for `lanes_agree`.
inline double first_lane(batch const& lanes) {
  std::array<double, batch::size> values;
  lanes.store_unaligned(values.data());
  return values[0];
}
inline bool lanes_agree(batch const& lanes) {
  return xsimd::all(lanes == batch(first_lane(lanes)));
}

using dual = boost::math::differentiation::autodiff_v1::detail::fvar<double, 1>;

/// A dual number that differentiates by the index `which`.
inline auto differentiate_by(std::size_t which) {
  return [which](std::size_t i, double value) {
    return i == which ? boost::math::differentiation::make_fvar<double, 1>(value) : dual(value);
  };
}
/// The inputs with a derivative by the one of that index.
template <class Form>
auto inputs_by(std::size_t which, typename Form::template inputs<double> const& at) {
  return converted<typename Form::template inputs<dual>, dual>(at, differentiate_by(which));
}
/// The coefficients with a derivative by the one of that index, as a fit needs it.
template <class Form>
auto coefficients_by(std::size_t which, typename Form::template coefficients<double> const& k) {
  return converted<typename Form::template coefficients<dual>, dual>(k, differentiate_by(which));
}
