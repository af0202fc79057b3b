#pragma once

#include "moetric/version.hpp"

namespace moetric::v0::laws {

/// Compute in PF-days: 10^15 FLOPs a second for a day. It has a type of its own because a bare number could be FLOPs,
/// as everywhere else in the library.
struct pf_days {
  static constexpr double flops_of_one = 8.64e19;  // 10^15 · 86400

  double value;

  constexpr explicit pf_days(double amount) : value(amount) {}

  /// FLOPs as PF-days, and back.
  static constexpr pf_days of_flops(double compute) { return pf_days(compute / flops_of_one); }
  constexpr double flops() const { return value * flops_of_one; }
};

}  // namespace moetric::v0::laws
