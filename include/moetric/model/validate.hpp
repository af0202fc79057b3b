#pragma once

#include "moetric/core/compiled.hpp"
#include "moetric/model/model.hpp"
#include "moetric/model/report.hpp"

namespace moetric::v0 {

namespace detail {

/// True if a run of layers equals an earlier one that has weights of its own.
constexpr bool is_used_before(stack const& layers, std::size_t i) {
  stack::run wanted = layers.runs[i];
  wanted.use = layer_use::own;
  for (std::size_t j = 0; j != i; ++j)
    if (layers.runs[j].same_kind(wanted)) return true;
  return false;
}

/// The rules of a model: its own, and those that each of its layers states.
template <class Report>
constexpr void rules(model const& m, Report& report) {
  if (m.d_model == 0) report.broken_rule("moetric: d_model must be positive", m.d_model);
  if (m.input.vocab_size == 0) report.broken_rule("moetric: vocab_size must be positive", m.input.vocab_size);
  if (m.layers.runs.empty()) report.broken_rule("moetric: layers must hold at least one group", 0);
  for (stack::run const& r : m.layers.runs)
    if (r.layers == 0) report.broken_rule("moetric: layers of a group must be positive", r.layers);
  for (std::size_t i = 0; i != m.layers.runs.size(); ++i)
    if (m.layers.runs[i].use == layer_use::again && !is_used_before(m.layers, i))
      report.broken_rule("moetric: layers that are used again must equal an earlier run of layers",
                         m.layers.runs[i].layers);
  auto const layer_rules = [&report](auto const& layer) { layer.rules(report); };
  for (mixer const& each : m.layers.mixers) each.visit(layer_rules);
  for (feed_forward const& each : m.layers.ffns) each.visit(layer_rules);
  m.side.each(layer_rules);
  if (m.mtp.modules != 0) {
    m.mtp.block.mix.visit(layer_rules);
    m.mtp.block.ffn.visit(layer_rules);
    if (m.mtp.block.layers != 1) report.broken_rule("moetric: layers of an mtp block must be 1", m.mtp.block.layers);
  }
}

constexpr diagnosis diagnosis_of(model const& m) {
  diagnosis report;
  rules(m, report);
  return report;
}

}  // namespace detail

#ifdef MOETRIC_COMPILED
namespace compiled {
diagnosis diagnose(model const& m);
}  // namespace compiled
#endif

/// Every rule that a model breaks; nothing is thrown.
constexpr diagnosis diagnose(model const& m) {
#ifdef MOETRIC_COMPILED
  if (__builtin_is_constant_evaluated()) return detail::diagnosis_of(m);
  return compiled::diagnose(m);
#else
  return detail::diagnosis_of(m);
#endif
}

/// Checks a model against every rule. At run time all broken rules are reported at once; in a constant expression the
/// compiler stops on the first one's sentence. Every account checks its model with this.
/// \throws std::invalid_argument with every rule that the model breaks
constexpr void validate(model const& m) {
#ifdef MOETRIC_COMPILED
  if (__builtin_is_constant_evaluated()) return detail::enforce([&m](auto& report) { detail::rules(m, report); });
  return detail::require_none(compiled::diagnose(m));
#else
  detail::enforce([&m](auto& report) { detail::rules(m, report); });
#endif
}

}  // namespace moetric::v0
