#pragma once

#include "moetric/layers/attention_span.hpp"
#include "moetric/layers/expert_routing.hpp"
#include "moetric/layers/kept_tensor.hpp"
#include "moetric/layers/layer_cache.hpp"
#include "moetric/layers/parallel_sizes.hpp"
#include "moetric/layers/sparse_indexer.hpp"

namespace moetric::v0 {

/// How the scan of Mamba-2 is charged, forward and for each token:
///   seven_per_state  7·di·state_size: what Megatron-LM and Megatron-Bridge count, and the default
///   two_per_state    2·di·state_size: what NeMo counts, without the products inside chunks
///   chunked          the matrix products of the chunked algorithm that kernels execute, see `mamba_2`
enum class state_scan { seven_per_state, two_per_state, chunked };

/// Mamba-2, a state-space layer with a scalar decay for each head.
///
/// With di = n_heads·head_dim, gs = n_groups·state_size, a convolution of width c:
///   projections  d·(2·di + 2·gs + n_heads) + di·d
///   convolution  (di + 2·gs)·c and a bias each
///   vectors      3·n_heads (decay, skip, bias of the step), with `norm` also di
///   core         by the chosen `state_scan`; chunked, for a chunk of Q tokens with heads of P and N = state_size:
///                scores C·Bᵀ 2·Q²·N for each group, (scores ∘ decay)·X 2·Q²·P, states Bᵀ·X 2·Q·N·P and output C·state
///                2·Q·N·P for each head. Scores of later tokens count by the causal rule: kernels that do not skip
///                them execute `causal_rule::full`, the default counts half. Passing states from chunk to chunk is no
///                matrix product and is not counted
/// Source: 2405.21060, section 6; the sum over its products is derived here.
template <Arithmetic T = count>
struct mamba_2 {
  T n_heads = T(0);
  T head_dim = T(0);
  T n_groups = T(1);
  T state_size = T(0);
  T convolution_width = T(4);
  state_scan scan = state_scan::seven_per_state;  // how its FLOPs are counted
  T chunk = T(256);                               // tokens, read only with state_scan::chunked
  bool norm = true;                               // a gated norm over di before the output projection

  /// The name of the kind.
  static constexpr std::string_view kind_name = "mamba_2";
  /// The matrices that fp8 checkpoints quantise: no fp8 checkpoint of this kind is known.
  static constexpr quantised_set fp8_matrices = quantised_set::unknown();

  /// di.
  constexpr T inner_width() const { return n_heads * head_dim; }
  /// gs.
  constexpr T group_width() const { return n_groups * state_size; }
  /// Channels of the convolution: di + 2·gs.
  constexpr T convolved_width() const { return inner_width() + 2 * group_width(); }

  /// Calls `visit` with each matrix.
  template <class Visit>
  constexpr void each_matrix(T d_model, Visit visit) const {
    visit(layer_matrix<T>{projection::state_in, d_model, 2 * inner_width() + 2 * group_width() + n_heads});
    visit(layer_matrix<T>{projection::output, inner_width(), d_model});
  }
  /// Calls `visit` with each vector: those of the state, and the convolution.
  template <class Visit>
  constexpr void each_vector(T, Visit visit) const {
    visit(layer_vector<T>{term::state_vectors, vector_weights()});
    visit(layer_vector<T>{term::convolution, convolution_weights()});
  }
  /// Calls `visit` with the forward FLOPs of scan and convolution.
  template <class Visit>
  constexpr void each_core(sequence<T> const& tokens, Visit visit) const {
    visit(layer_core<T>{term::state_core, core_flops_per_token() * tokens.length});
    if (scan == state_scan::chunked)
      visit(layer_core<T>{term::state_core,
                          chunk_flops_per_half_pair() * twice_pairs(tokens, chunk, window_kind::chunked)});
    visit(layer_core<T>{term::convolution, convolution_flops_per_token() * tokens.length});
  }
  /// Weights of the convolution, without its bias.
  constexpr T convolution_weights() const { return convolved_width() * convolution_width; }
  /// Weights of decay, skip, norm and biases.
  constexpr T vector_weights() const {
    T const vectors = convolved_width() + 3 * n_heads;
    return norm ? vectors + inner_width() : vectors;
  }
  /// Forward FLOPs of the scan for one token; with state_scan::chunked those that are linear in the length.
  constexpr T core_flops_per_token() const {
    switch (scan) {
    case state_scan::two_per_state: return 2 * inner_width() * state_size;
    case state_scan::chunked: return 4 * inner_width() * state_size;
    case state_scan::seven_per_state: break;
    }
    return 7 * inner_width() * state_size;
  }
  /// Forward FLOPs for half a pair of tokens of one chunk, only in the chunked form: groups·N + di.
  constexpr T chunk_flops_per_half_pair() const { return group_width() + inner_width(); }
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
  /// Elements of recurrent state of one sequence: di·N, and the convolution's last inputs.
  constexpr T state_elements() const {
    return inner_width() * state_size + convolved_width() * (convolution_width - 1);
  }
  /// Rotary frequencies in checkpoints: none.
  constexpr T stored_rotary_frequencies() const { return T(0); }
  /// Equal parts of the cache and states that tensor-parallel ranks can hold: one for each group.
  constexpr T cache_parts() const { return n_groups; }
  /// Tensors kept for the backward pass beside inputs and outputs of the matrices: the convolved channels and the
  /// output before its norm. Kernels compute the states again. Source: state-spaces/mamba, ssd_combined.py.
  template <class Visit>
  constexpr void each_kept(T, Visit visit) const {
    visit(kept_tensor<T>{term::convolution, kept_module::core, kept_split::tensor, convolved_width()});
    visit(kept_tensor<T>{term::state_core, kept_module::norm, kept_split::tensor, inner_width()});
  }
  /// No experts.
  constexpr expert_routing<T> routing() const { return {}; }

  /// The rules of a sound layer.
  template <class Report>
  constexpr void rules(Report& report) const {
    if (n_heads == 0) report.broken_rule("moetric: n_heads must be positive", n_heads);
    if (head_dim == 0) report.broken_rule("moetric: head_dim must be positive", head_dim);
    if (n_groups == 0) report.broken_rule("moetric: n_groups must be positive", n_groups);
    if (n_groups != 0 && remainder(n_heads, n_groups) != 0)
      report.broken_rule("moetric: n_heads must be divisible by n_groups", n_heads, n_groups);
    if (state_size == 0) report.broken_rule("moetric: state_size must be positive", state_size);
    if (convolution_width == 0) report.broken_rule("moetric: convolution_width must be positive", convolution_width);
    if (chunk == 0) report.broken_rule("moetric: chunk must be positive", chunk);
  }
  /// The rules of sharding: whole heads and whole groups on each rank, as Megatron-LM's MambaMixer asserts.
  template <class Report>
  constexpr void parallel_rules(parallel_sizes const& sizes, Report& report) const {
    detail::split_heads(n_heads, sizes, report);
    if (remainder(n_groups, sizes.tensor) != 0)
      report.broken_rule("moetric: n_groups must be divisible by the tensor-parallel size", n_groups, sizes.tensor);
  }
  /// The rules of documents given by their sums: every document must fit into a chunk if chunks are counted.
  template <class Report>
  constexpr void packing_rules(count tokens, Report& report) const {
    if (scan == state_scan::chunked && chunk < tokens)
      report.broken_rule(
          "moetric: tokens of a batch given by its sums must not exceed the chunk of a mamba_2 (else take the lengths)",
          tokens, chunk);
  }

  friend bool operator==(mamba_2 const&, mamba_2 const&) requires std::equality_comparable<T>
  = default;
};

/// Mamba, the selective state-space layer.
///
/// With di = inner_width, n = state_size, r = step_rank, a convolution of width c:
///   projections  d·2·di + di·(r + 2n) + r·di + di·d
///   convolution  di·c and a bias each
///   vectors      di (bias of the step) + di·n (decay) + di (skip), with `inner_norms` also r + 2n
///   core         7·di·n FLOPs a token, as for Mamba-2
/// Source: 2312.00752; inner norms from Jamba, 2403.19887.
template <Arithmetic T = count>
struct mamba_1 {
  T inner_width = T(0);
  T state_size = T(16);
  T step_rank = T(0);
  T convolution_width = T(4);
  bool inner_norms = false;

  /// The name of the kind.
  static constexpr std::string_view kind_name = "mamba_1";
  /// The matrices that fp8 checkpoints quantise: no fp8 checkpoint of this kind is known.
  static constexpr quantised_set fp8_matrices = quantised_set::unknown();

  /// Calls `visit` with each matrix.
  template <class Visit>
  constexpr void each_matrix(T d_model, Visit visit) const {
    visit(layer_matrix<T>{projection::state_in, d_model, 2 * inner_width});
    visit(layer_matrix<T>{projection::state_parameters, inner_width, step_rank + 2 * state_size});
    visit(layer_matrix<T>{projection::state_step, step_rank, inner_width});
    visit(layer_matrix<T>{projection::output, inner_width, d_model});
  }
  /// Calls `visit` with each vector: those of the state, and the convolution.
  template <class Visit>
  constexpr void each_vector(T, Visit visit) const {
    visit(layer_vector<T>{term::state_vectors, vector_weights()});
    visit(layer_vector<T>{term::convolution, convolution_weights()});
  }
  /// Calls `visit` with the forward FLOPs of scan and convolution.
  template <class Visit>
  constexpr void each_core(sequence<T> const& tokens, Visit visit) const {
    visit(layer_core<T>{term::state_core, core_flops_per_token() * tokens.length});
    visit(layer_core<T>{term::convolution, convolution_flops_per_token() * tokens.length});
  }
  /// Weights of the convolution, without its bias.
  constexpr T convolution_weights() const { return inner_width * convolution_width; }
  /// Weights of decay, skip, norms and biases.
  constexpr T vector_weights() const {
    T const vectors = 3 * inner_width + inner_width * state_size;
    return inner_norms ? vectors + step_rank + 2 * state_size : vectors;
  }
  /// Forward FLOPs of the scan for one token.
  constexpr T core_flops_per_token() const { return 7 * inner_width * state_size; }
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
  /// Elements of recurrent state of one sequence: di·n, and the convolution's last inputs.
  constexpr T state_elements() const { return inner_width * (state_size + convolution_width - 1); }
  /// Rotary frequencies in checkpoints: none.
  constexpr T stored_rotary_frequencies() const { return T(0); }
  /// Equal parts of the cache and states that tensor-parallel ranks can hold: one for each channel.
  constexpr T cache_parts() const { return inner_width; }
  /// Tensors kept for the backward pass beside inputs and outputs of the matrices: the output before its gate. Kernels
  /// compute the states again. Source: state-spaces/mamba, selective_scan_interface.py.
  template <class Visit>
  constexpr void each_kept(T, Visit visit) const {
    visit(kept_tensor<T>{term::state_core, kept_module::core, kept_split::tensor, inner_width});
  }
  /// No experts.
  constexpr expert_routing<T> routing() const { return {}; }

  /// The rules of a sound layer.
  template <class Report>
  constexpr void rules(Report& report) const {
    if (inner_width == 0) report.broken_rule("moetric: inner_width must be positive", inner_width);
    if (state_size == 0) report.broken_rule("moetric: state_size must be positive", state_size);
    if (step_rank == 0) report.broken_rule("moetric: step_rank must be positive", step_rank);
    if (convolution_width == 0) report.broken_rule("moetric: convolution_width must be positive", convolution_width);
  }
  /// The rules of sharding: equally many channels on each rank; derived, since channels are independent of each other
  /// but for the projection to step, B and C.
  template <class Report>
  constexpr void parallel_rules(parallel_sizes const& sizes, Report& report) const {
    if (remainder(inner_width, sizes.tensor) != 0)
      report.broken_rule("moetric: inner_width must be divisible by the tensor-parallel size", inner_width,
                         sizes.tensor);
  }
  /// The rules of documents given by their sums: none, FLOPs are linear in the length.
  template <class Report>
  constexpr void packing_rules(count, Report&) const {}

  friend bool operator==(mamba_1 const&, mamba_1 const&) requires std::equality_comparable<T>
  = default;
};

}  // namespace moetric::v0
