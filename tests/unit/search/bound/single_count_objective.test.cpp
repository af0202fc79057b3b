// Where the one count of an objective must lie, against objectives whose sets are known in closed form.
#include "moetric/search/bound/single_count_objective.hpp"

#include <cmath>

#include "catch.hpp"
#include "moetric/laws/chinchilla.hpp"
#include "moetric/laws/fine_grained.hpp"
#include "moetric/search/problem/problem.hpp"

using namespace moetric;
using namespace moetric::search;

namespace {

expression_pool pool;
fields<expression> const of = pool.written_fields();
/// n_layers·d_model² + 3·d_model
expression const a_count = of[field::n_moe_layers] * of[field::d_model] * of[field::d_model] + 3 * of[field::d_model];
expression const another = of[field::n_heads] * of[field::head_dim];

single_count_objective over(expression const& objective, interval const& all) {
  auto made = single_count_objective::from(objective);
  REQUIRE(made);
  made->set_range(all);
  return *made;
}
/// Holds what it must, and not much more.
void check(interval const& within, double low, double high) {
  double const width = std::log(high / low);
  CHECK(within.low <= low);
  CHECK(within.low >= low * std::exp(-0.05 * width));
  CHECK(within.high >= high);
  CHECK(within.high <= high * std::exp(0.05 * width));
}

}  // namespace

TEST_CASE("a count lies where its objective does not exceed a limit, for limits that fall and rise") {
  // (ln(x / 1000))² by exp and log alone: |ln(x / 1000)| <= r where it is r² or less.
  expression const distance = log(a_count / 1000);
  single_count_objective squared = over(exp(distance) + exp(-distance), {1, 1e9});  // 2·cosh
  for (double const r : {3., 1., 0.1, 1e-3, 1e-5, 0.5, 2.}) {
    CAPTURE(r);
    check(squared.within(2 * std::cosh(r)), 1000 * std::exp(-r), 1000 * std::exp(r));
  }
  // The count that is found is the sum of products that is: twice, or seven times it.
  single_count_objective rising = over(log(a_count * 2) + 1, {1, 1e9});
  check(rising.within(std::log(5e6) + 1), 1, 5e6);
  single_count_objective falling = over(exp(-0.5 * log(7 * a_count)), {1, 1e9});
  check(falling.within(1e-3), 1e6, 1e9);
  CHECK(falling.within(std::numeric_limits<double>::infinity()).low == 1);
}

TEST_CASE("what looks at more than one count, or at none, is told from what looks at one") {
  CHECK(single_count_objective::from(exp(log(a_count)) + a_count * 5 + 1 / a_count));
  CHECK(single_count_objective::from(min(a_count, expression(1e30) / a_count)));
  CHECK(!single_count_objective::from(log(a_count) + log(another)));
  CHECK(!single_count_objective::from(log(a_count + 1) + log(a_count)));
  CHECK(!single_count_objective::from(log(a_count / another)));
  CHECK(!single_count_objective::from(log(of[field::d_model] - of[field::n_heads])));  // a product below 0
  CHECK(!single_count_objective::from(log(expression(5))));
}

TEST_CASE("Chinchilla's law at a budget looks at one count, whose best is the paper's closed form") {
  space const shapes({stepped(field::d_model, 256, 8192, 256), stepped(field::n_dense_layers, 4, 96)},
                     {.n_heads = 16, .n_kv_heads = 16, .head_dim = 128, .d_ff = 8192, .vocab_size = 32000});
  auto const& law = laws::chinchilla::tex;
  double const compute = 5.76e23;
  problem const p(shapes, loss_at_compute(law, compute));
  auto made = single_count_objective::from(p.objective()(p.costs_of(pool.written_fields())));
  REQUIRE(made);
  made->set_range({1e6, 1e12});
  // N = G·(C/6)^a, G = (alpha·A / (beta·B))^(1/(alpha + beta)), a = beta/(alpha + beta); Hoffmann et al., Eq. 4.
  auto const& k = law.k;
  double const sum = k.alpha + k.beta;
  double const best = std::pow(k.alpha * k.a / (k.beta * k.b), 1 / sum) * std::pow(compute / 6, k.beta / sum);
  double const least =
      law.loss(laws::chinchilla::law::inputs{.total_parameters = best, .tokens = compute / (6 * best)});
  interval const around = made->within(least * (1 + 1e-9));
  CHECK(around.low < best);
  CHECK(best < around.high);
  CHECK(around.high / around.low < 1.001);
  problem const two(shapes, loss_at_compute(laws::fine_grained::four_decimals, compute));
  CHECK(!single_count_objective::from(two.objective()(two.costs_of(pool.written_fields()))));
}
