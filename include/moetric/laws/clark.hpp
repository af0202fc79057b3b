#pragma once

#include <cmath>

#include "moetric/laws/read.hpp"

/// Unified scaling laws for routed language models, Clark et al., arXiv 2202.01169, Eq. 1.
///
///   log10 L = a log10 N + b log10 Ê + c log10 N log10 Ê + d
///   1 / Ê = 1 / (E - 1 + (1/E_start - 1/E_max)^-1) + 1 / E_max
///
/// N is the parameters of the dense model that a data point sees, E experts of each routed layer (every second block,
/// top-1), L nats per token after 130e9 tokens: tokens are no input.
namespace moetric::v0::laws::clark {

/// The tokens of every run.
inline constexpr count trained_tokens{130'000'000'000};

/// L(N, E) as above.
struct form {
  template <class T>
  struct inputs {
    T dense_parameters;  // N
    T n_experts;         // E
  };
  using quantities = quantity_list<quantities::active_parameters, quantities::n_experts>;
  template <class K>
  struct coefficients {
    K a, b, c, d, e_start, e_max;
  };

  /// ln Ê. It is e_start at one expert and e_max at infinitely many.
  template <class K, class T>
  static auto log_saturated_experts(coefficients<K> const& k, T const& n_experts) {
    using std::exp, std::log;
    K const beyond_first = 1 / (1 / k.e_start - 1 / k.e_max) - 1;
    return -log(exp(-log(n_experts + beyond_first)) + 1 / k.e_max);
  }
  /// In natural logarithms and with N in units of 1e9, whose terms are small and so keep their last digits:
  /// ln L = alpha(Ê) ln(N / 1e9) + (b + 9 c) ln Ê + (d + 9 a) ln 10.
  template <class K, class T>
  static auto loss(coefficients<K> const& k, inputs<T> const& at) {
    using std::exp, std::log;
    auto const experts = log_saturated_experts(k, at.n_experts);
    return exp(exponent(k, experts) * (log(at.dense_parameters) - 9 * log(10.0)) + (k.b + 9 * k.c) * experts +
               (k.d + 9 * k.a) * log(10.0));
  }
  /// alpha(Ê) = a + c log10 Ê: of N, at that many experts.
  template <class K, class T>
  static auto exponent(coefficients<K> const& k, T const& log_saturated) {
    using std::log;
    return k.a + k.c / log(10.0) * log_saturated;
  }
};

/// The law, and its inputs.
using law = laws::law<form>;
using inputs = law::inputs;

namespace detail {

inline constexpr input dense_parameters{.name = "dense_parameters",
                                        .definition =
                                            "parameters of the dense model seen by one data point, embeddings included",
                                        .unit = "parameters",
                                        .fitted = range{15e6, 1.3e9}};

inline constexpr std::string_view two = "two summaries of the paper that agree";

constexpr description described(std::string_view id, std::string_view title,
                                fixed_list<coefficient, 16> const& coefficients) {
  return {
      .id = id,
      .paper = "arXiv 2202.01169",
      .equation = "Eq. 1: log10 L = a log10 N + b log10 E' + c log10 N log10 E' + d, 1 / E' = 1 / (E - 1 + (1/E_start "
                  "- 1/E_max)^-1) + 1 / E_max",
      .title = title,
      .architectures = "experts in every second block, top-1; 130e9 tokens, length 2048, batch 256, 250e3 steps",
      .loss_unit = "nats per token",
      .caution = "after 130e9 tokens, whatever the run. c is derived from the printed N_cutoff: its published three "
                 "digits put N_cutoff up to 2.7 times off; beyond N_cutoff more experts raise the loss",
      .coefficients = coefficients,
      .inputs = {{dense_parameters, laws::inputs::n_experts.in(1, 512)}, 2},
      .family = {.no_shared_experts = true, .top_k = 1}};
}

constexpr coefficient known(std::string_view name, double value) {
  return {name, value, provenance::second_hand, two, .001};
}

inline constexpr description about_s_base = described(
    "clark-s-base", "routed language models, S-BASE",
    {{known("a", -.082),
      known("b", -.108),
      {"c", .009021245340334966, provenance::derived, "-b / log10(N_cutoff), N_cutoff = 937e9 printed; c .009"},
      known("d", 1.104),
      known("E_start", 1.847),
      known("E_max", 314.478)},
     6});
inline constexpr description about_rl_r = described(
    "clark-rl-r", "routed language models, reinforcement learning",
    {{known("a", -.083),
      known("b", -.126),
      {"c", .011528517742471406, provenance::derived, "-b / log10(N_cutoff), N_cutoff = 85e9 printed; c .012"},
      known("d", 1.111),
      known("E_start", 1.880),
      known("E_max", 469.982)},
     6});
inline constexpr description about_hash = described(
    "clark-hash", "routed language models, hash layers",
    {{known("a", -.087),
      known("b", -.136),
      {"c", .012455263974616871, provenance::derived, "-b / log10(N_cutoff), N_cutoff = 83e9 printed; c .012"},
      known("d", 1.157),
      known("E_start", 4.175),
      known("E_max", 477.741)},
     6});

}  // namespace detail

/// `clark-s-base`
inline constexpr law s_base{detail::about_s_base};
/// `clark-rl-r`
inline constexpr law rl_r{detail::about_rl_r};
/// `clark-hash`
inline constexpr law hash{detail::about_hash};

/// N_cutoff = 10^(-b/c), the dense parameters from which more experts raise the loss.
inline double cutoff_parameters(law const& fitted) {
  return std::exp(-fitted.k.b / fitted.k.c * std::log(10.0));
}

/// The parameters of a dense model of the same loss, N^(alpha(Ê) / alpha(E_start)) (Ê / E_start)^(b / alpha(E_start))
/// with alpha(x) = a + c log10 x. Source: the authors' code.
/// \throws std::invalid_argument naming an input outside its domain
inline double effective_parameters(law const& fitted, inputs const& at) {
  static_cast<void>(outside_range(*fitted.about, at));
  double const experts = form::log_saturated_experts(fitted.k, at.n_experts);
  double const start = std::log(fitted.k.e_start);
  double const dense = form::exponent(fitted.k, start);
  return std::exp((form::exponent(fitted.k, experts) * std::log(at.dense_parameters) + fitted.k.b * (experts - start)) /
                  dense);
}

/// The law's inputs for a model: the parameters that one token uses, embeddings included, and the experts of a layer.
/// Training on other than 130e9 tokens, and routing in other than every second layer, are outside the family.
/// \throws std::invalid_argument with every rule that the model breaks
inline model_inputs<inputs> read(law const& fitted, model const& m, count tokens) {
  model_inputs<inputs> taken = laws::read(fitted, m, tokens);
  laws::detail::family_check outside(taken);
  model_traits const seen = traits_of(m);
  if (tokens != trained_tokens)
    outside.no_prediction(to_string(tokens) + " tokens, the law's models all have " + to_string(trained_tokens));
  if (seen.with_experts != 0 && seen.with_experts * 2 != seen.n_layers)
    outside(to_string(seen.with_experts) + " of " + to_string(seen.n_layers) +
            " layers have experts, the law's every second");
  return taken;
}

}  // namespace moetric::v0::laws::clark
