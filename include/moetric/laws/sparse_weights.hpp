#pragma once

#include <cmath>

#include "moetric/laws/read.hpp"

/// Scaling laws for sparsely-connected foundation models, Frantar et al., arXiv 2309.08520.
///
///   L = (a_S (1 - S)^b_S + c_S) / N^b_N + (a_D / D)^b_D + c,  C = 6 N D / (1 - S)
///
/// S is the share of weights that were pruned during training, N the weights that are left, D tokens or images. This
/// sparsity is of single weights, not of experts.
namespace moetric::v0::laws::sparse_weights {

/// L(N, D, S) as above.
struct form {
  template <class T>
  struct inputs {
    T nonzero_parameters{};  // N
    T tokens{};              // D
    T sparsity{};            // S
  };
  /// The weights of a model are read as those that are left; S is not in a model.
  using quantities = quantity_list<quantities::total_non_embedding_parameters, quantities::tokens, quantities::given>;
  template <class K>
  struct coefficients {
    K a_s, b_s, c_s, b_n, a_d, b_d, c;
  };

  template <class K, class T>
  static auto loss(coefficients<K> const& k, inputs<T> const& at) {
    using std::exp, std::log;
    return k.c + (k.a_s * exp(k.b_s * log(1 - at.sparsity)) + k.c_s) * exp(-k.b_n * log(at.nonzero_parameters)) +
           exp(k.b_d * (log(k.a_d) - log(at.tokens)));
  }
  /// Those of the dense model that is pruned, as the paper counts them for its optimal sparsity.
  template <class K, class T>
  static constexpr T training_flops_per_token(coefficients<K> const&, inputs<T> const& at) {
    return 6 * at.nonzero_parameters / (1 - at.sparsity);
  }
  template <class K>
  static constexpr K irreducible(coefficients<K> const& k) {
    return k.c;
  }
  static additive_terms additive(coefficients<double> const& k, inputs<double> const& at) {
    return {k.a_s * std::pow(1 - at.sparsity, k.b_s) + k.c_s, k.b_n, std::pow(k.a_d, k.b_d), k.b_d,
            6 / (1 - at.sparsity)};
  }
};
/// The law, and its inputs.
using law = laws::law<form>;
using inputs = law::inputs;

namespace detail {

inline constexpr std::string_view notebook =
    "output of sparsity-scaling.ipynb in google-research/jaxpruner, projects/bigsparse, its units removed";

inline constexpr input parameters{.name = "nonzero_parameters",
                                  .definition = "weights that are not pruned, without embeddings",
                                  .unit = "parameters"};
inline constexpr input images{.name = "images", .definition = "training images", .unit = "images"};
inline constexpr input sparsity{.name = "sparsity",
                                .definition = "share of the weights that are pruned, 0 for a dense model",
                                .unit = "1",
                                .values = domain::below_one};

constexpr fixed_list<coefficient, 16> listed(double a_s, double b_s, double c_s, double b_n, double a_d, double b_d,
                                             double c) {
  auto const known = [](std::string_view name, double value) {
    return coefficient{name, value, provenance::authors_code, notebook};
  };
  return {{known("a_S", a_s), known("b_S", b_s), known("c_S", c_s), known("b_N", b_n), known("a_D", a_d),
           known("b_D", b_d), known("c", c)},
          7};
}

inline constexpr std::string_view equation = "Eq. 1: L = (a_S (1 - S)^b_S + c_S) / N^b_N + (a_D / D)^b_D + c";
inline constexpr std::string_view flops = "6 N D / (1 - S): a dense model is trained, and pruned on the way";

inline constexpr description about_t5{
    .id = "frantar-t5",
    .paper = "arXiv 2309.08520",
    .equation = equation,
    .title = "weights pruned during training, T5 on C4",
    .data = "C4",
    .architectures = "encoder-decoder T5 of 12 and 12 layers, magnitude pruning; steps of 65536 tokens",
    .loss_unit = "nats per token",
    .compute = flops,
    .caution = "pruned weights save FLOPs only on hardware that skips them",
    .coefficients = listed(16.7870501, .72161276, 45.0184474, .24513173, 689991262, .20270772, .65074219),
    .inputs = {{parameters.in(1.32e6, 85e6), laws::inputs::tokens.in(1.63e10, 6.56e10), sparsity.in(0, .875)}, 3},
    .family = {.dense_only = true}};
inline constexpr description about_vit{
    .id = "frantar-vit",
    .paper = "arXiv 2309.08520",
    .equation = equation,
    .title = "weights pruned during training, ViT on JFT-4B",
    .data = "JFT-4B",
    .architectures = "vision transformers of 12 layers, magnitude pruning",
    .loss_unit = "nats per image",
    .compute = flops,
    .caution = "of images, not of language; D counts images, so 6 N D / (1 - S) is per patch and image",
    .coefficients = listed(294.389596, .82101251, 468.157383, .39222675, 237412874, .88979104, 4.51669257),
    .inputs = {{parameters.in(.66e6, 42.5e6), images.in(2.25e8, 1.8e9), sparsity.in(0, .9375)}, 3},
    .family = {.dense_only = true}};

}  // namespace detail

/// `frantar-t5`
inline constexpr law t5{detail::about_t5};
/// `frantar-vit`
inline constexpr law vit{detail::about_vit};

/// The sparsity of least loss for N nonzero weights and C = 6 N D / (1 - S) FLOPs, 0 if a dense model is best:
///   (1 - S)^(b_S + b_D) = b_D N^b_N (6 N a_D / C)^b_D / (a_S b_S)
/// \throws std::invalid_argument naming a number that is not positive and finite
inline double optimal_sparsity(law const& of, double nonzero_parameters, double compute) {
  moetric::detail::require_positive("nonzero_parameters", nonzero_parameters);
  moetric::detail::require_positive("compute", compute);
  auto const& k = of.k;
  double const log_left = (std::log(k.b_d / (k.a_s * k.b_s)) + k.b_n * std::log(nonzero_parameters) +
                           k.b_d * (std::log(6 * k.a_d) + std::log(nonzero_parameters) - std::log(compute))) /
                          (k.b_s + k.b_d);
  return std::fmax(0, 1 - std::exp(log_left));
}

}  // namespace moetric::v0::laws::sparse_weights
