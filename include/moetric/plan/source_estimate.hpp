#pragma once

#include <string>
#include <vector>

#include "moetric/laws/joint_moe.hpp"
#include "moetric/plan/compute_split.hpp"

namespace moetric::v0::plan {

/// What one source would buy with the training budget of a plan, before a shape is chosen.
struct source_estimate {
  std::string source;                      // "holistic", "ling", "fine-grained", "joint-moe" or the user's own
  double active_non_embedding_parameters;  // N_a
  double total_non_embedding_parameters;   // N
  double tokens;                           // D
  std::vector<std::string> outside;        // how far budget and experts lie from what the source was fitted on
};

namespace detail {

inline std::string shown(sparsity const& s) {
  return to_string(s.n_experts) + "/" + to_string(s.top_k) + "/" + to_string(s.n_shared_experts);
}

inline void add_outside(std::vector<std::string>& all, laws::answer const& here) {
  bool all_known = true;
  for (laws::extrapolation const& each : here.outside_range) {
    all_known = all_known && each.fitted;
    if (!each.fitted) continue;
    std::string name(each.input);
    for (std::string_view const ending : {"_non_embedding_parameters", "_parameters"})
      if (name.ends_with(ending)) name.erase(name.size() - ending.size());
    for (char& c : name) c = c == '_' ? ' ' : c;
    all.push_back(name + (each.value == 0 ? " is 0, " : " " + brief(each.factor, 2) + "x ") +
                  (each.value > each.fitted->high ? "above" : "below"));
  }
  if (!all_known) all.push_back("ranges not known");
}

inline source_estimate estimate_by(recipe_source const& source, resolved_request const& r, compute_split const& split) {
  recipe const wanted = recipe_for(r, split.adapted(source.at(split.law_compute)), split.training);
  triad_targets const targets = targets_for(r, wanted);
  source_estimate made{source.id,
                       targets.active_parameters(),
                       targets.total_parameters(),
                       split.training / targets.training_flops_per_token,
                       {}};
  if (double const far = decades_outside(source.flops.fitted, split.law_compute); far > 0)
    made.outside.push_back(brief(std::max(far, 0.01), 2) + " decades of compute");
  if (source.flops.fitted.high <= 0 && source.id != "fine-grained") made.outside.push_back("range not stated");
  return made;
}

}  // namespace detail

/// N_a, N and tokens by every published source, and first by the plan's own: what the choice of a source decides. Each
/// counts the budget in its own way. A limit or a number that the user gave holds for all of them but `joint-moe`.
///
/// `joint-moe` (2502.05172) is evaluated at the budget and at expansion rate n_experts/top_k alone; its models have one
/// active expert, embedding and output head among their parameters, and d_model = 64·n_layers, by which N and N_a
/// without embeddings are derived.
inline std::vector<source_estimate> estimates_by_sources(resolved_request const& r, compute_split const& split) {
  double const expansion_rate = static_cast<double>(ratio(r.experts.n_experts, r.experts.top_k));
  std::vector<source_estimate> all{detail::estimate_by(r.source, r, split)};
  auto const is_own = [&](std::string_view id) { return r.source.id == id; };
  auto const add = [&](recipe_source const& source) {
    if (!is_own(source.id)) all.push_back(detail::estimate_by(source, r, split));
  };
  add(holistic_source());
  add(ling_source());
  add(fine_grained_source(expansion_rate));
  if (!r.has_paper_sparsity())
    for (source_estimate& each : all)
      if (each.source == "holistic") each.outside.push_back("experts, fitted 288/8/1");
  for (source_estimate& each : all) {
    if (each.source != "fine-grained") continue;
    auto const& law = expansion_rate == 16 ? laws::fine_grained::e16 : laws::fine_grained::four_decimals;
    detail::add_outside(each.outside,
                        laws::evaluate(law, {.total_non_embedding_parameters = each.total_non_embedding_parameters,
                                             .tokens = each.tokens,
                                             .granularity = static_cast<double>(r.experts.top_k)}));
    if (law.k.expansion_rate != expansion_rate)
      each.outside.push_back("expansion rate " + brief(expansion_rate, 3) + ", fitted " +
                             brief(law.k.expansion_rate, 3));
  }
  auto const& joint = laws::joint_moe::printed;
  auto const best = optimum::at_compute(joint, split.law_compute, {.expansion_rate = expansion_rate});
  auto const model = laws::joint_moe::at_active_parameters(best.at.active_parameters, expansion_rate);
  source_estimate by_joint{"joint-moe",
                           model.active_non_embedding_parameters(),
                           model.total_parameters() - 2 * model.vocab_size * model.d_model,
                           best.at.tokens,
                           {}};
  detail::add_outside(by_joint.outside, laws::evaluate(joint, best.at));
  all.push_back(std::move(by_joint));
  return all;
}

}  // namespace moetric::v0::plan
