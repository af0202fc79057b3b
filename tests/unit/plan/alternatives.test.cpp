#include "catch.hpp"

#include "moetric/plan/plan.hpp"

using namespace moetric;

namespace {

double real(count value) {
  return static_cast<double>(value);
}

}  // namespace

TEST_CASE("within 5 % of a switch of heads a plan shows both, elsewhere its own alone") {
  // the switch between 1e21 and 3e22, found by bisection of the plans themselves
  double low = 1e21, high = 3e22;
  auto const heads = [](double compute) { return plan::make({.compute = compute}).shape.architecture.n_heads; };
  count const few = heads(low), many = heads(high);
  REQUIRE(few < many);
  while (high / low > 1.001) {
    double const middle = std::sqrt(low * high);
    (heads(middle) == few ? low : high) = middle;
  }
  for (auto const& [compute, own] : {std::pair{low / 1.04, few}, std::pair{high * 1.04, heads(high * 1.04)}}) {
    plan::complete_plan const p = plan::make({.compute = compute});
    CHECK(p.shape.architecture.n_heads == own);
    REQUIRE(p.head_alternatives.size() == 1);
    plan::head_alternative const& other = p.head_alternatives[0];
    CHECK(other.heads.n_heads == (own == few ? 2 * few : few));
    CHECK(other.architecture.n_heads == other.heads.n_heads);
    // depth halves as heads double: L = (M − 6 N_a)/(6 S n_heads head_dim)
    double const ratio = real(other.architecture.n_layers()) / real(p.shape.architecture.n_layers());
    CHECK(std::fabs(ratio - (own == few ? 0.5 : 2.0)) < 0.06);
    CHECK(other.missed.largest() < 0.06);
  }
  CHECK(plan::make({.compute = low / 1.2}).head_alternatives.empty());
  CHECK(plan::make({.compute = low / 1.04, .n_heads = few}).head_alternatives.empty());
}

TEST_CASE("at 1e18 Table 4's heads and those of the rule are both shown") {
  plan::complete_plan const at = plan::make({.compute = 1e18}), beside = plan::make({.compute = 1.01e18});
  CHECK(at.shape.architecture.head_dim == 64);  // 2603.21862, Table 4: 4 heads of 64
  CHECK(beside.shape.architecture.head_dim == 128);
  REQUIRE(at.head_alternatives.size() == 1);
  CHECK(at.head_alternatives[0].heads.head_dim == 128);
  REQUIRE(beside.head_alternatives.size() == 1);
  CHECK(beside.head_alternatives[0].heads.head_dim == 64);
  CHECK(beside.head_alternatives[0].heads.n_heads == 4);
}

TEST_CASE("rules of the hardware are counted one by one") {
  shape<> s{.d_model = 2048,
            .n_dense_layers = 1,
            .n_moe_layers = 15,
            .n_heads = 16,
            .n_kv_heads = 8,
            .head_dim = 128,
            .d_ff = 6144,
            .d_expert = 768,
            .n_experts = 288,
            .top_k = 8,
            .n_shared_experts = 1};
  plan::hardware_check fit = plan::check_hardware(s, {.tensor = 8, .expert = 8});
  CHECK(fit.kept == 9);  // d_model and d_expert by 64 and 128, heads, key-value heads, d_ff, experts, d_expert by ranks
  CHECK(fit.rules == 9);
  CHECK(fit.broken.empty());
  s.d_expert = 1404;  // 8 tensor ranks cannot share it
  s.n_heads = 12;
  s.n_experts = 100;
  fit = plan::check_hardware(s, {.tensor = 8, .expert = 8, .pipeline = 64});
  CHECK(fit.rules == 10);
  CHECK(fit.kept == 4);
  CHECK(fit.broken == std::vector<std::string>{"d_expert % 64", "d_expert % 128", "n_heads % tensor_parallel 8",
                                               "n_experts % expert_parallel 8", "d_expert % expert_tensor_parallel 8",
                                               "n_layers < pipeline_parallel 64"});
  CHECK(plan::check_hardware(s, {.pipeline = 3}).rules == 5);  // uneven stages are stages
  CHECK(plan::check_hardware(s, {}).rules == 4);
}

TEST_CASE("alternatives are tiles, stay inside the bands, and are ranked by the rules that they keep") {
  for (double compute : {1e19, 3e20, 1e22}) {
    plan::complete_plan const p = plan::make({.compute = compute});
    CAPTURE(compute);
    REQUIRE_FALSE(p.alternatives.empty());
    CHECK(p.alternatives.size() <= 5);
    int kept = 100;
    for (plan::shape_alternative const& each : p.alternatives) {
      shape<> const& s = each.architecture;
      CHECK(remainder(s.d_model, 64) == 0);
      CHECK(remainder(s.d_expert, 64) == 0);
      // 2603.21862: N/N_a in 18-25 and width ratio in 3-5 cost below 1 % and 0.5 % of loss; M within 5 %
      auto const t = triad_of(s, 8192);
      double const active = real(t.active_non_embedding_parameters), m = real(t.training_flops_per_token);
      CHECK(real(t.total_non_embedding_parameters) / active > 18);
      CHECK(real(t.total_non_embedding_parameters) / active < 25);
      CHECK(9 * real(s.d_expert) / real(s.d_model) >= 3);
      CHECK(9 * real(s.d_expert) / real(s.d_model) <= 5);
      CHECK(std::fabs(m / p.shape.targets().training_flops_per_token - 1) <= 0.05);
      CHECK(std::fabs(m / active / p.shape.targets().flops_per_active_parameter - 1) <= 0.05);
      CHECK(each.hardware.kept <= kept);
      kept = each.hardware.kept;
    }
    CHECK(p.alternatives[0].hardware.kept >= p.hardware.kept);
  }
}
