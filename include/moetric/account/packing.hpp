#pragma once

#include "moetric/account/convention_flops.hpp"
#include "moetric/account/document_lengths.hpp"

namespace moetric::v0 {

namespace detail {

/// The sum of the costs of all documents, each by itself.
template <DocumentLengths Lengths, class Cost>
constexpr flops over_documents(Lengths const& document_lengths, Cost cost_of) {
  flops packed{.sequence_length = 0};
  for_each_document(document_lengths, [&](count length) {
    packed.by_term = packed.by_term + cost_of(length).by_term;
    packed.sequence_length += length;
  });
  return packed;
}

}  // namespace detail

/// Forward FLOPs of a packed batch: documents of these lengths that do not attend to each other. Pairs are counted
/// per document, so `per_token` is an exact mean over all tokens; `per_sequence` is the batch.
/// \throws std::invalid_argument for a model that breaks a rule, no documents, or a length outside 1 .. 2^30
template <DocumentLengths Lengths>
constexpr flops forward_flops(model const& m, Lengths const& document_lengths, causal_rule causal = causal_rule::half) {
  return detail::over_documents(document_lengths, [&](count length) { return forward_flops(m, {length, causal}); });
}

/// Forward FLOPs of a packed batch as a convention counts them.
/// \throws std::invalid_argument as above
template <DocumentLengths Lengths>
constexpr flops forward_flops(model const& m, Lengths const& document_lengths, convention const& rule) {
  return detail::over_documents(document_lengths, [&](count length) { return forward_flops(m, length, rule); });
}

/// Forward and backward FLOPs of a packed batch as a convention counts them.
/// \throws std::invalid_argument as above
template <DocumentLengths Lengths>
constexpr flops training_flops(model const& m, Lengths const& document_lengths, convention const& rule) {
  return detail::over_documents(document_lengths, [&](count length) { return training_flops(m, length, rule); });
}

/// Documents of a packed batch by their sums. Layers without windows need no more.
struct document_sums {
  count tokens;   // Σ lengths
  count squares;  // Σ lengths²

  /// The sums of documents of these lengths.
  /// \throws std::invalid_argument for a negative length
  template <DocumentLengths Lengths>
  static constexpr document_sums of(Lengths const& document_lengths) {
    document_sums sums{};
    for (count const length : document_lengths) {
      sums.tokens += length;
      sums.squares += length * length;
    }
    return sums;
  }
};

namespace detail {

template <class Report>
constexpr void rules(model const& m, document_sums const& sums, Report& report) {
  count const tokens = sums.tokens, squares = sums.squares;
  if (tokens == 0) report.broken_rule("moetric: tokens of documents must be positive", tokens);
  if (squares < tokens || squares > tokens * tokens || remainder(squares - tokens, 2) != 0)
    report.broken_rule("moetric: squares must be a sum of squares of lengths that add up to tokens", squares, tokens);
  for (mixer const& each : m.layers.mixers) each.visit([&](auto const& mix) { mix.packing_rules(tokens, report); });
}

}  // namespace detail

/// Forward FLOPs of a packed batch from (Σ lengths, Σ lengths²) alone: without windows pairs are a·s + b·s², so their
/// sum over documents is a·Σs + b·Σs². Equal to the form with the lengths under every causal rule.
/// \throws std::invalid_argument for a model that breaks a rule, sums that no documents have, or a layer that needs
///         the lengths: a window, chunk, compression or top-k shorter than the batch
constexpr flops packed_forward_flops(model const& m, document_sums const& documents,
                                     causal_rule causal = causal_rule::half) {
  validate(m);
  detail::enforce([&](auto& report) { detail::rules(m, documents, report); });
  account<> const one = account_of(m, {1, causal}), two = account_of(m, {2, causal});
  flops packed{.by_term = one.multiplied * (2 * documents.tokens), .sequence_length = documents.tokens};
  for (std::size_t i = 0; i != n_terms; ++i) {
    count const a_plus_b = one.core.amounts[i], twice_b = two.core.amounts[i] - 2 * a_plus_b;
    packed.by_term.amounts[i] +=
        a_plus_b * documents.tokens + exact_div(twice_b * (documents.squares - documents.tokens), 2);
  }
  return packed;
}

}  // namespace moetric::v0
