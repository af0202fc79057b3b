#pragma once

#include "moetric/core/compiled.hpp"
#include "moetric/plan/complete_plan.hpp"
#include "moetric/plan/decisions.hpp"
#include "moetric/plan/fewer_experts.hpp"
#include "moetric/plan/warnings.hpp"

namespace moetric::v0::plan {

namespace detail {

/// The shape and the run of a plan, and what they were made from: a plan without what describes it.
struct plan_core {
  resolved_request request;
  compute_split compute;
  planned_shape shape;
  training_run run;
};

inline plan_core core_of(request const& asked) {
  resolved_request const r = with_fewer_experts(resolve(asked));
  auto const [split, shape] = buy_shape(r);
  return {r, split, shape, run_of(r, split, shape)};
}

inline complete_plan made(request const& asked) {
  auto const& [r, split, shape, run] = core_of(asked);
  return {.request = r,
          .compute = split,
          .shape = shape,
          .run = run,
          .losses = losses_of(r, shape.architecture, run.tokens),
          .bands = bands_of(r, shape.targets(), split.training),
          .spreads = spreads_of(r, split, shape, run),
          .sensitivities = sensitivities_of(r, split, shape.exact),
          .head_alternatives = head_alternatives_of(r, split, shape.exact),
          .hardware = check_hardware(shape.architecture, r.parallel),
          .alternatives = hardware_alternatives_of(r, shape.exact, 5),
          .decisions = decisions_of(r, split, shape.exact),
          .warnings = warnings_of(r, split, shape, run)};
}

}  // namespace detail

/// Plans an MoE for a compute budget by the recipe of 2603.21862, section 7, or by another source of its numbers:
///
///   resolve -> fewer experts if a limit of parameters asks for it -> split the compute -> recipe: M, D and the ratios
///   M/N_a, N/N_a -> heads -> d_model by a rule, layers and d_expert by the inverse of Eq. 3 -> integers -> the run:
///   tokens are what the budget pays for with these integers
///
/// Bands, spreads, alternatives, decisions and warnings describe the plan that these stages give.
/// \throws std::invalid_argument naming the field that has no plan
#ifdef MOETRIC_COMPILED
complete_plan make(request const& asked);
#else
inline complete_plan make(request const& asked) {
  return detail::made(asked);
}
#endif

}  // namespace moetric::v0::plan
