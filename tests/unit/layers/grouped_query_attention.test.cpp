#include "moetric/layers/grouped_query_attention.hpp"

#include "catch.hpp"

using namespace moetric;

namespace {

// Six query heads and two key-value heads, keys of width 5 and values of width 4, in a model of width 10: query
// projection 30x10, key 10x10, value 8x10, output 10x24.
constexpr grouped_query_attention<> attention{.n_heads = 6, .n_kv_heads = 2, .head_dim = 5, .v_head_dim = 4};

}  // namespace

TEST_CASE("attention has the weights of its four projections") {
  CHECK(attention.query_width() == 30);
  CHECK(attention.key_width() == 10);
  CHECK(attention.value_width() == 8);
  CHECK(attention.output_width() == 24);
  CHECK(attention.projection_weights(10) == 300 + 100 + 80 + 240);
}

TEST_CASE("queries may pass through a low rank, which is normed") {
  CHECK(attention.latent_norm_weights() == 0);
  grouped_query_attention<> low = attention;
  low.query_lora = true;
  low.q_lora_rank = 7;
  CHECK(detail::stored_in(low, count(10), {projection::query, projection::query_down, projection::query_up}) ==
        10 * 7 + 7 * 30);
  CHECK(low.projection_weights(10) == 280 + 100 + 80 + 240);
  CHECK(low.latent_norm_weights() == 7);
}

TEST_CASE("attention has the biases that it says") {
  grouped_query_attention<> biased = attention;
  CHECK(biased.bias_weights(10) == 0);
  biased.qkv_bias = true;
  CHECK(biased.bias_weights(10) == 30 + 10 + 8);
  biased.output_bias = true;
  CHECK(biased.bias_weights(10) == 30 + 10 + 8 + 10);
  biased.qkv_bias = false;
  CHECK(biased.bias_weights(10) == 10);
}

TEST_CASE("query and key norms are over one head, or over all") {
  grouped_query_attention<> normed = attention;
  CHECK(normed.qk_norm_weights() == 0);
  normed.qk_norm = qk_norm_kind::per_head;
  CHECK(normed.qk_norm_weights() == 5 + 5);
  normed.qk_norm = qk_norm_kind::full;
  CHECK(normed.qk_norm_weights() == 30 + 10);
}

TEST_CASE("a pair costs 2·D FLOPs for its score and 2·V for its value, in each head") {
  CHECK(2 * attention.core_flops_per_half_pair() == 6 * (2 * 5 + 2 * 4));
}

TEST_CASE("a cache keeps keys and values of the key-value heads") {
  CHECK(attention.cache().elements == 2 * 5 + 2 * 4);
}

TEST_CASE("attention that says nothing has nothing") {
  grouped_query_attention<> const empty;
  CHECK(empty.n_heads == 0);
  CHECK(empty.n_kv_heads == 0);
  CHECK(empty.head_dim == 0);
  CHECK(empty.v_head_dim == 0);
  CHECK(empty.window == unlimited_window);
}
