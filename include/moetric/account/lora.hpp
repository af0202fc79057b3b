#pragma once

#include <string>
#include <string_view>

#include "moetric/model/model.hpp"

namespace moetric::v0 {

/// Projections of one input that a checkpoint may store as one matrix: one adapter then serves all of them, with one
/// matrix from the input.
struct fused_projections {
  std::string_view name;
  projection first;
  projection_set others;
};

/// Every fused form by name, as `--lora` takes it. Source: the modelling code of gpt-oss and of transformers 5 (gate
/// and up of experts), of Phi-3 and GPT-NeoX (queries, keys and values).
inline constexpr fused_projections all_fused_projections[] = {
    {"query_key_value", projection::query, {projection::key, projection::value}},
    {"ffn_gate_up", projection::ffn_gate, projection::ffn_up},
    {"expert_gate_up", projection::expert_gate, projection::expert_up},
    {"shared_gate_up", projection::shared_gate, projection::shared_up},
    {"residual_gate_up", projection::residual_gate, projection::residual_up},
};

/// Ranks of low-rank adapters (LoRA) by projection; 0 for none. An adapter of rank r on a matrix of i inputs and o
/// outputs has r·(i + o) weights, which are multiplied and trained while the matrix itself is frozen; fused, r·(i + Σ
/// o). Each expert has its own. Source: 2106.09685.
struct lora_ranks {
  count ranks[n_projections];  // by projection; 0: no adapter
  projection_set
      fused{};  // those whose adapter shares its first matrix with that of the first projection of their form

  /// No adapters.
  constexpr lora_ranks() {
    for (count& each : ranks) each = 0;
  }
  /// One rank on several projections, each with an adapter of its own.
  constexpr lora_ranks(count rank, projection_set on) : lora_ranks() { add(rank, on); }
  /// One rank on fused projections.
  constexpr lora_ranks(count rank, fused_projections const& on) : lora_ranks() { add(rank, on); }

  /// The same rank on more projections.
  constexpr void add(count rank, projection_set on) {
    for (std::size_t i = 0; i != n_projections; ++i)
      if (on.contains(static_cast<projection>(i))) ranks[i] = rank;
  }
  /// An adapter on fused projections.
  constexpr void add(count rank, fused_projections const& on) {
    add(rank, on.others | on.first);
    fused = fused | on.others;
  }
  /// True if a projection, or any of a fused form, has an adapter already.
  constexpr bool has(std::string_view wanted) const {
    for (fused_projections const& each : all_fused_projections)
      if (each.name == wanted)
        for (std::size_t i = 0; i != n_projections; ++i)
          if ((each.others | each.first).contains(static_cast<projection>(i)) && ranks[i] != 0) return true;
    for (std::size_t i = 0; i != n_projections; ++i)
      if (name(static_cast<projection>(i)) == wanted) return ranks[i] != 0;
    return false;
  }
  /// Adapters on a projection or a fused form by name; false for an unknown name.
  constexpr bool add(count rank, std::string_view wanted) {
    for (fused_projections const& each : all_fused_projections)
      if (each.name == wanted) return add(rank, each), true;
    for (std::size_t i = 0; i != n_projections; ++i)
      if (name(static_cast<projection>(i)) == wanted)
        return add(rank, projection_set(static_cast<projection>(i))), true;
    return false;
  }

  /// The rank on a projection.
  constexpr count operator[](projection p) const { return ranks[static_cast<std::size_t>(p)]; }
  /// True if there are any adapters.
  constexpr bool any() const {
    for (count const& rank : ranks)
      if (rank != 0) return true;
    return false;
  }
  /// True if the adapter of a projection shares its first matrix, in a layer that has `matrices`.
  constexpr bool shares_input(projection p, projection_set matrices) const {
    if (!fused.contains(p)) return false;
    for (fused_projections const& each : all_fused_projections)
      if (each.others.contains(p)) return matrices.contains(each.first);
    return false;
  }
};

/// The projections of a model that can have adapters, those outside of its layers included.
constexpr projection_set projections_of(model const& m) {
  projection_set all = projection::output_head;
  auto const each = [&all](layer_matrix<> const& x) {
    if (x.weights() != 0 && x.stored != 0 && !x.idle) all = all | x.name;
  };
  auto const layer = [&](auto const& of) { of.each_matrix(m.d_model, each); };
  for (mixer const& mix : m.layers.mixers) mix.visit(layer);
  for (feed_forward const& ffn : m.layers.ffns) ffn.visit(layer);
  m.side.each([&](auto const& part) {
    part.each_layer_matrix(m.d_model, each);
    part.each_outer_matrix(m.d_model, m.layers.n_layers(), each);
  });
  return all;
}

/// Calls `visit` with the names of these projections, then with those of the fused forms that they make up.
template <class Visit>
constexpr void each_name(projection_set all, Visit visit) {
  for (std::size_t i = 0; i != n_projections; ++i)
    if (projection const p = static_cast<projection>(i); all.contains(p)) visit(name(p));
  for (fused_projections const& each : all_fused_projections) {
    projection_set const members = each.others | each.first;
    if ((members | all) == all) visit(each.name);
  }
}

/// "query, key, value, output"
inline std::string listed(projection_set all) {
  std::string names;
  each_name(all, [&names](std::string_view each) { names += (names.empty() ? "" : ", ") + std::string(each); });
  return names;
}

}  // namespace moetric::v0
