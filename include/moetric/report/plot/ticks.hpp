#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "moetric/core/text.hpp"
#include "moetric/report/plot/picture.hpp"

/// The numbers along an axis.
namespace moetric::v0::report {

/// A place on an axis with its text.
struct tick {
  double at;  // in the unit of the axis
  std::string text;
};

/// An axis with its ends and ticks. Ticks of a linear axis are in units of 10^exponent, those of a logarithmic one are
/// written out.
struct axis_scale {
  double low = 0, high = 1;
  int exponent = 0;
  std::vector<tick> ticks{};
};

namespace detail {

/// 10²¹
inline std::string power_of_ten(int exponent) {
  constexpr char const* digits[]{"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string text = exponent < 0 ? "10⁻" : "10";
  for (char const c : std::to_string(std::abs(exponent))) text += digits[static_cast<std::size_t>(c - '0')];
  return text;
}

/// 50, 0.02, 2×10⁹
inline std::string tick_text(double digit, int exponent) {
  if (exponent >= -3 && exponent <= 3) return brief(digit * std::pow(10.0, exponent), 6);
  if (digit == 1) return power_of_ten(exponent);
  return brief(digit, 3) + "×" + power_of_ten(exponent);
}

/// A round number of which about n fit between two.
inline double round_step(double low, double high, int n) {
  double const rough = (high - low) / n, power = std::pow(10.0, std::floor(std::log10(rough)));
  for (double const each : {1.0, 2.0, 5.0})
    if (each * power >= rough) return each * power;
  return 10 * power;
}

/// Powers of ten, at most eight of them; or their multiples where there are few.
inline std::vector<tick> logarithmic_ticks(double low, double high) {
  constexpr double slack = 1e-9;
  auto const ticks_of = [&](std::vector<double> const& digits, int step) {
    std::vector<tick> all;
    for (int e = static_cast<int>(std::floor(std::log10(low))); e <= std::log10(high) + 1; ++e)
      for (double const digit : digits) {
        double const at = digit * std::pow(10.0, e);
        if (e % step == 0 && at >= low * (1 - slack) && at <= high * (1 + slack))
          all.push_back({at, tick_text(digit, e)});
      }
    return all;
  };
  double const decades = std::log10(high / low);
  if (decades >= 2.5) return ticks_of({1}, std::max(1, static_cast<int>(std::ceil(decades / 8))));
  if (decades >= 1.2) return ticks_of({1, 3}, 1);
  if (decades >= 0.7) return ticks_of({1, 2, 5}, 1);
  std::vector<tick> all;                                                        // round steps, as on a linear axis
  double const step = round_step(low, high, high < 1e4 && low > 1e-3 ? 7 : 4);  // 10^18 takes room
  for (double i = std::ceil(low / step - slack); i * step <= high * (1 + slack); ++i) {
    int const exponent = static_cast<int>(std::floor(std::log10(i * step) + slack));
    all.push_back({i * step, tick_text(i * step / std::pow(10.0, exponent), exponent)});
  }
  return all;
}

/// About six round numbers.
inline axis_scale linear_scale(double low, double high) {
  axis_scale made{low, high};
  double const size = std::fmax(std::fabs(low), std::fabs(high));
  if (size >= 1e4 || size < 1e-2) made.exponent = 3 * static_cast<int>(std::floor(std::log10(size) / 3));
  double const step = round_step(low, high, 6);
  double const unit = std::pow(10.0, made.exponent);
  for (double i = std::ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; ++i)
    made.ticks.push_back({i * step, i == 0 ? "0" : brief(i * step / unit, 6)});
  return made;
}

/// Takes a number into the ends of an axis.
inline void take_in(axis_scale& to, bool& any, plot_axis const& of, double number) {
  if (!std::isfinite(number) || (of.logarithmic && !(number > 0))) return;
  to.low = any ? std::fmin(to.low, number) : number;
  to.high = any ? std::fmax(to.high, number) : number;
  any = true;
}

}  // namespace detail

/// The scale of an axis of a panel: its ends hold every point and interval, and 0 where bars begin.
inline axis_scale scale_of(panel const& of, bool is_x) {
  plot_axis const& along = is_x ? of.x : of.y;
  if (!along.names.empty()) return {-0.6, static_cast<double>(along.names.size()) - 0.4};
  axis_scale made;
  bool any = false, from_zero = false;
  for (series const& each : of.all) {
    bool const intervals = is_x != of.y.names.empty();
    if (is_x && each.drawn == mark::bars && !along.logarithmic) from_zero = true;
    if (each.drawn == (is_x ? mark::horizontal : mark::vertical)) continue;
    for (plot_point const& at : each.points) {
      detail::take_in(made, any, along, is_x ? at.x : at.y);
      if (intervals) detail::take_in(made, any, along, at.low), detail::take_in(made, any, along, at.high);
    }
  }
  if (from_zero) made.low = std::fmin(made.low, 0), made.high = std::fmax(made.high, 0);
  if (along.low) made.low = *along.low;
  if (along.high) made.high = *along.high;
  constexpr double margin = 0.04;
  if (along.logarithmic) {
    double const factor = made.high > made.low ? std::pow(made.high / made.low, margin) : 1.5;
    if (!along.low) made.low /= factor;
    if (!along.high) made.high *= factor;
    made.ticks = detail::logarithmic_ticks(made.low, made.high);
    return made;
  }
  double const width = made.high - made.low,
               more = width > 0 ? margin * width : std::fmax(1e-3, 0.1 * std::fabs(made.high));
  if (!along.low && !(from_zero && made.low == 0)) made.low -= more;
  if (!along.high && !(from_zero && made.high == 0)) made.high += more;
  return detail::linear_scale(made.low, made.high);
}

/// "compute (FLOPs)", "tokens", or "stored weights (10⁹ parameters)" on an axis whose ticks leave 10⁹ out.
inline std::string text_of(plot_axis const& of, axis_scale const& scale) {
  std::string unit = of.is_pure() || of.label.ends_with(of.unit) ? "" : of.unit;  // "tokens" are tokens
  if (scale.exponent != 0) unit = detail::power_of_ten(scale.exponent) + (unit.empty() ? "" : " " + unit);
  return of.label + (unit.empty() ? "" : " (" + unit + ")");
}

}  // namespace moetric::v0::report
