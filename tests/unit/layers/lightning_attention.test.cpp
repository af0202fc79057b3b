#include "moetric/layers/lightning_attention.hpp"

#include "catch.hpp"
#include "matrices.hpp"

using namespace moetric;

namespace {

// Three heads of 4, a width of 12, in a model of width 10.
constexpr lightning_attention<> attention{.n_heads = 3, .head_dim = 4};

}  // namespace

TEST_CASE("lightning attention has five projections of its whole width, and a norm on its output") {
  CHECK(matrix_weights(attention, 10) == 5 * 120);
  CHECK(attention.vector_weights() == 12);
  CHECK(attention.core_flops_per_token() == 4 * 3 * 16);
  CHECK(attention.state_elements() == 3 * 16);
}

TEST_CASE("norms on queries and keys are shared by all heads of lightning attention") {
  lightning_attention<> normed = attention;
  normed.qk_norm = true;
  CHECK(normed.vector_weights() == 12 + 4 + 4);
  CHECK(matrix_weights(normed, 10) == matrix_weights(attention, 10));
}
