#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "moetric/cluster/device.hpp"
#include "moetric/cluster/memory_sheet.hpp"
#include "moetric/cluster/states.hpp"
#include "moetric/layers/kept_tensor.hpp"

namespace moetric::v0::cluster {

/// Modules that a trainer computes again in the backward pass, or moves to the host.
enum class module {
  norm,                 // outputs of the norms before projections; Megatron-LM: layernorm
  up_projection,        // queries, keys and values out of a latent; mla_up_proj
  core,                 // statistics, convolutions and states of mixers; core_attn
  activation_function,  // inputs of the last matrix of feed-forwards and experts; moe_act
  dispatch,             // permuted tokens; offloading them is fc1's offload
  combine,              // outputs of experts, not kept where probabilities are applied before the last matrix
  shared_experts,       // all but their input; shared_experts
  dense_ffn,            // all of a dense feed-forward but its input; mlp
  experts,              // all of a layer of experts but its input; moe
  // Every second output of projections, in the order of the matrices: keys, and the second matrix of a gated
  // feed-forward. With norm and activation_function it is torchtitan's operator-level selective checkpointing.
  alternate_projections,
  layer,  // all but the layer's input: full recomputation
};

/// The number of modules.
inline constexpr std::size_t n_modules = static_cast<std::size_t>(module::layer) + 1;

/// The name of a module, as `--recompute` and `--offload` take it.
constexpr std::string_view name(module m) {
  constexpr std::string_view names[n_modules]{
      "norm",           "up_projection", "core",    "activation_function",   "dispatch", "combine",
      "shared_experts", "dense_ffn",     "experts", "alternate_projections", "layer"};
  return names[static_cast<std::size_t>(m)];
}

/// A set of modules.
struct module_set {
  std::uint32_t bits = 0;

  /// The empty set: recomputation none.
  constexpr module_set() = default;
  /// The set of one module.
  constexpr module_set(module m) : bits(std::uint32_t{1} << static_cast<unsigned>(m)) {}
  /// The set of several modules.
  constexpr module_set(std::initializer_list<module> several) {
    for (module const m : several) bits |= module_set(m).bits;
  }
  /// True if the module is in the set.
  constexpr bool contains(module m) const { return (bits & module_set(m).bits) != 0; }
  /// The union.
  friend constexpr module_set operator|(module_set a, module_set b) {
    a.bits |= b.bits;
    return a;
  }
  friend constexpr bool operator==(module_set, module_set) = default;
};

/// The modules of Megatron-LM's granularities: none; selective: the core; full: whole layers.
constexpr module_set modules_of(recomputation r) {
  switch (r) {
  case recomputation::none: return {};
  case recomputation::selective: return module::core;
  case recomputation::full: break;
  }
  return module::layer;
}

/// How activations are kept.
struct activation_choice {
  module_set recompute{};
  module_set offload{};
  ratio bytes = 2;                   // of an element
  ratio matrix_input_bytes = bytes;  // of an input of a matrix: 1 where fp8 training keeps its fp8 copy
  // Tokens that the most loaded expert rank receives, over the mean: dropless imbalance, or a capacity factor.
  ratio expert_load = 1;
  // Gate and product of a gated feed-forward in one kernel. Without, the activation's output is kept beside the
  // product.
  bool fused_activation = true;
  ratio logit_bytes = 6;  // of a logit until its backward pass: bf16 and fp32; 0 with a fused loss
  // Where Megatron-LM gathers the shared input of a layer again for the gradients of weights, PyTorch's tensor-parallel
  // modules keep it as gathered (torch/distributed/tensor/parallel/style.py, PrepareModuleInput).
  bool gathered_inputs = false;
  // Keys and values are repeated for each query head before attention, and so sent to context ranks (torchtitan's
  // repeat_kv). Operator-level checkpointing (`alternate_projections`) keeps them as they were before.
  bool repeated_keys = false;
  // A stage keeps its outputs until their backward pass, and a buffer for the gradient of each microbatch
  // (torch/distributed/pipelining/stage.py); Megatron-LM frees both.
  bool pipeline_buffers = false;
};

/// The same choice where matrices are multiplied in a format: fp32 and tf32 keep 4 bytes of an element, the inputs of
/// matrices are kept in fp8, or in fp4 with a scale of one byte for 16 (NVFP4).
constexpr activation_choice in_format(activation_choice choice, number_format format) {
  switch (format) {
  case number_format::fp32:
  case number_format::tf32: choice.bytes = choice.matrix_input_bytes = 4; break;
  case number_format::fp8: choice.matrix_input_bytes = 1; break;
  case number_format::fp4: choice.matrix_input_bytes = {9, 16}; break;
  case number_format::bf16:
  case number_format::int8: break;
  }
  return choice;
}

/// Bytes that a layer, or a part of it, keeps on a device of one microbatch.
struct kept_activations {
  count bytes[n_memory_terms]{};
  count recomputed = 0;  // bytes that exist only while the part is computed again

  /// The bytes of one term.
  constexpr count& operator[](memory_term t) { return bytes[static_cast<std::size_t>(t)]; }
  constexpr kept_activations& operator+=(kept_activations const& other) {
    for (std::size_t i = 0; i != n_memory_terms; ++i) bytes[i] += other.bytes[i];
    recomputed += other.recomputed;
    return *this;
  }
};

namespace detail {

/// Elements and tokens of kept tensors on a device of a layout.
struct tensor_shares {
  count tokens;         // of a microbatch, after context ranks
  count tensor;         // ranks
  count sequence;       // ranks that share the tokens outside of tensor-parallel regions
  count expert_tensor;  // ranks
  ratio load;

  constexpr tensor_shares(layout const& l, activation_choice const& choice)
      : tokens(l.tokens_in_flight()), tensor(l.sizes.tensor), sequence(l.sequence_ranks()),
        expert_tensor(l.sizes.expert_tensor), load(choice.expert_load) {}

  /// Elements of a tensor on one device; `parts` are those of key-value heads.
  constexpr count elements(kept_tensor<> const& t, count parts) const {
    switch (t.split) {
    case kept_split::tensor: return ceil_div(tokens * t.elements, tensor);
    case kept_split::key_value_heads: return ceil_div(tokens * t.elements, least(tensor, parts));
    case kept_split::sequence: return ceil_div(tokens * t.elements, sequence);
    case kept_split::routed_tokens: return routed(t.elements * expert_tensor);
    case kept_split::routed_width: break;
    }
    return routed(t.elements);
  }
  constexpr count routed(count elements_of_token) const {
    return ceil_div(tokens * elements_of_token * load.numerator, sequence * load.denominator);
  }
};

constexpr memory_term term_of_kept(kept_tensor<> const& t) {
  switch (t.module) {
  case kept_module::residual: return memory_term::residuals;
  case kept_module::norm:
  case kept_module::latent: return memory_term::norms;
  case kept_module::dispatch:
  case kept_module::combine: return memory_term::dispatch;
  case kept_module::routing: return memory_term::routing;
  case kept_module::projections:
  case kept_module::up_projection:
  case kept_module::core:
  case kept_module::core_output:
  case kept_module::activation_function: break;
  }
  switch (t.name) {
  case term::shared_experts:
  case term::shared_expert_gate: return memory_term::shared_experts;
  case term::routed_experts:
  case term::latent_projections: return memory_term::routed_experts;
  case term::dense_ffn:
  case term::dense_residual: return memory_term::dense_ffn;
  default: return memory_term::mixers;
  }
}

/// True if the modules drop a tensor. `feed_forward` and `routed` tell where it stands.
constexpr bool drops(module_set set, kept_tensor<> const& t, bool feed_forward, bool routed) {
  bool const input = t.module == kept_module::norm && t.matrix_input;
  if (set.contains(module::layer) || (set.contains(module::norm) && input)) return true;
  if (input) return false;
  if (feed_forward && set.contains(routed ? module::experts : module::dense_ffn)) return true;
  if (t.name == term::shared_experts && set.contains(module::shared_experts)) return true;
  switch (t.module) {
  case kept_module::up_projection: return set.contains(module::up_projection);
  case kept_module::core: return set.contains(module::core);
  case kept_module::activation_function: return set.contains(module::activation_function);
  case kept_module::dispatch: return set.contains(module::dispatch);
  case kept_module::combine: return set.contains(module::combine);
  default: return false;
  }
}

/// The feed-forwards of a layer that multiply an activated gate with a second product.
template <class Layer>
constexpr term_set gated_terms(Layer const& layer, count d_model) {
  projection_set const gates{projection::ffn_gate, projection::expert_gate, projection::shared_gate,
                             projection::residual_gate};
  term_set gated;
  layer.each_matrix(d_model, [&](layer_matrix<> const& m) {
    if (gates.contains(m.name) && m.weights() != 0) gated = gated | term_of(m.name);
  });
  return gated;
}

}  // namespace detail

namespace detail {

/// True if tensor ranks share a layer, so that tokens are gathered before it and summed after it.
template <class Layer>
constexpr bool is_tensor_parallel(Layer const& layer, count d_model) {
  bool shared = false;
  projection_set const routed = layer.routing().matrices;
  layer.each_matrix(d_model, [&](layer_matrix<> const& m) {
    using moetric::v0::detail::weight_split;
    weight_split const split = moetric::v0::detail::traits_of(m.name).weights;
    shared = shared || (!routed.contains(m.name) && m.weights() != 0 &&
                        (split == weight_split::tensor || split == weight_split::key_value_heads));
  });
  return shared;
}

/// Features of a token's keys and values, as attention reads them.
template <class Layer>
constexpr count key_value_features(Layer const& layer, count d_model) {
  count features;
  layer.each_matrix(d_model, [&](layer_matrix<> const& m) {
    if (m.name == projection::key || m.name == projection::value || m.name == projection::key_value_up)
      features += m.stored * m.blocks * m.outputs;
  });
  return features;
}

/// The same where each query head has its own: as many features as queries and the inputs of the output projection
/// have. 0 without keys that heads share.
template <class Layer>
constexpr count repeated_features(Layer const& layer, count d_model) {
  count features;
  bool shares = false;
  layer.each_matrix(d_model, [&](layer_matrix<> const& m) {
    if (m.name == projection::query) features += m.stored * m.blocks * m.outputs;
    if (m.name == projection::output) features += m.stored * m.blocks * m.inputs;
    shares = shares || m.name == projection::key;
  });
  return shares ? features : count(0);
}

}  // namespace detail

/// Bytes that a mixer or feed-forward keeps of one microbatch, without the inputs of the norms around it.
template <class Layer>
constexpr kept_activations kept_of(Layer const& layer, model const& m, layout const& l,
                                   activation_choice const& choice) {
  kept_activations kept;
  detail::tensor_shares const shares(l, choice);
  bool const routed = layer.routing().n_experts != 0;
  constexpr bool feed_forward = requires {
    layer.hash_table_entries(count());
  };
  count parts = l.sizes.tensor;
  if constexpr (!feed_forward) parts = layer.cache_parts();
  term_set const kept_twice = choice.fused_activation ? term_set() : detail::gated_terms(layer, m.d_model);
  bool const alternate = choice.recompute.contains(module::alternate_projections);
  bool const gathered = choice.gathered_inputs && detail::is_tensor_parallel(layer, m.d_model);
  count const features = detail::key_value_features(layer, m.d_model);
  count const repeated = choice.repeated_keys ? detail::repeated_features(layer, m.d_model) : count(0);
  bool second = false;  // of the outputs of projections
  count sent;           // elements of one rank's dispatched tokens
  each_kept_tensor<count>(layer, m.d_model, l.sizes.sequence_length, [&](kept_tensor<> const& t) {
    ratio const each = t.fixed_bytes != 0 ? ratio(t.fixed_bytes)
                       : t.matrix_input   ? choice.matrix_input_bytes
                                          : choice.bytes;
    count elements = shares.elements(t, parts);
    if (gathered && t.matrix_input && t.module == kept_module::norm && t.split == kept_split::sequence)
      elements *= l.sequence_ranks();
    bool const is_key = t.module == kept_module::projections && t.split == kept_split::key_value_heads;
    if (is_key && repeated != 0 && !alternate)
      elements = detail::ceil_div(shares.tokens * t.elements * repeated, features * shares.tensor);
    bool const twice = t.module == kept_module::activation_function && kept_twice.contains(t.name);
    count const bytes = detail::shared((twice ? 2 : 1) * elements, each, 1);
    if (t.module == kept_module::dispatch) sent = elements;
    // Without the product's order changed, outputs of experts can be dropped but not computed again.
    bool const output = t.module == kept_module::projections && !t.matrix_input;
    bool const skipped = alternate && output && std::exchange(second, !second);
    if (skipped || detail::drops(choice.recompute, t, feed_forward, routed)) {
      kept.recomputed += bytes;
      return;
    }
    if (!detail::drops(choice.offload, t, feed_forward, routed)) kept[detail::term_of_kept(t)] += bytes;
  });
  if (l.sizes.expert != 1) kept[memory_term::dispatch_buffers] += 2 * detail::shared(sent, choice.bytes, 1);
  // Transformer Engine's ring keeps what it received of each rank, PyTorch's gathers all at once.
  if (l.sizes.context != 1)
    kept[memory_term::context_buffers] =
        l.sizes.context *
        detail::shared(repeated != 0 ? detail::ceil_div(shares.tokens * repeated, shares.tensor)
                                     : shares.tokens * detail::ceil_div(features, detail::least(shares.tensor, parts)),
                       choice.bytes, 1);
  return kept;
}

/// Bytes that the norms around a layer keep of one microbatch: their inputs, and those of hyper-connections. Full
/// recomputation keeps the layer's input alone.
constexpr kept_activations kept_around(model const& m, count norms_per_layer, layout const& l,
                                       activation_choice const& choice) {
  kept_activations kept;
  detail::tensor_shares const shares(l, choice);
  count const streams = m.residual_streams.n_streams;
  auto const hidden = [&](count times) {
    return detail::shared(
        shares.elements({term::norms, kept_module::residual, kept_split::sequence, times * m.d_model}, 1), choice.bytes,
        1);
  };
  // Alternating updates keep every stream once; what else stands beside a layer keeps its inputs and outputs.
  count beside = m.side.updates.n_streams == 0 ? count(0) : hidden(m.side.updates.n_streams - 1);
  m.side.each([&](auto const& part) {
    part.each_layer_matrix(m.d_model, [&](layer_matrix<> const& x) {
      count const features = x.used * x.blocks * x.outputs + (x.inputs == m.d_model ? count(0) : x.inputs);
      beside +=
          detail::shared(shares.elements({term_of(x.name), kept_module::residual, kept_split::sequence, features}, 1),
                         choice.bytes, 1);
    });
  });
  count const all = hidden(norms_per_layer + 2 * streams) + beside;
  count const input = hidden(streams == 0 ? count(1) : streams);
  if (!choice.recompute.contains(module::layer)) {
    kept[memory_term::residuals] = all;
    return kept;
  }
  kept[memory_term::residuals] = choice.offload.contains(module::layer) ? count(0) : input;
  kept.recomputed = all > input ? all - input : count(0);
  return kept;
}

}  // namespace moetric::v0::cluster
