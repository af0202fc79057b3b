#pragma once

#include "moetric/layers/attention_span.hpp"
#include "moetric/layers/expert_routing.hpp"
#include "moetric/layers/kept_tensor.hpp"
#include "moetric/layers/layer_cache.hpp"
#include "moetric/layers/parallel_sizes.hpp"
#include "moetric/layers/sparse_indexer.hpp"

namespace moetric::v0 {

/// An attention of T5's stacks: an encoder layer attends to itself in both directions, a decoder layer to itself
/// causally and to the encoder. Encoder and decoder sequences are assumed to have one length.
///
/// With P = n_heads·head_dim: 4·d·P weights for each attention, no biases; core 4·P FLOPs for each pair.
/// Source: 1910.10683; Switch Transformer, 2101.03961.
template <Arithmetic T = count>
struct encoder_decoder_attention {
  T n_heads = T(0);
  T head_dim = T(0);
  bool decoder = false;

  /// The name of the kind.
  static constexpr std::string_view kind_name = "encoder_decoder_attention";
  /// The matrices that fp8 checkpoints quantise: no fp8 checkpoint of this kind is known.
  static constexpr quantised_set fp8_matrices = quantised_set::unknown();

  /// P.
  constexpr T width() const { return n_heads * head_dim; }

  /// Calls `visit` with each matrix. A decoder has each twice: to attend to itself and to the encoder.
  template <class Visit>
  constexpr void each_matrix(T d_model, Visit visit) const {
    T const attentions = decoder ? T(2) : T(1);
    for (projection const named : {projection::query, projection::key, projection::value})
      visit(layer_matrix<T>{named, d_model, width(), attentions, attentions});
    visit(layer_matrix<T>{projection::output, width(), d_model, attentions, attentions});
  }
  /// No vectors.
  template <class Visit>
  constexpr void each_vector(T, Visit) const {}
  /// Calls `visit` with the forward FLOPs of scores and weighted values.
  template <class Visit>
  constexpr void each_core(sequence<T> const& tokens, Visit visit) const {
    visit(layer_core<T>{term::attention_core, core_flops_per_half_pair() * half_pairs(tokens)});
  }
  /// The query-key pairs of one sequence, counted in halves: all pairs in an encoder, causal ones and all with the
  /// encoder's keys in a decoder.
  constexpr T half_pairs(sequence<T> const& tokens) const {
    return decoder ? twice_pairs(tokens) + twice_all_pairs(tokens) : twice_all_pairs(tokens);
  }
  /// Forward FLOPs of scores and weighted values for half a pair: 2·P.
  constexpr T core_flops_per_half_pair() const { return 2 * width(); }
  /// Twice the scores of one sequence that pass a softmax.
  constexpr T softmax_scores(sequence<T> const& tokens) const { return n_heads * half_pairs(tokens); }
  /// No indexer.
  constexpr chosen_keys<T> key_choice() const { return {}; }
  /// The key-value cache: 4·P for each token in a decoder, its own and the encoder's keys and values; none in an
  /// encoder.
  constexpr layer_cache<T> cache() const { return {.elements = decoder ? 4 * width() : T(0)}; }
  /// Elements of the cache that one query reads with `context` tokens cached: all.
  constexpr T cache_elements_read(T context) const { return context * cache().elements; }
  /// Elements of recurrent state: none.
  constexpr T state_elements() const { return T(0); }
  /// Rotary frequencies in checkpoints: none, positions are relative.
  constexpr T stored_rotary_frequencies() const { return T(0); }
  /// Equal parts of the cache and states that tensor-parallel ranks can hold: one for each head.
  constexpr T cache_parts() const { return n_heads; }
  /// Tensors kept for the backward pass beside inputs and outputs of the matrices: the logarithms of the softmax sums
  /// in fp32.
  template <class Visit>
  constexpr void each_kept(T, Visit visit) const {
    visit(kept_tensor<T>{term::attention_core, kept_module::core, kept_split::tensor, decoder ? 2 * n_heads : n_heads,
                         T(4)});
  }
  /// No experts.
  constexpr expert_routing<T> routing() const { return {}; }

  /// The rules of a sound layer.
  template <class Report>
  constexpr void rules(Report& report) const {
    if (n_heads == 0) report.broken_rule("moetric: n_heads must be positive", n_heads);
    if (head_dim == 0) report.broken_rule("moetric: head_dim must be positive", head_dim);
  }
  /// The rules of sharding: whole heads on each rank.
  template <class Report>
  constexpr void parallel_rules(parallel_sizes const& sizes, Report& report) const {
    detail::split_heads(n_heads, sizes, report);
  }
  /// The rules of documents given by their sums: none, a query sees all keys of its document.
  template <class Report>
  constexpr void packing_rules(count, Report&) const {}

  friend bool operator==(encoder_decoder_attention const&,
                         encoder_decoder_attention const&) requires std::equality_comparable<T>
  = default;
};

}  // namespace moetric::v0
