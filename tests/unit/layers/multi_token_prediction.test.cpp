#include "moetric/layers/multi_token_prediction.hpp"

#include "catch.hpp"

using namespace moetric;

// Around the block of each module: eh_proj 10x20, and the norms of hidden state, embedding and output.
TEST_CASE("each module has a projection from twice the width and three norms") {
  CHECK(multi_token_prediction<>{.modules = 1}.projection_weights(10) == 200);
  CHECK(multi_token_prediction<>{.modules = 1}.norms() == 3);
  CHECK(multi_token_prediction<>{.modules = 3}.projection_weights(10) == 600);
  CHECK(multi_token_prediction<>{.modules = 3}.norms() == 9);
  CHECK(multi_token_prediction<>{}.projection_weights(10) == 0);
  CHECK(multi_token_prediction<>{}.norms() == 0);
}
