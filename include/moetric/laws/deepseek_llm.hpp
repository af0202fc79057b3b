#pragma once

#include <array>

#include "moetric/laws/allocation.hpp"
#include "moetric/laws/read.hpp"

/// DeepSeek LLM, arXiv 2401.02954: compute-optimal allocation of dense models, and hyper-parameters from compute alone.
/// Compute is M·D with M = 72·n_layers·d² + 12·n_layers·d·s.
namespace moetric::v0::laws::deepseek_llm {
namespace detail {

inline constexpr std::string_view counted_compute = "M D with M = 72 n_layers d_model^2 + 12 n_layers d_model s";
inline constexpr std::string_view summaries = "four summaries that agree";
inline constexpr input compute_input = laws::inputs::compute.meaning("training FLOPs without embeddings");

inline constexpr power_law m{.1715, .5243}, d{5.8316, .4757};
inline constexpr power_law rate{.3118, -.1250}, batch{.2920, .3271};

inline constexpr description about{
    .id = "deepseek-llm",
    .paper = "arXiv 2401.02954",
    .equation = "M = 0.1715 C^0.5243, D = 5.8316 C^0.4757",
    .title = "DeepSeek LLM, compute-optimal FLOPs per token and tokens",
    .architectures = "dense",
    .compute = counted_compute,
    .caution = "the exponents depend on the data: 0.450 and 0.550 on the authors' earlier data, 0.578 and 0.422 on "
               "OpenWebText2 (Table 4)",
    .coefficients = {{{"M_coefficient", m.coefficient, provenance::printed, "text", 1e-4},
                      {"M_exponent", m.exponent, provenance::printed, "text", 1e-4},
                      {"D_coefficient", d.coefficient, provenance::second_hand, summaries, 1e-4},
                      {"D_exponent", d.exponent, provenance::second_hand, summaries, 1e-4}},
                     4},
    .inputs = {{compute_input.in(1e17, 3e20)}, 1},
    .family = {.dense_only = true}};

}  // namespace detail

/// `deepseek-llm`: M and D of least loss at a budget, on the authors' current data.
inline constexpr allocation optimal{detail::about, "training_flops_per_token", detail::m, detail::d};

/// Exponents of M and D in compute on one set of data. Table 4, second-hand.
struct data_exponents {
  std::string_view data;
  double training_flops_per_token;
  double tokens;
};
/// Table 4.
inline constexpr std::array exponents_by_data{
    data_exponents{"early", .450, .550},
    data_exponents{"current", .524, .476},
    data_exponents{"OpenWebText2", .578, .422},
};

/// `deepseek-llm-hyper-parameters`
inline constexpr description about_hyper_parameters{
    .id = "deepseek-llm-hyper-parameters",
    .paper = "arXiv 2401.02954",
    .equation = "learning rate = 0.3118 C^-0.1250, batch = 0.2920 C^0.3271 tokens",
    .title = "DeepSeek LLM, peak learning rate and batch",
    .architectures = "dense",
    .compute = detail::counted_compute,
    .coefficients = {{{"learning_rate_coefficient", detail::rate.coefficient, provenance::printed, "text", 1e-4},
                      {"learning_rate_exponent", detail::rate.exponent, provenance::printed, "text", 1e-4},
                      {"batch_coefficient", detail::batch.coefficient, provenance::second_hand, detail::summaries,
                       1e-4},
                      {"batch_exponent", detail::batch.exponent, provenance::second_hand, detail::summaries, 1e-4}},
                     4},
    .inputs = {{detail::compute_input.in(1e17, 2e19)}, 1}};

/// Peak learning rate 0.3118·C^−0.1250.
inline double learning_rate(double compute) {
  return detail::rate(compute);
}

/// Batch of 0.2920·C^0.3271 tokens.
inline double batch_tokens(double compute) {
  return detail::batch(compute);
}

}  // namespace moetric::v0::laws::deepseek_llm
