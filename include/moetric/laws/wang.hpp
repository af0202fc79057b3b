#pragma once

#include "moetric/laws/allocation.hpp"
#include "moetric/laws/chinchilla.hpp"

/// Scaling laws across model architectures, dense and MoE, Wang et al., arXiv 2410.05661.
///
///   L = A / (N^alpha E^gamma) + B / D^beta + sigma,  C ≈ 6 N D
///
/// No source at hand prints A, B, alpha, beta, gamma and sigma: the caller gives them, and there is no default.
namespace moetric::v0::laws::wang {

/// L(N, D, E) as above.
struct form {
  template <class T>
  struct inputs {
    T active_non_embedding_parameters{};  // N
    T tokens{};                           // D
    T n_experts{};                        // E, 1 for a dense model
  };
  using quantities =
      quantity_list<quantities::active_non_embedding_parameters, quantities::tokens, quantities::n_experts>;
  template <class K>
  struct coefficients {
    K a, b, alpha, beta, gamma, sigma;
  };

  /// Chinchilla's form with A / E^gamma for A.
  template <class K, class T>
  static auto loss(coefficients<K> const& k, inputs<T> const& at) {
    using std::exp, std::log;
    auto const a = k.a * exp(-k.gamma * log(at.n_experts));
    using number = std::remove_const_t<decltype(a)>;
    return chinchilla::form::loss(
        chinchilla::form::coefficients<number>{
            .e = number(k.sigma), .a = a, .alpha = number(k.alpha), .b = number(k.b), .beta = number(k.beta)},
        chinchilla::form::inputs<T>{at.active_non_embedding_parameters, at.tokens});
  }
  template <class K, class T>
  static constexpr T training_flops_per_token(coefficients<K> const&, inputs<T> const& at) {
    return 6 * at.active_non_embedding_parameters;
  }
  template <class K>
  static constexpr K irreducible(coefficients<K> const& k) {
    return k.sigma;
  }
  static additive_terms additive(coefficients<double> const& k, inputs<double> const& at) {
    return {k.a * std::exp(-k.gamma * std::log(at.n_experts)), k.alpha, k.b, k.beta};
  }
};
/// The law, and its inputs and coefficients.
using law = laws::law<form>;
using inputs = law::inputs;
using coefficients = law::coefficients;

namespace detail {

inline constexpr input parameters = [] {
  input made = laws::inputs::active_non_embedding_parameters.in(50e6, 7e9);
  made.fitted_with_experts = range{200e6, 3e9};
  return made;
}();

}  // namespace detail

/// `wang`: without coefficients.
inline constexpr description about{
    .id = "wang",
    .paper = "arXiv 2410.05661",
    .equation = "L = A / (N^alpha E^gamma) + B / D^beta + sigma, form stated for E < 100",
    .title = "dense and MoE by one law; its coefficients must be given",
    .data = "The Pile",
    .architectures = "dense of 50M to 7B parameters, and 8 experts of which a token uses 2, of 200M to 3B active ones "
                     "(second-hand)",
    .compute = "6 N D; that N is active parameters is inferred from it",
    .caution = "no source at hand prints the coefficients; setup and ranges are second-hand; the allocation exponents, "
               ".507 and .493 dense and .590 and .410 MoE, are "
               "another result of the paper, do not derive one from the other; its 16.37 % better data utilisation "
               "is .590 / .507 - 1, the relative gain of the allocation exponent (inferred: the paper does not say)",
    .inputs = {{detail::parameters, laws::inputs::tokens.in(1e9, 100e9), laws::inputs::n_experts.in(1, 8)}, 3}};

/// The law with the caller's coefficients.
constexpr law with(coefficients const& given) {
  return {about, given};
}

/// The one coefficient with a source, of low trust. It is not a default.
inline constexpr coefficient reported_gamma{"gamma", .13, provenance::second_hand, "one summary, of low trust"};

/// Exponents of the optimal parameters and tokens in compute.
struct exponents {
  double parameters;
  double tokens;
};
/// Printed, of dense models and of MoE.
inline constexpr exponents dense_exponents{.507, .493};
inline constexpr exponents moe_exponents{.590, .410};

/// N = k_N·C^parameters and D = k_D·C^tokens. No source at hand prints k_N and k_D.
/// \throws std::invalid_argument naming a number that is not positive and finite
constexpr allocation allocation_with(exponents const& by, double k_n, double k_d) {
  moetric::detail::require_positive("k_n", k_n);
  moetric::detail::require_positive("k_d", k_d);
  return {about,
          "active_non_embedding_parameters",
          {k_n, by.parameters},
          {k_d, by.tokens},
          quantities::active_non_embedding_parameters::of<double>};
}

/// The paper's "16.37 % better data utilisation" of MoE: the gain of the parameters' exponent, moe / dense − 1. The
/// paper does not define it; this definition is inferred, as it gives the number to the last digit.
constexpr double gain_of_parameters_exponent(exponents const& moe = moe_exponents,
                                             exponents const& dense = dense_exponents) {
  return moe.parameters / dense.parameters - 1;
}

}  // namespace moetric::v0::laws::wang
