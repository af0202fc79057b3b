#pragma once

#include "moetric/layers/dense_ffn.hpp"

namespace moetric::inline v0 {

/// Mixture of experts: a router sends a token to top_k of n_experts; shared experts see every token.
///
/// With d = d_model, E experts of width d_expert, mats = 3 (gated) or 2 (plain):
///   routed   E·mats·d·d_expert weights, of which one token uses top_k/E
///   shared   n_shared_experts·mats·d·d_shared_expert, used by every token; their gate d
///   router   d·E, its bias E, and the load-balancing correction bias E (stored, never multiplied)
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

  constexpr T expert_weights(T d_model) const { return ffn_weights(kind, d_model, d_expert); }
  constexpr T routed_weights(T d_model) const { return n_experts * expert_weights(d_model); }
  constexpr T active_routed_weights(T d_model) const { return top_k * expert_weights(d_model); }
  constexpr T shared_weights(T d_model) const {
    return n_shared_experts * ffn_weights(kind, d_model, d_shared_expert);
  }
  constexpr T shared_gate_weights(T d_model) const { return shared_gate ? d_model : T(0); }
  constexpr T router_weights(T d_model) const { return d_model * n_experts; }
  constexpr T router_bias_weights() const { return router_bias ? n_experts : T(0); }
  constexpr T correction_bias_weights() const { return correction_bias ? n_experts : T(0); }

  friend bool operator==(experts const&, experts const&)
    requires std::equality_comparable<T>
  = default;
};

}  // namespace moetric::inline v0
