#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/core/run_control.hpp"
#include "moetric/plan/request.hpp"

namespace moetric::v0::plan {

/// The experiments from which a team fits a recipe like that of 2603.21862 to its own data and cluster.
///   pilot       shapes of a few triads at the smallest scale: does the loss at the middle width rank triads correctly?
///   isoflop     phase 0: sizes around M_opt at each budget, for M_opt(C) and D_opt(C)
///   rate_batch  phase 0: learning rates and batches around the law's, for both over C
///   grid        phase 1: M/N_a x N/N_a at each scale, at the middle of the feasible widths
///   density     phase 1: M/N_a in small steps around its optimum at one N/N_a, for the law of M/N_a
///   width       phase 2: a sweep of d_model at each scale's best triad
enum class design_phase { pilot, isoflop, rate_batch, grid, density, width };

/// The phase as the CSV column `phase` and the tool's option --phase spell it.
constexpr std::string_view name(design_phase phase) {
  switch (phase) {
  case design_phase::pilot: return "pilot";
  case design_phase::isoflop: return "isoflop";
  case design_phase::rate_batch: return "rate-batch";
  case design_phase::grid: return "grid";
  case design_phase::density: return "density";
  case design_phase::width: break;
  }
  return "width";
}

/// M/N_a in small steps at one scale, and the N/N_a at which the paper ran them.
struct density_steps {
  double compute;  // training FLOPs of each run
  fixed_list<double, 10> densities;
  double expansion;  // N/N_a
};

/// Table 15 of 2603.21862, 49 runs. Derived: the targets that reproduce every row by the paper's rounding.
inline constexpr std::array table_15{
    density_steps{1e18, {{8, 8.7, 10, 10.5, 11, 12, 13, 14, 15, 16}, 10}, 17},
    density_steps{3e18, {{8, 8.5, 9, 9.5, 10, 11, 12, 13}, 8}, 22},
    density_steps{1e19, {{8, 8.3, 8.7, 9, 9.5, 10, 11, 12}, 8}, 22},
    density_steps{3e19, {{7.5, 8, 8.5, 9, 9.5, 10, 11}, 7}, 22},
    density_steps{1e20, {{7, 7.3, 7.7, 8, 8.5, 9, 10, 11}, 8}, 22},
    density_steps{3e20, {{6.6, 6.8, 7.2, 7.5, 8, 8.5, 9, 10}, 8}, 22},
};

/// The sizes of a design. Defaults are the paper's where it prints them.
struct design_request {
  request base{.rounding = rounding_rule::paper};                  // of every run; its compute is replaced
  std::vector<double> scales{1e18, 3e18, 1e19, 3e19, 1e20, 3e20};  // FLOPs, Table 2
  std::vector<double> densities{7, 8, 9, 11, 14, 17};              // M/N_a, Sec. 5.1
  std::vector<double> expansions{12, 16, 20, 22, 26, 30};          // N/N_a, Sec. 5.1
  std::vector<double> chosen_densities{};              // M/N_a of phase 2, one for each scale; if empty the source's
  std::vector<double> chosen_expansions{};             // N/N_a of phase 2, likewise
  std::vector<double> d_models{};                      // of phase 2; if empty evenly over the feasible widths
  std::size_t isoflop_sizes = 7;                       // of M at each budget
  double isoflop_stride = 1.4142135623730951;          // ratio of neighbouring M
  std::vector<double> factors{0.5, 0.71, 1, 1.41, 2};  // of learning rate and of batch around the law's
  std::size_t widths = 9;                              // of phase 2 at each scale
  std::size_t pilot_triads = 10;                       // Sec. 4.3.1
  std::size_t pilot_widths = 14;                       // 144 runs in the paper
  bool share_stems = true;                             // warmup-stable-decay: one stem, a decay for each budget
  double decay = 0.2;                                  // fraction of a run's tokens
  run_control control{};                               // a stop ends a design with the runs that it has
};

/// Checks every field by name.
/// \throws std::invalid_argument for the first field that has no design
inline void validate(design_request const& r) {
  using detail::refuse, detail::require_positive;
  request base = r.base;
  base.compute = 1e18;
  validate(base);
  if (base.attention == attention_kind::latent || base.n_dense_layers || base.d_ff || base.width_ratio)
    refuse("a design must leave attention, dense layers and their width to the paper's rules");
  auto const require_numbers = [](std::string_view field, std::vector<double> const& values) {
    if (values.empty()) refuse(std::string(field) + " must hold at least one number, but is empty");
    for (double const each : values) require_positive(field, each);
  };
  require_numbers("scales", r.scales);
  for (double const each : r.scales) {
    base.compute = each;
    validate(base);
  }
  require_numbers("flops_per_active_parameter", r.densities);
  require_numbers("expansion_ratio", r.expansions);
  require_numbers("factors", r.factors);
  if (!r.d_models.empty()) require_numbers("d_model", r.d_models);
  for (auto const* chosen : {&r.chosen_densities, &r.chosen_expansions})
    if (!chosen->empty() && chosen->size() != r.scales.size())
      refuse("the triads of phase 2 must be one for each of " + std::to_string(r.scales.size()) + " scales, but got " +
             std::to_string(chosen->size()));
  auto const require_size = [](std::string_view field, std::size_t value, std::size_t least) {
    detail::require_between(field, static_cast<std::uint64_t>(value), static_cast<std::uint64_t>(least), 10000);
  };
  require_size("isoflop_sizes", r.isoflop_sizes, 3);
  require_size("widths", r.widths, 1);
  require_size("pilot_triads", r.pilot_triads, 1);
  require_size("pilot_widths", r.pilot_widths, 1);
  if (!(r.isoflop_stride > 1 && r.isoflop_stride <= 10))
    refuse("isoflop_stride must exceed 1 and must not exceed 10, but got " + brief(r.isoflop_stride));
  if (!(r.decay > 0 && r.decay <= 1)) refuse("decay must exceed 0 and must not exceed 1, but got " + brief(r.decay));
}

}  // namespace moetric::v0::plan
