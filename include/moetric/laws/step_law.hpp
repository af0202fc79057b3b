#pragma once

#include <cmath>

/// Step Law, arXiv 2503.04715: hyper-parameters from model size and tokens. Fitted on 60M .. 1.07B non-embedding
/// parameters and 2B .. 100B tokens at length 2048. For an MoE, N is read as active non-embedding parameters
/// (inferred). Coefficients from the authors' data.
namespace moetric::inline v0::laws::step_law {

struct inputs {
  double active_non_embedding_parameters;
  double tokens;
};

/// Peak learning rate 1.79·N^−0.713·D^0.307.
inline double learning_rate(inputs const& at) {
  return std::exp(std::log(1.79) - 0.713 * std::log(at.active_non_embedding_parameters) + 0.307 * std::log(at.tokens));
}

/// Batch of 0.58·D^0.571 tokens.
inline double batch_tokens(inputs const& at) {
  return std::exp(std::log(0.58) + 0.571 * std::log(at.tokens));
}

}  // namespace moetric::inline v0::laws::step_law
