#pragma once

#include <cmath>

#include "moetric/laws/read.hpp"

/// Farseer, Li et al., arXiv 2506.10972. No source at hand prints its coefficients: a form to fit.
///
///   L = exp(a_3 N^gamma + b_3) + exp(a_2 N^beta + b_2) D^(-exp(a_1 N^alpha + b_1))
namespace moetric::v0::laws::farseer {

/// L(N, D) as above.
struct form {
  template <class T>
  struct inputs {
    T total_non_embedding_parameters{};  // N
    T tokens{};                          // D
  };
  using quantities = quantity_list<quantities::active_non_embedding_parameters, quantities::tokens>;
  template <class K>
  struct coefficients {
    K a_1, alpha, b_1, a_2, beta, b_2, a_3, gamma, b_3;
  };

  /// N is in 1e9 parameters, whose powers are of the order of 1.
  template <class K, class T>
  static auto loss(coefficients<K> const& k, inputs<T> const& at) {
    using std::exp, std::log;
    auto const n = log(at.total_non_embedding_parameters) - 9 * log(10.0);
    return exp(k.a_3 * exp(k.gamma * n) + k.b_3) +
           exp(k.a_2 * exp(k.beta * n) + k.b_2 - exp(k.a_1 * exp(k.alpha * n) + k.b_1) * log(at.tokens));
  }
  template <class K, class T>
  static constexpr T training_flops_per_token(coefficients<K> const&, inputs<T> const& at) {
    return 6 * at.total_non_embedding_parameters;
  }
  /// With a_3 < 0 < gamma the loss falls to 0.
  template <class K>
  static constexpr K irreducible(coefficients<K> const&) {
    return K(0);
  }
};

}  // namespace moetric::v0::laws::farseer
