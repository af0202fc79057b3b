#pragma once

#include <array>

#include "moetric/laws/read.hpp"

/// Gemstones: a model suite for multi-faceted scaling laws, McLeish et al., arXiv 2502.06857.
///
///   L = E + A / w^alpha + B / l^beta + C / N^gamma + F / D^delta
///
/// with width w (d_model), depth l (layers), N all parameters and D tokens. At one N it prefers a shape, which laws of
/// N and D alone cannot.
namespace moetric::v0::laws::gemstones {

/// L(N, D, w, l) as above. N and D come first, as in every law that divides a budget.
struct form {
  template <class T>
  struct inputs {
    T total_parameters{};  // N, embeddings included
    T tokens{};            // D
    T width{};             // w
    T depth{};             // l
  };
  /// N of an MoE is the parameters that one token uses. It is no prediction.
  using quantities =
      quantity_list<quantities::active_parameters, quantities::tokens, quantities::d_model, quantities::n_layers>;
  template <class K>
  struct coefficients {
    K e, a, alpha, b, beta, c, gamma, d, delta;
  };

  template <class K, class T>
  static auto loss(coefficients<K> const& k, inputs<T> const& at) {
    using std::exp, std::log;
    return k.e + k.a * exp(-k.alpha * log(at.width)) + k.b * exp(-k.beta * log(at.depth)) +
           k.c * exp(-k.gamma * log(at.total_parameters)) + k.d * exp(-k.delta * log(at.tokens));
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
    return {k.c, k.gamma, k.d, k.delta};
  }
};
/// The law, and its inputs.
using law = laws::law<form>;
using inputs = law::inputs;

namespace detail {

inline constexpr input width{.name = "width", .definition = "d_model", .unit = "features", .fitted = range{256, 3072}};
inline constexpr input depth{.name = "depth", .definition = "layers", .unit = "layers", .fitted = range{3, 80}};

constexpr description described(std::string_view id, std::string_view title, std::string_view file, range const& tokens,
                                std::array<double, 9> const& k) {
  std::array<std::string_view, 9> const names{"E", "A", "alpha", "B", "beta", "C", "gamma", "F", "delta"};
  fixed_list<coefficient, 16> listed;
  for (std::size_t i = 0; i != k.size(); ++i)
    listed.push_back({names[i], k[i], provenance::authors_code, file}, "moetric: too many coefficients");
  return {.id = id,
          .paper = "arXiv 2502.06857",
          .equation = "L = E + A / w^alpha + B / l^beta + C / N^gamma + F / D^delta",
          .title = title,
          .data = "Dolma",
          .architectures = "dense, grouped-query attention, 22 shapes of 48M to 2B parameters",
          .loss_unit = "nats per token",
          .compute = "6 N D; the paper counts attention too",
          .caution = "width, depth and N of a model depend on each other: an optimum over N at a fixed width and depth "
                     "is no shape. The checkpoints are those of 22 runs, so the exponents are less certain than 200 "
                     "rows suggest",
          .coefficients = listed,
          .inputs = {{laws::inputs::total_parameters.in(48.4e6, 2.01e9),
                      laws::inputs::tokens.in(tokens.low, tokens.high), width, depth},
                     4},
          .family = {.dense_only = true}};
}

// The authors' files hold the logarithms of E and of the four coefficients.
inline constexpr description about_hot =
    described("gemstones", "width, depth, parameters and tokens, constant learning rate",
              "parameters_delta-4/approach_3_width_depth_parameters_grid_search_0_hot.json", {1e10, 1.0003e11},
              {1.4806156337, 4.2716947284, .2446914313, .92487005899, .3871516764, 2892.9538067, .5000838843,
               23375.094212, .4761055541});
inline constexpr description about_cooldown =
    described("gemstones-cooldown", "width, depth, parameters and tokens, learning rate decayed",
              "parameters_delta-4/approach_3_width_depth_parameters_grid_search_0_cool_end.json", {1.1e10, 1.1e11},
              {1.5212280771, 5.142634338, .30146699, .97483101174, .3655461733, 2605.3919249, .5055007692, 21672.991561,
               .4670177667});

}  // namespace detail

/// `gemstones`: checkpoints before the learning rate decays.
inline constexpr law hot{detail::about_hot};
/// `gemstones-cooldown`: after it.
inline constexpr law cooldown{detail::about_cooldown};

}  // namespace moetric::v0::laws::gemstones
