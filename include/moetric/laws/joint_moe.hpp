#pragma once

#include <cmath>

/// Joint MoE scaling laws, Ludziejewski et al., arXiv 2502.05172. Switch-style top-1 experts on FineWeb-Edu.
namespace moetric::inline v0::laws::joint_moe {

struct learning_rate_inputs {
  double active_non_embedding_parameters;
  double expansion_rate;  // experts for each one that a token uses
};

/// Peak learning rate exp(8.39 − 0.81·ln N_act − 0.25·ln E), N_act without embeddings. Printed; fitted on E = 1 and 8.
inline double learning_rate(learning_rate_inputs const& at) {
  return std::exp(8.39 - 0.81 * std::log(at.active_non_embedding_parameters) - 0.25 * std::log(at.expansion_rate));
}

}  // namespace moetric::inline v0::laws::joint_moe
