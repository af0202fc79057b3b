#pragma once

#include "moetric/version.hpp"

namespace moetric::v0::laws {

/// Compute in PF-days: 10^15 floating-point operations a second, for a day. A type of its own, because a bare number
/// could as well be FLOPs; everything else in the library is FLOPs.
struct pf_days {
  static constexpr double flops_of_one = 8.64e19;

  double value;

  constexpr explicit pf_days(double amount) : value(amount) {}

  static constexpr pf_days of_flops(double compute) { return pf_days(compute / flops_of_one); }
  constexpr double flops() const { return value * flops_of_one; }
};

}  // namespace moetric::v0::laws
