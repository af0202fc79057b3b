#pragma once

#include <array>

#include "moetric/account/flops.hpp"
#include "moetric/core/nearest_count.hpp"
#include "moetric/optimum/hyper_parameters.hpp"
#include "moetric/plan/compute_split.hpp"
#include "moetric/plan/planned_shape.hpp"

namespace moetric::v0::plan {

/// Sequences of a batch that runs: the multiple of `multiple` nearest to what a law wants. By default that is the
/// largest power of two of at most a sixteenth of it, so that the batch divides over usual numbers of devices and moves
/// by 3 % at most.
inline count runnable_batch(double sequences, std::optional<count> multiple) {
  double step = 1;
  if (multiple)
    step = static_cast<double>(*multiple);
  else
    while (step * 32 <= sequences) step *= 2;
  return nearest_count("sequences of a batch", std::max(step, std::round(sequences / step) * step));
}

/// The training run of a planned shape.
struct training_run {
  moetric::triad<> triad;  // at the run's sequence length
  count tokens;
  double optimal_tokens;       // D_opt of the source
  count holistic_compute;      // tokens·M: without output head and router
  count matmul_compute;        // tokens times every matrix product and half the causal square
  double learning_rate;        // peak
  double wanted_batch_tokens;  // before rounding to sequences
  count batch_sequences;
  count batch_tokens;
  std::array<optimum::hyper_parameters, laws::hyper_laws.size()> other_hyper_parameters;  // by other published laws

  /// Optimiser steps: tokens / batch_tokens, rounded up.
  count steps() const { return floor_div(tokens + batch_tokens - 1, batch_tokens); }
};

/// Tokens, FLOPs and hyper-parameters of the run: tokens are what the budget pays for with the integer shape, at most
/// the limit of tokens.
/// \throws std::invalid_argument if they are fewer than one sequence, or for heads or experts that no model has
inline training_run run_of(resolved_request const& r, compute_split const& split, planned_shape const& shape) {
  moetric::triad<> const t = r.triad_of(shape.architecture, r.sequence_length);
  ratio const matmul = training_flops_per_token(r.model_of(shape.architecture), {r.sequence_length});
  bool const holistic = r.budget == budget_basis::holistic;
  double const spent = holistic ? split.training : r.compute;
  double const per_token = static_cast<double>(holistic ? ratio(t.training_flops_per_token) : matmul);
  double const affordable = spent / per_token;
  // The integer shape may need fewer FLOPs per token than the targets, and would exceed the limit of tokens.
  bool const limited = r.tokens_limit && affordable > *r.tokens_limit;
  count const tokens = nearest_count("tokens", limited ? std::floor(*r.tokens_limit) : affordable);
  detail::require_between("n_heads", shape.architecture.n_heads, 1, detail::widest);
  detail::require_between("d_expert", shape.architecture.d_expert, 1, detail::widest);
  if (tokens < r.sequence_length)
    detail::refuse("tokens must be at least those of one sequence, " + to_string(r.sequence_length) +
                   ", but compute pays for " + to_string(tokens));
  recipe const& wanted = shape.exact.wanted;
  count const batch_sequences =
      runnable_batch(wanted.batch_tokens / static_cast<double>(r.sequence_length), r.batch_multiple);
  return {.triad = t,
          .tokens = tokens,
          .optimal_tokens = wanted.tokens,
          .holistic_compute = tokens * t.training_flops_per_token,
          .matmul_compute = (ratio(tokens) * matmul).floor(),
          .learning_rate = wanted.learning_rate,
          .wanted_batch_tokens = wanted.batch_tokens,
          .batch_sequences = batch_sequences,
          .batch_tokens = batch_sequences * r.sequence_length,
          .other_hyper_parameters = optimum::published_hyper_parameters(
              {.compute = split.training,
               .active_non_embedding_parameters = static_cast<double>(t.active_non_embedding_parameters),
               .tokens = static_cast<double>(tokens),
               .expansion_rate = static_cast<double>(ratio(shape.architecture.n_experts, shape.architecture.top_k))})};
}

/// The losses that laws give for a planned model: the source's own law if it has one, then the fine-grained law.
inline std::vector<loss_by_law> losses_of(resolved_request const& r, shape<> const& architecture, count tokens) {
  model const m = r.model_of(architecture);
  std::vector<loss_by_law> losses;
  if (r.source.loss) losses.push_back(r.source.loss(m, tokens));
  losses.push_back(fine_grained_loss(m, tokens));
  return losses;
}

}  // namespace moetric::v0::plan
