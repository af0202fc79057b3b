// Optima over more than parameters and tokens: published optima, conditions of first order, neighbours on a grid.
#include "moetric/optimum/joint_optimum.hpp"

#include <array>

#include "catch.hpp"
#include "moetric/laws/abnar.hpp"
#include "moetric/laws/fine_grained.hpp"
#include "moetric/laws/joint_moe.hpp"
#include "moetric/laws/precision.hpp"
#include "moetric/laws/zhao.hpp"

namespace {

using namespace moetric;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;
using optimum::free_input;

/// No value nearby, with the best parameters of its own, is better.
template <class L>
void check_neighbours(L const& of, double compute, optimum::joint_optimum<L> const& best, std::size_t place) {
  auto values = laws::detail::to_array(best.at);
  double const value = values[place];
  for (double const step : {.8, .99, .999, 1.001, 1.01, 1.2}) {
    values[place] = value * step;
    auto const at = laws::detail::from_array<typename L::inputs>(values);
    CHECK(optimum::at_compute(of, compute, at).loss >= best.loss * (1 - 1e-15));
  }
}

}  // namespace

TEST_CASE("the places of inputs") {
  using laws::zhao::inputs;
  CHECK(optimum::place_of<laws::zhao::law>(&inputs::tokens) == 1);
  CHECK(optimum::place_of<laws::zhao::law>(&inputs::shared_expert_ratio) == 4);
}

TEST_CASE("one width for all: 7.002 bits, whatever the budget") {
  for (double const compute : {1e18, 1e20, 1e24}) {
    free_input const bits{2, {5, 16}};
    auto const best = optimum::joint_optimum_at_compute(laws::precision::one_width, compute, {}, std::span(&bits, 1));
    CHECK_THAT(best.at.bits, WithinAbs(7.002, 5e-4));
    CHECK(best.at_end.empty());
    check_neighbours(laws::precision::one_width, compute, best, 2);
  }
}

TEST_CASE("Zhao: 6.78 active experts, 31 % of them shared, and 40 % of 30B parameters active where tokens are free") {
  laws::zhao::inputs const of_30b{0, 0, 30e9, 0, 0};
  std::array const free{free_input{3, {1, 64}}, free_input{4, {0, .9}}};
  auto const best = optimum::joint_optimum_at_compute(laws::zhao::comprehensive, 1e22, of_30b, free);
  CHECK_THAT(best.at.n_active_experts, WithinAbs(6.778, 5e-4));
  CHECK_THAT(best.at.shared_expert_ratio, WithinAbs(.3148, 5e-5));
  CHECK(best.at_end.empty());
  check_neighbours(laws::zhao::comprehensive, 1e22, best, 3);
  check_neighbours(laws::zhao::comprehensive, 1e22, best, 4);
  // With a budget that tokens hardly use up, active parameters are those that cost nothing but loss.
  auto const rich = optimum::joint_optimum_at_compute(laws::zhao::comprehensive, 1e32, of_30b, free);
  CHECK_THAT(rich.at.active_parameters / 30e9, WithinAbs(.4007, .004));
}

TEST_CASE("continuous granularity is stationary: gamma g G^(-gamma-1) / N^alpha = beta b/D^beta 14E / (72d + 14EG)") {
  for (double const compute : {1e18, 1e20, 1e23}) {
    free_input const granularity{2, {1, 4096}};
    auto const best =
        optimum::joint_optimum_at_compute(laws::fine_grained::four_decimals, compute, {}, std::span(&granularity, 1));
    double const n = best.at.total_non_embedding_parameters, g = best.at.granularity;
    double const d_model = std::cbrt(64 * n / (8 * 64 + 4));
    double const gain = .5843 * 2.0760 * std::pow(g, -1.5843) / std::pow(n, .1146);
    double const cost = .1465 * 30.8082 / std::pow(best.at.tokens, .1465) * 14 * 64 / (72 * d_model + 14 * 64 * g);
    CHECK_THAT(gain, WithinRel(cost, 1e-8));
    CHECK(best.at_end.empty());
    check_neighbours(laws::fine_grained::four_decimals, compute, best, 2);
  }
}

TEST_CASE("Abnar's and the joint law's optimum is at the sparse end, and says so") {
  free_input const sparsity{2, {0, .98}};
  auto const sparse = optimum::joint_optimum_at_compute(laws::abnar::sparsity, 1e20, {}, std::span(&sparsity, 1));
  CHECK(sparse.at.inactive_expert_fraction == .98);
  REQUIRE(sparse.at_end.size() == 1);
  CHECK(sparse.at_end[0] == 2);
  // The approximate cost's own check values: 17.1B, 2.2708.
  CHECK_THAT(sparse.at.total_parameters, WithinRel(17.1e9, 3e-3));
  CHECK_THAT(sparse.loss, WithinAbs(2.2708, 5e-5));
  free_input const experts{2, {1, 32}};
  auto const joint = optimum::joint_optimum_at_compute(laws::joint_moe::printed, 1e22, {}, std::span(&experts, 1));
  CHECK(joint.at.expansion_rate == 32);
  CHECK(joint.at_end.size() == 1);
}

TEST_CASE("ranges that hold nothing, or what an input cannot be, are refused by name") {
  auto const with = [](free_input const& free) {
    return optimum::joint_optimum_at_compute(laws::abnar::sparsity, 1e20, {}, std::span(&free, 1));
  };
  CHECK_THROWS_WITH(
      with({2, {.5, .5}}),
      "moetric: inactive_expert_fraction must have a range from its low end up to its high end, but got 0.5 .. 0.5");
  CHECK_THROWS_WITH(with({2, {0, 1}}), "moetric: inactive_expert_fraction must be at least 0 and below 1, but got 1");
  CHECK_THROWS_AS(with({1, {1e9, 1e10}}), std::invalid_argument);
}
