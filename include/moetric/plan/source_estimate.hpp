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

/// "size 170x, tokens 14x above" and the same of what is below.
inline void add_outside(std::vector<std::string>& all, laws::evaluation const& here) {
  std::string above, below;
  bool all_known = true;
  for (laws::extrapolation const& each : here.outside_range) {
    all_known = all_known && each.fitted;
    if (!each.fitted) continue;
    std::string name(each.input);
    if (name.ends_with("parameters")) name = "size";
    if (name == "expansion_rate") name = "rate";
    for (char& c : name) c = c == '_' ? ' ' : c;
    std::string factor = each.factor < 10 ? brief(each.factor, 3) : brief(std::round(each.factor), 6);
    for (std::string_view const sign : {"e+0", "e+"})
      if (std::size_t const at = factor.find(sign); at != std::string::npos) factor.replace(at, sign.size(), "e");
    std::string& side = each.value > each.fitted->high ? above : below;
    side += (side.empty() ? "" : ", ") + name + (each.value == 0 ? " is 0" : " " + factor + "x");
  }
  if (!above.empty()) all.push_back(above + " above");
  if (!below.empty()) all.push_back(below + " below");
  if (!all_known) all.push_back("ranges not known");
}

/// d_model of the joint MoE study's models of so many active parameters: 13·d³/64.
inline double coupled_width(double active_non_embedding_parameters) {
  return std::cbrt(64 * active_non_embedding_parameters / 13);
}

inline source_estimate estimate_by(recipe_source const& source, resolved_request const& r, compute_split const& split) {
  recipe const wanted = recipe_for(r, split.adapted(source.at(split.law_compute)), split.training);
  triad_targets targets = targets_for(r, wanted);
  bool const limited = r.parameters_limit && targets.total_parameters() > *r.parameters_limit;
  if (limited) targets.expansion_ratio = std::fmax(1, *r.parameters_limit / targets.active_parameters());
  source_estimate made{source.id,
                       targets.active_parameters(),
                       targets.total_parameters(),
                       split.training / targets.training_flops_per_token,
                       {}};
  if (limited) made.outside.push_back("N limited");
  if (double const far = decades_outside(source.flops.fitted, split.law_compute); far > 0)
    made.outside.push_back(brief(std::max(far, 0.01), 2) + " decades of compute");
  if (source.flops.fitted.high <= 0 && !source.sees_experts) made.outside.push_back("range not stated");
  if (!r.has_paper_sparsity() && !source.sees_experts && source.flops.how != provenance::user)
    made.outside.push_back(source.id == "holistic" ? "experts, fitted 288/8/1" : "its law sees no experts");
  return made;
}

}  // namespace detail

/// N_a, N and tokens by every published source, and first by the plan's own: what the choice of a source decides. Each
/// counts the budget in its own way, so an estimate differs from the law's own optimum at the same FLOPs. A number that
/// the user gave holds for all of them, and N is lowered to a limit of parameters.
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
  add(joint_moe_source(expansion_rate));
  for (source_estimate& each : all) {
    double const active = each.active_non_embedding_parameters, total = each.total_non_embedding_parameters;
    if (each.source == "fine-grained") {
      auto const& law = expansion_rate == 16 ? laws::fine_grained::e16 : laws::fine_grained::four_decimals;
      detail::add_outside(each.outside, laws::evaluate(law, {.total_non_embedding_parameters = total,
                                                             .tokens = each.tokens,
                                                             .granularity = static_cast<double>(r.experts.top_k)}));
      if (law.k.expansion_rate != expansion_rate)
        each.outside.push_back("fitted rate " + brief(law.k.expansion_rate, 3));
    } else if (each.source == "joint-moe") {
      double const with_embeddings =
          laws::joint_moe::coupled(detail::coupled_width(active), expansion_rate).active_parameters();
      detail::add_outside(each.outside,
                          laws::evaluate(laws::joint_moe::printed, {with_embeddings, each.tokens, expansion_rate}));
      if (r.experts.top_k != 1) each.outside.push_back("fitted top_k 1");
    }
  }
  return all;
}

}  // namespace moetric::v0::plan
