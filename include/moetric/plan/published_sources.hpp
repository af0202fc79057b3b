#pragma once

#include <utility>

#include "moetric/core/bisection.hpp"
#include "moetric/fit/linear.hpp"
#include "moetric/laws/holistic.hpp"
#include "moetric/laws/joint_moe.hpp"
#include "moetric/laws/ling.hpp"
#include "moetric/optimum/compute_optimal.hpp"
#include "moetric/plan/recipe.hpp"

/// Recipes that papers publish.
namespace moetric::v0::plan {
namespace detail {

/// The compute of the smallest and the largest scale of 2603.21862, FLOPs.
inline constexpr laws::range holistic_range{laws::holistic::scales.front().compute,
                                            laws::holistic::scales.back().compute};

inline recipe holistic_recipe(double compute) {
  using namespace laws;
  return {.training_flops_per_token = holistic::optimal_training_flops_per_token(compute),
          .tokens = holistic::optimal_tokens(compute),
          .flops_per_active_parameter = holistic::flops_per_active_parameter(compute),
          .expert_share = holistic::expert_share,
          .learning_rate = holistic::learning_rate(compute),
          .batch_tokens = holistic::batch_tokens(compute)};
}

/// The paper's recipe fitted without one of its six scales: straight lines in logarithms through the other five. M and
/// D stay, because Table 2 repeats Eq. 2: leaving out a scale says nothing about their error. N/N_a moves as the optima
/// that App. F.4 prints for the six scales do.
inline recipe_of_compute holistic_without(std::size_t scale) {
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

inline recipe_source make_holistic_source() {
  laws::range const scales = holistic_range;
  recipe_source s{
      .id = "holistic",
      .at = holistic_recipe,
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
      .spread = spread_kind::leave_one_out,
      .not_known = "M and tokens have no interval: the paper's Table 2 repeats its Eq. 2, so their error is not known"};
  for (std::size_t i = 0; i != laws::holistic::scales.size(); ++i) s.variants.push_back(holistic_without(i));
  return s;
}

}  // namespace detail

/// The recipe of 2603.21862: M and D by Eq. 2, the ratios, learning rate and batch by fits to its tables.
inline recipe_source const& holistic_source() {
  static recipe_source const source = detail::make_holistic_source();
  return source;
}

namespace detail {

/// The holistic source with each recipe passed through `change(recipe, compute)`.
template <class Change>
recipe_source on_holistic(std::string id, Change change) {
  recipe_source s = holistic_source();
  s.id = std::move(id);
  for (auto& each : s.variants)
    each = [before = each, change](double compute) { return change(before(compute), compute); };
  s.at = [before = s.at, change](double compute) { return change(before(compute), compute); };
  s.not_known = "M and tokens have no interval: the paper prints no error of its laws";
  return s;
}

}  // namespace detail

/// M, tokens, learning rate and batch of the Ling team, who count M as 2603.21862 does; the other numbers are the
/// holistic recipe's. Source: 2507.17702, Table 1 and Eq. 3.
inline recipe_source ling_source() {
  recipe_source s = detail::on_holistic("ling", [](recipe r, double compute) {
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

/// Active parameters and tokens of the fine-grained law's optimum (2402.07871) at an expansion rate; ratios, learning
/// rate and batch are the holistic recipe's. The law pays 6 FLOPs for an active parameter and nothing for attention
/// scores, so it is evaluated at C·6/(M/N_a), the part of the budget that it counts: then N_a·(M/N_a)·D = C.
inline recipe_source fine_grained_source(double expansion_rate) {
  auto const& law = expansion_rate == 16 ? laws::fine_grained::e16 : laws::fine_grained::four_decimals;
  recipe_source s = detail::on_holistic("fine-grained", [&law, expansion_rate](recipe r, double compute) {
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
  s.sees_experts = true;
  return s;
}

/// Active parameters and tokens of the joint MoE law's optimum (2502.05172) at an expansion rate; ratios, learning rate
/// and batch are the holistic recipe's. Its models count embedding and output head and have d_model = 64·n_layers, by
/// which N_a follows. The law pays for no attention scores and the plan for no embeddings, so the law is evaluated at
/// the budget with N_a·(M/N_a)·D = C.
inline recipe_source joint_moe_source(double expansion_rate) {
  auto const optimum_at = [expansion_rate](double compute) {
    auto const best = optimum::at_compute(laws::joint_moe::printed, compute, {.expansion_rate = expansion_rate});
    return std::pair{laws::joint_moe::at_active_parameters(best.at.active_parameters, expansion_rate)
                         .active_non_embedding_parameters(),
                     best.at.tokens};
  };
  recipe_source s = detail::on_holistic("joint-moe", [optimum_at](recipe r, double compute) {
    auto const is_affordable = [&](double law_compute) {
      auto const [active, tokens] = optimum_at(law_compute);
      return active * tokens * r.flops_per_active_parameter <= compute;
    };
    double const at =
        bisect({.holds = compute / 100, .fails = compute * 100}, is_affordable, middle::geometric, 60).holds;
    r.tokens = optimum_at(at).second;
    r.training_flops_per_token = compute / r.tokens;
    return r;
  });
  s.flops = {
      provenance::derived, "the optimum of law joint-moe (2502.05172) at expansion rate " + brief(expansion_rate), {}};
  s.sees_experts = true;
  return s;
}

}  // namespace moetric::v0::plan
