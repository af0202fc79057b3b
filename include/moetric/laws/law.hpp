#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "moetric/core/fixed_list.hpp"
#include "moetric/core/positive.hpp"
#include "moetric/core/provenance.hpp"
#include "moetric/core/text.hpp"

/// What a published scaling law is: a formula, its numbers with their provenance, and what it was fitted on.
///
/// A law is a value with
///   about     a pointer to its `description`
///   inputs    an aggregate of doubles whose field names say which count each one is
///   members   `double inputs::*` of every field, in the order of `about->inputs`
///   loss(at)  the formula, a template over the number type; unchecked
/// and, where it can be taken from a model's account, a function `read(law, model, tokens)` beside it.
namespace moetric::inline v0::laws {

/// One fitted number.
struct coefficient {
  std::string_view name;  // as the formula spells it
  double value;
  provenance how;
  std::string_view source;  // table or file
};

/// Both ends belong to it.
struct range {
  double low;
  double high;
};

/// One number that a law is asked with. Every input is positive and finite.
struct input {
  std::string_view name;  // the account's own key, which says the count: total_non_embedding_parameters, tokens
  std::string_view definition;
  std::string_view unit;
  std::optional<range> fitted{};  // of the runs; none where the source does not say it
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
  fixed_list<coefficient, 16> coefficients{};
  fixed_list<input, 8> inputs{};
};

/// One input outside the range that the law was fitted on, or of which no range is known.
struct extrapolation {
  std::string_view input;
  double value;
  std::optional<range> fitted;
  double factor;  // value / high above the range, low / value below it; 0 when no range is known
};

/// "tokens = 1e+12 is above the fitted 1.6e+10 .. 1.3e+11, by a factor of 7.69"
inline std::string to_string(extrapolation const& outside) {
  std::string const text = std::string(outside.input) + " = " + brief(outside.value);
  if (!outside.fitted) return text + " cannot be judged: the fitted range is not known";
  return text + " is " + (outside.value > outside.fitted->high ? "above" : "below") + " the fitted " +
         brief(outside.fitted->low) + " .. " + brief(outside.fitted->high) + ", by a factor of " +
         brief(outside.factor, 3);
}

/// What a law says, and how far it can be trusted there.
struct answer {
  double loss = 0;
  fixed_list<extrapolation, 8> outside_range{};
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

template <class L>
concept Law = requires(L const& law, typename L::inputs const& at) {
  { law.about->inputs.size() } -> std::convertible_to<std::size_t>;
  { at.*L::members[0] } -> std::convertible_to<double>;
  { law.loss(at) } -> std::convertible_to<double>;
};

namespace detail {

constexpr std::optional<extrapolation> outside(input const& what, double value) {
  if (!what.fitted) return extrapolation{what.name, value, what.fitted, 0};
  if (value > what.fitted->high) return extrapolation{what.name, value, what.fitted, value / what.fitted->high};
  if (value < what.fitted->low) return extrapolation{what.name, value, what.fitted, what.fitted->low / value};
  return std::nullopt;
}

}  // namespace detail

/// The loss at given counts, with every input that lies outside the fitted range.
/// \throws std::invalid_argument naming an input that is not positive and finite
/// \throws std::overflow_error when the loss does not fit in a double, far outside of every range
template <Law L>
answer evaluate(L const& law, typename L::inputs const& at) {
  answer result;
  for (std::size_t i = 0; i != law.about->inputs.size(); ++i) {
    input const& what = law.about->inputs[i];
    double const value = at.*L::members[i];
    moetric::detail::require_positive(what.name, value);
    if (auto const outside = detail::outside(what, value)) result.outside_range.push_back(*outside, "");
  }
  result.loss = law.loss(at);
  if (!is_positive_and_finite(result.loss))
    moetric::detail::overflow(
        ("moetric: the loss of law " + std::string(law.about->id) + " must fit in a double").c_str());
  return result;
}

/// The loss of a model after training on `tokens`. The law takes the counts from the model's account by itself, and
/// says what of the model lies outside its family.
template <Law L, class Model, class Count>
auto evaluate(L const& law, Model const& m, Count tokens) {
  reading<typename L::inputs> const taken = read(law, m, tokens);
  model_answer<typename L::inputs> result{evaluate(law, taken.at), taken.at, taken.bridge};
  result.outside_family = taken.outside_family;
  result.is_prediction = taken.is_prediction;
  return result;
}

}  // namespace moetric::inline v0::laws
