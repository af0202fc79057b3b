#pragma once

#include <map>
#include <memory>
#include <random>

#include "moetric/core/name.hpp"
#include "moetric/fit/fitted_law.hpp"
#include "moetric/laws/quantities.hpp"
#include "moetric/optimum/compute_optimal.hpp"
#include "moetric/plan/request.hpp"

/// Recipes of a team's own: from the optima that it found at its scales, or from a law of loss that it fitted.
namespace moetric::v0 {

/// The best value of one number at one budget.
struct scale_optimum {
  double compute;  // FLOPs
  double value;
};

/// Optima by the number's name: training_flops_per_token, tokens, flops_per_active_parameter, expansion_ratio, d_model,
/// learning_rate, batch_tokens. Each becomes a power law of compute; M/N_a as what exceeds 6. The others stay the
/// paper's.
using scale_optima = std::map<std::string, std::vector<scale_optimum>>;

namespace detail {

inline constexpr std::array<std::string_view, 7> recipe_fields{"training_flops_per_token",
                                                               "tokens",
                                                               "flops_per_active_parameter",
                                                               "expansion_ratio",
                                                               "learning_rate",
                                                               "d_model",
                                                               "batch_tokens"};

inline constexpr std::size_t n_draws = 1000;

inline constexpr std::string_view of_the_paper =
    "numbers that the file does not give are the paper's, and move as they do when one of its scales is left out";

/// Whether a law has an input of that name.
template <class Law>
bool reads(Law const& of, std::string_view name) {
  for (laws::input const& each : of.about->inputs)
    if (each.name == name) return true;
  return false;
}

/// A draw from Student's distribution.
inline double drawn_t(std::mt19937_64& bits, std::size_t freedom) {
  double const u = optimum::detail::uniform(bits);
  return u >= 0.5 ? fit::detail::quantile_of_t(2 * u - 1, freedom) : -fit::detail::quantile_of_t(1 - 2 * u, freedom);
}

inline double largest_expansion_of(plan_request const& r) {
  auto const real = [](count value) { return static_cast<double>(value); };
  sparsity const experts = sparsity_of(r);
  return laws::holistic::largest_expansion_ratio(real(experts.n_experts), real(experts.top_k),
                                                 real(experts.n_shared_experts));
}

/// The paper's recipe with what power laws give in its place; `tokens` alone decides M too.
inline recipe with_laws(recipe r, std::map<std::string, laws::power_law> const& laws, double compute,
                        double largest_expansion) {
  for (auto const& [field, law] : laws) {
    double const value = law(compute);
    if (field == "training_flops_per_token") r.training_flops_per_token = value;
    if (field == "tokens") r.tokens = value;
    if (field == "flops_per_active_parameter") r.flops_per_active_parameter = 6 + value;
    if (field == "expansion_ratio") r.expert_share = (value - 1) / (largest_expansion - 1);
    if (field == "learning_rate") r.learning_rate = value;
    if (field == "d_model") r.d_model = value;
    if (field == "batch_tokens") r.batch_tokens = value;
  }
  if (laws.contains("tokens") && !laws.contains("training_flops_per_token"))
    r.training_flops_per_token = compute / r.tokens;
  if (!laws.contains("tokens") && laws.contains("training_flops_per_token"))
    r.tokens = compute / r.training_flops_per_token;
  return r;
}

}  // namespace detail

/// A recipe of power laws through a team's own optima, with draws of their coefficients by the error of the fits.
/// \throws std::invalid_argument naming a number that recipes do not have, a value that is not positive, or fewer than
///         three scales
inline plan_source optima_source(std::string id, scale_optima const& optima, plan_request const& r) {
  std::map<std::string, fit::power_law_fit> fits;
  std::map<std::string, laws::power_law> laws;
  plan_source s = holistic_source();
  s.id = std::move(id);
  for (auto const& [field, points] : optima) {
    if (std::find(detail::recipe_fields.begin(), detail::recipe_fields.end(), field) == detail::recipe_fields.end())
      refuse_name("a number of optima", field, detail::recipe_fields);
    std::vector<double> x, y;
    for (scale_optimum const& each : points) {
      x.push_back(each.compute);
      y.push_back(field == "flops_per_active_parameter" ? each.value - 6 : each.value);
    }
    fit::power_law_fit const of = fit::fit_power_law(x, y);
    fits.emplace(field, of);
    laws.emplace(field, of.law);
    recipe_origin const origin{provenance::user,
                               "a power law through " + std::to_string(points.size()) + " optima of " + s.id,
                               {*std::min_element(x.begin(), x.end()), *std::max_element(x.begin(), x.end())}};
    if (field == "training_flops_per_token" || field == "tokens") s.flops = origin;
    if (field == "flops_per_active_parameter") s.density = origin;
    if (field == "expansion_ratio") s.expansion = origin;
    if (field == "learning_rate") s.learning_rate = origin;
    if (field == "d_model") s.d_model = origin;
    if (field == "batch_tokens") s.batch = origin;
  }
  auto const recipe_of = [largest = detail::largest_expansion_of(r)](std::map<std::string, laws::power_law> const& of,
                                                                     std::function<recipe(double)> const& rest) {
    return [=](double compute) { return detail::with_laws(rest(compute), of, compute, largest); };
  };
  s.at = recipe_of(laws, detail::holistic_recipe);
  for (auto const& rest : std::exchange(s.others, {})) s.without_a_scale.push_back(recipe_of(laws, rest));
  s.spread = recipe_spread::draws;
  s.not_known = std::string(detail::of_the_paper);
  std::mt19937_64 bits(1);
  for (std::size_t i = 0; i != detail::n_draws; ++i) {
    std::map<std::string, laws::power_law> drawn;
    for (auto const& [field, of] : fits) {
      double const level =
          of.line.coefficients[0] + std::sqrt(of.line.covariance(0, 0)) * detail::drawn_t(bits, of.line.freedom);
      double const exponent =
          of.line.coefficients[1] + std::sqrt(of.line.covariance(1, 1)) * detail::drawn_t(bits, of.line.freedom);
      drawn[field] = {std::exp(level - exponent * of.centre), exponent};
    }
    s.others.push_back(recipe_of(drawn, detail::holistic_recipe));
  }
  return s;
}

namespace detail {

/// What a law wants to know beside parameters and tokens, read off a request.
template <class Law>
typename Law::inputs other_inputs(Law const& of, plan_request const& r) {
  auto const real = [](count value) { return static_cast<double>(value); };
  sparsity const experts = sparsity_of(r);
  shape<double> const s{.n_experts = real(experts.n_experts),
                        .top_k = real(experts.top_k),
                        .n_shared_experts = real(experts.n_shared_experts)};
  constexpr auto is_given = laws::is_given<Law>;
  std::array<double, is_given.size()> given{};
  for (std::size_t i = 2; i < is_given.size(); ++i) {
    if (!is_given[i]) continue;
    std::string_view const name = of.about->inputs[i].name;
    if (name != "unique_tokens" || !r.unique_tokens)
      invalid(("moetric: " + std::string(name) + " must be given to plan by law " + std::string(of.about->id)).c_str());
    given[i] = *r.unique_tokens;
  }
  account<double> const none{};  // parameters and tokens are what the plan looks for
  return laws::inputs_of<Law>(laws::values_of<Law>(laws::facts_of(s, none, true, 0), given));
}

/// Tokens of a law's optimum, and the M that they leave. The law pays for weights alone, so it is asked at the part of
/// the budget that M spends on them, 6/(M/N_a).
template <class Law>
recipe by_loss(Law const& of, recipe r, double compute, typename Law::inputs const& others) {
  r.tokens = laws::detail::to_array(optimum::at_compute(of, compute * 6 / r.flops_per_active_parameter, others).at)[1];
  r.training_flops_per_token = compute / r.tokens;
  return r;
}

/// N over the optimal N at which the loss has risen by 0.1 %, at one budget.
template <class Law>
laws::range near_optimal_factors(Law const& of, double compute, typename Law::inputs const& others) {
  auto const best = optimum::at_compute(of, compute, others);
  auto values = laws::detail::to_array(best.at);
  double const optimal = values[0];
  auto const loss_at = [&](double factor) {
    values[0] = optimal * factor;
    values[1] = optimum::tokens_at_compute(of, compute, laws::detail::from_array<typename Law::inputs>(values));
    return of.loss(laws::detail::from_array<typename Law::inputs>(values));
  };
  double const limit = best.loss * 1.001;
  auto const edge = [&](double farthest) {
    double inside = 0, outside = std::log(farthest);
    for (int i = 0; i != 60; ++i) {
      double const middle = (inside + outside) / 2;
      (loss_at(std::exp(middle)) <= limit ? inside : outside) = middle;
    }
    return std::exp(inside);
  };
  return {edge(1e-3), edge(1e3)};
}

/// A law's view of a plan: its parameters by their own definition, or for a law of dense models the active ones, as the
/// plan is made by it.
template <class Law>
expected_loss loss_by(Law const& of, std::string const& source, typename Law::inputs const& others, model const& m,
                      count tokens) {
  laws::model_facts const facts = laws::facts_of(m, tokens);
  laws::description const& about = *of.about;
  bool const of_dense = about.family.dense_only && facts.has_experts();
  auto values = laws::detail::to_array(others);
  values[0] = of_dense ? static_cast<double>(shape_weights(account_of(m).multiplied))  // N_a
                       : laws::detail::to_array(laws::read(of, facts.values(), others))[0];
  values[1] = static_cast<double>(tokens);
  auto const here = optimum::at(of, laws::detail::from_array<typename Law::inputs>(values));
  auto const best = optimum::at_compute(of, here.compute, others);
  expected_loss said{
      .law = about.id,
      .loss = here.loss,
      .is_prediction = here.is_prediction && !of_dense,
      .bridge = source + " read as the plan reads it: " +
                (of_dense ? "its parameters are N_a" : std::string("its ") + std::string(about.inputs[0].name)),
      .outside = {},
      .compute = here.compute,
      .optimum_loss = best.loss,
      .regret = here.reducible_loss / best.reducible_loss - 1};
  if (of_dense) said.outside.push_back("experts, the law's models are dense");
  for (laws::extrapolation const& each : here.outside_range) said.outside.push_back(to_string(each));
  return said;
}

}  // namespace detail

/// A recipe whose M and tokens are the optimum of a law that a team fitted to its own runs; the other numbers are the
/// paper's. Parameters of a dense law stand for active ones. Intervals by the fit's bootstrap where it
/// has one, else by draws from its covariance.
/// \throws std::invalid_argument for a law without a convention of compute, or with inputs that a request does not have
inline plan_source fitted_source(std::string id, fit::fitted_law const& fitted, plan_request const& r) {
  plan_source s = holistic_source();
  s.id = std::move(id);
  auto const paper = std::exchange(s.others, {});
  s.spread = recipe_spread::draws;
  s.not_known = std::string(detail::of_the_paper) + "; the fit moves by its " +
                (fitted.draws.empty() ? "covariance" : "bootstrap");
  s.warnings = fitted.of.warnings;
  bool known = false;
  fit::visit_law(fitted, [&]<class Law>(Law const& law) {
    if constexpr (laws::ComputeLaw<Law>) {
      known = true;
      auto const others = detail::other_inputs(law, r);
      s.reads_unique_tokens = detail::reads(law, "unique_tokens");
      auto const recipe_of = [&](Law const& of, std::function<recipe(double)> const& rest) {
        return [of, others, rest](double compute) { return detail::by_loss(of, rest(compute), compute, others); };
      };
      s.at = recipe_of(law, detail::holistic_recipe);
      if (fitted.of.identified())
        for (Law const& drawn : fit::drawn_laws(law, fitted, detail::n_draws))
          s.others.push_back(recipe_of(drawn, detail::holistic_recipe));
      for (auto const& rest : paper) s.without_a_scale.push_back(recipe_of(law, rest));
      s.loss = [law, id = s.id, others](model const& m, count tokens) {
        return detail::loss_by(law, id, others, m, tokens);
      };
      s.flops_band = [law, others](double compute) {
        return detail::near_optimal_factors(law, compute * 6 / laws::holistic::flops_per_active_parameter(compute),
                                            others);
      };
    }
  });
  if (!known)
    detail::invalid(
        ("moetric: a law that plans start from must say what compute it counts, but form " + fitted.form + " does not")
            .c_str());
  laws::range tokens_range{}, parameters_range{};
  if (fitted.ranges.size() >= 2) parameters_range = fitted.ranges[0], tokens_range = fitted.ranges[1];
  s.flops = {provenance::user,
             "the optimum of the fitted law " + s.id + " (form " + fitted.form +
                 "), its parameters being active ones without embeddings, at the part of the budget that M spends on "
                 "them, 6/(M/N_a)",
             {6 * parameters_range.low * tokens_range.low, 6 * parameters_range.high * tokens_range.high}};
  if (s.others.empty()) {
    s.spread = recipe_spread::none;
    s.not_known = "the fit does not tell every coefficient, so it gives no interval";
  }
  return s;
}

}  // namespace moetric::v0
