// Source: arXiv 2507.20534.
#include "moetric/laws/kimi_k2.hpp"

#include "catch.hpp"

TEST_CASE("sparsity 48 needs 1.69, 1.39 and 1.15 times less FLOPs than 8, 16 and 32") {
  auto const& points = moetric::laws::kimi_k2::savings;
  REQUIRE(points.size() == 3);
  CHECK(points[0].sparsity == 8);
  CHECK(points[0].flops_over_those_at_48 == 1.69);
  CHECK(points[1].sparsity == 16);
  CHECK(points[1].flops_over_those_at_48 == 1.39);
  CHECK(points[2].sparsity == 32);
  CHECK(points[2].flops_over_those_at_48 == 1.15);
}
