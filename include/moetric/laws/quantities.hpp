#pragma once

#include <array>
#include <concepts>
#include <type_traits>
#include <utility>

#include "moetric/account/parameters.hpp"
#include "moetric/account/triad.hpp"
#include "moetric/laws/facts.hpp"
#include "moetric/laws/law.hpp"

/// What the inputs of laws are, each one text for every number type: it reads models and shapes in double, counts,
/// rational functions, expressions, intervals, SIMD batches and reproducible numbers alike.
///
/// A quantity is a type with
///
///   template <class T> static constexpr T of(laws::architecture_facts<T> const&);
///
/// or, if it depends on tokens too, `of(laws::facts<T> const&)`. It uses +, -, x, /, min, exp and log and chooses by
/// `has_experts` alone. A form lists those of its inputs, in their order:
///
///   using quantities = laws::quantity_list<laws::quantities::active_parameters, my_quantity, laws::quantities::given>;
namespace moetric::v0::laws {

/// The quantities of a form's inputs, in their order.
template <class... Quantities>
struct quantity_list {
  static constexpr std::size_t size = sizeof...(Quantities);
};

namespace quantities {

/// What neither a model nor a shape determines, and the caller gives: steps, bits, unique tokens.
struct given {};

/// Training tokens.
struct tokens {
  template <class T>
  static constexpr T of(facts<T> const& at) {
    return at.tokens;
  }
};
/// Every weight, embeddings and output head included.
struct total_parameters {
  template <class T>
  static constexpr T of(architecture_facts<T> const& at) {
    return at.weights.stored.total();
  }
};
/// The weights that one token uses, embeddings and output head included.
struct active_parameters {
  template <class T>
  static constexpr T of(architecture_facts<T> const& at) {
    return at.weights.active.total();
  }
};
/// Every weight but input embedding, learned positions and output head.
struct total_non_embedding_parameters {
  template <class T>
  static constexpr T of(architecture_facts<T> const& at) {
    return without_embeddings(at.weights.stored);
  }
};
/// The weights that one token uses, without embeddings and output head.
struct active_non_embedding_parameters {
  template <class T>
  static constexpr T of(architecture_facts<T> const& at) {
    return without_embeddings(at.weights.active);
  }
};
/// Attention projections, feed-forwards and every expert: N of the papers on MoE shapes.
struct shape_parameters {
  template <class T>
  static constexpr T of(architecture_facts<T> const& at) {
    return shape_weights(at.weights.stored);
  }
};
/// The same of what one token is multiplied with, N_a.
struct active_shape_parameters {
  template <class T>
  static constexpr T of(architecture_facts<T> const& at) {
    return shape_weights(at.weights.multiplied);
  }
};
/// Routed experts of a layer, 1 for a dense model.
struct n_experts {
  template <class T>
  static constexpr T of(architecture_facts<T> const& at) {
    return at.has_experts ? at.n_experts : T(1);
  }
};
/// Routed experts that a token uses, 1 for a dense model.
struct top_k {
  template <class T>
  static constexpr T of(architecture_facts<T> const& at) {
    return at.has_experts ? at.top_k : T(1);
  }
};
/// n_experts / top_k, 1 for a dense model.
struct expansion_rate {
  template <class T>
  static constexpr T of(architecture_facts<T> const& at) {
    return at.has_experts ? at.n_experts / at.top_k : T(1);
  }
};
/// (n_experts − top_k) / n_experts, 0 for a dense model.
struct inactive_expert_fraction {
  template <class T>
  static constexpr T of(architecture_facts<T> const& at) {
    return at.has_experts ? 1 - at.top_k / at.n_experts : T(0);
  }
};
/// Experts that a token uses, shared ones counted, 1 for a dense model.
struct n_active_experts {
  template <class T>
  static constexpr T of(architecture_facts<T> const& at) {
    return at.has_experts ? at.top_k + at.n_shared_experts : T(1);
  }
};
/// (top_k + n_shared_experts) / (n_experts + n_shared_experts), 1 for a dense model.
struct activation_ratio {
  template <class T>
  static constexpr T of(architecture_facts<T> const& at) {
    return at.has_experts ? n_active_experts::of(at) / (at.n_experts + at.n_shared_experts) : T(1);
  }
};
/// 1 − activation_ratio, 0 for a dense model.
struct inactive_fraction_with_shared {
  template <class T>
  static constexpr T of(architecture_facts<T> const& at) {
    return at.has_experts ? T(1 - activation_ratio::of(at)) : T(0);
  }
};
/// n_shared_experts / (top_k + n_shared_experts), 0 for a dense model.
struct shared_expert_ratio {
  template <class T>
  static constexpr T of(architecture_facts<T> const& at) {
    return at.has_experts ? at.n_shared_experts / n_active_experts::of(at) : T(0);
  }
};
/// d_model.
struct d_model {
  template <class T>
  static constexpr T of(architecture_facts<T> const& at) {
    return at.d_model;
  }
};
/// Layers.
struct n_layers {
  template <class T>
  static constexpr T of(architecture_facts<T> const& at) {
    return at.n_layers;
  }
};
/// 2·d_model / d_expert.
struct twice_width_over_expert {
  template <class T>
  static constexpr T of(architecture_facts<T> const& at) {
    return 2 * at.d_model / at.d_expert;
  }
};

}  // namespace quantities

/// A quantity that facts determine.
template <class Q>
concept Quantity = requires(facts<double> const& at) {
  { Q::of(at) } -> std::convertible_to<double>;
};

/// True unless the architecture alone determines a quantity.
template <class Q>
inline constexpr bool reads_tokens = !requires(architecture_facts<double> const& at) {
  Q::of(at);
};

namespace detail {

template <class List>
struct listed;
template <class... Q>
struct listed<quantity_list<Q...>> {
  static_assert(((std::same_as<Q, quantities::given> || Quantity<Q>)&&...),
                "moetric: each quantity of a form must have `of`, or be laws::quantities::given");
  static constexpr std::array<bool, sizeof...(Q)> is_given{std::same_as<Q, quantities::given>...};
  static constexpr bool reads_tokens = ((Quantity<Q> && laws::reads_tokens<Q>) || ...);

  template <class Each, class T, std::size_t n>
  static constexpr T value(facts<T> const& at, std::array<double, n> const& given, std::size_t i) {
    if constexpr (std::same_as<Each, quantities::given>)
      return T(given[i]);
    else
      return Each::of(at);
  }
  template <class T>
  static constexpr std::array<T, sizeof...(Q)> values(facts<T> const& at,
                                                      std::array<double, sizeof...(Q)> const& given) {
    std::size_t i = 0;
    return {value<Q>(at, given, i++)...};
  }
};

}  // namespace detail

/// A law whose form says how each input is read from a model and a shape. Others are evaluated at given numbers only.
template <class L>
concept ReadableLaw = requires {
  typename L::form::quantities;
}
&&L::form::quantities::size == detail::number_of_doubles<typename L::inputs>;

/// The inputs that a caller must give, in the law's order: neither a model nor a shape determines them.
template <ReadableLaw L>
inline constexpr auto is_given = detail::listed<typename L::form::quantities>::is_given;

/// True if a law has an input that must be given.
template <ReadableLaw L>
inline constexpr bool has_given = [] {
  for (bool const each : is_given<L>)
    if (each) return true;
  return false;
}();

/// True if an input of a law depends on training tokens.
template <ReadableLaw L>
inline constexpr bool law_reads_tokens = detail::listed<typename L::form::quantities>::reads_tokens;

/// The inputs of a law as an array in their order: read from facts, or taken from `given` where they must be given.
template <ReadableLaw L, class T, std::size_t n>
constexpr std::array<T, n> values_of(facts<T> const& at, std::array<double, n> const& given) {
  return detail::listed<typename L::form::quantities>::values(at, given);
}

/// An array in the order of a law's inputs as the inputs.
template <class L, class T, std::size_t n>
constexpr auto inputs_of(std::array<T, n> const& values) {
  return [&]<std::size_t... i>(std::index_sequence<i...>) {
    return typename L::template basic_inputs<T>{values[i]...};
  }
  (std::make_index_sequence<n>{});
}

/// The inputs of a law at given facts; those that facts do not determine are taken from `given`.
template <ReadableLaw L, class T>
constexpr auto read(L const&, facts<T> const& at, typename L::inputs const& given = {}) {
  return inputs_of<L>(values_of<L>(at, detail::to_array(given)));
}

/// Training FLOPs for one token of an architecture as the law counts them: those of the form's
/// `training_flops_per_token_of(architecture)` if it has one, else by its formula in its own inputs.
template <class T, ComputeLaw L>
constexpr T training_flops_per_token(L const& law, typename L::template basic_inputs<T> const& at,
                                     architecture_facts<T> const& architecture) {
  if constexpr (requires { L::form::training_flops_per_token_of(architecture); })
    return L::form::training_flops_per_token_of(architecture);
  else
    return law.training_flops_per_token(at);
}

}  // namespace moetric::v0::laws
