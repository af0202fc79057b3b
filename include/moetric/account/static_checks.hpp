#pragma once

#include "moetric/account/cache.hpp"
#include "moetric/account/flops.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/layers/kept_tensor.hpp"
#include "moetric/model/parallel.hpp"

/// Checks of one's own model in `static_assert`, for builds of many translation units: a check that fails does not
/// compile, and the compiler prints what was checked, what it got and what it should have got, on GCC and Clang:
///
///   constexpr model_limits budget{.total_parameters = {.at_most = 30e9}};
///   static_assert(keeps<mine, budget>());
///   // must_not_exceed() [with limited quantity = limited::total_parameters; got = 35183661056; limit = 30000000000]
///
/// Models are passed by reference, so they need static storage: a `constexpr` variable in a namespace.
namespace moetric::v0 {

/// What can be limited.
enum class limited { total_parameters, active_parameters, training_flops_per_token, cache_bytes, device_bytes };

/// A range of a quantity, both ends included.
struct limits_of_quantity {
  count at_least = 0;            // in the quantity's own unit: parameters, FLOPs or bytes
  count at_most = count::max();  // in the same

  /// True if any value is outside.
  constexpr bool is_limited() const { return at_least != 0 || at_most != count::max(); }
};

/// Limits of a model. What has none is not checked, and not counted.
struct model_limits {
  limits_of_quantity total_parameters{};
  limits_of_quantity active_parameters{};
  limits_of_quantity training_flops_per_token{};  // forward and backward, at `sequence_length`
  count sequence_length = 0;                      // tokens; must be given with `training_flops_per_token`
  limits_of_quantity cache_bytes{};               // of one sequence of `context` tokens
  count context = 0;                              // tokens; must be given with `cache_bytes`
  cache_element_bytes element_bytes{};            // of the cache
};

namespace detail {

template <limited quantity, uint128 got, uint128 limit>
constexpr bool must_not_exceed() {
  static_assert(got <= limit, "moetric: a quantity must not exceed its limit");
  return true;
}
template <limited quantity, uint128 got, uint128 limit>
constexpr bool must_not_be_below() {
  static_assert(got >= limit, "moetric: a quantity must not be below its limit");
  return true;
}
template <projection matrix, uint128 width, uint128 multiple>
constexpr bool must_be_multiple() {
  static_assert(width % multiple == 0, "moetric: each rank's part of a matrix must be a multiple of what was asked");
  return true;
}
template <uint128, uint128>
inline constexpr bool holds_for = false;
template <uint128 got, uint128 against>
constexpr bool rule_must_hold() {
  static_assert(holds_for<got, against>, "moetric: a rule of sharding is broken by these values; its line is printed");
  return false;
}

/// A fraction is rounded to the side that keeps the comparison with whole limits.
template <limited quantity, ratio got, limits_of_quantity limits>
consteval bool within() {
  constexpr count below = floor_div(got.numerator, got.denominator);
  constexpr count above = below * got.denominator == got.numerator ? below : below + 1;
  return must_not_exceed<quantity, above.bits, limits.at_most.bits>() &&
         must_not_be_below<quantity, below.bits, limits.at_least.bits>();
}

/// The first matrix whose part on a rank has a side that is not a multiple.
struct odd_matrix {
  projection name{};
  count width = 0;

  constexpr void check(projection p, count side, count ranks, count multiple) {
    if (width == 0 && side != 0 && remainder(side, ranks * multiple) != 0) *this = {p, floor_div(side, ranks)};
  }
  template <class Layer>
  constexpr void check(Layer const& layer, count d_model, parallel_sizes const& sizes, count multiple) {
    layer.each_matrix(d_model, [&](layer_matrix<> const& m) {
      count ranks = sizes.tensor;
      switch (traits_of(m.name).weights) {
      case weight_split::replicated: return;
      case weight_split::experts: ranks = sizes.expert_tensor; break;
      case weight_split::key_value_heads:
        if constexpr (requires { layer.cache_parts(); }) ranks = least(sizes.tensor, layer.cache_parts());
        break;
      case weight_split::tensor: break;
      }
      bool const inputs = divides_inputs(m.name);
      ranks = floor_div(ranks + m.blocks - 1, m.blocks);  // whole blocks first
      check(m.name, floor_div(m.inputs, m.blocks), inputs ? ranks : count(1), multiple);
      check(m.name, m.outputs, inputs ? count(1) : ranks, multiple);
    });
  }
};

constexpr odd_matrix first_odd_matrix(model const& m, parallel_sizes const& sizes, count multiple) {
  odd_matrix found;
  auto const check = [&](auto const& layer) { found.check(layer, m.d_model, sizes, multiple); };
  for (mixer const& each : m.layers.mixers) each.visit(check);
  for (feed_forward const& each : m.layers.ffns) each.visit(check);
  if (m.mtp.modules != 0) m.mtp.block.mix.visit(check), m.mtp.block.ffn.visit(check);
  found.check(projection::output_head, m.input.vocab_size, sizes.tensor, multiple);
  return found;
}

}  // namespace detail

/// True if a model keeps its limits; otherwise it does not compile.
template <model const& m, model_limits limits>
consteval bool keeps() {
  // Each amount is a variable first, so that the compiler prints a rule that counting it breaks.
  bool all = true;
  if constexpr (limits.total_parameters.is_limited()) {
    constexpr ratio got = total_parameters(m);
    all &= detail::within<limited::total_parameters, got, limits.total_parameters>();
  }
  if constexpr (limits.active_parameters.is_limited()) {
    constexpr ratio got = active_parameters(m);
    all &= detail::within<limited::active_parameters, got, limits.active_parameters>();
  }
  if constexpr (limits.training_flops_per_token.is_limited()) {
    constexpr ratio got = training_flops_per_token(m, {.length = limits.sequence_length});
    all &= detail::within<limited::training_flops_per_token, got, limits.training_flops_per_token>();
  }
  if constexpr (limits.cache_bytes.is_limited()) {
    static_assert(limits.context != 0, "moetric: context must be given with cache_bytes");
    constexpr ratio got = cache_size_of(m, {.context = limits.context}, limits.element_bytes).total();
    all &= detail::within<limited::cache_bytes, got, limits.cache_bytes>();
  }
  return all;
}

/// True if the most loaded device of a `cluster::training_setup` with static storage takes no more bytes; otherwise it
/// does not compile. Include cluster/memory.hpp, which only units with this check pay for.
template <model const& m, auto const& setup, count limit>
consteval bool device_holds() {
  constexpr count got = memory_of(m, setup).worst.bytes.total();
  return detail::must_not_exceed<limited::device_bytes, got.bits, limit.bits>();
}

/// True if a trainer can shard a model with these sizes: every rule of `diagnose`. Otherwise it does not compile; the
/// compiler prints the values of the first broken rule, and its line.
template <model const& m, parallel_sizes sizes>
consteval bool shards() {
  constexpr diagnosis found = diagnose(m, sizes);
  if constexpr (!found.ok()) {
    constexpr violation first = found.violations[0];
    validate(m, sizes);
    return detail::rule_must_hold<first.got[0].bits, first.got[1].bits>();
  }
  return true;
}

/// True if each rank's part of every matrix that ranks share, and of the output head, has sides that are multiples of
/// `multiple`, so that matrix units are full; otherwise it does not compile. NVIDIA's guide asks for 128 bytes on an
/// A100 or newer: 64 in bf16, 128 in fp8. Routers and latents, which every rank has whole, are not checked.
/// Source: NVIDIA, Matrix Multiplication Background User's Guide, section 3.1.
template <model const& m, count multiple, parallel_sizes sizes = parallel_sizes{}>
consteval bool multiples_of() {
  constexpr detail::odd_matrix odd = detail::first_odd_matrix(m, sizes, multiple);
  if constexpr (odd.width != 0) return detail::must_be_multiple<odd.name, odd.width.bits, multiple.bits>();
  return true;
}

}  // namespace moetric::v0
