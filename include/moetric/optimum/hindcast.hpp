#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "moetric/account/conventions.hpp"
#include "moetric/laws/catalogue.hpp"
#include "moetric/optimum/compute_optimal.hpp"
#include "moetric/optimum/hyper_parameters.hpp"
#include "moetric/zoo/catalogue.hpp"
#include "moetric/zoo/runs.hpp"

/// The plan of each law for the budgets of real runs, which shows how far to trust it. Most published models are
/// trained for longer than is compute-optimal, since they are also served.
namespace moetric::v0::optimum {

/// One run and one law. The budget, parameters and tokens are in the law's own counts.
struct hindcast_plan {
  zoo::published_run const* run;
  std::string_view law;
  double compute;
  std::string_view parameters_name;
  double parameters;
  double planned_parameters;
  double tokens;
  double planned_tokens;
  bool is_prediction;  // false if the model is outside the law's family

  /// Above 1 if the run was longer, and its model smaller, than planned.
  double tokens_over_planned() const { return tokens / planned_tokens; }
};

/// Peak learning rate and batch of a run beside a law's; 0 if the run published none or the law gives none.
struct hindcast_rate {
  zoo::published_run const* run;
  std::string_view law;
  double learning_rate;
  double said_learning_rate;
  double batch_tokens;
  double said_batch_tokens;
};

/// A law's plans beside the runs in its family.
struct hindcast_summary {
  std::string_view law;
  std::size_t runs;
  double lowest, median, highest;  // tokens over planned tokens
};

namespace detail {

/// The sequence length at which FLOPs are counted if a run published none.
inline constexpr count assumed_sequence_length = 4096;

inline model const& model_of(zoo::published_run const& run) {
  for (zoo::entry const& each : zoo::catalogue)
    if (each.id == run.model) return *each.value;
  moetric::detail::invalid(("moetric: model must be one of the zoo, but got " + std::string(run.model)).c_str());
}

inline hindcast_plan plan_of(zoo::published_run const& run, model const& m, laws::any_readable_law const& law) {
  laws::any_model_inputs const taken = laws::read(law, m, run.tokens.value);
  double const compute = law.training_flops_per_token(taken.at) * taken.at[1];
  laws::input_values const planned = at_compute(law, compute, taken.at).at;
  return {&run,       law.about->id, compute,    law.about->inputs[0].name, taken.at[0],
          planned[0], taken.at[1],   planned[1], taken.is_prediction};
}

/// M without embedding, head and router, at the run's own length.
inline double holistic_flops_per_token(zoo::published_run const& run, model const& m) {
  count const length = run.sequence_length.known() ? run.sequence_length.value : assumed_sequence_length;
  return static_cast<double>(training_flops(m, length, find_convention("holistic")).per_token());
}

inline hindcast_plan plan_of(zoo::published_run const& run, model const& m, laws::allocation const& law) {
  laws::model_facts const facts = laws::facts_of(m, run.tokens.value);
  // An allocation of M gives FLOPs per token, so both are one number.
  double const parameters =
      law.parameters_of == nullptr ? holistic_flops_per_token(run, m) : law.parameters_of(facts.values());
  double const per_token = law.parameters_of == nullptr ? parameters : law.training_flops_per_token(parameters);
  double const tokens = static_cast<double>(run.tokens.value), compute = per_token * tokens;
  laws::family const& runs = law.about->family;
  return {&run,
          law.about->id,
          compute,
          law.parameters_name,
          parameters,
          law.parameters(compute),
          tokens,
          law.tokens(compute),
          facts.has_experts() ? !runs.dense_only : !runs.experts_only};
}

}  // namespace detail

/// The plans of every law that divides a budget, for every published run with known tokens.
inline std::vector<hindcast_plan> hindcast_plans() {
  std::vector<hindcast_plan> all;
  for (zoo::published_run const& run : zoo::published_runs) {
    if (!run.tokens.known()) continue;
    model const& m = detail::model_of(run);
    for (laws::catalogue_row const* const row : laws::compared_rows())
      all.push_back(detail::plan_of(run, m, *row->loss));
    for (laws::catalogue_row const& row : laws::catalogue)
      if (row.divides != nullptr) all.push_back(detail::plan_of(run, m, *row.divides));
  }
  return all;
}

/// Every law of learning rate and batch, for every published run with known tokens and one of the two.
inline std::vector<hindcast_rate> hindcast_rates() {
  std::vector<hindcast_rate> all;
  for (zoo::published_run const& run : zoo::published_runs) {
    if (!run.tokens.known() || (!run.peak_learning_rate.known() && !run.batch_tokens.known())) continue;
    model const& m = detail::model_of(run);
    training_run const seen = training_run_of(m, run.tokens.value, detail::holistic_flops_per_token(run, m));
    for (hyper_parameters const& said : published_hyper_parameters(seen))
      all.push_back({&run, said.law, run.peak_learning_rate.value, said.learning_rate,
                     static_cast<double>(run.batch_tokens.value), said.batch_tokens});
  }
  return all;
}

/// One summary for each law, in the order of the plans, over the runs in its family.
inline std::vector<hindcast_summary> summarised(std::vector<hindcast_plan> const& plans) {
  std::vector<hindcast_summary> all;
  for (hindcast_plan const& each : plans) {
    if (std::any_of(all.begin(), all.end(), [&](auto const& known) { return known.law == each.law; })) continue;
    std::vector<double> ratios;
    for (hindcast_plan const& other : plans)
      if (other.law == each.law && other.is_prediction) ratios.push_back(other.tokens_over_planned());
    std::sort(ratios.begin(), ratios.end());
    std::size_t const n = ratios.size();
    if (n == 0)
      all.push_back({each.law, 0, 0, 0, 0});
    else
      all.push_back({each.law, n, ratios.front(), std::sqrt(ratios[(n - 1) / 2] * ratios[n / 2]), ratios.back()});
  }
  return all;
}

}  // namespace moetric::v0::optimum
