#pragma once

#include "moetric/layers/compressed_attention.hpp"
#include "moetric/layers/custom_mixer.hpp"
#include "moetric/layers/encoder_decoder_attention.hpp"
#include "moetric/layers/gated_delta_net.hpp"
#include "moetric/layers/grouped_query_attention.hpp"
#include "moetric/layers/kimi_delta_attention.hpp"
#include "moetric/layers/lightning_attention.hpp"
#include "moetric/layers/mamba.hpp"
#include "moetric/layers/mixture_of_attention_heads.hpp"
#include "moetric/layers/multi_head_latent_attention.hpp"
#include "moetric/layers/no_mixer.hpp"
#include "moetric/layers/parallel_hybrid.hpp"
#include "moetric/layers/short_convolution.hpp"
#include "moetric/model/layer_kind.hpp"
#include "moetric/model/layer_union.hpp"

namespace moetric::v0 {

namespace detail {

template <class Kind>
struct checked_mixer {
  static_assert(MixerKind<Kind>, "moetric: a kind of mixer must answer every question of MixerKind");
  using type = Kind;
};

}  // namespace detail

/// One mixer out of a list of kinds, each of which answers every question of `MixerKind`.
template <class... Kinds>
using mixer_of_kinds = layer_union<typename detail::checked_mixer<Kinds>::type...>;

/// One token mixer of any kind. This list makes a type a mixer: a new kind is a header that satisfies
/// `MixerKind`, included above, and its name here. Outside the library a mixer of one's own is a `custom_mixer`.
struct mixer : mixer_of_kinds<no_mixer, grouped_query_attention<>, multi_head_latent_attention<>,
                              compressed_attention<>, encoder_decoder_attention<>, mixture_of_attention_heads<>,
                              gated_delta_net<>, kimi_delta_attention<>, lightning_attention<>, mamba_1<>, mamba_2<>,
                              short_convolution<>, parallel_hybrid<>, custom_mixer> {
  using layer_union::layer_union;
};

}  // namespace moetric::v0
