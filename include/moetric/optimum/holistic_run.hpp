#pragma once

#include "moetric/account/conventions.hpp"
#include "moetric/optimum/hyper_parameters.hpp"

namespace moetric::v0::optimum {

/// A model's training run as the published laws of learning rate count it: M without embedding, head and router, at
/// this sequence length.
/// \throws std::invalid_argument with every rule that the model breaks
inline training_run holistic_run_of(model const& m, count tokens, count sequence_length) {
  convention const& rule = find_convention("holistic");
  return training_run_of(m, tokens, static_cast<double>(training_flops(m, sequence_length, rule).per_token()));
}

}  // namespace moetric::v0::optimum
