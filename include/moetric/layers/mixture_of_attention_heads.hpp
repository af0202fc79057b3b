#pragma once

#include "moetric/core/arithmetic.hpp"

namespace moetric::inline v0 {

/// Mixture of attention heads: a router gives each token top_k of n_experts pairs of query and output projections,
/// over keys and values that all share.
///
/// With P = n_kv_heads·head_dim:
///   experts  n_experts·2·d·P weights, of which one token uses top_k/n_experts
///   shared   d·2P (keys and values), output bias d
///   router   d·n_experts
///   core     2·top_k·n_kv_heads·2·head_dim FLOPs for each query-key pair
/// Source: JetMoE, 2404.07413.
template <Arithmetic T = count>
struct mixture_of_attention_heads {
  T n_experts = T(0);
  T top_k = T(0);
  T n_kv_heads = T(0);
  T head_dim = T(0);

  constexpr T width() const { return n_kv_heads * head_dim; }

  constexpr T expert_weights(T d_model) const { return n_experts * 2 * d_model * width(); }
  constexpr T active_expert_weights(T d_model) const { return top_k * 2 * d_model * width(); }
  constexpr T key_value_weights(T d_model) const { return 2 * d_model * width(); }
  constexpr T bias_weights(T d_model) const { return d_model; }
  constexpr T router_weights(T d_model) const { return d_model * n_experts; }
  constexpr T core_flops_per_half_pair() const { return 2 * top_k * width(); }
  constexpr T cache_elements_per_token() const { return 2 * width(); }

  friend bool operator==(mixture_of_attention_heads const&, mixture_of_attention_heads const&)
    requires std::equality_comparable<T>
  = default;
};

}  // namespace moetric::inline v0
