#pragma once

#include <concepts>

#include "moetric/layers/attention_span.hpp"
#include "moetric/layers/expert_routing.hpp"
#include "moetric/layers/kept_tensor.hpp"
#include "moetric/layers/layer_cache.hpp"
#include "moetric/layers/parallel_sizes.hpp"
#include "moetric/layers/sparse_indexer.hpp"
#include "moetric/model/report.hpp"

namespace moetric::v0 {

namespace detail {

struct ignore_part {
  template <class Part>
  constexpr void operator()(Part const&) const {}
};

}  // namespace detail

/// What every layer kind states about itself, in its own header. A kind that leaves one
/// out does not compile.
///   kind_name                      its name
///   fp8_matrices                   the matrices that published fp8 checkpoints quantise, or that this is unknown
///   ==                             equality
///   rules(report)                  the rules of a sound layer
///   parallel_rules(sizes, report)  the rules of sharding over tensor-parallel and expert-parallel ranks
///   each_matrix(d_model, visit)    its matrices, as `layer_matrix`
///   each_vector(d_model, visit)    its other weights, as `layer_vector`
///   routing()                      the experts among its weights
///   each_kept(tokens, visit)       tensors that the backward pass of a sequence needs beside inputs and outputs of its
///                                  matrices, as `kept_tensor`
template <class Kind>
concept LayerKind = requires(Kind const& layer, count d_model, parallel_sizes const& sizes, diagnosis& report) {
  { Kind::kind_name } -> std::convertible_to<std::string_view>;
  { Kind::fp8_matrices } -> std::convertible_to<quantised_set>;
  { layer == layer } -> std::same_as<bool>;
  layer.rules(report);
  layer.parallel_rules(sizes, report);
  layer.each_matrix(d_model, detail::ignore_part{});
  layer.each_vector(d_model, detail::ignore_part{});
  { layer.routing() } -> std::same_as<expert_routing<>>;
  layer.each_kept(d_model, detail::ignore_part{});
};

/// What a mixer states besides.
///   each_core(tokens, visit)       forward FLOPs of one sequence that no weight accounts for, as `layer_core`; what
///                                  selective recomputation computes again
///   packing_rules(tokens, report)  the rules under which these FLOPs are a·s + b·s² in the length up to `tokens`
///   softmax_scores(tokens)         twice the scores of one sequence that pass a softmax
///   key_choice()                   the indexer that chooses among all earlier keys, if one does
///   cache()                        elements that the key-value cache keeps of one sequence, as `layer_cache`
///   cache_elements_read(context)   elements of the cache that one query reads
///   state_elements()               elements of recurrent state of one sequence
///   stored_rotary_frequencies()    elements of rotary buffers in older checkpoints
///   cache_parts()                  equal parts of the cache and states that tensor-parallel ranks can hold
template <class Kind>
concept MixerKind = LayerKind<Kind> && requires(Kind const& mix, sequence<> const& tokens, count n, diagnosis& report) {
  mix.each_core(tokens, detail::ignore_part{});
  mix.packing_rules(n, report);
  { mix.softmax_scores(tokens) } -> std::same_as<count>;
  { mix.key_choice() } -> std::same_as<chosen_keys<>>;
  { mix.cache() } -> std::same_as<layer_cache<>>;
  { mix.cache_elements_read(n) } -> std::same_as<count>;
  { mix.state_elements() } -> std::same_as<count>;
  { mix.stored_rotary_frequencies() } -> std::same_as<count>;
  { mix.cache_parts() } -> std::same_as<count>;
};

/// What a feed-forward states besides.
///   hash_table_entries(vocab_size) entries of a stored table from token to experts
template <class Kind>
concept FeedForwardKind = LayerKind<Kind> && requires(Kind const& ffn, count vocab_size) {
  { ffn.hash_table_entries(vocab_size) } -> std::same_as<count>;
};

}  // namespace moetric::v0
