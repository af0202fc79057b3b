#include "moetric/model/stack.hpp"

#include <string>

#include "catch.hpp"

namespace {

using namespace moetric;

constexpr grouped_query_attention<> attention(int heads) {
  return {.n_heads = heads, .head_dim = 64};
}
constexpr dense_ffn<> ffn(int width) {
  return {.d_ff = width};
}

}  // namespace

TEST_CASE("neighbouring groups of the same kind join to one run") {
  stack const joined{{attention(8), ffn(100), 3}, {attention(8), ffn(100), 4}};
  CHECK(joined.runs.size() == 1);
  CHECK(joined.runs[0].layers == 7);
  CHECK(joined.n_layers() == 7);
  CHECK(joined == stack{{attention(8), ffn(100), 7}});
}

TEST_CASE("groups that differ in mixer, feed-forward or norms stay apart") {
  CHECK(stack{{attention(8), ffn(100), 3}, {attention(4), ffn(100), 4}}.runs.size() == 2);
  CHECK(stack{{attention(8), ffn(100), 3}, {attention(8), ffn(101), 4}}.runs.size() == 2);
  CHECK(stack{{attention(8), ffn(100), 3, 2}, {attention(8), ffn(100), 4, 4}}.runs.size() == 2);
  CHECK(stack{{attention(8), ffn(100), 3}, {attention(8), {}, 4}}.runs.size() == 2);
  CHECK(stack{{attention(8), ffn(100), 3}, {{}, ffn(100), 4}}.runs.size() == 2);
}

TEST_CASE("equal groups that are not neighbours stay apart, and their layers are kept once") {
  stack const hybrid{
      {attention(8), ffn(100), 2}, {attention(4), ffn(50)}, {attention(8), ffn(50), 5}, {attention(8), ffn(100), 2}};
  CHECK(hybrid.mixers.size() == 2);
  CHECK(hybrid.ffns.size() == 2);
  REQUIRE(hybrid.runs.size() == 4);
  CHECK(hybrid.n_layers() == 10);
  // order and content survive
  CHECK(hybrid.mixer_of(hybrid.runs[0]) == mixer(attention(8)));
  CHECK(hybrid.mixer_of(hybrid.runs[1]) == mixer(attention(4)));
  CHECK(hybrid.mixer_of(hybrid.runs[2]) == mixer(attention(8)));
  CHECK(hybrid.ffn_of(hybrid.runs[0]) == feed_forward(ffn(100)));
  CHECK(hybrid.ffn_of(hybrid.runs[1]) == feed_forward(ffn(50)));
  CHECK(hybrid.ffn_of(hybrid.runs[2]) == feed_forward(ffn(50)));
  CHECK(hybrid.runs[1].layers == 1);
  CHECK(hybrid.runs[2].layers == 5);
  CHECK(hybrid.runs[3].mixer == hybrid.runs[0].mixer);
  CHECK(hybrid.runs[3].ffn == hybrid.runs[0].ffn);
}

TEST_CASE("each kind of layer comes once, with all its layers, in order of first use") {
  stack const hybrid{{attention(8), ffn(100), 2},   {attention(4), ffn(50)},    {attention(8), ffn(50), 5},
                     {attention(8), ffn(100), 3},   {attention(4), ffn(50), 4}, {attention(4), ffn(50), 6, 4},
                     {attention(8), ffn(100), 1, 2}};
  std::string told;
  hybrid.for_each_kind([&](stack::run const& kind) {
    told += to_string(hybrid.mixer_of(kind).get<grouped_query_attention<>>().n_heads) + "/" +
            to_string(hybrid.ffn_of(kind).get<dense_ffn<>>().d_ff) + "/" + to_string(kind.norms_per_layer) + " x " +
            to_string(kind.layers) + ", ";
  });
  CHECK(told == "8/100/2 x 6, 4/50/2 x 5, 8/50/2 x 5, 4/50/4 x 6, ");
  stack{}.for_each_kind([](stack::run const&) { FAIL("an empty stack has no kinds"); });
}

TEST_CASE("stacks are equal when their layers are, in the same order") {
  group const a{attention(8), ffn(100), 2};
  group const b{attention(4), ffn(50), 2};
  CHECK(stack{a, b} == stack{a, b});
  CHECK(stack{a, b} != stack{b, a});
  CHECK(stack{a} != stack{a, a});
  CHECK(stack{a} != stack{});
  CHECK(stack{{attention(8), ffn(100), 2, 2}} != stack{{attention(8), ffn(100), 2, 1}});
}

TEST_CASE("an empty stack has no layers") {
  CHECK(stack{}.n_layers() == 0);
  CHECK(stack{}.runs.empty());
}

TEST_CASE("mixers of different kinds and of different sizes are different") {
  mixer const attention_of_8 = attention(8);
  mixer const latent = multi_head_latent_attention<>{.n_heads = 8, .kv_lora_rank = 16};
  CHECK(mixer{} == mixer{});
  CHECK(mixer{} != attention_of_8);
  CHECK(latent != attention_of_8);
  CHECK(attention_of_8 != mixer(attention(9)));
  CHECK(latent != mixer(multi_head_latent_attention<>{.n_heads = 8, .kv_lora_rank = 17}));
  CHECK(attention_of_8.is<grouped_query_attention<>>());
  CHECK(latent.is<multi_head_latent_attention<>>());
  CHECK(mixer{}.is<no_mixer>());
}

TEST_CASE("feed-forwards of different kinds and of different sizes are different") {
  feed_forward const dense = ffn(100);
  feed_forward const moe = experts<>{.n_experts = 8, .top_k = 2, .d_expert = 100};
  CHECK(feed_forward{} == feed_forward{});
  CHECK(feed_forward{} != dense);
  CHECK(moe != dense);
  CHECK(dense != feed_forward(ffn(101)));
  CHECK(moe != feed_forward(experts<>{.n_experts = 8, .top_k = 3, .d_expert = 100}));
  CHECK(dense.is<dense_ffn<>>());
  CHECK(moe.is<experts<>>());
  CHECK(feed_forward{}.is<no_feed_forward>());
}

TEST_CASE("a mixer and a feed-forward are visited as the layer that they are") {
  auto const kind_of_mixer = [](auto const& layer) -> std::string {
    using layer_type = std::remove_cvref_t<decltype(layer)>;
    if constexpr (std::is_same_v<layer_type, grouped_query_attention<>>) return "gqa " + to_string(layer.n_heads);
    if constexpr (std::is_same_v<layer_type, multi_head_latent_attention<>>) return "mla " + to_string(layer.n_heads);
    return "none";
  };
  CHECK(mixer(attention(8)).visit(kind_of_mixer) == "gqa 8");
  CHECK(mixer(multi_head_latent_attention<>{.n_heads = 16}).visit(kind_of_mixer) == "mla 16");
  CHECK(mixer{}.visit(kind_of_mixer) == "none");
  auto const kind_of_ffn = [](auto const& layer) -> std::string {
    using layer_type = std::remove_cvref_t<decltype(layer)>;
    if constexpr (std::is_same_v<layer_type, dense_ffn<>>) return "dense " + to_string(layer.d_ff);
    if constexpr (std::is_same_v<layer_type, experts<>>) return "moe " + to_string(layer.n_experts);
    return "none";
  };
  CHECK(feed_forward(ffn(100)).visit(kind_of_ffn) == "dense 100");
  CHECK(feed_forward(experts<>{.n_experts = 64}).visit(kind_of_ffn) == "moe 64");
  CHECK(feed_forward{}.visit(kind_of_ffn) == "none");
}

TEST_CASE("32 distinct mixers fit, one more is refused with the limit") {
  stack full;
  for (int i = 1; i <= 32; ++i) full.append({attention(i), ffn(100)});
  CHECK(full.mixers.size() == 32);
  full.append({attention(32), ffn(101)});  // a known one is no more
  CHECK_THROWS_AS(full.append({attention(33), ffn(100)}), std::length_error);
  CHECK_THROWS_WITH(full.append({attention(33), ffn(100)}),
                    "moetric: a stack must not hold more than 32 distinct mixers");
}

TEST_CASE("32 distinct feed-forwards fit, one more is refused with the limit") {
  stack full;
  for (int i = 1; i <= 32; ++i) full.append({attention(8), ffn(i)});
  CHECK(full.ffns.size() == 32);
  full.append({attention(9), ffn(32)});
  CHECK_THROWS_AS(full.append({attention(8), ffn(33)}), std::length_error);
  CHECK_THROWS_WITH(full.append({attention(8), ffn(33)}),
                    "moetric: a stack must not hold more than 32 distinct feed-forwards");
}

TEST_CASE("256 runs fit, one more is refused with the limit, and equal layers still join") {
  stack full;
  for (int i = 0; i != 256; ++i) full.append({attention(1 + i % 2), ffn(100)});
  CHECK(full.runs.size() == 256);
  CHECK(full.n_layers() == 256);
  full.append({attention(2), ffn(100), 10});  // like the last one
  CHECK(full.runs.size() == 256);
  CHECK(full.n_layers() == 266);
  CHECK_THROWS_AS(full.append({attention(1), ffn(100)}), std::length_error);
  CHECK_THROWS_WITH(full.append({attention(1), ffn(100)}),
                    "moetric: a stack must not hold more than 256 runs of equal layers");
  CHECK(full.n_layers() == 266);
}

// All of it in constant expressions.
static_assert(stack{{attention(8), ffn(100), 3}, {attention(8), ffn(100), 4}} == stack{{attention(8), ffn(100), 7}});
static_assert(stack{{attention(8), ffn(100), 3}, {attention(4), ffn(100), 4}}.mixers.size() == 2);
