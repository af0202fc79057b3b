#pragma once

#include <cmath>

#include "moetric/laws/law.hpp"

/// Ling team, "Towards Greater Leverage", arXiv 2507.17702, Eq. 3: hyper-parameters from compute alone.
/// Fitted on 3e17 .. 3e20 FLOPs at 7.8 % activated, granularity 2, warmup-stable-decay. Compute is M·D with M the
/// non-embedding training FLOPs per token, attention included. Printed.
namespace moetric::inline v0::laws::ling {

inline constexpr description about{
    .id = "ling-moe",
    .paper = "arXiv 2507.17702",
    .equation = "Eq. 3: learning rate = 1.1576 C^-0.1529, batch = 0.0694 C^0.3644 tokens",
    .title = "Towards Greater Leverage; learning rate and batch only",
    .data = "",
    .tokenizer = "",
    .architectures = "MoE of 7.8 % activated, granularity 2, warmup-stable-decay",
    .loss_unit = "",
    .compute = "M D with M the non-embedding training FLOPs per token, attention included",
    .coefficients = {{{"learning_rate_coefficient", 1.1576, provenance::printed, "Eq. 3"},
                      {"learning_rate_exponent", -0.1529, provenance::printed, "Eq. 3"},
                      {"batch_coefficient", 0.0694, provenance::printed, "Eq. 3"},
                      {"batch_exponent", 0.3644, provenance::printed, "Eq. 3"}},
                     4},
    .inputs = {{{"compute", "training FLOPs without embeddings", "FLOPs", range{3e17, 3e20}}}, 1}};

/// Peak learning rate 1.1576·C^−0.1529.
inline double learning_rate(double compute) {
  return std::exp(std::log(1.1576) - 0.1529 * std::log(compute));
}

/// Batch of 0.0694·C^0.3644 tokens.
inline double batch_tokens(double compute) {
  return std::exp(std::log(0.0694) + 0.3644 * std::log(compute));
}

}  // namespace moetric::inline v0::laws::ling
