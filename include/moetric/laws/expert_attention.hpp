#pragma once

#include <cmath>

#include "moetric/laws/read.hpp"

/// Optimal expert-attention allocation, arXiv 2603.10379: the ratio of expert to attention FLOPs of least loss.
///
///   r = alpha·C^beta,  alpha = 6.7e-5 (1 − S)^−1.23,  beta = 0.24 (1 − S)^0.21,  S = (E − E_act)/E
///
/// A heuristic: see `about.caution`. The paper's extended loss is not here, since it defines neither its R nor its N.
namespace moetric::v0::laws::expert_attention {

/// r(S, C) as above. It is no loss.
struct form {
  template <class T>
  struct inputs {
    T inactive_expert_fraction{};  // S, shared experts counted
    T compute{};                   // C, total training FLOPs
  };
  using quantities = quantity_list<quantities::inactive_fraction_with_shared, quantities::given>;
  template <class K>
  struct coefficients {
    K alpha, alpha_exponent, beta, beta_exponent;
  };

  /// r at these inputs.
  template <class K, class T>
  static auto ratio(coefficients<K> const& k, inputs<T> const& at) {
    using std::exp, std::log;
    auto const log_active = log(1 - at.inactive_expert_fraction);
    return k.alpha * exp(k.alpha_exponent * log_active + k.beta * exp(k.beta_exponent * log_active) * log(at.compute));
  }
};
/// The law, and its inputs.
using law = laws::law<form>;
using inputs = law::inputs;

namespace detail {

inline constexpr std::string_view fit = "fit of r";

inline constexpr description about{
    .id = "expert-attention",
    .paper = "arXiv 2603.10379",
    .equation = "r = 6.7e-5 (1 - S)^-1.23 C^(0.24 (1 - S)^0.21)",
    .title = "expert over attention FLOPs of least loss, a heuristic",
    .architectures = "1 shared and 2 of 16, 32, 64 or 128 routed experts, length 4096, vocabulary of 128 thousand, "
                     "100e6 to 5e9 parameters",
    .compute = "total training FLOPs (inferred)",
    .caution = "a heuristic: the paper calls C total and per-token compute, and only total training FLOPs give ratios "
               "that it swept, 0.2 to 1.5; optima were moved to keep r monotone where loss changed by less than 0.001, "
               "and its closed form does not follow from its own condition",
    .coefficients = {{{"alpha", 6.7e-5, provenance::printed, fit, 1e-6},
                      {"alpha_exponent", -1.23, provenance::printed, fit, .01},
                      {"beta", .24, provenance::printed, fit, .01},
                      {"beta_exponent", .21, provenance::printed, fit, .01}},
                     4},
    .inputs = {{laws::inputs::inactive_expert_fraction
                    .meaning("inactive over all experts, shared ones counted among both")
                    .in(14.0 / 17, 126.0 / 129),
                laws::inputs::compute.in(0, 1e21)},
               2},
    .family = {.experts_only = true, .top_k = 2}};

}  // namespace detail

/// `expert-attention`
inline constexpr law printed{detail::about};

/// The ratios of the paper's runs.
inline constexpr range swept{.2, 1.5};

/// The ratio, and how far it can be trusted.
struct ratio_at_budget {
  double expert_over_attention_flops;
  bool in_sweep;
  fixed_list<extrapolation, 12> outside_range{};
};

/// r at a budget. Coefficients are printed; that C is total training FLOPs is inferred.
/// \throws std::invalid_argument naming an input outside its domain
inline ratio_at_budget optimal_ratio(inputs const& at) {
  auto const outside = outside_range(*printed.about, at);
  double const ratio = form::ratio(printed.k, at);
  return {ratio, swept.low <= ratio && ratio <= swept.high, outside};
}

}  // namespace moetric::v0::laws::expert_attention
