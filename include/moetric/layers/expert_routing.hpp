#pragma once

#include "moetric/layers/layer_parts.hpp"

namespace moetric::v0 {

/// How tokens and experts find each other.
///   linear         token choice: each token takes its top_k experts by a linear router, with n_group in groups
///   expert_choice  each expert takes its n·top_k/E best tokens of a batch by a linear router (2202.09368); top_k is
///                  the mean number of experts of a token
///   balanced       an assignment that gives all experts the same load, by a linear router (S-BASE: 2103.16716,
///                  2202.01169)
///   hashed         a fixed table chooses for each token, and a linear router weighs its choice (DeepSeek-V4)
///   unweighed_hash a fixed table without a router (2106.04426): no weights, no FLOPs
///   none           tokens choose, but the router's weights are counted in `other_weights`
enum class router_kind { linear, expert_choice, balanced, hashed, unweighed_hash, none };

/// How many of a token's top_k choices are counted as experts, where some choices are zero experts: the mean of a
/// uniform draw, the fewest or the most that a token can have. It is no part of the architecture.
enum class expert_draw { mean, fewest, most };

/// A number of experts as a fraction, so that a mean is exact.
template <Arithmetic T = count>
struct expert_share {
  T used;
  T used_of = T(1);
};

/// Experts among the top_k choices of a token out of E experts and Z zero experts: top_k·E/(E+Z) in the mean, at least
/// top_k − Z, at most top_k. Only `count` divides; other number types have no zero experts.
template <Arithmetic T>
constexpr expert_share<T> experts_of_a_token(T n_experts, T n_zero_experts, T top_k, expert_draw counted) {
  if constexpr (std::same_as<T, count>) {
    if (n_zero_experts != 0 && counted == expert_draw::mean) return {top_k * n_experts, n_experts + n_zero_experts};
    if (counted == expert_draw::fewest) return {top_k - detail::least(top_k, n_zero_experts)};
  }
  return {top_k};
}

/// The part of a layer's weights that a router divides among tokens: n_experts equal experts, of which a token uses
/// top_k, fewer with zero experts. A layer without experts has n_experts = 0.
template <Arithmetic T = count>
struct expert_routing {
  T n_experts = T(0);
  T top_k = T(0);
  router_kind router = router_kind::linear;
  projection_set matrices{};  // of which each expert has its own
  term_set vectors{};
  T n_zero_experts = T(0);  // choices that do nothing
  expert_draw counted = expert_draw::mean;

  /// Experts of one token.
  constexpr expert_share<T> of_a_token() const { return experts_of_a_token(n_experts, n_zero_experts, top_k, counted); }
};

}  // namespace moetric::v0
