#pragma once

#include <span>
#include <string>

#include "moetric/laws/any_law.hpp"

namespace moetric::v0::report {

/// Samples of a law's coefficients, which give its numbers intervals.
struct sampled_law {
  std::span<laws::any_law const> samples{};
  std::string source{};   // what was sampled
  double coverage = 0.8;  // the share of samples that lies within an interval
};

}  // namespace moetric::v0::report
