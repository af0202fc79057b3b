#pragma once

#include <string_view>

#include "moetric/account/training.hpp"
#include "moetric/cluster/layout.hpp"
#include "moetric/core/name.hpp"
#include "moetric/core/ratio.hpp"

namespace moetric::v0::cluster {

/// Bytes that a trainer keeps of each trained parameter. `moments` are those of vectors, embedding and head too;
/// matrices inside layers may have fewer.
struct state_rule {
  std::string_view id = {};
  std::string_view summary = {};
  ratio weights = 2;
  ratio gradients = 4;
  ratio master = 4;  // a copy of the weights in higher precision
  ratio moments = 8;
  ratio matrix_moments = moments;
  std::string_view source = {};

  /// Bytes of one trained parameter of a vector, without sharding.
  constexpr ratio bytes() const { return weights + gradients + master + moments; }
};

/// The named rules; the first is the default.
inline constexpr state_rule state_rules[] = {
    {"adam", "bf16 weights, fp32 gradients, Adam in fp32 with master weights: 18 bytes", 2, 4, 4, 8, 8,
     "Megatron-LM, dist_optimizer.md: 18, or 6 + 12/d"},
    {"adam-bf16-gradients", "bf16 weights and gradients, Adam in fp32 with master weights: 16 bytes", 2, 2, 4, 8, 8,
     "1910.02054, section 3.1"},
    {"adam-bf16-moments", "bf16 weights and moments, fp32 gradients and master weights: 14 bytes", 2, 4, 4, 4, 4,
     "DeepSeek-V3, 2412.19437, section 3.3.3"},
    {"adam-without-master", "bf16 weights and gradients, Adam in fp32 without master weights: 12 bytes", 2, 2, 0, 8, 8,
     "mlc-ai/pith-train, tools/memory_estimator"},
    {"adam-fp8-moments", "bf16 weights and gradients, fp32 master weights, fp8 moments: 10 bytes", 2, 2, 4, 2, 2,
     "Megatron-LM's precision-aware optimizer with one-byte moments"},
    {"precision-aware", "bf16 weights, gradients and moments, fp32 master weights: 12 bytes", 2, 2, 4, 4, 4,
     "Megatron-LM's precision-aware optimizer with two-byte gradients and moments"},
    {"adam-8bit", "bf16 weights, fp32 gradients and master weights, 8-bit moments in blocks of 256", 2, 4, 4,
     ratio{65, 32}, ratio{65, 32}, "2110.02861"},
    {"muon", "Muon on matrices of layers, one fp32 momentum each; Adam on the rest: 14 and 18 bytes", 2, 4, 4, 8, 4,
     "2502.16982; EleutherAI/cookbook counts 8 bytes of optimizer"},
    {"sgd", "bf16 weights, fp32 gradients, master weights and one momentum: 14 bytes", 2, 4, 4, 4, 4,
     "EleutherAI/cookbook, calc_transformer_mem.py"},
    {"fp16", "fp16 weights and gradients, Adam in fp32 with a copy of the gradients: 20 bytes", 2, 2, 8, 8, 8,
     "Megatron-LM, dist_optimizer.md: 20, or 4 + 16/d"},
    {"fp32", "fp32 weights and gradients, Adam without a copy: 16 bytes", 4, 4, 0, 8, 8,
     "Megatron-LM, dist_optimizer.md: 16, or 8 + 8/d; torchtitan's FSDP keeps these"},
    {"fp8-weights", "fp8 weights in both layouts, bf16 moments: 8 bytes, and 8 that are sharded", 4, 4, 4, 4, 4,
     "Megatron-MoE-ModelZoo, deepseek_mem_estimate.py: 8 + 8/d"},
};

/// The rule of that name. \throws std::invalid_argument for an unknown name, with the nearest ones
inline state_rule const& state_rule_named(std::string_view id) {
  fixed_list<std::string_view, 16> known;
  for (state_rule const& each : state_rules) {
    if (each.id == id) return each;
    known.push_back(each.id, "");
  }
  refuse_name("the rule of optimizer states", id, known);
}

/// What data-parallel ranks share instead of keeping a copy each; each includes those before it.
enum class state_sharding {
  none,
  optimizer,  // master weights and moments: ZeRO-1, Megatron-LM's distributed optimizer
  gradients,  // ZeRO-2
  weights,    // ZeRO-3, FSDP: gathered unit by unit
};

/// The name of a sharding, as `--shard-states` takes it.
constexpr std::string_view name(state_sharding s) {
  switch (s) {
  case state_sharding::none: return "none";
  case state_sharding::optimizer: return "optimizer";
  case state_sharding::gradients: return "gradients";
  case state_sharding::weights: break;
  }
  return "weights";
}

/// How the states of a run are kept.
struct state_choice {
  state_rule rule = state_rules[0];
  state_sharding sharding = state_sharding::optimizer;
  count shard_ranks = 0;  // data ranks that share, where fewer than all do (hybrid sharding); 0: all
  /// Layers that `state_sharding::weights` holds whole: one in use, one prefetched. 0: all of a stage with its
  /// gradients, which torchtitan keeps between the microbatches of a pipeline.
  count gathered_units = 2;
  ratio gathered_bytes = 2;  // of a weight in such a layer
  term_set frozen{};         // terms whose weights are not trained
  lora_ranks lora{};         // adapters; their matrices are frozen
};

/// Parameters of one kind on one device, before data ranks share their states.
struct parameter_group {
  count matrices = 0;  // trained, in layers
  count vectors = 0;   // trained: vectors, embedding and head
  count frozen = 0;    // not trained: no gradient, no optimizer state

  /// All of them, and those that are trained.
  constexpr count all() const { return matrices + vectors + frozen; }
  constexpr count trained() const { return matrices + vectors; }
  constexpr parameter_group& operator+=(parameter_group const& other) {
    matrices += other.matrices, vectors += other.vectors, frozen += other.frozen;
    return *this;
  }
  constexpr parameter_group operator*(count times) const { return {matrices * times, vectors * times, frozen * times}; }
  friend constexpr bool operator==(parameter_group const&, parameter_group const&) = default;
};

/// Parameters of one device: those of the attention mesh and those of the expert mesh, which other data ranks share.
struct held_parameters {
  parameter_group dense{};
  parameter_group experts{};

  /// All of them, and those that are trained.
  constexpr count all() const { return dense.all() + experts.all(); }
  constexpr count trained() const { return dense.trained() + experts.trained(); }
  constexpr held_parameters& operator+=(held_parameters const& other) {
    dense += other.dense, experts += other.experts;
    return *this;
  }
  constexpr held_parameters operator*(count times) const { return {dense * times, experts * times}; }
  friend constexpr bool operator==(held_parameters const&, held_parameters const&) = default;
};

/// Bytes of weights, gradients and optimizer.
struct state_bytes {
  count weights = 0;    // bytes
  count gradients = 0;  // bytes
  count optimizer = 0;  // bytes, master weights included

  /// All of them.
  constexpr count all() const { return weights + gradients + optimizer; }
};

namespace detail {

constexpr count ceil_div(count a, count b) {
  count const whole = moetric::v0::floor_div(a, b);
  return whole * b == a ? whole : whole + 1;
}
/// amount·bytes over some ranks, rounded up.
constexpr count shared(count amount, ratio bytes, count ranks) {
  return ceil_div(amount * bytes.numerator, bytes.denominator * ranks);
}

/// Ranks that share a matrix of a layer.
template <class Layer>
constexpr count ranks_of(Layer const& layer, layer_matrix<> const& m, parallel_sizes const& sizes, bool routed) {
  using moetric::v0::detail::weight_split;
  weight_split const split = moetric::v0::detail::traits_of(m.name).weights;
  if (routed) return sizes.expert * (split == weight_split::experts ? sizes.expert_tensor : sizes.tensor);
  switch (split) {
  case weight_split::replicated: return 1;
  case weight_split::key_value_heads:
    if constexpr (requires { layer.cache_parts(); }) return least(sizes.tensor, layer.cache_parts());
    break;
  case weight_split::experts: return sizes.expert_tensor;
  case weight_split::tensor: break;
  }
  return sizes.tensor;
}

}  // namespace detail

/// Parameters of one mixer or feed-forward that a device holds. Matrices are shared as the trainers do: latents,
/// routers and indexers are whole on every rank, key-value heads down to one a rank, experts over the expert mesh.
/// Vectors and adapters are whole on every rank.
template <class Layer>
constexpr held_parameters held_of(Layer const& layer, count d_model, parallel_sizes const& sizes,
                                  state_choice const& states) {
  held_parameters held;
  expert_routing<> const routing = layer.routing();
  projection_set matrices;  // of the layer, for adapters that share their first matrix
  layer.each_matrix(d_model, [&](layer_matrix<> const& m) { matrices = matrices | m.name; });
  layer.each_matrix(d_model, [&](layer_matrix<> const& m) {
    bool const routed = routing.matrices.contains(m.name);
    parameter_group& group = routed ? held.experts : held.dense;
    count const rank = states.lora[m.name];
    count const share = detail::ceil_div(m.stored * m.weights(), detail::ranks_of(layer, m, sizes, routed));
    (rank != 0 || states.frozen.contains(term_of(m.name)) ? group.frozen : group.matrices) += share;
    if (rank == 0) return;
    count const features = states.lora.shares_input(m.name, matrices) ? m.blocks * m.outputs : m.features();
    group.matrices += detail::ceil_div(m.stored * rank * features, routed ? sizes.expert : count(1));
  });
  layer.each_vector(d_model, [&](layer_vector<> const& v) {
    bool const routed = routing.vectors.contains(v.name);
    parameter_group& group = routed ? held.experts : held.dense;
    bool const frozen = v.name == term::router_correction_bias || states.frozen.contains(v.name);
    (frozen ? group.frozen : group.vectors) += detail::ceil_div(v.stored, routed ? sizes.expert : count(1));
  });
  return held;
}

/// Bytes of the states of some parameters whose data ranks are `ranks`.
constexpr state_bytes bytes_of(parameter_group const& p, state_choice const& states, count ranks) {
  state_rule const& rule = states.rule;
  count const shards = states.shard_ranks == 0 ? ranks : detail::least(ranks, states.shard_ranks);
  auto const ranks_for = [&](state_sharding needed) { return states.sharding >= needed ? shards : count(1); };
  count const trained = p.matrices + p.vectors;
  count const o = ranks_for(state_sharding::optimizer);
  return {detail::shared(trained + p.frozen, rule.weights, ranks_for(state_sharding::weights)),
          detail::shared(trained, rule.gradients, ranks_for(state_sharding::gradients)),
          detail::shared(trained, rule.master, o) + detail::shared(p.matrices, rule.matrix_moments, o) +
              detail::shared(p.vectors, rule.moments, o)};
}

}  // namespace moetric::v0::cluster
