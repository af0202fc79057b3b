#pragma once

#include "moetric/layers/layer_parts.hpp"

namespace moetric::v0 {

/// The part of a layer that computes a tensor: trainers recompute or offload activations by these modules.
enum class kept_module {
  residual,             // the input of a norm: the layer's input, and the sum after its mixer
  norm,                 // outputs of norms, which projections read, and inputs of inner norms
  latent,               // latents, before and after their norm
  projections,          // outputs of projections from the hidden state
  up_projection,        // queries, keys and values out of a latent, with their rotary part
  core,                 // statistics, convolutions and states of the mixer's core
  core_output,          // the input of the output projection
  activation_function,  // the input of a feed-forward's last matrix
  dispatch,             // permuted tokens: the input of an expert's first matrices
  combine,              // outputs of experts before they are weighted
  routing,              // scores, and where each token goes
};

/// The number of modules.
inline constexpr std::size_t n_kept_modules = static_cast<std::size_t>(kept_module::routing) + 1;

/// The ranks that share a tensor.
enum class kept_split {
  tensor,           // its width, over tensor-parallel ranks
  key_value_heads,  // likewise, down to one key-value head a rank
  sequence,         // its tokens, over tensor-parallel ranks with sequence parallelism; else every rank has all
  routed_tokens,    // tokens sent to experts: as many as a rank sends, times the expert-tensor ranks
  routed_width,     // likewise, and its width over the expert-tensor ranks
};

/// A tensor that the forward pass keeps for the backward pass.
template <Arithmetic T = count>
struct kept_tensor {
  term name;  // booked under
  kept_module module;
  kept_split split;
  T elements;                 // of one token in one layer
  T fixed_bytes = T(0);       // bytes of an element; 0: those of the activation format
  bool matrix_input = false;  // the input of a matrix, which low-precision training keeps in that precision
};

namespace detail {

/// The inputs of projections. A layer keeps each once, whatever reads it.
enum class kept_input {
  hidden,
  ungated_norm,      // of a gate on the norm
  latent_query,      // normed; the tensor before the norm is kept too
  latent_key_value,  // likewise
  core_output,
  low_rank,          // between a pair of matrices
  grouped_low_rank,  // likewise, where ranks divide the groups
  convolved,
  ffn_activation,
  shared_activation,
  residual_activation,
  permuted,
  expert_activation,
  expert_sum,
  part_of_another,  // kept as an output or input already
};

/// The ranks that share a projection's weights.
enum class weight_split { tensor, key_value_heads, replicated, experts };

/// What the backward pass of a projection needs: its input always; its output where what follows is not linear.
struct projection_traits {
  kept_input input;
  bool keeps_output;
  weight_split weights;
};

/// One row for each projection: a new one without a row does not compile (-Wswitch, and `every_projection_is_traced`).
constexpr projection_traits traits_of(projection p) {
  using enum projection;
  using in = kept_input;
  using split = weight_split;
  switch (p) {
  case query: return {in::hidden, true, split::tensor};
  case key:
  case value: return {in::hidden, true, split::key_value_heads};
  case output: return {in::core_output, false, split::tensor};
  case query_down:
  case key_value_down: return {in::hidden, false, split::replicated};
  case query_up: return {in::latent_query, true, split::tensor};
  case key_value_up: return {in::latent_key_value, true, split::tensor};
  case output_down: return {in::core_output, false, split::tensor};
  case output_up: return {in::grouped_low_rank, false, split::tensor};
  case output_gate: return {in::hidden, true, split::tensor};
  case indexer_query:
  case index_query: return {in::part_of_another, true, split::replicated};
  case indexer_key:
  case indexer_weights:
  case key_compressor:
  case index_weights:
  case index_compressor: return {in::hidden, true, split::replicated};
  case state_in:
  case state_controls:
  case state_gate:
  case decay:
  case beta: return {in::hidden, true, split::tensor};
  case state_parameters: return {in::convolved, true, split::tensor};
  case state_step: return {in::part_of_another, true, split::tensor};
  case state_gate_down:
  case decay_down:
  case rate_down:
  case value_mix_down: return {in::hidden, false, split::replicated};
  case state_gate_up:
  case decay_up:
  case rate_up:
  case value_mix_up: return {in::low_rank, true, split::tensor};
  case ffn_gate:
  case ffn_up: return {in::hidden, true, split::tensor};
  case ffn_down: return {in::ffn_activation, false, split::tensor};
  case router: return {in::hidden, true, split::replicated};
  case expert_gate:
  case expert_up: return {in::permuted, true, split::experts};
  case expert_down: return {in::expert_activation, true, split::experts};
  case shared_gate:
  case shared_up: return {in::hidden, true, split::tensor};
  case shared_down: return {in::shared_activation, false, split::tensor};
  case shared_expert_gate: return {in::hidden, true, split::replicated};
  case residual_gate:
  case residual_up: return {in::hidden, true, split::tensor};
  case residual_down: return {in::residual_activation, false, split::tensor};
  case latent_in: return {in::hidden, false, split::replicated};
  case latent_out: return {in::expert_sum, false, split::replicated};
  case per_layer_in:
  case per_layer_gate:
  case stream_router:
  case residual_scores: return {in::hidden, true, split::replicated};
  case stream_coefficients: return {in::part_of_another, true, split::replicated};
  case stream_projection:
  case residual_rank_down: return {in::hidden, false, split::replicated};
  case per_layer_out:
  case residual_rank_up: return {in::low_rank, false, split::replicated};
  case block_out:
  case block_adapter_down: return {in::hidden, false, split::replicated};
  case block_adapter_up: return {in::low_rank, false, split::tensor};
  case norm_gate_down: return {in::ungated_norm, true, split::replicated};
  case norm_gate_up: return {in::low_rank, true, split::replicated};
  case output_head: return {in::hidden, true, split::tensor};
  }
  invalid("moetric: a projection must have traits");
}

constexpr bool every_projection_is_traced() {
  for (std::size_t i = 0; i != n_projections; ++i) static_cast<void>(traits_of(static_cast<projection>(i)));
  return true;
}
static_assert(every_projection_is_traced());

/// Where the input of a projection was computed, and which ranks share it.
struct input_place {
  kept_module module;
  kept_split split;
  int copies = 1;
};
constexpr input_place place_of(kept_input input) {
  switch (input) {
  case kept_input::latent_query:
  case kept_input::latent_key_value: return {kept_module::latent, kept_split::sequence, 2};
  case kept_input::core_output: return {kept_module::core_output, kept_split::tensor};
  case kept_input::low_rank: return {kept_module::projections, kept_split::sequence};
  case kept_input::grouped_low_rank: return {kept_module::projections, kept_split::tensor};
  case kept_input::convolved: return {kept_module::core, kept_split::tensor};
  case kept_input::ffn_activation:
  case kept_input::shared_activation:
  case kept_input::residual_activation: return {kept_module::activation_function, kept_split::tensor};
  case kept_input::expert_activation: return {kept_module::activation_function, kept_split::routed_width};
  case kept_input::permuted: return {kept_module::dispatch, kept_split::routed_tokens};
  case kept_input::expert_sum: return {kept_module::combine, kept_split::sequence};
  case kept_input::hidden:
  case kept_input::ungated_norm:
  case kept_input::part_of_another: break;
  }
  return {kept_module::norm, kept_split::sequence};
}

/// True if ranks divide the inputs of a matrix, since they divide what it reads (row-parallel); of others they divide
/// the outputs (column-parallel).
constexpr bool divides_inputs(projection p) {
  kept_split const input = place_of(traits_of(p).input).split;
  return input == kept_split::tensor || input == kept_split::routed_width;
}

/// The module that computes a kept output.
constexpr kept_module output_module(projection p) {
  switch (p) {
  case projection::query_up:
  case projection::key_value_up: return kept_module::up_projection;
  case projection::expert_down: return kept_module::combine;
  case projection::router: return kept_module::routing;
  default: return kept_module::projections;
  }
}
/// The ranks that share a kept output. A row-parallel matrix (x_proj of Mamba) sums its ranks' outputs, so each rank
/// has all features. Source: RowParallelLinear of vLLM's mamba_mixer.py.
constexpr kept_split output_split(projection p, weight_split weights) {
  switch (weights) {
  case weight_split::tensor: return divides_inputs(p) ? kept_split::sequence : kept_split::tensor;
  case weight_split::key_value_heads: return kept_split::key_value_heads;
  case weight_split::experts:
    return p == projection::expert_down ? kept_split::routed_tokens : kept_split::routed_width;
  case weight_split::replicated: break;
  }
  return kept_split::sequence;
}

}  // namespace detail

/// Calls `visit` with each tensor that a mixer or feed-forward keeps, but for the inputs of the norms around it: the
/// inputs of its matrices, the outputs that something not linear follows, and what the kind itself adds
/// (`each_kept`), of one token of a sequence of `tokens`. The output of a norm is the input of a matrix; a latent is
/// kept before its norm too. Dropout masks are not counted: no published model of these kinds trains with them. Source:
/// the tensor list of NVIDIA's Megatron-MoE-ModelZoo, which this reproduces for DeepSeek-V3.
template <Arithmetic T, class Layer, class Visit>
constexpr void each_kept_tensor(Layer const& layer, T d_model, T tokens, Visit visit) {
  std::uint32_t seen = 0;
  layer.each_matrix(d_model, [&](layer_matrix<T> const& m) {
    detail::projection_traits const traits = detail::traits_of(m.name);
    term const booked = term_of(m.name);
    bool const routed = traits.weights == detail::weight_split::experts;
    std::uint32_t const bit = std::uint32_t{1} << static_cast<unsigned>(traits.input);
    bool const pair = traits.input == detail::kept_input::low_rank;  // each pair of matrices has its own
    if (traits.input != detail::kept_input::part_of_another && (pair || (seen & bit) == 0)) {
      seen |= bit;
      detail::input_place const place = detail::place_of(traits.input);
      // One token's input is one vector unless each of its experts has its own.
      bool const own = routed || traits.input == detail::kept_input::core_output;
      visit(kept_tensor<T>{booked, place.module, place.split, place.copies * (own ? m.of_used(m.inputs) : m.inputs),
                           T(0), true});
    }
    if (traits.keeps_output)
      visit(kept_tensor<T>{booked, detail::output_module(m.name), detail::output_split(m.name, traits.weights),
                           m.of_used(m.blocks * m.outputs)});
  });
  layer.each_kept(tokens, visit);
}

}  // namespace moetric::v0
