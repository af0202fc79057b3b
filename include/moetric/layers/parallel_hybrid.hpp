#pragma once

#include "moetric/layers/grouped_query_attention.hpp"
#include "moetric/layers/mamba.hpp"

namespace moetric::v0 {

/// Attention and Mamba-2 side by side: both read the same normed input, and their outputs are added.
///
/// Weights, FLOPs, cache and state are those of the two. An adapter on `output` adapts the output projections of both.
/// Source: Falcon-H1, 2507.22448 and models/falcon_h1 of huggingface/transformers; Falcon-H1-0.5B's 521,411,104
/// parameters.
template <Arithmetic T = count>
struct parallel_hybrid {
  grouped_query_attention<T> attention{};
  mamba_2<T> state_space{};

  /// The name of the kind.
  static constexpr std::string_view kind_name = "parallel_hybrid";
  /// The matrices that fp8 checkpoints quantise: no fp8 checkpoint of this kind is known.
  static constexpr quantised_set fp8_matrices = quantised_set::unknown();

  /// Calls `visit` with each matrix.
  template <class Visit>
  constexpr void each_matrix(T d_model, Visit visit) const {
    attention.each_matrix(d_model, visit);
    state_space.each_matrix(d_model, visit);
  }
  /// Calls `visit` with each vector.
  template <class Visit>
  constexpr void each_vector(T d_model, Visit visit) const {
    attention.each_vector(d_model, visit);
    state_space.each_vector(d_model, visit);
  }
  /// Calls `visit` with the forward FLOPs that no weight accounts for.
  template <class Visit>
  constexpr void each_core(sequence<T> const& tokens, Visit visit) const {
    attention.each_core(tokens, visit);
    state_space.each_core(tokens, visit);
  }
  /// Twice the scores of one sequence that pass a softmax: those of the attention.
  constexpr T softmax_scores(sequence<T> const& tokens) const { return attention.softmax_scores(tokens); }
  /// The indexer of the attention, if one chooses the keys.
  constexpr chosen_keys<T> key_choice() const { return attention.key_choice(); }
  /// The key-value cache of the attention.
  constexpr layer_cache<T> cache() const { return attention.cache(); }
  /// Elements of the cache that one query reads with `context` tokens cached.
  template <std::same_as<count> Count>
  constexpr Count cache_elements_read(Count context) const {
    return attention.cache_elements_read(context);
  }
  /// Elements of recurrent state of one sequence: those of Mamba-2.
  constexpr T state_elements() const { return state_space.state_elements(); }
  /// Equal parts of cache and state that tensor-parallel ranks can hold: those of the key-value cache.
  template <std::same_as<count> Count = T>
  constexpr Count cache_parts() const {
    return attention.cache_parts();
  }
  /// Rotary frequencies that older checkpoints store.
  template <std::same_as<count> Count = T>
  constexpr Count stored_rotary_frequencies() const {
    return attention.stored_rotary_frequencies();
  }
  /// Tensors kept for the backward pass: those of both, and the input of the second output projection.
  template <class Visit>
  constexpr void each_kept(T tokens, Visit visit) const {
    attention.each_kept(tokens, visit);
    state_space.each_kept(tokens, visit);
    visit(kept_tensor<T>{term::attention_projections, kept_module::core_output, kept_split::tensor,
                         state_space.inner_width()});
  }
  /// No experts.
  constexpr expert_routing<T> routing() const { return {}; }

  /// The rules of a sound layer: those of both.
  template <class Report>
  constexpr void rules(Report& report) const {
    attention.rules(report);
    state_space.rules(report);
  }
  /// The rules of sharding: whole heads and groups of both on each rank.
  template <class Report>
  constexpr void parallel_rules(parallel_sizes const& sizes, Report& report) const {
    attention.parallel_rules(sizes, report);
    state_space.parallel_rules(sizes, report);
  }
  /// The rules of documents given by their sums: those of both.
  template <class Report>
  constexpr void packing_rules(count tokens, Report& report) const {
    attention.packing_rules(tokens, report);
    state_space.packing_rules(tokens, report);
  }

  friend bool operator==(parallel_hybrid const&, parallel_hybrid const&) requires std::equality_comparable<T>
  = default;
};

}  // namespace moetric::v0
