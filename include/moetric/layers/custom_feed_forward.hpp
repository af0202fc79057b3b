#pragma once

#include "moetric/layers/custom_layer.hpp"
#include "moetric/layers/expert_routing.hpp"
#include "moetric/layers/kept_tensor.hpp"
#include "moetric/layers/parallel_sizes.hpp"

namespace moetric::v0 {

/// A feed-forward that this library has no kind for, stated as data. Experts among its weights are matrices with
/// `.stored = n_experts, .used = top_k`, named in `expert_matrices`.
struct custom_feed_forward {
  custom_weights<8, 2> weights{};
  small_count width{};           // that tensor-parallel ranks share equally; 0: cannot be sharded over them
  small_count kept_per_token{};  // elements kept for the backward pass beside inputs and outputs of the matrices

  // Read only by what asks for experts: decoding, sharding, laws.
  small_count n_experts{};
  small_count top_k{};
  small_count d_expert{};
  small_count n_shared_experts{};
  router_kind router = router_kind::linear;
  projection_set expert_matrices{};  // of which each expert has its own
  term_set expert_vectors{};
  custom_name name{};  // of one's own, which `feed_forward::name` then answers

  /// The name of the kind.
  static constexpr std::string_view kind_name = "custom_feed_forward";
  /// The matrices that fp8 checkpoints quantise: not known.
  static constexpr quantised_set fp8_matrices = quantised_set::unknown();

  /// Calls `visit` with each matrix. Their widths are stated, so that of the model is not read.
  template <class Visit>
  constexpr void each_matrix(count, Visit visit) const {
    weights.each_matrix(visit);
  }
  /// Calls `visit` with each vector.
  template <class Visit>
  constexpr void each_vector(count, Visit visit) const {
    weights.each_vector(visit);
  }
  /// Tensors kept for the backward pass beside inputs and outputs of the matrices: as stated.
  template <class Visit>
  constexpr void each_kept(count, Visit visit) const {
    visit(kept_tensor<>{term::other, kept_module::activation_function, kept_split::tensor, kept_per_token});
  }
  /// The experts among its weights.
  constexpr expert_routing<> routing() const { return {n_experts, top_k, router, expert_matrices, expert_vectors}; }
  /// No hash table.
  constexpr count hash_table_entries(count) const { return 0; }

  /// The rules of a sound layer.
  template <class Report>
  constexpr void rules(Report& report) const {
    weights.rules(report);
    if (n_experts == 0) {
      if (expert_matrices.bits != 0)
        report.broken_rule("moetric: n_experts of a custom_feed_forward must be positive with expert_matrices", 0);
      if (expert_vectors.bits != 0)
        report.broken_rule("moetric: n_experts of a custom_feed_forward must be positive with expert_vectors", 0);
      if (top_k != 0) report.broken_rule("moetric: top_k of a custom_feed_forward without experts must be 0", top_k);
      if (d_expert != 0)
        report.broken_rule("moetric: d_expert of a custom_feed_forward without experts must be 0", d_expert);
      if (n_shared_experts != 0)
        report.broken_rule("moetric: n_shared_experts of a custom_feed_forward without experts must be 0",
                           n_shared_experts);
      return;
    }
    if (top_k == 0) report.broken_rule("moetric: top_k must be positive", top_k);
    if (count(top_k) > count(n_experts))
      report.broken_rule("moetric: top_k must not exceed n_experts", top_k, n_experts);
    if (d_expert == 0) report.broken_rule("moetric: d_expert must be positive", d_expert);
    if (expert_matrices.bits == 0)
      report.broken_rule("moetric: expert_matrices of a custom_feed_forward with experts must not be empty", 0);
    weights.each_matrix([&](layer_matrix<> const& m) {
      if (!expert_matrices.contains(m.name)) return;
      if (remainder(m.stored, n_experts) != 0)
        report.broken_rule("moetric: stored of the matrices of experts must be divisible by n_experts", m.stored,
                           n_experts);
      else if (count const used = floor_div(m.stored, n_experts) * top_k; m.used != used)
        report.broken_rule("moetric: used of the matrices of experts must be top_k for each n_experts of stored",
                           m.used, used);
    });
    weights.each_vector([&](layer_vector<> const& v) {
      if (expert_vectors.contains(v.name) && remainder(v.stored, n_experts) != 0)
        report.broken_rule("moetric: stored of the vectors of experts must be divisible by n_experts", v.stored,
                           n_experts);
    });
  }
  /// The rules of sharding: whole experts on each expert-parallel rank, each over the expert-tensor-parallel ranks; the
  /// stated width over the tensor-parallel ranks.
  template <class Report>
  constexpr void parallel_rules(parallel_sizes const& sizes, Report& report) const {
    if (n_experts != 0) detail::split_experts(n_experts, sizes, report);
    if (width != 0 && remainder(width, sizes.tensor) != 0)
      report.broken_rule("moetric: width must be divisible by the tensor-parallel size", width, sizes.tensor);
    if (width == 0 && n_experts == 0 && sizes.tensor != 1)
      report.broken_rule("moetric: width of a custom_feed_forward must be given to shard it over tensor-parallel ranks",
                         width);
  }

  friend constexpr bool operator==(custom_feed_forward const&, custom_feed_forward const&) = default;
};

}  // namespace moetric::v0
