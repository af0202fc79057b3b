#pragma once

#include "moetric/account/convention.hpp"
#include "moetric/account/flops.hpp"

namespace moetric::inline v0 {

/// Which activations a trainer computes again in the backward pass.
enum class recomputation {
  none,
  selective,  // the attention core and recurrent states alone
  full,       // every layer; the output head is not
};

/// What of a model is trained, and how.
struct training_choice {
  term_set frozen{};  // terms whose weights are not trained
  recomputation recompute = recomputation::none;
};

/// FLOPs of one training sequence: those that the model asks for, and those that the hardware executes.
/// MFU is over the first, HFU over the second.
struct training_cost {
  flops model;
  flops hardware;
};

/// Forward and backward of one sequence. Backward of a trained matrix is twice forward, one product for the gradient
/// of its input and one for that of its weights; a frozen one has the first alone. The attention core has no weights,
/// so its backward is twice forward whatever is frozen. It is assumed that something is trained at the bottom, so that
/// gradients pass through all layers.
/// \throws std::invalid_argument for a model that breaks a rule or a length outside 1 .. 2^30
constexpr training_cost training_cost_of(model const& m, sequence<> tokens, training_choice const& choice) {
  detail::require_sequence(tokens.length);
  tally<> const book = tally_of(m, tokens);
  flops model_flops{.sequence_length = tokens.length};
  flops again{.sequence_length = tokens.length};
  for (std::size_t i = 0; i != n_terms; ++i) {
    term const t = static_cast<term>(i);
    count const products = 2 * tokens.length * book.multiplied[t];
    model_flops.by_term[t] = (choice.frozen.contains(t) ? 2 : 3) * products + 3 * book.core[t];
    if (choice.recompute == recomputation::selective) again.by_term[t] = book.core[t];
    if (choice.recompute == recomputation::full && t != term::output_head) again.by_term[t] = products + book.core[t];
  }
  return {model_flops, model_flops + again};
}

}  // namespace moetric::inline v0
