#pragma once

#include "moetric/account/flops.hpp"

namespace moetric::inline v0 {

/// A set of terms.
struct term_set {
  std::uint32_t bits = 0;

  constexpr term_set() = default;
  constexpr term_set(term t) : bits(std::uint32_t{1} << static_cast<unsigned>(t)) {}
  static constexpr term_set all() {
    term_set every;
    every.bits = (std::uint32_t{1} << n_terms) - 1;
    return every;
  }
  constexpr bool contains(term t) const { return (bits & term_set(t).bits) != 0; }
  friend constexpr term_set operator|(term_set a, term_set b) {
    a.bits |= b.bits;
    return a;
  }
};

constexpr term_set operator|(term a, term b) {
  return term_set(a) | term_set(b);
}

/// How a tool or paper counts FLOPs, as a rule over the terms of an account. Training is three times forward.
struct convention {
  std::string_view id;
  std::string_view summary;
  std::string_view source;
  causal_rule causal = causal_rule::half;
  term_set products{};         // charged 2 forward FLOPs for each weight that a token is multiplied with
  term_set active{};           // charged 2 forward FLOPs for each active weight, multiplied or not
  term_set stored{};           // charged 2 forward FLOPs for each stored weight, used or not
  bool attention_core = true;  // scores and values, at the rule `causal`
};

/// Every convention, the default first.
inline constexpr std::array conventions{
    convention{.id = "matmul-causal-half",
               .summary = "matrix products, half the causal square, router, logits",
               .source = "this library's default",
               .products = term_set::all()},
    convention{.id = "matmul-causal",
               .summary = "matrix products, each query with its predecessors and itself, router, logits",
               .source = "exact causal pairs, s(s+1)/2",
               .causal = causal_rule::exact,
               .products = term_set::all()},
    convention{.id = "matmul-full",
               .summary = "matrix products, the full square, router, logits",
               .source = "what an unmasked kernel executes",
               .causal = causal_rule::full,
               .products = term_set::all()},
    convention{.id = "6n-active",
               .summary = "6 x every active weight, embeddings included; no attention core",
               .source = "Kaplan et al. 2001.08361, with N read as active parameters",
               .active = term_set::all(),
               .attention_core = false},
    convention{.id = "6n-total",
               .summary = "6 x every weight; no attention core",
               .source = "Kaplan et al. 2001.08361, with N read as total parameters",
               .stored = term_set::all(),
               .attention_core = false},
    convention{.id = "holistic",
               .summary =
                   "attention projections, feed-forwards, experts and half the causal square; no head, no router",
               .source = "2603.21862, Eq. 12",
               .products = term_set(term::attention_projections) | term::dense_ffn | term::routed_experts |
                           term::shared_experts},
};

/// The convention of that id.
/// \throws std::invalid_argument for an unknown one, listing those that are known
inline convention const& find_convention(std::string_view id) {
  std::string known;
  for (convention const& each : conventions) {
    if (each.id == id) return each;
    known += (known.empty() ? "" : ", ") + std::string(each.id);
  }
  detail::invalid(("moetric: convention must be one of " + known + ", but got " + std::string(id)).c_str());
}

/// Forward FLOPs of one sequence as a convention counts them.
constexpr flops forward_flops(model const& m, count sequence_length, convention const& rule) {
  detail::require_sequence(sequence_length);
  tally<> const book = tally_of(m, {sequence_length, rule.causal});
  tally<> charged;
  for (std::size_t i = 0; i != n_terms; ++i) {
    term const t = static_cast<term>(i);
    if (rule.products.contains(t)) charged.multiplied[t] += book.multiplied[t];
    if (rule.active.contains(t)) charged.multiplied[t] += book.active[t];
    if (rule.stored.contains(t)) charged.multiplied[t] += book.stored[t];
  }
  if (rule.attention_core) charged.core = book.core;
  return {detail::forward_sheet(charged, sequence_length), sequence_length};
}

}  // namespace moetric::inline v0
