#pragma once

#include <vector>

#include "moetric/account/conventions.hpp"
#include "moetric/optimum/hyper_parameters.hpp"
#include "moetric/plan/band.hpp"
#include "moetric/plan/expected_loss.hpp"
#include "moetric/plan/solve.hpp"

namespace moetric::inline v0 {

/// Who decided a field of a plan, and how.
struct decision {
  std::string_view field;
  provenance how;
  std::string why;
};

/// A complete MoE for a compute budget, and how far each of its numbers is to be trusted.
struct plan {
  plan_request request{};
  double planned_compute{};  // FLOPs in the paper's own convention that the shape was chosen for
  triad_targets targets{};
  head_choice heads{};
  bool width_clamped{};  // the width ratio's d_model was moved into the feasible range
  shape<double> real{};  // meets the targets exactly
  shape<> architecture{};
  deviation missed{};        // of the architecture from the targets, at the length at which the shape was chosen
  moetric::triad<> triad{};  // at the requested sequence length
  count tokens{};
  double optimal_tokens{};   // D_opt of the paper
  count holistic_compute{};  // tokens x M: no output head, no router
  count matmul_compute{};    // tokens x every matrix product and half the causal square
  double learning_rate{};    // peak
  count batch_sequences{};
  std::array<hyper_parameters, 5> other_hyper_parameters{};
  std::vector<expected_loss> losses{};
  std::vector<band> bands{};
  std::vector<decision> decisions{};
  std::vector<std::string> warnings{};

  count batch_tokens() const { return batch_sequences * request.sequence_length; }
  count steps() const { return floor_div(tokens + batch_tokens() - 1, batch_tokens()); }
  double tokens_per_expert_per_step() const {
    return static_cast<double>(batch_tokens() * request.top_k) / static_cast<double>(request.n_experts);
  }
};

namespace detail {

inline std::vector<decision> decisions_of(plan const& p) {
  plan_request const& r = p.request;
  bool const paper_sparsity = has_paper_sparsity(r);
  auto const user_or = [](bool given, provenance how, std::string why) {
    return given ? decision{"", provenance::user, "given"} : decision{"", how, std::move(why)};
  };
  std::vector<decision> all;
  auto const add = [&all](std::string_view field, decision d) {
    d.field = field;
    all.push_back(std::move(d));
  };
  add("training_flops_per_token", {"", provenance::printed, "M_opt(C) of 2603.21862, Eq. 2"});
  add("flops_per_active_parameter",
      user_or(r.flops_per_active_parameter.has_value(), provenance::derived,
              "through the six optima recovered from Tables 16-21; the paper shows its law in Fig. 5b only"));
  add("expansion_ratio",
      user_or(r.expansion_ratio.has_value(), provenance::derived,
              paper_sparsity ? "22, recovered from Tables 16-21; the paper sets it by hand in 18-25"
                             : "the same share of active weights in experts, 0.675, as at the paper's 288/8/1"));
  add("n_heads", {"", p.heads.how, p.heads.why});
  add("head_dim", user_or(r.head_dim.has_value(),
                          p.heads.how == provenance::printed ? provenance::printed : provenance::library_default,
                          p.heads.how == provenance::printed ? p.heads.why : "128"));
  add("n_kv_heads", user_or(r.n_kv_heads.has_value(), provenance::printed, "n_heads / 2, as in the paper"));
  add("d_model", user_or(r.d_model.has_value(), provenance::derived,
                         r.width == d_rule::width_ratio
                             ? "(top_k + n_shared) x d_expert / d_model = 3.25, the middle of App. E's best 3.0-3.5; "
                               "the paper's law is in Fig. 6b only"
                             : "the middle of the feasible widths, the paper's phase-1 proxy"));
  for (std::string_view field : {"n_dense_layers", "n_moe_layers", "d_expert"})
    add(field, {"", provenance::derived, "the closed-form inverse of Eq. 3, rounded"});
  add("d_ff", {"", provenance::printed, "3 x d_model"});
  for (auto const& [field, given] :
       {std::pair{"n_experts", r.n_experts != laws::holistic::study::n_experts},
        std::pair{"top_k", r.top_k != laws::holistic::study::top_k},
        std::pair{"n_shared_experts", r.n_shared_experts != laws::holistic::study::n_shared_experts},
        std::pair{"vocab_size", r.vocab_size != laws::holistic::study::vocab_size}})
    add(field, user_or(given, provenance::printed, "fixed in the paper"));
  add("tokens", {"", provenance::derived, "compute / FLOPs per token of the rounded shape"});
  add("learning_rate", {"", provenance::derived, "a fit to the paper's Table 4, within 0.4 %"});
  add("batch_tokens",
      {"", provenance::derived, "a fit to the paper's Table 4, within 8.1 %; sequences inferred as unit"});
  return all;
}

inline std::vector<std::string> warnings_of(plan const& p, solved_shape const& solved) {
  plan_request const& r = p.request;
  std::vector<std::string> all;
  if (double const far = laws::holistic::decades_outside(p.planned_compute); far > 0)
    all.push_back("compute is " + brief(far, 2) +
                  " decades outside the 1e18 to 3e20 FLOPs that the laws were fitted on");
  if (!has_paper_sparsity(r))
    all.push_back("experts are " + to_string(r.n_experts) + "/" + to_string(r.top_k) + "/" +
                  to_string(r.n_shared_experts) +
                  " (routed/active/shared); the paper's laws hold at 288/8/1 and may not transfer");
  if (p.width_clamped)
    all.push_back("d_model was moved to the edge of its feasible range, so the width ratio is " +
                  brief(width_ratio(p.real), 3) + " instead of 3.25");
  if (p.missed.largest() > 0.05)
    all.push_back("integers miss the targets by up to " + brief(100 * p.missed.largest(), 2) + " %");
  double const true_cost = static_cast<double>(p.matmul_compute) / static_cast<double>(p.holistic_compute);
  if (r.budget == budget::holistic)
    all.push_back("the paper's compute leaves out output head and router; with them this run costs " +
                  brief(true_cost, 3) + " times the budget (--budget matmul plans for the whole)");
  if (solved.length != laws::holistic::study::sequence_length)
    all.push_back("the shape was chosen at length " + brief(solved.length, 9) +
                  "; the laws hold at 8192, and depth falls as the length grows");
  else if (r.sequence_length != laws::holistic::study::sequence_length)
    all.push_back("the shape was chosen at length 8192, where the laws hold, and is accounted at " +
                  to_string(r.sequence_length));
  double const heads = static_cast<double>(p.heads.n_heads);
  all.push_back("depth follows from the heads: " + brief(heads / 2) + " heads would give " +
                brief(2 * p.real.n_layers(), 3) + " layers, " + brief(heads) + " give " + brief(p.real.n_layers(), 3) +
                ", " + brief(2 * heads) + " would give " + brief(p.real.n_layers() / 2, 3));
  auto const [lowest, highest] =
      std::minmax_element(p.other_hyper_parameters.begin(), p.other_hyper_parameters.end(),
                          [](auto const& a, auto const& b) { return a.learning_rate < b.learning_rate; });
  all.push_back("published learning rates for this run lie " +
                brief(highest->learning_rate / lowest->learning_rate, 2) + " times apart (" +
                brief(lowest->learning_rate, 2) + " " + std::string(lowest->law) + ", " +
                brief(highest->learning_rate, 2) + " " + std::string(highest->law) +
                "); each holds with its own optimiser and schedule only");
  all.push_back("the shape is optimal in FLOPs, not in time: many small experts pay in all-to-all exchange");
  return all;
}

}  // namespace detail

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
         .heads = solved.heads,
         .width_clamped = solved.width.clamped,
         .real = solved.inverse.at(solved.width.d_model),
         .architecture = detail::to_integers(rounded, r.vocab_size),
         .missed = deviation_of(triad_of(rounded, solved.length), solved.targets)};
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
       .expansion_rate = static_cast<double>(r.n_experts) / static_cast<double>(r.top_k)});
  p.losses = expected_losses(m, p.tokens, r.compute);
  p.bands = bands_of(r, p.targets);
  p.decisions = detail::decisions_of(p);
  p.warnings = detail::warnings_of(p, solved);
  return p;
}

}  // namespace moetric::inline v0
