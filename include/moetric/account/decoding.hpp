#pragma once

#include "moetric/account/account.hpp"
#include "moetric/account/routing.hpp"

namespace moetric::v0 {

/// One step of decoding: each sequence adds a token to its cached ones.
struct decode_step {
  count sequences = 1;
  count context = 0;                      // cached tokens of each sequence
  std::span<count const> expert_loads{};  // measured rows of each feed-forward expert, the same for every layer;
                                          // uniform when empty; those of zero experts follow
};

/// Bytes of one element, exact: 2 for bf16, 1 for fp8, `ratio{1, 2}` for fp4, `ratio{17, 32}` for fp4 with one byte of
/// scale per 32 elements.
struct element_bytes {
  ratio weights = 2;
  ratio routed_experts = weights;
  ratio cache = 2;
  ratio states = 2;  // of recurrent layers
};

/// Bytes that a step of decoding reads. The routed experts are an expectation, the rest is exact.
struct decode_reads {
  term_sheet<ratio> weights{};  // without routed experts; one row of embedding and learned positions per sequence
  double routed_experts = 0;    // and routed attention heads
  ratio key_value_cache{};
  ratio states{};

  /// All bytes.
  double total() const { return static_cast<double>(weights.total() + key_value_cache + states) + routed_experts; }
};

namespace detail {

/// Expected distinct experts that a step uses: of a uniform draw, or by measured loads where there are any.
inline double distinct_experts(expert_routing<> const& routed, std::span<count const> loads, count sequences) {
  experts<> const drawn{.n_experts = routed.n_experts,
                        .top_k = routed.top_k,
                        .router = routed.router,
                        .n_zero_experts = routed.n_zero_experts,
                        .counted = routed.counted};
  if (loads.empty()) return expected_distinct_experts(drawn, sequences);
  if (loads.size() != routed.n_experts + routed.n_zero_experts)
    invalid("moetric: expert_loads must hold one load for each expert of every layer, zero experts last");
  return expected_distinct_experts(loads, routed.top_k, sequences, static_cast<std::size_t>(routed.n_zero_experts));
}

/// Takes the experts and the idle matrices of `layers` equal layers out of the weights that are always read.
/// \return the expected weights of theirs that a step reads
template <class Layer>
double take_experts(Layer const& layer, count d_model, count layers, std::span<count const> loads, count sequences,
                    term_sheet<>& always) {
  expert_routing<> const routed = layer.routing();
  layer.each_matrix(d_model, [&](layer_matrix<> const& m) {
    if (m.used == 0) always[term_of(m.name)] -= layers * m.stored * m.weights();
  });
  if (routed.n_experts == 0) return 0;
  count all;
  layer.each_matrix(d_model, [&](layer_matrix<> const& m) {
    if (!routed.matrices.contains(m.name) || m.used == 0) return;
    always[term_of(m.name)] -= layers * m.stored * m.weights();
    all += m.stored * m.weights();
  });
  layer.each_vector(d_model, [&](layer_vector<> const& v) {
    if (!routed.vectors.contains(v.name)) return;
    always[v.name] -= layers * v.stored;
    all += v.stored;
  });
  return distinct_experts(routed, loads, sequences) * static_cast<double>(layers * exact_div(all, routed.n_experts));
}

}  // namespace detail

/// Bytes that one step of decoding reads: all weights except unused embedding rows and unused experts, the cached keys
/// and values that its queries see, and the recurrent states. An expert that several tokens use is read once: the
/// expected distinct experts of a uniform draw, or of measured loads; a layer that is used again is read again. One
/// sequence reads the active weights, many
/// sequences tend to all weights. Multi-token prediction, activations and writes are not counted.
/// \throws std::invalid_argument for a model that breaks a rule, no sequences, or loads that do not fit
inline decode_reads decode_reads_of(model const& m, decode_step const& step, element_bytes const& bytes = {}) {
  if (step.sequences == 0) detail::invalid("moetric: sequences must be positive, but got 0");
  account<> const book = account_of(m);
  term_sheet<> always = book.stored;
  // A gather reads one row per sequence; the head's product reads all of its weights, or the embedding's.
  always[term::embedding] = step.sequences * m.d_model;
  always[term::per_layer_embedding] = step.sequences * m.layers.n_layers() * m.side.embeddings.width;
  always[term::learned_positions] = m.input.learned_positions == 0 ? count(0) : step.sequences * m.d_model;
  always[term::output_head] = book.multiplied[term::output_head];

  decode_reads reads;
  count cached, state;
  double drawn = 0;
  for (stack::run run : m.layers.runs) {
    if (layer_use const use = run.use; use != layer_use::own) {  // read at each use, or not at all
      run.use = layer_use::own;
      term_sheet<> const stored = account_of(m, run).stored;
      for (std::size_t i = 0; i != n_terms; ++i)
        if (use == layer_use::again)
          always.amounts[i] += stored.amounts[i];
        else
          always.amounts[i] -= stored.amounts[i];
      if (use == layer_use::idle) continue;
    }
    m.layers.mixer_of(run).visit([&](auto const& mix) {
      cached += run.layers * mix.cache_elements_read(step.context);
      state += run.layers * mix.state_elements();
      drawn += detail::take_experts(mix, m.d_model, run.layers, {}, step.sequences, always);
    });
    m.layers.ffn_of(run).visit([&](auto const& ffn) {
      drawn += detail::take_experts(ffn, m.d_model, run.layers, step.expert_loads, step.sequences, always);
    });
  }
  for (std::size_t i = 0; i != n_terms; ++i) reads.weights.amounts[i] = bytes.weights * always.amounts[i];
  reads.routed_experts = drawn * static_cast<double>(bytes.routed_experts);
  reads.key_value_cache = bytes.cache * (step.sequences * cached);
  reads.states = bytes.states * (step.sequences * state);
  return reads;
}

}  // namespace moetric::v0
