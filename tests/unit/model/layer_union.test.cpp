#include "moetric/model/layer_union.hpp"

#include "catch.hpp"
#include "moetric/model/feed_forward.hpp"
#include "moetric/model/mixer.hpp"

using namespace moetric;

namespace {

constexpr gated_delta_net<> delta{.n_key_heads = 2, .n_value_heads = 4, .key_head_dim = 8, .value_head_dim = 8};

template <class... Kinds>
constexpr std::size_t number_of_kinds(layer_union<Kinds...> const&) {
  return sizeof...(Kinds);
}

/// Every mixer, each with a width of its own.
constexpr mixer all_mixers[] = {mixer{},
                                grouped_query_attention<>{.n_heads = 1},
                                multi_head_latent_attention<>{.n_heads = 2},
                                compressed_attention<>{.n_heads = 3},
                                encoder_decoder_attention<>{.n_heads = 4},
                                mixture_of_attention_heads<>{.n_experts = 5},
                                delta,
                                kimi_delta_attention<>{.n_heads = 7},
                                lightning_attention<>{.n_heads = 8},
                                mamba_1<>{.inner_width = 9},
                                mamba_2<>{.n_heads = 10},
                                short_convolution<>{.width = 11},
                                parallel_hybrid<>{.attention = {.n_heads = 13}},
                                rwkv_7<>{.n_heads = 14},
                                cross_attention<>{.n_heads = 15},
                                custom_mixer{.n_heads = 12}};
static_assert(std::size(all_mixers) == number_of_kinds(mixer{}), "a new kind of mixer belongs in the list above");

}  // namespace

TEST_CASE("a union is the kind that it was made of") {
  constexpr mixer mix = delta;
  static_assert(mix.is<gated_delta_net<>>() && !mix.is<mamba_2<>>() && !mix.is<no_mixer>());
  static_assert(mix.get<gated_delta_net<>>() == delta);
  static_assert(mix.kind == mixer::tag_of<gated_delta_net<>>);
  CHECK(mix.get_if<gated_delta_net<>>() != nullptr);
  CHECK(mix.get_if<mamba_2<>>() == nullptr);
  CHECK_THROWS_AS(mix.get<mamba_2<>>(), std::invalid_argument);
  CHECK(mixer{}.is<no_mixer>());
  CHECK(feed_forward{}.is<no_feed_forward>());
}

TEST_CASE("every kind of the list has a name, a tag and an equality of its own") {
  std::string names;
  for (mixer const& a : all_mixers) {
    names += std::string(a.name()) + " ";
    for (mixer const& b : all_mixers) CHECK((a == b) == (&a == &b));
    CHECK(a == mixer(a));
  }
  CHECK(names ==
        "none grouped_query_attention multi_head_latent_attention compressed_attention encoder_decoder_attention "
        "mixture_of_attention_heads gated_delta_net kimi_delta_attention lightning_attention mamba_1 mamba_2 "
        "short_convolution parallel_hybrid rwkv_7 cross_attention custom_mixer ");
  CHECK(mixer(custom_mixer{.name = "retention"}).name() == "retention");
  CHECK(feed_forward(custom_feed_forward{.name = "channel mixing"}).name() == "channel mixing");
  CHECK(feed_forward(dense_ffn<>{}).name() == "dense_ffn");
  CHECK(feed_forward(experts<>{}).name() == "experts");
  CHECK(feed_forward(custom_feed_forward{}).name() == "custom_feed_forward");
}

TEST_CASE("a field of a union's layer can be changed") {
  mixer mix = delta;
  mix.get<gated_delta_net<>>().n_value_heads = 6;
  CHECK(mix != mixer(delta));
  mix.get_if<gated_delta_net<>>()->n_value_heads = 4;
  CHECK(mix == mixer(delta));
  mix = mamba_1<>{.inner_width = 9};
  CHECK(mix.get<mamba_1<>>().inner_width == 9);
}

TEST_CASE("a visit sees the layer as its kind") {
  for (std::size_t i = 0; i != std::size(all_mixers); ++i)
    CHECK(all_mixers[i].visit([](auto const& layer) { return mixer(layer); }) == all_mixers[i]);
}
