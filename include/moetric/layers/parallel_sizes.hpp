#pragma once

#include "moetric/core/count.hpp"

namespace moetric::v0 {

/// How a trainer shards a model across devices.
struct parallel_sizes {
  count tensor = 1;           // devices that share each layer
  count expert = 1;           // devices that share the experts
  count pipeline = 1;         // stages of layers
  count sequence_length = 1;  // tokens; no window may be longer. 1: not checked
  count expert_tensor =
      tensor;         // devices that share each routed expert; by default, as in Megatron-LM, all of `tensor`
  count context = 1;  // devices that share each sequence
};

namespace detail {

/// Each tensor-parallel rank computes whole heads.
template <class Report>
constexpr void split_heads(count n_heads, parallel_sizes const& sizes, Report& report) {
  if (remainder(n_heads, sizes.tensor) != 0)
    report.broken_rule("moetric: n_heads must be divisible by the tensor-parallel size", n_heads, sizes.tensor);
}

/// Each expert-parallel rank holds whole experts, equally many.
template <class Report>
constexpr void split_experts(count n_experts, parallel_sizes const& sizes, Report& report) {
  if (remainder(n_experts, sizes.expert) != 0)
    report.broken_rule("moetric: n_experts must be divisible by the expert-parallel size", n_experts, sizes.expert);
}

/// Rotary positions rotate pairs of features.
template <class Report>
constexpr void rotate_pairs(count width, Report& report) {
  if (remainder(width, 2) != 0) report.broken_rule("moetric: head_dim must be even for rotary positions", width);
}

}  // namespace detail
}  // namespace moetric::v0
