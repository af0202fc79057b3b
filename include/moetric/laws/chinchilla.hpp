#pragma once

#include "moetric/laws/power_law.hpp"
#include "moetric/laws/read.hpp"

/// Training compute-optimal large language models, Hoffmann et al., arXiv 2203.15556, and the replication of its third
/// approach by Besiroglu et al., arXiv 2404.10102.
///
///   L = E + A / N^alpha + B / D^beta,  C = 6 N D
///
/// N is total parameters with embeddings, D tokens, L nats per token on MassiveText. Approaches 1 and 2 give optimal
/// N and D alone.
namespace moetric::inline v0::laws::chinchilla {

struct form {
  template <class T>
  struct inputs {
    T total_parameters{};  // N, embeddings included
    T tokens{};            // D
  };
  template <class K>
  struct coefficients {
    K e, a, alpha, b, beta;
  };

  template <class K, class T>
  static auto loss(coefficients<K> const& k, inputs<T> const& at) {
    using std::exp, std::log;
    return k.e + k.a * exp(-k.alpha * log(at.total_parameters)) + k.b * exp(-k.beta * log(at.tokens));
  }
  template <class K, class T>
  static constexpr T training_flops_per_token(coefficients<K> const&, inputs<T> const& at) {
    return 6 * at.total_parameters;
  }
  template <class K>
  static constexpr K irreducible(coefficients<K> const& k) {
    return k.e;
  }
  static constexpr additive_terms additive(coefficients<double> const& k, inputs<double> const&) {
    return {k.a, k.alpha, k.b, k.beta};
  }
};
using law = laws::law<form>;

namespace detail {

/// For an MoE the parameters that one token uses: those of a dense model with the same FLOPs. It is no prediction.
inline constexpr input parameters = [] {
  input what = laws::inputs::total_parameters.in(70e6, 16e9);
  what.from_model = laws::inputs::active_parameters.from_model;
  return what;
}();
inline constexpr input tokens = laws::inputs::tokens.in(5e9, 500e9);

constexpr description described(std::string_view id, std::string_view title,
                                fixed_list<coefficient, 16> const& coefficients) {
  return {.id = id,
          .paper = "arXiv 2203.15556",
          .equation = "Eq. 2, approach 3: L = E + A / N^alpha + B / D^beta",
          .title = title,
          .data = "MassiveText",
          .tokenizer = "SentencePiece, 32000",
          .architectures = "dense",
          .loss_unit = "nats per token",
          .compute = "6 N D",
          .coefficients = coefficients,
          .inputs = {{parameters, tokens}, 2},
          .family = {.dense_only = true}};
}

inline constexpr std::string_view tex = "read from the paper's TeX source by the authors of 2404.10102";

inline constexpr description about_tex = described("chinchilla-tex", "Chinchilla's third approach, unrounded",
                                                   {{{"E", 1.6933736809989528, provenance::authors_code, tex, 1e-7},
                                                     {"A", 406.4010175194737, provenance::authors_code, tex, 1e-5},
                                                     {"alpha", .33917084, provenance::authors_code, tex, 1e-8},
                                                     {"B", 410.7228269450398, provenance::authors_code, tex, 1e-5},
                                                     {"beta", .2849083, provenance::authors_code, tex, 1e-7}},
                                                    5});

constexpr description with_caution(description of, std::string_view caution) {
  of.caution = caution;
  return of;
}

inline constexpr description about_printed =
    with_caution(described("chinchilla-printed", "Chinchilla's third approach as printed",
                           {{{"E", 1.69, provenance::printed, "Eq. 10", .01},
                             {"A", 406.4, provenance::printed, "Eq. 10", .1},
                             {"alpha", .34, provenance::printed, "Eq. 10", .01},
                             {"B", 410.7, provenance::printed, "Eq. 10", .1},
                             {"beta", .28, provenance::printed, "Eq. 10", .01}},
                            5}),
                 "two digits of alpha and beta do not give the paper's own Table A3: its tokens come out 57 to 122 % "
                 "higher; chinchilla-tex does");

}  // namespace detail

/// `chinchilla-tex`: the digits that the paper's TeX source holds. The default.
inline constexpr law tex{detail::about_tex};
/// `chinchilla-printed`: the digits of the paper's text.
inline constexpr law printed{detail::about_printed};

}  // namespace moetric::inline v0::laws::chinchilla
