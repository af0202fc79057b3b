#pragma once

#include <span>

#include "moetric/plan/design_run.hpp"

namespace moetric::v0::plan {

/// One reduction of the dimensions of the search for a shape, and why it is valid.
struct reduction_step {
  std::size_t dimensions;
  std::string why;
};

/// The reductions from sixteen dimensions to two sweeps. Source: 2603.21862, Sec. 3-4; the enumeration of the sixteen
/// is derived.
inline std::vector<reduction_step> reduction_steps(sparsity const& experts) {
  return {{16, "C, M, D; N_a, N; and eleven of structure: L_d, L_m, d, d_qkv, d_d, d_m, N_q, N_kv, S, N_e, K"},
          {7, "C is given and phase 0 gives M and D (2); N_q, N_kv, d_qkv, S, N_e = " + to_string(experts.n_experts) +
                  " and K = " + to_string(experts.top_k) +
                  " are fixed (6); d_d = 3d (1): M, N_a, N, d, L_d, L_m, d_m remain"},
          {4, "Eq. 3 is three equations: L_d, L_m and d_m follow from M, N_a, N and d"},
          {3, "phase 1: M, M/N_a and N/N_a at one width per triad, the middle one; the pilot must show that it ranks "
              "triads correctly"},
          {2, "phase 2: d at the best triad of each scale"}};
}

/// The number of runs of a design, and of the coefficients that they determine.
struct design_size {
  std::size_t runs = 0;          // of this design
  double full_grid_runs = 0;     // of the full grid M x M/N_a x N/N_a x d at these sizes
  std::size_t coefficients = 0;  // of the laws fitted over C
  double runs_per_coefficient = 0;
};

/// Counts the runs of a design. The laws over C have two coefficients each: M and tokens, learning rate and batch
/// (phase 0), M/N_a (phase 1), the best d and both edges of its band (phase 2). N/N_a is set by hand.
inline design_size size_of(design_request const& r, std::span<design const> parts) {
  design_size size;
  bool isoflop = false, rates = false, grid = false, width = false;
  for (design const& part : parts)
    for (design_run const& each : part.runs) {
      ++size.runs;
      isoflop = isoflop || each.phase == design_phase::isoflop;
      rates = rates || each.phase == design_phase::rate_batch;
      grid = grid || each.phase == design_phase::grid || each.phase == design_phase::density;
      width = width || each.phase == design_phase::width;
    }
  auto const number = [](std::size_t n) { return static_cast<double>(n); };
  size.full_grid_runs = number(r.scales.size()) * number(r.densities.size()) * number(r.expansions.size()) *
                        number(r.d_models.empty() ? r.widths : r.d_models.size());
  size.coefficients =
      std::size_t{4} * isoflop + std::size_t{4} * rates + std::size_t{2} * grid + std::size_t{6} * width;
  if (size.coefficients != 0) size.runs_per_coefficient = number(size.runs) / number(size.coefficients);
  return size;
}

}  // namespace moetric::v0::plan
