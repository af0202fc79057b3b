#include "catch.hpp"

#include <random>

#include "moetric/io/hugging_face_out.hpp"
#include "moetric/plan/plan.hpp"

using namespace moetric;

// Plans of random budgets and wishes, seeded.

namespace {

struct sparse {
  int n_experts, top_k, n_shared_experts;
};

constexpr sparse kinds[]{{288, 8, 1}, {256, 8, 1}, {128, 8, 0}, {64, 8, 0}, {8, 2, 0}};

double uniform(std::mt19937_64& bits, double low, double high) {
  return low + (high - low) * static_cast<double>(bits() >> 11) * 0x1p-53;
}

plan::request random_request(std::mt19937_64& bits) {
  sparse const kind = kinds[bits() % 5];
  plan::request r{.compute = std::pow(10, uniform(bits, 18, 24.5)),
                  .n_experts = kind.n_experts,
                  .top_k = kind.top_k,
                  .n_shared_experts = kind.n_shared_experts,
                  .vocab_size = 1000 * (1 + bits() % 250)};
  if (bits() % 2 == 0) r.rounding = plan::rounding_rule::paper;
  if (bits() % 4 == 0) r.multiple_of = 64;
  return r;
}

double steps(count a, count b, double step) {
  return std::fabs(static_cast<double>(a) - static_cast<double>(b)) / step;
}

}  // namespace

TEST_CASE("two budgets 0.1 % apart differ by at most one rounding step a field, but where the heads switch") {
  std::mt19937_64 bits(1);
  int switches = 0;
  for (sparse const& kind : kinds)
    for (int i = 0; i != 60; ++i) {
      double const compute = std::pow(10, uniform(bits, 18, 24.9));
      plan::request r{.compute = compute,
                      .n_experts = kind.n_experts,
                      .top_k = kind.top_k,
                      .n_shared_experts = kind.n_shared_experts};
      plan::complete_plan const low = plan::make(r);
      r.compute *= 1.001;
      plan::complete_plan const high = plan::make(r);
      shape<> const &a = low.shape.architecture, &b = high.shape.architecture;
      CAPTURE(compute, kind.n_experts);
      CHECK(a.n_layers() >= 8);
      CHECK(a.n_layers() <= 120);
      CHECK(low.shape.missed.largest() < 0.07);
      if (a.n_heads != b.n_heads) {
        ++switches;
        continue;
      }
      CHECK(steps(a.d_model, b.d_model, 8) <= 1);
      CHECK(steps(a.d_expert, b.d_expert, 8) <= 1);
      CHECK(steps(a.n_dense_layers, b.n_dense_layers, 1) <= 1);
      CHECK(steps(a.n_moe_layers, b.n_moe_layers, 1) <= 1);
      CHECK(a.head_dim == b.head_dim);
    }
  CHECK(switches < 10);  // else the test would say little
}

TEST_CASE("a thousand random plans come back from the config.json that they were written to") {
  std::mt19937_64 bits(2);
  int exact = 0, built = 0;
  for (int i = 0; i != 1000; ++i) {
    plan::request const r = random_request(bits);
    plan::resolved_request const resolved = plan::resolve(r);
    plan::real_shape const solved = plan::solve_shape(resolved, r.source.at(r.compute), r.compute);
    shape<> const planned = plan::plan_shape(resolved, solved, r.compute).architecture;
    model const m = to_model(planned);
    io::exported_model const out = io::write_hugging_face(m);
    model const back = io::parse_model(out.text);
    CAPTURE(r.compute, out.family);
    REQUIRE(back == out.built);
    ++built;
    // what the triad counts is the plan's own, also where the family adds norms or a bias
    account<> const ours = account_of(m, sequence<>{8192}), theirs = account_of(back, sequence<>{8192});
    REQUIRE(shape_weights(theirs.multiplied) == shape_weights(ours.multiplied));
    REQUIRE(shape_weights(theirs.stored) == shape_weights(ours.stored));
    REQUIRE(theirs.core.total() == ours.core.total());
    REQUIRE(theirs.multiplied.total() == ours.multiplied.total());
    count const added = total_parameters(back) - total_parameters(m);
    REQUIRE(out.notes.empty() == (added == 0));
    if (added == 0) ++exact;
    if (planned.n_shared_experts == 1) REQUIRE(back == m);
    if (added != 0) REQUIRE(added == 2 * planned.head_dim * planned.n_layers());  // qwen3_moe: norms of both
  }
  CHECK(built == 1000);
  CHECK(exact > 300);
}
