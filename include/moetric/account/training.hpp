#pragma once

#include "moetric/account/document_lengths.hpp"
#include "moetric/account/flops.hpp"
#include "moetric/account/lora.hpp"

namespace moetric::v0 {

/// The activations that a trainer recomputes in the backward pass.
enum class recomputation {
  none,
  selective,  // the FLOPs without weights: attention cores, convolutions, recurrent states
  full,       // every layer, not the output head
};

/// The trained part of a model, and how it is trained. A tied output head is the embedding: it is at the bottom, and
/// frozen if either term is.
struct training_choice {
  term_set frozen{};  // terms whose weights are not trained
  recomputation recompute = recomputation::none;
  lora_ranks lora{};              // adapters, in the layers that are trained
  count first_trained_layer = 0;  // layers below it and the embedding are frozen without adapters; n_layers: only the
                                  // final norm and the output head are trained
};

/// FLOPs of one training sequence: those of the model, and those that the hardware executes with recomputation. MFU
/// uses the first, HFU the second. FLOPs of an adapter are booked with the matrix that it adapts.
struct training_cost {
  flops model;
  flops hardware;
  count adapter_parameters = 0;    // adapters only
  count trainable_parameters = 0;  // adapters included; a router's correction bias is not trained by gradient
};

namespace detail {

// Not constexpr on purpose, as in core/contract.hpp.
[[noreturn]] inline void no_such_projection(std::string_view p, projection_set there) {
  invalid(("moetric: lora must be on projections that the trained layers have, but got " + std::string(p) +
           "; they have " + listed(there))
              .c_str());
}

/// Walks a model from the bottom up and books the training cost of each part.
struct backward_walk {
  model const& m;
  sequence<> tokens;
  training_choice const& choice;
  training_cost cost{};
  bool gradient_below = false;  // something below the next part is trained
  projection_set met{};         // matrices of trained layers
  term_sheet<> in_layers{};     // all weights of layers

  /// Equal layers, or a part around them: what is trained, and how many there are.
  struct part {
    count layers;
    bool frozen;
    projection_set matrices{};  // trained, or with adapters
    term_set vectors{};
    term_sheet<> vector_weights{};
  };

  constexpr bool trains(part const& p, term t) const {
    return !p.frozen && !choice.frozen.contains(t) && t != term::router_correction_bias;
  }

  /// What the model has beside the mixer and the feed-forward of a layer, as a layer.
  struct side_layer {
    side_parts const& parts;

    template <class Visit>
    constexpr void visit(Visit each_layer) const {
      parts.each([&](auto const& part) { each_layer(in_a_layer<std::decay_t<decltype(part)>>{part}); });
    }
    template <class Part>
    struct in_a_layer {
      Part const& part;
      template <class Visit>
      constexpr void each_matrix(count d_model, Visit visit) const {
        part.each_layer_matrix(d_model, visit);
      }
    };
  };

  /// The trained part of one layer: its matrices by name, the rest by term.
  template <class... Sublayers>
  constexpr part trained_part(count layers, bool frozen, account<> const& one, Sublayers const&... sublayers) {
    part p{.layers = layers, .frozen = frozen, .vector_weights = one.stored};
    auto const each = [&](layer_matrix<> const& x) {
      count const weights = x.stored * x.weights();
      if (weights == 0) return;
      p.vector_weights[term_of(x.name)] -= weights;
      if (frozen || x.idle) return;  // an idle matrix has no gradient
      met = met | x.name;
      if (choice.lora[x.name] != 0 || trains(p, term_of(x.name))) p.matrices = p.matrices | x.name;
    };
    (sublayers.visit([&](auto const& layer) { layer.each_matrix(m.d_model, each); }), ...);
    for (std::size_t i = 0; i != n_terms; ++i) {
      term const t = static_cast<term>(i);
      if (p.vector_weights[t] == 0 || !trains(p, t)) continue;
      p.vectors = p.vectors | t;
      cost.trainable_parameters += layers * p.vector_weights[t];
    }
    return p;
  }

  constexpr bool needs_input_gradient(part const& p, upstream const& before, bool below) const {
    return below || p.matrices.meets(before.matrices) || p.vectors.meets(before.vectors);
  }

  /// Books a product: once forward, once for the gradient of its input if needed, and once for that of its weights if
  /// they are trained. The second matrix of an adapter always has both.
  /// \return forward FLOPs, those of the adapter included
  [[gnu::noinline]] constexpr count matrix(part const& p, layer_matrix<> const& x, bool below) {
    term const t = term_of(x.name);
    bool const input_gradient = needs_input_gradient(p, upstream_of(x.name), below);
    count const rank = p.frozen ? 0 : choice.lora[x.name];
    bool const trained = rank == 0 && !x.idle && trains(p, t);
    count const passes = 2 * tokens.length * p.layers;
    count const base = passes * x.used_weights();
    cost.model.by_term[t] += base * (1 + (input_gradient ? 1 : 0) + (trained ? 1 : 0));
    if (trained) cost.trainable_parameters += p.layers * x.stored * x.weights();
    if (rank == 0 || x.weights() == 0 || x.idle) return base;
    bool const shares = choice.lora.shares_input(x.name, p.matrices);
    count const down = shares ? count(0) : passes * x.of_used(rank * x.inputs);
    count const up = passes * x.of_used(rank * x.blocks * x.outputs);
    cost.model.by_term[t] += down * (input_gradient ? 3 : 2) + up * 3;
    count const weights = p.layers * x.stored * rank * (shares ? x.blocks * x.outputs : x.features());
    cost.adapter_parameters += weights;
    cost.trainable_parameters += weights;
    return base + down + up;
  }

  /// Books all products of a mixer or feed-forward.
  /// \return whether any of them is trained
  template <class Sublayer>
  constexpr bool products(part const& p, Sublayer const& sublayer, bool below, bool recomputed) {
    bool any = false;
    sublayer.visit([&](auto const& layer) {
      auto const each = [&](layer_matrix<> const& x) {
        any = any || p.matrices.contains(x.name);
        count const forward = matrix(p, x, below);
        if (recomputed) cost.hardware.by_term[term_of(x.name)] += forward;
      };
      layer.each_matrix(m.d_model, each);
    });
    return any;
  }

  /// Books FLOPs without weights: if a gradient passes, each product has two gradients. Those of a convolution are of
  /// its input and of its weights.
  constexpr void cores(part const& p, term_sheet<> const& one, bool below, bool layer_has_gradient) {
    for (std::size_t i = 0; i != n_terms; ++i) {
      term const t = static_cast<term>(i);
      if (one[t] == 0) continue;
      count const forward = p.layers * one[t];
      bool const passes = needs_input_gradient(p, upstream_of_core(t), below);
      bool const second = t == term::convolution ? p.vectors.contains(t) : passes;
      cost.model.by_term[t] += forward * (1 + (passes ? 1 : 0) + (second ? 1 : 0));
      if (choice.recompute == recomputation::selective && (passes || second)) cost.hardware.by_term[t] += forward;
      if (choice.recompute == recomputation::full && layer_has_gradient) cost.hardware.by_term[t] += forward;
    }
  }

  /// Books equal layers that have equal parts below them.
  constexpr void layers(stack::run run, count number, bool frozen) {
    if (number == 0) return;
    layer_use const use = run.use;
    count const trainable_before = cost.trainable_parameters, adapters_before = cost.adapter_parameters;
    run.layers = 1;
    run.use = layer_use::own;
    mixer const& mix = m.layers.mixer_of(run);
    feed_forward const& ffn = m.layers.ffn_of(run);
    account<> const one = account_of(m, run, tokens);
    if (use != layer_use::again) in_layers = in_layers + one.stored * number;
    if (use == layer_use::idle) return;  // no token of this sequence trains it
    side_layer const side{m.side};
    part const p = trained_part(number, frozen, one, mix, ffn, side);
    // Norms, mixing of streams and other weights come before the mixer, the mixer's core before the feed-forward.
    term_set const first = term::norms | term::hyper_connections | term::other;
    term_set of_feed_forward;
    ffn.visit([&](auto const& layer) {
      layer.each_vector(m.d_model, [&](layer_vector<> const& v) { of_feed_forward = of_feed_forward | v.name; });
    });
    bool const below_mixer = gradient_below || p.vectors.meets(first);
    bool const has_gradient = gradient_below || p.matrices.bits != 0 || p.vectors.bits != 0;
    bool const again = choice.recompute == recomputation::full && has_gradient;
    bool const mixer_trains = products(p, mix, below_mixer, again);
    cores(p, one.core, below_mixer, has_gradient);
    bool const below_ffn = below_mixer || mixer_trains || (p.vectors - of_feed_forward).bits != 0;
    bool const ffn_trains = products(p, ffn, below_ffn, again);
    products(p, side, below_ffn || ffn_trains, again);
    gradient_below = has_gradient;
    if (use != layer_use::again) return;
    cost.trainable_parameters = trainable_before;
    cost.adapter_parameters = adapters_before;
  }

  constexpr void run_of_layers(stack::run const& run, count first_layer) {
    count const all = run.layers;
    count const frozen =
        choice.first_trained_layer <= first_layer ? count(0) : least(all, choice.first_trained_layer - first_layer);
    layers(run, frozen, true);
    if (frozen == all) return;
    layers(run, 1, false);  // nothing below it may be trained; below its successors something is
    layers(run, all - frozen - 1, false);
  }

  constexpr training_cost result() {
    cost.model.sequence_length = cost.hardware.sequence_length = tokens.length;
    term_sheet<> const stored = account_of(m).stored;
    count const final_norm = norm_weights(m.norm, m.d_model);
    bool const head_frozen = choice.frozen.contains(term::output_head);
    bool const all_frozen = choice.first_trained_layer != 0;
    bool const embedding_trained =
        vectors(term::embedding, stored[term::embedding], all_frozen || (m.output.tied && head_frozen));
    bool const tables_trained = vectors(term::per_layer_embedding, stored[term::per_layer_embedding], all_frozen);
    bool const positions_trained = vectors(term::learned_positions, stored[term::learned_positions], all_frozen);
    bool const norm_trained = vectors(term::final_norm, stored[term::final_norm] - final_norm, all_frozen);
    gradient_below = embedding_trained || positions_trained || norm_trained || tables_trained;
    outer_parts(all_frozen);

    count first_layer;
    for (stack::run const& run : m.layers.runs) {
      run_of_layers(run, first_layer);
      first_layer += run.layers;
    }
    for (term const t : {term::hyper_connections, term::other}) vectors(t, stored[t] - in_layers[t], false);
    vectors(term::output_head_bias, stored[term::output_head_bias], false);
    if (vectors(term::final_norm, final_norm, false)) gradient_below = true;
    head(m.output.tied && !embedding_trained);
    for (std::size_t i = 0; i != n_projections; ++i) {
      projection const each = static_cast<projection>(i);
      if (choice.lora[each] != 0 && !met.contains(each)) no_such_projection(name(each), met);
    }
    cost.hardware = cost.model + cost.hardware;
    return cost;
  }

  /// Books what the parts beside the layers have outside of them.
  constexpr void outer_parts(bool frozen) {
    m.side.each([&](auto const& outer) {
      count const n_layers = m.layers.n_layers();
      outer.each_outer_matrix(m.d_model, n_layers, [&](layer_matrix<> const& x) {
        if (!frozen) met = met | x.name;
        matrix({.layers = 1, .frozen = frozen}, x, gradient_below);
        if (!frozen && (choice.lora[x.name] != 0 || trains({.layers = 1, .frozen = false}, term_of(x.name))))
          gradient_below = true;
      });
      outer.each_outer_vector(m.d_model, n_layers, [&](layer_vector<> const& v) {
        if (v.name != term::per_layer_embedding && vectors(v.name, v.stored, frozen)) gradient_below = true;
      });
    });
  }

  /// Books weights outside the layers.
  /// \return whether they are trained
  constexpr bool vectors(term t, count weights, bool frozen) {
    if (weights == 0 || !trains({.layers = 1, .frozen = frozen}, t)) return false;
    cost.trainable_parameters += weights;
    return true;
  }

  constexpr void head(bool frozen_with_embedding) {
    layer_matrix<> logits{projection::output_head, m.d_model, m.input.vocab_size};
    met = met | logits.name;
    // A tied matrix is already counted as the embedding; an adapter belongs to the head.
    bool const adapted = choice.lora[logits.name] != 0;
    if (m.output.tied && !adapted) logits.stored = 0;
    matrix({.layers = 1, .frozen = frozen_with_embedding && !adapted}, logits, gradient_below);
  }
};

constexpr training_cost training_cost_of_model(model const& m, sequence<> tokens, training_choice const& choice) {
  require_sequence(tokens.length);
  validate(m);
  enforce([&](auto& report) {
    if (choice.first_trained_layer > m.layers.n_layers())
      report.broken_rule("moetric: first_trained_layer must not exceed the number of layers",
                         choice.first_trained_layer, m.layers.n_layers());
  });
  return backward_walk{m, tokens, choice}.result();
}

}  // namespace detail

#ifdef MOETRIC_COMPILED
namespace compiled {
training_cost training_cost_of(model const& m, sequence<> tokens, training_choice const& choice);
}  // namespace compiled
#endif

/// Forward and backward FLOPs of one sequence, without multi-token prediction. A matrix costs one product forward, one
/// backward for the gradient of its input and one for that of its weights; a frozen matrix lacks the last. Below the
/// lowest trained part there is no backward pass: a product needs the gradient of its input only if something below its
/// mixer or feed-forward is trained, or something before it there (`upstream_of`). So if the embedding or the norms of
/// the lowest trained layer are trained, everything above costs three times forward; otherwise that layer's first
/// matrices cost twice. The attention core has no weights: its backward is twice forward if a gradient passes.
/// Layers are sequential, and in each the mixer comes before the feed-forward.
/// \throws std::invalid_argument for a model that breaks a rule, a length outside 1 .. 2^30, a first_trained_layer past
///         the last, or adapters on matrices that no trained layer has
constexpr training_cost training_cost_of(model const& m, sequence<> tokens, training_choice const& choice) {
#ifdef MOETRIC_COMPILED
  if (__builtin_is_constant_evaluated()) return detail::training_cost_of_model(m, tokens, choice);
  return compiled::training_cost_of(m, tokens, choice);
#else
  return detail::training_cost_of_model(m, tokens, choice);
#endif
}

/// The same for a packed batch: documents of these lengths that do not attend to each other. Parameters are those of
/// one model.
/// \throws std::invalid_argument as above, and for no documents
template <DocumentLengths Lengths>
constexpr training_cost training_cost_of(model const& m, Lengths const& document_lengths, training_choice const& choice,
                                         causal_rule causal = causal_rule::half) {
  training_cost packed;
  packed.model.sequence_length = packed.hardware.sequence_length = 0;
  detail::for_each_document(document_lengths, [&](count length) {
    training_cost const one = training_cost_of(m, {length, causal}, choice);
    for (auto const part : {&training_cost::model, &training_cost::hardware}) {
      (packed.*part).by_term = (packed.*part).by_term + (one.*part).by_term;
      (packed.*part).sequence_length += length;
    }
    packed.adapter_parameters = one.adapter_parameters;
    packed.trainable_parameters = one.trainable_parameters;
  });
  return packed;
}

}  // namespace moetric::v0
