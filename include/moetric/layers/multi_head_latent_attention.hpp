#pragma once

#include "moetric/layers/output_gate.hpp"
#include "moetric/layers/sparse_indexer.hpp"

namespace moetric::v0 {

/// The widths at which the core of latent attention is charged: those of heads, or those of the shared latent.
enum class latent_core { expanded, absorbed };

/// Multi-head latent attention: keys and values, and with `query_lora` also queries, pass through a low rank.
///
/// With d = d_model, H heads, ranks ql and kl, head widths nope + rope for queries and keys, v for values:
///   queries      d·ql + ql·H(nope+rope)  with query_lora, else d·H(nope+rope) weights
///   keys/values  d·(kl+rope) + kl·H(nope+v)
///   output       H·v·d
///   gate         d·H·v per element, d·H per head
///   norms        ql (with query_lora) + kl
///   core         2·H·(nope+rope+v) FLOPs for each query-key pair as it is written (the default);
///                2·H·(kl+rope+kl) when the up-projections are absorbed into queries and output
/// The default, expanded, is what training executes and what Megatron-LM, MaxText and Automodel count; absorbed is what
/// decoding and sparse kernels execute and Megatron-Bridge counts for those. The projections cost the same in both.
/// Source: DeepSeek-V2, 2405.04434, section 2.1; the indexer is DeepSeek-V3.2's.
template <Arithmetic T = count>
struct multi_head_latent_attention {
  T n_heads = T(0);
  bool query_lora = true;
  T q_lora_rank = T(0);  // read only with query_lora
  T kv_lora_rank = T(0);
  T qk_nope_head_dim = T(0);
  T qk_rope_head_dim = T(0);
  T v_head_dim = T(0);
  bool bias = false;  // on the down-projections and the output
  output_gate_kind output_gate = output_gate_kind::none;
  bool sparse = false;  // the indexer chooses the keys
  sparse_indexer<T> indexer{};
  latent_core core = latent_core::expanded;  // how its FLOPs are counted

  constexpr T query_width() const { return n_heads * (qk_nope_head_dim + qk_rope_head_dim); }
  constexpr T output_width() const { return n_heads * v_head_dim; }
  constexpr T compressed_key_value_width() const { return kv_lora_rank + qk_rope_head_dim; }

  template <class Visit>
  constexpr void each_matrix(T d_model, Visit visit) const {
    if (query_lora) {
      visit(layer_matrix<T>{projection::query_down, d_model, q_lora_rank});
      visit(layer_matrix<T>{projection::query_up, q_lora_rank, query_width()});
    } else {
      visit(layer_matrix<T>{projection::query, d_model, query_width()});
    }
    visit(layer_matrix<T>{projection::key_value_down, d_model, compressed_key_value_width()});
    visit(layer_matrix<T>{projection::key_value_up, kv_lora_rank, n_heads * (qk_nope_head_dim + v_head_dim)});
    visit(layer_matrix<T>{projection::output, output_width(), d_model});
    detail::visit_output_gate(output_gate, d_model, output_width(), n_heads, visit);
    if (sparse) indexer.each_matrix(query_source_width(d_model), d_model, visit);
  }
  constexpr T query_weights(T d_model) const {
    return detail::stored_in(*this, d_model, {projection::query, projection::query_down, projection::query_up});
  }
  constexpr T key_value_weights(T d_model) const {
    return detail::stored_in(*this, d_model, {projection::key_value_down, projection::key_value_up});
  }
  constexpr T projection_weights(T d_model) const {
    return query_weights(d_model) + key_value_weights(d_model) + detail::stored_in(*this, d_model, projection::output);
  }
  /// What queries, and those of the indexer, are projected from: the latent query, or the hidden state.
  constexpr T query_source_width(T d_model) const { return query_lora ? q_lora_rank : d_model; }
  constexpr T bias_weights(T d_model) const {
    if (!bias) return T(0);
    T const without_query = compressed_key_value_width() + d_model;
    return query_lora ? q_lora_rank + without_query : without_query;
  }
  constexpr T latent_norm_weights() const { return query_lora ? q_lora_rank + kv_lora_rank : kv_lora_rank; }
  /// Forward FLOPs of scores and weighted values for half a pair: H·(nope+rope+v), or H·(kl+rope+kl) absorbed.
  /// Multiply by `twice_pairs`.
  constexpr T core_flops_per_half_pair() const {
    return core == latent_core::absorbed ? absorbed_core_flops_per_half_pair() : query_width() + output_width();
  }
  constexpr T absorbed_core_flops_per_half_pair() const {
    return n_heads * (compressed_key_value_width() + kv_lora_rank);
  }
  /// Elements that a key-value cache keeps for one token: kl + rope, whatever the number of heads.
  constexpr T cache_elements_per_token() const {
    T const own = compressed_key_value_width();
    return sparse ? own + indexer.cache_elements_per_token() : own;
  }

  friend bool operator==(multi_head_latent_attention const&,
                         multi_head_latent_attention const&) requires std::equality_comparable<T>
  = default;
};

}  // namespace moetric::v0
