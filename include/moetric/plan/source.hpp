#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "moetric/core/provenance.hpp"
#include "moetric/fit/linear.hpp"
#include "moetric/laws/holistic.hpp"
#include "moetric/laws/law.hpp"
#include "moetric/laws/ling.hpp"
#include "moetric/optimum/fine_grained.hpp"
#include "moetric/plan/expected_loss.hpp"

namespace moetric::v0 {

/// What a budget should buy before there is a shape: the numbers that a plan starts from.
struct recipe {
  double training_flops_per_token;    // M, in the convention of 2603.21862
  double tokens;                      // D of least loss
  double flops_per_active_parameter;  // M/N_a
  double expert_share;   // of active parameters; N/N_a = 1 + share·((n_experts + n_s)/(top_k + n_s) − 1)
  double learning_rate;  // peak
  double batch_tokens;
  std::optional<double> d_model{};  // where the source has a law of it
};

/// Who gives a number of the recipe, for the plan's own account of itself.
struct recipe_origin {
  provenance how;
  std::string why;
  laws::range fitted{};  // FLOPs of compute that it was fitted on; 0 .. 0 where that is not stated
};

/// What the other recipes of a source are.
///   leave_one_out  the same laws without one scale each; their spread is no confidence interval
///   draws          coefficients drawn from the fit's own error; 95 % of them make the interval
enum class recipe_spread { none, leave_one_out, draws };

/// Where a plan takes its numbers from. Sources are exchangeable: a published recipe, or a user's fitted laws.
struct plan_source {
  std::string id;
  std::function<recipe(double compute)> at;
  recipe_origin flops{};  // of M and tokens
  recipe_origin density{};
  recipe_origin expansion{};
  recipe_origin learning_rate{};
  recipe_origin batch{};
  recipe_origin d_model{};
  std::vector<std::function<recipe(double compute)>> others{};
  recipe_spread spread = recipe_spread::none;
  /// Of draws: what they leave out, the source's recipe with the paper's numbers without one of its scales each.
  std::vector<std::function<recipe(double compute)>> without_a_scale{};
  std::string not_known{};  // what the spread leaves out, in a sentence
  /// M over M_opt between which the source's own loss rises by at most 0.1 %, where it has a law of loss.
  std::function<laws::range(double compute)> flops_band{};
  /// What the source's own law of loss says of a model trained on so many tokens, where it has one.
  std::function<expected_loss(model const& m, count tokens)> loss{};
  bool reads_unique_tokens = false;
  std::vector<std::string> warnings{};  // of the fit behind it
};

namespace detail {

inline constexpr laws::range holistic_range{laws::holistic::scales.front().compute,
                                            laws::holistic::scales.back().compute};

/// How far a budget lies outside of a range, in decades; 0 inside and where no range is stated.
inline double decades_outside(laws::range const& fitted, double compute) {
  if (fitted.high <= 0) return 0;
  if (compute < fitted.low) return std::log10(fitted.low / compute);
  return compute > fitted.high ? std::log10(compute / fitted.high) : 0;
}

inline recipe holistic_recipe(double compute) {
  using namespace laws;
  return {.training_flops_per_token = holistic::optimal_training_flops_per_token(compute),
          .tokens = holistic::optimal_tokens(compute),
          .flops_per_active_parameter = holistic::flops_per_active_parameter(compute),
          .expert_share = holistic::expert_share,
          .learning_rate = holistic::learning_rate(compute),
          .batch_tokens = holistic::batch_tokens(compute)};
}

/// The recipe of the paper's six scales with one left out: straight lines in logarithms through the other five. M and D
/// stay: Table 2 repeats Eq. 2, so that leaving a scale out says nothing about their error. N/N_a moves as the optima
/// that App. F.4 prints for the six scales do.
inline std::function<recipe(double)> holistic_without(std::size_t scale) {
  std::vector<double> const optima{19.23, 19.33, 20.69, 20.78, 21.29, 22.07};  // N/N_a, App. F.4
  std::vector<double> all_compute, compute, excess, rate, batch, expansion;
  for (std::size_t i = 0; i != laws::holistic::scales.size(); ++i) {
    laws::holistic::scale const& each = laws::holistic::scales[i];
    all_compute.push_back(each.compute);
    if (i == scale) continue;
    compute.push_back(each.compute);
    excess.push_back(each.flops_per_active_parameter - 6);
    rate.push_back(each.learning_rate);
    batch.push_back(each.batch_sequences * double{laws::holistic::study::sequence_length});
    expansion.push_back(optima[i]);
  }
  auto const density = fit::fit_power_law(compute, excess).law;
  auto const all_expansions = fit::fit_power_law(all_compute, optima).law;
  auto const expansions = fit::fit_power_law(compute, expansion).law;
  auto const rates = fit::fit_power_law(compute, rate).law;
  auto const batches = fit::fit_power_law(compute, batch).law;
  return [=](double at) {
    recipe r = holistic_recipe(at);
    r.flops_per_active_parameter = 6 + density(at);
    r.expert_share *= expansions(at) / all_expansions(at);
    r.learning_rate = rates(at);
    r.batch_tokens = batches(at);
    return r;
  };
}

}  // namespace detail

namespace detail {

inline plan_source make_holistic_source() {
  laws::range const scales = detail::holistic_range;
  plan_source s{
      .id = "holistic",
      .at = detail::holistic_recipe,
      .flops = {provenance::printed, "M_opt(C) of 2603.21862, Eq. 2", scales},
      .density = {provenance::derived,
                  "through the six optima recovered from Tables 16-21; the paper shows its law in Fig. 5b only",
                  scales},
      .expansion = {provenance::derived, "22, recovered from Tables 16-21; the paper sets it by hand in 18-25", scales},
      .learning_rate = {provenance::derived, "a fit to the paper's Table 4, within 0.4 % there", scales},
      .batch = {provenance::derived,
                "a fit to the paper's Table 4, within 8.1 % there, in whole sequences (a unit that the paper does not "
                "state)",
                scales},
      .spread = recipe_spread::leave_one_out,
      .not_known = "M and tokens have none: the paper's Table 2 repeats its Eq. 2, so their error is not known"};
  for (std::size_t i = 0; i != laws::holistic::scales.size(); ++i) s.others.push_back(detail::holistic_without(i));
  return s;
}

}  // namespace detail

/// The recipe of 2603.21862.
inline plan_source const& holistic_source() {
  static plan_source const source = detail::make_holistic_source();
  return source;
}

namespace detail {

/// A source that replaces M, tokens and what else `change` sets of each of the paper's recipes.
template <class Change>
plan_source on_holistic(std::string id, Change change) {
  plan_source s = holistic_source();
  s.id = std::move(id);
  for (auto& each : s.others) each = [of = each, change](double compute) { return change(of(compute), compute); };
  s.at = [of = s.at, change](double compute) { return change(of(compute), compute); };
  s.not_known = "M and tokens have none: the paper prints no error of its laws";
  return s;
}

}  // namespace detail

/// M, tokens, learning rate and batch of the Ling team, whose M is counted as in 2603.21862; the rest from there.
/// Source: 2507.17702, Table 1 and Eq. 3.
inline plan_source ling_source() {
  plan_source s = detail::on_holistic("ling", [](recipe r, double compute) {
    r.training_flops_per_token = laws::ling::moe.parameters(compute);
    r.tokens = laws::ling::moe.tokens(compute);
    r.learning_rate = laws::ling::learning_rate(compute);
    r.batch_tokens = laws::ling::batch_tokens(compute);
    return r;
  });
  laws::range const fitted{3e17, 3e20};
  s.flops = {provenance::printed, "M_opt(C) of Ling's MoE, 2507.17702, Table 1, whose range is not stated"};
  s.learning_rate = {provenance::printed, "Ling's MoE, 2507.17702, Eq. 3", fitted};
  s.batch = {provenance::printed, "Ling's MoE, 2507.17702, Eq. 3, in whole sequences", fitted};
  return s;
}

/// Active parameters and tokens of the fine-grained law's optimum at an expansion rate; ratios, learning rate and batch
/// from 2603.21862. That law pays 6 FLOPs for an active parameter and nothing for scores, so it is asked at the
/// 6/(M/N_a) of the budget that it counts: then N_a·(M/N_a)·D is the whole.
inline plan_source fine_grained_source(double expansion_rate) {
  auto const& law = expansion_rate == 16 ? laws::fine_grained::e16 : laws::fine_grained::four_decimals;
  plan_source s = detail::on_holistic("fine-grained", [&law, expansion_rate](recipe r, double compute) {
    auto const best = optimum::at_compute(law, compute * 6 / r.flops_per_active_parameter,
                                          {.expansion_rate = expansion_rate, .c_r = 14});
    r.training_flops_per_token = best.active_non_embedding_parameters * r.flops_per_active_parameter;
    r.tokens = compute / r.training_flops_per_token;
    return r;
  });
  s.flops = {provenance::derived,
             "the optimum of law " + std::string(law.about->id) + " (2402.07871) at expansion rate " +
                 brief(expansion_rate) + (law.k.expansion_rate == expansion_rate ? "" : ", which it was not fitted at"),
             {}};
  return s;
}

}  // namespace moetric::v0
