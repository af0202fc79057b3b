#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/core/provenance.hpp"
#include "moetric/optimum/fine_grained_band.hpp"
#include "moetric/plan/request.hpp"

namespace moetric::v0 {

/// The range of a field within which a law loses little.
struct band {
  std::string_view field;
  std::string_view law;
  double tolerance;     // the loss may rise by this fraction
  std::string_view of;  // total or reducible loss
  provenance how;
  double low;
  double best;
  double high;
  std::string note;

  /// printed, derived, or fitted by the user.
  std::string_view kind() const { return how == provenance::user ? "fitted" : name(how); }
};

/// Fields whose band the paper shows in a figure only.
inline constexpr std::array<std::string_view, 2> fields_with_unknown_band{"d_model", "flops_per_active_parameter"};

/// Fields that no shipped law sees, so that no band of loss exists for them.
inline constexpr std::array<std::string_view, 4> fields_without_band{"n_layers", "n_heads", "n_kv_heads", "head_dim"};

/// The bands that exist. 2603.21862 prints two, each with its own tolerance, which hold at its sparsity alone, 288/8/1,
/// and at its scales; its bands of d_model and of M/N_a are in figures only: not known. The fine-grained law sees N, D
/// and G, so its own band is computed at the request's tolerance, around its own optimum and in its own family.
inline std::vector<band> bands_of(plan_request const& r, triad_targets const& targets, double planned_compute) {
  std::vector<band> all;
  if (sparsity_of(r) == paper_sparsity && laws::holistic::decades_outside(planned_compute) == 0) {
    all.push_back({"expansion_ratio", "holistic", 0.01, "total", provenance::printed, 18, targets.expansion_ratio, 25,
                   "App. F.4; best is what this plan aims at"});
    all.push_back({"width_ratio", "holistic", 0.005, "total", provenance::printed, 3, planned_width_ratio, 5,
                   "App. E, (top_k + n_shared) x d_expert / d_model, best at 3.0-3.5; best is what this plan aims at"});
  }
  auto const band = optimum::band_at_compute(laws::fine_grained::four_decimals, r.compute, r.tolerance);
  auto const add = [&](std::string_view field, laws::range const& within, double best) {
    all.push_back(
        {field, "fine-grained", r.tolerance, "total", provenance::derived, within.low, best, within.high,
         "around this law's own optimum at expansion rate 64, not around the plan; 0.1 % is about seed noise"});
  };
  add("total_non_embedding_parameters", band.total_non_embedding_parameters, band.best.total_non_embedding_parameters);
  add("tokens", band.tokens, band.best.tokens);
  add("granularity", band.granularity, band.best.granularity);
  return all;
}

}  // namespace moetric::v0
