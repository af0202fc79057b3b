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

/// The part of a layer's weights that a router divides among tokens: n_experts equal experts, of which a token uses
/// top_k. A layer without experts has n_experts = 0.
template <Arithmetic T = count>
struct expert_routing {
  T n_experts = T(0);
  T top_k = T(0);
  router_kind router = router_kind::linear;
  projection_set matrices{};  // of which each expert has its own
  term_set vectors{};
};

}  // namespace moetric::v0
