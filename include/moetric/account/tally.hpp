#pragma once

#include "moetric/account/terms.hpp"
#include "moetric/model/shape.hpp"
#include "moetric/model/validate.hpp"

namespace moetric::inline v0 {

/// The sequence that FLOPs are counted for: its length in tokens and how causal attention is charged.
template <Arithmetic T = count>
struct sequence {
  T length = T(0);
  causal_rule causal = causal_rule::half;
};

/// What a model holds and does, term by term. This is the primitive of all accounting.
template <Arithmetic T = count>
struct tally {
  term_sheet<T> stored;      // weights
  term_sheet<T> active;      // weights that one token uses, gathered, added or multiplied
  term_sheet<T> multiplied;  // weights that one token is multiplied with: 2 FLOPs each, forward
  term_sheet<T> core;        // forward FLOPs of one sequence that no weight stands for

  constexpr tally operator+(tally const& other) const {
    return {stored + other.stored, active + other.active, multiplied + other.multiplied, core + other.core};
  }
};

namespace detail {

/// Books layers of one kind into a tally.
template <class T>
struct bookkeeper {
  tally<T>& book;
  T d_model;
  T layers;
  sequence<T> tokens;
  norm_kind norm = norm_kind::rms;

  /// Weights that every token is multiplied with.
  constexpr void matrix(term t, T weights) { matrix(t, weights, weights); }
  /// Weights of which one token is multiplied with a part.
  constexpr void matrix(term t, T weights, T active) {
    vector(t, weights, active);
    book.multiplied[t] = book.multiplied[t] + layers * active;
  }
  /// Weights that are used but not multiplied as a matrix: biases, norms.
  constexpr void vector(term t, T weights) { vector(t, weights, weights); }
  constexpr void vector(term t, T weights, T active) {
    book.stored[t] = book.stored[t] + layers * weights;
    book.active[t] = book.active[t] + layers * active;
  }
  constexpr void core(T flops) { book.core[term::attention_core] = book.core[term::attention_core] + layers * flops; }
  constexpr void norms(term t, T number) { vector(t, number * norm_weights(norm, d_model)); }

  constexpr void operator()(no_mixer const&) {}
  constexpr void operator()(grouped_query_attention<T> const& a) {
    matrix(term::attention_projections, a.projection_weights(d_model));
    vector(term::attention_bias, a.bias_weights(d_model));
    vector(term::qk_norm, a.qk_norm_weights());
    core(a.core_flops_per_half_pair() * twice_pairs(tokens.causal, tokens.length, a.window));
  }
  constexpr void operator()(multi_head_latent_attention<T> const& a) {
    matrix(term::attention_projections, a.projection_weights(d_model));
    vector(term::attention_bias, a.bias_weights(d_model));
    vector(term::latent_norm, a.latent_norm_weights());
    core(a.core_flops_per_half_pair() * twice_pairs(tokens.causal, tokens.length, T(unlimited_window)));
  }
  constexpr void operator()(no_feed_forward const&) {}
  constexpr void operator()(dense_ffn<T> const& f) {
    matrix(term::dense_ffn, f.weights(d_model));
    vector(term::dense_ffn_bias, f.bias_weights(d_model));
  }
  constexpr void operator()(experts<T> const& e) {
    matrix(term::routed_experts, e.routed_weights(d_model), e.active_routed_weights(d_model));
    matrix(term::shared_experts, e.shared_weights(d_model));
    matrix(term::shared_expert_gate, e.shared_gate_weights(d_model));
    matrix(term::router, e.router_weights(d_model));
    vector(term::router_bias, e.router_bias_weights());
    vector(term::router_correction_bias, e.correction_bias_weights());
  }
  constexpr void operator()(embedding<T> const& e) {
    vector(term::embedding, e.weights(d_model));
    vector(term::learned_positions, e.position_weights(d_model));
    if (e.norm) norms(term::final_norm, T(1));
  }
  constexpr void operator()(output_head<T> const& head, T vocab_size) {
    norms(term::final_norm, T(1));
    T const stored = head.stored_weights(d_model, vocab_size);
    vector(term::output_head, stored);
    book.multiplied[term::output_head] =
        book.multiplied[term::output_head] + layers * head.multiplied_weights(d_model, vocab_size);
    vector(term::output_head_bias, head.bias_weights(vocab_size));
  }
};

template <class T, class Mixer, class FeedForward>
constexpr void book_layers(bookkeeper<T>& keeper, T norms_per_layer, Mixer const& mix, FeedForward const& ffn) {
  keeper.norms(term::norms, norms_per_layer);
  keeper(mix);
  keeper(ffn);
}

constexpr void book_run(tally<>& book, model const& m, stack::run const& run, sequence<> tokens) {
  bookkeeper<count> keeper{book, m.d_model, run.layers, tokens, m.norm};
  m.layers.mixer_of(run).visit([&](auto const& mix) {
    m.layers.ffn_of(run).visit([&](auto const& ffn) { book_layers(keeper, run.norms_per_layer, mix, ffn); });
  });
}

}  // namespace detail

/// Embedding, all layers and output head of a model; multi-token prediction is apart, in `mtp_tally`.
/// A sequence of length 0 (the default) counts weights alone.
/// \throws std::invalid_argument with every rule that the model breaks
constexpr tally<> tally_of(model const& m, sequence<> tokens = {}) {
  validate(m);
  tally<> book;
  detail::bookkeeper<count> around{book, m.d_model, 1, tokens, m.norm};
  around(m.input);
  around(m.output, m.input.vocab_size);
  for (stack::run const& run : m.layers.runs) detail::book_run(book, m, run, tokens);
  return book;
}

/// One run of equal layers of a model, by itself.
constexpr tally<> tally_of(model const& m, stack::run const& run, sequence<> tokens = {}) {
  tally<> book;
  detail::book_run(book, m, run, tokens);
  return book;
}

/// A shape in any arithmetic. Equal to the account of `to_model(shape)` in `count`, and in `double` below 2^53.
template <Arithmetic T>
constexpr tally<T> tally_of(shape<T> const& s, sequence<T> tokens = {}) {
  tally<T> book;
  detail::bookkeeper<T> keeper{book, s.d_model, T(1), tokens};
  keeper(embedding<T>{.vocab_size = s.vocab_size});
  keeper(output_head<T>{.tied = s.tied}, s.vocab_size);
  keeper.layers = s.n_dense_layers;
  detail::book_layers(keeper, T(2), s.attention(), s.dense());
  keeper.layers = s.n_moe_layers;
  detail::book_layers(keeper, T(2), s.attention(), s.moe());
  return book;
}

/// The multi-token-prediction modules of a model by themselves. They share embedding and head: the head is multiplied
/// once more for each module and stored no second time.
constexpr tally<> mtp_tally(model const& m, sequence<> tokens = {}) {
  validate(m);
  tally<> book;
  if (m.mtp.modules == 0) return book;
  stack const block{m.mtp.block};
  stack::run run = block.runs[0];
  run.layers = m.mtp.modules;
  detail::book_run(book, model{.d_model = m.d_model, .layers = block, .norm = m.norm}, run, tokens);
  multi_token_prediction<> const around{.modules = m.mtp.modules};
  detail::bookkeeper<count> keeper{book, m.d_model, 1, tokens, m.norm};
  keeper.norms(term::norms, around.norms());
  keeper.matrix(term::mtp_projection, around.projection_weights(m.d_model));
  book.multiplied[term::output_head] = m.mtp.modules * m.output.multiplied_weights(m.d_model, m.input.vocab_size);
  return book;
}

}  // namespace moetric::inline v0
