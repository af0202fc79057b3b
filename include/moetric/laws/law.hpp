#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "moetric/core/fixed_list.hpp"
#include "moetric/core/positive.hpp"
#include "moetric/core/provenance.hpp"
#include "moetric/core/text.hpp"

/// What a published scaling law is: a formula, its numbers with their provenance, and what it was fitted on.
///
/// The formula is a form, written once for every number type (double, SIMD batches, intervals, dual numbers):
///
///   struct my_form {
///     template <class T> struct inputs { T active_parameters{}, tokens{}; };
///     template <class K> struct coefficients { K a, alpha, b, beta, e; };
///     template <class K, class T>
///     static auto loss(coefficients<K> const& k, inputs<T> const& at) {
///       using std::exp, std::log;
///       return k.e + k.a * exp(-k.alpha * log(at.active_parameters)) + k.b * exp(-k.beta * log(at.tokens));
///     }
///   };
///
/// and a law is a form with numbers: `constexpr laws::law<my_form> mine{about}`, where `about` is a `description` that
/// lists inputs and coefficients in the order of those two aggregates. Powers are exp(exponent·log x), so that numbers
/// that know their logarithm need not take it again. A form may also have
///   training_flops_per_token(k, at)  FLOPs of forward and backward for one token, as the law counts them; tokens
///   unread irreducible(k)                   what the loss falls to with unbounded parameters and tokens
/// With both, the first two inputs being a parameter count and `tokens`, the optima of `optimum/` are defined.
namespace moetric::v0::laws {

struct model_facts;  // laws/read.hpp

/// One fitted number.
struct coefficient {
  std::string_view name;  // as the formula spells it
  double value;
  provenance how;
  std::string_view source;    // table or file
  double last_digit = 0;      // one unit in the last printed place: 406.4 has 0.1; 0 for a number that is no fit
  double standard_error = 0;  // as published; 0 where none is
};

/// Both ends belong to it.
struct range {
  double low;
  double high;
};

/// What values an input may have at all.
enum class domain {
  positive,
  non_negative,
  at_least_one,
  below_one,    // 0 <= x < 1
  at_most_one,  // 0 < x <= 1
};

/// One number that a law is asked with.
struct input {
  std::string_view name{};  // the account's own key, which says the count: total_non_embedding_parameters, tokens
  std::string_view definition{};
  std::string_view unit{};
  std::optional<range> fitted{};  // of the runs; none where the source does not say it
  domain values = domain::positive;
  double (*from_model)(model_facts const&) = nullptr;  // null where a model does not tell it

  constexpr input in(double low, double high) const {
    input with_range = *this;
    with_range.fitted = range{low, high};
    return with_range;
  }
  constexpr input meaning(std::string_view other_definition) const {
    input other = *this;
    other.definition = other_definition;
    return other;
  }
};

/// Traits that the models of the runs had. The default rules nothing out.
struct family {
  bool dense_only = false;
  bool experts_only = false;
  bool multi_head_attention = false;  // every head has its own keys and values
  bool no_shared_experts = false;
  int top_k = 0;       // 0 where it differed or is not known
  int vocab_size = 0;  // 0 where it differed or is not known
};

/// All that is known of a law but its formula. What a source does not say is empty.
struct description {
  std::string_view id{};  // kebab-case, as the tool spells it
  std::string_view paper{};
  std::string_view equation{};
  std::string_view title{};
  std::string_view data{};
  std::string_view tokenizer{};
  std::string_view architectures{};  // that the runs had
  std::string_view loss_unit{};      // empty when the law gives no loss
  std::string_view compute{};        // how its FLOPs are counted
  std::string_view caution{};        // what a user must know before trusting it
  fixed_list<coefficient, 16> coefficients{};
  fixed_list<input, 12> inputs{};
  laws::family family{};
};

/// Whether the losses of two laws are on one scale: the same data, tokenizer and unit, all known.
constexpr bool comparable(description const& a, description const& b) {
  return !a.data.empty() && !a.tokenizer.empty() && !a.loss_unit.empty() && a.data == b.data &&
         a.tokenizer == b.tokenizer && a.loss_unit == b.loss_unit;
}

/// One input outside the range that the law was fitted on, or of which no range is known.
struct extrapolation {
  std::string_view input;
  double value;
  std::optional<range> fitted;
  double factor;  // value / high above the range, low / value below it; 0 when no range is known or value is 0
};

/// "tokens = 1e+12 is above the fitted 1.6e+10 .. 1.3e+11, by a factor of 7.69"
inline std::string to_string(extrapolation const& outside) {
  std::string const text = std::string(outside.input) + " = " + brief(outside.value);
  if (!outside.fitted) return text + " cannot be judged: the fitted range is not known";
  std::string const where = text + " is " + (outside.value > outside.fitted->high ? "above" : "below") +
                            " the fitted " + brief(outside.fitted->low) + " .. " + brief(outside.fitted->high);
  return outside.factor == 0 ? where : where + ", by a factor of " + brief(outside.factor, 3);
}

/// What a law says, and how far it can be trusted there.
struct answer {
  double loss = 0;
  fixed_list<extrapolation, 12> outside_range{};
  fixed_list<std::string, 16> outside_family{};  // one sentence for each trait that the law's models did not have
  bool is_prediction = true;  // false where the model lies so far from the family that the number predicts nothing

  constexpr bool extrapolated() const { return !outside_range.empty() || !outside_family.empty(); }
};

/// What a model's account means to a law.
template <class Inputs>
struct reading {
  Inputs at{};
  std::string_view bridge;  // how the inputs were taken where the law's definition does not carry over
  fixed_list<std::string, 16> outside_family{};
  bool is_prediction = true;
};

/// The answer for a model, with the counts that were taken from it.
template <class Inputs>
struct model_answer : answer {
  Inputs at{};
  std::string_view bridge;
};

/// L = a / N^alpha + b / D^beta + what depends on neither, with C = flops_per_parameter·N·D.
struct additive_terms {
  double a, alpha, b, beta;
  double flops_per_parameter = 6;
};

/// A law that gives a loss.
template <class L>
concept Law = requires(L const& of, typename L::inputs const& at) {
  { of.about->inputs.size() } -> std::convertible_to<std::size_t>;
  { of.loss(at) } -> std::convertible_to<double>;
};

/// A law with a count of FLOPs, so that a budget has an optimum. Its first two inputs are parameters and tokens.
template <class L>
concept ComputeLaw = Law<L> && requires(L const& of, typename L::inputs const& at) {
  { of.training_flops_per_token(at) } -> std::convertible_to<double>;
  { of.irreducible() } -> std::convertible_to<double>;
};

namespace detail {

template <class Aggregate>
inline constexpr std::size_t number_of_doubles = sizeof(Aggregate) / sizeof(double);

/// The fields of an aggregate of doubles, in order, and back.
template <class Aggregate>
constexpr auto to_array(Aggregate const& fields) {
  return std::bit_cast<std::array<double, number_of_doubles<Aggregate>>>(fields);
}
template <class Aggregate>
constexpr Aggregate from_array(std::array<double, number_of_doubles<Aggregate>> const& values) {
  return std::bit_cast<Aggregate>(values);
}

/// The coefficients that a description lists, as the form's aggregate: each number stands once.
template <class Coefficients>
constexpr Coefficients listed_in(description const& about) {
  std::array<double, number_of_doubles<Coefficients>> values{};
  if (about.coefficients.size() != values.size())
    moetric::detail::invalid("moetric: a description must list each coefficient of its form once, in order");
  for (std::size_t i = 0; i != values.size(); ++i) values[i] = about.coefficients[i].value;
  return from_array<Coefficients>(values);
}

}  // namespace detail

namespace detail {

/// Coefficients for inputs in T: themselves, or in T too where it asks for it (`T::is_for_coefficients`), since a form
/// computes with them before they meet the inputs.
template <class T, class Form>
constexpr auto coefficients_for(typename Form::template coefficients<double> const& k) {
  if constexpr (requires { typename T::is_for_coefficients; })
    return std::bit_cast<typename Form::template coefficients<T>>(k);
  else
    return k;
}

}  // namespace detail

/// A form with the numbers that its description lists. Other numbers may be put in their place: `k` is open.
template <class Form>
struct law {
  using form = Form;
  template <class T>
  using basic_inputs = typename Form::template inputs<T>;
  using inputs = basic_inputs<double>;
  using coefficients = typename Form::template coefficients<double>;

  coefficients k;
  description const* about;

  constexpr explicit law(description const& of) : law(of, detail::listed_in<coefficients>(of)) {}
  /// With the user's numbers, where the paper prints none.
  constexpr law(description const& of, coefficients const& given) : k(given), about(&of) {
    if (of.inputs.size() != detail::number_of_doubles<inputs>)
      moetric::detail::invalid("moetric: a description must list each input of its form once, in order");
  }

  template <class T>
  auto loss(typename Form::template inputs<T> const& at) const requires requires {
    Form::loss(k, at);
  }
  { return Form::loss(detail::coefficients_for<T, Form>(k), at); }
  template <class T>
  auto training_flops_per_token(typename Form::template inputs<T> const& at) const requires requires {
    Form::training_flops_per_token(k, at);
  }
  { return Form::training_flops_per_token(detail::coefficients_for<T, Form>(k), at); }
  auto additive(inputs const& at) const requires requires { Form::additive(k, at); }
  { return Form::additive(k, at); }
  constexpr double irreducible() const requires requires { Form::irreducible(k); }
  { return Form::irreducible(k); }
};

namespace detail {

constexpr std::optional<extrapolation> outside(input const& what, double value) {
  if (!what.fitted) return extrapolation{what.name, value, what.fitted, 0};
  if (value > what.fitted->high) return extrapolation{what.name, value, what.fitted, value / what.fitted->high};
  if (value < what.fitted->low)
    return extrapolation{what.name, value, what.fitted, value > 0 ? what.fitted->low / value : 0};
  return std::nullopt;
}

[[noreturn]] inline void not_in_domain(input const& what, double value) {
  std::string_view const rule = what.values == domain::non_negative   ? " must be finite and not negative"
                                : what.values == domain::at_least_one ? " must be finite and at least 1"
                                : what.values == domain::below_one    ? " must be at least 0 and below 1"
                                                                      : " must be above 0 and at most 1";
  moetric::detail::invalid(
      ("moetric: " + std::string(what.name) + std::string(rule) + ", but got " + moetric::detail::shortest(value))
          .c_str());
}

constexpr bool in_domain(domain values, double value) {
  bool const is_zero = std::bit_cast<std::uint64_t>(value) << 1 == 0;
  bool const positive = is_positive_and_finite(value);
  switch (values) {
  case domain::positive: return positive;
  case domain::non_negative: return positive || is_zero;
  case domain::at_least_one: return positive && value >= 1;
  case domain::below_one: return is_zero || (positive && value < 1);
  case domain::at_most_one: break;
  }
  return positive && value <= 1;
}

constexpr void require_in_domain(input const& what, double value) {
  if (what.values == domain::positive) moetric::detail::require_positive(what.name, value);
  if (!in_domain(what.values, value)) not_in_domain(what, value);
}

}  // namespace detail

/// The inputs of a law that lie outside the fitted ranges.
/// \throws std::invalid_argument naming an input that is outside of what it can be at all
template <class Inputs>
constexpr fixed_list<extrapolation, 12> outside_range(description const& about, Inputs const& at) {
  fixed_list<extrapolation, 12> found;
  auto const values = detail::to_array(at);
  for (std::size_t i = 0; i != values.size(); ++i) {
    detail::require_in_domain(about.inputs[i], values[i]);
    if (auto const outside = detail::outside(about.inputs[i], values[i])) found.push_back(*outside, "");
  }
  return found;
}

/// The loss at given counts, with every input that lies outside the fitted range.
/// \throws std::invalid_argument naming an input that is not positive and finite, or else outside of what it can be
/// \throws std::overflow_error when the loss does not fit in a double, far outside of every range
template <Law L>
answer evaluate(L const& of, typename L::inputs const& at) {
  answer result;
  result.outside_range = outside_range(*of.about, at);
  result.loss = of.loss(at);
  if (!is_positive_and_finite(result.loss))
    moetric::detail::overflow(
        ("moetric: the loss of law " + std::string(of.about->id) + " must fit in a double").c_str());
  return result;
}

/// The loss of a model after training on `tokens`. The law takes the counts from the model's account by itself, and
/// says what of the model lies outside its family.
template <Law L, class Model, class Count>
auto evaluate(L const& of, Model const& m, Count tokens) {
  reading<typename L::inputs> const taken = read(of, m, tokens);
  model_answer<typename L::inputs> result{evaluate(of, taken.at), taken.at, taken.bridge};
  result.outside_family = taken.outside_family;
  result.is_prediction = taken.is_prediction;
  return result;
}

}  // namespace moetric::v0::laws
