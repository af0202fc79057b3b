#include "moetric/layers/embedding.hpp"

#include "catch.hpp"

using namespace moetric;

TEST_CASE("an embedding has a row for each token of the vocabulary and for each learned position") {
  embedding<> const input{.vocab_size = 100, .learned_positions = 7};
  CHECK(input.weights(10) == 1000);
  CHECK(input.position_weights(10) == 70);
  CHECK(embedding<>{}.weights(10) == 0);
  CHECK(embedding<>{}.position_weights(10) == 0);
  CHECK_FALSE(embedding<>{}.norm);
}

TEST_CASE("an output head is multiplied whether it is tied or not, and stored once") {
  CHECK(output_head<>{}.multiplied_weights(10, 100) == 1000);
  CHECK(output_head<>{}.stored_weights(10, 100) == 1000);
  CHECK(output_head<>{.tied = true}.multiplied_weights(10, 100) == 1000);
  CHECK(output_head<>{.tied = true}.stored_weights(10, 100) == 0);
}

TEST_CASE("an output head has a bias for each token when it says so") {
  CHECK(output_head<>{}.bias_weights(100) == 0);
  CHECK(output_head<>{.bias = true}.bias_weights(100) == 100);
  CHECK(output_head<>{.tied = true, .bias = true}.bias_weights(100) == 100);
}
