#pragma once

#include <cmath>

#include "moetric/laws/law.hpp"

/// DeepSeek LLM, arXiv 2401.02954: hyper-parameters of dense models from compute alone. Fitted on 1e17 .. 2e19 FLOPs.
/// Compute is M·D with M = 72·n_layers·d² + 12·n_layers·d·s. Learning rate printed; batch second-hand, four sources
/// that agree.
namespace moetric::inline v0::laws::deepseek_llm {

inline constexpr description about{
    .id = "deepseek-llm",
    .paper = "arXiv 2401.02954",
    .equation = "learning rate = 0.3118 C^-0.1250, batch = 0.2920 C^0.3271 tokens",
    .title = "DeepSeek LLM; learning rate and batch only",
    .data = "",
    .tokenizer = "",
    .architectures = "dense",
    .loss_unit = "",
    .compute = "M D with M = 72 n_layers d_model^2 + 12 n_layers d_model s",
    .coefficients = {{{"learning_rate_coefficient", 0.3118, provenance::printed, "text"},
                      {"learning_rate_exponent", -0.1250, provenance::printed, "text"},
                      {"batch_coefficient", 0.2920, provenance::second_hand, "four summaries that agree"},
                      {"batch_exponent", 0.3271, provenance::second_hand, "four summaries that agree"}},
                     4},
    .inputs = {{{"compute", "training FLOPs without embeddings", "FLOPs", range{1e17, 2e19}}}, 1}};

/// Peak learning rate 0.3118·C^−0.1250.
inline double learning_rate(double compute) {
  return std::exp(std::log(0.3118) - 0.1250 * std::log(compute));
}

/// Batch of 0.2920·C^0.3271 tokens.
inline double batch_tokens(double compute) {
  return std::exp(std::log(0.2920) + 0.3271 * std::log(compute));
}

}  // namespace moetric::inline v0::laws::deepseek_llm
