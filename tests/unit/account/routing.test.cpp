#include "moetric/account/routing.hpp"

#include "catch.hpp"

using namespace moetric;

namespace {

constexpr experts<> eight{.n_experts = 8, .top_k = 2, .d_expert = 4};

}  // namespace

TEST_CASE("capacity is rounded up") {
  // ceil(1.25 · 2 · 100 / 8) = ceil(31.25)
  CHECK(expert_capacity(ratio(5, 4), eight, 100) == 32);
  CHECK(expert_capacity(1, eight, 100) == 25);
  CHECK(padded_rows(ratio(5, 4), eight, 100) == 256);
  static_assert(padded_rows(1, eight, 100) == 200);  // f · top_k experts' worth for each token
}

TEST_CASE("loads over the capacity are dropped") {
  count const loads[] = {40, 30, 10, 20, 25, 25, 25, 25};
  routed_rows const rows = rows_within_capacity(loads, 25);
  CHECK(rows.computed == 180);
  CHECK(rows.dropped_fraction == ratio(1, 10));
  CHECK(rows_within_capacity(loads, 40).dropped_fraction == 0);
  count const none[] = {0, 0};
  CHECK_THROWS_AS(rows_within_capacity(none, 3), std::invalid_argument);
}

TEST_CASE("distinct experts: top_k for one token, all of them for many") {
  CHECK(std::fabs(expected_distinct_experts(eight, 1) - 2) < 1e-12);
  // two tokens: 8 (1 − (3/4)²) = 3.5
  CHECK(std::fabs(expected_distinct_experts(eight, 2) - 3.5) < 1e-12);
  CHECK(std::fabs(expected_distinct_experts(eight, 1000000) - 8) < 1e-9);
  CHECK(expected_distinct_experts({.n_experts = 4, .top_k = 4, .d_expert = 1}, 1) == 4);
}

TEST_CASE("distinct experts by measured loads") {
  count const even[] = {10, 10, 10, 10, 10, 10, 10, 10};
  for (int const tokens : {1, 2, 7})
    CHECK(std::fabs(expected_distinct_experts(even, 2, tokens) - expected_distinct_experts(eight, tokens)) < 1e-12);
  // one expert takes a row of every token, two others half of them: 1 + 2·(1 − 1/8)
  count const skewed[] = {100, 50, 50, 0};
  CHECK(std::fabs(expected_distinct_experts(skewed, 2, 3) - 2.75) < 1e-12);
  count const impossible[] = {101, 50, 49, 0};
  CHECK_THROWS_AS(expected_distinct_experts(impossible, 2, 3), std::invalid_argument);
  CHECK(expected_distinct_experts(skewed, 2, 0) == 0);
}

TEST_CASE("experts that choose compute exactly their capacity and may leave tokens out") {
  experts<> const choosing{.n_experts = 8, .top_k = 2, .d_expert = 4, .router = router_kind::expert_choice};
  // 2202.09368: each of e experts takes k = n·c/e tokens
  CHECK(expert_rows(choosing, 100) == 8 * 25);
  CHECK(expert_rows(choosing, 101) == 8 * 26);  // ceil(25.25)
  CHECK(expert_rows(eight, 101) == 202);
  // each expert leaves a token out with 3/4: (3/4)^8
  CHECK(std::fabs(expected_unserved_fraction(choosing, 100) - 0.1001129150390625) < 1e-12);
  CHECK(expected_unserved_fraction(eight, 100) == 0);
  CHECK(expected_distinct_experts(choosing, 1) == 8);
}

TEST_CASE("a balanced assignment drops nothing and spreads tokens over as many experts as there are rows") {
  experts<> const balanced{.n_experts = 8, .top_k = 2, .d_expert = 4, .router = router_kind::balanced};
  CHECK(expert_rows(balanced, 100) == 200);
  CHECK(expected_unserved_fraction(balanced, 100) == 0);
  CHECK(expected_distinct_experts(balanced, 3) == 6);
  CHECK(expected_distinct_experts(balanced, 5) == 8);
  count const loads[] = {25, 25, 25, 25, 25, 25, 25, 25};
  CHECK(rows_within_capacity(loads, expert_capacity(1, balanced, 100)).dropped_fraction == 0);
}
