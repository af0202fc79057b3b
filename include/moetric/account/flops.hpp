#pragma once

#include "moetric/account/account.hpp"
#include "moetric/core/ratio.hpp"

namespace moetric::v0 {

/// FLOPs of one sequence, term by term. Per token they are an exact ratio, since pairs are counted per sequence.
struct flops {
  term_sheet<> by_term{};
  count sequence_length = 1;

  /// FLOPs of the whole sequence.
  constexpr count per_sequence() const { return by_term.total(); }
  /// FLOPs per token, exact.
  constexpr ratio per_token() const { return {per_sequence(), sequence_length}; }
  /// FLOPs per token of one term, exact.
  constexpr ratio per_token(term t) const { return {by_term[t], sequence_length}; }

  /// The sum over two parts of one model at one length.
  /// \throws std::invalid_argument for different lengths
  constexpr flops operator+(flops const& other) const {
    if (sequence_length != other.sequence_length)
      detail::invalid("moetric: FLOPs that are added must be of the same sequence_length");
    return {by_term + other.by_term, sequence_length};
  }
};

namespace detail {

/// forward = 2·s·(weights that a token is multiplied with) + core; one multiply-add is 2 FLOPs
template <Arithmetic T>
constexpr term_sheet<T> forward_sheet(account<T> const& book, T sequence_length) {
  return book.multiplied * (2 * sequence_length) + book.core;
}

constexpr void require_sequence(count length) {
  if (length == 0) invalid("moetric: sequence_length must be positive, but got 0");
}

}  // namespace detail

/// Forward FLOPs of one sequence through embedding, layers and output head.
/// Default convention (`matmul-causal-half`): matrix products, scores and values at half the square, router and
/// logits; no norms, softmax, activations or embedding gather.
/// \throws std::invalid_argument for a model that breaks a rule or a length outside 1 .. 2^30
constexpr flops forward_flops(model const& m, sequence<> tokens) {
  detail::require_sequence(tokens.length);
  return {detail::forward_sheet(account_of(m, tokens), tokens.length), tokens.length};
}

/// Forward FLOPs of the multi-token-prediction modules alone.
/// \throws std::invalid_argument as `forward_flops`
constexpr flops mtp_forward_flops(model const& m, sequence<> tokens) {
  detail::require_sequence(tokens.length);
  return {detail::forward_sheet(mtp_account(m, tokens), tokens.length), tokens.length};
}

/// Forward and backward. Backward is twice forward for every term: a matrix product has one gradient for its input
/// and one for its weights, and so have the products of attention for their two operands.
constexpr flops training_flops(flops const& forward) {
  return {forward.by_term * 3, forward.sequence_length};
}

/// Forward and backward FLOPs of one sequence.
/// \throws std::invalid_argument as `forward_flops`
constexpr flops training_flops(model const& m, sequence<> tokens) {
  return training_flops(forward_flops(m, tokens));
}

/// Forward and backward FLOPs per token of a sequence, an exact ratio.
/// \throws std::invalid_argument as `forward_flops`
constexpr ratio training_flops_per_token(model const& m, sequence<> tokens) {
  return training_flops(m, tokens).per_token();
}

}  // namespace moetric::v0
