#pragma once

#include <cmath>

#include "moetric/laws/chinchilla.hpp"

/// Joint MoE scaling laws, Ludziejewski et al., arXiv 2502.05172: dense models and Switch-style top-1 experts by one
/// law.
///
///   L = a·Ê^delta·N^(alpha + gamma·ln Ê) + b·Ê^omega·D^(beta + zeta·ln Ê) + c
///   1/Ê = 1/(E − 1 + (1/E_start − 1/E_max)⁻¹) + 1/E_max,  C = 6 N D
///
/// N is **active** parameters with embedding and output head, D tokens, E the expansion rate, which for top-1 is the
/// number of experts, L nats per token on FineWeb-Edu.
namespace moetric::v0::laws::joint_moe {

/// L(N, D, E) as above.
struct form {
  template <class T>
  struct inputs {
    T active_parameters{};  // N, embedding and output head included
    T tokens{};             // D
    T expansion_rate{};     // E, 1 for a dense model
  };
  using quantities = quantity_list<quantities::active_parameters, quantities::tokens, quantities::expansion_rate>;
  template <class K>
  struct coefficients {
    K a, alpha, delta, gamma, b, beta, omega, zeta, e_start, e_max, c;
  };

  /// ln Ê, between ln E_start at E = 1 and ln E_max for infinitely many experts.
  template <class K, class T>
  static auto log_saturated(coefficients<K> const& k, T const& expansion_rate) {
    using std::exp, std::log;
    auto const start = 1 / (1 / k.e_start - 1 / k.e_max);
    return -log(exp(-log(expansion_rate - 1 + start)) + 1 / k.e_max);
  }

  /// The law at one expansion rate: Chinchilla's form in active parameters, with the paper's m, |mu|, n, |nu| (Table 4)
  /// for A, alpha, B, beta. Its optimum under compute is the closed form of that form.
  template <class K, class T>
  static auto at_expansion_rate(coefficients<K> const& k, T const& expansion_rate) {
    using std::exp;
    auto const saturated = log_saturated(k, expansion_rate);
    using number = std::remove_const_t<decltype(saturated)>;
    return chinchilla::form::coefficients<number>{.e = number(k.c),
                                                  .a = k.a * exp(k.delta * saturated),
                                                  .alpha = -(k.alpha + k.gamma * saturated),
                                                  .b = k.b * exp(k.omega * saturated),
                                                  .beta = -(k.beta + k.zeta * saturated)};
  }

  template <class K, class T>
  static auto loss(coefficients<K> const& k, inputs<T> const& at) {
    return chinchilla::form::loss(at_expansion_rate(k, at.expansion_rate),
                                  chinchilla::form::inputs<T>{at.active_parameters, at.tokens});
  }
  template <class K, class T>
  static constexpr T training_flops_per_token(coefficients<K> const&, inputs<T> const& at) {
    return 6 * at.active_parameters;
  }
  template <class K>
  static constexpr K irreducible(coefficients<K> const& k) {
    return k.c;
  }
  static additive_terms additive(coefficients<double> const& k, inputs<double> const& at) {
    return chinchilla::form::additive(at_expansion_rate(k, at.expansion_rate), {});
  }
};
/// The law, and its inputs.
using law = laws::law<form>;
using inputs = law::inputs;

/// The paper's models: every block has 4·d_model² of attention and, of 9·d_model² each, E experts of which a token uses
/// one. Real-valued where an optimum is sought.
template <Arithmetic T = double>
struct architecture {
  T d_model = T(0);
  T n_blocks = T(0);
  T expansion_rate = T(1);   // E
  T vocab_size = T(50'257);  // GPT-2's; embedding and output head are two matrices

  /// N_act = 2·V·d_model + 13·d_model²·n_blocks
  constexpr T active_parameters() const { return 2 * vocab_size * d_model + 13 * d_model * d_model * n_blocks; }
  /// N_act without embedding and output head, on which the learning rate depends.
  constexpr T active_non_embedding_parameters() const { return 13 * d_model * d_model * n_blocks; }
  /// N = 2·V·d_model + (4 + 9·E)·d_model²·n_blocks
  constexpr T total_parameters() const {
    return 2 * vocab_size * d_model + (4 + 9 * expansion_rate) * d_model * d_model * n_blocks;
  }
  /// Key-value cache of so many tokens: 2·d_model·n_blocks numbers a token, of 2 bytes by default.
  constexpr T kv_cache_bytes(T tokens, T bytes_per_number = T(2)) const {
    return bytes_per_number * tokens * 2 * d_model * n_blocks;
  }
  /// Weights and key-value cache of so many tokens, in numbers of 2 bytes by default. Table 2 limits it to a device's
  /// memory, with 16 thousand tokens.
  constexpr T inference_bytes(T tokens, T bytes_per_number = T(2)) const {
    return bytes_per_number * total_parameters() + kv_cache_bytes(tokens, bytes_per_number);
  }
};

/// The paper's family at a width: d_model = 64·n_blocks.
template <Arithmetic T = double>
constexpr architecture<T> coupled(std::type_identity_t<T> d_model, std::type_identity_t<T> expansion_rate = T(1)) {
  return {.d_model = d_model, .n_blocks = d_model * T(1.0 / 64), .expansion_rate = expansion_rate};
}

/// The member of the family with so many active parameters: the only real root of 13·d³/64 + 2·V·d = N_act, with V =
/// 50257. \throws std::invalid_argument naming a number that is not positive and finite
inline architecture<> at_active_parameters(double active_parameters, double expansion_rate = 1) {
  moetric::detail::require_positive("active_parameters", active_parameters);
  moetric::detail::require_positive("expansion_rate", expansion_rate);
  double const scale = std::sqrt(64.0 / 13 * 2 * architecture<>{}.vocab_size / 3);  // d³ + 3·scale²·d = 64·N_act/13
  double const d_model = 2 * scale * std::sinh(std::asinh(32 * active_parameters / 13 / (scale * scale * scale)) / 3);
  return coupled(d_model, expansion_rate);
}

namespace detail {

inline constexpr std::string_view fit = "fit of the joint law";

inline constexpr description about{
    .id = "joint-moe",
    .paper = "arXiv 2502.05172",
    .equation = "L = a E_hat^delta N^(alpha + gamma ln E_hat) + b E_hat^omega D^(beta + zeta ln E_hat) + c, "
                "1/E_hat = 1/(E - 1 + (1/E_start - 1/E_max)^-1) + 1/E_max",
    .title = "joint MoE scaling laws, dense models and top-1 experts by one law",
    .data = "FineWeb-Edu",
    .tokenizer = "GPT-2",
    .architectures = "dense and Switch-style top-1 experts in every block, d_model = 64 n_blocks, up to "
                     "5e9 parameters in total, over 280 runs",
    .loss_unit = "nats per token",
    .compute = "6 N_act D, embedding and output head included; inference 2 N_act D",
    .caution = "two web copies of the paper print the exponents with other signs, with which loss rises with N and E; "
               "not for less than 1 or more than about 400 tokens a parameter",
    .coefficients = {{{"a", 35.91, provenance::printed, fit, .01},
                      {"alpha", -.1889, provenance::printed, fit, 1e-4},
                      {"delta", -.2285, provenance::printed, fit, 1e-4},
                      {"gamma", .0098, provenance::printed, fit, 1e-4},
                      {"b", 35.98, provenance::printed, fit, .01},
                      {"beta", -.1775, provenance::printed, fit, 1e-4},
                      {"omega", .5529, provenance::printed, fit, 1e-4},
                      {"zeta", -.0259, provenance::printed, fit, 1e-4},
                      {"E_start", 2.0732, provenance::printed, fit, 1e-4},
                      {"E_max", 290.4521, provenance::printed, fit, 1e-4},
                      {"c", 1.3637, provenance::printed, fit, 1e-4}},
                     11},
    .inputs = {{laws::inputs::active_parameters.in(0, 2.7e9), laws::inputs::tokens.in(.5e9, 80e9),
                laws::inputs::expansion_rate.in(1, 32)},
               3},
    .family = {.multi_head_attention = true, .no_shared_experts = true, .top_k = 1, .vocab_size = 50257},
    .fitted_tokens_per_parameter = range{1, 400}};

/// Coefficients of the learning rate.
struct rate {
  static constexpr double constant = 8.39, parameters = -.81, expansion = -.25;
};

}  // namespace detail

/// `joint-moe`: the signs as the paper means them, which its Tables 1 and 4 confirm.
inline constexpr law printed{detail::about};

/// `joint-moe-learning-rate`
inline constexpr description about_learning_rate{
    .id = "joint-moe-learning-rate",
    .paper = "arXiv 2502.05172",
    .equation = "learning rate = exp(8.39 - 0.81 ln N_act - 0.25 ln E)",
    .title = "peak learning rate beside the joint MoE scaling laws",
    .data = "FineWeb-Edu",
    .tokenizer = "GPT-2",
    .architectures = "dense and Switch-style top-1 experts, fitted at E = 1 and 8",
    .coefficients = {{{"constant", detail::rate::constant, provenance::printed, "text", .01},
                      {"parameters_exponent", detail::rate::parameters, provenance::printed, "text", .01},
                      {"expansion_exponent", detail::rate::expansion, provenance::printed, "text", .01}},
                     3},
    .inputs = {{laws::inputs::active_non_embedding_parameters, laws::inputs::expansion_rate.in(1, 8)}, 2}};

/// What the learning rate depends on.
struct learning_rate_inputs {
  double active_non_embedding_parameters;
  double expansion_rate;  // experts for each one that a token uses
};

/// Peak learning rate exp(8.39 − 0.81·ln N_act − 0.25·ln E), N_act without embeddings. Printed; fitted on E = 1 and 8.
inline double learning_rate(learning_rate_inputs const& at) {
  return std::exp(detail::rate::constant + detail::rate::parameters * std::log(at.active_non_embedding_parameters) +
                  detail::rate::expansion * std::log(at.expansion_rate));
}

}  // namespace moetric::v0::laws::joint_moe
