#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "moetric/core/arithmetic.hpp"

namespace moetric::inline v0 {

/// The named terms of an account. Every total, and every tool's convention, is a sum over them.
enum class term {
  embedding,
  learned_positions,
  norms,
  attention_projections,
  attention_bias,
  qk_norm,
  latent_norm,
  attention_core,
  dense_ffn,
  dense_ffn_bias,
  routed_experts,
  shared_experts,
  shared_expert_gate,
  router,
  router_bias,
  router_correction_bias,
  mtp_projection,
  final_norm,
  output_head,
  output_head_bias,
};

inline constexpr std::size_t n_terms = 20;

/// The stable name of a term: a key in every JSON object that is `by_term`.
constexpr std::string_view name(term t) {
  constexpr std::array<std::string_view, n_terms> names{
      "embedding",      "learned_positions", "norms",           "attention_projections",
      "attention_bias", "qk_norm",           "latent_norm",     "attention_core",
      "dense_ffn",      "dense_ffn_bias",    "routed_experts",  "shared_experts",
      "shared_expert_gate", "router",        "router_bias",     "router_correction_bias",
      "mtp_projection", "final_norm",        "output_head",     "output_head_bias"};
  return names[static_cast<std::size_t>(t)];
}

/// The name of a term among FLOPs, where the output head's product is the logits.
constexpr std::string_view flops_name(term t) { return t == term::output_head ? "logits" : name(t); }

/// An amount for each term.
template <class T = count>
struct term_sheet {
  T amounts[n_terms];

  constexpr term_sheet() {
    for (T& amount : amounts) amount = T(0);
  }

  constexpr T& operator[](term t) { return amounts[static_cast<std::size_t>(t)]; }
  constexpr T const& operator[](term t) const { return amounts[static_cast<std::size_t>(t)]; }

  constexpr T total() const {
    T sum = amounts[0];
    for (std::size_t i = 1; i != n_terms; ++i) sum = sum + amounts[i];
    return sum;
  }
  constexpr term_sheet operator+(term_sheet const& other) const {
    term_sheet sum;
    for (std::size_t i = 0; i != n_terms; ++i) sum.amounts[i] = amounts[i] + other.amounts[i];
    return sum;
  }
  constexpr term_sheet operator*(T const& factor) const {
    term_sheet product;
    for (std::size_t i = 0; i != n_terms; ++i) product.amounts[i] = amounts[i] * factor;
    return product;
  }
};

}  // namespace moetric::inline v0
