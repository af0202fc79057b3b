#pragma once

#include <span>

#include "moetric/account/flops.hpp"

namespace moetric::inline v0 {

/// Forward FLOPs of a packed batch: documents of these lengths that do not attend to each other. Pairs are counted
/// document by document, so `per_token` is an exact mean over all tokens.
/// \throws std::invalid_argument for a model that breaks a rule, no documents, or a length outside 1 .. 2^30
constexpr flops forward_flops(model const& m, std::span<count const> document_lengths,
                              causal_rule causal = causal_rule::half) {
  if (document_lengths.empty()) detail::invalid("moetric: document_lengths must hold at least one length");
  flops packed{.sequence_length = 0};
  for (count const length : document_lengths) {
    packed.by_term = packed.by_term + forward_flops(m, {length, causal}).by_term;
    packed.sequence_length += length;
  }
  return packed;
}

/// Forward FLOPs of `fresh_tokens` after `cached_tokens` whose keys, values and states are kept: prefill with a cached
/// prefix, a chunk of it, or one step of decoding (fresh_tokens = 1). Each query sees what precedes it and itself, so
/// this is the exact causal rule, and chunks add up to the whole sequence. Logits are charged for every fresh token.
/// \throws std::invalid_argument as `forward_flops`
constexpr flops forward_flops_after(model const& m, count cached_tokens, count fresh_tokens) {
  count const all = cached_tokens + fresh_tokens;
  detail::require_sequence(fresh_tokens);
  detail::require_sequence(all);
  tally<> book = tally_of(m, {all, causal_rule::exact});
  tally<> const before = tally_of(m, {cached_tokens, causal_rule::exact});
  for (std::size_t i = 0; i != n_terms; ++i) book.core.amounts[i] -= before.core.amounts[i];
  return {detail::forward_sheet(book, fresh_tokens), fresh_tokens};
}

}  // namespace moetric::inline v0
