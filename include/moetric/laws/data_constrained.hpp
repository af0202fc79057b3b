#pragma once

#include "moetric/core/arithmetic.hpp"
#include "moetric/laws/chinchilla.hpp"

/// Scaling data-constrained language models, Muennighoff et al., arXiv 2305.16264: the value of repeated tokens.
///
///   L = E + A / N_eff^alpha + B / D_eff^beta,  C = 6 N D
///   x_eff = u + u·R*·(1 − exp(−(x/u − 1) / R*)),  u the part of x that is worth its full number
///
/// Of tokens that part is u = min(unique tokens, D). Of parameters it is what is optimal for that many tokens,
/// u = min(N, (u_D·G)^(beta/alpha)·G) with G = (alpha·A / (beta·B))^(1/(alpha + beta)).
namespace moetric::v0::laws::data_constrained {

/// L(N, D, unique tokens) as above.
struct form {
  template <class T>
  struct inputs {
    T total_parameters{};  // N
    T tokens{};            // D, each time that a token is seen
    T unique_tokens{};
  };
  using quantities = quantity_list<quantities::active_parameters, quantities::tokens, quantities::given>;
  template <class K>
  struct coefficients {
    K e, a, alpha, b, beta, r_tokens, r_parameters;
  };

  /// x_eff: `valued` of `all` count in full, the rest less and less; the sum stays below valued·(1 + decay).
  template <class K, class T>
  static auto effective(K const& decay, T const& valued, T const& all) {
    using std::exp, std::log;
    auto const repetitions = exp(log(all) - log(valued)) - 1;
    return valued + valued * (decay * (1 - exp(-(repetitions * (1 / decay)))));
  }
  /// D_eff
  template <class K, class T>
  static auto effective_tokens(coefficients<K> const& k, inputs<T> const& at) {
    return effective(k.r_tokens, moetric::detail::least(at.unique_tokens, at.tokens), at.tokens);
  }
  /// N_eff
  template <class K, class T>
  static auto effective_parameters(coefficients<K> const& k, inputs<T> const& at) {
    using std::exp, std::log;
    auto const log_g = log(k.alpha * k.a / (k.beta * k.b)) / (k.alpha + k.beta);
    auto const log_unique = log(moetric::detail::least(at.unique_tokens, at.tokens));
    auto const optimal = exp(k.beta / k.alpha * (log_unique + log_g) + log_g);
    using number = std::remove_const_t<decltype(optimal)>;
    number const all(at.total_parameters);
    return effective(k.r_parameters, number(moetric::detail::least(optimal, all)), all);
  }

  template <class K, class T>
  static auto loss(coefficients<K> const& k, inputs<T> const& at) {
    auto const parameters = effective_parameters(k, at);
    using number = std::remove_const_t<decltype(parameters)>;
    return chinchilla::form::loss(
        chinchilla::form::coefficients<K>{.e = k.e, .a = k.a, .alpha = k.alpha, .b = k.b, .beta = k.beta},
        chinchilla::form::inputs<number>{parameters, number(effective_tokens(k, at))});
  }
  template <class K, class T>
  static constexpr T training_flops_per_token(coefficients<K> const&, inputs<T> const& at) {
    return 6 * at.total_parameters;
  }
  template <class K>
  static constexpr K irreducible(coefficients<K> const& k) {
    return k.e;
  }
};
/// The law, and its inputs.
using law = laws::law<form>;
using inputs = law::inputs;

namespace detail {

inline constexpr std::string_view code = "authors' repository";

inline constexpr description about{
    .id = "data-constrained",
    .paper = "arXiv 2305.16264",
    .equation = "L = E + A / N_eff^alpha + B / D_eff^beta, x_eff = u + u R* (1 - exp(-(x/u - 1) / R*)) with u of the "
                "tokens the unique ones, of the parameters those optimal for them",
    .title = "data-constrained scaling, repeated tokens",
    .data = "C4",
    .architectures = "dense, up to 1500 epochs",
    .loss_unit = "nats per token",
    .compute = "6 N D, each time that a token is seen",
    .coefficients = {{{"E", 1.8691436784054858, provenance::authors_code, "authors' repository, ln E 0.6254804", 2e-7},
                      {"A", 520.8249516599187, provenance::authors_code, "authors' repository, ln A 6.255414", 5e-4},
                      {"alpha", .3526596, provenance::authors_code, code, 1e-7},
                      {"B", 1487.716093782861, provenance::authors_code, "authors' repository, ln B 7.3049974", 1.5e-4},
                      {"beta", .3526596, provenance::authors_code, "tied to alpha", 1e-7},
                      {"R*_D", 15.387756, provenance::authors_code, code, 1e-6},
                      {"R*_N", 5.309743, provenance::authors_code, code, 1e-6}},
                     7},
    .inputs = {{chinchilla::detail::parameters.in(7e6, 9e9),
                laws::inputs::tokens.meaning("training tokens, each time that one is seen").in(0, 900e9),
                {.name = "unique_tokens", .definition = "different tokens to train on", .unit = "tokens"}},
               3},
    .family = {.dense_only = true}};

}  // namespace detail

/// `data-constrained`: the digits of the authors' code.
inline constexpr law authors{detail::about};

}  // namespace moetric::v0::laws::data_constrained
