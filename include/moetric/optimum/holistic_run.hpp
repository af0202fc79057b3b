#pragma once

#include "moetric/account/conventions.hpp"
#include "moetric/optimum/hyper_parameters.hpp"

namespace moetric::v0::optimum {

/// M without embedding, head and router, at this sequence length: how the holistic study counts FLOPs per token.
/// \throws std::invalid_argument with every rule that the model breaks
inline double holistic_flops_per_token(model const& m, count sequence_length) {
  return static_cast<double>(training_flops(m, sequence_length, find_convention("holistic")).per_token());
}

/// A model's training run as the published laws of learning rate count it, in those FLOPs.
/// \throws as `holistic_flops_per_token`
inline run_facts holistic_run_of(model const& m, count tokens, count sequence_length) {
  return run_facts_of(m, tokens, holistic_flops_per_token(m, sequence_length));
}

}  // namespace moetric::v0::optimum
