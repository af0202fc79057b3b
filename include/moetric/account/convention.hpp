#pragma once

#include <array>
#include <string_view>

#include "moetric/layers/attention_span.hpp"
#include "moetric/layers/term_set.hpp"
#include "moetric/model/mixer.hpp"

namespace moetric::v0 {

/// The units of a charge: weights that a token is multiplied with, weights that it uses, stored weights, one row of
/// d_model features for each term, or d_model² for each layer whatever its kind.
enum class charged { multiplied, active, stored, features, layer_squares };

/// FLOPs per unit of some terms, for every token. `training` is forward and backward: 6 for a matrix product, 2 if a
/// tool omits the backward pass.
struct charge {
  term_set terms{};
  charged units = charged::multiplied;
  int forward = 2;
  int training = 6;
  bool one_row = false;  // for one token of a sequence instead of every token
};

/// How layers with a sliding window W are charged in a sequence of length s > W.
enum class window_rule {
  as_causal,         // by the causal rule: s·W − W²/2 (half), W(W+1)/2 + (s−W)W (exact), s·W (full)
  exact,             // W(W+1)/2 + (s−W)W
  exact_everywhere,  // the same, and s(s+1)/2 in the other layers of a model with windows
  band,              // s·W
  half_band,         // s·W/2, which halves twice
  ignored,           // as layers without a window
};

/// How attention over the keys that an indexer chooses is charged, and the indexer's scores of all keys.
enum class sparse_rule {
  as_causal,  // by the causal rule, the chosen keys as a window
  exact,      // k(k+1)/2 + (s−k)k chosen pairs, s(s+1)/2 scores
  full,       // s·k chosen pairs, s² scores
};

/// How an indexer's backward pass is charged. The input of a detached indexer has no gradient, so its matrices have one
/// product in the backward pass instead of two; its loss compares it with the scores of the attention, which are
/// computed for that without a gradient. A detached indexer also sums its heads: n_heads·(head_dim + 1) for each half
/// pair.
enum class indexer_rule {
  as_core,         // as every other product: twice the forward
  without_loss,    // detached and not trained: no backward pass at all
  loss_of_chosen,  // detached, the loss over the chosen keys
  loss_of_all,     // detached, the loss over all keys
  beyond_top_k,    // left out whole until a sequence exceeds top_k; beyond it as every other product, heads summed
};

/// How attention over compressed keys is charged.
enum class compressed_rule {
  as_causal,               // window and compressed keys by the causal rule
  whole_window_and_index,  // W keys for every token, even the first; compressed keys by the causal rule; all index
                           // scores
};

/// The widths at which latent attention is charged: those of the heads, nope + rope and v; those of the latent that all
/// heads share, kl + rope and kl; or d_model for scores and values alike.
enum class latent_rule { own, absorbed, absorbed_where_sparse, d_model };

/// What is charged for gated DeltaNet besides its matrices: state and convolution as its layer counts them (8·h·k·v),
/// the state as if keys were as wide as values (8·h·v²), or neither.
enum class delta_net_rule { own, value_by_value, weights_alone };

/// What is charged for Mamba-2 besides its matrices: scan and convolution as its layer counts them, or the scan alone
/// by FLOPs for each element of the state.
enum class scan_rule { own, two_per_state, seven_per_state };

/// The width of the attention core: that of the heads, n_heads·head_dim, or d_model instead; or no core at all.
enum class core_width { none, heads, d_model };

/// What is charged for a multi-token-prediction module.
enum class mtp_rule { none, block, block_projection_head };

/// What a tool takes the dense layers of a model with experts for.
enum class dense_misreading {
  own,
  experts,                // the model's first mixture
  nothing_beside_experts  // no feed-forward, if a token uses more than one expert
};

/// What a tool misreads in a model before it counts.
struct misreading {
  bool heads_fill_d_model = false;   // head_dim as floor(d_model / n_heads)
  bool mamba_twice_d_model = false;  // Mamba-2's inner width as 2·d_model
  bool one_expert = false;           // top_k as 1
  bool gated_dense = false;          // dense feed-forwards of two matrices as of three
  bool plain_experts = false;        // experts of three matrices as of two
  dense_misreading dense = dense_misreading::own;
};

/// Kinds of mixer. The default is all of them, those of a user too.
struct mixer_kinds {
  unsigned bits = ~0U;

  /// These kinds and no others.
  template <class... Kinds>
  static constexpr mixer_kinds of() {
    return {((1U << static_cast<unsigned>(mixer::tag_of<Kinds>)) | ... | 0U)};
  }
  /// True if a mixer is of one of the kinds.
  constexpr bool contains(mixer const& mix) const { return (bits >> static_cast<unsigned>(mix.kind) & 1U) != 0; }
};

/// What a tool's own code counts, or what a paper's models are made of; for anything else its rule is extrapolated.
struct counted_architectures {
  mixer_kinds mixers{};
  bool sparse_keys = true;  // chosen by an indexer
  bool chunked_windows = true;
  bool zero_experts = true;
  bool uniform_windows = true;      // where every attention layer has one
  bool varied_layers = false;       // heads or windows that differ between layers of one kind
  bool key_is_value = false;        // one projection for keys and values
  bool latent_experts = false;      // experts in a width of their own
  bool plain_feed_forwards = true;  // of two matrices
  std::string_view model_types{};   // Hugging Face's names, separated by spaces; empty: any
};

/// How a tool or paper counts FLOPs, as a rule over the terms of an account: a sum of charges for weights, and the
/// core, whose backward pass is twice the forward.
struct convention {
  std::string_view id;
  std::string_view summary;
  std::string_view source;
  causal_rule causal = causal_rule::half;
  window_rule windows = window_rule::as_causal;
  int window_extra = 0;  // keys that the tool adds to a window
  sparse_rule sparse = sparse_rule::as_causal;
  indexer_rule indexer = indexer_rule::as_core;
  compressed_rule compressed = compressed_rule::as_causal;
  core_width core = core_width::heads;
  latent_rule latent = latent_rule::own;
  delta_net_rule delta_net = delta_net_rule::own;
  scan_rule scan = scan_rule::own;
  int softmax = 0;  // forward FLOPs for each head and query-key pair, besides scores and values
  std::array<charge, 3> charges{};
  mtp_rule mtp = mtp_rule::none;
  int mtp_features = 0;    // features of d_model that each MTP module is charged for as norms, 2 forward and 6 training
  int gpt_vocab_size = 0;  // replaces the vocabulary of models with learned positions; 0: none
  bool mtp_projection_of_hybrids = true;  // MTP's projection and features also beside Mamba-2 layers
  bool hyper_connections = false;         // the mixing of residual streams as matrix products and contractions
  bool qk_norms_of_plain = false;         // 6 (d_model + K D) for the QK norms of layers with a two-matrix feed-forward
  mixer::kind_tag without_backward = mixer::tag_of<no_mixer>;  // mixers charged in training as in forward
  misreading misread{};
  term_set outside{};  // the tool itself does not count models with weights in these: the rule is extrapolated
  counted_architectures itself{};
  expert_draw zero_experts = expert_draw::mean;  // tools that do not know zero experts count top_k experts
};

}  // namespace moetric::v0
