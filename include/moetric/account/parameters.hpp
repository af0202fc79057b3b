#pragma once

#include "moetric/account/account.hpp"
#include "moetric/layers/term_set.hpp"

namespace moetric::v0 {

/// The counts that are called "the parameters" of a model, each under its own name.
struct parameter_counts {
  count total;                           // every weight of the model, without multi-token prediction
  count active;                          // total without the routed experts that one token does not use
  count active_without_input_embedding;  // active without learned positions and, when untied, the input embedding
  count non_embedding;                   // total without input embedding, output head matrix and learned positions
  count active_non_embedding;            // active without them
  count active_matmul;                   // weights that one token is multiplied with, output head included
  count mtp;                             // multi-token-prediction modules, sharing embedding and head
};

/// The sum of all terms but input embedding, output head matrix and learned positions.
template <Arithmetic T>
constexpr T without_embeddings(term_sheet<T> const& weights) {
  T sum = T(0);
  for (std::size_t i = 0; i != n_terms; ++i)
    if (!(term::embedding | term::output_head | term::learned_positions).contains(static_cast<term>(i)))
      sum = sum + weights.amounts[i];
  return sum;
}

/// All counts of a model.
/// \throws std::invalid_argument with every rule that the model breaks
constexpr parameter_counts count_parameters(model const& m) {
  account<> const book = account_of(m);
  count const total = book.stored.total();
  count const active = book.active.total();
  count const positions = book.stored[term::learned_positions];
  return {.total = total,
          .active = active,
          .active_without_input_embedding =
              active - positions - (m.output.tied ? count(0) : book.stored[term::embedding]),
          .non_embedding = without_embeddings(book.stored),
          .active_non_embedding = without_embeddings(book.active),
          .active_matmul = book.multiplied.total(),
          .mtp = mtp_account(m).stored.total()};
}

/// Every weight of the model, without multi-token-prediction modules.
/// \throws std::invalid_argument with every rule that the model breaks
constexpr count total_parameters(model const& m) {
  return account_of(m).stored.total();
}

/// The weights that one token uses: the total without the routed experts that it is not sent to. Embeddings and output
/// head are included.
/// \throws std::invalid_argument with every rule that the model breaks
constexpr count active_parameters(model const& m) {
  return account_of(m).active.total();
}

}  // namespace moetric::v0
