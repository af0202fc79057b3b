#pragma once

#include <string_view>

#include "moetric/laws/law.hpp"
#include "moetric/laws/power_law.hpp"

namespace moetric::v0::laws {

/// How a paper divides a compute budget, with or without a loss: two power laws of training FLOPs.
struct allocation {
  description const* about;
  std::string_view parameters_name;  // the account's key of what `parameters` gives: total_parameters ...
  power_law parameters;              // of compute
  power_law tokens;                  // of compute
};

}  // namespace moetric::v0::laws
