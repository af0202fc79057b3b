#pragma once

#include <cmath>

#include "moetric/laws/allocation.hpp"
#include "moetric/laws/read.hpp"

/// Towards greater leverage, Ling team, arXiv 2507.17702: the compute of a dense model over that of an MoE at equal
/// loss, compute-optimal allocation, and hyper-parameters. Compute is M·D with M the non-embedding training FLOPs per
/// token, attention included.
namespace moetric::v0::laws::ling {

/// Efficiency leverage, the FLOPs of a dense model over those of the MoE at equal loss:
///
///   EL = Â^(alpha + d·log10 C + gamma·(log2 G)² + beta·log2 G)
///   1/Â = 1/(A + (1/A_start − 1/A_max)⁻¹) + 1/A_max
struct leverage_form {
  template <class T>
  struct inputs {
    T activation_ratio{};  // A
    T granularity{};       // G = 2·d_model / d_expert
    T compute{};           // C, FLOPs of the MoE
  };
  using quantities =
      quantity_list<quantities::activation_ratio, quantities::twice_width_over_expert, quantities::given>;
  template <class K>
  struct coefficients {
    K alpha, d, gamma, beta, a_start, a_max;
  };

  template <class K, class T>
  static auto leverage(coefficients<K> const& k, inputs<T> const& at) {
    using std::exp, std::log;
    auto const start = 1 / (1 / k.a_start - 1 / k.a_max);
    auto const log_saturated = -log(exp(-log(at.activation_ratio + start)) + 1 / k.a_max);
    auto const log2_g = log(at.granularity) * (1 / std::log(2.0));
    auto const log10_c = log(at.compute) * (1 / std::log(10.0));
    return exp(log_saturated * (k.alpha + k.d * log10_c + (k.gamma * log2_g + k.beta) * log2_g));
  }
};
/// The law of the leverage, and its inputs.
using leverage_law = laws::law<leverage_form>;
using leverage_inputs = leverage_law::inputs;

namespace detail {

inline constexpr std::string_view counted_compute = "M D with M the non-embedding training FLOPs per token, attention "
                                                    "included";
inline constexpr input compute_input =
    laws::inputs::compute.meaning("training FLOPs without embedding and output head");

inline constexpr std::string_view joint_fit = "fit of the leverage";
inline constexpr description about_leverage{
    .id = "ling-leverage",
    .paper = "arXiv 2507.17702",
    .equation = "EL = A_hat^(alpha + d log10 C + gamma (log2 G)^2 + beta log2 G), "
                "1/A_hat = 1/(A + (1/A_start - 1/A_max)^-1) + 1/A_max",
    .title = "efficiency leverage, the FLOPs of a dense model over those of an MoE at equal loss",
    .architectures = "over 300 MoE models up to 28e9 parameters",
    .compute = counted_compute,
    .caution = "the bases of the logarithms are inferred: 10 for C and 2 for G alone give the paper's over 7 times at "
               "C = 1e22, A = 3.1 %, G = 12",
    .coefficients = {{{"alpha", 1.23, provenance::printed, joint_fit, .01},
                      {"d", -7.61e-2, provenance::printed, joint_fit, 1e-4},
                      {"gamma", 1.67e-2, provenance::printed, joint_fit, 1e-4},
                      {"beta", -1.17e-1, provenance::printed, joint_fit, 1e-3},
                      {"A_start", 1.63e-2, provenance::printed, joint_fit, 1e-4},
                      {"A_max", 5.28e16, provenance::printed, joint_fit, 1e14}},
                     6},
    .inputs = {{laws::inputs::activation_ratio,
                {.name = "granularity", .definition = "2 d_model / d_expert", .unit = "1"},
                compute_input},
               3},
    .family = {.experts_only = true}};

constexpr description allocation_description(std::string_view id, std::string_view equation, std::string_view title,
                                             std::string_view architectures, power_law const& m, power_law const& d,
                                             family const& runs) {
  return {.id = id,
          .paper = "arXiv 2507.17702",
          .equation = equation,
          .title = title,
          .architectures = architectures,
          .compute = counted_compute,
          .coefficients = {{{"M_coefficient", m.coefficient, provenance::printed, "Table 1", 1e-4},
                            {"M_exponent", m.exponent, provenance::printed, "Table 1", 1e-4},
                            {"D_coefficient", d.coefficient, provenance::printed, "Table 1", 1e-4},
                            {"D_exponent", d.exponent, provenance::printed, "Table 1", 1e-4}},
                           4},
          .inputs = {{compute_input}, 1},
          .family = runs};
}

inline constexpr power_law moe_m{.1915, .5095}, moe_d{5.2232, .4905};
inline constexpr power_law dense_m{.0655, .5422}, dense_d{15.2582, .4578};
inline constexpr description about_moe = allocation_description(
    "ling-moe", "Table 1: M = 0.1915 C^0.5095, D = 5.2232 C^0.4905", "compute-optimal MoE, FLOPs per token and tokens",
    "MoE", moe_m, moe_d, {.experts_only = true});
inline constexpr description about_dense =
    allocation_description("ling-dense", "Table 1: M = 0.0655 C^0.5422, D = 15.2582 C^0.4578",
                           "compute-optimal dense models beside Ling's MoE, FLOPs per token and tokens", "dense",
                           dense_m, dense_d, {.dense_only = true});

inline constexpr power_law rate{1.1576, -.1529}, batch{.0694, .3644};

}  // namespace detail

/// `ling-leverage`
inline constexpr leverage_law leverage_fit{detail::about_leverage};

/// Efficiency leverage, with every input outside its fitted range.
struct leverage_answer {
  double leverage;  // FLOPs of a dense model over those of the MoE model at equal loss
  fixed_list<extrapolation, 12> outside_range{};
};

/// Efficiency leverage at given numbers.
/// \throws std::invalid_argument naming an input outside its domain
inline leverage_answer leverage(leverage_inputs const& at) {
  auto const outside = outside_range(*leverage_fit.about, at);
  return {leverage_form::leverage(leverage_fit.k, at), outside};
}

/// Efficiency leverage of a model with experts at a budget; those of the first layer that has some are read.
/// \throws std::invalid_argument with every rule that the model breaks, or if it has no experts
inline leverage_answer leverage(model const& m, double compute) {
  model_facts const facts = facts_of(m, count(1));
  if (!facts.has_experts()) moetric::detail::invalid("moetric: a model must have experts to have a leverage");
  return leverage(read(leverage_fit, facts.values(), {.compute = compute}));
}

/// `ling-moe`, `ling-dense`: M and D of least loss at a budget. Table 1, printed.
inline constexpr allocation moe{detail::about_moe, "training_flops_per_token", detail::moe_m, detail::moe_d};
/// See `moe`.
inline constexpr allocation dense{detail::about_dense, "training_flops_per_token", detail::dense_m, detail::dense_d};

/// `ling-hyper-parameters`
inline constexpr description about_hyper_parameters{
    .id = "ling-hyper-parameters",
    .paper = "arXiv 2507.17702",
    .equation = "Eq. 3: learning rate = 1.1576 C^-0.1529, batch = 0.0694 C^0.3644 tokens",
    .title = "peak learning rate and batch of Ling's MoE",
    .architectures = "MoE of 7.8 % activated, granularity 2, warmup-stable-decay",
    .compute = detail::counted_compute,
    .caution = "the learning rates that its Table 7 used are 9 to 17 % lower than Eq. 3",
    .coefficients = {{{"learning_rate_coefficient", detail::rate.coefficient, provenance::printed, "Eq. 3", 1e-4},
                      {"learning_rate_exponent", detail::rate.exponent, provenance::printed, "Eq. 3", 1e-4},
                      {"batch_coefficient", detail::batch.coefficient, provenance::printed, "Eq. 3", 1e-4},
                      {"batch_exponent", detail::batch.exponent, provenance::printed, "Eq. 3", 1e-4}},
                     4},
    .inputs = {{detail::compute_input.in(3e17, 3e20)}, 1}};

/// Peak learning rate 1.1576·C^−0.1529.
inline double learning_rate(double compute) {
  return detail::rate(compute);
}

/// Batch of 0.0694·C^0.3644 tokens.
inline double batch_tokens(double compute) {
  return detail::batch(compute);
}

}  // namespace moetric::v0::laws::ling
