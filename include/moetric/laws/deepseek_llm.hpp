#pragma once

#include <cmath>

/// DeepSeek LLM, arXiv 2401.02954: hyper-parameters of dense models from compute alone. Fitted on 1e17 .. 2e19 FLOPs.
/// Compute is M·D with M = 72·n_layers·d² + 12·n_layers·d·s. Learning rate printed; batch second-hand, four sources
/// that agree.
namespace moetric::inline v0::laws::deepseek_llm {

/// Peak learning rate 0.3118·C^−0.1250.
inline double learning_rate(double compute) {
  return std::exp(std::log(0.3118) - 0.1250 * std::log(compute));
}

/// Batch of 0.2920·C^0.3271 tokens.
inline double batch_tokens(double compute) {
  return std::exp(std::log(0.2920) + 0.3271 * std::log(compute));
}

}  // namespace moetric::inline v0::laws::deepseek_llm
