#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <random>
#include <utility>

#include "moetric/core/name.hpp"
#include "moetric/fit/linear.hpp"
#include "moetric/optimum/uncertainty.hpp"
#include "moetric/plan/request.hpp"

/// A recipe from the optima that a team found at its own scales.
namespace moetric::v0::plan {

/// The best value of one number at one budget.
struct scale_optimum {
  double compute;  // FLOPs
  double value;
};

/// Optima by the number's name, one of `recipe_fields`. Each becomes a power law of compute, M/N_a as its excess
/// over 6.
using scale_optima = std::map<std::string, std::vector<scale_optimum>>;

/// The numbers of a recipe that optima may determine.
inline constexpr std::array<std::string_view, 7> recipe_fields{"training_flops_per_token",
                                                               "tokens",
                                                               "flops_per_active_parameter",
                                                               "expansion_ratio",
                                                               "learning_rate",
                                                               "d_model",
                                                               "batch_tokens"};

namespace detail {

inline constexpr std::size_t n_draws = 1000;

inline constexpr std::string_view rest_is_the_papers =
    "the other numbers are the paper's, with the spread of leaving out one of its scales";

/// A draw from Student's t distribution.
inline double drawn_t(std::mt19937_64& bits, std::size_t freedom) {
  double const u = optimum::detail::uniform(bits);
  return std::copysign(fit::students_t_quantile(std::fabs(2 * u - 1), static_cast<double>(freedom)), u - 0.5);
}

/// A recipe with some of its numbers replaced by power laws. If the laws give only one of M and tokens, it determines
/// the other: M·tokens = compute.
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

/// Stores the origin of a number of a recipe with its source.
inline void set_origin(recipe_source& s, std::string const& field, recipe_origin const& origin) {
  if (field == "training_flops_per_token" || field == "tokens") s.flops = origin;
  if (field == "flops_per_active_parameter") s.density = origin;
  if (field == "expansion_ratio") s.expansion = origin;
  if (field == "learning_rate") s.learning_rate = origin;
  if (field == "d_model") s.d_model = origin;
  if (field == "batch_tokens") s.batch = origin;
}

}  // namespace detail

/// A source of power laws fitted through a team's own optima; the other numbers are the holistic recipe's. Its variants
/// are draws of the coefficients from the error of the fits.
/// \param experts of the plan: they relate N/N_a to the experts' share of active parameters
/// \throws std::invalid_argument naming a number that is not one of `recipe_fields`, a value that is not positive, or a
///         number with fewer than three scales
inline recipe_source optima_source(std::string id, scale_optima const& optima, sparsity const& experts) {
  std::map<std::string, fit::power_law_fit> fits;
  std::map<std::string, laws::power_law> laws;
  recipe_source s = holistic_source();
  s.id = std::move(id);
  for (auto const& [field, points] : optima) {
    if (std::find(recipe_fields.begin(), recipe_fields.end(), field) == recipe_fields.end())
      refuse_name("a number of optima", field, recipe_fields);
    std::vector<double> x, y;
    for (scale_optimum const& each : points) {
      x.push_back(each.compute);
      y.push_back(field == "flops_per_active_parameter" ? each.value - 6 : each.value);
    }
    fit::power_law_fit const found = fit::fit_power_law(x, y);
    fits.emplace(field, found);
    laws.emplace(field, found.law);
    detail::set_origin(s, field,
                       {provenance::user,
                        "a power law through " + std::to_string(points.size()) + " optima of " + s.id,
                        {*std::min_element(x.begin(), x.end()), *std::max_element(x.begin(), x.end())}});
  }
  auto const recipe_by = [largest = experts.largest_expansion_ratio()](std::map<std::string, laws::power_law> const& by,
                                                                       recipe_of_compute const& rest) {
    return [=](double compute) { return detail::with_laws(rest(compute), by, compute, largest); };
  };
  s.at = recipe_by(laws, detail::holistic_recipe);
  for (auto const& rest : std::exchange(s.variants, {})) s.without_a_scale.push_back(recipe_by(laws, rest));
  s.spread = spread_kind::draws;
  s.not_known = std::string(detail::rest_is_the_papers);
  std::mt19937_64 bits(1);
  for (std::size_t i = 0; i != detail::n_draws; ++i) {
    std::map<std::string, laws::power_law> drawn;
    for (auto const& [field, found] : fits) {
      double const level = found.line.coefficients[0] +
                           std::sqrt(found.line.covariance(0, 0)) * detail::drawn_t(bits, found.line.freedom);
      double const exponent = found.line.coefficients[1] +
                              std::sqrt(found.line.covariance(1, 1)) * detail::drawn_t(bits, found.line.freedom);
      drawn[field] = {std::exp(level - exponent * found.centre), exponent};
    }
    s.variants.push_back(recipe_by(drawn, detail::holistic_recipe));
  }
  return s;
}

}  // namespace moetric::v0::plan
