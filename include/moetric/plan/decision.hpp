#pragma once

#include <string>
#include <string_view>

#include "moetric/core/provenance.hpp"

namespace moetric::v0::plan {

/// The origin of one number of a plan.
struct decision {
  std::string field;
  provenance how;
  std::string why;
  bool extrapolated = false;  // its law was evaluated outside the range that it was fitted on
  double decades = 0;         // of compute outside that range
};

}  // namespace moetric::v0::plan
