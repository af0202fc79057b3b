#pragma once

#include "moetric/version.hpp"

#include <array>

/// Kimi K2, arXiv 2507.20534: three points of a sparsity law that the paper does not print as a formula.
namespace moetric::v0::laws::kimi_k2 {

/// At a validation loss of 1.5, sparsity 48 needs so many times less FLOPs. Sparsity is total over activated experts.
struct saving {
  double sparsity;                // total over activated experts
  double flops_over_those_at_48;  // FLOPs at this sparsity over those at 48
};

/// Printed.
inline constexpr std::array savings{saving{8, 1.69}, saving{16, 1.39}, saving{32, 1.15}};

}  // namespace moetric::v0::laws::kimi_k2
