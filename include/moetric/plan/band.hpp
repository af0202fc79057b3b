#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/core/provenance.hpp"
#include "moetric/optimum/fine_grained_band.hpp"
#include "moetric/plan/resolved_request.hpp"

namespace moetric::v0::plan {

/// The values of a field for which the loss by a law rises by at most a tolerance.
struct band {
  std::string field;
  std::string law;
  double tolerance;            // relative rise of the loss
  std::string_view loss_part;  // "total" or "reducible": the loss that the tolerance is a fraction of
  provenance how;
  double low;
  double best;
  double high;
  std::string note;

  /// "fitted" for a band of the user's own law, otherwise the name of its provenance.
  std::string_view kind() const { return how == provenance::user ? "fitted" : name(how); }
};

/// Fields whose band the paper shows in a figure only.
inline constexpr std::array<std::string_view, 2> fields_with_unknown_band{"d_model", "flops_per_active_parameter"};

/// Fields that no law in this library depends on, so that they have no band.
inline constexpr std::array<std::string_view, 4> fields_without_band{"n_layers", "n_heads", "n_kv_heads", "head_dim"};

/// The bands of published laws. 2603.21862 prints two, each with its own tolerance, valid at its sparsity 288/8/1 and
/// at its scales; its bands of d_model and M/N_a are in figures only and so not known. The fine-grained law depends on
/// N, D and G; its band is computed at the request's tolerance, around its own optimum and within its own family.
/// \param training compute of training, FLOPs in the paper's convention
inline std::vector<band> bands_of(resolved_request const& r, triad_targets const& targets, double training) {
  std::vector<band> all;
  if (r.has_paper_sparsity() && laws::holistic::decades_outside(training) == 0) {
    all.push_back({"expansion_ratio", "holistic", 0.01, "total", provenance::printed, 18, targets.expansion_ratio, 25,
                   "App. F.4; best is what this plan aims at"});
    all.push_back({"width_ratio", "holistic", 0.005, "total", provenance::printed, 3, planned_width_ratio, 5,
                   "App. E, (top_k + n_shared) x d_expert / d_model, best at 3.0-3.5; best is what this plan aims at"});
  }
  auto const near = optimum::band_at_compute(laws::fine_grained::four_decimals, r.compute, r.tolerance);
  auto const add = [&](std::string_view field, laws::range const& within, double best) {
    all.push_back(
        {std::string(field), "fine-grained", r.tolerance, "total", provenance::derived, within.low, best, within.high,
         "around this law's own optimum at expansion rate 64, not around the plan; 0.1 % is about seed noise"});
  };
  add("total_non_embedding_parameters", near.total_non_embedding_parameters, near.best.total_non_embedding_parameters);
  add("tokens", near.tokens, near.best.tokens);
  add("granularity", near.granularity, near.best.granularity);
  return all;
}

}  // namespace moetric::v0::plan
