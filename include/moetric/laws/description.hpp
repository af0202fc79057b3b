#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "moetric/core/fixed_list.hpp"
#include "moetric/core/provenance.hpp"

/// What is known of a law beside its formula: source, coefficients with provenance, inputs with units and ranges.
namespace moetric::v0::laws {

/// One fitted number.
struct coefficient {
  std::string_view name;  // as in the formula
  double value;
  provenance how;
  std::string_view source;        // table or file
  double last_digit = 0;          // one unit in the last printed place: 406.4 has 0.1; 0 if the number is not a fit
  double standard_error = 0;      // as published; 0 if none is
  double log_standard_error = 0;  // the same of ln value, for a coefficient that was fitted as its logarithm
};

/// Correlations of the coefficients of a fit, of the logarithms of those with a `log_standard_error`.
struct coefficient_correlations {
  std::span<double const> below_diagonal{};  // by rows, in the order of the coefficients; empty if not known
  std::string_view source{};
};

/// A closed interval.
struct range {
  double low;
  double high;
};

/// The values that an input can have at all.
enum class domain {
  positive,
  non_negative,
  at_least_one,
  below_one,    // 0 <= x < 1
  at_most_one,  // 0 < x <= 1
};

/// One number that a law depends on, as reports and error messages show it. How it is read from a model or a shape is
/// the form's matter: see laws/quantities.hpp.
struct input {
  std::string_view name{};  // the account's own key, which says the count: total_non_embedding_parameters, tokens
  std::string_view definition{};
  std::string_view unit{};
  std::optional<range> fitted{};  // of the runs; empty if the source does not state it
  domain values = domain::positive;
  std::optional<range> fitted_with_experts{};  // of the runs with experts, where dense ones have another range

  /// The same input with the range of one law's runs.
  constexpr input in(double low, double high) const {
    input with_range = *this;
    with_range.fitted = range{low, high};
    return with_range;
  }
  /// The same input as one paper defines it.
  constexpr input meaning(std::string_view other_definition) const {
    input other = *this;
    other.definition = other_definition;
    return other;
  }
};

/// Traits shared by the models of the runs. The default excludes nothing.
struct family {
  bool dense_only = false;
  bool experts_only = false;
  bool multi_head_attention = false;  // every head has its own keys and values
  bool other_mixers = false;          // layers that are no attention over all earlier keys: recurrent, sparse ...
  bool no_shared_experts = false;
  int top_k = 0;       // 0 if it varied or is unknown
  int vocab_size = 0;  // 0 if it varied or is unknown
};

/// All that is known of a law beside its formula. What a source does not state is empty.
struct description {
  std::string_view id{};  // kebab-case, as in the tool
  std::string_view paper{};
  std::string_view equation{};
  std::string_view title{};
  std::string_view data{};
  std::string_view tokenizer{};
  std::string_view architectures{};  // of the runs
  std::string_view loss_unit{};      // empty if the law gives no loss
  std::string_view compute{};        // how its FLOPs are counted
  std::string_view caution{};        // what a user must know before trusting it
  fixed_list<coefficient, 16> coefficients{};
  fixed_list<input, 12> inputs{};
  laws::family family{};
  std::optional<range> fitted_compute{};               // training FLOPs of the runs; of N and D without a range
  std::optional<range> fitted_tokens_per_parameter{};  // of the second input over the first, N and D
  coefficient_correlations correlations{};             // if they are known
};

/// True if the losses of two laws are on one scale: the same data, tokenizer and unit, all known.
constexpr bool comparable(description const& a, description const& b) {
  return !a.data.empty() && !a.tokenizer.empty() && !a.loss_unit.empty() && a.data == b.data &&
         a.tokenizer == b.tokenizer && a.loss_unit == b.loss_unit;
}

}  // namespace moetric::v0::laws
