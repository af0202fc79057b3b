#pragma once

#include "moetric/cluster/convention.hpp"

/// Estimators that walk the modules of a model: mbridge's and xtuner's.
namespace moetric::v0::cluster {

namespace detail {

/// The larger one.
constexpr ratio greater(ratio a, ratio b) {
  return a < b ? b : a;
}

/// Elements that mbridge counts of one layer and microbatch, before context ranks. Outputs of the fused query, key and
/// value projection and of the output projection, two statistics a head; a router's input twice, each permuted row
/// once, and 5·d_ff of each row of a feed-forward: both outputs of its first matrix, the activation of both, and the
/// input of its last one.
struct mbridge_layer {
  ratio parameters;  // on one device, routed experts apart
  ratio experts;
  ratio elements;
};
constexpr mbridge_layer mbridge_layer_of(model const& m, stack::run const& run, layout const& l) {
  constexpr std::string_view rule = "mbridge";
  count const tokens = l.micro_batch * l.sizes.sequence_length, tensor = l.sizes.tensor, h = m.d_model;
  auto const* attention = m.layers.mixer_of(run).get_if<grouped_query_attention<>>();
  if (attention == nullptr) not_for_this_rule(rule, m.layers.mixer_of(run).name());
  sorted_parameters const p = sorted_layer(m, m.layers.mixer_of(run), m.layers.ffn_of(run), 2, rule);
  count const fused = (attention->n_heads + 2 * attention->n_kv_heads) * attention->head_dim;
  mbridge_layer one{ratio(p.attention + p.dense + p.shared, tensor), 0, 0};
  one.elements = ratio(tokens * (fused + 2 * attention->n_heads), tensor) + tokens * h;
  if (auto const* dense = m.layers.ffn_of(run).get_if<dense_ffn<>>()) {
    one.elements = one.elements + ratio(5 * tokens * dense->d_ff, tensor);
  } else if (auto const* moe = m.layers.ffn_of(run).get_if<experts<>>()) {
    // The norm before it is a module of its own; others are fused with the projection that follows.
    one.parameters = one.parameters + h;
    one.experts = ratio(p.experts, l.sizes.expert * l.sizes.expert_tensor);
    one.elements = one.elements + ratio(tokens * h, l.sequence_ranks()) + tokens * h * (2 + moe->top_k) +
                   ratio(5 * tokens * moe->top_k * moe->d_expert, l.sizes.expert_tensor) +
                   ratio(5 * tokens * moe->n_shared_experts * moe->d_shared_expert, tensor);
  }
  return one;
}

}  // namespace detail

/// ISEEKYAN/mbridge's estimator as its README prints it: parameters without routers and fused norms, 6 + 12/(DP·CP)
/// bytes of each, of experts 6 + 12/EDP; activations in two-byte elements of each microbatch in flight, logits once;
/// full recomputation keeps a layer's input and one layer; context ranks share all. Of all pipeline ranks the one with
/// the most. Source: memory_estimator/README.md, whose printed tree and table this reproduces; for dense layers and
/// later versions nothing is printed: extrapolated. \throws std::invalid_argument for kinds of layers that it does not
/// know, latent attention included
constexpr tool_memory mbridge_memory(model const& m, training_setup const& setup) {
  layout const& l = setup.layout;
  pipeline const pipe = l.pipeline();
  count const tokens = l.micro_batch * l.sizes.sequence_length, h = m.d_model, n_layers = m.layers.n_layers();
  ratio const table(m.input.vocab_size * h, l.sizes.tensor);
  bool const full = setup.activations.recompute.contains(module::layer);
  ratio const dense_bytes = detail::megatron_bytes(setup, l.data() * l.sizes.context);
  ratio const expert_bytes = detail::megatron_bytes(setup, l.expert_data());
  tool_memory most;
  ratio most_bytes;
  for (count rank; rank < l.sizes.pipeline; rank += 1) {
    ratio dense, experts, elements, largest;
    detail::weight_copies copies;
    for (count chunk; chunk < pipe.chunks_per_rank(); chunk += 1) {
      count const stage = pipe.stage_of(rank, chunk), in_flight = pipe.in_flight(rank, chunk);
      detail::each_run_within(m.layers, l.first_layer_of(stage, n_layers), l.layers_of(stage, n_layers),
                              [&](stack::run const& run, count layers) {
                                detail::mbridge_layer const one = detail::mbridge_layer_of(m, run, l);
                                count const stored = copies.of(run, layers);
                                dense = dense + one.parameters * stored;
                                experts = experts + one.experts * stored;
                                if (!passes_tokens(run.use)) return;
                                elements = elements + (full ? ratio(tokens * h) : one.elements) * (layers * in_flight);
                                largest = detail::greater(largest, one.elements);
                              });
      if (stage == 0) {
        dense = dense + table;
        elements = elements + (l.micro_batch * h + tokens * h) * in_flight;
      }
      if (stage + 1 != l.stages()) continue;
      dense = dense + table + h;
      elements = elements + tokens * h * in_flight + ratio(tokens * m.input.vocab_size, l.sizes.tensor);
    }
    if (full) elements = elements + largest;
    tool_memory found;
    found.add("parameters outside of routed experts", dense, dense_bytes);
    if (experts != 0) found.add("routed experts", experts, expert_bytes);
    found.activations = elements * ratio(2, l.sizes.context);
    ratio const bytes = found.state_bytes() + found.activations;
    if (rank == 0 || most_bytes < bytes) most = found, most_bytes = bytes;
  }
  return most;
}

/// What xtuner's calculator prints for FSDP: bytes of a device at the moments that may be the fullest.
struct xtuner_peaks {
  ratio parameters;      // of a device before data ranks share them
  ratio static_bytes;    // master weights and moments
  ratio gradient_bytes;  // of master weights
  ratio first_forward;   // at the last layer of the first microbatch
  ratio first_backward;  // at its first layer
  ratio second_forward;  // at the last layer of the second microbatch

  /// The fullest moment of a step.
  constexpr ratio most(count micro_batches) const {
    ratio const first = detail::greater(first_forward, first_backward);
    return micro_batches > 1 ? detail::greater(first, second_forward) : first;
  }
};

/// InternLM/xtuner's calculator, ZeRO-3 branch: fp32 master weights and moments, 12/n bytes of each parameter, and 4/n
/// of gradients, over n = EDP ranks with expert parallelism, else DP; gathered are one layer and the head, or the
/// embedding, in two bytes. A model with experts has them in every layer. Its chunk of the loss stands in the place of
/// the vocabulary. Source: xtuner/tools/llm_calc/llm_calculator.py of 2026-06.
/// \param chunk of logits, 0 for all of the vocabulary
/// \throws std::invalid_argument for kinds of layers that it does not know
constexpr xtuner_peaks xtuner_peaks_of(model const& m, training_setup const& setup, count chunk = 0) {
  constexpr std::string_view rule = "xtuner";
  layout const& l = setup.layout;
  count const tp = l.sizes.tensor, h = m.d_model, n_layers = floor_div(m.layers.n_layers(), l.sizes.pipeline);
  count const ranks = l.sizes.expert != 1 ? l.expert_data() : l.data();
  ratio const tokens(l.micro_batch * l.sizes.sequence_length), own = tokens / tp;
  ratio const linear = setup.activations.matrix_input_bytes;
  ratio const capacity = l.sizes.expert != 1 ? setup.activations.expert_load : ratio(1);
  stack::run const& last = m.layers.runs[m.layers.runs.size() - 1];
  ratio attention = h, kept = own * h * 2 + own * h * linear;
  if (auto const* a = m.layers.mixer_of(last).get_if<grouped_query_attention<>>()) {
    count const q = a->n_heads * a->head_dim, kv = a->n_kv_heads * a->head_dim;
    attention = attention + ratio(2 * h * (q + kv), tp);
    count const rotations = a->qk_norm == qk_norm_kind::none ? 2 : 3;
    kept = kept + own * (rotations * (q + kv) + a->n_heads + kv + q) * 2;
  } else if (auto const* mla = m.layers.mixer_of(last).get_if<multi_head_latent_attention<>>()) {
    count const heads = mla->n_heads, nope = mla->qk_nope_head_dim, rope = mla->qk_rope_head_dim;
    count const ql = mla->q_lora_rank, kl = mla->kv_lora_rank;
    attention = attention + ratio(h * ql + ql * heads * (nope + rope) + h * kl + kl * heads * nope + h * rope +
                                      kl * heads * mla->v_head_dim + heads * mla->v_head_dim * h,
                                  tp);
    kept = kept + own *
                      (2 * ql + 2 * kl + heads * rope + rope + 2 * heads * (nope + rope) + heads +
                       heads * mla->v_head_dim + heads * (nope + rope)) *
                      2;
  } else {
    detail::not_for_this_rule(rule, m.layers.mixer_of(last).name());
  }
  ratio ffn;
  kept = kept + own * h * 2;
  if (auto const* dense = m.layers.ffn_of(last).get_if<dense_ffn<>>()) {
    ffn = ratio(3 * h * dense->d_ff + h, tp);
    kept = kept + own * (3 * h + 2 * dense->d_ff) * linear;
  } else if (auto const* moe = m.layers.ffn_of(last).get_if<experts<>>()) {
    count const k = moe->top_k, f = moe->d_expert, shared = moe->n_shared_experts * moe->d_shared_expert;
    ffn = ratio(3 * h * f * moe->n_experts, l.sizes.expert) + 3 * h * shared + h * moe->n_experts + h;
    kept = kept + own * (h + k) * 2 + own * capacity * (k * (1 + h + 5 * f)) * linear + own * (k * h) * 2 +
           own * (3 * shared) * linear;
  } else {
    detail::not_for_this_rule(rule, m.layers.ffn_of(last).name());
  }
  ratio const table(m.input.vocab_size * h, tp), head = table + ratio(h, tp);
  xtuner_peaks made;
  made.parameters = table + head + (attention + ffn) * n_layers;
  made.static_bytes = made.parameters * ratio(12, ranks);
  made.gradient_bytes = made.parameters * ratio(4, ranks);
  ratio const layer = (attention + ffn) * 2 + kept, embedding = own * 2;
  ratio const logits = own * (chunk == 0 ? m.input.vocab_size : chunk) * 4;
  bool const full = setup.activations.recompute.contains(module::layer);
  ratio const others = (full ? own * h * 2 : kept) * (n_layers - 1) + (full ? ratio(0) : embedding);
  made.first_forward = made.static_bytes + layer + head * 2 + own * h * 4 + logits + others;
  made.first_backward = made.static_bytes + made.gradient_bytes + layer + table * 2 + embedding + (attention + ffn) * 2;
  made.second_forward = made.first_forward + made.gradient_bytes;
  return made;
}

/// The same as a tool's estimate: states, and all else that the fullest moment holds. A fused loss (`logit_bytes` of 0)
/// is its chunk of 1024.
/// \throws std::invalid_argument unless data ranks share weights (FSDP); as `xtuner_peaks_of`
constexpr tool_memory xtuner_memory(model const& m, training_setup const& setup) {
  if (setup.states.sharding != state_sharding::weights)
    moetric::v0::detail::invalid("moetric: data ranks must share weights (FSDP) for the rule xtuner");
  xtuner_peaks const peaks = xtuner_peaks_of(m, setup, setup.activations.logit_bytes == 0 ? 1024 : 0);
  count const ranks = setup.layout.sizes.expert != 1 ? setup.layout.expert_data() : setup.layout.data();
  ratio const most = peaks.most(setup.layout.micro_batches());
  bool const with_gradients = most != peaks.first_forward;
  tool_memory found;
  found.add("master weights and moments", peaks.parameters, ratio(12, ranks));
  if (with_gradients)
    found.states.push_back({"gradients", 0, 0, peaks.gradient_bytes}, "moetric: too many parts of an estimate");
  found.activations = most - found.state_bytes();
  return found;
}

}  // namespace moetric::v0::cluster
