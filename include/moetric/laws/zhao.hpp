#pragma once

#include <cmath>

#include "moetric/laws/read.hpp"

/// Towards a comprehensive scaling law of mixture-of-experts, Zhao et al., arXiv 2509.23678.
///
///   L = Gamma (1/N^alpha + k/N_a^alpha + h N_a/N) + a/N^alpha + b/D^beta + c/N_a^alpha + epsilon
///   Gamma = e G + f/G + m S^2 + n S
///
/// N is total and N_a active parameters, D tokens, G the experts that a token uses, S the shared fraction of those.
/// Form and coefficients are second-hand; e, f, m, n, k, h, c and alpha agree with what the paper says of its optima.
namespace moetric::v0::laws::zhao {

/// L(N_a, D, N, G, S) as above.
struct form {
  template <class T>
  struct inputs {
    T active_parameters;    // N_a
    T tokens;               // D
    T total_parameters;     // N
    T n_active_experts;     // G
    T shared_expert_ratio;  // S
  };
  using quantities = quantity_list<quantities::active_parameters, quantities::tokens, quantities::total_parameters,
                                   quantities::n_active_experts, quantities::shared_expert_ratio>;
  template <class K>
  struct coefficients {
    K e, f, m, n, k, h, a, alpha, b, beta, c, epsilon;
  };

  /// Gamma
  template <class K, class T>
  static auto shape_factor(coefficients<K> const& k, inputs<T> const& at) {
    using std::exp, std::log;
    return k.e * at.n_active_experts + k.f * exp(-log(at.n_active_experts)) +
           (k.m * at.shared_expert_ratio + k.n) * at.shared_expert_ratio;
  }
  template <class K, class T>
  static auto loss(coefficients<K> const& k, inputs<T> const& at) {
    using std::exp, std::log;
    auto const log_total = log(at.total_parameters), log_active = log(at.active_parameters);
    auto const of_total = exp(-k.alpha * log_total), of_active = exp(-k.alpha * log_active);
    return shape_factor(k, at) * (of_total + k.k * of_active + k.h * exp(log_active - log_total)) + k.a * of_total +
           k.b * exp(-k.beta * log(at.tokens)) + k.c * of_active + k.epsilon;
  }
  template <class K, class T>
  static constexpr T training_flops_per_token(coefficients<K> const&, inputs<T> const& at) {
    return 6 * at.active_parameters;
  }
  template <class K>
  static constexpr K irreducible(coefficients<K> const& k) {
    return k.epsilon;
  }
};

/// The law, and its inputs and coefficients.
using law = laws::law<form>;
using inputs = law::inputs;
using coefficients = law::coefficients;

namespace detail {

inline constexpr input n_active_experts{
    .name = "n_active_experts",
    .definition = "experts that a token uses, shared ones counted (inferred: the summaries do not say)",
    .unit = "1"};
inline constexpr input shared_expert_ratio{
    .name = "shared_expert_ratio",
    .definition = "n_shared_experts / (top_k + n_shared_experts) (inferred: the summaries do not say)",
    .unit = "1",
    .values = domain::below_one};

constexpr coefficient known(std::string_view name, double value, double last_digit) {
  return {name, value, provenance::second_hand, "a summary; agrees with the optima that the paper states", last_digit};
}
constexpr coefficient unverified(std::string_view name, double value, double last_digit) {
  return {name, value, provenance::second_hand, "a summary; nothing verifies it", last_digit};
}

inline constexpr description about{
    .id = "zhao",
    .paper = "arXiv 2509.23678",
    .equation =
        "L = (e G + f/G + m S^2 + n S) (1/N^alpha + k/N_a^alpha + h N_a/N) + a/N^alpha + b/D^beta + c/N_a^alpha "
        "+ epsilon",
    .title = "comprehensive law of mixture-of-experts models",
    .architectures = "446 runs, to about 9e9 parameters and 100e9 tokens",
    .loss_unit = "nats per token",
    .compute = "6 N_a D",
    .caution = "second-hand: a, b, beta and epsilon are verified by nothing, and whether N counts embeddings is not "
               "stated. Reviewers objected that all runs had one learning rate",
    .coefficients = {{known("e", .1577, .0001), known("f", 7.2446, .0001), known("m", 5.1395, .0001),
                      known("n", -3.2363, .0001), known("k", .0013, .0001), known("h", .0450, .0001),
                      unverified("a", 38.051, .001), known("alpha", .2383, .0001), unverified("b", 27129.05, .01),
                      unverified("beta", .4694, .0001), known("c", 31.096, .001), unverified("epsilon", 1.8182, .0001)},
                     12},
    .inputs = {{laws::inputs::active_parameters, laws::inputs::tokens.in(0, 100e9),
                laws::inputs::total_parameters.in(0, 9e9), n_active_experts, shared_expert_ratio},
               5},
    .family = {.experts_only = true}};

}  // namespace detail

/// `zhao`
inline constexpr law comprehensive{detail::about};

/// G* = √(f / e), the optimal number of experts for a token at any size.
inline double optimal_active_experts(coefficients const& k = comprehensive.k) {
  return std::sqrt(k.f / k.e);
}

/// S* = −n / (2m), the optimal shared fraction of them at any size.
inline double optimal_shared_expert_ratio(coefficients const& k = comprehensive.k) {
  return -k.n / (2 * k.m);
}

/// The active parameters of least loss at given total parameters and tokens, with compute free and G and S optimal:
/// N_a^(alpha + 1) = alpha N (Gamma k + c) / (Gamma h). \throws std::invalid_argument if `total_parameters` is not
/// positive and finite
inline double optimal_active_parameters(double total_parameters, coefficients const& k = comprehensive.k) {
  moetric::detail::require_positive("total_parameters", total_parameters);
  double const shape = form::shape_factor(k, inputs{.active_parameters = 1,
                                                    .tokens = 1,
                                                    .total_parameters = 1,
                                                    .n_active_experts = optimal_active_experts(k),
                                                    .shared_expert_ratio = optimal_shared_expert_ratio(k)});
  double const to_the_power = k.alpha * total_parameters * (shape * k.k + k.c) / (shape * k.h);
  return std::exp(std::log(to_the_power) / (k.alpha + 1));
}

}  // namespace moetric::v0::laws::zhao
