#pragma once

#include "moetric/fit/forms.hpp"
#include "moetric/laws/farseer.hpp"
#include "moetric/laws/gemstones.hpp"
#include "moetric/laws/sparse_weights.hpp"
#include "moetric/laws/vocabulary.hpp"

/// Further forms to fit: without a published law here, or with one that searches do not rank. Those that are not of
/// `laws/` are fitted, saved and evaluated, but no model is read for them.
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

/// L = E + (a M^eta + b M^-eta) C^-eta with M = D / N and C = 6 N D: models that are over-trained alike lie on one
/// power law. In N and D it is Chinchilla's form with alpha = beta = 2 eta. Source: Gadre et al., arXiv 2403.08540,
/// Eq. 4.
struct over_training_form {
  template <class T>
  struct inputs {
    T total_parameters{};  // N
    T tokens{};            // D
  };
  template <class K>
  struct coefficients {
    K e, a, b, eta;
  };
  template <class K, class T>
  static auto loss(coefficients<K> const& k, inputs<T> const& at) {
    using std::exp, std::log;
    auto const n = log(at.total_parameters), d = log(at.tokens);
    double const log_6 = 1.791759469228055;
    return k.e + k.a * exp(-k.eta * (2 * n + log_6)) + k.b * exp(-k.eta * (2 * d + log_6));
  }
  template <class K, class T>
  static constexpr T training_flops_per_token(coefficients<K> const&, inputs<T> const& at) {
    return 6 * at.total_parameters;
  }
  template <class K>
  static constexpr K irreducible(coefficients<K> const& k) {
    return k.e;
  }
  static laws::additive_terms additive(coefficients<double> const& k, inputs<double> const&) {
    double const unit = std::pow(6, -k.eta);
    return {k.a * unit, 2 * k.eta, k.b * unit, 2 * k.eta};
  }
};

/// A task's accuracy from the loss: low + (high - low) / (1 + exp(k (L - L_0))), the second of two steps from
/// parameters and tokens to a task. Source: the form of Bhagia et al., arXiv 2412.04403.
struct accuracy_form {
  template <class T>
  struct inputs {
    T x{};  // the loss
  };
  template <class K>
  struct coefficients {
    K low, gain, k, middle;
  };
  template <class K, class T>
  static auto loss(coefficients<K> const& k, inputs<T> const& at) {
    using std::exp, std::log;
    return k.low + k.gain / (1 + exp(k.k * (exp(log(at.x)) - k.middle)));
  }
};

/// A task's error from the loss: epsilon - k exp(-gamma L). Source: Gadre et al., arXiv 2403.08540, Eq. 5.
struct task_error_form {
  template <class T>
  struct inputs {
    T x{};  // the loss
  };
  template <class K>
  struct coefficients {
    K epsilon, k, gamma;
  };
  template <class K, class T>
  static auto loss(coefficients<K> const& k, inputs<T> const& at) {
    using std::exp, std::log;
    return k.epsilon - k.k * exp(-k.gamma * exp(log(at.x)));
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
inline constexpr laws::description about_over_training{
    .id = "over-training",
    .paper = "arXiv 2403.08540",
    .equation = "L = E + (a M^eta + b M^-eta) C^-eta with M = D / N, C = 6 N D",
    .title = "Gadre's law of over-trained models",
    .loss_unit = "nats per token",
    .compute = "6 N D",
    .inputs = {{form_parameters, form_tokens}, 2}};
inline constexpr laws::description about_farseer{
    .id = "farseer",
    .paper = "arXiv 2506.10972",
    .equation = "L = exp(a_3 N^gamma + b_3) + exp(a_2 N^beta + b_2) / D^exp(a_1 N^alpha + b_1), N in 1e9",
    .title = "Farseer, whose exponent of tokens depends on parameters",
    .loss_unit = "nats per token",
    .compute = "6 N D",
    .inputs = {
        {bare_input("total_non_embedding_parameters", "parameters without embeddings", "parameters"), form_tokens}, 2}};
inline constexpr laws::description about_vocabulary{
    .id = "vocabulary",
    .paper = "arXiv 2407.13623",
    .equation = "L = E + A_1 / N_nv^alpha_1 + A_2 / N_v^alpha_2 + B / D^beta",
    .title = "Tao's law of the vocabulary's parameters",
    .loss_unit = "nats per token",
    .compute = "6 (N_nv + N_v) D",
    .caution = "losses of different vocabularies compare per byte or character, not per token",
    .inputs = {{laws::vocabulary::detail::non_vocabulary, form_tokens, laws::vocabulary::detail::in_vocabulary}, 3}};
inline constexpr laws::description about_accuracy{.id = "accuracy",
                                                  .paper = "arXiv 2412.04403",
                                                  .equation = "accuracy = low + gain / (1 + exp(k (L - L_0)))",
                                                  .title = "a task's accuracy from the loss",
                                                  .loss_unit = "accuracy",
                                                  .inputs = {{bare_input("x", "the loss", "1")}, 1}};
inline constexpr laws::description about_task_error{.id = "task-error",
                                                    .paper = "arXiv 2403.08540",
                                                    .equation = "error = epsilon - k exp(-gamma L)",
                                                    .title = "a task's error from the loss",
                                                    .loss_unit = "error",
                                                    .inputs = {{bare_input("x", "the loss", "1")}, 1}};

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

inline setup over_training_setup() {
  return {{{"E", role::scale},
           {"a", role::scale},
           {"b", role::scale},
           {"eta", role::positive, {.025, .05, .1, .15, .22, .35, .55}, 1e-3, 10}}};
}
/// Starts from a law that was fitted to Farseer's runs, and from one with a plain floor.
inline setup farseer_setup() {
  return {{{"a_1", role::real, {-3.6, -.8}},
           {"alpha", role::real, {.05, .2}, -3, 3},
           {"b_1", role::real, {2.4, -.3}},
           {"a_2", role::real, {6.5, 2}},
           {"beta", role::real, {-.12, .1}, -3, 3},
           {"b_2", role::real, {-1.8, 3}},
           {"a_3", role::real, {-2, -.4}},
           {"gamma", role::real, {.05, .2}, -3, 3},
           {"b_3", role::real, {1.3, .9, 2.7}}}};
}
inline setup pruned_setup() {
  return {{{"a_S", role::scale},
           {"b_S", role::positive, {.3, .7, 1.2}, 1e-3, 10},
           {"c_S", role::scale},
           {"b_N", role::positive, {.15, .25, .4}, 1e-3, 10},
           {"a_D", role::positive, {1e5, 1e7, 1e9}, 1e-6, 1e18},
           {"b_D", role::positive, {.2, .4, .8}, 1e-3, 10},
           {"c", role::scale}}};
}
inline setup vocabulary_setup() {
  std::vector<double> const few{.2, .4, .7};
  return {{{"E", role::scale},
           {"A_1", role::scale},
           {"alpha_1", role::positive, few, 1e-3, 10},
           {"A_2", role::scale},
           {"alpha_2", role::positive, few, 1e-3, 10},
           {"B", role::scale},
           {"beta", role::positive, few, 1e-3, 10}}};
}
/// The chance of guessing is a free `low`; with few points hold it.
inline setup accuracy_setup() {
  return {{{"low", role::scale},
           {"gain", role::scale},
           {"k", role::positive, {.5, 1, 2, 4, 8, 16}, 1e-3, 1e3},
           {"L_0", role::positive, {.3, .6, 1, 1.5, 2, 2.5, 3, 4}, 1e-3, 1e3}},
          loss_scale::loss,
          0};
}
inline setup task_error_setup() {
  return {{{"epsilon", role::scale}, {"k", role::scale}, exponent("gamma")}, loss_scale::loss, 0};
}

inline constexpr std::string_view squares_of_number = "squares";
inline constexpr std::string_view chinchillas_method = "Huber's function, delta 1e-3, of ln loss";

}  // namespace detail

namespace forms {

inline constexpr published_form<floor_form> floor{"floor", detail::floor_setup, detail::chinchillas_method,
                                                  &detail::about_floor};
inline constexpr published_form<joined_form> joined{"joined", detail::joined_setup, detail::chinchillas_method,
                                                    &detail::about_joined};
inline constexpr published_form<laws::gemstones::form> width_depth{
    "width-depth", detail::width_depth_setup, detail::chinchillas_method, &*laws::gemstones::hot.about};
inline constexpr published_form<over_training_form> over_training{
    "over-training", detail::over_training_setup, detail::chinchillas_method, &detail::about_over_training};
inline constexpr published_form<laws::farseer::form> farseer{"farseer", detail::farseer_setup,
                                                             detail::chinchillas_method, &detail::about_farseer};
inline constexpr published_form<laws::sparse_weights::form> pruned{
    "pruned", detail::pruned_setup, detail::chinchillas_method, &*laws::sparse_weights::t5.about};
inline constexpr published_form<laws::vocabulary::form> vocabulary{
    "vocabulary", detail::vocabulary_setup, detail::chinchillas_method, &detail::about_vocabulary};
inline constexpr published_form<accuracy_form> accuracy{"accuracy", detail::accuracy_setup, detail::squares_of_number,
                                                        &detail::about_accuracy};
inline constexpr published_form<task_error_form> task_error{"task-error", detail::task_error_setup,
                                                            detail::squares_of_number, &detail::about_task_error};

}  // namespace forms
}  // namespace moetric::v0::fit
