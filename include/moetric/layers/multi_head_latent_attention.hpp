#pragma once

#include "moetric/layers/expert_routing.hpp"
#include "moetric/layers/kept_tensor.hpp"
#include "moetric/layers/layer_cache.hpp"
#include "moetric/layers/norm_gate.hpp"
#include "moetric/layers/output_gate.hpp"
#include "moetric/layers/parallel_sizes.hpp"
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
///   gate         d·H·v per element, d·H per head; with `latent_gate` queries and a gate per element are one matrix,
///                2·ql·H(nope+rope+v), of the latent query before and after its norm
///   norm gate    2·d·r with `norm_gate` of rank r, on the norm before the layer
///   norms        ql (with query_lora) + kl
///   core         2·H·(nope+rope+v) FLOPs for each query-key pair as it is written (the default);
///                2·H·(kl+rope+kl) when the up-projections are absorbed into queries and output
/// The default, expanded, is what training executes and what Megatron-LM, MaxText and Automodel count; absorbed is what
/// decoding and sparse kernels execute and what Megatron-Bridge counts for those. The projections cost the same in
/// both.
/// Source: DeepSeek-V2, 2405.04434, section 2.1; the indexer is DeepSeek-V3.2's, both gates of latents and norms are
/// A.X K2's (models/axk2 of huggingface/transformers).
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
  bool latent_gate = false;                  // read only with query_lora, instead of output_gate
  bool norm_gate = false;
  T norm_gate_rank = T(0);  // read only with norm_gate

  /// The name of the kind.
  static constexpr std::string_view kind_name = "multi_head_latent_attention";
  /// The matrices that fp8 checkpoints quantise: not the gate, not the indexer's head weights.
  /// Source: the tensors of DeepSeek-V3 and V3.2.
  static constexpr quantised_set fp8_matrices = projection_set{
      projection::query,        projection::query_down, projection::query_up,      projection::key_value_down,
      projection::key_value_up, projection::output,     projection::indexer_query, projection::indexer_key};

  /// H·(nope+rope).
  constexpr T query_width() const { return n_heads * (qk_nope_head_dim + qk_rope_head_dim); }
  /// H·v.
  constexpr T output_width() const { return n_heads * v_head_dim; }
  /// kl + rope.
  constexpr T compressed_key_value_width() const { return kv_lora_rank + qk_rope_head_dim; }
  /// The width that queries, and those of the indexer, are projected from: the latent query's, or the hidden state's.
  constexpr T query_source_width(T d_model) const { return query_lora ? q_lora_rank : d_model; }

  /// Calls `visit` with each matrix.
  template <class Visit>
  constexpr void each_matrix(T d_model, Visit visit) const {
    detail::visit_norm_gate(norm_gate, d_model, norm_gate_rank, visit);
    if (query_lora) {
      visit(layer_matrix<T>{projection::query_down, d_model, q_lora_rank});
      visit(latent_gate ? layer_matrix<T>{projection::query_up, 2 * q_lora_rank, query_width() + output_width()}
                        : layer_matrix<T>{projection::query_up, q_lora_rank, query_width()});
    } else {
      visit(layer_matrix<T>{projection::query, d_model, query_width()});
    }
    visit(layer_matrix<T>{projection::key_value_down, d_model, compressed_key_value_width()});
    visit(layer_matrix<T>{projection::key_value_up, kv_lora_rank, n_heads * (qk_nope_head_dim + v_head_dim)});
    visit(layer_matrix<T>{projection::output, output_width(), d_model});
    detail::visit_output_gate(output_gate, d_model, output_width(), n_heads, visit);
    if (sparse) indexer.each_matrix(query_source_width(d_model), d_model, visit);
  }
  /// Calls `visit` with each vector: biases and norms.
  template <class Visit>
  constexpr void each_vector(T d_model, Visit visit) const {
    visit(layer_vector<T>{term::attention_bias, bias_weights(d_model)});
    visit(layer_vector<T>{term::latent_norm, latent_norm_weights()});
    if (sparse) indexer.each_vector(visit);
  }
  /// Calls `visit` with the forward FLOPs of scores and weighted values, and of the indexer's scores.
  template <class Visit>
  constexpr void each_core(sequence<T> const& tokens, Visit visit) const {
    T const half_pairs = sparse ? twice_pairs(tokens, indexer.top_k) : twice_pairs(tokens);
    visit(layer_core<T>{term::attention_core, core_flops_per_half_pair() * half_pairs});
    if (sparse) indexer.each_core(tokens, visit);
  }
  /// Weights of the query projections.
  constexpr T query_weights(T d_model) const {
    return detail::stored_in(*this, d_model, {projection::query, projection::query_down, projection::query_up});
  }
  /// Weights of the key-value projections.
  constexpr T key_value_weights(T d_model) const {
    return detail::stored_in(*this, d_model, {projection::key_value_down, projection::key_value_up});
  }
  /// Weights of the query, key-value and output projections.
  constexpr T projection_weights(T d_model) const {
    return query_weights(d_model) + key_value_weights(d_model) + detail::stored_in(*this, d_model, projection::output);
  }
  /// Weights of the biases: ql (with query_lora) + kl + rope + d.
  constexpr T bias_weights(T d_model) const {
    if (!bias) return T(0);
    T const without_query = compressed_key_value_width() + d_model;
    return query_lora ? q_lora_rank + without_query : without_query;
  }
  /// Weights of the norms on the latents: ql (with query_lora) + kl.
  constexpr T latent_norm_weights() const { return query_lora ? q_lora_rank + kv_lora_rank : kv_lora_rank; }
  /// Forward FLOPs of scores and weighted values for half a pair: H·(nope+rope+v), or H·(kl+rope+kl) absorbed.
  /// Multiply by `twice_pairs`.
  constexpr T core_flops_per_half_pair() const {
    return core == latent_core::absorbed ? absorbed_core_flops_per_half_pair() : query_width() + output_width();
  }
  /// H·(kl+rope+kl), whatever `core` says.
  constexpr T absorbed_core_flops_per_half_pair() const {
    return n_heads * (compressed_key_value_width() + kv_lora_rank);
  }
  /// Twice the scores of one sequence that pass a softmax, as tools charge them: over all keys, even if an indexer
  /// chooses among them.
  constexpr T softmax_scores(sequence<T> const& tokens) const { return n_heads * twice_pairs(tokens); }
  /// The indexer, if one chooses the keys.
  constexpr chosen_keys<T> key_choice() const { return {sparse, indexer, query_width()}; }
  /// The key-value cache: kl + rope for each token, whatever the number of heads, and the indexer's keys.
  constexpr layer_cache<T> cache() const {
    return {.elements = compressed_key_value_width(), .index = sparse ? indexer.cached_key_width() : T(0)};
  }
  /// Elements of the cache that one query reads with `context` tokens cached.
  constexpr T cache_elements_read(T context) const {
    T const elements = compressed_key_value_width();
    return sparse ? indexer.cache_elements_read(context, elements) : context * elements;
  }
  /// Elements of recurrent state: none.
  constexpr T state_elements() const { return T(0); }
  /// Rotary frequencies that older checkpoints store: as many as the rotary width, inferred from Moonlight's remainder
  /// of 27·64.
  constexpr T stored_rotary_frequencies() const { return qk_rope_head_dim; }
  /// Equal parts of the cache and states that tensor-parallel ranks can hold: one, since every head reads the whole
  /// latent.
  constexpr T cache_parts() const { return T(1); }
  /// Tensors kept for the backward pass beside inputs and outputs of the matrices: the logarithms of the softmax sums
  /// in fp32, the rotary part of the key for each head, the output before its gate, and the chosen keys' indices.
  template <class Visit>
  constexpr void each_kept(T tokens, Visit visit) const {
    visit(kept_tensor<T>{term::attention_core, kept_module::core, kept_split::tensor, n_heads, T(4)});
    visit(kept_tensor<T>{term::attention_projections, kept_module::up_projection, kept_split::tensor,
                         n_heads * qk_rope_head_dim});
    if (output_gate != output_gate_kind::none || latent_gate)
      visit(kept_tensor<T>{term::attention_gate, kept_module::core_output, kept_split::tensor, output_width()});
    if (sparse)
      visit(kept_tensor<T>{term::sparse_indexer, kept_module::core, kept_split::sequence,
                           detail::least(tokens, indexer.top_k), T(4)});
  }
  /// No experts.
  constexpr expert_routing<T> routing() const { return {}; }

  /// The rules of a sound layer.
  template <class Report>
  constexpr void rules(Report& report) const {
    if (n_heads == 0) report.broken_rule("moetric: n_heads must be positive", n_heads);
    if (query_lora && q_lora_rank == 0)
      report.broken_rule("moetric: q_lora_rank must be positive with query_lora", q_lora_rank);
    if (latent_gate && (!query_lora || output_gate != output_gate_kind::none))
      report.broken_rule("moetric: latent_gate must have query_lora and no output_gate", q_lora_rank);
    if (norm_gate && norm_gate_rank == 0)
      report.broken_rule("moetric: norm_gate_rank must be positive with norm_gate", norm_gate_rank);
    if (kv_lora_rank == 0) report.broken_rule("moetric: kv_lora_rank must be positive", kv_lora_rank);
    if (qk_nope_head_dim + qk_rope_head_dim == 0)
      report.broken_rule("moetric: qk_nope_head_dim + qk_rope_head_dim must be positive", qk_nope_head_dim,
                         qk_rope_head_dim);
    if (v_head_dim == 0) report.broken_rule("moetric: v_head_dim must be positive", v_head_dim);
    if (sparse) indexer.rules(report);
  }
  /// The rules of sharding: whole heads on each rank; latents are replicated.
  template <class Report>
  constexpr void parallel_rules(parallel_sizes const& sizes, Report& report) const {
    detail::split_heads(n_heads, sizes, report);
    detail::rotate_pairs(qk_rope_head_dim, report);
  }
  /// The rules of documents given by their sums: every query must see all keys of its document.
  template <class Report>
  constexpr void packing_rules(count tokens, Report& report) const {
    if (sparse && indexer.top_k < tokens)
      report.broken_rule("moetric: tokens of a batch given by its sums must not exceed top_k of a sparse "
                         "multi_head_latent_attention (else take the lengths)",
                         tokens, indexer.top_k);
  }

  friend bool operator==(multi_head_latent_attention const&,
                         multi_head_latent_attention const&) requires std::equality_comparable<T>
  = default;
};

}  // namespace moetric::v0
