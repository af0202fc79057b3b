#pragma once

#include "moetric/plan/outcome.hpp"

namespace moetric::v0::detail {

/// Who decided each field of a plan.
class decision_list {
 public:
  explicit decision_list(plan const& p) : plan_(p) {}

  /// A number of a law of compute. \param outside for another reason than compute
  void of_law(std::string_view field, bool given, recipe_origin const& origin, bool outside = false) {
    double const decades = decades_outside(origin.fitted, plan_.planned_compute);
    std::string const beyond =
        decades == 0 ? "" : ", extrapolated by " + brief(std::max(decades, 0.01), 2) + " decades of compute";
    add(field, given, {"", origin.how, origin.why + beyond, outside || decades > 0, decades});
  }
  void add(std::string_view field, bool given, decision d) {
    if (given) d = {"", provenance::user, "given"};
    d.field = field;
    all_.push_back(std::move(d));
  }
  std::vector<decision> take() { return std::move(all_); }

 private:
  plan const& plan_;
  std::vector<decision> all_;
};

inline std::string flops_reason(plan const& p) {
  plan_request const& r = p.request;
  if (r.tokens_limit && p.planned_compute / *r.tokens_limit == p.targets.training_flops_per_token)
    return "compute / tokens_limit, " + brief(p.optimal_tokens / *r.tokens_limit, 3) +
           " times the optimum's, which wants more tokens";
  std::string why = p.request.source.flops.why;
  if (p.serving)
    why += ", times " + brief(p.serving->flops_factor, 3) + " for serving (ratio by law sardana, 2401.00448, dense)";
  return why;
}

inline recipe_origin width_origin(plan const& p) {
  plan_request const& r = p.request;
  if (!p.request.source.d_model.why.empty()) return p.request.source.d_model;
  if (r.width == d_rule::median)
    return {provenance::derived, "the middle of the feasible widths, the paper's phase-1 proxy", holistic_range};
  return {provenance::derived,
          p.width_clamped ? "the edge of the feasible widths, nearest to a width ratio of 3.25"
                          : "width ratio (top_k + n_shared) x d_expert / d_model near 3.25, within App. E's best "
                            "3.0-3.5; the paper's law is in Fig. 6b only",
          holistic_range};
}

inline std::vector<decision> decisions_of(plan const& p, solved_shape const& solved) {
  plan_request const& r = p.request;
  plan_source const& source = p.request.source;
  bool const outside_sparsity = !(sparsity_of(r) == paper_sparsity);
  bool const outside_length = shape_length_of(r) != laws::holistic::study::sequence_length;
  decision_list all(p);
  all.of_law("training_flops_per_token", r.training_flops_per_token.has_value(),
             {source.flops.how, flops_reason(p), source.flops.fitted});
  if (r.n_layers && r.n_heads)
    all.add("flops_per_active_parameter", false,
            {"", provenance::derived, "what n_layers and n_heads that were given leave for weights"});
  else
    all.of_law("flops_per_active_parameter", r.flops_per_active_parameter.has_value(), source.density,
               outside_sparsity);
  recipe_origin expansion = source.expansion;
  expansion.fitted = {};  // set by hand for all budgets
  if (outside_sparsity)
    expansion = {provenance::derived, "the experts' share of active weights, 0.675, kept as at the paper's 288/8/1"};
  if (p.limited) expansion = {provenance::derived, "lowered to meet the limit of parameters or memory"};
  all.of_law("expansion_ratio", r.expansion_ratio.has_value(), expansion, outside_sparsity);
  all.add("n_heads", false, solved.heads.of_n_heads);
  all.add("n_kv_heads", false, solved.heads.of_n_kv_heads);
  all.add("head_dim", false, solved.heads.of_head_dim);
  all.of_law("d_model", r.d_model.has_value(), width_origin(p), outside_sparsity || outside_length);
  recipe_origin const inverse{provenance::derived, "the closed-form inverse of Eq. 3, rounded"};
  bool const outside =
      outside_sparsity || outside_length || decades_outside(source.flops.fitted, p.planned_compute) > 0;
  for (std::string_view field : {"n_dense_layers", "n_moe_layers", "d_expert"})
    all.of_law(field, false, inverse, outside);
  all.add("d_ff", false, {"", provenance::printed, "3 x d_model"});
  all.add("n_experts", r.n_experts.has_value(), {"", provenance::printed, "fixed in the paper"});
  all.add("top_k", r.top_k.has_value(), {"", provenance::printed, "fixed in the paper"});
  all.add("n_shared_experts", r.n_shared_experts.has_value(), {"", provenance::printed, "fixed in the paper"});
  all.add("vocab_size", r.vocab_size.has_value(), {"", provenance::printed, "fixed in the paper"});
  all.of_law("tokens", false,
             {provenance::derived, "compute / FLOPs per token of the integer shape", source.flops.fitted});
  all.of_law("learning_rate", false, source.learning_rate);
  all.of_law("batch_tokens", false, source.batch);
  return all.take();
}

/// That the plan leaves what the paper studied, and what is done then.
inline std::string sparsity_warning(shape<> const& s) {
  return "experts are " + to_string(s.n_experts) + "/" + to_string(s.top_k) + "/" + to_string(s.n_shared_experts) +
         " (routed/active/shared): the plan leaves the paper's 288/8/1, where its laws hold and from where they may "
         "not "
         "transfer; M, N_a and N follow Eq. 3-5 with these numbers";
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
         " times the budget (the budget kind matmul counts them)");
  else
    warn("the whole budget is " + brief(p.planned_compute, 3) +
         " FLOPs in the paper's own count, which leaves out output head and router; its laws were asked at that");
  if (double const far = decades_outside(p.request.source.flops.fitted, p.planned_compute); far > 0)
    warn(brief(p.planned_compute, 3) + " FLOPs in the paper's count are " + brief(std::max(far, 0.01), 2) +
         " decades outside the " + brief(p.request.source.flops.fitted.low) + " to " +
         brief(p.request.source.flops.fitted.high) + " that the laws of M and tokens were fitted on");
  for (std::string const& each : r.source.warnings) warn(r.source.id + ": " + each);
  if (p.serving)
    warn("training pays " + brief(p.serving->training, 3) + " FLOPs and serving " + brief(r.inference_tokens, 3) +
         " tokens " + brief(p.serving->serving, 3) + "; a model of the same loss trained with " +
         brief(p.serving->equal_loss_compute, 3) + " FLOPs alone would be " + brief(1 / p.serving->flops_factor, 3) +
         " times as dear to serve (ratios of a dense law, 2401.00448)");
  if (p.limited)
    warn("N/N_a was lowered to " + brief(p.targets.expansion_ratio, 3) + " to meet the limit of parameters or memory");
  if (!(sparsity_of(r) == paper_sparsity)) warn(sparsity_warning(s));
  if (p.width_clamped) warn("d_model was moved to the edge of its feasible range");
  if (double const ratio = p.width_ratio(); ratio < 3 || ratio > 5)
    warn("the width ratio is " + brief(ratio, 3) + ", outside of the 3 to 5 that the paper tried");
  if (double const aspect = real(s.d_model) / real(s.n_layers()); aspect < 43 || aspect > 154)
    warn("d_model / n_layers is " + brief(aspect, 3) + "; nine in ten published MoE models lie in 43 to 154");
  if (p.missed.largest() > 0.05)
    warn("integers miss the targets by up to " + brief(100 * p.missed.largest(), 2) + " %");
  if (double const off = real(p.tokens) / p.optimal_tokens - 1;
      std::fabs(off) > 0.05 && r.sequence_length == shape_length_of(r))
    warn("tokens are " + brief(100 * off, 2) + " % off the optimum's, " + brief(p.optimal_tokens, 3));
  if (shape_length_of(r) != laws::holistic::study::sequence_length)
    warn("the shape was chosen at length " + to_string(shape_length_of(r)) +
         "; the laws hold at 8192, and depth falls as the length grows");
  else if (r.sequence_length != laws::holistic::study::sequence_length)
    warn("the shape was chosen at length 8192, where the laws hold, and is accounted at " +
         to_string(r.sequence_length));
  if (p.wanted_batch_tokens < real(r.sequence_length) / 2)
    warn("one sequence is longer than the batch that the law gives, " + brief(p.wanted_batch_tokens, 3) + " tokens");

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

}  // namespace moetric::v0::detail
