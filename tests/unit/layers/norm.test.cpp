#include "moetric/layers/norm.hpp"

#include "catch.hpp"

using namespace moetric;

TEST_CASE("a norm has a scale, and with bias a shift") {
  CHECK(norm_weights(norm_kind::rms, count(10)) == 10);
  CHECK(norm_weights(norm_kind::layer_norm, count(10)) == 10 + 10);
  CHECK(norm_weights(norm_kind::layer_norm_without_bias, count(10)) == 10);
  CHECK(norm_weights(norm_kind::without_weights, count(10)) == 0);
}
