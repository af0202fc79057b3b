#pragma once

#include "moetric/account/account.hpp"
#include "moetric/account/routing.hpp"

namespace moetric::v0 {

/// One step of decoding: each of some sequences adds a token to its cached ones.
struct decode_step {
  count sequences = 1;
  count context = 0;                      // cached tokens of each sequence
  std::span<count const> expert_loads{};  // measured rows of each expert, for every layer; uniform when empty
};

/// Bytes of one element, exact: 2 for bf16, 1 for fp8, `ratio{1, 2}` for fp4, `ratio{17, 32}` for fp4 with a byte of
/// scale for 32.
struct element_bytes {
  ratio weights = 2;
  ratio routed_experts = weights;
  ratio cache = 2;
  ratio states = 2;  // of linear attention and state-space layers
};

/// Bytes that a step of decoding reads. All but the routed experts are exact; those are an expectation.
struct decode_reads {
  term_sheet<ratio>
      weights{};              // without routed experts; of the embedding and learned positions a row for each sequence
  double routed_experts = 0;  // those of attention heads too
  ratio key_value_cache{};
  ratio states{};

  double total() const { return static_cast<double>(weights.total() + key_value_cache + states) + routed_experts; }
};

namespace detail {

/// Elements that one query reads of what the cache of its layer keeps of `context` earlier tokens. A window holds the
/// query itself; layers that share keys and values read those of another. Positions and norms are not cached.
struct cache_reader {
  count context;

  constexpr count behind(count window) const { return least(context, window - 1); }
  constexpr count chosen(sparse_indexer<> const& i, count elements) const {
    return least(context, i.top_k) * elements + context * i.cache_elements_per_token();
  }

  constexpr count operator()(grouped_query_attention<> const& a) const {
    count const elements =
        a.key_values == key_value_kind::key_is_value ? a.key_width() : a.key_width() + a.value_width();
    if (a.sparse) return chosen(a.indexer, elements);
    if (a.windows == window_kind::chunked) return remainder(context, a.window) * elements;
    return behind(a.window) * elements;
  }
  constexpr count operator()(multi_head_latent_attention<> const& a) const {
    count const elements = a.compressed_key_value_width();
    return a.sparse ? chosen(a.indexer, elements) : context * elements;
  }
  constexpr count operator()(compressed_attention<> const& a) const {
    count const near = behind(a.window) * a.head_dim, groups = floor_div(context, a.compression_rate);
    if (a.compression == key_compression::none) return near;
    if (a.compression == key_compression::heavy) return near + groups * a.head_dim;
    return near + least(groups, a.index_top_k) * a.head_dim + groups * a.index_head_dim;
  }
  template <class Other>
  constexpr count operator()(Other const& layer) const {
    if constexpr (requires { layer.cache_elements_per_token(); })
      return context * layer.cache_elements_per_token();
    else
      return 0;
  }
};

inline double distinct_experts(experts<> const& e, decode_step const& step) {
  if (step.expert_loads.empty()) return expected_distinct_experts(e, step.sequences);
  if (step.expert_loads.size() != e.n_experts)
    invalid("moetric: expert_loads must hold one load for each expert of every layer");
  return expected_distinct_experts(step.expert_loads, e.top_k, step.sequences);
}

/// Takes a layer's experts out of the weights that are always read, and says how many of theirs a step reads.
struct drawn_experts {
  count d_model;
  decode_step const& step;
  count layers;
  term_sheet<>& always;

  double operator()(experts<> const& e) const {
    always[term::routed_experts] -= layers * e.routed_weights(d_model);
    always[term::routed_expert_bias] -= layers * e.routed_bias_weights(d_model);
    return distinct_experts(e, step) *
           static_cast<double>(layers * (e.expert_weights(d_model) + e.expert_bias_weights(d_model)));
  }
  double operator()(mixture_of_attention_heads<> const& a) const {
    count const all = stored_in(a, d_model, {projection::query, projection::output});
    always[term::attention_projections] -= layers * all;
    return expected_distinct_experts({.n_experts = a.n_experts, .top_k = a.top_k}, step.sequences) *
           static_cast<double>(layers * exact_div(all, a.n_experts));
  }
  template <class Other>
  double operator()(Other const&) const {
    return 0;
  }
};

}  // namespace detail

/// Bytes that one step of decoding reads: all weights but embedding rows and experts that are not used, the cached keys
/// and values that its queries see, and the recurrent states. Experts used by several tokens are read once: expected
/// distinct ones of a uniform draw, or by measured loads. For one sequence the weights are the active ones, for many
/// they tend to all. Multi-token prediction, activations and what is written are not counted.
/// \throws std::invalid_argument for a model that breaks a rule, no sequences, or loads that do not fit
inline decode_reads decode_reads_of(model const& m, decode_step const& step, element_bytes const& bytes = {}) {
  if (step.sequences == 0) detail::invalid("moetric: sequences must be positive, but got 0");
  account<> const book = account_of(m);
  term_sheet<> always = book.stored;
  // A gather reads a row for each sequence; the head's product reads all, its own weights or the embedding's.
  always[term::embedding] = step.sequences * m.d_model;
  always[term::learned_positions] = m.input.learned_positions == 0 ? count(0) : step.sequences * m.d_model;
  always[term::output_head] = book.multiplied[term::output_head];

  decode_reads reads;
  count cached, state;
  double drawn = 0;
  for (stack::run const& run : m.layers.runs) {
    mixer const& mix = m.layers.mixer_of(run);
    mix.visit([&](auto const& layer) {
      if constexpr (requires { layer.state_elements(); }) state += run.layers * layer.state_elements();
    });
    cached += run.layers * mix.visit(detail::cache_reader{step.context});
    detail::drawn_experts const experts_of{m.d_model, step, run.layers, always};
    drawn += mix.visit(experts_of) + m.layers.ffn_of(run).visit(experts_of);
  }
  for (std::size_t i = 0; i != n_terms; ++i) reads.weights.amounts[i] = bytes.weights * always.amounts[i];
  reads.routed_experts = drawn * static_cast<double>(bytes.routed_experts);
  reads.key_value_cache = bytes.cache * (step.sequences * cached);
  reads.states = bytes.states * (step.sequences * state);
  return reads;
}

}  // namespace moetric::v0
