#pragma once

#include <array>
#include <cmath>
#include <string_view>

#include "moetric/laws/chinchilla.hpp"

/// Language models scale reliably with over-training and on downstream tasks, Gadre et al., arXiv 2403.08540.
///
///   L = E + (a M^eta + b M^-eta) C^-eta,  M = D / N,  C = 6 N D
///
/// In N and D that is Chinchilla's form with one exponent, alpha = beta = 2 eta, A = a / 6^eta and B = b / 6^eta, which
/// is how the authors' code fits it and how it stands here. The reducible loss of models that are over-trained alike is
/// one power law of C, whatever M.
namespace moetric::v0::laws::gadre {
namespace detail {

inline constexpr std::string_view run = "scaling/laws.py of mlfoundations/scaling, run on its exp_data";
/// 6^(-alpha/2), with which the code writes B.
inline constexpr double six_c4 = .8047481024720585, six_rpj = .7831418656674779, six_rw = .7961981554305902;

constexpr description described(std::string_view id, std::string_view title, std::array<double, 4> const& eab) {
  auto const known = [](std::string_view name, double value) {
    return coefficient{name, value, provenance::authors_code, run};
  };
  return {.id = id,
          .paper = "arXiv 2403.08540",
          .equation = "Eq. 4: L = E + (a M^eta + b M^-eta) C^-eta with M = D / N, as L = E + A / N^alpha + B / D^beta",
          .title = title,
          .data = "C4 validation",
          .tokenizer = "GPT-NeoX, 50432",
          .architectures = "dense, OpenLM; length 2048",
          .loss_unit = "nats per token",
          .compute = "6 N D",
          .caution = "fitted to five runs of at most 412M parameters, of 20 and 320 tokens per parameter; its error at "
                     "6.9B parameters is 4.3 % (C4), .7 % (RedPajama) and 1.6 % (RefinedWeb)",
          .coefficients = {{known("E", eab[0]), known("A", eab[1]), known("alpha", eab[3]), known("B", eab[2]),
                            known("beta", eab[3])},
                           5},
          .inputs = {{laws::inputs::total_parameters.in(10.6e6, 411.6e6), laws::inputs::tokens.in(2e8, 8.3e9)}, 2},
          .family = {.dense_only = true}};
}

inline constexpr description about_c4 =
    described("gadre-c4", "over-trained models, trained on C4",
              {1.508260559806484, 113.69260554699548, 189.51552648065305 * six_c4, .24247224077395182});
inline constexpr description about_redpajama =
    described("gadre-redpajama", "over-trained models, trained on RedPajama",
              {1.8366483990666456, 166.21098955134454, 366.68718997018306 * six_rpj, .2728507050133584});
inline constexpr description about_refinedweb =
    described("gadre-refinedweb", "over-trained models, trained on RefinedWeb",
              {1.7344620814187688, 125.0956940074231, 246.20668274741774 * six_rw, .25439484378219274});

}  // namespace detail

/// `gadre-c4`, `gadre-redpajama` and `gadre-refinedweb`: by training set. Losses are on C4, so they compare.
inline constexpr chinchilla::law c4{detail::about_c4};
inline constexpr chinchilla::law redpajama{detail::about_redpajama};
inline constexpr chinchilla::law refinedweb{detail::about_refinedweb};

/// Top-1 error over 17 tasks from the loss, Err = epsilon - k exp(-gamma L), Eq. 5.
struct error_of_loss {
  double epsilon, k, gamma;  // error at infinite loss; its greatest reduction; per nat
  double operator()(double loss) const { return epsilon - k * std::exp(-gamma * loss); }
};
/// Of models that were trained on RedPajama. Source: the authors' code, as above.
inline constexpr error_of_loss redpajama_error{.8569919442363808, 2.206489631288979, .7145904626960534};

}  // namespace moetric::v0::laws::gadre
