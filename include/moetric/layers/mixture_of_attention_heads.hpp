#pragma once

#include "moetric/layers/projection.hpp"

namespace moetric::v0 {

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

  template <class Visit>
  constexpr void each_matrix(T d_model, Visit visit) const {
    visit(layer_matrix<T>{projection::query, d_model, width(), n_experts, top_k});
    visit(layer_matrix<T>{projection::key, d_model, width()});
    visit(layer_matrix<T>{projection::value, d_model, width()});
    visit(layer_matrix<T>{projection::output, width(), d_model, n_experts, top_k});
    visit(layer_matrix<T>{projection::router, d_model, n_experts});
  }
  constexpr T bias_weights(T d_model) const { return d_model; }
  constexpr T core_flops_per_half_pair() const { return 2 * top_k * width(); }
  constexpr T cache_elements_per_token() const { return 2 * width(); }

  friend bool operator==(mixture_of_attention_heads const&,
                         mixture_of_attention_heads const&) requires std::equality_comparable<T>
  = default;
};

}  // namespace moetric::v0
