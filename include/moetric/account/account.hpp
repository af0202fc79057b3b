#pragma once

#include "moetric/account/terms.hpp"
#include "moetric/model/shape.hpp"
#include "moetric/model/validate.hpp"

namespace moetric::v0 {

/// The sequence that FLOPs are counted for: its length in tokens and how causal attention is charged.
template <Arithmetic T = count>
struct sequence {
  T length = T(0);
  causal_rule causal = causal_rule::half;
};

/// What a model holds and does, term by term. This is the primitive of all accounting.
template <Arithmetic T = count>
struct account {
  term_sheet<T> stored;      // weights
  term_sheet<T> active;      // weights that one token uses, gathered, added or multiplied
  term_sheet<T> multiplied;  // weights that one token is multiplied with: 2 FLOPs each, forward
  term_sheet<T> core;        // forward FLOPs of one sequence that no weight stands for

  constexpr account operator+(account const& other) const {
    return {stored + other.stored, active + other.active, multiplied + other.multiplied, core + other.core};
  }
};

namespace detail {

/// Books layers of one kind into an account.
template <class T>
struct bookkeeper {
  account<T>& book;
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
  /// Forward FLOPs of one sequence that no weight stands for.
  constexpr void core(term t, T flops) { book.core[t] = book.core[t] + layers * flops; }
  /// Every matrix of a layer.
  template <class Layer>
  constexpr void matrices(Layer const& layer) {
    layer.each_matrix(d_model, [this](layer_matrix<T> const& m) {
      matrix(term_of(m.name), m.stored * m.weights(), m.used * m.weights());
    });
  }
  constexpr void norms(term t, T number) { vector(t, number * norm_weights(norm, d_model)); }

  /// Pairs of a whole sequence, and of a window that slides or is cut into chunks.
  constexpr T pairs() const { return twice_pairs(tokens.causal, tokens.length, T(unlimited_window)); }
  constexpr T pairs(T window, window_kind kind = window_kind::sliding) const {
    if constexpr (std::same_as<T, count>)
      if (kind == window_kind::chunked) return twice_pairs_in_chunks(tokens.causal, tokens.length, window);
    return twice_pairs(tokens.causal, tokens.length, window);
  }
  constexpr T square() const { return 2 * tokens.length * tokens.length; }

  constexpr void operator()(no_mixer const&) {}
  constexpr void operator()(grouped_query_attention<T> const& a) {
    matrices(a);
    vector(term::attention_bias, a.bias_weights(d_model));
    vector(term::attention_sinks, a.sink_weights());
    vector(term::qk_norm, a.qk_norm_weights());
    vector(term::latent_norm, a.latent_norm_weights());
    T const half_pairs = a.bidirectional ? square() : a.sparse ? pairs(a.indexer.top_k) : pairs(a.window, a.windows);
    core(term::attention_core, a.core_flops_per_half_pair() * half_pairs);
    if (a.sparse) index(a.indexer);
  }
  constexpr void operator()(multi_head_latent_attention<T> const& a) {
    matrices(a);
    vector(term::attention_bias, a.bias_weights(d_model));
    vector(term::latent_norm, a.latent_norm_weights());
    core(term::attention_core, a.core_flops_per_half_pair() * (a.sparse ? pairs(a.indexer.top_k) : pairs()));
    if (a.sparse) index(a.indexer);
  }
  /// An indexer scores all keys; its attention then sees the best.
  constexpr void index(sparse_indexer<T> const& i) {
    vector(term::sparse_indexer, i.norm_weights());
    core(term::sparse_indexer, i.core_flops_per_half_pair() * pairs());
  }
  constexpr void operator()(compressed_attention<T> const& a) {
    matrices(a);
    vector(term::latent_norm, a.latent_norm_weights());
    vector(term::attention_sinks, a.sink_weights());
    vector(term::key_compression, a.compression_vectors());
    core(term::attention_core, a.core_flops_per_half_pair() * pairs(a.window));
    if constexpr (std::same_as<T, count>) {
      if (a.compression == key_compression::none) return;
      bool const chosen = a.compression == key_compression::sparse;
      core(term::attention_core,
           a.core_flops_per_half_pair() * twice_compressed_pairs(tokens.causal, tokens.length, a.compression_rate,
                                                                 chosen ? a.index_top_k : unlimited_window));
      if (chosen)
        core(term::key_compression,
             a.index_flops_per_half_pair() *
                 twice_compressed_pairs(tokens.causal, tokens.length, a.compression_rate, unlimited_window));
    }
  }
  constexpr void operator()(encoder_decoder_attention<T> const& a) {
    matrices(a);
    T const half_pairs = a.decoder ? pairs() + square() : square();
    core(term::attention_core, a.core_flops_per_half_pair() * half_pairs);
  }
  constexpr void operator()(mixture_of_attention_heads<T> const& a) {
    matrices(a);
    vector(term::attention_bias, a.bias_weights(d_model));
    core(term::attention_core, a.core_flops_per_half_pair() * pairs());
  }
  /// Linear attention and state-space layers: projections, vectors, and a state that every token updates and reads.
  template <class Recurrent>
  constexpr void recurrent(Recurrent const& r) {
    matrices(r);
    vector(term::state_vectors, r.vector_weights());
    core(term::state_core, r.core_flops_per_token() * tokens.length);
  }
  template <class Recurrent>
  constexpr void convolved(Recurrent const& r) {
    recurrent(r);
    vector(term::convolution, r.convolution_weights());
    core(term::convolution, r.convolution_flops_per_token() * tokens.length);
  }
  constexpr void operator()(gated_delta_net<T> const& r) { convolved(r); }
  constexpr void operator()(kimi_delta_attention<T> const& r) { convolved(r); }
  constexpr void operator()(lightning_attention<T> const& r) { recurrent(r); }
  constexpr void operator()(mamba_1<T> const& r) { convolved(r); }
  constexpr void operator()(mamba_2<T> const& r) {
    convolved(r);
    if (r.scan == state_scan::chunked)
      core(term::state_core, r.chunk_flops_per_half_pair() * pairs(r.chunk, window_kind::chunked));
  }

  constexpr void operator()(no_feed_forward const&) {}
  constexpr void operator()(dense_ffn<T> const& f) {
    matrices(f);
    vector(term::dense_ffn_bias, f.bias_weights(d_model));
  }
  constexpr void operator()(experts<T> const& e) {
    matrices(e);
    vector(term::routed_expert_bias, e.routed_bias_weights(d_model), e.active_routed_bias_weights(d_model));
    vector(term::other, e.other_weights);
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

constexpr void book_run(account<>& book, model const& m, stack::run const& run, sequence<> tokens) {
  bookkeeper<count> keeper{book, m.d_model, run.layers, tokens, m.norm};
  keeper.vector(term::other, run.other_weights_per_layer);
  if (m.residual_streams.n_streams != 0)
    keeper.vector(term::hyper_connections, m.residual_streams.layer_weights(m.d_model));
  m.layers.mixer_of(run).visit([&](auto const& mix) {
    m.layers.ffn_of(run).visit([&](auto const& ffn) { book_layers(keeper, run.norms_per_layer, mix, ffn); });
  });
}

/// What contracts the residual streams before an output head.
constexpr void book_end_of_streams(bookkeeper<count>& keeper, model const& m, count heads) {
  if (m.residual_streams.n_streams != 0)
    keeper.vector(term::hyper_connections, heads * m.residual_streams.end_weights(m.d_model));
}

/// A window of 2^30 stands for none, so no sequence may be longer.
constexpr void require_length(count length) {
  if (length > unlimited_window) invalid("moetric: sequence_length must not exceed 1073741824");
}

}  // namespace detail

/// Embedding, all layers and output head of a model; multi-token prediction is apart, in `mtp_account`.
/// A sequence of length 0 (the default) counts weights alone.
/// \throws std::invalid_argument with every rule that the model breaks, or for a length over 2^30
constexpr account<> account_of(model const& m, sequence<> tokens = {}) {
  validate(m);
  detail::require_length(tokens.length);
  account<> book;
  detail::bookkeeper<count> around{book, m.d_model, 1, tokens, m.norm};
  around(m.input);
  around(m.output, m.input.vocab_size);
  around.vector(term::other, m.other_weights);
  detail::book_end_of_streams(around, m, 1);
  m.layers.for_each_kind([&](stack::run const& run) { detail::book_run(book, m, run, tokens); });
  return book;
}

/// One run of equal layers of a model, by itself.
constexpr account<> account_of(model const& m, stack::run const& run, sequence<> tokens = {}) {
  account<> book;
  detail::book_run(book, m, run, tokens);
  return book;
}

/// A shape in any arithmetic. Equal to the account of `to_model(shape)` in `count`, and in `double` below 2^53.
template <Arithmetic T>
constexpr account<T> account_of(shape<T> const& s, sequence<T> tokens = {}) {
  account<T> book;
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
constexpr account<> mtp_account(model const& m, sequence<> tokens = {}) {
  validate(m);
  detail::require_length(tokens.length);
  account<> book;
  if (m.mtp.modules == 0) return book;
  stack const block{m.mtp.block};
  stack::run run = block.runs[0];
  run.layers = m.mtp.modules;
  detail::book_run(book,
                   model{.d_model = m.d_model, .layers = block, .norm = m.norm, .residual_streams = m.residual_streams},
                   run, tokens);
  multi_token_prediction<> const around{.modules = m.mtp.modules};
  detail::bookkeeper<count> keeper{book, m.d_model, 1, tokens, m.norm};
  keeper.norms(term::norms, around.norms());
  detail::book_end_of_streams(keeper, m, m.mtp.modules);
  keeper.matrix(term::mtp_projection, around.projection_weights(m.d_model));
  book.multiplied[term::output_head] = m.mtp.modules * m.output.multiplied_weights(m.d_model, m.input.vocab_size);
  return book;
}

}  // namespace moetric::v0
