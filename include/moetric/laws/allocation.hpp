#pragma once

#include <optional>
#include <string_view>

#include "moetric/laws/power_law.hpp"
#include "moetric/laws/quantities.hpp"

namespace moetric::v0::laws {

/// How a paper divides a compute budget, with or without a loss: two power laws of training FLOPs.
struct allocation {
  description_ref about;
  std::string_view parameters_name;  // the account's key of what `parameters` gives: total_parameters ...
  power_law parameters;              // of compute
  power_law tokens;                  // of compute
  /// The parameters of a model by the paper's definition; null if the law gives FLOPs per token, M, in their place.
  double (*parameters_of)(architecture_facts<double> const&) = nullptr;
  double flops_per_parameter = 6;              // training FLOPs for one token and parameter
  double flops_beside = 0;                     // training FLOPs for one token that no parameter stands for
  std::optional<power_law> batch_tokens = {};  // of compute
  std::optional<power_law> steps = {};         // of compute, at a batch far above the critical one

  /// Training FLOPs for one token of so many parameters, as the paper counts them.
  constexpr double training_flops_per_token(double of_parameters) const {
    return flops_per_parameter * of_parameters + flops_beside;
  }
};

}  // namespace moetric::v0::laws
