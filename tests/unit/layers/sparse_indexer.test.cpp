#include "moetric/layers/sparse_indexer.hpp"

#include "catch.hpp"
#include "matrices.hpp"

using namespace moetric;

namespace {

// Three heads of 4, from a latent query of width 7, in a model of width 10.
constexpr sparse_indexer<> indexer{.n_heads = 3, .head_dim = 4, .top_k = 16};

}  // namespace

TEST_CASE("an indexer projects queries, one key and its heads' weights, and norms the key") {
  CHECK(matrix_weights(indexer, 7, 10) == 7 * 12 + 10 * 4 + 10 * 3);
  CHECK(indexer.norm_weights() == 8);
  CHECK(2 * indexer.core_flops_per_half_pair() == 2 * 12);
  CHECK(indexer.cached_key_width() == 4);
  sparse_indexer<> plain = indexer;
  plain.head_weights = false;
  CHECK(matrix_weights(plain, 7, 10) == 7 * 12 + 10 * 4);
}

TEST_CASE("an indexer that uses an earlier layer's choice has nothing of its own") {
  sparse_indexer<> shared = indexer;
  shared.shared = true;
  CHECK(matrix_weights(shared, 7, 10) == 0);
  CHECK(shared.norm_weights() == 0);
  CHECK(shared.core_flops_per_half_pair() == 0);
  CHECK(shared.cached_key_width() == 0);
}
