#include "catch.hpp"

#include "moetric/plan/plan.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;

namespace {

double real(count value) {
  return static_cast<double>(value);
}

bool near(double a, double b, double relative) {
  return std::fabs(a / b - 1) < relative;
}

plan::spread interval_of(plan::complete_plan const& p, std::string_view field) {
  for (plan::spread const& each : p.spreads)
    if (each.field == field) return each;
  FAIL("no interval of " << field);
  return {};
}

bool has_interval(plan::complete_plan const& p, std::string_view field) {
  for (plan::spread const& each : p.spreads)
    if (each.field == field) return true;
  return false;
}

}  // namespace

TEST_CASE("Ling's allocation and hyper-parameters make the plan") {
  // 2507.17702 at 1e20: M 2.966e9, D 3.372e10, learning rate 1.0129e-3, batch 1.347e6 tokens
  plan::complete_plan const p = plan::make({.compute = 1e20, .source = plan::ling_source()});
  CHECK(near(p.shape.targets().training_flops_per_token, 2.966e9, 2e-4));
  CHECK(near(p.run.optimal_tokens, 3.372e10, 2e-4));
  CHECK(near(p.run.learning_rate, 1.0129e-3, 1e-4));
  CHECK(near(p.run.wanted_batch_tokens, 1.347e6, 4e-4));
  CHECK(near(real(p.run.holistic_compute), 1e20, 1e-6));
  CHECK(p.shape.targets().flops_per_active_parameter == 8.35);  // not Ling's: the optimum of 2603.21862
}

TEST_CASE("the fine-grained law is evaluated at the part of the budget that it counts") {
  plan::complete_plan const p = plan::make({.compute = 3e20, .source = plan::fine_grained_source(36)});
  auto const best =
      optimum::at_compute(laws::fine_grained::four_decimals, 3e20 * 6 / 8.22, {.expansion_rate = 36, .c_r = 14});
  CHECK(near(p.shape.targets().active_parameters(), best.active_non_embedding_parameters, 1e-9));
  CHECK(near(p.shape.targets().training_flops_per_token * p.run.optimal_tokens, 3e20, 1e-9));
}

TEST_CASE("the paper's numbers without one scale each, as another program fits them") {
  // Straight lines in logarithms through five of the six recovered optima of M/N_a and of Table 4's learning rates.
  plan::recipe_source const s = plan::holistic_source();
  REQUIRE(s.variants.size() == 6);
  auto const bounds = [&s](double compute, double plan::recipe::*member) {
    double low = 1e30, high = 0;
    for (auto const& other : s.variants) {
      low = std::min(low, other(compute).*member);
      high = std::max(high, other(compute).*member);
    }
    return std::pair{low, high};
  };
  auto const [density_low, density_high] = bounds(1e21, &plan::recipe::flops_per_active_parameter);
  CHECK(near(density_low, 7.591727529794297, 1e-9));
  CHECK(near(density_high, 7.826454134288294, 1e-9));
  // N/N_a moves as a line through the optima that App. F.4 prints does without one of them, around the share of 0.675.
  auto const [share_low, share_high] = bounds(1e22, &plan::recipe::expert_share);
  CHECK(near(share_low, 0.6695950599952392, 1e-9));
  CHECK(near(share_high, 0.6794958193872691, 1e-9));
  auto const [rate_low, rate_high] = bounds(1e19, &plan::recipe::learning_rate);
  CHECK(near(rate_low, 0.0008270233798341615, 1e-9));
  CHECK(near(rate_high, 0.000829316334937174, 1e-9));
}

TEST_CASE("every number that an error of the laws moves has an interval, which holds the planned one") {
  for (double compute : {1e18, 1e20, 3e20, 1e22}) {
    plan::complete_plan const p = plan::make({.compute = compute});
    CAPTURE(compute);
    for (std::string_view field : {"flops_per_active_parameter", "expansion_ratio", "active_non_embedding_parameters",
                                   "total_non_embedding_parameters", "d_model", "n_layers", "n_dense_layers",
                                   "n_moe_layers", "d_expert", "learning_rate", "batch_tokens"}) {
      plan::spread const each = interval_of(p, field);
      CHECK(each.low <= each.value);
      CHECK(each.value <= each.high);
      CHECK(each.low < each.high);
    }
    CHECK(interval_of(p, "d_expert").value == real(p.shape.architecture.d_expert));
    CHECK_FALSE(has_interval(p, "tokens"));  // Table 2 repeats Eq. 2: nothing is known of its error
  }
  CHECK_FALSE(has_interval(plan::make({.compute = 1e20, .d_model = 1384}), "d_model"));
}

TEST_CASE("without iteration a plan reports the effect of an error of M_opt") {
  plan::complete_plan const p = plan::make({.compute = 3e20});
  REQUIRE(p.sensitivities.size() == 2);
  for (plan::sensitivity const& each : p.sensitivities) {
    // M within the 6 % that integer layers cost, and tokens as the budget allows
    CHECK(std::fabs(real(each.triad.training_flops_per_token) / (each.factor * 5.9390e9) - 1) < 0.06);
    CHECK(near(each.tokens * real(each.triad.training_flops_per_token), 3e20, 1e-9));
    CHECK(each.architecture.n_heads == p.shape.architecture.n_heads);
  }
  CHECK(p.sensitivities[0].factor == 0.9);
  CHECK(p.sensitivities[0].architecture.n_layers() < p.sensitivities[1].architecture.n_layers());
}

TEST_CASE("distance to the fitted range is reported in decades") {
  plan::complete_plan const p = plan::make({.compute = 3e22});
  std::size_t reported = 0;
  for (plan::decision const& each : p.decisions)
    if (each.decades > 0) {
      CHECK(std::fabs(each.decades - 2) < 1e-9);  // 3e22 against 3e20
      CHECK(each.extrapolated);
      ++reported;
    }
  CHECK(reported >= 4);
  for (plan::decision const& each : plan::make({.compute = 1e19}).decisions) CHECK(each.decades == 0);
}

TEST_CASE("a limit of tokens makes the model larger and is kept") {
  plan::complete_plan const p = plan::make({.compute = 3e20, .tokens_limit = 2e10});
  CHECK(p.shape.targets().training_flops_per_token == 3e20 / 2e10);
  CHECK(p.run.tokens <= 20'000'000'000);
  CHECK(real(p.run.tokens) > 0.94 * 2e10);
  plan::complete_plan const loose = plan::make({.compute = 3e20, .tokens_limit = 1e12});
  CHECK(loose.shape.architecture == plan::make({.compute = 3e20}).shape.architecture);
}

TEST_CASE("a limit of parameters or memory is met by fewer experts, then by dense layers, and kept") {
  shape<> const free = plan::make({.compute = 3e20}).shape.architecture;
  auto const dense_share = [](shape<> const& s) { return real(s.n_dense_layers) / real(s.n_layers()); };
  for (double limit : {3e9, 5e9, 8e9, 1.2e10}) {
    plan::complete_plan const p =
        plan::make({.compute = 3e20, .total_parameters_limit = count(static_cast<std::uint64_t>(limit))});
    shape<> const& s = p.shape.architecture;
    double const total = real(total_parameters(to_model(s)));
    CAPTURE(limit, total, s.n_experts);
    CHECK(total <= limit);
    CHECK(total > 0.85 * limit);
    CHECK(s.n_experts < 288);
    CHECK(floor_div(s.n_experts, 4) * 4 == s.n_experts);
    CHECK(std::fabs(dense_share(s) - dense_share(free)) < 0.1);
    CHECK(std::fabs(p.shape.missed.flops_per_active_parameter) < 0.06);
    CHECK(p.warnings.size() > 1);
    // with the user's own number of experts only layers are left
    plan::complete_plan const given = plan::make(
        {.compute = 3e20, .n_experts = 288, .total_parameters_limit = count(static_cast<std::uint64_t>(limit))});
    CHECK(given.shape.exact.limited);
    CHECK(given.shape.architecture.n_experts == 288);
    CHECK(real(total_parameters(to_model(given.shape.architecture))) <= limit);
  }
  // 4 experts for each active one are the fewest; what is still too many makes layers dense
  plan::complete_plan const least = plan::make({.compute = 3e20, .total_parameters_limit = count(1'500'000'000)});
  CHECK(least.shape.architecture.n_experts == 32);
  CHECK(least.shape.exact.limited);
  CHECK(total_parameters(to_model(least.shape.architecture)) <= 1'500'000'000);
  plan::complete_plan const by_memory = plan::make({.compute = 3e20, .memory_limit = 144'000'000'000});
  CHECK(total_parameters(to_model(by_memory.shape.architecture)) <= 8'000'000'000);  // 18 bytes each
  CHECK_FALSE(plan::make({.compute = 3e20, .total_parameters_limit = count(20'000'000'000)}).shape.exact.limited);
  CHECK_THROWS_WITH(plan::make({.compute = 3e20, .memory_limit = 5}),
                    ContainsSubstring("memory_limit must be from 18"));
  CHECK_THROWS_WITH(plan::make({.compute = 3e20, .total_parameters_limit = count(700'000'000)}),
                    ContainsSubstring("the limit of parameters or memory must leave room"));
  CHECK_THROWS_WITH(
      plan::make({.compute = 3e20, .expansion_ratio = 22.0, .total_parameters_limit = count(1'000'000'000)}),
      ContainsSubstring("expansion_ratio must not be given together"));
}

TEST_CASE("a depth that is given is kept, by the heads or by M/N_a") {
  for (count depth : {12, 17, 24, 40}) {
    plan::complete_plan const by_heads = plan::make({.compute = 3e20, .n_layers = depth});
    CHECK(by_heads.shape.architecture.n_layers() == depth);
    CHECK(by_heads.shape.missed.largest() < 0.25);
    plan::complete_plan const by_density =
        plan::make({.compute = 3e20, .n_heads = 16, .head_dim = 128, .n_layers = depth});
    CHECK(by_density.shape.architecture.n_layers() == depth);
    CHECK(by_density.shape.architecture.n_heads == 16);
    // Eq. 11: scores take 6·8192·16·128·L of M = 5.9390e9, and M/N_a is 6 over the rest's share
    double const scores = 6.0 * 8192 * 16 * 128 * real(depth) / 5.9390e9;
    CHECK(near(by_density.shape.targets().flops_per_active_parameter, 6 / (1 - scores), 1e-4));
  }
  CHECK_THROWS_WITH(plan::make({.compute = 3e20, .n_heads = 16, .n_layers = 20, .flops_per_active_parameter = 8.0}),
                    ContainsSubstring("flops_per_active_parameter must not be given together"));
  CHECK_THROWS_WITH(plan::make({.compute = 3e20, .n_heads = 16, .head_dim = 128, .n_layers = 90}),
                    ContainsSubstring("must leave FLOPs for weights"));
}

TEST_CASE("serving is paid from the budget, by a model of the same loss that is smaller and trained longer") {
  for (double served : {1e10, 1e11, 1e12}) {
    plan::complete_plan const p = plan::make({.compute = 3e20, .inference_tokens = served});
    REQUIRE(p.compute.serving);
    CHECK(near(p.compute.serving->training + p.compute.serving->serving, 3e20, 1e-6));
    CHECK(near(real(p.run.holistic_compute), p.compute.serving->training, 1e-6));
    // forward alone is a third of forward and backward
    CHECK(near(p.compute.serving->serving, p.shape.targets().training_flops_per_token / 3 * served, 1e-9));
    CHECK(p.compute.serving->flops_factor < 1);
    CHECK(p.compute.serving->tokens_factor > 1);
    // 2401.00448: L = 1.69 + 406.4/N^.336 + 410.7/D^.283. The optimum of 6·N·D = C has
    // N = (alpha·A/(beta·B))^(1/(alpha+beta))·(C/6)^(beta/(alpha+beta)); the served model reaches its loss.
    double const third = p.compute.serving->equal_loss_compute / 6, sum = .336 + .283;
    double const n = std::pow(.336 * 406.4 / (.283 * 410.7), 1 / sum) * std::pow(third, .283 / sum);
    auto const reducible = [](double parameters, double tokens) {
      return 406.4 / std::pow(parameters, .336) + 410.7 / std::pow(tokens, .283);
    };
    CHECK(near(reducible(n * p.compute.serving->flops_factor, third / n * p.compute.serving->tokens_factor),
               reducible(n, third / n), 1e-6));
  }
  CHECK(plan::make({.compute = 3e20, .inference_tokens = 1e12}).compute.training <
        plan::make({.compute = 3e20, .inference_tokens = 1e11}).compute.training);
  CHECK_THROWS_WITH(plan::make({.compute = 3e20, .inference_tokens = 1e30}),
                    ContainsSubstring("compute must leave a thousandth for training"));
  CHECK_THROWS_WITH(plan::make({.compute = 3e20, .inference_tokens = -1}),
                    ContainsSubstring("inference_tokens must be positive"));
}
