#pragma once

#include "moetric/fit/forms.hpp"

/// Forms of the loss that have no published law here: they are fitted, saved and evaluated, but no model is read for
/// them.
namespace moetric::v0::fit {

/// L = E + A / x^alpha of one variable, such as compute, parameters, tokens or steps.
struct floor_form {
  template <class T>
  struct inputs {
    T x{};
  };
  template <class K>
  struct coefficients {
    K e, a, alpha;
  };
  template <class K, class T>
  static auto loss(coefficients<K> const& k, inputs<T> const& at) {
    using std::exp, std::log;
    return k.e + k.a * exp(-k.alpha * log(at.x));
  }
  template <class K>
  static constexpr K irreducible(coefficients<K> const& k) {
    return k.e;
  }
};

/// L = (A / N^alpha + B / D^beta)^gamma + E, which has Chinchilla's optima; gamma = 1 is Chinchilla's form.
struct joined_form {
  template <class T>
  struct inputs {
    T total_parameters{};  // N
    T tokens{};            // D
  };
  template <class K>
  struct coefficients {
    K e, a, alpha, b, beta, gamma;
  };
  template <class K, class T>
  static auto loss(coefficients<K> const& k, inputs<T> const& at) {
    using std::exp, std::log;
    auto const sum = k.a * exp(-k.alpha * log(at.total_parameters)) + k.b * exp(-k.beta * log(at.tokens));
    return k.e + exp(k.gamma * log(sum));
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

/// L = E + A / w^a + B / l^b + C / N^c + F / D^f with width w and depth l. Source: Gemstones, arXiv 2502.06857.
struct width_depth_form {
  template <class T>
  struct inputs {
    T width{};
    T depth{};
    T total_parameters{};
    T tokens{};
  };
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
  template <class K>
  static constexpr K irreducible(coefficients<K> const& k) {
    return k.e;
  }
};

namespace detail {

inline constexpr laws::input bare_input(std::string_view name, std::string_view definition, std::string_view unit) {
  return {.name = name, .definition = definition, .unit = unit};
}
inline constexpr laws::input form_parameters = bare_input("total_parameters", "all parameters", "parameters");
inline constexpr laws::input form_tokens = bare_input("tokens", "training tokens", "tokens");

inline constexpr laws::description about_floor{.id = "floor",
                                               .paper = "this library",
                                               .equation = "L = E + A / x^alpha",
                                               .title = "a power law of one variable above a floor",
                                               .loss_unit = "nats per token",
                                               .inputs = {{bare_input("x", "the variable", "1")}, 1}};
inline constexpr laws::description about_joined{.id = "joined",
                                                .paper = "this library",
                                                .equation = "L = E + (A / N^alpha + B / D^beta)^gamma",
                                                .title = "Chinchilla's terms under one power",
                                                .loss_unit = "nats per token",
                                                .compute = "6 N D",
                                                .inputs = {{form_parameters, form_tokens}, 2}};
inline constexpr laws::description about_width_depth{
    .id = "width-depth",
    .paper = "arXiv 2502.06857",
    .equation = "L = E + A / width^alpha + B / depth^beta + C / N^gamma + F / D^delta",
    .title = "Gemstones' law of width, depth, parameters and tokens",
    .loss_unit = "nats per token",
    .inputs = {{bare_input("width", "d_model", "features"), bare_input("depth", "layers", "layers"), form_parameters,
                form_tokens},
               4}};

inline setup floor_setup() {
  return {{{"E", role::scale}, {"A", role::scale}, exponent("alpha")}};
}
inline setup joined_setup() {
  std::vector<double> const few{.2, .35, .55};
  return {{{"E", role::scale},
           {"A", role::positive, {30, 400, 6000}},
           {"alpha", role::positive, few, 1e-3, 10},
           {"B", role::positive, {100, 2000, 4e4}},
           {"beta", role::positive, few, 1e-3, 10},
           {"gamma", role::positive, {.6, 1}, 1e-2, 10}}};
}
inline setup width_depth_setup() {
  std::vector<double> const few{.15, .35, .7};
  return {{{"E", role::scale},
           {"A", role::scale},
           {"alpha", role::positive, few, 1e-3, 10},
           {"B", role::scale},
           {"beta", role::positive, few, 1e-3, 10},
           {"C", role::scale},
           {"gamma", role::positive, few, 1e-3, 10},
           {"F", role::scale},
           {"delta", role::positive, few, 1e-3, 10}}};
}

inline constexpr std::string_view chinchillas_method = "Huber's function, delta 1e-3, of ln loss";

}  // namespace detail

namespace forms {

inline constexpr published_form<floor_form> floor{"floor", detail::floor_setup, detail::chinchillas_method,
                                                  &detail::about_floor};
inline constexpr published_form<joined_form> joined{"joined", detail::joined_setup, detail::chinchillas_method,
                                                    &detail::about_joined};
inline constexpr published_form<width_depth_form> width_depth{"width-depth", detail::width_depth_setup,
                                                              detail::chinchillas_method, &detail::about_width_depth};

}  // namespace forms
}  // namespace moetric::v0::fit
