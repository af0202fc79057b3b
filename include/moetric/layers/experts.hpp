#pragma once

#include "moetric/layers/dense_ffn.hpp"
#include "moetric/layers/norm_gate.hpp"

namespace moetric::v0 {

namespace detail {

inline constexpr projection_set routed_names{projection::expert_gate, projection::expert_up, projection::expert_down};
inline constexpr projection_set shared_names{projection::shared_gate, projection::shared_up, projection::shared_down};

}  // namespace detail

/// Mixture of experts: a router sends a token to top_k of n_experts; shared experts see every token.
///
/// With d = d_model, E experts of width d_expert, mats = 3 (gated) or 2 (plain):
///   routed   E·mats·w·d_expert weights, of which one token uses top_k/E; w = d, or with `latent` the latent width,
///            and 2·d·w for the way in and out
///   biases   E·((mats−1)·d_expert + w) with `expert_bias`
///   shared   n_shared_experts·mats·d·d_shared_expert, used by every token; their gate d
///   residual mats·d·d_residual, a dense feed-forward beside the experts
///   router   d·(E + Z) with Z zero experts, which cost nothing themselves; its bias and the load-balancing correction
///            bias E + Z each (the latter stored, never multiplied). A token's top_k choices then hold top_k·E/(E+Z)
///            experts in the mean, which is what is counted; the fewest or the most by `counted`. With `deep_router` of
///            width r it is d·r + 2·r·r + r·(E + Z), three biases and a norm of r (ZAYA)
/// With `by_modality` (ERNIE-4.5-VL) tokens of images have n_image_experts of d_image_expert, with a router and a
/// correction bias of their own; what one token uses depends on its modality, shared experts see both.
/// Groups and expert choice change which experts a token meets, never what a token costs; see account/routing.hpp.
/// Fine-grained experts are just narrow and many. Source: 2101.03961, 2401.06066, 2408.15664.
template <Arithmetic T = count>
struct experts {
  T n_experts = T(0);
  T top_k = T(0);
  T d_expert = T(0);
  T n_shared_experts = T(0);
  T d_shared_expert = d_expert;  // width of one shared expert
  ffn_kind kind = ffn_kind::gated;
  bool shared_gate = false;
  bool router_bias = false;
  bool correction_bias = false;
  bool expert_bias = false;
  router_kind router = router_kind::linear;
  bool latent = false;
  T d_latent = T(0);                        // width in which latent experts work
  T d_residual = T(0);                      // width of a dense feed-forward beside the experts; 0 for none
  T n_zero_experts = T(0);                  // routed to like others, and do nothing
  T n_group = T(0);                         // groups of experts, of which a token sees the best topk_group; 0 for none
  T topk_group = T(0);                      // read only with n_group
  bool by_modality = false;                 // tokens of images have experts and a router of their own
  T n_image_experts = T(0);                 // read only with by_modality, as is the next; tokens choose top_k of them
  T d_image_expert = T(0);                  // their width
  bool of_image_token = false;              // what is counted: a token of an image instead of one of a text
  T other_weights = T(0);                   // scales and biases without a field of their own
  expert_draw counted = expert_draw::mean;  // read only with n_zero_experts
  bool norm_gate = false;                   // a gate of low rank on the norm before the experts, 2·d·r
  T norm_gate_rank = T(0);                  // read only with norm_gate
  bool deep_router = false;                 // the router is a network of width d_router
  T d_router = T(0);                        // read only with deep_router

  /// The name of the kind.
  static constexpr std::string_view kind_name = "experts";
  /// The matrices that fp8 checkpoints quantise: experts, not the router. Source: the tensors of DeepSeek-V3.
  static constexpr quantised_set fp8_matrices = detail::routed_names | detail::shared_names;

  /// The width of an expert's input: d, or the latent width.
  constexpr T expert_input_width(T d_model) const { return latent ? d_latent : d_model; }
  /// Experts of one token, without zero experts.
  constexpr expert_share<T> of_a_token() const { return experts_of_a_token(n_experts, n_zero_experts, top_k, counted); }
  /// Weights of one expert's matrices.
  constexpr T expert_weights(T d_model) const { return ffn_weights(kind, expert_input_width(d_model), d_expert); }
  /// Calls `visit` with each matrix.
  template <class Visit>
  constexpr void each_matrix(T d_model, Visit visit) const {
    detail::visit_norm_gate(norm_gate, d_model, norm_gate_rank, visit);
    expert_share<T> const share = of_a_token();
    bool const of_image = by_modality && of_image_token;
    constexpr detail::ffn_names routed{projection::expert_gate, projection::expert_up, projection::expert_down};
    detail::each_ffn_matrix(kind, routed, expert_input_width(d_model), d_expert, n_experts,
                            of_image ? T(0) : share.used, visit, share.used_of);
    if (by_modality) {
      detail::each_ffn_matrix(kind, routed, expert_input_width(d_model), d_image_expert, n_image_experts,
                              of_image ? top_k : T(0), visit);
      visit(layer_matrix<T>{projection::router, d_model, n_image_experts, T(1), of_image ? T(1) : T(0)});
    }
    if (latent) {
      visit(layer_matrix<T>{projection::latent_in, d_model, d_latent});
      visit(layer_matrix<T>{projection::latent_out, d_latent, d_model});
    }
    detail::each_ffn_matrix(kind, {projection::shared_gate, projection::shared_up, projection::shared_down}, d_model,
                            n_shared_experts * d_shared_expert, T(1), T(1), visit);
    if (shared_gate) visit(layer_matrix<T>{projection::shared_expert_gate, d_model, T(1)});
    detail::each_ffn_matrix(kind, {projection::residual_gate, projection::residual_up, projection::residual_down},
                            d_model, d_residual, T(1), T(1), visit);
    if (deep_router) {
      visit(layer_matrix<T>{projection::router, d_model, d_router});
      visit(layer_matrix<T>{projection::router, d_router, d_router, T(2), T(2)});
      visit(layer_matrix<T>{projection::router, d_router, router_outputs()});
    } else {
      visit(layer_matrix<T>{projection::router, d_model, router_outputs(), T(1), of_image ? T(0) : T(1)});
    }
  }
  /// Calls `visit` with each vector: biases, and what has no field of its own.
  template <class Visit>
  constexpr void each_vector(T d_model, Visit visit) const {
    visit(layer_vector<T>{term::routed_expert_bias, routed_bias_weights(d_model), active_routed_bias_weights(d_model)});
    visit(layer_vector<T>{term::other, other_weights});
    visit(layer_vector<T>{term::router_bias, router_bias_weights()});
    if (!by_modality) {
      visit(layer_vector<T>{term::router_correction_bias, correction_bias_weights()});
    } else if (correction_bias) {
      visit(layer_vector<T>{term::router_correction_bias, n_experts, of_image_token ? T(0) : n_experts});
      visit(layer_vector<T>{term::router_correction_bias, n_image_experts, of_image_token ? n_image_experts : T(0)});
    }
  }
  /// Weights of all experts' matrices.
  constexpr T routed_weights(T d_model) const { return detail::stored_in(*this, d_model, detail::routed_names); }
  /// Weights of the experts' matrices that one token is multiplied with.
  constexpr T active_routed_weights(T d_model) const { return detail::used_in(*this, d_model, detail::routed_names); }
  /// Biases of one expert.
  constexpr T expert_bias_weights(T d_model) const {
    if (!expert_bias) return T(0);
    return (kind == ffn_kind::gated ? 2 * d_expert : d_expert) + expert_input_width(d_model);
  }
  /// Biases of all experts.
  constexpr T routed_bias_weights(T d_model) const { return n_experts * expert_bias_weights(d_model); }
  /// Biases that one token uses.
  constexpr T active_routed_bias_weights(T d_model) const {
    if (!expert_bias) return T(0);
    expert_share<T> const share = of_a_token();
    T const used = share.used * expert_bias_weights(d_model);
    if constexpr (std::same_as<T, count>) return floor_div(used, share.used_of);
    return used;
  }
  /// Weights of the shared experts.
  constexpr T shared_weights(T d_model) const { return detail::stored_in(*this, d_model, detail::shared_names); }
  /// Weights of the shared experts' gate.
  constexpr T shared_gate_weights(T d_model) const {
    return detail::stored_in(*this, d_model, projection::shared_expert_gate);
  }
  /// True if routing multiplies a matrix.
  constexpr bool has_router() const { return router != router_kind::unweighed_hash && router != router_kind::none; }
  /// Outputs of the router: E + Z.
  constexpr T router_outputs() const { return has_router() ? n_experts + n_zero_experts : T(0); }
  /// Weights of the router's matrix.
  constexpr T router_weights(T d_model) const { return detail::stored_in(*this, d_model, projection::router); }
  /// Weights of the router's bias; with `deep_router` also the biases and the norm before it, 4·r.
  constexpr T router_bias_weights() const {
    T const last = router_bias ? router_outputs() : T(0);
    return deep_router ? last + 4 * d_router : last;
  }
  /// Weights of the load-balancing correction bias.
  constexpr T correction_bias_weights() const { return correction_bias ? router_outputs() : T(0); }
  /// Tensors kept for the backward pass beside inputs and outputs of the matrices: where each token goes, 8 bytes for
  /// each expert. Source: the row map of Megatron-MoE-ModelZoo.
  template <class Visit>
  constexpr void each_kept(T, Visit visit) const {
    visit(kept_tensor<T>{term::router, kept_module::routing, kept_split::sequence, n_experts, T(8)});
    if (deep_router) visit(kept_tensor<T>{term::router, kept_module::routing, kept_split::sequence, 3 * d_router});
  }
  /// The routed experts: their matrices and biases.
  constexpr expert_routing<T> routing() const {
    return {n_experts, top_k, router, detail::routed_names, term::routed_expert_bias, n_zero_experts, counted};
  }
  /// Entries of the table from token to experts of a hashed router: vocab_size·top_k.
  constexpr T hash_table_entries(T vocab_size) const {
    return router == router_kind::hashed ? vocab_size * top_k : T(0);
  }

  /// The rules of a sound layer.
  template <class Report>
  constexpr void rules(Report& report) const {
    if (n_experts == 0) report.broken_rule("moetric: n_experts must be positive", n_experts);
    if (top_k == 0) report.broken_rule("moetric: top_k must be positive", top_k);
    if (top_k > n_experts) report.broken_rule("moetric: top_k must not exceed n_experts", top_k, n_experts);
    if (d_expert == 0) report.broken_rule("moetric: d_expert must be positive", d_expert);
    if (n_shared_experts != 0 && d_shared_expert == 0)
      report.broken_rule("moetric: d_shared_expert must be positive with shared experts", d_shared_expert);
    if (latent && d_latent == 0) report.broken_rule("moetric: d_latent must be positive with latent experts", d_latent);
    if (norm_gate && norm_gate_rank == 0)
      report.broken_rule("moetric: norm_gate_rank must be positive with norm_gate", norm_gate_rank);
    if (deep_router && d_router == 0)
      report.broken_rule("moetric: d_router must be positive with deep_router", d_router);
    if (deep_router && (by_modality || router != router_kind::linear))
      report.broken_rule("moetric: a deep_router must be linear and no router by modality", d_router);
    if (shared_gate && n_shared_experts == 0)
      report.broken_rule("moetric: n_shared_experts must be positive with shared_gate", n_shared_experts);
    if (by_modality) {
      if (d_image_expert == 0)
        report.broken_rule("moetric: d_image_expert must be positive with by_modality", d_image_expert);
      if (top_k > n_image_experts)
        report.broken_rule("moetric: top_k must not exceed n_image_experts", top_k, n_image_experts);
      if (expert_bias || router_bias || n_zero_experts != 0 || router != router_kind::linear)
        report.broken_rule("moetric: experts by modality must have a linear router, no zero experts and no biases",
                           top_k);
    }
    if (n_group != 0) group_rules(report);
  }
  /// The rules of group-limited routing: a token sees the experts of its best topk_group groups. With a correction bias
  /// a group's score is the sum of its best two experts. Source: 2405.04434, 2412.19437 and their modelling code.
  template <class Report>
  constexpr void group_rules(Report& report) const {
    if (topk_group == 0) report.broken_rule("moetric: topk_group must be positive with n_group", topk_group);
    if (topk_group > n_group) report.broken_rule("moetric: topk_group must not exceed n_group", topk_group, n_group);
    if (router != router_kind::linear && n_group != 1)
      report.broken_rule("moetric: n_group must be at most 1 unless tokens choose by a linear router", n_group);
    if (remainder(n_experts, n_group) != 0)
      return report.broken_rule("moetric: n_experts must be divisible by n_group", n_experts, n_group);
    count const in_group = floor_div(n_experts, n_group);
    if (top_k > topk_group * in_group)
      report.broken_rule("moetric: top_k must not exceed the experts in topk_group groups", top_k,
                         topk_group * in_group);
    if (correction_bias && in_group < 2)
      report.broken_rule(
          "moetric: experts in a group must be at least 2 with correction_bias, whose groups score by two", in_group);
  }
  /// The rules of sharding: whole experts on each expert-parallel rank, each expert over the expert-tensor-parallel
  /// ranks; shared experts and the dense feed-forward beside the experts over the tensor-parallel ranks like every
  /// dense matrix. Router and latent projections are replicated. Source: Megatron-LM's memory estimate.
  template <class Report>
  constexpr void parallel_rules(parallel_sizes const& sizes, Report& report) const {
    detail::split_experts(n_experts, sizes, report);
    if (by_modality) detail::split_experts(n_image_experts, sizes, report);
    if (by_modality && remainder(d_image_expert, sizes.expert_tensor) != 0)
      report.broken_rule("moetric: d_image_expert must be divisible by the expert-tensor-parallel size", d_image_expert,
                         sizes.expert_tensor);
    if (remainder(d_expert, sizes.expert_tensor) != 0)
      report.broken_rule("moetric: d_expert must be divisible by the expert-tensor-parallel size", d_expert,
                         sizes.expert_tensor);
    if (remainder(n_shared_experts * d_shared_expert, sizes.tensor) != 0)
      report.broken_rule("moetric: the width of all shared experts must be divisible by the tensor-parallel size",
                         n_shared_experts * d_shared_expert, sizes.tensor);
    if (remainder(d_residual, sizes.tensor) != 0)
      report.broken_rule("moetric: d_residual must be divisible by the tensor-parallel size", d_residual, sizes.tensor);
  }

  friend bool operator==(experts const&, experts const&) requires std::equality_comparable<T>
  = default;
};

}  // namespace moetric::v0
