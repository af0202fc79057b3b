#pragma once

#include "moetric/account/triad.hpp"

/// The triad of 2603.21862 from the shares of compute, its Eq. 4 and 5. They are identities of Eq. 3: two shapes of
/// equal M differ in N_a by the share of attention scores, and in N by that of experts.
namespace moetric::v0::laws::holistic {

/// The shares of M, which add up to 1.
struct compute_shares {
  double attention;  // r_a, projections and scores
  double dense;      // r_d
  double experts;    // r_m, active routed and shared
};

/// The shares of a shape at a context length.
inline compute_shares shares_of(shape<double> const& s, double sequence_length) {
  account<double> const book = account_of(s);
  double const m = triad_of(s, sequence_length).training_flops_per_token;
  double const dense = 6 * book.multiplied[term::dense_ffn] / m;
  double const experts = 6 * (book.multiplied[term::routed_experts] + book.multiplied[term::shared_experts]) / m;
  return {1 - dense - experts, dense, experts};
}

/// What M/N_a depends on beside the attention share.
struct attention_geometry {
  double d_model;
  double kv_heads_per_head;  // n_kv_heads / n_heads
  double sequence_length;
};

/// The fraction of attention FLOPs in scores: 1 / (1 + 2·d·(1 + n_kv/n_heads)/S).
constexpr double score_part(attention_geometry const& at) {
  return 1 / (1 + 2 * at.d_model * (1 + at.kv_heads_per_head) / at.sequence_length);
}

/// M/N_a = 6 / (1 − r_a·score part). Eq. 5, first line; Eq. 4 is M over it.
constexpr double density_from_share(double attention_share, attention_geometry const& at) {
  return 6 / (1 - attention_share * score_part(at));
}

/// N/N_a = 1 + r·((n_experts + n_shared)/(top_k + n_shared) − 1), with r the experts' share of active parameters.
/// Eq. 5, second line, where the paper has n_shared = 1.
constexpr double expansion_from_share(double expert_share_of_active, double n_experts, double top_k, double n_shared) {
  return 1 + expert_share_of_active * ((n_experts + n_shared) / (top_k + n_shared) - 1);
}

/// N − N_a = (M/6)·r_m·(n_experts − top_k)/(top_k + n_shared), with r_m the experts' share of M. Eq. 4, second line.
constexpr double inactive_from_share(double training_flops_per_token, double share_of_flops, double n_experts,
                                     double top_k, double n_shared) {
  return training_flops_per_token / 6 * share_of_flops * (n_experts - top_k) / (top_k + n_shared);
}

}  // namespace moetric::v0::laws::holistic
