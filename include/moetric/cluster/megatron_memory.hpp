#pragma once

#include "moetric/cluster/convention.hpp"

namespace moetric::v0::cluster {

namespace detail {

/// Activations with sequence parallelism and selective recomputation, before tensor and context ranks share them:
/// s·b·(18·h·L + 4·widths) + 8·s·b·PP + s·b·h·PP, times the schedule's factor; with one stage 4·s·b·(h + V) more.
constexpr ratio megatron_activations(model const& m, layout const& l, count widths) {
  count const tokens = l.micro_batch * l.sizes.sequence_length, stages = l.sizes.pipeline;
  ratio sum =
      tokens * (18 * m.d_model * m.layers.n_layers() + 4 * widths) + 8 * tokens * stages + tokens * m.d_model * stages;
  if (l.virtual_stages != 1)
    sum = sum * (ratio(1) + ratio(stages - 1, stages * l.virtual_stages));
  else if (stages != 1 && l.global_batch != 0 && l.micro_batches() < stages)
    sum = sum * ratio(l.micro_batches(), stages);
  if (stages == 1) sum = sum + 4 * tokens * (m.d_model + m.input.vocab_size);
  return sum;
}

/// Without sequence parallelism: s·b·h·(10 + 24/TP)·L and the ends, 5 % more for temporaries.
constexpr ratio megatron_activations_without_sequence_parallelism(model const& m, layout const& l) {
  count const tokens = l.micro_batch * l.sizes.sequence_length, stages = l.sizes.pipeline;
  ratio sum = (ratio(10) + ratio(24, l.sizes.tensor)) * (tokens * m.d_model * m.layers.n_layers()) +
              8 * tokens * stages + tokens * m.d_model * stages;
  if (l.virtual_stages != 1)
    sum = sum * (ratio(1) + ratio(stages - 1, stages * l.virtual_stages));
  else if (stages != 1 && l.global_batch != 0 && l.micro_batches() < stages)
    sum = sum * ratio(l.micro_batches(), stages);
  if (stages == 1) sum = sum + ratio(2 * tokens * m.input.vocab_size, l.sizes.tensor) + 2 * tokens * m.d_model;
  return sum * ratio(21, 20);
}

/// The width of the dense feed-forwards if all are equal; 0 without any.
constexpr count dense_width(model const& m) {
  count width;
  for (feed_forward const& each : m.layers.ffns)
    if (auto const* dense = each.get_if<dense_ffn<>>()) width = dense->d_ff;
  return width;
}

}  // namespace detail

/// Megatron-LM's estimate of its most loaded device: matrices of blocks over PP·TP, norms, routers and latent
/// projections over PP, an MTP block whole but for its projection and norms, one embedding over TP (with one stage the
/// output matrix too), routed experts over PP·EP·ETP. Activations as of 2205.05198 for dense layers of one width, not
/// shared by context ranks. Source: megatron/training/theoretical_memory_usage.py of 2026-08.
/// \throws std::invalid_argument for kinds of layers that it does not know
constexpr tool_memory megatron_lm_memory(model const& m, training_setup const& setup) {
  constexpr std::string_view rule = "megatron-lm-2026-08";
  layout const& l = setup.layout;
  detail::sorted_parameters const all = detail::sorted_layers(m, rule), mtp = detail::sorted_mtp(m, rule);
  count const stages = l.sizes.pipeline, tensor = l.sizes.tensor;
  auto const matrices = [](detail::sorted_parameters const& p) { return p.attention + p.dense + p.shared; };
  count const tables = (stages == 1 && !m.output.tied ? 2 : 1) * m.input.vocab_size * m.d_model;
  ratio const dense = ratio(matrices(all), stages * tensor) + ratio(matrices(mtp), tensor) + ratio(tables, tensor) +
                      ratio(all.replicated + all.norms + norm_weights(m.norm, m.d_model), stages) +
                      (mtp.replicated + mtp.norms);
  count const expert_ranks = l.sizes.expert * l.sizes.expert_tensor;
  ratio const experts = ratio(all.experts, stages * expert_ranks) + ratio(mtp.experts, expert_ranks);
  tool_memory found;
  found.add("dense parameters and one embedding", dense, detail::megatron_bytes(setup, l.data()));
  if (experts != 0) found.add("routed experts", experts, detail::megatron_bytes(setup, l.expert_data()));
  count const width = detail::dense_width(m);
  if (width == 0) {
    found.has_activations = false;
    found.without_activations = "it reads the width of a dense feed-forward, which the model lacks";
  } else if (l.sequence_parallel && setup.activations.recompute == modules_of(recomputation::selective)) {
    found.activations = detail::megatron_activations(m, l, width * m.layers.n_layers()) / tensor;
  } else {
    found.activations = detail::megatron_activations_without_sequence_parallelism(m, l);
  }
  return found;
}

namespace detail {

/// Megatron-Bridge's count of one layer: dense parameters, routed experts. Norms have two weights a feature whatever
/// their kind; routers have none; latent attention is counted as plain attention of v_head_dim.
struct bridge_layer {
  count dense;
  count experts;

  constexpr void add(bridge_layer const& other, count times) {
    dense += other.dense * times, experts += other.experts * times;
  }
};
constexpr bridge_layer bridge_layer_of(model const& m, mixer const& mix, feed_forward const& ffn) {
  sorted_parameters const p = sorted_layer(m, mix, ffn, 2, "megatron-bridge-2026-08");
  count attention = p.attention;
  if (auto const* mla = mix.get_if<multi_head_latent_attention<>>())
    attention = 4 * m.d_model * mla->n_heads * mla->v_head_dim;
  count latent;
  if (auto const* moe = ffn.get_if<experts<>>())
    if (moe->latent) latent = 2 * m.d_model * moe->d_latent;
  return {attention + p.dense + p.shared + latent + 4 * m.d_model, p.experts};
}

}  // namespace detail

/// Megatron-Bridge's estimate_training_memory: dense parameters over PP·TP with states over DP·CP, routed experts over
/// PP·EP·ETP with states over DP·TP·CP/(EP·ETP), MTP layers appended to the others; with a list of stages the heaviest
/// one, embedding on the first, output matrix, final norm and MTP on the last. Activations as Megatron-LM's with the
/// mean width of feed-forwards, over TP·CP. Source: its unit tests and pull request 5077; that latent attention has
/// v_head_dim for kv_channels is inferred.
/// \throws std::invalid_argument for kinds of layers that it does not know
constexpr tool_memory megatron_bridge_memory(model const& m, training_setup const& setup) {
  layout const& l = setup.layout;
  count const n_layers = m.layers.n_layers(), table = m.input.vocab_size * m.d_model;
  auto const add_layers = [&](detail::bridge_layer& to, detail::weight_copies& copies, count first, count number) {
    detail::each_run_within(m.layers, first, number, [&](stack::run const& run, count layers) {
      to.add(detail::bridge_layer_of(m, m.layers.mixer_of(run), m.layers.ffn_of(run)), copies.of(run, layers));
    });
  };
  auto const add_end = [&](detail::bridge_layer& to) {
    if (m.mtp.modules != 0) to.add(detail::bridge_layer_of(m, m.mtp.block.mix, m.mtp.block.ffn), m.mtp.modules);
    to.dense += 2 * m.d_model;
  };
  count const expert_ranks = l.sizes.expert * l.sizes.expert_tensor;
  ratio const dense_bytes = detail::megatron_bytes(setup, l.data() * l.sizes.context);
  ratio const expert_bytes = detail::megatron_bytes(setup, l.expert_data());
  ratio dense, experts;
  if (l.layers.empty()) {
    detail::bridge_layer all;
    detail::weight_copies copies;
    add_layers(all, copies, 0, n_layers);
    add_end(all);
    bool const both = l.sizes.pipeline == 1 && !m.output.tied;
    dense = (ratio(all.dense, l.sizes.pipeline) + (both ? 2 : 1) * table) / l.sizes.tensor;
    experts = ratio(all.experts, l.sizes.pipeline * expert_ranks);
  } else {
    pipeline const pipe = l.pipeline();
    count const last = l.stages() - 1;
    for (count rank; rank < l.sizes.pipeline; rank += 1) {
      detail::bridge_layer held;
      detail::weight_copies copies;
      for (count chunk; chunk < pipe.chunks_per_rank(); chunk += 1) {
        count const stage = pipe.stage_of(rank, chunk);
        add_layers(held, copies, l.first_layer_of(stage, n_layers), l.layers_of(stage, n_layers));
        if (stage == 0) held.dense += table;
        if (stage != last) continue;
        add_end(held);
        if (!m.output.tied) held.dense += table;
      }
      ratio const d(held.dense, l.sizes.tensor), e(held.experts, expert_ranks);
      if (d * dense_bytes + e * expert_bytes > dense * dense_bytes + experts * expert_bytes) dense = d, experts = e;
    }
  }
  tool_memory found;
  found.add("dense parameters and optimizer", dense, dense_bytes);
  if (experts != 0) found.add("routed experts and optimizer", experts, expert_bytes);
  count const widths = detail::sorted_layers(m, "megatron-bridge-2026-08").widths;
  found.activations = detail::megatron_activations(m, l, widths) / (l.sizes.tensor * l.sizes.context);
  return found;
}

}  // namespace moetric::v0::cluster
