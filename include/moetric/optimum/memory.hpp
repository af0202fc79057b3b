#pragma once

#include <array>
#include <span>

#include "moetric/laws/joint_moe.hpp"
#include "moetric/optimum/compute_optimal.hpp"

/// The compute-optimal model that fits in memory where it is served: more experts cost no training FLOPs, but memory.
/// By the joint MoE law, on its paper's family of shapes.
namespace moetric::v0::optimum {

/// The memory for weights and key-value cache.
struct memory_budget {
  double bytes;
  double cached_tokens = 16384;  // in the key-value cache
  double bytes_per_number = 2;   // of weights and cache
};

/// An optimum of the joint MoE law with its shape and memory.
struct joint_point : point<laws::joint_moe::law> {
  laws::joint_moe::architecture<> shape;  // d_model = 64·n_blocks, real-valued
  double bytes;                           // of its weights and cache
  bool limited;                           // smaller than the optimum without a limit
};

/// The expansion rates of the paper's runs.
inline constexpr std::array powers_of_two_to_32{1., 2., 4., 8., 16., 32.};

namespace detail {

/// ln d_model at which weights and cache fill the memory; both grow with d_model.
inline double log_width_that_fills(memory_budget const& limit, double expansion_rate) {
  auto const excess = [&](double log_width) {
    double const bytes = laws::joint_moe::coupled(std::exp(log_width), expansion_rate)
                             .inference_bytes(limit.cached_tokens, limit.bytes_per_number);
    return std::log(bytes / limit.bytes);
  };
  return root_near(excess, 7, -40, 60);
}

}  // namespace detail

/// The least loss at a budget over expansion rates within a memory limit: for each rate the optimum if it fits, else
/// the largest model that does. Ties go to the first rate. \throws std::invalid_argument naming a number that is not
/// positive and finite, or if there are no expansion rates Source: 2502.05172, Table 2. Its rule is not printed in
/// full: this one gives nine of its twelve cells, and in the others a neighbouring rate whose loss is within 0.007.
inline joint_point at_compute_within(laws::joint_moe::law const& law, double compute, memory_budget const& limit,
                                     std::span<double const> expansion_rates = powers_of_two_to_32) {
  moetric::detail::require_positive("bytes", limit.bytes);
  moetric::detail::require_positive("bytes_per_number", limit.bytes_per_number);
  laws::detail::require_in_domain({.name = "cached_tokens", .values = laws::domain::non_negative}, limit.cached_tokens);
  std::optional<joint_point> best;
  for (double const rate : expansion_rates) {
    laws::joint_moe::inputs const fixed{.expansion_rate = rate};
    point<laws::joint_moe::law> chosen = at_compute(law, compute, fixed);
    auto shape = laws::joint_moe::at_active_parameters(chosen.at.active_parameters, rate);
    bool const limited = shape.inference_bytes(limit.cached_tokens, limit.bytes_per_number) > limit.bytes;
    if (limited) {
      shape = laws::joint_moe::coupled(std::exp(detail::log_width_that_fills(limit, rate)), rate);
      chosen = at_compute_within(law, compute, shape.active_parameters(), fixed);
    }
    if (best && !(chosen.loss < best->loss)) continue;
    best = {chosen, shape, shape.inference_bytes(limit.cached_tokens, limit.bytes_per_number), limited};
  }
  if (!best) moetric::detail::invalid("moetric: expansion rates to choose from must hold at least one");
  return *best;
}

}  // namespace moetric::v0::optimum
