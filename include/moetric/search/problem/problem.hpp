#pragma once

#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "moetric/search/problem/any_objective.hpp"
#include "moetric/search/problem/condition.hpp"
#include "moetric/search/problem/window.hpp"
#include "moetric/search/space/space.hpp"

namespace moetric::v0::search {

namespace detail {

/// A measure's value; tokens and objective are the objective's own.
template <class T>
T measured_by(any_objective const& objective, measure what, costs<T> const& c) {
  if (what == measure::tokens) return objective.tokens(c);
  return what == measure::objective ? objective.constrained(c) : value_of(what, c);
}

}  // namespace detail

/// The configurations of a space that windows allow, ranked by an objective. It holds all three. Its objective's type
/// is erased, so that what searches it is compiled once.
class any_problem {
 public:
  /// \param also what else a configuration must satisfy
  /// \throws std::invalid_argument for a window that is empty or NaN, for a window on tokens if the objective has none,
  ///         and for a space whose largest counts are not exact in double
  any_problem(search::space over, any_objective objective, std::vector<window> windows = {}, setting const& at = {},
              std::shared_ptr<condition const> also = {})
      : over_(std::move(over)), objective_(std::move(objective)), windows_(std::move(windows)), at_(at),
        also_(std::move(also)) {
    require_windows();
    require_exact();
  }

  /// The space, the objective, the windows and the setting.
  search::space const& over() const { return over_; }
  any_objective const& objective() const { return objective_; }
  std::vector<window> const& windows() const { return windows_; }
  setting const& at() const { return at_; }
  /// What else a configuration must satisfy; null if nothing.
  std::shared_ptr<condition const> const& also() const { return also_; }

  /// The costs of a configuration. They refer to the problem's setting.
  template <class T>
  costs<T> costs_of(fields<T> const& values) const& {
    return search::costs_of(values.to_shape(over_.rest().tied), at_, over_.has_experts());
  }
  template <class T>
  costs<T> costs_of(fields<T> const& values) const&& = delete;
  /// A measure in a number type that the objective has.
  template <class T>
  T value(measure what, costs<T> const& c) const {
    return detail::measured_by<T>(objective_, what, c);
  }
  /// A measure in `reproducible`: the same bits with every compiler, flag and instruction set.
  double measured(measure what, costs<double> const& c) const {
    return static_cast<double>(value(what, detail::reproducible_costs(c)));
  }
  /// True if every window contains its measure, likewise reproducible, and the condition holds.
  bool allows(costs<double> const& c) const {
    auto const same_everywhere = detail::reproducible_costs(c);
    for (window const& each : windows_)
      if (!each.contains(static_cast<double>(value(each.measure, same_everywhere)))) return false;
    return !also_ || also_->holds(c.of);
  }
  /// The objective, likewise reproducible.
  double score(costs<double> const& c) const { return objective_(c); }

 private:
  [[gnu::cold]] void require_windows() const {
    // A bit each in bounds, beside those of a condition's formulas and one of an objective of a single count.
    std::size_t const most = also_ ? 31 - condition::most_limits : 31;
    if (windows_.size() > most)
      moetric::detail::invalid(("moetric: a problem must have at most " + std::to_string(most) + " windows" +
                                (also_ ? " beside a condition" : "") + ", but got " + std::to_string(windows_.size()))
                                   .c_str());
    for (window const& each : windows_) {
      if (!(each.low <= each.high))
        moetric::detail::invalid(("moetric: a window must not be empty, but " + std::string(name(each.measure)) +
                                  " got " + moetric::detail::shortest(each.low) + " .. " +
                                  moetric::detail::shortest(each.high))
                                     .c_str());
      if (each.measure == measure::tokens && !objective_.has_tokens())
        moetric::detail::invalid("moetric: a window on tokens must have an objective that is a law's loss");
    }
  }
  /// Counts below 2^53 are the same in every arithmetic; they rise in every field, so those of the top corner tell. In
  /// double, since weights and FLOPs are sums of products of whole numbers, and rounding is monotone: what reaches 2^53
  /// is not rounded to less.
  [[gnu::cold]] void require_exact() const {
    if (at_.sequence_length == 0 || at_.sequence_length > count(unlimited_window))
      moetric::detail::invalid(("moetric: sequence_length must be within 1 .. 1073741824, but got " +
                                moetric::to_string(at_.sequence_length))
                                   .c_str());
    fields<interval> const hull = over_.hull(over_.whole());
    fields<double> top;
    for (std::size_t i = 0; i != n_fields; ++i) top.values[i] = std::ceil(hull.values[i].high);
    costs<double> const largest = costs_of(top);
    for (auto const& [what, value] : {std::pair{"weights", largest.book.stored.total()},
                                      std::pair{"training FLOPs per token", largest.three.training_flops_per_token}})
      if (!(value < static_cast<double>(detail::exact_below)))
        moetric::detail::invalid(("moetric: the largest configuration of a space must have fewer than 2^53 " +
                                  std::string(what) + ", but has " + moetric::detail::shortest(value))
                                     .c_str());
  }

  search::space over_;
  any_objective objective_;
  std::vector<window> windows_;
  setting at_;
  std::shared_ptr<condition const> also_;
};

/// A problem that keeps the type of its objective, for a scan with kernels of that type. Everything else takes an
/// `any_problem`.
template <Objective O>
class problem : public any_problem {
 public:
  /// \throws std::invalid_argument as `any_problem`
  problem(search::space over, O objective, std::vector<window> windows = {}, setting const& at = {})
      : any_problem(std::move(over), any_objective(objective), std::move(windows), at),
        objective_(std::move(objective)) {}

  /// The objective in its own type.
  O const& objective() const { return objective_; }

 private:
  O objective_;
};

}  // namespace moetric::v0::search
