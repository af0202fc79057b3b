// Every member of every layer compiles with the poorest number there is.
#include "archetype.hpp"

#include "moetric/layers/hyper_connections.hpp"
#include "moetric/model/feed_forward.hpp"
#include "moetric/model/mixer.hpp"
#include "moetric/model/shape.hpp"

namespace moetric {

using poorest = ::archetype;

template struct grouped_query_attention<poorest>;
template struct multi_head_latent_attention<poorest>;
template struct sparse_indexer<poorest>;
template struct compressed_attention<poorest>;
template struct encoder_decoder_attention<poorest>;
template struct mixture_of_attention_heads<poorest>;
template struct gated_delta_net<poorest>;
template struct kimi_delta_attention<poorest>;
template struct lightning_attention<poorest>;
template struct mamba_1<poorest>;
template struct mamba_2<poorest>;
template struct short_convolution<poorest>;
template struct parallel_hybrid<poorest>;
template struct rwkv_7<poorest>;
template struct cross_attention<poorest>;
template struct dense_ffn<poorest>;
template struct shared_block_adapter<poorest>;
template struct experts<poorest>;
template struct embedding<poorest>;
template struct output_head<poorest>;
template struct multi_token_prediction<poorest>;
template struct hyper_connections<poorest>;
template struct shape<poorest>;

// What is called with a visitor is no plain member.
template <class... Layers>
constexpr void visit_matrices(Layers const&... layers) {
  (detail::stored_in(layers, poorest(64), projection::query), ...);
  (detail::used_in(layers, poorest(64), projection::query), ...);
}
template void visit_matrices(grouped_query_attention<poorest> const&, multi_head_latent_attention<poorest> const&,
                             compressed_attention<poorest> const&, encoder_decoder_attention<poorest> const&,
                             mixture_of_attention_heads<poorest> const&, gated_delta_net<poorest> const&,
                             kimi_delta_attention<poorest> const&, lightning_attention<poorest> const&,
                             mamba_1<poorest> const&, mamba_2<poorest> const&, short_convolution<poorest> const&,
                             parallel_hybrid<poorest> const&, rwkv_7<poorest> const&, cross_attention<poorest> const&,
                             dense_ffn<poorest> const&, shared_block_adapter<poorest> const&, experts<poorest> const&);

template <class... Kinds>
constexpr int kinds_in(layer_union<Kinds...> const&) {
  return sizeof...(Kinds);
}
// All but no_mixer, custom_mixer, no_feed_forward and custom_feed_forward, which are no templates.
static_assert(kinds_in(mixer{}) + kinds_in(feed_forward{}) == 17 + 4,
              "a new kind of layer must be instantiated above, and counted here");

}  // namespace moetric
