#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "moetric/laws/catalogue.hpp"
#include "moetric/laws/readable.hpp"
#include "moetric/optimum/compute_optimal.hpp"
#include "moetric/optimum/holistic_run.hpp"
#include "moetric/zoo/catalogue.hpp"
#include "moetric/zoo/runs.hpp"

/// The plan of each law for the budgets of real runs, which shows how far to trust it. Most published models are
/// trained for longer than is compute-optimal, since they are also served.
namespace moetric::v0::optimum {

/// A law to ask: one with a loss, or one that divides a budget.
struct hindcast_law {
  std::string name;  // such as its id, or the file of a fit
  std::optional<laws::any_readable_law> loss{};
  laws::allocation const* divides = nullptr;
};

/// One run and one law. The budget, parameters and tokens are in the law's own counts.
struct hindcast_plan {
  zoo::published_run const* run;
  std::string law;
  double compute;  // training FLOPs
  std::string_view parameters_name;
  double parameters;
  double planned_parameters;
  double tokens;
  double planned_tokens;
  laws::evaluation planned;  // how far to trust the law at what it plans; without a loss if the law gives none

  /// Above 1 if the run was longer, and its model smaller, than planned.
  double tokens_over_planned() const { return tokens / planned_tokens; }
};

/// Peak learning rate and batch of a run beside a law's; 0 if the run published none or the law gives none.
struct hindcast_rate {
  zoo::published_run const* run;
  std::string_view law;
  double learning_rate;
  double said_learning_rate;  // by the law
  double batch_tokens;
  double said_batch_tokens;
};

/// A law's plans beside the runs in its family.
struct hindcast_summary {
  std::string law;
  std::size_t runs;
  double lowest, median, highest;  // tokens over planned tokens
  std::size_t extrapolated = 0;    // runs whose plan is outside of what the law was fitted on
};

namespace detail {

/// The sequence length at which FLOPs are counted if a run published none.
inline constexpr count assumed_sequence_length = 4096;

inline model const& model_of(zoo::published_run const& run) {
  for (zoo::listed_model const& each : zoo::catalogue)
    if (each.id == run.model) return *each.value;
  moetric::detail::invalid(("moetric: model must be one of the zoo, but got " + std::string(run.model)).c_str());
}

inline hindcast_plan plan_of(zoo::published_run const& run, model const& m, laws::any_readable_law const& law) {
  laws::any_model_inputs const taken = laws::read(law, m, run.tokens.value);
  double const compute = law.training_flops_per_token(taken.at) * taken.at[1];
  any_point planned = at_compute(law, compute, taken.at);
  planned.outside_family = taken.outside_family;
  planned.is_prediction = taken.is_prediction;
  return {&run,        std::string(law.about->id),
          compute,     law.about->inputs[0].name,
          taken.at[0], planned.at[0],
          taken.at[1], planned.at[1],
          planned};
}

inline count sequence_length_of(zoo::published_run const& run) {
  return run.sequence_length.known() ? run.sequence_length.value : assumed_sequence_length;
}

inline hindcast_plan plan_of(zoo::published_run const& run, model const& m, laws::allocation const& law) {
  laws::model_facts const facts = laws::facts_of(m, run.tokens.value);
  // An allocation of M gives FLOPs per token, so both are one number.
  double const parameters = law.parameters_of == nullptr ? holistic_flops_per_token(m, sequence_length_of(run))
                                                         : law.parameters_of(facts.values());
  double const per_token = law.parameters_of == nullptr ? parameters : law.training_flops_per_token(parameters);
  double const tokens = static_cast<double>(run.tokens.value), compute = per_token * tokens;
  laws::model_inputs<double> family;
  laws::detail::family_check(family).compare(law.about->family, facts);
  return {&run,
          std::string(law.about->id),
          compute,
          law.parameters_name,
          parameters,
          law.parameters(compute),
          tokens,
          law.tokens(compute),
          {.outside_range = laws::outside_range(*law.about, std::array{compute}),
           .outside_family = family.outside_family,
           .is_prediction = family.is_prediction}};
}

}  // namespace detail

/// The plans of every law that divides a budget, for every published run with known tokens.
inline std::vector<hindcast_plan> hindcast_plans() {
  std::vector<hindcast_plan> all;
  for (zoo::published_run const& run : zoo::published_runs) {
    if (!run.tokens.known()) continue;
    model const& m = detail::model_of(run);
    for (laws::catalogue_row const* const row : laws::compared_rows())
      all.push_back(detail::plan_of(run, m, laws::readable(*row->loss)));
    for (laws::catalogue_row const& row : laws::catalogue)
      if (row.divides != nullptr) all.push_back(detail::plan_of(run, m, *row.divides));
  }
  return all;
}

/// The plans of given laws, under their names.
/// \throws std::invalid_argument for a law with inputs that a model does not determine
inline std::vector<hindcast_plan> hindcast_plans(std::vector<hindcast_law> const& asked) {
  std::vector<hindcast_plan> all;
  for (zoo::published_run const& run : zoo::published_runs) {
    if (!run.tokens.known()) continue;
    model const& m = detail::model_of(run);
    for (hindcast_law const& each : asked) {
      all.push_back(each.loss ? detail::plan_of(run, m, *each.loss) : detail::plan_of(run, m, *each.divides));
      all.back().law = each.name;
    }
  }
  return all;
}

/// Every law of learning rate and batch, for every published run with known tokens and one of the two.
inline std::vector<hindcast_rate> hindcast_rates() {
  std::vector<hindcast_rate> all;
  for (zoo::published_run const& run : zoo::published_runs) {
    if (!run.tokens.known() || (!run.peak_learning_rate.known() && !run.batch_tokens.known())) continue;
    model const& m = detail::model_of(run);
    run_facts const seen = holistic_run_of(m, run.tokens.value, detail::sequence_length_of(run));
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
    std::size_t extrapolated = 0;
    for (hindcast_plan const& other : plans) {
      if (other.law != each.law || !other.planned.is_prediction) continue;
      ratios.push_back(other.tokens_over_planned());
      if (other.planned.extrapolated()) ++extrapolated;
    }
    std::sort(ratios.begin(), ratios.end());
    std::size_t const n = ratios.size();
    if (n == 0)
      all.push_back({each.law, 0, 0, 0, 0});
    else
      all.push_back(
          {each.law, n, ratios.front(), std::sqrt(ratios[(n - 1) / 2] * ratios[n / 2]), ratios.back(), extrapolated});
  }
  return all;
}

}  // namespace moetric::v0::optimum
