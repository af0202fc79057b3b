#pragma once

#include <cmath>

#include "moetric/laws/law.hpp"
#include "moetric/laws/power_law.hpp"

/// Step Law, arXiv 2503.04715: hyper-parameters from model size and tokens. Fitted on 60M .. 1.07B non-embedding
/// parameters and 2B .. 100B tokens at length 2048. For an MoE, N is read as active non-embedding parameters
/// (inferred). Coefficients from the authors' data.
namespace moetric::inline v0::laws::step_law {

/// Coefficients of learning rate (of N and of D) and of batch (of D).
struct fitted {
  static constexpr double rate = 1.79, rate_parameters = -0.713, rate_tokens = 0.307;
  static constexpr power_law batch{0.58, 0.571};
};

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
    .coefficients =
        {{{"learning_rate_coefficient", fitted::rate, provenance::authors_code, "bootstrap table"},
          {"learning_rate_parameters_exponent", fitted::rate_parameters, provenance::authors_code, "bootstrap table"},
          {"learning_rate_tokens_exponent", fitted::rate_tokens, provenance::authors_code, "bootstrap table"},
          {"batch_coefficient", fitted::batch.coefficient, provenance::authors_code, "bootstrap table"},
          {"batch_exponent", fitted::batch.exponent, provenance::authors_code, "bootstrap table"}},
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
  return std::exp(std::log(fitted::rate) + fitted::rate_parameters * std::log(at.active_non_embedding_parameters) +
                  fitted::rate_tokens * std::log(at.tokens));
}

/// Batch of 0.58·D^0.571 tokens.
inline double batch_tokens(inputs const& at) {
  return fitted::batch(at.tokens);
}

}  // namespace moetric::inline v0::laws::step_law
