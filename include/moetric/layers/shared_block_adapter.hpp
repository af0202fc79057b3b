#pragma once

#include "moetric/layers/expert_routing.hpp"
#include "moetric/layers/kept_tensor.hpp"
#include "moetric/layers/parallel_sizes.hpp"

namespace moetric::v0 {

/// What one use of a shared block has of its own: a projection of the block's output, and low-rank adapters of its
/// matrices. The block itself is a layer that is used again, see `layer_use`.
///
/// With d = d_model, rank r, a feed-forward of width d_ff in the block:
///   projection  d·d
///   adapters    d·r + r·2·d_ff of gate and up; with `attention` 3·(2d·r + r·2d) of queries, keys and values
/// Source: models/zamba2 of huggingface/transformers; Zamba2-1.2B's 1,215,064,704 parameters.
template <Arithmetic T = count>
struct shared_block_adapter {
  T rank = T(0);
  T d_ff = T(0);
  bool attention = false;

  /// The name of the kind.
  static constexpr std::string_view kind_name = "shared_block_adapter";
  /// The matrices that fp8 checkpoints quantise: no fp8 checkpoint of this kind is known.
  static constexpr quantised_set fp8_matrices = quantised_set::unknown();

  /// Calls `visit` with each matrix.
  template <class Visit>
  constexpr void each_matrix(T d_model, Visit visit) const {
    visit(layer_matrix<T>{projection::block_out, d_model, d_model});
    visit(layer_matrix<T>{projection::block_adapter_down, d_model, rank});
    visit(layer_matrix<T>{projection::block_adapter_up, rank, 2 * d_ff});
    if (!attention) return;
    visit(layer_matrix<T>{projection::block_adapter_down, 2 * d_model, rank, T(3), T(3)});
    visit(layer_matrix<T>{projection::block_adapter_up, rank, 2 * d_model, T(3), T(3)});
  }
  /// No vectors.
  template <class Visit>
  constexpr void each_vector(T, Visit) const {}
  /// Tensors kept for the backward pass beside inputs and outputs of the matrices: none.
  template <class Visit>
  constexpr void each_kept(T, Visit) const {}
  /// No experts.
  constexpr expert_routing<T> routing() const { return {}; }
  /// No hash table.
  constexpr T hash_table_entries(T) const { return T(0); }

  /// The rules of sound adapters.
  template <class Report>
  constexpr void rules(Report& report) const {
    if (rank == 0) report.broken_rule("moetric: rank of a shared_block_adapter must be positive", rank);
    if (d_ff == 0) report.broken_rule("moetric: d_ff must be positive", d_ff);
  }
  /// The rules of sharding: the same width on each rank, as the block's feed-forward.
  template <class Report>
  constexpr void parallel_rules(parallel_sizes const& sizes, Report& report) const {
    if (remainder(d_ff, sizes.tensor) != 0)
      report.broken_rule("moetric: d_ff must be divisible by the tensor-parallel size", d_ff, sizes.tensor);
  }

  friend bool operator==(shared_block_adapter const&, shared_block_adapter const&) requires std::equality_comparable<T>
  = default;
};

}  // namespace moetric::v0
