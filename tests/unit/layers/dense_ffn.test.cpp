#include "moetric/layers/dense_ffn.hpp"

#include "catch.hpp"

using namespace moetric;

// Tensors of a feed-forward of width 7 in a model of width 10: gate 7x10, up 7x10, down 10x7, and a bias each.
TEST_CASE("a gated feed-forward has the weights of its three matrices and their biases") {
  dense_ffn<> const ffn{.d_ff = 7, .bias = true};
  CHECK(ffn.weights(10) == 70 + 70 + 70);
  CHECK(ffn.bias_weights(10) == 7 + 7 + 10);
  CHECK(ffn_weights(ffn_kind::gated, count(10), count(7)) == 210);
}

TEST_CASE("a plain feed-forward has the weights of its two matrices and their biases") {
  dense_ffn<> const ffn{.d_ff = 7, .kind = ffn_kind::plain, .bias = true};
  CHECK(ffn.weights(10) == 70 + 70);
  CHECK(ffn.bias_weights(10) == 7 + 10);
  CHECK(ffn_weights(ffn_kind::plain, count(10), count(7)) == 140);
}

TEST_CASE("a feed-forward is gated and without biases unless it says otherwise") {
  dense_ffn<> const ffn{.d_ff = 7};
  CHECK(ffn.kind == ffn_kind::gated);
  CHECK(ffn.bias_weights(10) == 0);
  CHECK(dense_ffn<>{}.d_ff == 0);  // which no model may leave at that
}
