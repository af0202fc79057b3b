#pragma once

#include <cmath>

#include "moetric/laws/read.hpp"

/// Scaling laws with vocabulary, Tao et al., arXiv 2407.13623: the vocabulary of least loss.
///
///   L = E + A_1 / N_nv^alpha_1 + A_2 / N_v^alpha_2 + B / D^beta,  C = 6 (N_nv + N_v) D
///
/// N_nv is parameters without those of the vocabulary, N_v = vocab_size·d_model. The paper fits a normalised loss,
/// which is negative, and computes its tokens with a vocabulary a thousand times smaller than it is: its loss is no
/// number to report, so only the vocabulary that it asks for is here. Runs of your own can be fitted to the form.
namespace moetric::v0::laws::vocabulary {

/// L(N_nv, D, N_v) as above.
struct form {
  template <class T>
  struct inputs {
    T non_vocabulary_parameters{};  // N_nv
    T tokens{};                     // D
    T vocabulary_parameters{};      // N_v
  };
  template <class K>
  struct coefficients {
    K e, a_1, alpha_1, a_2, alpha_2, b, beta;
  };

  template <class K, class T>
  static auto loss(coefficients<K> const& k, inputs<T> const& at) {
    using std::exp, std::log;
    return k.e + k.a_1 * exp(-k.alpha_1 * log(at.non_vocabulary_parameters)) +
           k.a_2 * exp(-k.alpha_2 * log(at.vocabulary_parameters)) + k.b * exp(-k.beta * log(at.tokens));
  }
  template <class K, class T>
  static constexpr T training_flops_per_token(coefficients<K> const&, inputs<T> const& at) {
    return 6 * (at.non_vocabulary_parameters + at.vocabulary_parameters);
  }
  template <class K>
  static constexpr K irreducible(coefficients<K> const& k) {
    return k.e;
  }
};

namespace detail {

inline constexpr input non_vocabulary{.name = "non_vocabulary_parameters",
                                      .definition = "parameters without embedding and output head",
                                      .unit = "parameters"};
inline constexpr input in_vocabulary{
    .name = "vocabulary_parameters", .definition = "vocab_size times d_model", .unit = "parameters"};
inline constexpr std::string_view code = "optimal_Nv_predict.py of sail-sg/scaling-with-vocab";

/// What N_v depends on, in the paper's units: 1e6 parameters and 1e9 tokens.
struct fitted {
  static constexpr double a_2 = .19584238398665638, alpha_2 = .6707374679896795, b = 2.1241123120064955,
                          beta = .44660634152009615;
};

inline constexpr description about{
    .id = "tao-vocabulary",
    .paper = "arXiv 2407.13623",
    .equation =
        "approach 3: L = -E + A_1 / N_nv^alpha_1 + A_2 / N_v^alpha_2 + B / D^beta, least over N_v at C = 6 (N_nv "
        "+ N_v) D",
    .title = "the parameters of the vocabulary of least loss",
    .data = "SlimPajama",
    .architectures = "dense, untied output head, 33M to 1.13B parameters without vocabulary, vocabularies of 4096 to "
                     "96256",
    .compute = "6 (N_nv + N_v) D",
    .caution = "of runs with a decoder of one width for each size. The loss that it minimises is normalised by unigram "
               "frequencies; the other two approaches of the paper give up to 16 % more or 7 % less",
    .coefficients = {{{"A_2", fitted::a_2, provenance::authors_code, code},
                      {"alpha_2", fitted::alpha_2, provenance::authors_code, code},
                      {"B", fitted::b, provenance::authors_code, code},
                      {"beta", fitted::beta, provenance::authors_code, code}},
                     4},
    .inputs = {{non_vocabulary.in(33.2e6, 1.13e9), laws::inputs::compute.in(2.18e17, 4.37e20)}, 2},
    .family = {.dense_only = true}};

}  // namespace detail

/// `tao-vocabulary`
inline constexpr description const& about = detail::about;

/// N_v of least loss for N_nv parameters without vocabulary and C training FLOPs. Divide by d_model for the vocabulary.
/// \throws std::invalid_argument naming a number that is not positive and finite
inline double optimal_vocabulary_parameters(double non_vocabulary_parameters, double compute) {
  moetric::detail::require_positive("non_vocabulary_parameters", non_vocabulary_parameters);
  moetric::detail::require_positive("compute", compute);
  using detail::fitted;
  // The derivative of A_2 / N_v^alpha_2 falls to that of B / D^beta, which rises: bisect its sign in ln N_v.
  double const n = non_vocabulary_parameters / 1e6, c = compute / 1e15;
  auto const slope = [&](double log_vocabulary) {
    double const v = std::exp(log_vocabulary), d = c / (6 * (n + v));
    return std::log(fitted::beta * fitted::b) - fitted::beta * std::log(d) + std::log(v / (n + v)) -
           std::log(fitted::alpha_2 * fitted::a_2) + fitted::alpha_2 * log_vocabulary;
  };
  double low = std::log(n) - 40, high = std::log(n) + 40;
  for (int i = 0; i != 200; ++i) {
    double const middle = (low + high) / 2;
    (slope(middle) < 0 ? low : high) = middle;
  }
  return 1e6 * std::exp((low + high) / 2);
}

}  // namespace moetric::v0::laws::vocabulary
