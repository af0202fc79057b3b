#pragma once

#include "moetric/plan/outcome.hpp"

namespace moetric::inline v0::detail {

/// " extrapolated by 1.5 decades of compute", or nothing inside the range.
inline std::string beyond_range(double compute) {
  double const far = laws::holistic::decades_outside(compute);
  return far == 0 ? "" : ", extrapolated by " + brief(std::max(far, 0.01), 2) + " decades of compute";
}

/// Who decided each field of a plan.
inline std::vector<decision> decisions_of(plan const& p, head_choice const& heads) {
  plan_request const& r = p.request;
  bool const outside_compute = laws::holistic::decades_outside(p.planned_compute) > 0;
  bool const outside_sparsity = !(sparsity_of(r) == paper_sparsity);
  bool const outside_length = shape_length_of(r) != laws::holistic::study::sequence_length;
  std::string const beyond = beyond_range(p.planned_compute);
  std::vector<decision> all;
  auto const add = [&all](std::string_view field, bool given, decision d) {
    if (given) d = {"", provenance::user, "given"};
    d.field = field;
    all.push_back(std::move(d));
  };
  add("training_flops_per_token", false,
      {"", provenance::printed, "M_opt(C) of 2603.21862, Eq. 2" + beyond, outside_compute});
  add("flops_per_active_parameter", r.flops_per_active_parameter.has_value(),
      {"", provenance::derived,
       "through the six optima recovered from Tables 16-21; the paper shows its law in Fig. 5b only" + beyond,
       outside_compute || outside_sparsity});
  add("expansion_ratio", r.expansion_ratio.has_value(),
      {"", provenance::derived,
       outside_sparsity ? "the experts' share of active weights, 0.675, kept as at the paper's 288/8/1"
                        : "22, recovered from Tables 16-21; the paper sets it by hand in 18-25",
       outside_sparsity});
  add("n_heads", false, heads.of_n_heads);
  add("n_kv_heads", false, heads.of_n_kv_heads);
  add("head_dim", false, heads.of_head_dim);
  bool const outside = outside_compute || outside_sparsity || outside_length;
  std::string width_rule = "the middle of the feasible widths, the paper's phase-1 proxy";
  if (r.width == d_rule::width_ratio)
    width_rule = p.width_clamped
                     ? "the edge of the feasible widths, nearest to a width ratio of 3.25"
                     : "width ratio (top_k + n_shared) x d_expert / d_model near 3.25, within App. E's best 3.0-3.5; "
                       "the paper's law is in Fig. 6b only";
  add("d_model", r.d_model.has_value(), {"", provenance::derived, width_rule, outside});
  for (std::string_view field : {"n_dense_layers", "n_moe_layers", "d_expert"})
    add(field, false, {"", provenance::derived, "the closed-form inverse of Eq. 3, rounded", outside});
  add("d_ff", false, {"", provenance::printed, "3 x d_model"});
  add("n_experts", r.n_experts.has_value(), {"", provenance::printed, "fixed in the paper"});
  add("top_k", r.top_k.has_value(), {"", provenance::printed, "fixed in the paper"});
  add("n_shared_experts", r.n_shared_experts.has_value(), {"", provenance::printed, "fixed in the paper"});
  add("vocab_size", r.vocab_size.has_value(), {"", provenance::printed, "fixed in the paper"});
  add("tokens", false,
      {"", provenance::derived, "compute / FLOPs per token of the integer shape" + beyond, outside_compute});
  add("learning_rate", false,
      {"", provenance::derived, "a fit to the paper's Table 4, within 0.4 % there" + beyond, outside_compute});
  add("batch_tokens", false,
      {"", provenance::derived,
       "a fit to the paper's Table 4, within 8.1 % there, in whole sequences (a unit that the paper does not state)" +
           beyond,
       outside_compute});
  return all;
}

/// What the user of a plan must know.
inline std::vector<std::string> warnings_of(plan const& p) {
  plan_request const& r = p.request;
  shape<> const& s = p.architecture;
  auto const real = [](count value) { return static_cast<double>(value); };
  std::vector<std::string> all;
  auto const warn = [&all](std::string sentence) { all.push_back(std::move(sentence)); };

  double const times = real(p.matmul_compute) / real(p.holistic_compute);
  if (r.budget == budget::holistic)
    warn("the paper's compute leaves out output head and router; with them this run costs " + brief(times, 3) +
         " times the budget (--budget matmul plans for the whole)");
  else
    warn("the whole budget is " + brief(p.planned_compute, 3) +
         " FLOPs in the paper's own count, which leaves out output head and router; its laws were asked at that");
  if (double const far = laws::holistic::decades_outside(p.planned_compute); far > 0)
    warn(brief(p.planned_compute, 3) + " FLOPs in the paper's count are " + brief(std::max(far, 0.01), 2) +
         " decades outside the 1e18 to 3e20 that its laws were fitted on");
  if (!(sparsity_of(r) == paper_sparsity))
    warn("experts are " + to_string(s.n_experts) + "/" + to_string(s.top_k) + "/" + to_string(s.n_shared_experts) +
         " (routed/active/shared); the paper's laws hold at 288/8/1 and may not transfer");
  if (p.width_clamped) warn("d_model was moved to the edge of its feasible range");
  if (double const ratio = p.width_ratio(); ratio < 3 || ratio > 5)
    warn("the width ratio is " + brief(ratio, 3) + ", outside of the 3 to 5 that the paper tried");
  if (double const aspect = real(s.d_model) / real(s.n_layers()); aspect < 43 || aspect > 154)
    warn("d_model / n_layers is " + brief(aspect, 3) + "; nine in ten published MoE models lie in 43 to 154");
  if (p.missed.largest() > 0.05)
    warn("integers miss the targets by up to " + brief(100 * p.missed.largest(), 2) + " %");
  if (double const off = real(p.tokens) / p.optimal_tokens - 1;
      std::fabs(off) > 0.05 && r.sequence_length == shape_length_of(r))
    warn("tokens are " + brief(100 * off, 2) + " % off the paper's D_opt");
  if (shape_length_of(r) != laws::holistic::study::sequence_length)
    warn("the shape was chosen at length " + to_string(shape_length_of(r)) +
         "; the laws hold at 8192, and depth falls as the length grows");
  else if (r.sequence_length != laws::holistic::study::sequence_length)
    warn("the shape was chosen at length 8192, where the laws hold, and is accounted at " +
         to_string(r.sequence_length));
  if (laws::holistic::batch_tokens(p.planned_compute) < real(r.sequence_length) / 2)
    warn("one sequence is longer than the batch that the paper's fit gives, " +
         brief(laws::holistic::batch_tokens(p.planned_compute), 3) + " tokens");

  auto const layers = [&](double factor) { return brief(p.real.n_layers() / factor, 3); };
  std::string depth = "depth follows from the heads: " + to_string(s.n_heads) + " give " + layers(1) + " layers, " +
                      to_string(2 * s.n_heads) + " would give " + layers(2);
  if (remainder(s.n_heads, 2) == 0) depth += ", " + to_string(floor_div(s.n_heads, 2)) + " " + layers(0.5);
  warn(depth);
  auto const [lowest, highest] =
      std::minmax_element(p.other_hyper_parameters.begin(), p.other_hyper_parameters.end(),
                          [](auto const& a, auto const& b) { return a.learning_rate < b.learning_rate; });
  warn("published learning rates for this run lie " + brief(highest->learning_rate / lowest->learning_rate, 2) +
       " times apart (" + brief(lowest->learning_rate, 2) + " " + std::string(lowest->law) + ", " +
       brief(highest->learning_rate, 2) + " " + std::string(highest->law) +
       "); each holds with its own optimiser and schedule only");
  warn("the shape is optimal in FLOPs, not in time: many small experts pay in all-to-all exchange, and widths are "
       "multiples of " +
       to_string(r.multiple_of) + " only");
  return all;
}

}  // namespace moetric::inline v0::detail
