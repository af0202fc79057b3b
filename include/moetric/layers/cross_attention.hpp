#pragma once

#include "moetric/layers/expert_routing.hpp"
#include "moetric/layers/kept_tensor.hpp"
#include "moetric/layers/layer_cache.hpp"
#include "moetric/layers/parallel_sizes.hpp"
#include "moetric/layers/sparse_indexer.hpp"

namespace moetric::v0 {

/// Attention of every token to the keys of something else, such as images; a text without them skips its layer, which
/// is then `layer_use::idle`.
///
/// With H heads, K key/value heads, D = head_dim, n_keys of width w = d_model (after a projector):
///   projections  d·H·D + H·D·d for each token; 2·w·K·D for each key, once a sequence
///   norms        2·D with `qk_norm`; two scalar gates with `gates`
///   core         4·H·D FLOPs for each token and key, and 4·source_width·K·D for each key
/// Source: models/mllama of huggingface/transformers; 9,775,192,080 parameters of Llama-3.2-11B-Vision's text model.
template <Arithmetic T = count>
struct cross_attention {
  T n_heads = T(0);
  T n_kv_heads = n_heads;
  T head_dim = T(0);
  bool qk_norm = false;
  bool gates = false;     // of the attention and of the feed-forward
  T n_keys = T(0);        // of one sequence: image tokens
  T source_width = T(0);  // of what keys and values are computed from; read only with n_keys

  /// The name of the kind.
  static constexpr std::string_view kind_name = "cross_attention";
  /// The matrices that fp8 checkpoints quantise: no fp8 checkpoint of this kind is known.
  static constexpr quantised_set fp8_matrices = quantised_set::unknown();

  /// H·D.
  constexpr T query_width() const { return n_heads * head_dim; }
  /// K·D.
  constexpr T key_width() const { return n_kv_heads * head_dim; }

  /// Calls `visit` with each matrix. No token of the text is multiplied with those of keys and values.
  template <class Visit>
  constexpr void each_matrix(T d_model, Visit visit) const {
    visit(layer_matrix<T>{projection::query, d_model, query_width()});
    visit(layer_matrix<T>{projection::key, d_model, key_width(), T(1), T(0)});
    visit(layer_matrix<T>{projection::value, d_model, key_width(), T(1), T(0)});
    visit(layer_matrix<T>{projection::output, query_width(), d_model});
  }
  /// Calls `visit` with each vector: norms and gates.
  template <class Visit>
  constexpr void each_vector(T, Visit visit) const {
    visit(layer_vector<T>{term::qk_norm, qk_norm ? 2 * head_dim : T(0)});
    visit(layer_vector<T>{term::attention_gate, gates ? T(2) : T(0)});
  }
  /// Calls `visit` with the forward FLOPs of scores and weighted values, and of the keys and values themselves.
  template <class Visit>
  constexpr void each_core(sequence<T> const& tokens, Visit visit) const {
    visit(layer_core<T>{term::attention_core, 4 * query_width() * tokens.length * n_keys});
    visit(layer_core<T>{term::attention_core, 4 * source_width * key_width() * n_keys});
  }
  /// Twice the scores of one sequence that pass a softmax.
  constexpr T softmax_scores(sequence<T> const& tokens) const { return 2 * n_heads * tokens.length * n_keys; }
  /// No indexer.
  constexpr chosen_keys<T> key_choice() const { return {}; }
  /// No cache that grows.
  constexpr layer_cache<T> cache() const { return {}; }
  /// Elements of a growing cache that one query reads: none.
  constexpr T cache_elements_read(T) const { return T(0); }
  /// Elements that are kept of one sequence whatever its length: keys and values of n_keys.
  constexpr T state_elements() const { return 2 * key_width() * n_keys; }
  /// Rotary frequencies in checkpoints: none.
  constexpr T stored_rotary_frequencies() const { return T(0); }
  /// Equal parts of the cache and states that tensor-parallel ranks can hold: one for each key-value head.
  constexpr T cache_parts() const { return n_kv_heads; }
  /// Tensors kept for the backward pass beside inputs and outputs of the matrices: the logarithms of the softmax sums
  /// in fp32, and queries before their norm. Those of the keys are kept once a sequence and not counted.
  template <class Visit>
  constexpr void each_kept(T, Visit visit) const {
    visit(kept_tensor<T>{term::attention_core, kept_module::core, kept_split::tensor, n_heads, T(4)});
    if (qk_norm) visit(kept_tensor<T>{term::qk_norm, kept_module::norm, kept_split::tensor, query_width()});
  }
  /// No experts.
  constexpr expert_routing<T> routing() const { return {}; }

  /// The rules of a sound layer.
  template <class Report>
  constexpr void rules(Report& report) const {
    if (n_heads == 0) report.broken_rule("moetric: n_heads must be positive", n_heads);
    if (n_kv_heads == 0) report.broken_rule("moetric: n_kv_heads must be positive", n_kv_heads);
    if (n_kv_heads != 0 && remainder(n_heads, n_kv_heads) != 0)
      report.broken_rule("moetric: n_heads must be divisible by n_kv_heads", n_heads, n_kv_heads);
    if (head_dim == 0) report.broken_rule("moetric: head_dim must be positive", head_dim);
    if (n_keys != 0 && source_width == 0)
      report.broken_rule("moetric: source_width of a cross_attention must be positive with n_keys", source_width);
  }
  /// The rules of sharding: whole heads on each rank; key-value heads may be replicated.
  template <class Report>
  constexpr void parallel_rules(parallel_sizes const& sizes, Report& report) const {
    detail::split_heads(n_heads, sizes, report);
    if (remainder(n_kv_heads, sizes.tensor) != 0 && remainder(sizes.tensor, n_kv_heads) != 0)
      report.broken_rule("moetric: n_kv_heads must divide or be divisible by the tensor-parallel size", n_kv_heads,
                         sizes.tensor);
  }
  /// The rules of documents given by their sums: each document has keys of its own, whatever its length.
  template <class Report>
  constexpr void packing_rules(count, Report& report) const {
    if (n_keys != 0)
      report.broken_rule(
          "moetric: n_keys of a cross_attention must be 0 in a batch given by its sums (else take the lengths)",
          n_keys);
  }

  friend bool operator==(cross_attention const&, cross_attention const&) requires std::equality_comparable<T>
  = default;
};

}  // namespace moetric::v0
