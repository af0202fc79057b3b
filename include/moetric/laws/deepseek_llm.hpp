#pragma once

#include "moetric/laws/law.hpp"
#include "moetric/laws/power_law.hpp"

/// DeepSeek LLM, arXiv 2401.02954: hyper-parameters of dense models from compute alone. Fitted on 1e17 .. 2e19 FLOPs.
/// Compute is M·D with M = 72·n_layers·d² + 12·n_layers·d·s. Learning rate printed; batch second-hand, four sources
/// that agree.
namespace moetric::inline v0::laws::deepseek_llm {

inline constexpr power_law learning_rate_law{0.3118, -0.1250};
inline constexpr power_law batch_law{0.2920, 0.3271};

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
    .coefficients = {{{"learning_rate_coefficient", learning_rate_law.coefficient, provenance::printed, "text"},
                      {"learning_rate_exponent", learning_rate_law.exponent, provenance::printed, "text"},
                      {"batch_coefficient", batch_law.coefficient, provenance::second_hand,
                       "four summaries that agree"},
                      {"batch_exponent", batch_law.exponent, provenance::second_hand, "four summaries that agree"}},
                     4},
    .inputs = {{{"compute", "training FLOPs without embeddings", "FLOPs", range{1e17, 2e19}}}, 1}};

/// Peak learning rate 0.3118·C^−0.1250.
inline double learning_rate(double compute) {
  return learning_rate_law(compute);
}

/// Batch of 0.2920·C^0.3271 tokens.
inline double batch_tokens(double compute) {
  return batch_law(compute);
}

}  // namespace moetric::inline v0::laws::deepseek_llm
