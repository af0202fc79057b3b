#pragma once

#include <cmath>
#include <optional>

#include "moetric/core/root.hpp"
#include "moetric/laws/fine_grained.hpp"

/// Compute-optimal configurations by the laws of 2402.07871, in their own counts and FLOPs.
namespace moetric::v0::optimum {

namespace detail {

constexpr fixed_list<double, 32> powers_of_two() {
  fixed_list<double, 32> powers;
  for (int i = 0; i <= 20; ++i) powers.push_back(static_cast<double>(1 << i), "");
  return powers;
}

}  // namespace detail

/// What is fixed, and which granularities to choose from.
struct fine_grained_options {
  std::optional<double> expansion_rate{};  // E; by default that of the law's runs, 64 in the main study
  double c_r = 14;                         // FLOPs of routing for each router weight; 6 to 20 by implementation
  fixed_list<double, 32> granularities = detail::powers_of_two();  // to choose from; 1 .. 2^20
};

/// A member of the law's family (d_model = 64·n_blocks, real-valued), with the law's answer.
struct fine_grained_configuration : laws::evaluation {
  double total_non_embedding_parameters;   // N
  double active_non_embedding_parameters;  // N_act = 12·d_model²·n_blocks
  double tokens;
  double granularity;
  double expansion_rate;
  double d_model;
  double n_blocks;
  double compute;               // training FLOPs, Eq. 11
  bool router_exceeds_experts;  // more router than active expert parameters: the paper sees quality degrade there
  double reducible_loss;        // loss − c
};

namespace detail {

using laws::fine_grained::architecture;
using laws::fine_grained::coupled;

/// The law along ln d_model at one granularity.
struct fine_grained_line {
  laws::fine_grained::law const& law;
  double granularity, expansion_rate, c_r;

  architecture<> at(double log_width) const { return coupled(std::exp(log_width), granularity, expansion_rate); }
  double flops_per_token(architecture<> const& shape) const { return shape.training_flops_per_token(c_r); }

  /// ln of the gain by a wider model over the loss by fewer tokens, without the term β·ln D:
  ///   3α·(a + g/G^γ)/N^α  against  β·b/D^β·(2 + 72d/(72d + c_r·E·G))
  /// The last factor is d ln(FLOPs per token) / d ln d_model.
  double log_gain(architecture<> const& shape) const {
    laws::fine_grained::coefficients const& k = law.k;
    double const a = k.g * std::exp(-k.gamma * std::log(granularity)) + k.a;
    double const growth = 2 + 6 * shape.active_non_embedding_parameters() / flops_per_token(shape);
    return std::log(3 * k.alpha * a / (k.beta * k.b * growth)) -
           k.alpha * std::log(shape.total_non_embedding_parameters());
  }

  /// ln d_model of the least loss at a budget, to 1e-13. The balance falls with a slope of at least 3α + 2β everywhere,
  /// so one evaluation bounds the distance of its only root.
  double optimal_log_width(double compute) const {
    laws::fine_grained::coefficients const& k = law.k;
    double const log_compute = std::log(compute);
    auto const balance = [&](double log_width) {
      architecture<> const shape = at(log_width);
      return log_gain(shape) + k.beta * (log_compute - std::log(flops_per_token(shape)));
    };
    double const guess = 0.19 * log_compute - 2;
    double const far = guess + balance(guess) / (0.999 * (3 * k.alpha + 2 * k.beta));
    double const low = std::fmin(guess, far), high = std::fmax(guess, far);
    double const at_low = balance(low), at_high = balance(high);
    if (!is_positive_and_finite(1 + std::fabs(at_low) + std::fabs(at_high)))
      moetric::detail::overflow("moetric: the optimum must fit in a double");
    if (at_low * at_high >= 0) return std::fabs(at_low) < std::fabs(at_high) ? low : high;
    return root_between(balance, {low, high, at_low, at_high});
  }

  /// The tokens with which a shape is the optimum of its own budget: the same balance, solved for D.
  double optimal_tokens(architecture<> const& shape) const { return std::exp(-log_gain(shape) / law.k.beta); }
};

inline fine_grained_configuration configuration(fine_grained_line const& line, architecture<> const& shape,
                                                double tokens, double compute) {
  double const total = shape.total_non_embedding_parameters();
  for (double const each : {total, tokens, compute})
    if (!is_positive_and_finite(each)) moetric::detail::overflow("moetric: the optimum must fit in a double");
  fine_grained_configuration result{
      laws::evaluate(line.law, {total, tokens, line.granularity}),
      total,
      shape.active_non_embedding_parameters(),
      tokens,
      line.granularity,
      line.expansion_rate,
      shape.d_model,
      shape.n_blocks,
      compute,
      laws::fine_grained::router_exceeds_experts(shape),
      reducible_loss(line.law, laws::fine_grained::inputs{total, tokens, line.granularity})};
  auto const outside = [&](std::string const& sentence) { result.outside_family.push_back(sentence); };
  if (std::string const reason = expansion_reason(line.law, line.expansion_rate); !reason.empty()) {
    outside(reason);
    result.is_prediction = false;
  }
  if (line.c_r < 6 || line.c_r > 20) outside("c_r " + brief(line.c_r) + ", the paper states 6 to 20");
  if (result.router_exceeds_experts)
    outside("more router than active expert parameters, where quality degrades and the law does not see it");
  return result;
}

inline double checked_expansion_rate(laws::fine_grained::law const& law, fine_grained_options const& options) {
  double const expansion_rate = options.expansion_rate.value_or(law.k.expansion_rate);
  moetric::detail::require_positive("expansion_rate", expansion_rate);
  moetric::detail::require_positive("c_r", options.c_r);
  if (options.granularities.empty()) moetric::detail::invalid("moetric: granularities must hold at least one value");
  for (double const each : options.granularities) moetric::detail::require_positive("granularity", each);
  return expansion_rate;
}

}  // namespace detail

/// The configuration of least loss at a budget of training FLOPs: over d_model for each granularity (d_model to 1e-12,
/// relative), and the best granularity; ties go to the first. N(d) = (8E + 4)·d³/64 and
/// D(d) = 64·C / (d²·(72·d + c_r·E·G)).
/// \throws std::invalid_argument naming what is not positive and finite
/// \throws std::overflow_error where the optimum does not fit in a double, far from every budget
/// Source: 2402.07871, Sec. 6.2; the condition of stationarity is derived.
inline fine_grained_configuration at_compute(laws::fine_grained::law const& law, double compute,
                                             fine_grained_options const& options = {}) {
  moetric::detail::require_positive("compute", compute);
  double const expansion_rate = detail::checked_expansion_rate(law, options);
  auto const best_of = [&](double granularity) {
    detail::fine_grained_line const line{law, granularity, expansion_rate, options.c_r};
    auto const shape = line.at(line.optimal_log_width(compute));
    return detail::configuration(line, shape, compute / line.flops_per_token(shape), compute);
  };
  fine_grained_configuration best = best_of(options.granularities[0]);
  for (double const granularity : options.granularities)
    if (fine_grained_configuration next = best_of(granularity); next.reducible_loss < best.reducible_loss) best = next;
  bool largest = options.granularities.size() > 1;
  for (double const granularity : options.granularities) largest = largest && granularity <= best.granularity;
  if (largest) best.outside_family.push_back("the best granularity is the largest one offered");
  return best;
}

/// The optimum with given active non-embedding parameters (as in the paper's Table 2), and its budget.
///
/// At each granularity one budget has N_act as its optimum, in closed form; the answer is the least budget whose best
/// granularity is that one. N_act jumps by about 1 % where the best granularity doubles: a number inside such a jump is
/// no optimum, and gets the granularity with the least regret.
/// \throws std::invalid_argument naming what is not positive and finite
inline fine_grained_configuration at_active_parameters(laws::fine_grained::law const& law,
                                                       double active_non_embedding_parameters,
                                                       fine_grained_options const& options = {}) {
  moetric::detail::require_positive("active_non_embedding_parameters", active_non_embedding_parameters);
  double const expansion_rate = detail::checked_expansion_rate(law, options);
  double const d_model = std::cbrt(64 * (active_non_embedding_parameters / 12));
  std::optional<fine_grained_configuration> best;
  double least_regret = 0;
  for (double const granularity : options.granularities) {
    detail::fine_grained_line const line{law, granularity, expansion_rate, options.c_r};
    auto const shape = detail::coupled(d_model, granularity, expansion_rate);
    double const tokens = line.optimal_tokens(shape);
    double const compute = line.flops_per_token(shape) * tokens;
    fine_grained_configuration const next = detail::configuration(line, shape, tokens, compute);
    fine_grained_configuration const rival = at_compute(law, compute, options);
    double const regret = rival.granularity == granularity ? 0 : next.reducible_loss - rival.reducible_loss;
    if (best && (regret > least_regret || (regret == least_regret && compute >= best->compute))) continue;
    best = next;
    least_regret = regret;
  }
  return *best;
}

}  // namespace moetric::v0::optimum
