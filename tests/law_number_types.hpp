#pragma once

// What every law is tested with beside double: a SIMD batch, lane by lane, and a dual number for derivatives.
#include <array>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <initializer_list>

#include "catch.hpp"
#include "moetric/laws/law.hpp"

#if __has_include(<xsimd/xsimd.hpp>)
#include <xsimd/xsimd.hpp>
#define MOETRIC_TEST_WITH_XSIMD 1
#else
#define MOETRIC_TEST_WITH_XSIMD 0
#endif

#if __has_include(<boost/math/differentiation/autodiff.hpp>)
#include <boost/math/differentiation/autodiff.hpp>
#define MOETRIC_TEST_WITH_BOOST 1
#else
#define MOETRIC_TEST_WITH_BOOST 0
#endif

/// Numbers of double between two positive doubles.
inline std::int64_t ulps_between(double a, double b) {
  return std::llabs(std::bit_cast<std::int64_t>(a) - std::bit_cast<std::int64_t>(b));
}

/// The loss in double, at values in the order of the inputs: loss_at(law, {1e9, 2e10}).
template <class Law>
double loss_at(Law const& law, typename Law::inputs const& at) {
  return law.loss(at);
}

/// The loss in a batch is that in double, within 4 units in the last place, at each point in turn in the first lane and
/// its successor in the others.
template <class Law>
void check_batches(Law const& law, std::initializer_list<typename Law::inputs> points) {
#if MOETRIC_TEST_WITH_XSIMD
  using batch = xsimd::batch<double>;
  constexpr std::size_t n = moetric::laws::detail::number_of_doubles<typename Law::inputs>;
  for (std::size_t first = 0; first != points.size(); ++first) {
    std::array<std::array<double, batch::size>, n> lanes{};
    for (std::size_t lane = 0; lane != batch::size; ++lane) {
      auto const one = moetric::laws::detail::to_array(points.begin()[(first + lane) % points.size()]);
      for (std::size_t i = 0; i != n; ++i) lanes[i][lane] = one[i];
    }
    std::array<batch, n> packed{};
    for (std::size_t i = 0; i != n; ++i) packed[i] = batch::load_unaligned(lanes[i].data());
    batch const got = law.loss(std::bit_cast<typename Law::template basic_inputs<batch>>(packed));
    for (std::size_t lane = 0; lane != batch::size; ++lane) {
      CAPTURE(first, lane);
      CHECK(ulps_between(got.get(lane), law.loss(points.begin()[(first + lane) % points.size()])) <= 4);
    }
  }
#else
  static_cast<void>(law);
  static_cast<void>(points);
#endif
}

#if MOETRIC_TEST_WITH_BOOST
using dual = decltype(boost::math::differentiation::make_fvar<double, 1>(0.0));
inline dual variable(double x) {
  return boost::math::differentiation::make_fvar<double, 1>(x);
}
#endif
