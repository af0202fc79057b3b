#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "moetric/account/terms.hpp"
#include "moetric/layers/attention_span.hpp"

namespace moetric::inline v0 {

/// A set of terms.
struct term_set {
  std::uint64_t bits = 0;

  constexpr term_set() = default;
  constexpr term_set(term t) : bits(std::uint64_t{1} << static_cast<unsigned>(t)) {}
  static constexpr term_set all() {
    term_set every;
    every.bits = (std::uint64_t{1} << n_terms) - 1;
    return every;
  }
  static constexpr term_set all_but(term_set others) {
    term_set rest = all();
    rest.bits &= ~others.bits;
    return rest;
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

/// What a charge is for: weights that a token is multiplied with, weights that it uses, weights that are stored,
/// one row of d_model features for each term, or d_model² for each layer whatever its kind.
enum class charged { multiplied, active, stored, features, layer_squares };

/// FLOPs for each unit of some terms, for every token. The backward pass is what training has more than forward:
/// 2 and 6 for a matrix product, 2 and 2 where a tool forgets it.
struct charge {
  term_set terms{};
  charged units = charged::multiplied;
  int forward = 2;
  int training = 6;
  bool one_row = false;  // for one token of a sequence, not for each
};

/// How layers with a sliding window W are charged in a sequence of length s > W.
enum class window_rule {
  as_causal,         // by the causal rule: s·W − W²/2 (half), W(W+1)/2 + (s−W)W (exact), s·W (full)
  exact,             // W(W+1)/2 + (s−W)W
  exact_everywhere,  // the same, and a model that has windows is charged s(s+1)/2 in its other layers
  band,              // s·W
  half_band,         // s·W/2, which halves twice
  ignored,           // as layers without a window
};

/// The width of the attention core: that of the heads, n_heads·head_dim, or d_model in its place.
enum class core_width { none, heads, d_model };

/// What of a multi-token-prediction module is charged.
enum class mtp_rule { none, block, block_projection_head };

/// How a tool or paper counts FLOPs, as a rule over the terms of an account.
/// A sum of charges for weights, and the core: what no weight stands for, with a backward pass of twice the forward.
struct convention {
  std::string_view id;
  std::string_view summary;
  std::string_view source;
  causal_rule causal = causal_rule::half;
  window_rule windows = window_rule::as_causal;
  int window_extra = 0;  // keys that the tool adds to a window
  core_width core = core_width::heads;
  bool delta_net_of_value_width = false;  // gated DeltaNet's state as if keys were as wide as values: 8·h·v²
  int mamba_scan = 0;                     // forward FLOPs for each element of a Mamba-2 state; 0 for the layer's own
  int softmax = 0;                        // forward FLOPs for each head and query-key pair, beside scores and values
  std::array<charge, 3> charges{};
  mtp_rule mtp = mtp_rule::none;
  int mtp_features = 0;    // features of d_model that each MTP module is charged for as norms, 2 forward and 6 training
  int gpt_vocab_size = 0;  // replaces the vocabulary of models with learned positions; 0 for none
  term_set outside{};      // a model with weights in these is not counted by the tool itself: the rule is carried on
};

}  // namespace moetric::inline v0
