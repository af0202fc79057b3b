#include "moetric/core/order.hpp"

#include <cmath>
#include <numeric>
#include <random>

#include "catch.hpp"

using namespace moetric;

TEST_CASE("indices are in the order of a stable sort, for every number of items") {
  std::mt19937 bits(1);
  for (std::size_t n = 0; n != 70; ++n) {
    std::vector<unsigned> keys(n);
    for (unsigned& each : keys) each = static_cast<unsigned>(bits() % 7);
    std::vector<std::size_t> expected(n);
    std::iota(expected.begin(), expected.end(), std::size_t{0});
    auto const before = [&](std::size_t a, std::size_t b) { return keys[a] < keys[b]; };
    std::stable_sort(expected.begin(), expected.end(), before);
    CHECK(order_by(n, before) == expected);
  }
}

TEST_CASE("an order that NaN breaks still holds every index once") {
  std::vector<double> const keys{3, std::nan(""), 1, std::nan(""), 2, 0};
  auto order = order_by(keys.size(), [&](std::size_t a, std::size_t b) { return keys[a] < keys[b]; });
  std::sort(order.begin(), order.end());
  CHECK(order == std::vector<std::size_t>{0, 1, 2, 3, 4, 5});
}
