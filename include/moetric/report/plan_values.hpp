#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "moetric/model/shape.hpp"
#include "moetric/plan/complete_plan.hpp"
#include "moetric/plan/source_estimate.hpp"
#include "moetric/report/unit.hpp"
#include "moetric/report/value.hpp"

/// The values of a plan's answer; `report/plan_answer.hpp` adds what they are compared with, and the text.
namespace moetric::v0::report {

/// The numbers of a shape by name, with n_layers.
inline value architecture_values(shape<> const& s) {
  value all = object();
  for (std::size_t i = 0; i != shape_field_names.size(); ++i) {
    all.set(shape_field_names[i], s.*shape_members<count>[i]);
    if (shape_field_names[i] == "d_model") all.set("n_layers", s.n_layers());
  }
  return all;
}

/// The same of a plan's shape, with the widths of latent attention if its layers have that.
inline value architecture_values(plan::resolved_request const& r, shape<> const& s) {
  value all = architecture_values(s);
  auto const latents = r.latents(s.head_dim);
  if (!latents) return all;
  for (std::size_t i = 0; i != plan::latent_width_names.size(); ++i)
    all.set(plan::latent_width_names[i], (*latents).*plan::latent_width_members[i], "features");
  return all;
}

/// M, N_a and N of a shape.
inline value triad_values(triad<> const& t) {
  return object({{"training_flops_per_token", t.training_flops_per_token},
                 {"active_non_embedding_parameters", t.active_non_embedding_parameters},
                 {"total_non_embedding_parameters", t.total_non_embedding_parameters}});
}

namespace detail {

inline value missed_values(plan::deviation const& missed) {
  return object({{"training_flops_per_token", missed.training_flops_per_token, units::one},
                 {"flops_per_active_parameter", missed.flops_per_active_parameter, units::one},
                 {"expansion_ratio", missed.expansion_ratio}});
}

inline std::string_view name_of(plan::spread_kind spread) {
  switch (spread) {
  case plan::spread_kind::leave_one_out:
    return "leave one scale out within one paper, conditional on its M: a spread, not a confidence interval";
  case plan::spread_kind::draws: return "95 % by the error of the fit";
  case plan::spread_kind::none: break;
  }
  return "not known";
}

inline value losses_values(plan::complete_plan const& p) {
  value all = keyed();
  for (plan::loss_by_law const& each : p.losses)
    all.set(each.law, object({{"loss", each.loss},
                              {"is_prediction", each.is_prediction},
                              {"extrapolated", !each.outside.empty()},
                              {"bridge", each.bridge},
                              {"outside", each.outside},
                              {"compute", each.compute},
                              {"optimum_loss", each.optimum_loss, units::nats_per_token},
                              {"regret_of_reducible_loss", each.regret, units::one}}));
  return all;
}

inline value bands_values(plan::complete_plan const& p) {
  value all = keyed();
  for (plan::band const& b : p.bands)
    all.set(b.field, object({{"law", b.law},
                             {"tolerance", b.tolerance, units::one},
                             {"of", b.loss_part},
                             {"kind", b.kind()},
                             {"low", b.low},
                             {"best", b.best},
                             {"high", b.high},
                             {"note", b.note}}));
  return all;
}

inline value intervals_values(plan::complete_plan const& p) {
  value all = keyed({{"kind", name_of(p.request.source.spread)}, {"not_known", p.request.source.not_known}});
  for (plan::spread const& each : p.spreads)
    all.set(each.field, object({{"low", each.low}, {"value", each.value}, {"high", each.high}}));
  return all;
}

inline value sensitivity_values(plan::complete_plan const& p) {
  value all = value::list();
  for (plan::sensitivity const& each : p.sensitivities)
    all.append(object({{"factor", each.factor},
                       {"architecture", architecture_values(p.request, each.architecture)},
                       {"triad", triad_values(each.triad)},
                       {"tokens", each.tokens}}));
  return all;
}

inline value head_alternatives_values(plan::complete_plan const& p) {
  value all = value::list();
  for (plan::head_alternative const& each : p.head_alternatives)
    all.append(object({{"architecture", architecture_values(p.request, each.architecture)},
                       {"missed", missed_values(each.missed)},
                       {"largest_deviation", each.missed.largest(), units::one},
                       {"why", each.why}}));
  return all;
}

inline value alternatives_values(plan::complete_plan const& p) {
  value all = value::list();
  for (plan::shape_alternative const& each : p.alternatives)
    all.append(object({{"architecture", architecture_values(p.request, each.architecture)},
                       {"missed", missed_values(each.missed)},
                       {"largest_deviation", each.missed.largest(), units::one},
                       {"hardware_rules_kept", each.hardware.kept, "rules"},
                       {"hardware_rules", each.hardware.rules, "rules"},
                       {"broken", each.hardware.broken}}));
  return all;
}

inline value hyper_parameters_values(plan::complete_plan const& p) {
  value all = keyed();
  for (optimum::hyper_parameters const& h : p.run.other_hyper_parameters)
    if (h.learning_rate > 0)
      all.set(h.study, object({{"learning_rate", h.learning_rate},
                               {"batch_tokens", h.batch_tokens > 0 ? value(h.batch_tokens) : value()},
                               {"setup", h.setup}}));
  return all;
}

inline value estimates_values(plan::complete_plan const& p) {
  value all = value::list();
  for (plan::source_estimate const& each : plan::estimates_by_sources(p.request, p.compute))
    all.append(object({{"source", each.source},
                       {"active_non_embedding_parameters", each.active_non_embedding_parameters},
                       {"total_non_embedding_parameters", each.total_non_embedding_parameters},
                       {"tokens", each.tokens},
                       {"outside", each.outside}}));
  return all;
}

/// The source of a plan's numbers, in words.
inline std::string source_in_words(std::string const& source) {
  constexpr std::pair<std::string_view, std::string_view> papers[]{{"holistic", "the recipe of arXiv 2603.21862"},
                                                                   {"ling", "the laws of arXiv 2507.17702"},
                                                                   {"fine-grained", "the law of arXiv 2402.07871"},
                                                                   {"joint-moe", "the law of arXiv 2502.05172"}};
  for (auto const& [id, paper] : papers)
    if (id == source) return std::string(paper) + " (" + source + ")";
  return source;
}

/// The limits of the request that changed the plan: what each lowered, from what it would be without.
inline value limits_values(plan::complete_plan const& p) {
  value all = value::list();
  plan::resolved_request const& r = p.request;
  plan::recipe const& wanted = p.shape.exact.wanted;
  if (r.has_fewer_experts())
    all.append(object({{"limit", "parameters or memory"},
                       {"lowered", "n_experts"},
                       {"to", r.experts.n_experts, "experts"},
                       {"from", plan::paper_sparsity.n_experts, "experts"}}));
  double const ratio = p.shape.targets().expansion_ratio,
               of_experts = 1 + wanted.expert_share * (r.experts.largest_expansion_ratio() - 1);
  if (p.shape.exact.limited && ratio < .99 * of_experts)  // less is rounding
    all.append(object({{"limit", "parameters or memory"},
                       {"lowered", "N/N_a"},
                       {"to", ratio, units::one},
                       {"from", of_experts, units::one}}));
  if (r.tokens_limit && p.run.optimal_tokens > *r.tokens_limit)
    all.append(object({{"limit", "tokens"},
                       {"lowered", "tokens"},
                       {"to", p.run.tokens, units::tokens},
                       {"from", p.run.optimal_tokens, units::tokens}}));
  return all;
}

}  // namespace detail

/// The values of a plan. docs/answers.md lists its keys, among them architecture, triad, targets, realised, compute,
/// tokens, learning_rate, batch_tokens, steps, sources[], intervals{field}, alternatives[], bands{field}, losses{law},
/// provenance{field}, extrapolated and warnings[].
inline value plan_values(plan::complete_plan const& p) {
  triad<> const& at_shape = p.shape.triad;
  auto const real = [](count of) { return static_cast<double>(of); };
  double const active = real(at_shape.active_non_embedding_parameters);
  value origins = keyed(), extrapolated = value::list(), decades = keyed();
  for (plan::decision const& d : p.decisions) {
    origins.set(d.field, std::string(name(d.how)) + ": " + d.why);
    if (d.extrapolated) extrapolated.append(d.field);
    if (d.decades > 0) decades.set(d.field, d.decades, "decades of compute");
  }
  plan::triad_targets const& targets = p.shape.targets();
  return object(
      {{"architecture", architecture_values(p.request, p.shape.architecture)},
       {"sequence_length", p.request.sequence_length},
       {"shape_sequence_length", p.request.shape_sequence_length},
       {"triad", triad_values(p.run.triad)},
       {"targets", object({{"training_flops_per_token", targets.training_flops_per_token},
                           {"flops_per_active_parameter", targets.flops_per_active_parameter},
                           {"expansion_ratio", targets.expansion_ratio},
                           {"active_non_embedding_parameters", targets.active_parameters()},
                           {"total_non_embedding_parameters", targets.total_parameters()}})},
       {"realised", object({{"training_flops_per_token", at_shape.training_flops_per_token},
                            {"flops_per_active_parameter", real(at_shape.training_flops_per_token) / active},
                            {"expansion_ratio", real(at_shape.total_non_embedding_parameters) / active},
                            {"active_non_embedding_parameters", at_shape.active_non_embedding_parameters},
                            {"total_non_embedding_parameters", at_shape.total_non_embedding_parameters},
                            {"width_ratio", p.shape.width_ratio()}})},
       {"missed", detail::missed_values(p.shape.missed)},
       {"largest_deviation", p.shape.missed.largest(), units::one},
       {"hardware", object({{"hardware_rules_kept", p.hardware.kept, "rules"},
                            {"hardware_rules", p.hardware.rules, "rules"},
                            {"broken", p.hardware.broken}})},
       {"parallel", object({{"tensor_parallel", p.request.parallel.tensor, "devices"},
                            {"expert_parallel", p.request.parallel.expert, "devices"},
                            {"pipeline_parallel", p.request.parallel.pipeline, "devices"}})},
       {"source", p.request.source.id},
       {"source_in_words", detail::source_in_words(p.request.source.id)},
       {"limits", detail::limits_values(p)},
       {"compute", object({{"requested", p.request.compute, units::flops},
                           {"holistic", real(p.run.holistic_compute), units::flops},
                           {"matmul", real(p.run.matmul_compute), units::flops},
                           {"serving", p.compute.serving ? value(p.compute.serving->serving) : value(0), units::flops},
                           {"matmul_over_requested", real(p.run.matmul_compute) / p.request.compute, units::one}})},
       {"tokens", p.run.tokens},
       {"optimal_tokens", p.run.optimal_tokens},
       {"learning_rate", p.run.learning_rate},
       {"batch_tokens", p.run.batch_tokens},
       {"batch_sequences", p.run.batch_sequences},
       {"wanted_batch_tokens", p.run.wanted_batch_tokens, units::tokens},
       {"steps", p.run.steps()},
       {"tokens_per_expert_per_step", p.tokens_per_expert_per_step()},
       {"hyper_parameters", detail::hyper_parameters_values(p)},
       {"sources", detail::estimates_values(p)},
       {"intervals", detail::intervals_values(p)},
       {"sensitivity_to_training_flops_per_token", detail::sensitivity_values(p)},
       {"head_alternatives", detail::head_alternatives_values(p)},
       {"alternatives", detail::alternatives_values(p)},
       {"bands", detail::bands_values(p)},
       {"fields_without_band", plan::fields_without_band},
       {"fields_with_unknown_band", plan::fields_with_unknown_band},
       {"losses", detail::losses_values(p)},
       {"provenance", origins},
       {"extrapolated", p.extrapolated()},
       {"extrapolated_fields", extrapolated},
       {"decades_outside", decades},
       {"warnings", p.warnings}});
}

}  // namespace moetric::v0::report
