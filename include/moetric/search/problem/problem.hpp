#pragma once

#include <bit>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "moetric/search/formula/objective.hpp"
#include "moetric/search/problem/window.hpp"
#include "moetric/search/space/space.hpp"
#include "moetric/simd/reproducible.hpp"

namespace moetric::v0::search {

namespace detail {

template <class O, class T>
constexpr bool has_tokens = requires(O const& of, costs<T> const& c) {
  of.tokens(c);
};

template <class O>
bool gives_tokens(O const& objective) {
  if constexpr (requires { objective.has_tokens(); })
    return objective.has_tokens();
  else
    return has_tokens<O, double>;
}

/// Rational functions have no log(), so an objective cannot be evaluated on them.
template <class T>
concept HasLogarithm = std::floating_point<T> || requires(T const a) {
  log(a);
};

/// A measure's value; tokens and objective are the objective's own.
template <class T, class O>
constexpr T measured_by(O const& objective, measure what, costs<T> const& c) {
  if constexpr (has_tokens<O, T>)
    if (what == measure::tokens) return objective.tokens(c);
  if (what == measure::objective) {
    if constexpr (!HasLogarithm<T>)
      return T::unknown();
    else if constexpr (requires { objective.constrained(c); })
      return objective.constrained(c);
    else
      return objective(c);
  }
  return value_of(what, c);
}

}  // namespace detail

/// The configurations of a space that windows allow, ranked by an objective. It holds all three.
template <Objective O>
class problem {
 public:
  /// \throws std::invalid_argument for a window that is empty or NaN, for a window on tokens if the objective has none,
  ///         and for a space whose largest counts are not exact in double
  problem(search::space over, O objective, std::vector<window> windows = {}, setting const& at = {})
      : over_(std::move(over)), objective_(std::move(objective)), windows_(std::move(windows)), at_(at) {
    require_windows();
    require_exact();
  }

  /// The space, the objective, the windows and the setting.
  search::space const& over() const { return over_; }
  O const& objective() const { return objective_; }
  std::vector<window> const& windows() const { return windows_; }
  setting const& at() const { return at_; }

  /// The costs of a configuration. They refer to the problem's setting.
  template <class T>
  costs<T> costs_of(fields<T> const& values) const& {
    return search::costs_of(values.to_shape(over_.rest().tied), at_, over_.has_experts());
  }
  template <class T>
  costs<T> costs_of(fields<T> const& values) const&& = delete;
  /// A measure in any number type.
  template <class T>
  T value(measure what, costs<T> const& c) const {
    return detail::measured_by<T>(objective_, what, c);
  }
  /// A measure in `reproducible`: the same bits with every compiler, flag and instruction set.
  double measured(measure what, costs<double> const& c) const {
    return static_cast<double>(value(what, reproducible_costs(c)));
  }
  /// True if every window contains its measure, likewise reproducible.
  bool allows(costs<double> const& c) const {
    auto const same_everywhere = reproducible_costs(c);
    for (window const& each : windows_)
      if (!each.contains(static_cast<double>(value(each.measure, same_everywhere)))) return false;
    return true;
  }
  /// The objective, likewise reproducible.
  double score(costs<double> const& c) const {
    return static_cast<double>(simd::reproducible(objective_(reproducible_costs(c))));
  }

 private:
  /// The same costs in `reproducible`: counts below 2^53 are exact, so they need no new account.
  static costs<simd::reproducible> reproducible_costs(costs<double> const& c) {
    using number = simd::reproducible;
    return {std::bit_cast<shape<number>>(c.of), c.at, c.has_experts, std::bit_cast<account<number>>(c.book),
            std::bit_cast<triad<number>>(c.three)};
  }

  void require_windows() const {
    constexpr std::size_t most = 31;  // a bit each, and one more of bounds
    if (windows_.size() > most)
      moetric::detail::invalid(
          ("moetric: a problem must have at most 31 windows, but got " + std::to_string(windows_.size())).c_str());
    for (window const& each : windows_) {
      if (!(each.low <= each.high))
        moetric::detail::invalid(("moetric: a window must not be empty, but " + std::string(name(each.measure)) +
                                  " got " + moetric::detail::shortest(each.low) + " .. " +
                                  moetric::detail::shortest(each.high))
                                     .c_str());
      if (each.measure == measure::tokens && !detail::gives_tokens(objective_))
        moetric::detail::invalid("moetric: a window on tokens must have an objective that is a law's loss");
    }
  }
  /// Counts below 2^53 are the same in every arithmetic; they rise in every field, so those of the top corner tell.
  void require_exact() const {
    if (at_.sequence_length == 0 || at_.sequence_length > count(unlimited_window))
      moetric::detail::invalid(("moetric: sequence_length must be within 1 .. 1073741824, but got " +
                                moetric::to_string(at_.sequence_length))
                                   .c_str());
    fields<interval> const hull = over_.hull(over_.whole());
    fields<count> top;
    for (std::size_t i = 0; i != n_fields; ++i)
      top.values[i] = count(static_cast<std::uint64_t>(std::ceil(hull.values[i].high)));
    shape<> const largest = top.to_shape();
    count const most = account_of(largest).stored.total();
    count const flops = triad_of(largest, at_.sequence_length).training_flops_per_token;
    for (auto const& [what, value] : {std::pair{"weights", most}, std::pair{"training FLOPs per token", flops}})
      if (value >= count(detail::exact_below))
        moetric::detail::invalid(("moetric: the largest configuration of a space must have fewer than 2^53 " +
                                  std::string(what) + ", but has " + moetric::to_string(value))
                                     .c_str());
  }

  search::space over_;
  O objective_;
  std::vector<window> windows_;
  setting at_;
};

}  // namespace moetric::v0::search
