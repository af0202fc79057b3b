#pragma once

#include "moetric/layers/attention_span.hpp"
#include "moetric/layers/custom_layer.hpp"
#include "moetric/layers/expert_routing.hpp"
#include "moetric/layers/kept_tensor.hpp"
#include "moetric/layers/layer_cache.hpp"
#include "moetric/layers/parallel_sizes.hpp"
#include "moetric/layers/sparse_indexer.hpp"

namespace moetric::v0 {

/// Forward FLOPs of one sequence of length s that no weight accounts for:
///   per_token·s + per_causal_pair·pairs + per_pair·s²
/// with the pairs of the causal rule and the mixer's window, s²/2 by default.
struct custom_core {
  small_count per_token{};
  small_count per_causal_pair{};  // 4·n_heads·head_dim for scores and values; even, since a multiply-add is 2 FLOPs
  small_count per_pair{};         // the same where every query sees every key

  /// True if there are such FLOPs.
  constexpr bool empty() const { return *this == custom_core{}; }
  /// The FLOPs of one sequence.
  constexpr count flops(sequence<> const& tokens, count window) const {
    return per_token * tokens.length + floor_div(per_causal_pair, 2) * twice_pairs(tokens, window) +
           per_pair * tokens.length * tokens.length;
  }
  friend constexpr bool operator==(custom_core const&, custom_core const&) = default;
};

/// A mixer that this library has no kind for, stated as data: its matrices, its FLOPs without weights, and what it
/// keeps for each sequence. Every account answers for it as for the library's own kinds. It is data and no template, so
/// a model with such layers is a `model` like any other, for importers, laws and plans too.
///
///   constexpr custom_mixer retention{
///       .weights = {.matrices = {{projection::query, 2048, 2048}, {projection::key, 2048, 2048},
///                                {projection::value, 2048, 4096}, {projection::output_gate, 2048, 4096},
///                                {projection::output, 4096, 2048}}},
///       .state_core = {.per_token = 4 * 2048 * 512},
///       .n_heads = 8,
///       .recurrent_state = 2048 * 512};
struct custom_mixer {
  custom_weights<12, 4> weights{};
  custom_core attention_core{};  // scores and weighted values
  custom_core state_core{};      // update and read of a recurrent state
  custom_core convolution{};
  small_count n_heads{};                  // tensor-parallel ranks compute whole heads; 0: cannot be sharded over them
  small_count window = unlimited_window;  // keys that a causal query sees, the last ones
  bool softmax = false;                   // the scores of every head pass a softmax, which some conventions charge
  small_count cache_per_token{};          // elements of key-value cache
  small_count recurrent_state{};          // elements, of one sequence
  small_count kept_per_token{};           // elements that its core keeps for the backward pass
  small_count n_kv_heads{};               // those that the cache holds; 0: as many as n_heads
  custom_name name{};                     // of one's own, which `mixer::name` then answers

  /// The name of the kind.
  static constexpr std::string_view kind_name = "custom_mixer";
  /// The matrices that fp8 checkpoints quantise: not known.
  static constexpr quantised_set fp8_matrices = quantised_set::unknown();

  /// Calls `visit` with each matrix. Their widths are stated, so that of the model is not read.
  template <class Visit>
  constexpr void each_matrix(count, Visit visit) const {
    weights.each_matrix(visit);
  }
  /// Calls `visit` with each vector.
  template <class Visit>
  constexpr void each_vector(count, Visit visit) const {
    weights.each_vector(visit);
  }
  /// Calls `visit` with the FLOPs that no weight accounts for.
  template <class Visit>
  constexpr void each_core(sequence<> const& tokens, Visit visit) const {
    visit(layer_core<>{term::attention_core, attention_core.flops(tokens, window)});
    visit(layer_core<>{term::state_core, state_core.flops(tokens, window)});
    visit(layer_core<>{term::convolution, convolution.flops(tokens, window)});
  }
  /// Twice the scores of one sequence that pass a softmax.
  constexpr count softmax_scores(sequence<> const& tokens) const {
    if (!softmax) return 0;
    return n_heads * (attention_core.per_pair != 0 ? twice_all_pairs(tokens) : twice_pairs(tokens, window));
  }
  /// No indexer.
  constexpr chosen_keys<> key_choice() const { return {}; }
  /// The key-value cache, as stated, of the tokens in the window.
  constexpr layer_cache<> cache() const { return {.elements = cache_per_token, .window = window}; }
  /// Elements of recurrent state, as stated.
  constexpr count state_elements() const { return recurrent_state; }
  /// Elements of the cache that one query reads: those of the tokens in its window, which holds the query itself.
  constexpr count cache_elements_read(count context) const {
    return detail::least(context, count(window) - 1) * cache_per_token;
  }
  /// Rotary frequencies in checkpoints: none.
  constexpr count stored_rotary_frequencies() const { return 0; }
  /// Equal parts of the cache and states that tensor-parallel ranks can hold: one for each key-value head.
  constexpr count cache_parts() const {
    if (n_kv_heads != 0) return n_kv_heads;
    return n_heads == 0 ? count(1) : count(n_heads);
  }
  /// Tensors kept for the backward pass beside inputs and outputs of the matrices: as stated.
  template <class Visit>
  constexpr void each_kept(count, Visit visit) const {
    visit(kept_tensor<>{term::other, kept_module::core, kept_split::tensor, kept_per_token});
  }
  /// No experts.
  constexpr expert_routing<> routing() const { return {}; }

  /// The rules of a sound layer. A layer whose tokens see each other keeps something of earlier tokens.
  template <class Report>
  constexpr void rules(Report& report) const {
    weights.rules(report);
    for (custom_core const& each : {attention_core, state_core, convolution})
      if (remainder(each.per_causal_pair, 2) != 0)
        report.broken_rule("moetric: per_causal_pair of a custom_mixer must be even", each.per_causal_pair);
    if (window == 0) report.broken_rule("moetric: window must be positive", window);
    if (softmax && n_heads == 0)
      report.broken_rule("moetric: n_heads of a custom_mixer must be positive with softmax", n_heads);
    bool const sees_others = !attention_core.empty() || !state_core.empty();
    if (sees_others && cache_per_token == 0 && recurrent_state == 0)
      report.broken_rule("moetric: cache_per_token or recurrent_state of a custom_mixer with a core must be positive",
                         0, 0);
  }
  /// The rules of sharding: whole heads on each rank, if their number is stated.
  template <class Report>
  constexpr void parallel_rules(parallel_sizes const& sizes, Report& report) const {
    if (n_heads == 0 && sizes.tensor != 1)
      return report.broken_rule(
          "moetric: n_heads of a custom_mixer must be given to shard it over tensor-parallel ranks", n_heads);
    detail::split_heads(n_heads, sizes, report);
    if (n_kv_heads != 0 && remainder(n_kv_heads, sizes.tensor) != 0)
      report.broken_rule("moetric: n_kv_heads must be divisible by the tensor-parallel size", n_kv_heads, sizes.tensor);
  }
  /// The rules of documents given by their sums: every query must see all keys of its document.
  template <class Report>
  constexpr void packing_rules(count tokens, Report& report) const {
    bool const sees_keys = attention_core.per_causal_pair != 0 || state_core.per_causal_pair != 0;
    if (sees_keys && window < tokens)
      report.broken_rule(
          "moetric: tokens of a batch given by its sums must not exceed the window of a custom_mixer (else take the "
          "lengths)",
          tokens, window);
  }

  friend constexpr bool operator==(custom_mixer const&, custom_mixer const&) = default;
};

}  // namespace moetric::v0
