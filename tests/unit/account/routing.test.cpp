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
