#pragma once

#include "moetric/layers/dense_ffn.hpp"

namespace moetric::inline v0 {

/// How tokens find their experts: by a linear router; by a fixed table from token to experts, whose choice a linear
/// router weighs (DeepSeek-V4; the table is integers, no weights); or with no router that this account knows of.
enum class router_kind { linear, hashed, none };

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
  T other_weights = T(0);   // scales and biases that no other field names

  constexpr T expert_input_width(T d_model) const { return latent ? d_latent : d_model; }
  constexpr T expert_weights(T d_model) const { return ffn_weights(kind, expert_input_width(d_model), d_expert); }
  constexpr T routed_weights(T d_model) const { return n_experts * expert_weights(d_model); }
  constexpr T active_routed_weights(T d_model) const { return top_k * expert_weights(d_model); }
  constexpr T expert_bias_weights(T d_model) const {
    if (!expert_bias) return T(0);
    return (kind == ffn_kind::gated ? 2 * d_expert : d_expert) + expert_input_width(d_model);
  }
  constexpr T routed_bias_weights(T d_model) const { return n_experts * expert_bias_weights(d_model); }
  constexpr T active_routed_bias_weights(T d_model) const { return top_k * expert_bias_weights(d_model); }
  constexpr T latent_weights(T d_model) const { return latent ? 2 * d_model * d_latent : T(0); }
  constexpr T shared_weights(T d_model) const { return n_shared_experts * ffn_weights(kind, d_model, d_shared_expert); }
  constexpr T shared_gate_weights(T d_model) const { return shared_gate ? d_model : T(0); }
  constexpr T residual_weights(T d_model) const { return ffn_weights(kind, d_model, d_residual); }
  constexpr T router_outputs() const { return router == router_kind::none ? T(0) : n_experts + n_zero_experts; }
  constexpr T router_weights(T d_model) const { return d_model * router_outputs(); }
  constexpr T router_bias_weights() const { return router_bias ? router_outputs() : T(0); }
  constexpr T correction_bias_weights() const { return correction_bias ? router_outputs() : T(0); }

  friend bool operator==(experts const&, experts const&) requires std::equality_comparable<T>
  = default;
};

}  // namespace moetric::inline v0
