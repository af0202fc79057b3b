#pragma once

#include "moetric/layers/attention_span.hpp"
#include "moetric/layers/expert_routing.hpp"
#include "moetric/layers/kept_tensor.hpp"
#include "moetric/layers/layer_cache.hpp"
#include "moetric/layers/parallel_sizes.hpp"
#include "moetric/layers/sparse_indexer.hpp"

namespace moetric::v0 {

/// Gated short convolution: B, C, x = W_in·h; y = W_out·(C ∘ conv(B ∘ x)), with a causal depthwise convolution.
///
/// With w = width channels, a convolution of width c:
///   projections  d·3w (B, C, x) + w·d
///   convolution  w·c; with `bias` w more, and biases 3w + d of the projections
///   core         2·w·c FLOPs a token; the two gating products are element-wise and not counted
/// Source: models/lfm2 of huggingface/transformers, where w = d; LFM2-1.2B's 1,170,340,608 parameters.
template <Arithmetic T = count>
struct short_convolution {
  T width = T(0);  // channels
  T convolution_width = T(3);
  bool bias = false;

  /// The name of the kind.
  static constexpr std::string_view kind_name = "short_convolution";
  /// The matrices that fp8 checkpoints quantise: no fp8 checkpoint of this kind is known.
  static constexpr quantised_set fp8_matrices = quantised_set::unknown();

  /// Calls `visit` with each matrix.
  template <class Visit>
  constexpr void each_matrix(T d_model, Visit visit) const {
    visit(layer_matrix<T>{projection::state_in, d_model, 3 * width});
    visit(layer_matrix<T>{projection::output, width, d_model});
  }
  /// Calls `visit` with each vector: biases, and the convolution.
  template <class Visit>
  constexpr void each_vector(T d_model, Visit visit) const {
    visit(layer_vector<T>{term::attention_bias, bias ? 3 * width + d_model : T(0)});
    visit(layer_vector<T>{term::state_vectors, bias ? width : T(0)});
    visit(layer_vector<T>{term::convolution, convolution_weights()});
  }
  /// Calls `visit` with the forward FLOPs of the convolution.
  template <class Visit>
  constexpr void each_core(sequence<T> const& tokens, Visit visit) const {
    visit(layer_core<T>{term::convolution, 2 * convolution_weights() * tokens.length});
  }
  /// Weights of the convolution, without its bias.
  constexpr T convolution_weights() const { return width * convolution_width; }
  /// Scores that pass a softmax: none.
  constexpr T softmax_scores(sequence<T> const&) const { return T(0); }
  /// No indexer.
  constexpr chosen_keys<T> key_choice() const { return {}; }
  /// No key-value cache.
  constexpr layer_cache<T> cache() const { return {}; }
  /// Elements of the cache that one query reads: none.
  constexpr T cache_elements_read(T) const { return T(0); }
  /// Elements of recurrent state of one sequence: the convolution's last c − 1 inputs.
  constexpr T state_elements() const { return width * (convolution_width - 1); }
  /// Rotary frequencies in checkpoints: none.
  constexpr T stored_rotary_frequencies() const { return T(0); }
  /// Equal parts of the cache and states that tensor-parallel ranks can hold: one for each channel.
  constexpr T cache_parts() const { return width; }
  /// Tensors kept for the backward pass beside inputs and outputs of the matrices: the input and the output of the
  /// convolution.
  template <class Visit>
  constexpr void each_kept(T, Visit visit) const {
    visit(kept_tensor<T>{term::convolution, kept_module::core, kept_split::tensor, 2 * width});
  }
  /// No experts.
  constexpr expert_routing<T> routing() const { return {}; }

  /// The rules of a sound layer.
  template <class Report>
  constexpr void rules(Report& report) const {
    if (width == 0) report.broken_rule("moetric: width must be positive", width);
    if (convolution_width == 0) report.broken_rule("moetric: convolution_width must be positive", convolution_width);
  }
  /// The rules of sharding: equally many channels on each rank; derived, since channels are independent.
  template <class Report>
  constexpr void parallel_rules(parallel_sizes const& sizes, Report& report) const {
    if (remainder(width, sizes.tensor) != 0)
      report.broken_rule("moetric: width must be divisible by the tensor-parallel size", width, sizes.tensor);
  }
  /// The rules of documents given by their sums: none, FLOPs are linear in the length.
  template <class Report>
  constexpr void packing_rules(count, Report&) const {}

  friend bool operator==(short_convolution const&, short_convolution const&) requires std::equality_comparable<T>
  = default;
};

}  // namespace moetric::v0
