#pragma once

#include <array>
#include <memory>
#include <type_traits>
#include <utility>

#include "moetric/search/formula/objective.hpp"
#include "moetric/simd/reproducible.hpp"

namespace moetric::v0::search {
namespace detail {

/// The most inputs that a law may have.
inline constexpr std::size_t most_inputs = 12;

/// A form in one number type, as functions of a law of that form and of its inputs in their order.
template <class T>
struct form_functions {
  T (*loss)(void const* law, T const* inputs);
  /// Null unless the law counts compute.
  T (*training_flops_per_token)(void const* law, T const* inputs, laws::architecture_facts<T> const& of);
  /// How each input is read; null for one that must be given.
  std::array<T (*)(laws::facts<T> const&), most_inputs> quantities;
};

/// What a search asks of a law, the law's type forgotten: its formulas in the two number types that a search computes
/// with. Laws of one form share it.
struct form_table {
  std::size_t n_inputs;
  std::array<bool, most_inputs> reads_tokens;
  form_functions<simd::reproducible> scored;
  form_functions<expression> written;

  template <class T>
  form_functions<T> const& in() const {
    if constexpr (std::is_same_v<T, expression>)
      return written;
    else
      return scored;
  }
  bool is_given(std::size_t i) const { return written.quantities[i] == nullptr; }
  bool counts_compute() const { return written.training_flops_per_token != nullptr; }
};

template <class L, class T>
constexpr auto inputs_at(T const* values) {
  std::array<T, loss_objective<L>::n_inputs> inputs;
  for (T& each : inputs) each = *values++;
  return laws::inputs_of<L>(inputs);
}
template <class L, class T>
T loss_by(void const* law, T const* inputs) {
  return T(static_cast<L const*>(law)->loss(inputs_at<L>(inputs)));
}
template <class L, class T>
T flops_by(void const* law, T const* inputs, laws::architecture_facts<T> const& of) {
  return laws::training_flops_per_token<T>(*static_cast<L const*>(law), inputs_at<L>(inputs), of);
}
template <class Quantity, class T>
T read_by(laws::facts<T> const& of) {
  return Quantity::of(of);
}

template <class L, class List>
struct form_of;
template <class L, class... Quantities>
struct form_of<L, laws::quantity_list<Quantities...>> {
  template <class T, class Quantity>
  static constexpr T (*reader())(laws::facts<T> const&) {
    if constexpr (laws::Quantity<Quantity>)
      return &read_by<Quantity, T>;
    else
      return nullptr;
  }
  template <class Quantity>
  static constexpr bool reads_tokens() {
    if constexpr (laws::Quantity<Quantity>)
      return laws::reads_tokens<Quantity>;
    else
      return false;
  }
  template <class T>
  static constexpr form_functions<T> functions() {
    form_functions<T> made{&loss_by<L, T>, nullptr, {reader<T, Quantities>()...}};
    if constexpr (laws::ComputeLaw<L>) made.training_flops_per_token = &flops_by<L, T>;
    return made;
  }
  static_assert(sizeof...(Quantities) <= most_inputs, "moetric: a law must have at most 12 inputs");
  static constexpr form_table table{
      sizeof...(Quantities), {reads_tokens<Quantities>()...}, functions<simd::reproducible>(), functions<expression>()};
};

/// A law that outlives what refers to it, as published laws do, with its type forgotten.
struct constant_law {
  laws::description_ref const* about = nullptr;
  void const* law = nullptr;
  form_table const* form = nullptr;
};
template <class L>
constexpr constant_law forget_type(L const& law) {
  return {&law.about, &law, &form_of<L, typename L::form::quantities>::table};
}

}  // namespace detail

/// A law whose type is forgotten, as searches need it: one search then serves every law.
class searched_law {
 public:
  /// A copy of a law.
  template <laws::ReadableLaw L>
  requires laws::Law<L>
  explicit searched_law(L const& law)
      : searched_law(std::make_shared<L const>(law), law.about,
                     &detail::form_of<L, typename L::form::quantities>::table) {}
  /// A law that outlives it, such as a published one.
  explicit searched_law(detail::constant_law const& law)
      : searched_law(std::shared_ptr<void const>(std::shared_ptr<void const>(), law.law), *law.about, law.form) {}

  /// The law's description.
  laws::description const& about() const { return *about_; }
  /// The number of its inputs.
  std::size_t n_inputs() const { return form_->n_inputs; }
  /// True if an input must be given, since neither a model nor a shape determines it.
  bool is_given(std::size_t i) const { return form_->is_given(i); }
  /// True if one of its inputs depends on training tokens.
  bool reads_tokens() const {
    for (bool const each : form_->reads_tokens)
      if (each) return true;
    return false;
  }
  /// True if it counts training FLOPs, so that a budget leaves each shape its tokens.
  bool counts_compute() const { return form_->counts_compute(); }

  /// True if the law is of that type.
  template <laws::ReadableLaw L>
  bool is() const {
    return form_ == &detail::form_of<L, typename L::form::quantities>::table;
  }
  /// The law itself.
  void const* get() const { return law_.get(); }

 private:
  friend class law_loss;

  searched_law(std::shared_ptr<void const> law, laws::description_ref const& about, detail::form_table const* form)
      : law_(std::move(law)), about_(about), form_(form) {}

  std::shared_ptr<void const> law_;
  laws::description_ref about_;
  detail::form_table const* form_;
};

/// The loss by any law as an objective, like `loss_objective`.
class law_loss {
 public:
  using values = std::array<double, detail::most_inputs>;

  /// \param compute training FLOPs as the law counts them; 0 if tokens are fixed
  /// \param given the inputs that must be given, in the law's order; others are not read
  law_loss(searched_law law, double compute, double fixed_tokens, values const& given)
      : law_(std::move(law)), compute_(compute), fixed_tokens_(fixed_tokens), given_(given) {}

  /// The law.
  searched_law const& law() const { return law_; }
  /// The same with every shape trained on these tokens.
  law_loss with_tokens(double tokens) const { return {law_, 0, tokens, given_}; }
  /// The law's inputs at a shape, in the law's order.
  template <class T>
  std::array<T, detail::most_inputs> inputs(costs<T> const& c) const {
    shape_inputs<T> at(*this, c);
    at.set_tokens(*this, tokens_of(at));
    return at.values;
  }
  /// The loss.
  template <class T>
  T operator()(costs<T> const& c) const {
    return form<T>().loss(law_.get(), inputs(c).data());
  }
  /// The loss of a shape that is trained on other tokens.
  template <class T>
  T at_tokens(costs<T> const& c, T const& tokens) const {
    shape_inputs<T> at(*this, c);
    at.set_tokens(*this, tokens);
    return form<T>().loss(law_.get(), at.values.data());
  }
  /// The tokens that a shape is trained on.
  template <class T>
  T tokens(costs<T> const& c) const {
    return tokens_of(shape_inputs<T>(*this, c));
  }
  /// The inputs of a shape that lie outside the law's fitted ranges.
  fixed_list<laws::extrapolation, detail::most_inputs> outside_range(costs<simd::reproducible> const& c) const {
    auto const of_shape = inputs(c);
    values at{};
    for (std::size_t i = 0; i != at.size(); ++i) at[i] = static_cast<double>(of_shape[i]);
    return laws::outside_range(law_.about(), std::span<double const>(at.data(), law_.n_inputs()));
  }

 private:
  /// The law's inputs at a shape.
  template <class T>
  struct shape_inputs {
    laws::facts<T> facts;
    std::array<T, detail::most_inputs> values{};

    /// For one token: FLOPs for one token do not depend on tokens.
    shape_inputs(law_loss const& by, costs<T> const& c) : facts(laws::facts_of(c.of, c.book, c.has_experts, T(1))) {
      for (std::size_t i = 0; i != by.law_.n_inputs(); ++i)
        values[i] = by.law_.is_given(i) ? T(by.given_[i]) : by.form<T>().quantities[i](facts);
    }
    void set_tokens(law_loss const& by, T const& tokens) {
      facts.tokens = tokens;
      for (std::size_t i = 0; i != by.law_.n_inputs(); ++i)
        if (by.law_.form_->reads_tokens[i]) values[i] = by.form<T>().quantities[i](facts);
    }
  };

  template <class T>
  detail::form_functions<T> const& form() const {
    return law_.form_->in<T>();
  }
  template <class T>
  T tokens_of(shape_inputs<T> const& at) const {
    if (!(compute_ > 0)) return T(fixed_tokens_);
    return T(compute_) / form<T>().training_flops_per_token(law_.get(), at.values.data(), at.facts);
  }

  searched_law law_;
  double compute_, fixed_tokens_;
  values given_;
};

}  // namespace moetric::v0::search
