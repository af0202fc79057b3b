#include "moetric/search/problem/presets.hpp"

#include "catch.hpp"
#include "search_cases.hpp"

namespace {

using namespace search_cases;

TEST_CASE("the default axes have as many combinations as they say") {
  std::uint64_t product = 61 * 4 * 93 * 6 * 5 * 2 * 3 * 3 * 8;  // widths, layers, heads, ratios, shared experts, top_k
  product *= 32 * 64;                                           // widths of experts, and their number
  space const over(default_axes(), {.vocab_size = 152064});
  CHECK(over.size() == product);
  CHECK(brief(static_cast<double>(product), 2) == "2e+11");
}

}  // namespace
