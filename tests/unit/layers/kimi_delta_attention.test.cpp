#include "moetric/layers/kimi_delta_attention.hpp"

#include "catch.hpp"
#include "matrices.hpp"

using namespace moetric;

namespace {

// Three heads of 4, a width of 12, in a model of width 10: a low rank is 10x4 and 4x12.
constexpr kimi_delta_attention<> attention{.n_heads = 3, .head_dim = 4, .convolution_width = 2};
constexpr count low_rank = 40 + 48;

}  // namespace

TEST_CASE("Kimi delta attention projects decay and gate through a low rank") {
  CHECK(matrix_weights(attention, 10) == 4 * 120 + low_rank + 30 + low_rank);
  CHECK(attention.convolution_weights() == 3 * 12 * 2);
  CHECK(attention.vector_weights() == 3 + 12 + 4);
}

TEST_CASE("decay and gate of Kimi delta attention may each be in full rank") {
  kimi_delta_attention<> full = attention;
  full.full_rank_decay = true;
  CHECK(matrix_weights(full, 10) == 4 * 120 + 120 + 30 + low_rank);
  full.full_rank_gate = true;
  CHECK(matrix_weights(full, 10) == 6 * 120 + 30);
  full.full_rank_decay = false;
  CHECK(matrix_weights(full, 10) == 4 * 120 + low_rank + 30 + 120);
}
