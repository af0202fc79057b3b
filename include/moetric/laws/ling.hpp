#pragma once

#include "moetric/laws/law.hpp"
#include "moetric/laws/power_law.hpp"

/// Ling team, "Towards Greater Leverage", arXiv 2507.17702, Eq. 3: hyper-parameters from compute alone.
/// Fitted on 3e17 .. 3e20 FLOPs at 7.8 % activated, granularity 2, warmup-stable-decay. Compute is M·D with M the
/// non-embedding training FLOPs per token, attention included. Printed.
namespace moetric::inline v0::laws::ling {

inline constexpr power_law learning_rate_law{1.1576, -0.1529};
inline constexpr power_law batch_law{0.0694, 0.3644};

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
    .coefficients = {{{"learning_rate_coefficient", learning_rate_law.coefficient, provenance::printed, "Eq. 3"},
                      {"learning_rate_exponent", learning_rate_law.exponent, provenance::printed, "Eq. 3"},
                      {"batch_coefficient", batch_law.coefficient, provenance::printed, "Eq. 3"},
                      {"batch_exponent", batch_law.exponent, provenance::printed, "Eq. 3"}},
                     4},
    .inputs = {{{"compute", "training FLOPs without embeddings", "FLOPs", range{3e17, 3e20}}}, 1}};

/// Peak learning rate 1.1576·C^−0.1529.
inline double learning_rate(double compute) {
  return learning_rate_law(compute);
}

/// Batch of 0.0694·C^0.3644 tokens.
inline double batch_tokens(double compute) {
  return batch_law(compute);
}

}  // namespace moetric::inline v0::laws::ling
