#pragma once

#include <cmath>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "moetric/core/provenance.hpp"
#include "moetric/laws/law.hpp"
#include "moetric/plan/loss_by_law.hpp"

namespace moetric::v0::plan {

/// The numbers that a compute budget determines before a shape is chosen.
struct recipe {
  double training_flops_per_token;    // M, in the convention of 2603.21862
  double tokens;                      // D of least loss
  double flops_per_active_parameter;  // M/N_a
  double expert_share;   // of active parameters; N/N_a = 1 + share·((n_experts + n_s)/(top_k + n_s) − 1)
  double learning_rate;  // peak
  double batch_tokens;
  std::optional<double> d_model{};  // empty unless the source has a law of the width
};

/// A recipe as a function of the compute budget, FLOPs in the convention of 2603.21862.
using recipe_of_compute = std::function<recipe(double compute)>;

/// The origin of one number of a recipe, shown beside the number.
struct recipe_origin {
  provenance how;
  std::string why;
  laws::range fitted{};  // FLOPs over which the law was fitted; 0 .. 0 if the source does not state them
};

/// How the variants of a source's recipe were made, and so what their spread means.
///   leave_one_out  the same laws fitted without one scale each; their spread is not a confidence interval
///   draws          coefficients drawn from the error of the fit; the middle 95 % form the interval
enum class spread_kind { none, leave_one_out, draws };

/// A source of recipes: a published paper, or laws fitted by the user. Sources are interchangeable.
struct recipe_source {
  std::string id;
  recipe_of_compute at;
  recipe_origin flops{};  // of M and tokens
  recipe_origin density{};
  recipe_origin expansion{};
  recipe_origin learning_rate{};
  recipe_origin batch{};
  recipe_origin d_model{};
  std::vector<recipe_of_compute> variants{};  // the same recipe with other coefficients, as `spread` says
  spread_kind spread = spread_kind::none;
  /// With `draws`: leave-one-scale-out variants for the quantities that the draws do not cover.
  std::vector<recipe_of_compute> without_a_scale{};
  std::string not_known{};  // one sentence: the errors that the variants leave out
  /// M/M_opt within which the source's own loss rises by at most 0.1 %. Empty if the source has no law of loss.
  std::function<laws::range(double compute)> flops_band{};
  /// The loss that the source's own law predicts for a model trained on `tokens`. Empty if the source has no such law.
  std::function<loss_by_law(model const& m, count tokens)> loss{};
  bool reads_unique_tokens = false;
  bool sees_experts = false;  // M and tokens come from a law of models with other experts too, at the plan's own
  std::vector<std::string> warnings{};  // of the fit behind the source
};

/// Distance of a budget from a fitted range in decades, |log10(compute / nearest end)|; 0 inside it and for a range
/// that is not stated.
inline double decades_outside(laws::range const& fitted, double compute) {
  if (fitted.high <= 0) return 0;
  if (compute < fitted.low) return std::log10(fitted.low / compute);
  return compute > fitted.high ? std::log10(compute / fitted.high) : 0;
}

}  // namespace moetric::v0::plan
