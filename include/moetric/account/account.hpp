#pragma once

#include "moetric/account/terms.hpp"
#include "moetric/core/compiled.hpp"
#include "moetric/model/shape.hpp"
#include "moetric/model/validate.hpp"

namespace moetric::v0 {

/// The weights and FLOPs of a model, term by term. This is the primitive of all accounting.
template <Arithmetic T = count>
struct account {
  term_sheet<T> stored;      // weights
  term_sheet<T> active;      // weights that one token uses, gathered, added or multiplied
  term_sheet<T> multiplied;  // weights that one token is multiplied with: 2 FLOPs each, forward
  term_sheet<T> core;        // forward FLOPs of one sequence that no weight accounts for

  /// The account of two parts of one model.
  constexpr account operator+(account const& other) const {
    return {stored + other.stored, active + other.active, multiplied + other.multiplied, core + other.core};
  }
};

namespace detail {

/// Books `layers` equal layers into an account.
template <class T>
struct bookkeeper {
  account<T>& book;
  T d_model;
  T layers;
  sequence<T> tokens;
  norm_kind norm = norm_kind::rms;

  /// Weights that a token is multiplied with, `active` of them.
  constexpr void matrix(term t, T weights, T active) {
    T const of_token = layers * active;
    book.stored[t] = book.stored[t] + layers * weights;
    book.active[t] = book.active[t] + of_token;
    book.multiplied[t] = book.multiplied[t] + of_token;
  }
  /// Weights that a token uses without a matrix product: biases, norms.
  constexpr void vector(term t, T weights) { vector(t, weights, weights); }
  constexpr void vector(term t, T weights, T active) {
    book.stored[t] = book.stored[t] + layers * weights;
    book.active[t] = book.active[t] + layers * active;
  }
  constexpr void norms(term t, T number) { vector(t, number * norm_weights(norm, d_model)); }

  /// The weights of a mixer or feed-forward.
  template <class Layer>
  constexpr void weights(Layer const& layer) {
    layer.each_matrix(d_model, [this](layer_matrix<T> const& m) { book_part(*this, m); });
    layer.each_vector(d_model, [this](layer_vector<T> const& v) { book_part(*this, v); });
  }
  /// The weights of a mixer, and its FLOPs that no weight accounts for.
  template <class Mixer>
  constexpr void mixer_layer(Mixer const& mix) {
    weights(mix);
    mix.each_core(tokens, [this](layer_core<T> const& c) { book.core[c.name] = book.core[c.name] + layers * c.flops; });
  }
  constexpr void input(embedding<T> const& e) {
    vector(term::embedding, e.weights(d_model));
    vector(term::learned_positions, e.position_weights(d_model));
    if (e.norm) norms(term::final_norm, T(1));
  }
  constexpr void output(output_head<T> const& head, T vocab_size) {
    norms(term::final_norm, T(1));
    vector(term::output_head, head.stored_weights(d_model, vocab_size));
    book.multiplied[term::output_head] =
        book.multiplied[term::output_head] + layers * head.multiplied_weights(d_model, vocab_size);
    vector(term::output_head_bias, head.bias_weights(vocab_size));
  }
};

template <class T>
constexpr void book_part(bookkeeper<T>& keeper, layer_matrix<T> const& m) {
  keeper.matrix(term_of(m.name), m.stored * m.weights(), m.used_weights());
}
template <class T>
constexpr void book_part(bookkeeper<T>& keeper, layer_vector<T> const& v) {
  keeper.vector(v.name, v.stored, v.active);
}
// In `count` out of line: inlined for each part of each layer kind, they were most of a unit's code.
[[gnu::noinline]] constexpr void book_part(bookkeeper<count>& keeper, layer_matrix<> const& m) {
  book_part<count>(keeper, m);
}
[[gnu::noinline]] constexpr void book_part(bookkeeper<count>& keeper, layer_vector<> const& v) {
  book_part<count>(keeper, v);
}

/// Books layers of one mixer and feed-forward, with what the model has beside them.
constexpr void book_layers(account<>& book, model const& m, stack::run const& run, mixer const& mix,
                           feed_forward const& ffn, sequence<> tokens) {
  bookkeeper<count> keeper{book, m.d_model, run.layers, tokens, m.norm};
  keeper.vector(term::other, run.other_weights_per_layer);
  if (m.residual_streams.n_streams != 0)
    keeper.vector(term::hyper_connections, m.residual_streams.layer_weights(m.d_model));
  keeper.norms(term::norms, run.norms_per_layer);
  mix.visit([&keeper](auto const& layer) { keeper.mixer_layer(layer); });
  ffn.visit([&keeper](auto const& layer) { keeper.weights(layer); });
  m.side.each([&](auto const& part) {
    part.each_layer_matrix(m.d_model, [&](layer_matrix<> const& x) { book_part(keeper, x); });
    part.each_layer_vector(m.d_model, [&](layer_vector<> const& v) { book_part(keeper, v); });
    part.each_layer_core(m.d_model, tokens, [&](layer_core<> const& c) { book.core[c.name] += run.layers * c.flops; });
  });
}

constexpr void book_run(account<>& book, model const& m, stack::run const& run, sequence<> tokens) {
  mixer const& mix = m.layers.mixer_of(run);
  feed_forward const& ffn = m.layers.ffn_of(run);
  if (run.use == layer_use::own) return book_layers(book, m, run, mix, ffn, tokens);
  account<> used;
  book_layers(used, m, run, mix, ffn, tokens);
  if (run.use == layer_use::idle) {
    book.stored = book.stored + used.stored;
  } else {
    book.multiplied = book.multiplied + used.multiplied;
    book.core = book.core + used.core;
  }
}

/// Embedding, output head and all else outside of the layers.
constexpr void book_around(account<>& book, model const& m, sequence<> tokens) {
  bookkeeper<count> keeper{book, m.d_model, 1, tokens, m.norm};
  keeper.input(m.input);
  keeper.output(m.output, m.input.vocab_size);
  keeper.vector(term::other, m.other_weights);
  if (m.residual_streams.n_streams != 0)
    keeper.vector(term::hyper_connections, m.residual_streams.end_weights(m.d_model));
  m.side.each([&](auto const& part) {
    count const n_layers = m.layers.n_layers();
    part.each_outer_matrix(m.d_model, n_layers, [&](layer_matrix<> const& x) { book_part(keeper, x); });
    part.each_outer_vector(m.d_model, n_layers, [&](layer_vector<> const& v) { book_part(keeper, v); });
  });
}

constexpr void book_model(account<>& book, model const& m, sequence<> tokens) {
  book_around(book, m, tokens);
  m.layers.for_each_kind([&](stack::run const& run) { book_run(book, m, run, tokens); });
}

/// The modules of multi-token prediction. What a model has beside its layers is not in them.
constexpr void book_modules(account<>& book, model const& m, sequence<> tokens) {
  count const modules = m.mtp.modules;
  if (modules == 0) return;
  group const& block = m.mtp.block;
  bookkeeper<count> keeper{book, m.d_model, modules, tokens, m.norm};
  keeper.vector(term::other, block.other_weights_per_layer);
  if (m.residual_streams.n_streams != 0)
    keeper.vector(term::hyper_connections,
                  m.residual_streams.layer_weights(m.d_model) + m.residual_streams.end_weights(m.d_model));
  keeper.norms(term::norms, block.norms_per_layer);
  block.mix.visit([&keeper](auto const& layer) { keeper.mixer_layer(layer); });
  block.ffn.visit([&keeper](auto const& layer) { keeper.weights(layer); });
  multi_token_prediction<> const around{.modules = 1};
  keeper.norms(term::norms, around.norms());
  count const projection_weights = around.projection_weights(m.d_model);
  keeper.matrix(term::mtp_projection, projection_weights, projection_weights);
  book.multiplied[term::output_head] = modules * m.output.multiplied_weights(m.d_model, m.input.vocab_size);
}

/// `unlimited_window` is 2^30, so no sequence may be longer.
constexpr void require_length(count length) {
  if (length > unlimited_window) invalid("moetric: sequence_length must not exceed 1073741824");
}

constexpr account<> account_of_model(model const& m, sequence<> tokens) {
  validate(m);
  require_length(tokens.length);
  account<> book;
  book_model(book, m, tokens);
  return book;
}

constexpr account<> account_of_run(model const& m, stack::run const& run, sequence<> tokens) {
  account<> book;
  book_run(book, m, run, tokens);
  return book;
}

constexpr account<> account_of_modules(model const& m, sequence<> tokens) {
  validate(m);
  require_length(tokens.length);
  account<> book;
  book_modules(book, m, tokens);
  return book;
}

}  // namespace detail

#ifdef MOETRIC_COMPILED
namespace compiled {
account<> account_of(model const& m, sequence<> tokens);
account<> account_of(model const& m, stack::run const& run, sequence<> tokens);
account<> mtp_account(model const& m, sequence<> tokens);
}  // namespace compiled
#endif

/// Embedding, all layers and output head of a model; `mtp_account` counts multi-token prediction.
/// A sequence of length 0 (the default) counts weights alone.
/// \throws std::invalid_argument with every rule that the model breaks, or for a length over 2^30
constexpr account<> account_of(model const& m, sequence<> tokens = {}) {
#ifdef MOETRIC_COMPILED
  if (__builtin_is_constant_evaluated()) return detail::account_of_model(m, tokens);
  return compiled::account_of(m, tokens);
#else
  return detail::account_of_model(m, tokens);
#endif
}

/// One run of equal layers of a model by itself. The model is not validated.
constexpr account<> account_of(model const& m, stack::run const& run, sequence<> tokens = {}) {
#ifdef MOETRIC_COMPILED
  if (__builtin_is_constant_evaluated()) return detail::account_of_run(m, run, tokens);
  return compiled::account_of(m, run, tokens);
#else
  return detail::account_of_run(m, run, tokens);
#endif
}

/// A shape in any arithmetic. Equal to the account of `to_model(shape)` in `count`, and in `double` below 2^53.
template <Arithmetic T>
constexpr account<T> account_of(shape<T> const& s, sequence<T> tokens = {}) {
  account<T> book;
  detail::bookkeeper<T> keeper{book, s.d_model, T(1), tokens};
  keeper.input(embedding<T>{.vocab_size = s.vocab_size});
  keeper.output(output_head<T>{.tied = s.tied}, s.vocab_size);
  auto const add_layers = [&](T layers, auto const& ffn) {
    keeper.layers = layers;
    keeper.norms(term::norms, T(2));
    keeper.mixer_layer(s.attention());
    keeper.weights(ffn);
  };
  add_layers(s.n_dense_layers, s.dense());
  add_layers(s.n_moe_layers, s.moe());
  return book;
}
#ifdef MOETRIC_COMPILED
extern template account<count> account_of(shape<count> const&, sequence<count>);
extern template account<double> account_of(shape<double> const&, sequence<double>);
#endif

/// The multi-token-prediction modules of a model by themselves. They share embedding and head: each module multiplies
/// the head once more and stores no copy.
/// \throws std::invalid_argument as `account_of`
constexpr account<> mtp_account(model const& m, sequence<> tokens = {}) {
#ifdef MOETRIC_COMPILED
  if (__builtin_is_constant_evaluated()) return detail::account_of_modules(m, tokens);
  return compiled::mtp_account(m, tokens);
#else
  return detail::account_of_modules(m, tokens);
#endif
}

}  // namespace moetric::v0
