#pragma once

#include "moetric/account/flops.hpp"
#include "moetric/plan/explain.hpp"

namespace moetric::inline v0 {

/// Plans an MoE for a budget by the recipe of 2603.21862, section 7: M and D from Eq. 2, N_a and N from their ratios,
/// d_model by a rule, layers and d_expert by the inverse of Eq. 3, then integers; tokens are what the budget pays for
/// with the integer shape.
/// \throws std::invalid_argument naming the field, for what cannot be planned
inline plan make_plan(plan_request const& r) {
  validate(r);
  double const planned = r.budget == budget::holistic ? r.compute : detail::holistic_compute_for(r);
  detail::solved_shape const solved = detail::solve_shape(r, planned);
  shape<double> const rounded = detail::round_shape(r, solved);

  plan p{.request = r,
         .planned_compute = planned,
         .targets = solved.targets,
         .width_clamped = solved.width.clamped,
         .real = solved.inverse.at(solved.width.d_model),
         .architecture = detail::to_integers(rounded, vocab_size_of(r)),
         .missed = deviation_of(triad_of(rounded, solved.length), solved.targets)};
  p.triad_at_shape = triad_of(p.architecture, shape_length_of(r));
  p.triad = triad_of(p.architecture, r.sequence_length);
  model const m = to_model(p.architecture);
  ratio const matmul = training_flops_per_token(m, {r.sequence_length});
  double const per_token =
      static_cast<double>(r.budget == budget::holistic ? ratio(p.triad.training_flops_per_token) : matmul);
  p.tokens = static_cast<std::uint64_t>(std::llround(r.compute / per_token));
  p.optimal_tokens = laws::holistic::optimal_tokens(planned);
  p.holistic_compute = p.tokens * p.triad.training_flops_per_token;
  p.matmul_compute = (ratio(p.tokens) * matmul).floor();
  p.learning_rate = laws::holistic::learning_rate(planned);
  p.batch_sequences = static_cast<std::uint64_t>(
      std::max(1LL, std::llround(laws::holistic::batch_tokens(planned) / static_cast<double>(r.sequence_length))));
  p.other_hyper_parameters = published_hyper_parameters(
      {.compute = planned,
       .active_non_embedding_parameters = static_cast<double>(p.triad.active_non_embedding_parameters),
       .tokens = static_cast<double>(p.tokens),
       .expansion_rate = static_cast<double>(ratio(p.architecture.n_experts, p.architecture.top_k))});
  p.losses = expected_losses(m, p.tokens);
  p.bands = bands_of(r, p.targets, planned);
  p.decisions = detail::decisions_of(p, solved.heads);
  p.warnings = detail::warnings_of(p);
  return p;
}

}  // namespace moetric::inline v0
