#pragma once

#include <algorithm>

#include "moetric/plan/training_run.hpp"

namespace moetric::v0::plan {
namespace detail {

/// About the compute that is counted, the range of the laws, and serving.
inline std::vector<std::string> warnings_of_compute(resolved_request const& r, compute_split const& split,
                                                    training_run const& run) {
  std::vector<std::string> all;
  double const times = static_cast<double>(run.matmul_compute) / static_cast<double>(run.holistic_compute);
  if (r.budget == budget_basis::holistic)
    all.push_back("the paper's compute leaves out output head and router; with them this run costs " + brief(times, 3) +
                  " times the budget (the budget kind matmul counts them)");
  else
    all.push_back(
        "the whole budget is " + brief(split.training, 3) +
        " FLOPs in the paper's own count, which leaves out output head and router; its laws are evaluated there");
  laws::range const& fitted = r.source.flops.fitted;
  if (double const far = decades_outside(fitted, split.training); far > 0)
    all.push_back(brief(split.training, 3) + " FLOPs in the paper's count are " + brief(std::max(far, 0.01), 2) +
                  " decades outside the " + brief(fitted.low) + " to " + brief(fitted.high) +
                  " that the laws of M and tokens were fitted on");
  for (std::string const& each : r.source.warnings) all.push_back(r.source.id + ": " + each);
  if (auto const& s = split.serving)
    all.push_back("training costs " + brief(s->training, 3) + " FLOPs and serving " + brief(r.inference_tokens, 3) +
                  " tokens " + brief(s->serving, 3) + "; the compute-optimal model of the same loss, trained with " +
                  brief(s->equal_loss_compute, 3) + " FLOPs, would cost " + brief(1 / s->flops_factor, 3) +
                  " times as much to serve (ratios of a dense law, 2401.00448)");
  return all;
}

/// About the shape: limits, sparsity, proportions, deviation from the targets.
inline std::vector<std::string> warnings_of_shape(resolved_request const& r, planned_shape const& planned) {
  std::vector<std::string> all;
  shape<> const& s = planned.architecture;
  if (r.has_fewer_experts())
    all.push_back("n_experts was lowered from " + to_string(paper_sparsity.n_experts) + " to " +
                  to_string(s.n_experts) + " to meet the limit of parameters or memory");
  if (planned.exact.limited)
    all.push_back("N/N_a was lowered to " + brief(planned.targets().expansion_ratio, 3) +
                  " to meet the limit of parameters or memory");
  if (!r.has_paper_sparsity())
    all.push_back("experts are " + to_string(s.n_experts) + "/" + to_string(s.top_k) + "/" +
                  to_string(s.n_shared_experts) +
                  " (routed/active/shared), not the paper's 288/8/1: its laws may not transfer; M, N_a and N follow "
                  "Eq. 3-5 with these numbers");
  if (auto const latents = r.latents(s.head_dim)) {
    all.push_back("the layers have latent attention, which the laws' models do not: 2603.21862 fitted grouped queries");
    if (latents->q_lora_rank >= s.d_model)
      all.push_back("q_lora_rank " + to_string(latents->q_lora_rank) + " is not below d_model " + to_string(s.d_model) +
                    ": queries gain nothing by it (q_lora_rank 0 leaves it out)");
  }
  if (planned.exact.width.clamped) all.push_back("d_model was moved to the edge of its feasible range");
  if (double const width = planned.width_ratio(); width < 3 || width > 5)
    all.push_back("the width ratio is " + brief(width, 3) + ", outside the range 3 to 5 that the paper tried");
  if (double const aspect = static_cast<double>(s.d_model) / static_cast<double>(s.n_layers());
      aspect < 43 || aspect > 154)
    all.push_back("d_model / n_layers is " + brief(aspect, 3) +
                  "; nine in ten published MoE models lie between 43 and 154");
  if (double const missed = planned.missed.largest(); missed > 0.05)
    all.push_back("integers deviate from the targets by up to " + brief(100 * missed, 2) + " %");
  return all;
}

/// About the run: tokens, sequence length and batch.
inline std::vector<std::string> warnings_of_run(resolved_request const& r, training_run const& run) {
  std::vector<std::string> all;
  if (double const off = static_cast<double>(run.tokens) / run.optimal_tokens - 1;
      std::fabs(off) > 0.05 && r.sequence_length == r.shape_sequence_length)
    all.push_back("tokens are " + brief(100 * off, 2) + " % off the optimum, " + brief(run.optimal_tokens, 3));
  if (!r.has_paper_length())
    all.push_back("the shape was chosen at length " + to_string(r.shape_sequence_length) +
                  "; the laws hold at 8192, and depth falls as the length grows");
  else if (r.sequence_length != laws::holistic::study::sequence_length)
    all.push_back("the shape was chosen at length 8192, where the laws hold, and its costs are counted at " +
                  to_string(r.sequence_length));
  if (run.wanted_batch_tokens < static_cast<double>(r.sequence_length) / 2)
    all.push_back("one sequence is longer than the batch that the law gives, " + brief(run.wanted_batch_tokens, 3) +
                  " tokens");
  return all;
}

/// About choices that every plan leaves open: heads and depth, learning rate, time.
inline std::vector<std::string> warnings_of_choices(resolved_request const& r, planned_shape const& planned,
                                                    training_run const& run) {
  count const n_heads = planned.architecture.n_heads;
  auto const layers = [&](double factor) { return brief(planned.exact.numbers().n_layers() / factor, 3); };
  std::string depth = "depth follows from the heads: " + to_string(n_heads) + " give " + layers(1) + " layers, " +
                      to_string(2 * n_heads) + " would give " + layers(2);
  if (remainder(n_heads, 2) == 0) depth += ", " + to_string(floor_div(n_heads, 2)) + " " + layers(0.5);
  optimum::hyper_parameters const *lowest = nullptr, *highest = nullptr;
  for (optimum::hyper_parameters const& each : run.other_hyper_parameters) {
    if (!(each.learning_rate > 0)) continue;
    if (lowest == nullptr || each.learning_rate < lowest->learning_rate) lowest = &each;
    if (highest == nullptr || each.learning_rate > highest->learning_rate) highest = &each;
  }
  return {depth,
          "published learning rates for this run differ by a factor of " +
              brief(highest->learning_rate / lowest->learning_rate, 2) + " (" + brief(lowest->learning_rate, 2) + " " +
              std::string(lowest->law) + ", " + brief(highest->learning_rate, 2) + " " + std::string(highest->law) +
              "); each is valid only with its own optimiser and schedule",
          "the shape is optimal in FLOPs, not in time: many small experts cost all-to-all communication, and widths "
          "are only multiples of " +
              to_string(r.multiple_of)};
}

}  // namespace detail

/// What the user of a plan must know, one sentence each.
inline std::vector<std::string> warnings_of(resolved_request const& r, compute_split const& split,
                                            planned_shape const& planned, training_run const& run) {
  std::vector<std::string> all;
  for (std::vector<std::string> const& part :
       {detail::warnings_of_compute(r, split, run), detail::warnings_of_shape(r, planned),
        detail::warnings_of_run(r, run), detail::warnings_of_choices(r, planned, run)})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace moetric::v0::plan
