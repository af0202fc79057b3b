#pragma once

#include "moetric/account/flops.hpp"
#include "moetric/plan/explain.hpp"

namespace moetric::v0 {

namespace detail {

/// What a solved and rounded shape is, and by how much it misses.
inline void settle(plan& p, solved_shape const& solved) {
  p.targets = solved.targets;
  p.width_clamped = solved.width.clamped;
  p.limited = solved.limited;
  p.real = solved.inverse.at(solved.width.d_model);
  p.missed = deviation_of(triad_of(to_real(p.architecture), solved.length), solved.targets);
  p.triad_at_shape = triad_of(p.architecture, shape_length_of(p.request));
  p.triad = triad_of(p.architecture, p.request.sequence_length);
}

/// Tokens, FLOPs and hyper-parameters of the run.
inline void account_for(plan& p, recipe const& wanted, double optimal_tokens) {
  plan_request const& r = p.request;
  model const m = to_model(p.architecture);
  ratio const matmul = training_flops_per_token(m, {r.sequence_length});
  double const spent = r.budget == budget::holistic ? p.planned_compute : r.compute;
  double const per_token =
      static_cast<double>(r.budget == budget::holistic ? ratio(p.triad.training_flops_per_token) : matmul);
  double const affordable = spent / per_token;  // integers may leave more than a limit of tokens, which holds
  p.tokens = static_cast<std::uint64_t>(r.tokens_limit && affordable > *r.tokens_limit ? std::floor(*r.tokens_limit)
                                                                                       : std::round(affordable));
  p.optimal_tokens = optimal_tokens;
  p.holistic_compute = p.tokens * p.triad.training_flops_per_token;
  p.matmul_compute = (ratio(p.tokens) * matmul).floor();
  p.learning_rate = wanted.learning_rate;
  p.wanted_batch_tokens = wanted.batch_tokens;
  p.batch_sequences = static_cast<std::uint64_t>(
      std::max(1LL, std::llround(wanted.batch_tokens / static_cast<double>(r.sequence_length))));
  p.other_hyper_parameters = published_hyper_parameters(
      {.compute = p.planned_compute,
       .active_non_embedding_parameters = static_cast<double>(p.triad.active_non_embedding_parameters),
       .tokens = static_cast<double>(p.tokens),
       .expansion_rate = static_cast<double>(ratio(p.architecture.n_experts, p.architecture.top_k))});
  if (r.source.loss) p.losses.push_back(r.source.loss(m, p.tokens));
  for (expected_loss const& each : expected_losses(m, p.tokens)) p.losses.push_back(each);
}

}  // namespace detail

/// Plans an MoE for a budget by the recipe of 2603.21862, section 7, or by another source of its numbers: M and D, N_a
/// and N from their ratios, d_model by a rule, layers and d_expert by the inverse of Eq. 3, then integers; tokens are
/// what the budget pays for with the integer shape.
/// \throws std::invalid_argument naming the field, for what cannot be planned
inline plan make_plan(plan_request const& r) {
  validate(r);
  plan_source const& source = r.source;
  if (r.unique_tokens && !source.reads_unique_tokens)
    detail::invalid(
        ("moetric: unique_tokens must be given to a source whose law repeats tokens, which " + source.id + " does not")
            .c_str());
  plan p{.request = r};
  if (r.inference_tokens != 0) p.serving = split_for_serving(source, r.compute, r.inference_tokens);
  p.planned_compute = p.serving                      ? p.serving->training
                      : r.budget == budget::holistic ? r.compute
                                                     : detail::holistic_compute_for(r, source);
  double const asked = p.serving ? p.serving->equal_loss_compute : p.planned_compute;
  auto const change = [&p](recipe of) {
    if (!p.serving) return of;
    of.training_flops_per_token *= p.serving->flops_factor;
    of.tokens *= p.serving->tokens_factor;
    return of;
  };
  recipe const from_source = change(source.at(asked));
  detail::solved_shape solved = detail::solve_shape(r, from_source, p.planned_compute);
  p.architecture = detail::integers_within(r, solved, p.planned_compute);
  detail::settle(p, solved);
  detail::account_for(p, solved.wanted, from_source.tokens);
  shape<double> const integers = to_real(p.architecture);
  p.intervals = detail::intervals_of(r, source, asked, p.planned_compute, solved.heads,
                                     detail::numbers_of(triad_of(integers, solved.length), integers,
                                                        static_cast<double>(p.tokens), p.learning_rate,
                                                        static_cast<double>(p.batch_tokens())),
                                     change);
  for (double const factor : {0.9, 1.1})
    if (auto const off = detail::sensitivity_to(r, solved.wanted, solved.heads, p.planned_compute, factor))
      p.sensitivity.push_back(*off);
  if (!p.serving) p.head_alternatives = detail::head_alternatives_of(r, source, solved, p.planned_compute);
  p.fit = fit_to_hardware(p.architecture, r.parallel);
  p.alternatives = detail::hardware_alternatives_of(r, solved, 5);
  p.bands = bands_of(r, p.targets, p.planned_compute);
  p.decisions = detail::decisions_of(p, solved);
  p.warnings = detail::warnings_of(p);
  return p;
}

}  // namespace moetric::v0
