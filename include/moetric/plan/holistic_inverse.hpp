#pragma once

#include <algorithm>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <string>

#include "moetric/account/triad.hpp"
#include "moetric/laws/holistic.hpp"
#include "moetric/plan/latent_attention.hpp"

namespace moetric::v0::plan {

/// The targets of a shape: M, M/N_a (active compute density) and N/N_a (parameter expansion ratio).
struct triad_targets {
  double training_flops_per_token = 0;    // M, FLOPs
  double flops_per_active_parameter = 0;  // M/N_a, above 6
  double expansion_ratio = 0;             // N/N_a

  /// N_a = M / (M/N_a)
  constexpr double active_parameters() const { return training_flops_per_token / flops_per_active_parameter; }
  /// N = N_a·(N/N_a)
  constexpr double total_parameters() const { return active_parameters() * expansion_ratio; }
};

/// The numbers of a shape that are fixed before it is solved for, as real numbers.
struct shape_constants {
  double sequence_length = 8192;  // tokens
  double n_heads = 0;
  double n_kv_heads = 0;
  double head_dim = 0;
  double n_experts = 288;
  double top_k = 8;
  double n_shared_experts = 1;
  double d_ff_per_d_model = 3;             // width of a dense feed-forward as a multiple of d_model
  std::optional<double> d_ff{};            // the same width if it does not follow d_model
  std::optional<latent_widths> latents{};  // of latent attention, with which n_kv_heads is not read

  /// Forward FLOPs of scores and weighted values for half a pair of one layer: 2·n_heads·head_dim of grouped queries.
  double core_per_half_pair() const {
    return latents ? latent_attention<double>(n_heads, head_dim, *latents).core_flops_per_half_pair()
                   : 2 * n_heads * head_dim;
  }
  /// Weights of one layer's projections that do not grow with d_model: 0 of grouped queries.
  double projections_at_no_width() const {
    return latents ? latent_attention<double>(n_heads, head_dim, *latents).projection_weights(0) : 0;
  }
  /// Weights of one layer's projections for each unit of d_model.
  double projections_per_width() const {
    if (!latents) return 2 * (n_heads + n_kv_heads) * head_dim;
    return latent_attention<double>(n_heads, head_dim, *latents).projection_weights(1) - projections_at_no_width();
  }
};

/// The real-valued number of layers that meets M and M/N_a at any width, (M − 6·N_a) / (6·S·n_heads·head_dim) with
/// grouped queries.
inline double depth_of(triad_targets const& targets, shape_constants const& fixed) {
  return (targets.training_flops_per_token - 6 * targets.active_parameters()) /
         (3 * fixed.sequence_length * fixed.core_per_half_pair());
}

/// The closed-form inverse of the constraint triad: for each d_model the real-valued shape that meets the targets
/// exactly. Derived here from 2603.21862, Eq. 3 (the paper says that the layers "are determined").
///
///   L   = (M − 6·N_a) / (6·S·n_heads·head_dim)
///   p   = (N − N_a) / (3·(n_experts − top_k)) = d·d_expert·L_moe
///   L_d = (A − a·d) / (3·γ·d²), with a = 2·(n_heads + n_kv_heads)·head_dim·L, A = N_a − 3·(top_k + n_shared)·p
///
/// A given d_ff takes the place of γ·d. The projections of latent attention are a·d + b, and b·L is taken off A.
class holistic_inverse {
 public:
  /// \throws std::invalid_argument naming the target that no shape can meet
  holistic_inverse(triad_targets const& targets, shape_constants const& constants) : fixed_(constants) {
    double const active = targets.active_parameters();
    double const largest =
        laws::holistic::largest_expansion_ratio(fixed_.n_experts, fixed_.top_k, fixed_.n_shared_experts);
    require(fixed_.n_experts > fixed_.top_k, "n_experts must exceed top_k", fixed_.n_experts);
    require(targets.flops_per_active_parameter > 6, "flops_per_active_parameter must exceed 6",
            targets.flops_per_active_parameter);
    require(targets.expansion_ratio > 1 && targets.expansion_ratio < largest,
            "expansion_ratio must lie between 1 and (n_experts + n_shared_experts)/(top_k + n_shared_experts) = " +
                text(largest),
            targets.expansion_ratio);
    n_layers_ = depth_of(targets, fixed_);
    require(n_layers_ > 1, "n_heads x head_dim must be small enough to leave more than 1 layer", n_layers_);
    expert_area_ = (targets.total_parameters() - active) / (3 * (fixed_.n_experts - fixed_.top_k));
    projection_ = fixed_.projections_per_width() * n_layers_;
    rest_ = active - 3 * experts_per_token() * expert_area_ - fixed_.projections_at_no_width() * n_layers_;
    require(rest_ > 0, "active parameters must exceed those of experts and latent projections", rest_);
  }

  /// L, the same at every width.
  double n_layers() const { return n_layers_; }

  /// The real-valued shape at a width. Outside `possible_d_model` layers and expert widths may be negative.
  shape<double> at(double d_model) const {
    double const dense = (rest_ - projection_ * d_model) /
                         (fixed_.d_ff ? 3 * *fixed_.d_ff * d_model : 3 * fixed_.d_ff_per_d_model * d_model * d_model);
    double const moe = n_layers_ - dense;
    return {.d_model = d_model,
            .n_dense_layers = dense,
            .n_moe_layers = moe,
            .n_heads = fixed_.n_heads,
            .n_kv_heads = fixed_.n_kv_heads,
            .head_dim = fixed_.head_dim,
            .d_ff = fixed_.d_ff.value_or(fixed_.d_ff_per_d_model * d_model),
            .d_expert = expert_area_ / (d_model * moe),
            .n_experts = fixed_.n_experts,
            .top_k = fixed_.top_k,
            .n_shared_experts = fixed_.n_shared_experts};
  }

  /// The width at which `dense` layers are dense, the positive root of L_d(d) = dense; it decreases with `dense`.
  double d_model_at_dense_layers(double dense) const {
    if (dense == 0) return rest_ / projection_;
    if (fixed_.d_ff) return rest_ / (projection_ + 3 * *fixed_.d_ff * dense);
    double const quadratic = 3 * fixed_.d_ff_per_d_model * dense;
    // 2c/(b + sqrt(b² + 4ac)): the usual form would subtract nearly equal numbers for few dense layers
    return 2 * rest_ / (projection_ + std::sqrt(projection_ * projection_ + 4 * quadratic * rest_));
  }

  /// Real-valued widths from low to high.
  struct width_range {
    double low;
    double high;
    double middle() const { return (low + high) / 2; }
  };

  /// Widths with at least half a layer of either kind, so that both kinds round to one layer or more.
  width_range feasible_d_model() const {
    return {d_model_at_dense_layers(n_layers_ - 0.5), d_model_at_dense_layers(0.5)};
  }

  /// Widths with a positive number of layers of either kind. The paper's sweeps of d_model go this far: it rounds any
  /// part of a dense layer up to one.
  width_range possible_d_model() const { return {d_model_at_dense_layers(n_layers_), d_model_at_dense_layers(0)}; }

  /// The width, feasible or not, at which (top_k + n_shared)·d_expert/d_model is the given ratio: the positive root of
  /// L·d² + (a/3γ)·d − A/3γ − (top_k + n_shared)·p/ratio = 0, or with a given d_ff of
  /// (L + a/3d_ff)·d² − (A/3d_ff)·d − (top_k + n_shared)·p/ratio = 0.
  double d_model_at_width_ratio(double width_ratio) const {
    if (fixed_.d_ff) {
      double const quadratic = n_layers_ + projection_ / (3 * *fixed_.d_ff), linear = rest_ / (3 * *fixed_.d_ff);
      double const constant = experts_per_token() * expert_area_ / width_ratio;
      return (linear + std::sqrt(linear * linear + 4 * quadratic * constant)) / (2 * quadratic);
    }
    double const dense_area = 3 * fixed_.d_ff_per_d_model;
    double const linear = projection_ / dense_area;
    double const constant = rest_ / dense_area + experts_per_token() * expert_area_ / width_ratio;
    return 2 * constant / (linear + std::sqrt(linear * linear + 4 * n_layers_ * constant));
  }

 private:
  double experts_per_token() const { return fixed_.top_k + fixed_.n_shared_experts; }

  static std::string text(double value) {
    std::string digits = std::to_string(value);
    digits.erase(digits.find_last_not_of('0') + 1);
    return digits.back() == '.' ? digits + "0" : digits;
  }
  static void require(bool holds, std::string const& sentence, double got) {
    if (!holds) moetric::detail::invalid(("moetric: " + sentence + ", but got " + text(got)).c_str());
  }

  shape_constants fixed_;
  double n_layers_;     // L
  double expert_area_;  // p
  double projection_;   // a
  double rest_;         // A
};

}  // namespace moetric::v0::plan
