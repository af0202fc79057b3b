#pragma once

#include <bit>
#include <concepts>
#include <memory>
#include <utility>

#include "moetric/search/formula/law_loss.hpp"

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
    return has_tokens<O, expression>;
}

/// The same costs in `reproducible`: counts below 2^53 are exact, so they need no new account.
inline costs<simd::reproducible> reproducible_costs(costs<double> const& c) {
  using number = simd::reproducible;
  return {std::bit_cast<shape<number>>(c.of), c.at, c.has_experts, std::bit_cast<account<number>>(c.book),
          std::bit_cast<triad<number>>(c.three)};
}

}  // namespace detail

/// An objective whose type is erased, so that one search serves all. It computes with `expression`, and in place of
/// double with `simd::reproducible`. Copies share it.
class any_objective {
 public:
  template <Objective O>
  requires(!std::same_as<O, any_objective>) any_objective(O objective)
      : self_(std::make_shared<held<O> const>(std::move(objective))) {}
  template <laws::ReadableLaw L>
  any_objective(loss_objective<L> const& loss)
      : any_objective(law_loss(searched_law(loss.law), loss.compute, loss.fixed_tokens, padded(loss.given))) {}

  /// The value that configurations are ranked by.
  template <class T>
  T operator()(costs<T> const& c) const {
    return value(role::score, c);
  }
  /// The tokens that a shape is trained on; 0 unless `has_tokens()`.
  template <class T>
  T tokens(costs<T> const& c) const {
    return value(role::tokens, c);
  }
  /// What a window on the objective limits: the score, unless the objective says otherwise.
  template <class T>
  T constrained(costs<T> const& c) const {
    return value(role::constrained, c);
  }
  /// True if it determines tokens.
  bool has_tokens() const { return self_->has_tokens(); }
  /// A law's inputs outside their fitted ranges, see `loss_objective::outside_range`; empty for other objectives.
  fixed_list<laws::extrapolation, detail::most_inputs> outside_range(costs<double> const& c) const {
    law_loss const* const by = as_law_loss();
    if (by == nullptr) return {};
    return by->outside_range(detail::reproducible_costs(c));
  }
  /// The measure or the law's loss that it is; null if it is another objective.
  measured const* as_measured() const { return self_->as_measured(); }
  law_loss const* as_law_loss() const { return self_->as_law_loss(); }

 private:
  enum class role : unsigned char { score, tokens, constrained };
  struct interface {
    virtual simd::reproducible value(role, costs<simd::reproducible> const&) const = 0;
    virtual expression value(role, costs<expression> const&) const = 0;
    virtual bool has_tokens() const = 0;
    virtual measured const* as_measured() const = 0;
    virtual law_loss const* as_law_loss() const = 0;

   protected:
    ~interface() = default;
  };
  template <class O>
  struct held final : interface {
    O objective;

    explicit held(O o) : objective(std::move(o)) {}
    simd::reproducible value(role as, costs<simd::reproducible> const& c) const override { return value_in(as, c); }
    expression value(role as, costs<expression> const& c) const override { return value_in(as, c); }
    bool has_tokens() const override { return detail::gives_tokens(objective); }
    measured const* as_measured() const override { return as<measured>(); }
    law_loss const* as_law_loss() const override { return as<law_loss>(); }

   private:
    template <class Wanted>
    Wanted const* as() const {
      if constexpr (std::same_as<O, Wanted>)
        return &objective;
      else
        return nullptr;
    }
    template <class T>
    T value_in(role as, costs<T> const& c) const {
      if (as == role::tokens) {
        if constexpr (detail::has_tokens<O, T>) return objective.tokens(c);
        return T(0);
      }
      if constexpr (requires { objective.constrained(c); })
        if (as == role::constrained) return objective.constrained(c);
      return T(objective(c));
    }
  };

  template <class T>
  T value(role as, costs<T> const& c) const {
    if constexpr (std::same_as<T, double>)
      return static_cast<double>(self_->value(as, detail::reproducible_costs(c)));
    else
      return self_->value(as, c);
  }
  template <std::size_t n>
  static law_loss::values padded(std::array<double, n> const& given) {
    law_loss::values all{};
    for (std::size_t i = 0; i != n; ++i) all[i] = given[i];
    return all;
  }

  std::shared_ptr<interface const> self_;
};

}  // namespace moetric::v0::search
