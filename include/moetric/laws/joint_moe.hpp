#pragma once

#include <cmath>

#include "moetric/laws/law.hpp"

/// Joint MoE scaling laws, Ludziejewski et al., arXiv 2502.05172. Switch-style top-1 experts on FineWeb-Edu.
namespace moetric::inline v0::laws::joint_moe {

struct fitted_rate {
  static constexpr double constant = 8.39, parameters = -0.81, expansion = -0.25;
};

inline constexpr description about{
    .id = "joint-moe",
    .paper = "arXiv 2502.05172",
    .equation = "learning rate = exp(8.39 - 0.81 ln N_act - 0.25 ln E)",
    .title = "Joint MoE scaling laws; learning rate only so far",
    .data = "FineWeb-Edu",
    .tokenizer = "",
    .architectures = "Switch-style top-1 experts, E = 1 and 8",
    .loss_unit = "",
    .compute = "",
    .coefficients = {{{"constant", fitted_rate::constant, provenance::printed, "text"},
                      {"parameters_exponent", fitted_rate::parameters, provenance::printed, "text"},
                      {"expansion_exponent", fitted_rate::expansion, provenance::printed, "text"}},
                     3},
    .inputs = {
        {{"active_non_embedding_parameters", "active parameters without embedding and output head", "parameters"},
         {"expansion_rate", "experts for each one that a token uses", "1", range{1, 8}}},
        2}};

struct learning_rate_inputs {
  double active_non_embedding_parameters;
  double expansion_rate;  // experts for each one that a token uses
};

/// Peak learning rate exp(8.39 − 0.81·ln N_act − 0.25·ln E), N_act without embeddings. Printed; fitted on E = 1 and 8.
inline double learning_rate(learning_rate_inputs const& at) {
  return std::exp(fitted_rate::constant + fitted_rate::parameters * std::log(at.active_non_embedding_parameters) +
                  fitted_rate::expansion * std::log(at.expansion_rate));
}

}  // namespace moetric::inline v0::laws::joint_moe
