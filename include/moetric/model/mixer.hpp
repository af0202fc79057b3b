#pragma once

#include "moetric/layers/compressed_attention.hpp"
#include "moetric/layers/encoder_decoder_attention.hpp"
#include "moetric/layers/gated_delta_net.hpp"
#include "moetric/layers/grouped_query_attention.hpp"
#include "moetric/layers/kimi_delta_attention.hpp"
#include "moetric/layers/lightning_attention.hpp"
#include "moetric/layers/mamba.hpp"
#include "moetric/layers/mixture_of_attention_heads.hpp"
#include "moetric/layers/multi_head_latent_attention.hpp"

namespace moetric::v0 {

enum class mixer_kind {
  none,
  grouped_query_attention,
  multi_head_latent_attention,
  compressed_attention,
  encoder_decoder_attention,
  mixture_of_attention_heads,
  gated_delta_net,
  kimi_delta_attention,
  lightning_attention,
  mamba_1,
  mamba_2,
};

/// A layer without a mixer.
struct no_mixer {};

/// One token mixer of any kind: a tagged union whose members are public, so that a model may be a template argument.
struct mixer {
  mixer_kind kind = mixer_kind::none;
  union {
    no_mixer none;
    grouped_query_attention<> grouped_query;
    multi_head_latent_attention<> latent;
    compressed_attention<> compressed;
    encoder_decoder_attention<> encoder_decoder;
    mixture_of_attention_heads<> attention_heads;
    gated_delta_net<> delta_net;
    kimi_delta_attention<> kimi_delta;
    lightning_attention<> lightning;
    mamba_1<> mamba1;
    mamba_2<> mamba2;
  };

  constexpr mixer() : none{} {}
  constexpr mixer(grouped_query_attention<> const& layer)
      : kind(mixer_kind::grouped_query_attention), grouped_query(layer) {}
  constexpr mixer(multi_head_latent_attention<> const& layer)
      : kind(mixer_kind::multi_head_latent_attention), latent(layer) {}
  constexpr mixer(compressed_attention<> const& layer) : kind(mixer_kind::compressed_attention), compressed(layer) {}
  constexpr mixer(encoder_decoder_attention<> const& layer)
      : kind(mixer_kind::encoder_decoder_attention), encoder_decoder(layer) {}
  constexpr mixer(mixture_of_attention_heads<> const& layer)
      : kind(mixer_kind::mixture_of_attention_heads), attention_heads(layer) {}
  constexpr mixer(gated_delta_net<> const& layer) : kind(mixer_kind::gated_delta_net), delta_net(layer) {}
  constexpr mixer(kimi_delta_attention<> const& layer) : kind(mixer_kind::kimi_delta_attention), kimi_delta(layer) {}
  constexpr mixer(lightning_attention<> const& layer) : kind(mixer_kind::lightning_attention), lightning(layer) {}
  constexpr mixer(mamba_1<> const& layer) : kind(mixer_kind::mamba_1), mamba1(layer) {}
  constexpr mixer(mamba_2<> const& layer) : kind(mixer_kind::mamba_2), mamba2(layer) {}

  /// Calls `function` with the layer that this mixer is.
  template <class Function>
  constexpr decltype(auto) visit(Function&& function) const {
    switch (kind) {
    case mixer_kind::grouped_query_attention: return function(grouped_query);
    case mixer_kind::multi_head_latent_attention: return function(latent);
    case mixer_kind::compressed_attention: return function(compressed);
    case mixer_kind::encoder_decoder_attention: return function(encoder_decoder);
    case mixer_kind::mixture_of_attention_heads: return function(attention_heads);
    case mixer_kind::gated_delta_net: return function(delta_net);
    case mixer_kind::kimi_delta_attention: return function(kimi_delta);
    case mixer_kind::lightning_attention: return function(lightning);
    case mixer_kind::mamba_1: return function(mamba1);
    case mixer_kind::mamba_2: return function(mamba2);
    case mixer_kind::none: break;
    }
    return function(none);
  }

  friend constexpr bool operator==(mixer const& a, mixer const& b) {
    if (a.kind != b.kind) return false;
    switch (a.kind) {
    case mixer_kind::grouped_query_attention: return a.grouped_query == b.grouped_query;
    case mixer_kind::multi_head_latent_attention: return a.latent == b.latent;
    case mixer_kind::compressed_attention: return a.compressed == b.compressed;
    case mixer_kind::encoder_decoder_attention: return a.encoder_decoder == b.encoder_decoder;
    case mixer_kind::mixture_of_attention_heads: return a.attention_heads == b.attention_heads;
    case mixer_kind::gated_delta_net: return a.delta_net == b.delta_net;
    case mixer_kind::kimi_delta_attention: return a.kimi_delta == b.kimi_delta;
    case mixer_kind::lightning_attention: return a.lightning == b.lightning;
    case mixer_kind::mamba_1: return a.mamba1 == b.mamba1;
    case mixer_kind::mamba_2: return a.mamba2 == b.mamba2;
    case mixer_kind::none: break;
    }
    return true;
  }
};

}  // namespace moetric::v0
