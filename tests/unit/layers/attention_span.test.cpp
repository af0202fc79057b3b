#include "moetric/layers/attention_span.hpp"

#include "catch.hpp"
#include "moetric/layers/compressed_attention.hpp"

using namespace moetric;

// Pairs are counted one by one, query by query.

TEST_CASE("chunked attention: a query sees the keys of its own chunk up to itself") {
  for (int length = 0; length <= 40; ++length)
    for (int chunk = 1; chunk <= 12; ++chunk) {
      CAPTURE(length, chunk);
      int exact = 0, full = 0;
      for (int query = 0; query != length; ++query)
        for (int key = 0; key != length; ++key) {
          if (key / chunk != query / chunk) continue;
          ++full;
          if (key <= query) ++exact;
        }
      CHECK(twice_pairs_in_chunks(causal_rule::exact, length, chunk) == 2 * exact);
      CHECK(twice_pairs_in_chunks(causal_rule::full, length, chunk) == 2 * full);
      CHECK(twice_pairs_in_chunks(causal_rule::half, length, chunk) == full);  // half of each chunk's square
    }
}

TEST_CASE("compressed keys: query i sees the floor(i/r) whole groups up to it, the best of them at most") {
  for (int length = 0; length <= 60; ++length)
    for (int rate : {1, 2, 4, 7, 128})
      for (int most : {1, 3, 5, 1000}) {
        CAPTURE(length, rate, most);
        int exact = 0;
        for (int query = 1; query <= length; ++query) exact += std::min(query / rate, most);
        CHECK(twice_compressed_pairs(causal_rule::exact, length, rate, most) == 2 * exact);
        int const last = std::min(length / rate, most);
        CHECK(twice_compressed_pairs(causal_rule::full, length, rate, most) == 2 * length * last);
        // The half rule lies between: it charges the ramp by its area.
        count const half = twice_compressed_pairs(causal_rule::half, length, rate, most);
        CHECK(half <= 2 * length * last);
        CHECK(half + length * 2 + rate * 2 >= 2 * exact);
      }
}
