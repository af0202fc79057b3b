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

/// AMD's Primus projection: 2 + 2 + 10/d bytes of a parameter with d = devices/(EP·PP), for experts and all else alike
/// (Megatron-LM has 6 + 12/EDP), and 2·tokens·(top_k + 1)·(h + 3·d_expert) bytes of activations of each layer of
/// experts. Parameters are moetric's own count of the first rank. Source: the documentation of its projection.
/// \throws std::invalid_argument with every rule that the setup breaks
constexpr tool_memory primus_memory(model const& m, training_setup const& setup) {
  layout const& l = setup.layout;
  count const ranks = floor_div(l.devices, l.sizes.expert * l.sizes.pipeline);
  tool_memory found;
  found.add("parameters", memory_of_rank(m, setup, 0).parameters.all(), ratio(4) + ratio(10, ranks));
  pipeline const pipe = l.pipeline();
  count const tokens = floor_div(l.tokens_in_flight(), l.sizes.tensor);
  for (count chunk; chunk < pipe.chunks_per_rank(); chunk += 1) {
    count const stage = pipe.stage_of(0, chunk), first = l.first_layer_of(stage, m.layers.n_layers());
    count const number = l.layers_of(stage, m.layers.n_layers());
    detail::each_run_within(m.layers, first, number, [&](stack::run const& run, count layers) {
      auto const* const moe = m.layers.ffn_of(run).get_if<experts<>>();
      if (moe == nullptr || !passes_tokens(run.use)) return;
      found.activations = found.activations + layers * pipe.in_flight(0, chunk) * 2 * tokens * (moe->top_k + 1) *
                                                  (m.d_model + 3 * moe->d_expert);
    });
  }
  if (found.activations == 0) {
    found.has_activations = false;
    found.without_activations = "its printed formula is that of layers of experts";
  }
  return found;
}

}  // namespace moetric::v0::cluster
