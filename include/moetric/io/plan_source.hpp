#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "moetric/core/compiled.hpp"
#include "moetric/io/file.hpp"
#include "moetric/io/optima_file.hpp"
#include "moetric/plan/calendar.hpp"
#include "moetric/plan/expert_band.hpp"
#include "moetric/plan/least_cost.hpp"

namespace moetric::v0::io {

namespace detail {

inline named_source source_of_name(std::string const& name, plan::request const& r) {
  plan::sparsity const experts = plan::experts_of(r);
  double const expansion_rate = static_cast<double>(ratio(experts.n_experts, experts.top_k));
  if (name == "holistic") return {plan::holistic_source()};
  if (name == "ling") return {plan::ling_source()};
  if (name == "fine-grained") return {plan::fine_grained_source(expansion_rate)};
  if (name == "joint-moe") return {plan::joint_moe_source(expansion_rate)};
  if (is_path(name)) return read_named_source(name, r);
  throw std::invalid_argument(
      "moetric: source must be holistic, fine-grained, ling, joint-moe or the path of a fit, but "
      "got " +
      in_quotes(name) + did_you_mean(name, {"holistic", "fine-grained", "ling", "joint-moe"}));
}

/// Plans by a source that has a name; an error also tells what its fit warns of.
template <class Plan>
auto plan_by(plan::request& asked, named_source const& from, Plan make) {
  asked.source = from.recipe;
  try {
    return make(asked);
  } catch (std::invalid_argument const& error) {
    std::string sentence = error.what();
    for (std::string const& each : asked.source.warnings) sentence += "; source " + asked.source.id + ": " + each;
    throw std::invalid_argument(sentence);
  }
}

/// Adds the bands of experts that a search around a plan finds.
inline void add_expert_bands(plan::complete_plan& made, named_source const& from) {
  try {
    std::vector<plan::band> found;
    if (from.fit)
      fit::visit_law(*from.fit, [&]<class L>(L const& law) {
        if constexpr (laws::ComputeLaw<L>)
          if (!law.about->family.dense_only) found = plan::expert_bands(made, law, provenance::user);
      });
    if (found.empty())
      found = plan::expert_bands(made, laws::fine_grained::set_for(made.request.model_of(made.shape.architecture)),
                                 provenance::derived);
    made.bands.insert(made.bands.end(), found.begin(), found.end());
  } catch (std::invalid_argument const& error) {
    made.warnings.push_back("no bands of experts around this plan: " + std::string(error.what()));
  }
}

inline plan::complete_plan plan_by_name(plan::request asked, std::string const& source) {
  validate(asked);
  named_source const from = source_of_name(source, asked);
  plan::complete_plan made = plan_by(asked, from, [](plan::request const& r) { return plan::make(r); });
  add_expert_bands(made, from);
  return made;
}

inline plan::calendar_plan plan_by_name(cluster::calendar const& when, plan::request asked, std::string const& source) {
  named_source const from = source_of_name(source, asked);
  plan::calendar_plan made = plan_by(asked, from, [&](plan::request const& r) { return plan::make_within(when, r); });
  add_expert_bands(made.plan, from);
  return made;
}

inline plan::least_cost_plan plan_by_name(plan::cost_question const& question, plan::request asked,
                                          std::string const& source) {
  named_source const from = source_of_name(source, asked);
  plan::least_cost_plan made =
      plan_by(asked, from, [&](plan::request const& r) { return plan::make_cheapest(question, r); });
  add_expert_bands(made.plan, from);
  return made;
}

}  // namespace detail

/// A source of plans by its name, `holistic`, `ling`, `fine-grained` or `joint-moe`, or from the file of a fit or of a
/// team's optima. \throws std::invalid_argument for another name, and as `read_named_source`
MOETRIC_INLINE named_source find_source(std::string const& name, plan::request const& r);

/// Plans, and adds the bands of experts that a search around the plan finds: by the fit that the plan starts from if it
/// was fitted on models with experts, else by the fine-grained law.
/// \param source as `find_source` takes it; the request's own source is replaced
/// \throws std::invalid_argument as `plan::make`, with the warnings of the fit behind the source
MOETRIC_INLINE plan::complete_plan make_plan(plan::request asked, std::string const& source);

/// The same for a calendar instead of a budget.
/// \throws std::invalid_argument as `plan::make_within`, with the warnings of the fit behind the source
MOETRIC_INLINE plan::calendar_plan make_plan(cluster::calendar const& when, plan::request asked,
                                             std::string const& source);

/// The same for a loss at the least money.
/// \throws std::invalid_argument as `plan::make_cheapest`, with the warnings of the fit behind the source
MOETRIC_INLINE plan::least_cost_plan make_plan(plan::cost_question const& question, plan::request asked,
                                               std::string const& source);

#ifndef MOETRIC_COMPILED
inline named_source find_source(std::string const& name, plan::request const& r) {
  return detail::source_of_name(name, r);
}
inline plan::complete_plan make_plan(plan::request asked, std::string const& source) {
  return detail::plan_by_name(std::move(asked), source);
}
inline plan::calendar_plan make_plan(cluster::calendar const& when, plan::request asked, std::string const& source) {
  return detail::plan_by_name(when, std::move(asked), source);
}
inline plan::least_cost_plan make_plan(plan::cost_question const& question, plan::request asked,
                                       std::string const& source) {
  return detail::plan_by_name(question, std::move(asked), source);
}
#endif

}  // namespace moetric::v0::io
