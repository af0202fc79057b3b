#pragma once

#include "moetric/layers/attention_span.hpp"
#include "moetric/layers/expert_routing.hpp"
#include "moetric/layers/kept_tensor.hpp"
#include "moetric/layers/layer_cache.hpp"
#include "moetric/layers/parallel_sizes.hpp"
#include "moetric/layers/sparse_indexer.hpp"

namespace moetric::v0 {

/// How the state of gated DeltaNet is charged: 8·h·key_head_dim·value_head_dim (MaxText, OLMo-core) or
/// 8·h·value_head_dim² (Megatron).
enum class delta_core { key_by_value, value_by_value };

/// Gated DeltaNet, linear attention with a matrix state for each value head.
///
/// With K = n_key_heads·key_head_dim, V = n_value_heads·value_head_dim, h = n_value_heads, a convolution of width c:
///   projections  d·(2K + 2V) (queries, keys, values, gate) + d·2h (beta, decay) + V·d (output)
///   convolution  (2K + V)·c over queries, keys and values
///   vectors      2h (decay, its bias) + value_head_dim (norm)
///   core         8·h·key_head_dim·value_head_dim FLOPs a token: decay, erase, write and read of the state
/// The core is what MaxText and OLMo-core count (the default, since a state has key_head_dim·value_head_dim elements);
/// Megatron writes value_head_dim² for the product, which is equal if the two head widths are. Source: 2412.06464;
/// sizes from Qwen3-Next.
template <Arithmetic T = count>
struct gated_delta_net {
  T n_key_heads = T(0);
  T n_value_heads = T(0);
  T key_head_dim = T(0);
  T value_head_dim = T(0);
  T convolution_width = T(4);
  delta_core core = delta_core::key_by_value;  // how its FLOPs are counted

  /// The name of the kind.
  static constexpr std::string_view kind_name = "gated_delta_net";
  /// The matrices that fp8 checkpoints quantise: not known, published recipes differ.
  static constexpr quantised_set fp8_matrices = quantised_set::unknown();

  /// K.
  constexpr T key_width() const { return n_key_heads * key_head_dim; }
  /// V.
  constexpr T value_width() const { return n_value_heads * value_head_dim; }

  /// Calls `visit` with each matrix.
  template <class Visit>
  constexpr void each_matrix(T d_model, Visit visit) const {
    visit(layer_matrix<T>{projection::state_in, d_model, 2 * key_width() + 2 * value_width()});
    visit(layer_matrix<T>{projection::state_controls, d_model, 2 * n_value_heads});
    visit(layer_matrix<T>{projection::output, value_width(), d_model});
  }
  /// Calls `visit` with each vector: those of the state, and the convolution.
  template <class Visit>
  constexpr void each_vector(T, Visit visit) const {
    visit(layer_vector<T>{term::state_vectors, vector_weights()});
    visit(layer_vector<T>{term::convolution, convolution_weights()});
  }
  /// Calls `visit` with the forward FLOPs of state and convolution.
  template <class Visit>
  constexpr void each_core(sequence<T> const& tokens, Visit visit) const {
    visit(layer_core<T>{term::state_core, core_flops_per_token() * tokens.length});
    visit(layer_core<T>{term::convolution, convolution_flops_per_token() * tokens.length});
  }
  /// Weights of the convolution.
  constexpr T convolution_weights() const { return (2 * key_width() + value_width()) * convolution_width; }
  /// Weights of decay, its bias, and the norm.
  constexpr T vector_weights() const { return 2 * n_value_heads + value_head_dim; }
  /// Forward FLOPs of the state for one token.
  constexpr T core_flops_per_token() const {
    return 8 * n_value_heads * (core == delta_core::key_by_value ? key_head_dim : value_head_dim) * value_head_dim;
  }
  /// Forward FLOPs of the convolution for one token.
  constexpr T convolution_flops_per_token() const { return 2 * convolution_weights(); }
  /// Scores that pass a softmax: none.
  constexpr T softmax_scores(sequence<T> const&) const { return T(0); }
  /// No indexer.
  constexpr chosen_keys<T> key_choice() const { return {}; }
  /// No key-value cache.
  constexpr layer_cache<T> cache() const { return {}; }
  /// Elements of the cache that one query reads: none.
  constexpr T cache_elements_read(T) const { return T(0); }
  /// Elements of the recurrent state of one sequence: the matrices and the convolution's last inputs.
  constexpr T state_elements() const {
    return n_value_heads * key_head_dim * value_head_dim + (2 * key_width() + value_width()) * (convolution_width - 1);
  }
  /// Rotary frequencies in checkpoints: none.
  constexpr T stored_rotary_frequencies() const { return T(0); }
  /// Equal parts of the cache and states that tensor-parallel ranks can hold: one for each key head.
  constexpr T cache_parts() const { return n_key_heads; }
  /// Tensors kept for the backward pass beside inputs and outputs of the matrices: the convolved queries, keys and
  /// values, the inverted triangle of each chunk of 64 tokens, and the output before its norm. Source: the chunked
  /// kernel of fla-org/flash-linear-attention.
  template <class Visit>
  constexpr void each_kept(T, Visit visit) const {
    visit(kept_tensor<T>{term::convolution, kept_module::core, kept_split::tensor, 2 * key_width() + value_width()});
    visit(kept_tensor<T>{term::state_core, kept_module::core, kept_split::tensor, 64 * n_value_heads});
    visit(kept_tensor<T>{term::state_vectors, kept_module::norm, kept_split::tensor, value_width()});
  }
  /// No experts.
  constexpr expert_routing<T> routing() const { return {}; }

  /// The rules of a sound layer.
  template <class Report>
  constexpr void rules(Report& report) const {
    if (n_key_heads == 0) report.broken_rule("moetric: n_key_heads must be positive", n_key_heads);
    if (n_value_heads == 0) report.broken_rule("moetric: n_value_heads must be positive", n_value_heads);
    if (n_key_heads != 0 && remainder(n_value_heads, n_key_heads) != 0)
      report.broken_rule("moetric: n_value_heads must be divisible by n_key_heads", n_value_heads, n_key_heads);
    if (key_head_dim == 0) report.broken_rule("moetric: key_head_dim must be positive", key_head_dim);
    if (value_head_dim == 0) report.broken_rule("moetric: value_head_dim must be positive", value_head_dim);
    if (convolution_width == 0) report.broken_rule("moetric: convolution_width must be positive", convolution_width);
  }
  /// The rules of sharding: whole key heads and whole value heads on each rank.
  template <class Report>
  constexpr void parallel_rules(parallel_sizes const& sizes, Report& report) const {
    if (remainder(n_key_heads, sizes.tensor) != 0)
      report.broken_rule("moetric: n_key_heads must be divisible by the tensor-parallel size", n_key_heads,
                         sizes.tensor);
    if (remainder(n_value_heads, sizes.tensor) != 0)
      report.broken_rule("moetric: n_value_heads must be divisible by the tensor-parallel size", n_value_heads,
                         sizes.tensor);
  }
  /// The rules of documents given by their sums: none, FLOPs are linear in the length.
  template <class Report>
  constexpr void packing_rules(count, Report&) const {}

  friend bool operator==(gated_delta_net const&, gated_delta_net const&) requires std::equality_comparable<T>
  = default;
};

}  // namespace moetric::v0
