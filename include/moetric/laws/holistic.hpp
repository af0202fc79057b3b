#pragma once

#include <array>
#include <cmath>

#include "moetric/laws/allocation.hpp"

/// Holistic scaling laws for MoE architecture, arXiv 2603.21862. They give shapes, tokens and hyper-parameters; the
/// paper prints no loss law. Compute is in raw FLOPs, C = M·D with M of account/triad.hpp at a context of 8192.
/// Range: 1e18 to 3e20 FLOPs, 288 routed experts, 8 active, 1 shared, vocabulary 152064.
namespace moetric::v0::laws::holistic {

/// One of the six scales of the paper (Tables 2 and 4).
struct scale {
  double compute;                   // FLOPs
  double training_flops_per_token;  // M, printed
  double tokens;                    // D, printed
  int head_dim;
  int n_heads;
  int n_kv_heads;
  double learning_rate;  // peak, AdamW (0.9, 0.95), weight decay 0.1, warmup-stable-decay
  int batch_sequences;   // the paper prints no unit; sequences of 8192 agree with its Fig. 12 (derived)
  // M/N_a of the paper's optimum: not printed, recovered by inverting its Tables 16-21 (derived).
  double flops_per_active_parameter;
};

/// The six scales, in ascending compute.
inline constexpr std::array scales{
    scale{1e18, 0.2672e9, 3.7420e9, 64, 4, 2, 1.20e-3, 64, 10.97},
    scale{3e18, 0.4856e9, 6.1775e9, 64, 8, 4, 1.00e-3, 80, 9.91},
    scale{1e19, 0.9345e9, 10.7004e9, 64, 8, 4, 8.28e-4, 128, 9.23},
    scale{3e19, 1.6983e9, 17.6649e9, 128, 8, 4, 6.95e-4, 160, 8.78},
    scale{1e20, 3.2681e9, 30.5985e9, 128, 8, 4, 5.74e-4, 208, 8.35},
    scale{3e20, 5.9390e9, 50.5138e9, 128, 16, 8, 4.82e-4, 288, 8.22},
};

/// The paper's constants.
struct study {
  static constexpr int sequence_length = 8192;
  static constexpr int n_experts = 288;
  static constexpr int top_k = 8;
  static constexpr int n_shared_experts = 1;
  static constexpr int vocab_size = 152064;
};

inline constexpr power_law optimal_m{0.04368, 0.5437};            // Eq. 2, printed
inline constexpr power_law optimal_d{22.8929, 0.4563};            // Eq. 2, printed
inline constexpr power_law fitted_learning_rate{0.888, -0.1595};  // derived: a fit to Table 4
inline constexpr power_law fitted_batch{9.09, 0.2645};            // derived: a fit to Table 4
/// Of log10(M/N_a - 6) against log10 C outside of the six scales. Derived: through the six recovered optima.
inline constexpr double density_slope = -0.14221;

/// `holistic`
inline constexpr description about{
    .id = "holistic",
    .paper = "arXiv 2603.21862",
    .equation = "Eq. 2: M = 0.04368 C^0.5437, D = 22.8929 C^0.4563; the triad Eq. 3-5 gives the shape",
    .title = "holistic MoE architecture optimisation; shapes and tokens, no loss law",
    .data = "curated web, code, mathematics and multilingual text, not public",
    .tokenizer = "vocabulary of 152064",
    .architectures = "288 routed experts, 8 active, 1 shared; grouped-query attention with n_heads / n_kv_heads = 2; "
                     "dense layers of 3 d_model first; length 8192",
    .loss_unit = "",
    .compute = "M D with M = 6 N_a + 6 S n_heads head_dim n_layers; no embedding, output head or router",
    .coefficients =
        {{{"M_coefficient", optimal_m.coefficient, provenance::printed, "Eq. 2"},
          {"M_exponent", optimal_m.exponent, provenance::printed, "Eq. 2"},
          {"D_coefficient", optimal_d.coefficient, provenance::printed, "Eq. 2"},
          {"D_exponent", optimal_d.exponent, provenance::printed, "Eq. 2"},
          {"M_over_N_a_slope", density_slope, provenance::derived, "through optima recovered from Tables 16-21"},
          {"learning_rate_coefficient", fitted_learning_rate.coefficient, provenance::derived, "fit to Table 4"},
          {"learning_rate_exponent", fitted_learning_rate.exponent, provenance::derived, "fit to Table 4"},
          {"batch_coefficient", fitted_batch.coefficient, provenance::derived, "fit to Table 4"},
          {"batch_exponent", fitted_batch.exponent, provenance::derived, "fit to Table 4"}},
         9},
    .inputs = {{{"compute", "training FLOPs, M D in the paper's convention", "FLOPs", range{1e18, 3e20}}}, 1},
    .family = {.experts_only = true}};

/// `holistic`: M and D of least loss at a budget. Eq. 2, printed.
inline constexpr allocation optimal{about, "training_flops_per_token", optimal_m, optimal_d};

/// The scale of exactly that budget, or null.
inline scale const* scale_at(double compute) {
  for (scale const& each : scales)
    if (std::fabs(compute / each.compute - 1) < 1e-9) return &each;
  return nullptr;
}

/// The distance of a budget from 1e18 .. 3e20 FLOPs, in decades; 0 inside.
inline double decades_outside(double compute) {
  if (compute < scales.front().compute) return std::log10(scales.front().compute / compute);
  if (compute > scales.back().compute) return std::log10(compute / scales.back().compute);
  return 0;
}

/// M_opt(C) = 0.04368·C^0.5437 FLOPs per token. Eq. 2, printed.
inline double optimal_training_flops_per_token(double compute) {
  return optimal_m(compute);
}

/// D_opt(C) = 22.8929·C^0.4563 tokens. Eq. 2, printed.
inline double optimal_tokens(double compute) {
  return optimal_d(compute);
}

/// The optimal M/N_a at a budget, always above 6: log10(M/N_a − 6) is linear in log10 C between the six recovered
/// optima, and goes on with slope −0.14221 through the end points. Derived: the paper shows its law in a figure only.
inline double flops_per_active_parameter(double compute) {
  auto const excess = [](scale const& s) { return std::log10(s.flops_per_active_parameter - 6); };
  double const at = std::log10(compute);
  if (decades_outside(compute) > 0) {
    scale const& end = compute < scales.front().compute ? scales.front() : scales.back();
    return 6 + std::pow(10, excess(end) + density_slope * (at - std::log10(end.compute)));
  }
  std::size_t upper = 1;
  while (upper + 1 < scales.size() && compute > scales[upper].compute) ++upper;
  scale const& low = scales[upper - 1];
  scale const& high = scales[upper];
  double const way = (at - std::log10(low.compute)) / (std::log10(high.compute) - std::log10(low.compute));
  return 6 + std::pow(10, excess(low) + way * (excess(high) - excess(low)));
}

/// The largest N/N_a with a router: (n_experts + n_shared) / (top_k + n_shared), all active weights in MoE.
inline double largest_expansion_ratio(double experts, double active_experts, double shared_experts) {
  return (experts + shared_experts) / (active_experts + shared_experts);
}

/// The experts' share of active parameters in the paper's optima: N/N_a of 22 at 288/8/1. Derived.
inline constexpr double expert_share = 0.675;

/// N/N_a to aim at: 22 at 288/8/1, where the paper optimised; elsewhere the same share 0.675 of active weights in MoE,
/// 1 + 0.675·((n_experts + n_shared)/(top_k + n_shared) − 1). Derived: the paper sets it by hand, in 18 .. 25.
inline double expansion_ratio(double experts, double active_experts, double shared_experts) {
  return 1 + expert_share * (largest_expansion_ratio(experts, active_experts, shared_experts) - 1);
}

/// Peak learning rate 0.888·C^−0.1595. Derived: a fit to Table 4, within 0.4 % of all six values.
inline double learning_rate(double compute) {
  return fitted_learning_rate(compute);
}

/// Batch of 9.09·C^0.2645 tokens. Derived: a fit to Table 4, within 8.1 % of all six rounded values.
inline double batch_tokens(double compute) {
  return fitted_batch(compute);
}

}  // namespace moetric::v0::laws::holistic
