#pragma once

#include "moetric/account/account.hpp"
#include "moetric/layers/term_set.hpp"

namespace moetric::v0 {

/// The counts that are called "the parameters" of a model, each under its own name.
struct parameter_counts {
  count total;                           // every weight of the model, without multi-token prediction
  count active;                          // total without the routed experts that one token does not use
  count active_without_input_embedding;  // active without learned positions, embeddings of each layer and, when untied,
                                         // the input embedding
  count non_embedding;                   // total without all embeddings, output head matrix and learned positions
  count active_non_embedding;            // active without them
  count active_matmul;                   // weights that one token is multiplied with, output head included
  count effective;                       // total without the tables of embeddings of each layer
  count mtp;                             // multi-token-prediction modules, sharing embedding and head
};

/// The sum of all terms but embeddings, output head matrix and learned positions.
template <Arithmetic T>
constexpr T without_embeddings(term_sheet<T> const& weights) {
  T sum = T(0);
  for (std::size_t i = 0; i != n_terms; ++i)
    if (!(term::embedding | term::per_layer_embedding | term::output_head | term::learned_positions)
             .contains(static_cast<term>(i)))
      sum = sum + weights.amounts[i];
  return sum;
}

namespace detail {

constexpr parameter_counts parameter_counts_of(model const& m) {
  validate(m);
  account<> book, modules;
  book_model(book, m, {});
  book_modules(modules, m, {});
  count const total = book.stored.total();
  count const active = book.active.total();
  count const tables = book.stored[term::learned_positions] + book.stored[term::per_layer_embedding];
  return {.total = total,
          .active = active,
          .active_without_input_embedding = active - tables - (m.output.tied ? count(0) : book.stored[term::embedding]),
          .non_embedding = without_embeddings(book.stored),
          .active_non_embedding = without_embeddings(book.active),
          .active_matmul = book.multiplied.total(),
          .effective = total - book.stored[term::per_layer_embedding],
          .mtp = modules.stored.total()};
}

}  // namespace detail

#ifdef MOETRIC_COMPILED
namespace compiled {
parameter_counts count_parameters(model const& m);
}  // namespace compiled
#endif

/// All counts of a model.
/// \throws std::invalid_argument with every rule that the model breaks
constexpr parameter_counts count_parameters(model const& m) {
#ifdef MOETRIC_COMPILED
  if (__builtin_is_constant_evaluated()) return detail::parameter_counts_of(m);
  return compiled::count_parameters(m);
#else
  return detail::parameter_counts_of(m);
#endif
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
