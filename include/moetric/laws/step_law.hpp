#pragma once

#include <cmath>

#include "moetric/laws/law.hpp"

/// Step Law, arXiv 2503.04715: hyper-parameters from model size and tokens. Fitted on 60M .. 1.07B non-embedding
/// parameters and 2B .. 100B tokens at length 2048. For an MoE, N is read as active non-embedding parameters
/// (inferred). Coefficients from the authors' data.
namespace moetric::inline v0::laws::step_law {

inline constexpr description about{
    .id = "step-law",
    .paper = "arXiv 2503.04715",
    .equation = "learning rate = 1.79 N^-0.713 D^0.307, batch = 0.58 D^0.571 tokens",
    .title = "Step Law; learning rate and batch only",
    .data = "",
    .tokenizer = "",
    .architectures = "dense, length 2048",
    .loss_unit = "",
    .compute = "",
    .coefficients = {{{"learning_rate_coefficient", 1.79, provenance::authors_code, "bootstrap table"},
                      {"learning_rate_parameters_exponent", -0.713, provenance::authors_code, "bootstrap table"},
                      {"learning_rate_tokens_exponent", 0.307, provenance::authors_code, "bootstrap table"},
                      {"batch_coefficient", 0.58, provenance::authors_code, "bootstrap table"},
                      {"batch_exponent", 0.571, provenance::authors_code, "bootstrap table"}},
                     5},
    .inputs = {{{"active_non_embedding_parameters", "for a dense model all non-embedding parameters", "parameters",
                 range{60e6, 1.07e9}},
                {"tokens", "training tokens", "tokens", range{2e9, 100e9}}},
               2}};

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
