#pragma once

#include "moetric/cluster/convention.hpp"

namespace moetric::v0::cluster {

/// NVIDIA's Megatron-MoE-ModelZoo: the tensors of each layer times the microbatches in flight of the second rank (the
/// first has dense layers), none of its ends; 6 + 12/d bytes of matrices of attention and shared experts, 6 + 12/EDP of
/// routed experts; routers and norms have none. Source: misc/tools/deepseek_mem_estimate.py, as run.
/// \throws std::invalid_argument for kinds of layers that it does not know
constexpr tool_memory modelzoo_memory(model const& m, training_setup const& setup) {
  constexpr std::string_view rule = "modelzoo";
  layout const& l = setup.layout;
  pipeline const pipe = l.pipeline();
  count const rank = l.sizes.pipeline == 1 ? 0 : 1;
  training_setup plain = setup;
  plain.framework = 0;
  detail::memory_walk const walk(m, plain);
  detail::memory_walk::sums kept;
  detail::sorted_parameters held;
  detail::weight_copies copies;
  count latent_norms;  // sorted with attention; no states here
  for (count chunk; chunk < pipe.chunks_per_rank(); chunk += 1) {
    count const stage = pipe.stage_of(rank, chunk), first = l.first_layer_of(stage, m.layers.n_layers());
    count const number = l.layers_of(stage, m.layers.n_layers());
    walk.add_layers(kept, first, number, pipe.in_flight(rank, chunk));
    detail::each_run_within(m.layers, first, number, [&](stack::run const& run, count within) {
      count const stored = copies.of(run, within);
      held += detail::sorted_layer(m, m.layers.mixer_of(run), m.layers.ffn_of(run), 2, rule) * stored;
      if (auto const* mla = m.layers.mixer_of(run).get_if<multi_head_latent_attention<>>())
        latent_norms += stored * mla->latent_norm_weights();
    });
  }
  tool_memory found;
  found.add("attention and shared experts",
            ratio(held.attention + held.dense + held.shared - latent_norms, l.sizes.tensor),
            detail::megatron_bytes(setup, l.data()));
  if (held.experts != 0)
    found.add("routed experts", ratio(held.experts, l.sizes.expert * l.sizes.expert_tensor),
              detail::megatron_bytes(setup, l.expert_data()));
  count sum;
  for (count const each : kept.kept) sum += each;
  found.activations = sum;
  return found;
}

/// AMD's Primus projection, its first pipeline rank. Parameters are moetric's own count with three norms of 2·h a
/// layer; of each 2 + 2 + 10/d bytes with d = devices/(EP·PP), for experts and all else alike (Megatron-LM has 6 +
/// 12/EDP). Activations, of a token and in bf16: 5·h of norms and residuals of a layer; queries, keys and values, h,
/// and the queries' width once more for statistics; of a dense feed-forward 3·d_ff + h; of experts h for the router and
/// (top_k + shared)·(3·d_expert + h); h of the embedding; with one stage the vocabulary. All that p·(1 + (p − 1)/(p·v))
/// times over p ranks and v virtual stages, less where a step has fewer microbatches than ranks. Source:
/// docs/projection.md and primus/core/projection/module_profilers. Its code for latent attention fails: no activations
/// then. \throws std::invalid_argument with every rule that the setup breaks
constexpr tool_memory primus_memory(model const& m, training_setup const& setup) {
  layout const& l = setup.layout;
  count const ranks = floor_div(l.devices, l.sizes.expert * l.sizes.pipeline), h = m.d_model;
  pipeline const pipe = l.pipeline();
  tool_memory found;
  count parameters = memory_of_rank(m, setup, 0).parameters.all(), features;
  bool is_known = true;
  for (count chunk; chunk < pipe.chunks_per_rank(); chunk += 1) {
    count const stage = pipe.stage_of(0, chunk), first = l.first_layer_of(stage, m.layers.n_layers());
    count const number = l.layers_of(stage, m.layers.n_layers());
    detail::each_run_within(m.layers, first, number, [&](stack::run const& run, count layers) {
      parameters = parameters + layers * (6 * h) - layers * run.norms_per_layer * norm_weights(m.norm, h);
      auto const* const attention = m.layers.mixer_of(run).get_if<grouped_query_attention<>>();
      auto const* const dense = m.layers.ffn_of(run).get_if<dense_ffn<>>();
      auto const* const moe = m.layers.ffn_of(run).get_if<experts<>>();
      is_known = is_known && attention != nullptr && (dense != nullptr || moe != nullptr);
      if (!is_known || !passes_tokens(run.use)) return;
      count const queries = attention->n_heads * attention->head_dim;
      count one = 5 * h + 2 * queries + 2 * attention->n_kv_heads * attention->head_dim + h;
      if (dense != nullptr) one += 3 * dense->d_ff + h;
      if (moe != nullptr) one += h + (moe->top_k + (moe->n_shared_experts == 0 ? 0 : 1)) * (3 * moe->d_expert + h);
      features += layers * one;
    });
  }
  found.add("parameters", parameters, ratio(4) + ratio(10, ranks));
  if (!is_known) {
    found.has_activations = false;
    found.without_activations = "it knows plain attention with dense feed-forwards or experts";
    return found;
  }
  features += h;
  if (l.sizes.pipeline == 1) features += m.input.vocab_size;
  count const tokens = floor_div(l.tokens_in_flight(), l.sizes.tensor), p = l.sizes.pipeline;
  count const steps = l.global_batch == 0 ? p : floor_div(l.global_batch, l.micro_batch * ranks);
  ratio const filled = steps < p ? ratio(steps, p) : ratio(1);
  found.activations = ratio(2 * tokens * features) * p * (ratio(1) + ratio(p - 1, p * l.virtual_stages)) * filled;
  return found;
}

}  // namespace moetric::v0::cluster
