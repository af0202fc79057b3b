#pragma once

#include "moetric/core/bisection.hpp"
#include "moetric/fit/fitted_law.hpp"
#include "moetric/laws/readable.hpp"
#include "moetric/optimum/compute_optimal.hpp"
#include "moetric/plan/optima_source.hpp"

/// A recipe from a law of loss that a team fitted to its own runs.
namespace moetric::v0::plan {

namespace detail {

/// True if a law has an input of that name.
inline bool reads(laws::any_law const& law, std::string_view name) {
  for (laws::input const& each : law.about->inputs)
    if (each.name == name) return true;
  return false;
}

/// The inputs of a law other than parameters and tokens, which stay 0: read from the experts or given.
/// \throws std::invalid_argument naming an input that is not known before there is a shape
inline laws::input_values other_inputs(laws::any_readable_law const& law, sparsity const& experts,
                                       std::optional<double> unique_tokens) {
  auto const real = [](count value) { return static_cast<double>(value); };
  shape<double> const s{.n_experts = real(experts.n_experts),
                        .top_k = real(experts.top_k),
                        .n_shared_experts = real(experts.n_shared_experts)};
  laws::input_values given;
  for (std::size_t i = 0; i != law.n_inputs(); ++i) {
    given.push_back(0, "");
    if (i < 2 || !law.is_given(i)) continue;
    std::string_view const name = law.about->inputs[i].name;
    if (name != "unique_tokens" || !unique_tokens)
      refuse(std::string(name) + " must be given to plan by law " + std::string(law.about->id));
    given[i] = *unique_tokens;
  }
  account<double> const none{};  // parameters and tokens are what the plan looks for
  return law.read(laws::facts_of(s, none, true, 0), given);
}

/// A recipe with the tokens of a law's optimum and the M that they leave. The law pays for weights only, so it is
/// evaluated at compute·6/(M/N_a), the part of the budget that M spends on them.
inline recipe by_loss(laws::any_law const& law, recipe r, double compute, laws::input_values const& others) {
  r.tokens = optimum::at_compute(law, compute * 6 / r.flops_per_active_parameter, others).at[1];
  r.training_flops_per_token = compute / r.tokens;
  return r;
}

/// N/N_opt below and above the optimum at which the loss at one budget has risen by 0.1 %.
inline laws::range near_optimal_factors(laws::any_law const& law, double compute, laws::input_values const& others) {
  auto const best = optimum::at_compute(law, compute, others);
  auto const loss_at = [&](double factor) {
    laws::input_values values = best.at;
    values[0] *= factor;
    values[1] = optimum::tokens_at_compute(law, compute, values);
    return law.loss(values);
  };
  double const limit = best.loss * 1.001;
  auto const edge = [&](double farthest) {
    auto const is_inside = [&](double log_factor) { return loss_at(std::exp(log_factor)) <= limit; };
    return std::exp(bisect({.holds = 0, .fails = std::log(farthest)}, is_inside, middle::half_sum, 60).holds);
  };
  return {edge(1e-3), edge(1e3)};
}

/// The loss that a law gives for a plan that was made by it. The parameters are those of the law's own definition, or
/// the active ones if the law is of dense models.
inline loss_by_law loss_by(laws::any_readable_law const& law, std::string const& source,
                           laws::input_values const& others, model const& m, count tokens) {
  laws::model_facts const facts = laws::facts_of(m, tokens);
  laws::description const& about = *law.about;
  bool const is_dense = about.family.dense_only && facts.has_experts();
  laws::input_values values = others;
  values[0] = is_dense ? static_cast<double>(shape_weights(account_of(m).multiplied))  // N_a
                       : law.read(facts.values(), others)[0];
  values[1] = static_cast<double>(tokens);
  auto const here = optimum::at(law, values);
  auto const best = optimum::at_compute(law, here.compute, others);
  loss_by_law loss{.law = std::string(about.id),
                   .loss = here.loss,
                   .is_prediction = here.is_prediction && !is_dense,
                   .bridge =
                       source + " read as the plan reads it: " +
                       (is_dense ? "its parameters are N_a" : std::string("its ") + std::string(about.inputs[0].name)),
                   .outside = {},
                   .compute = here.compute,
                   .optimum_loss = best.loss,
                   .regret = here.reducible_loss / best.reducible_loss - 1};
  if (is_dense) loss.outside.push_back("experts, the law's models are dense");
  for (laws::extrapolation const& each : here.outside_range) loss.outside.push_back(to_string(each));
  return loss;
}

}  // namespace detail

/// A source whose M and tokens are the optimum of a law that a team fitted to its own runs; the other numbers are the
/// holistic recipe's. The parameters of a dense law stand for active ones. The variants are the fit's bootstrap, or
/// draws from its covariance if it has none.
/// \param experts of the plan
/// \param unique_tokens of the data, for a law that reads them
/// \throws std::invalid_argument for a law without a convention of compute, or with inputs that are not known here
inline recipe_source fitted_source(std::string id, fit::fitted_law const& fitted, sparsity const& experts,
                                   std::optional<double> unique_tokens = std::nullopt) {
  recipe_source s = holistic_source();
  s.id = std::move(id);
  auto const paper = std::exchange(s.variants, {});
  s.spread = spread_kind::draws;
  s.not_known = std::string(detail::rest_is_the_papers) + "; the spread of the fit comes from its " +
                (fitted.draws.empty() ? "covariance" : "bootstrap");
  s.warnings = fit::sentences(fitted.of.warnings);
  laws::any_readable_law const law = laws::readable(fit::law_of(fitted));
  if (!law.counts_compute())
    detail::refuse("a law that a plan starts from must state the compute that it counts, but form " + fitted.form +
                   " does not");
  laws::input_values const others = detail::other_inputs(law, experts, unique_tokens);
  for (std::size_t i = 2; i != law.n_inputs(); ++i) s.sees_experts = s.sees_experts || !law.is_given(i);
  if (!s.sees_experts)  // before what is known of the runs: it decides what the plan is
    s.warnings.insert(s.warnings.begin(), "the fitted law knows no experts; its N is read as N_a");
  s.reads_unique_tokens = detail::reads(law, "unique_tokens");
  auto const recipe_by = [&](laws::any_law const& by, recipe_of_compute const& rest) {
    return [by, others, rest](double compute) { return detail::by_loss(by, rest(compute), compute, others); };
  };
  s.at = recipe_by(law, detail::holistic_recipe);
  if (fitted.of.identified())
    for (laws::any_law const& drawn : fit::drawn_laws(laws::any_law(law), fitted, detail::n_draws))
      s.variants.push_back(recipe_by(drawn, detail::holistic_recipe));
  for (auto const& rest : paper) s.without_a_scale.push_back(recipe_by(law, rest));
  s.loss = [law, id = s.id, others](model const& m, count tokens) {
    return detail::loss_by(law, id, others, m, tokens);
  };
  s.flops_band = [law, others](double compute) {
    return detail::near_optimal_factors(law, compute * 6 / laws::holistic::flops_per_active_parameter(compute), others);
  };
  laws::range tokens_range{}, parameters_range{};
  if (fitted.ranges.size() >= 2) parameters_range = fitted.ranges[0], tokens_range = fitted.ranges[1];
  s.flops = {
      provenance::user,
      "the optimum of the fitted law " + s.id + " (form " + fitted.form +
          ") with its parameters read as N_a, at compute x 6/(M/N_a), the part of the budget that M spends on weights",
      {6 * parameters_range.low * tokens_range.low, 6 * parameters_range.high * tokens_range.high}};
  if (s.variants.empty()) {
    s.spread = spread_kind::none;
    s.not_known = "the fit does not identify every coefficient, so it gives no interval";
  }
  return s;
}

}  // namespace moetric::v0::plan
