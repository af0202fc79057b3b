// The joint law under a limit of memory. Source: 2502.05172, Table 2.
#include "moetric/optimum/memory.hpp"

#include <string>

#include "catch.hpp"

using namespace moetric;
using Catch::Matchers::WithinRel;

// The table's own rule is not printed in full. This one gives nine of its twelve cells; in the other three, marked, the
// neighbouring rate has a loss within .007.
TEST_CASE("Table 2: the best expansion rate for 24, 80 and 640 GB at budgets of 1e21 to 1e24 FLOPs") {
  struct cell {
    double rate;
    bool agrees = true;
  };
  struct row {
    double compute;
    cell cells[3];
  };
  // Where the table says 32 or more, 32 is the most that the law was fitted on.
  row const rows[] = {{1e21, {{16, false}, {32}, {32}}},
                      {1e22, {{4}, {16}, {32}}},
                      {1e23, {{1}, {8, false}, {32}}},
                      {1e24, {{1}, {1}, {16, false}}}};
  double const memories[] = {24e9, 80e9, 640e9};
  for (row const& each : rows)
    for (std::size_t i = 0; i != 3; ++i) {
      CAPTURE(each.compute, memories[i]);
      optimum::memory_budget const limit{.bytes = memories[i]};
      auto const best = optimum::at_compute_within(laws::joint_moe::printed, each.compute, limit);
      CHECK(best.bytes <= memories[i] * (1 + 1e-12));
      CHECK((best.at.expansion_rate == each.cells[i].rate) == each.cells[i].agrees);
      std::array const printed{each.cells[i].rate};
      CHECK(optimum::at_compute_within(laws::joint_moe::printed, each.compute, limit, printed).loss < best.loss + .007);
    }
}

TEST_CASE("a limited model fills the memory and spends the budget; a limit that does not bind changes nothing") {
  auto const tight = optimum::at_compute_within(laws::joint_moe::printed, 1e24, optimum::memory_budget{.bytes = 24e9});
  CHECK(tight.limited);
  CHECK_THAT(tight.bytes, WithinRel(24e9, 1e-10));
  CHECK_THAT(6 * tight.at.active_parameters * tight.at.tokens, WithinRel(1e24, 1e-10));
  // By hand: 2 bytes of (2·50257·d + 13·d³/64) weights and of 16384·2·d²/64 numbers of cache.
  double const d = tight.shape.d_model;
  CHECK_THAT(2 * (2 * 50257 * d + 13 * d * d * d / 64 + 16384 * 2 * d * d / 64), WithinRel(24e9, 1e-10));
  std::array const dense{1.};
  auto const free =
      optimum::at_compute_within(laws::joint_moe::printed, 1e20, optimum::memory_budget{.bytes = 1e15}, dense);
  CHECK_FALSE(free.limited);
  CHECK(free.at.tokens == optimum::at_compute(laws::joint_moe::printed, 1e20, {.expansion_rate = 1}).at.tokens);
}

TEST_CASE("what is no limit is refused by name") {
  auto const with = [](optimum::memory_budget const& limit) {
    return optimum::at_compute_within(laws::joint_moe::printed, 1e20, limit);
  };
  CHECK_THROWS_WITH(with({.bytes = 0}), "moetric: bytes must be positive and finite, but got 0");
  CHECK_THROWS_WITH(with({.bytes = 1e9, .cached_tokens = -1}),
                    "moetric: cached_tokens must be finite and not negative, but got -1");
  CHECK_THROWS_WITH(optimum::at_compute_within(laws::joint_moe::printed, 1e20, optimum::memory_budget{1e9},
                                               std::span<double const>()),
                    "moetric: expansion rates to choose from must hold at least one");
}
