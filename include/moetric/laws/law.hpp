#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/core/fixed_list.hpp"
#include "moetric/core/positive.hpp"
#include "moetric/core/text.hpp"
#include "moetric/laws/description_ref.hpp"

/// A published scaling law: a formula, its coefficients with their provenance, and what it was fitted on.
///
/// The formula is a form, written once for every number type (double, SIMD batches, intervals, dual numbers):
///
///   struct my_form {
///     template <class T> struct inputs { T active_parameters{}, tokens{}; };
///     template <class K> struct coefficients { K a, alpha, b, beta, e; };
///     using quantities = laws::quantity_list<laws::quantities::active_parameters, laws::quantities::tokens>;
///     template <class K, class T>
///     static auto loss(coefficients<K> const& k, inputs<T> const& at) {
///       using std::exp, std::log;
///       return k.e + k.a * exp(-k.alpha * log(at.active_parameters)) + k.b * exp(-k.beta * log(at.tokens));
///     }
///   };
///
/// A law is a form with coefficients: `constexpr laws::law<my_form> mine{about}`, where `about` is a constant
/// `description` that lists coefficients and inputs in the order of those two aggregates. Powers are
/// exp(exponent·log x), so number types that carry their logarithm can reuse it.
///
/// Optional members of a form:
///   quantities                         how each input is read from a model or a shape: laws/quantities.hpp. Searches
///                                      and the catalogue need it; without it a law is evaluated at numbers only.
///   training_flops_per_token(k, at)    forward + backward FLOPs for one token in the law's own count; must not read
///                                      tokens
///   training_flops_per_token_of(arch)  the same of an architecture, if it takes more than the law's inputs
///   irreducible(k)                     the loss with unbounded parameters and tokens
///   additive(k, at)                    the law's `additive_terms`; its optimum is then in closed form
/// A header of a law may overload `read(law, model, tokens)`, found by argument-dependent lookup, if its paper takes
/// the inputs of a model in another way than quantity by quantity (fine_grained.hpp does). With FLOPs and irreducible
/// loss, the first two inputs being a parameter count and `tokens`, the law has the optima of `optimum/`.
namespace moetric::v0::laws {

/// One input outside the range that the law was fitted on, or whose range is unknown.
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

/// A law's loss at one point, and how far it can be trusted there.
struct evaluation {
  double loss = 0;
  fixed_list<extrapolation, 12> outside_range{};
  std::vector<std::string> outside_family{};  // one sentence for each trait that the law's models do not have
  bool is_prediction = true;  // false if the model is so far from the family that the number predicts nothing

  /// True if an input lies outside of its fitted range, or the model outside of the law's family.
  bool extrapolated() const { return !outside_range.empty() || !outside_family.empty(); }
};

/// A law's inputs as read from a model, and what of the model lies outside the law's family.
template <class Inputs>
struct model_inputs {
  Inputs at{};
  std::string_view bridge;  // how inputs were read where the law's definition does not carry over
  std::vector<std::string> outside_family{};
  bool is_prediction = true;
};

/// The loss for a model, with the inputs that were read from it.
template <class Inputs>
struct model_evaluation : evaluation {
  Inputs at{};
  std::string_view bridge;
};

/// L = a / N^alpha + b / D^beta + terms that depend on neither, with C = flops_per_parameter·N·D.
struct additive_terms {
  double a, alpha, b, beta;  // coefficients and exponents of N and of D
  double flops_per_parameter = 6;
};

/// A law that gives a loss.
template <class L>
concept Law = requires(L const& law, typename L::inputs const& at) {
  { law.about->inputs.size() } -> std::convertible_to<std::size_t>;
  { law.loss(at) } -> std::convertible_to<double>;
};

/// A law with a count of FLOPs, so that a budget has an optimum. Its first two inputs are parameters and tokens.
template <class L>
concept ComputeLaw = Law<L> && requires(L const& law, typename L::inputs const& at) {
  { law.training_flops_per_token(at) } -> std::convertible_to<double>;
  { law.irreducible() } -> std::convertible_to<double>;
};

namespace detail {

template <class Aggregate>
inline constexpr std::size_t number_of_doubles = sizeof(Aggregate) / sizeof(double);

/// The fields of an aggregate of doubles in their order, and back.
template <class Aggregate>
constexpr auto to_array(Aggregate const& fields) {
  return std::bit_cast<std::array<double, number_of_doubles<Aggregate>>>(fields);
}
template <class Aggregate>
constexpr Aggregate from_array(std::array<double, number_of_doubles<Aggregate>> const& values) {
  return std::bit_cast<Aggregate>(values);
}

/// The coefficients that a description lists, as the form's aggregate.
template <class Coefficients>
constexpr Coefficients listed_in(description const& about) {
  std::array<double, number_of_doubles<Coefficients>> values{};
  if (about.coefficients.size() != values.size())
    moetric::detail::invalid("moetric: a description must list each coefficient of its form once, in order");
  for (std::size_t i = 0; i != values.size(); ++i) values[i] = about.coefficients[i].value;
  return from_array<Coefficients>(values);
}

/// Coefficients for inputs in T: doubles, or in T too if T has `is_for_coefficients`. An error bound needs the latter,
/// because forms also compute with coefficients alone.
template <class T, class Form>
constexpr auto coefficients_for(typename Form::template coefficients<double> const& k) {
  if constexpr (requires { typename T::is_for_coefficients; })
    return std::bit_cast<typename Form::template coefficients<T>>(k);
  else
    return k;
}

}  // namespace detail

/// A form with coefficients: by default those that its description lists. A value: copies share nothing but constant
/// data. `k` is open, so that other coefficients can take their place.
template <class Form>
struct law {
  using form = Form;
  template <class T>
  using basic_inputs = typename Form::template inputs<T>;
  using inputs = basic_inputs<double>;
  using coefficients = typename Form::template coefficients<double>;

  coefficients k;
  description_ref about;

  /// \param described a constant, or a description made at run time; a temporary description does not compile
  constexpr explicit law(description_ref const& described)
      : law(described, detail::listed_in<coefficients>(*described)) {}
  /// With the caller's coefficients, for papers that print none.
  constexpr law(description_ref const& described, coefficients const& given) : k(given), about(described) {
    if (about->inputs.size() != detail::number_of_doubles<inputs>)
      moetric::detail::invalid("moetric: a description must list each input of its form once, in order");
  }

  /// The loss in any number type. Unchecked: see `evaluate`.
  template <class T>
  auto loss(typename Form::template inputs<T> const& at) const requires requires {
    Form::loss(k, at);
  }
  { return Form::loss(detail::coefficients_for<T, Form>(k), at); }
  /// Forward + backward FLOPs for one token as the law counts them.
  template <class T>
  auto training_flops_per_token(typename Form::template inputs<T> const& at) const requires requires {
    Form::training_flops_per_token(k, at);
  }
  { return Form::training_flops_per_token(detail::coefficients_for<T, Form>(k), at); }
  /// The law at fixed other inputs as a sum of two power laws.
  auto additive(inputs const& at) const requires requires { Form::additive(k, at); }
  { return Form::additive(k, at); }
  /// The loss with unbounded parameters and tokens.
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

/// The range on which an input of a law was fitted, at given values of all inputs: runs with experts may have another
/// one than dense runs.
constexpr std::optional<range> fitted_range(description const& about, std::size_t place,
                                            std::span<double const> values) {
  input const& what = about.inputs[place];
  if (!what.fitted_with_experts) return what.fitted;
  for (std::size_t i = 0; i != values.size(); ++i)
    if ((about.inputs[i].name == "n_experts" || about.inputs[i].name == "expansion_rate") && values[i] > 1)
      return what.fitted_with_experts;
  return what.fitted;
}

/// The inputs of a law that lie outside the fitted ranges, and its compute and tokens per parameter where the runs
/// stated those.
/// \param compute training FLOPs as the law counts them; 0 if they are not known
/// \throws std::invalid_argument naming an input outside its domain
constexpr fixed_list<extrapolation, 12> outside_range(description const& about, std::span<double const> values,
                                                      double compute = 0) {
  fixed_list<extrapolation, 12> found;
  auto const hold = [&found](input const& what, double value) {
    if (auto const outside = detail::outside(what, value)) found.push_back(*outside, "");
  };
  bool const by_compute = about.fitted_compute && compute > 0;
  for (std::size_t i = 0; i != values.size(); ++i) {
    input what = about.inputs[i];
    detail::require_in_domain(what, values[i]);
    what.fitted = fitted_range(about, i, values);
    bool const is_judged_below = (i < 2 && by_compute) || (i == 1 && about.fitted_tokens_per_parameter);
    if (what.fitted || !is_judged_below) hold(what, values[i]);
  }
  if (about.fitted_tokens_per_parameter)
    hold({.name = "tokens_per_parameter", .fitted = about.fitted_tokens_per_parameter}, values[1] / values[0]);
  if (by_compute) hold({.name = "compute", .fitted = about.fitted_compute}, compute);
  return found;
}
template <class Inputs>
requires(!std::convertible_to<Inputs, std::span<double const>>) constexpr fixed_list<extrapolation, 12> outside_range(
    description const& about, Inputs const& at) {
  return outside_range(about, detail::to_array(at));
}

namespace detail {

inline evaluation evaluated(description const& about, std::span<double const> at, double loss, double compute = 0) {
  evaluation result;
  result.outside_range = outside_range(about, at, compute);
  result.loss = loss;
  if (!is_positive_and_finite(result.loss))
    moetric::detail::overflow(("moetric: the loss of law " + std::string(about.id) + " must fit in a double").c_str());
  return result;
}

}  // namespace detail

/// The loss at given inputs, with every input that lies outside its fitted range.
/// \throws std::invalid_argument naming an input that is not positive and finite, or outside its domain
/// \throws std::overflow_error if the loss does not fit in a double, far outside every range
template <Law L>
evaluation evaluate(L const& law, typename L::inputs const& at) {
  double compute = 0;
  if constexpr (ComputeLaw<L>) compute = law.training_flops_per_token(at) * detail::to_array(at)[1];
  return detail::evaluated(*law.about, detail::to_array(at), law.loss(at), compute);
}

/// The loss of a model after training on `tokens`. The law reads its inputs from the model's account, and reports what
/// of the model lies outside its family.
template <Law L, class Model, class Count>
auto evaluate(L const& law, Model const& m, Count tokens) {
  model_inputs<typename L::inputs> const taken = read(law, m, tokens);
  model_evaluation<typename L::inputs> result{evaluate(law, taken.at), taken.at, taken.bridge};
  result.outside_family = taken.outside_family;
  result.is_prediction = taken.is_prediction;
  return result;
}

}  // namespace moetric::v0::laws
