#pragma once

#include "moetric/layers/dense_ffn.hpp"

namespace moetric::v0 {

/// How tokens and experts find each other.
///   linear         token choice: each token takes its top_k experts by a linear router, with n_group in groups
///   expert_choice  each expert takes its n·top_k/E best tokens of a batch by a linear router (2202.09368); top_k is
///                  the mean number of experts of a token
///   balanced       an assignment that gives all experts the same load, by a linear router (S-BASE: 2103.16716,
///                  2202.01169)
///   hashed         a fixed table chooses for each token, and a linear router weighs what it chose (DeepSeek-V4)
///   unweighed_hash the same without a router (2106.04426): no weights, no FLOPs
///   none           tokens choose, but by weights that `other_weights` holds
enum class router_kind { linear, expert_choice, balanced, hashed, unweighed_hash, none };

namespace detail {

inline constexpr projection_set routed_names{projection::expert_gate, projection::expert_up, projection::expert_down};

}  // namespace detail

/// Mixture of experts: a router sends a token to top_k of n_experts; shared experts see every token.
///
/// With d = d_model, E experts of width d_expert, mats = 3 (gated) or 2 (plain):
///   routed   E·mats·w·d_expert weights, of which one token uses top_k/E; w = d, or with `latent` the latent width,
///            and 2·d·w for the way in and out
///   biases   E·((mats−1)·d_expert + w) with `expert_bias`
///   shared   n_shared_experts·mats·d·d_shared_expert, used by every token; their gate d
///   residual mats·d·d_residual, a dense feed-forward beside the experts
///   router   d·(E + Z) with Z zero experts, which cost nothing themselves; its bias and the load-balancing correction
///            bias E + Z each (the latter stored, never multiplied)
/// Groups and expert choice change which experts a token meets, never what a token costs; see account/routing.hpp.
/// Granular (fine-grained) experts are just narrow and many. Source: 2101.03961, 2401.06066, 2408.15664.
template <Arithmetic T = count>
struct experts {
  T n_experts = T(0);
  T top_k = T(0);
  T d_expert = T(0);
  T n_shared_experts = T(0);
  T d_shared_expert = d_expert;  // width of one shared expert
  ffn_kind kind = ffn_kind::gated;
  bool shared_gate = false;
  bool router_bias = false;
  bool correction_bias = false;
  bool expert_bias = false;
  router_kind router = router_kind::linear;
  bool latent = false;
  T d_latent = T(0);        // width in which latent experts work
  T d_residual = T(0);      // width of a dense feed-forward beside the experts; 0 for none
  T n_zero_experts = T(0);  // routed to like others, and do nothing
  T n_group = T(0);         // groups of experts, of which a token sees the best topk_group; 0 for none
  T topk_group = T(0);      // read only with n_group
  T other_weights = T(0);   // scales and biases that no other field names

  constexpr T expert_input_width(T d_model) const { return latent ? d_latent : d_model; }
  constexpr T expert_weights(T d_model) const { return ffn_weights(kind, expert_input_width(d_model), d_expert); }
  template <class Visit>
  constexpr void each_matrix(T d_model, Visit visit) const {
    detail::each_ffn_matrix(kind, {projection::expert_gate, projection::expert_up, projection::expert_down},
                            expert_input_width(d_model), d_expert, n_experts, top_k, visit);
    if (latent) {
      visit(layer_matrix<T>{projection::latent_in, d_model, d_latent});
      visit(layer_matrix<T>{projection::latent_out, d_latent, d_model});
    }
    detail::each_ffn_matrix(kind, {projection::shared_gate, projection::shared_up, projection::shared_down}, d_model,
                            n_shared_experts * d_shared_expert, T(1), T(1), visit);
    if (shared_gate) visit(layer_matrix<T>{projection::shared_expert_gate, d_model, T(1)});
    detail::each_ffn_matrix(kind, {projection::residual_gate, projection::residual_up, projection::residual_down},
                            d_model, d_residual, T(1), T(1), visit);
    visit(layer_matrix<T>{projection::router, d_model, router_outputs()});
  }
  constexpr T routed_weights(T d_model) const { return detail::stored_in(*this, d_model, detail::routed_names); }
  constexpr T active_routed_weights(T d_model) const { return detail::used_in(*this, d_model, detail::routed_names); }
  constexpr T expert_bias_weights(T d_model) const {
    if (!expert_bias) return T(0);
    return (kind == ffn_kind::gated ? 2 * d_expert : d_expert) + expert_input_width(d_model);
  }
  constexpr T routed_bias_weights(T d_model) const { return n_experts * expert_bias_weights(d_model); }
  constexpr T active_routed_bias_weights(T d_model) const { return top_k * expert_bias_weights(d_model); }
  constexpr T shared_weights(T d_model) const {
    return detail::stored_in(*this, d_model, {projection::shared_gate, projection::shared_up, projection::shared_down});
  }
  constexpr T shared_gate_weights(T d_model) const {
    return detail::stored_in(*this, d_model, projection::shared_expert_gate);
  }
  constexpr bool has_router() const { return router != router_kind::unweighed_hash && router != router_kind::none; }
  constexpr T router_outputs() const { return has_router() ? n_experts + n_zero_experts : T(0); }
  constexpr T router_weights(T d_model) const { return detail::stored_in(*this, d_model, projection::router); }
  constexpr T router_bias_weights() const { return router_bias ? router_outputs() : T(0); }
  constexpr T correction_bias_weights() const { return correction_bias ? router_outputs() : T(0); }

  friend bool operator==(experts const&, experts const&) requires std::equality_comparable<T>
  = default;
};

}  // namespace moetric::v0
