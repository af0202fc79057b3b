#pragma once

#include <cmath>

#include "moetric/core/bisection.hpp"
#include "moetric/laws/read.hpp"

/// Scaling laws for precision, Kumar et al., arXiv 2411.04330.
///
///   training in few bits       L = A / N_eff^alpha + B / D^alpha + E
///                              N_eff = N product over weights, activations and KV cache of (1 - e^(n - P/gamma))
///   quantised after training   L = A / N^alpha + B / D^alpha + E + C_T D^gamma_D / N^gamma_N e^(b - P/gamma_post)
///
/// N is parameters, D tokens, P bits of an integer type, L nats per token. The paper prints offsets n and b without a
/// clear sign: those here are derived from what it says of few bits. Below gamma n bits the loss does not exist.
namespace moetric::v0::laws::precision {

/// The loss at full precision, which both laws share.
template <class K, class N, class T>
auto full_precision_loss(K const& a, K const& alpha, K const& b, K const& e, N const& log_parameters, T const& tokens) {
  using std::exp, std::log;
  return a * exp(-alpha * log_parameters) + b * exp(-alpha * log(tokens)) + e;
}

/// The effective fraction of parameters at P bits, 1 − e^(n − P/gamma).
template <class K, class T>
auto kept_share(K const& gamma, K const& n, T const& bits) {
  using std::exp;
  return 1 - exp(n - bits * (1 / gamma));
}

/// Training in few bits.
struct training_form {
  template <class T>
  struct inputs {
    T total_non_embedding_parameters;  // N
    T tokens;                          // D
    T weight_bits;                     // P_w
    T activation_bits;                 // P_a
    T kv_cache_bits;                   // P_kv
  };
  using quantities = quantity_list<quantities::active_non_embedding_parameters, quantities::tokens, quantities::given,
                                   quantities::given, quantities::given>;
  template <class K>
  struct coefficients {
    K a, alpha, b, e;
    K gamma_w, n_w, gamma_a, n_a, gamma_kv, n_kv;
  };

  template <class K, class T>
  static auto loss(coefficients<K> const& k, inputs<T> const& at) {
    using std::log;
    return full_precision_loss(k.a, k.alpha, k.b, k.e,
                               log(at.total_non_embedding_parameters) +
                                   log(kept_share(k.gamma_w, k.n_w, at.weight_bits)) +
                                   log(kept_share(k.gamma_a, k.n_a, at.activation_bits)) +
                                   log(kept_share(k.gamma_kv, k.n_kv, at.kv_cache_bits)),
                               at.tokens);
  }
  /// Operations, whatever their width. The paper's cost is (6/16)·N·P for one width P: `cost_per_token`.
  template <class K, class T>
  static constexpr T training_flops_per_token(coefficients<K> const&, inputs<T> const& at) {
    return 6 * at.total_non_embedding_parameters;
  }
  template <class K>
  static constexpr K irreducible(coefficients<K> const& k) {
    return k.e;
  }
};

/// (6/16)·N·P, the cost of a training token with weights, activations and KV cache of P bits, in units of a 16-bit
/// FLOP.
template <class N, class P>
constexpr auto cost_per_token(N const& total_non_embedding_parameters, P const& bits) {
  return 6.0 / 16 * total_non_embedding_parameters * bits;
}

/// Training in few bits with one width for weights, activations and KV cache, at the paper's cost of that width.
struct one_width_form {
  template <class T>
  struct inputs {
    T total_non_embedding_parameters;  // N
    T tokens;                          // D
    T bits;                            // P = P_w = P_a = P_kv
  };
  using quantities = quantity_list<quantities::active_non_embedding_parameters, quantities::tokens, quantities::given>;
  template <class K>
  using coefficients = training_form::coefficients<K>;

  template <class K, class T>
  static auto loss(coefficients<K> const& k, inputs<T> const& at) {
    return training_form::loss(
        k, training_form::inputs<T>{at.total_non_embedding_parameters, at.tokens, at.bits, at.bits, at.bits});
  }
  template <class K, class T>
  static constexpr auto training_flops_per_token(coefficients<K> const&, inputs<T> const& at) {
    return cost_per_token(at.total_non_embedding_parameters, at.bits);
  }
  template <class K>
  static constexpr K irreducible(coefficients<K> const& k) {
    return k.e;
  }
};

/// Quantised to P bits after training in full precision.
struct post_training_form {
  template <class T>
  struct inputs {
    T total_non_embedding_parameters;  // N
    T tokens;                          // D
    T post_training_bits;              // P
  };
  using quantities = quantity_list<quantities::active_non_embedding_parameters, quantities::tokens, quantities::given>;
  template <class K>
  struct coefficients {
    K a, alpha, b, e;
    K c_t, gamma_d, gamma_n, gamma_post, offset;
  };

  template <class K, class T>
  static auto loss(coefficients<K> const& k, inputs<T> const& at) {
    using std::exp, std::log;
    return full_precision_loss(k.a, k.alpha, k.b, k.e, log(at.total_non_embedding_parameters), at.tokens) +
           degradation(k, at);
  }
  /// The loss that quantisation adds; it grows with tokens.
  template <class K, class T>
  static auto degradation(coefficients<K> const& k, inputs<T> const& at) {
    using std::exp, std::log;
    return k.c_t * exp(k.gamma_d * log(at.tokens) - k.gamma_n * log(at.total_non_embedding_parameters) + k.offset -
                       at.post_training_bits * (1 / k.gamma_post));
  }
  template <class K, class T>
  static constexpr T training_flops_per_token(coefficients<K> const&, inputs<T> const& at) {
    return 6 * at.total_non_embedding_parameters;
  }
  template <class K>
  static constexpr K irreducible(coefficients<K> const& k) {
    return k.e;
  }
};

/// The three laws.
using training_law = laws::law<training_form>;
using one_width_law = laws::law<one_width_form>;
using post_training_law = laws::law<post_training_form>;

namespace detail {

inline constexpr input parameters = laws::inputs::total_non_embedding_parameters
                                        .meaning("every weight but embeddings and output head (inferred: the source "
                                                 "does not say); of an MoE those that one token "
                                                 "uses")
                                        .in(0, 1.7e9);
inline constexpr input tokens = laws::inputs::tokens.in(0, 26e9);

constexpr input bits(std::string_view name, std::string_view definition) {
  return {.name = name, .definition = definition, .unit = "bits"};
}
constexpr coefficient known(std::string_view name, double value, double last_digit = .0001) {
  return {name, value, provenance::printed, "App. K, Table 2", last_digit};
}
inline constexpr coefficient a = known("A", 4.299e3, 1), alpha = known("alpha", .4965), b = known("B", 1.806e4, 10),
                             e = known("E", 2.7648);

constexpr description described(std::string_view id, std::string_view equation, std::string_view title,
                                std::string_view caution, fixed_list<coefficient, 16> const& coefficients,
                                fixed_list<input, 12> const& inputs) {
  return {.id = id,
          .paper = "arXiv 2411.04330",
          .equation = equation,
          .title = title,
          .data = "Dolma",
          .architectures = "dense, to 1.7e9 parameters and 26e9 tokens, integer types",
          .loss_unit = "nats per token",
          .compute = "6 N D operations of whatever width; the paper's cost with one width P for all is (6/16) N D P",
          .caution = caution,
          .coefficients = coefficients,
          .inputs = inputs,
          .family = {.dense_only = true}};
}

inline constexpr description about_training = described(
    "precision",
    "L = A / N_eff^alpha + B / D^alpha + E, N_eff = N (1 - e^(n_w - P_w/gamma_w)) (1 - e^(n_a - P_a/gamma_a)) "
    "(1 - e^(n_kv - P_kv/gamma_kv))",
    "training in few bits",
    "the sign of n is derived: with it training at 3 bits of activations diverges and the best width is 7 to 8 bits, "
    "as "
    "the paper says. Its authors: the constants are unlikely to be useful outside of their setup",
    {{a, alpha, b, e, known("gamma_w", 2.6745), known("n_w", .3037), known("gamma_a", 2.2102), known("n_a", 1.4072),
      known("gamma_kv", .9578), known("n_kv", 2.4185)},
     10},
    {{parameters, tokens, bits("weight_bits", "integer bits of weights in training"),
      bits("activation_bits", "integer bits of activations in training"),
      bits("kv_cache_bits", "integer bits of keys and values in training")},
     5});
inline constexpr description about_one_width = [] {
  description about = about_training;
  about.id = "precision-one-width";
  about.title = "training in few bits, one width for all";
  about.equation = "precision with P_w = P_a = P_kv = P";
  about.compute = "(6/16) N D P, in units of a 16-bit FLOP";
  about.inputs = {{parameters, tokens, bits("bits", "integer bits of weights, activations, keys and values alike")}, 3};
  return about;
}();
inline constexpr description about_post_training = described(
    "precision-post-training", "L = A / N^alpha + B / D^alpha + E + C_T D^gamma_D / N^gamma_N e^(b - P/gamma_post)",
    "weights quantised after training",
    "the sign of b is inferred by analogy with n of the law precision; for models trained in full precision. Its "
    "authors: the constants are unlikely to be useful outside of their setup",
    {{a, alpha, b, e, known("C_T", .0598), known("gamma_D", .5068), known("gamma_N", .3439), known("gamma_post", .5907),
      known("b", 1.1277)},
     9},
    {{parameters, tokens, bits("post_training_bits", "integer bits of weights after training")}, 3});

}  // namespace detail

/// `precision`: weights, activations and KV cache of few bits in training.
inline constexpr training_law training{detail::about_training};
/// `precision-one-width`: one width for all, which the budget pays for.
inline constexpr one_width_law one_width{detail::about_one_width};
/// `precision-post-training`: full precision in training, weights quantised after it.
inline constexpr post_training_law post_training{detail::about_post_training};

/// The width of weights, activations and KV cache alike that reaches the least loss at equal cost: that of the largest
/// N_eff / (N P), whatever the budget. Found by bisection to the last digits of a double.
inline double compute_optimal_bits(training_law::coefficients const& k = training.k) {
  // d ln(N_eff) / d ln(P) falls from infinity, where the first factor is 0, towards 0, and is 1 at the optimum.
  auto const elasticity = [&](double bits) {
    auto const elasticity_of = [&](double gamma, double n) {
      double const kept = kept_share(gamma, n, bits);
      return bits / gamma * (1 - kept) / kept;
    };
    return elasticity_of(k.gamma_w, k.n_w) + elasticity_of(k.gamma_a, k.n_a) + elasticity_of(k.gamma_kv, k.n_kv);
  };
  double low = std::fmax(k.gamma_w * k.n_w, std::fmax(k.gamma_a * k.n_a, k.gamma_kv * k.n_kv)), high = 2 * low + 1;
  while (elasticity(high) > 1) high *= 2;
  auto const is_below = [&](double bits) { return elasticity(bits) > 1; };
  return bisect({low, high}, is_below, middle::half_way).fails;
}

/// The tokens beyond which more training makes the quantised model worse,
/// D^(gamma_D + alpha) = alpha B N^gamma_N e^(P/gamma_post − b) / (gamma_D C_T). The paper prints it without b.
/// \throws std::invalid_argument naming a number that is not positive and finite
inline double critical_tokens(double total_non_embedding_parameters, double post_training_bits,
                              post_training_law::coefficients const& k = post_training.k) {
  moetric::detail::require_positive("total_non_embedding_parameters", total_non_embedding_parameters);
  moetric::detail::require_positive("post_training_bits", post_training_bits);
  return std::exp((std::log(k.alpha * k.b / (k.gamma_d * k.c_t)) +
                   k.gamma_n * std::log(total_non_embedding_parameters) + post_training_bits / k.gamma_post -
                   k.offset) /
                  (k.gamma_d + k.alpha));
}

}  // namespace moetric::v0::laws::precision
