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

// Of a list: what is called with a visitor, which is no plain member, of each kind that is a template.
template <class Kind>
constexpr int check_kind(Kind const&) {
  return 0;
}
template <template <Arithmetic T> class Kind>
constexpr int check_kind(Kind<count> const&) {
  detail::stored_in(Kind<poorest>{}, poorest(64), projection::query);
  detail::used_in(Kind<poorest>{}, poorest(64), projection::query);
  return 1;
}
template <class... Kinds>
constexpr int check_kinds(layer_union<Kinds...> const&) {
  return (check_kind(Kinds{}) + ...);
}
static_assert(check_kinds(mixer{}) + check_kinds(feed_forward{}) == 17,
              "a new kind of layer must be instantiated above, and counted here");

}  // namespace moetric
