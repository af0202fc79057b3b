#pragma once

#include <cmath>

#include "moetric/laws/read.hpp"

/// Parameters vs FLOPs: scaling laws for optimal sparsity, Abnar et al., arXiv 2501.12370.
///
///   L = a / N^alpha + b / D^beta + c / (1 - S)^lambda + d / ((1 - S)^delta N^gamma) + e
///
/// N is **total** parameters, D tokens, S the fraction of experts that a token does not use. The form is printed, the
/// coefficients are second-hand. lambda is negative: the third term falls with sparsity.
namespace moetric::v0::laws::abnar {

/// L(N, D, S) as above.
struct form {
  template <class T>
  struct inputs {
    T total_parameters;          // N
    T tokens;                    // D
    T inactive_expert_fraction;  // S
  };
  using quantities =
      quantity_list<quantities::total_parameters, quantities::tokens, quantities::inactive_expert_fraction>;
  template <class K>
  struct coefficients {
    K a, alpha, b, beta, c, lambda, d, delta, gamma, e;
  };

  template <class K, class T>
  static auto loss(coefficients<K> const& k, inputs<T> const& at) {
    using std::exp, std::log;
    auto const log_n = log(at.total_parameters);
    auto const log_used = log(1 - at.inactive_expert_fraction);
    return k.a * exp(-k.alpha * log_n) + k.b * exp(-k.beta * log(at.tokens)) + k.c * exp(-k.lambda * log_used) +
           k.d * exp(-(k.delta * log_used + k.gamma * log_n)) + k.e;
  }
  /// 6·N·(1 − S), as if every parameter were in experts. Derived; the paper's own count is of a model's shape, and is
  /// the convention `abnar` of account/conventions.hpp.
  template <class K, class T>
  static constexpr T training_flops_per_token(coefficients<K> const&, inputs<T> const& at) {
    return 6 * at.total_parameters * (1 - at.inactive_expert_fraction);
  }
  /// Of S → 1; at any other S the loss stays c·(1 − S)^-lambda higher.
  template <class K>
  static constexpr K irreducible(coefficients<K> const& k) {
    return k.e;
  }
};

/// The law, and its inputs.
using law = laws::law<form>;
using inputs = law::inputs;

namespace detail {

constexpr coefficient known(std::string_view name, double value, double last_digit) {
  return {name, value, provenance::second_hand, "two independent summaries of the paper that agree", last_digit};
}

inline constexpr description about{
    .id = "abnar",
    .paper = "arXiv 2501.12370",
    .equation = "L = a / N^alpha + b / D^beta + c / (1 - S)^lambda + d / ((1 - S)^delta N^gamma) + e",
    .title = "optimal sparsity of mixture-of-experts models",
    .data = "RedPajama",
    .tokenizer = "vocabulary of 50432",
    .architectures = "S of 0 to 98 %, length 2048, 3e19 to 1e21 FLOPs",
    .loss_unit = "nats per token",
    .compute = "6 N (1 - S) D, derived: as if every parameter were in experts; the convention abnar counts a model as "
               "the paper does",
    .caution = "coefficients are second-hand, and the paper prints no losses to check them with: only that the optimum "
               "grows sparser and better. S = 98 % was held out of the fit, with ten times the error",
    .coefficients = {{known("a", 16612.50, .01), known("alpha", .5962, .0001), known("b", 5455.67, .01),
                      known("beta", .3954, .0001), known("c", .4598, .0001), known("lambda", -.1666, .0001),
                      known("d", 17.26, .01), known("delta", .1603, .0001), known("gamma", .1595, .0001),
                      known("e", .94, .01)},
                     10},
    .inputs = {{laws::inputs::total_parameters, laws::inputs::tokens,
                laws::inputs::inactive_expert_fraction.in(0, .95)},
               3},
    .family = {.vocab_size = 50432},
    .fitted_compute = range{3e19, 1e21}};

}  // namespace detail

/// `abnar`
inline constexpr law sparsity{detail::about};

}  // namespace moetric::v0::laws::abnar
