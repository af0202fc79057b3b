#include "catch.hpp"

#include <random>

#include "moetric/laws/holistic.hpp"
#include "moetric/plan/holistic_inverse.hpp"
#include "moetric/zoo/deepseek.hpp"

using namespace moetric;

namespace {

plan::holistic_inverse inverse_at(laws::holistic::scale const& s, double expansion_ratio = 22) {
  return plan::holistic_inverse(
      {s.training_flops_per_token, s.flops_per_active_parameter, expansion_ratio},
      {.n_heads = double(s.n_heads), .n_kv_heads = double(s.n_kv_heads), .head_dim = double(s.head_dim)});
}

bool near(double a, double b, double absolute) {
  return std::fabs(a - b) <= absolute;
}

}  // namespace

TEST_CASE("the known answer at 1e18 and d_model 480") {
  // 2603.21862 inverted: L* 9.621, L_d* 2.107, L_m* 7.513, d_m* 168.846
  shape<double> const s = inverse_at(laws::holistic::scales[0]).at(480);
  CHECK(near(s.n_layers(), 9.621, 5e-4));
  CHECK(near(s.n_dense_layers, 2.107, 5e-4));
  CHECK(near(s.n_moe_layers, 7.513, 6e-4));
  CHECK(near(s.d_expert, 168.846, 5e-3));
}

TEST_CASE("widths by the ratio 3.25 at the six scales") {
  double const expected[] = {475.5, 742.5, 824.6, 1220.9, 1341.1, 1870.7};
  for (std::size_t i = 0; i != 6; ++i) {
    plan::holistic_inverse const inverse = inverse_at(laws::holistic::scales[i]);
    CHECK(near(inverse.d_model_at_width_ratio(3.25), expected[i], 0.06));
    auto const feasible = inverse.feasible_d_model();
    CHECK(feasible.low < expected[i]);
    CHECK(expected[i] < feasible.high);
  }
}

TEST_CASE("at 3e20 with N/N_a = 25 the width ratio leaves the feasible range") {
  plan::holistic_inverse const inverse = inverse_at(laws::holistic::scales[5], 25);
  CHECK(inverse.d_model_at_width_ratio(3.25) > inverse.feasible_d_model().high);
}

TEST_CASE("the real-valued shape meets its targets exactly at every feasible width") {
  std::mt19937_64 random(7);
  auto const draw = [&random](double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random);
  };
  for (int i = 0; i != 500; ++i) {
    double const top_k = draw(1, 10), experts = top_k * draw(2, 40), shared = i % 3;
    double const largest = (experts + shared) / (top_k + shared);
    plan::triad_targets const targets{draw(1e8, 1e12), draw(6.3, 12), 1 + draw(0.2, 0.9) * (largest - 1)};
    double const layers = draw(4, 80);
    double const length = draw(2048, 16384);
    double const heads =
        (targets.training_flops_per_token - 6 * targets.active_parameters()) / (6 * length * 64 * layers);
    plan::shape_constants const fixed{.sequence_length = length,
                                      .n_heads = heads,
                                      .n_kv_heads = heads / 3,
                                      .head_dim = 64,
                                      .n_experts = experts,
                                      .top_k = top_k,
                                      .n_shared_experts = shared,
                                      .d_ff_per_d_model = draw(2, 4)};
    plan::holistic_inverse const inverse(targets, fixed);
    auto const [low, high] = inverse.feasible_d_model();
    REQUIRE(low < high);
    shape<double> const s = inverse.at(low + draw(0, 1) * (high - low));
    triad<double> const t = triad_of(s, length);
    CHECK(near(t.training_flops_per_token / targets.training_flops_per_token, 1, 1e-11));
    CHECK(near(t.active_non_embedding_parameters / targets.active_parameters(), 1, 1e-11));
    CHECK(near(t.total_non_embedding_parameters / targets.total_parameters(), 1, 1e-11));
    CHECK(s.n_dense_layers >= 0.5 * (1 - 1e-9));
    CHECK(s.n_moe_layers >= 0.5 * (1 - 1e-9));
    CHECK(near(inverse.at(low).n_moe_layers, 0.5, 1e-6));
    CHECK(near(inverse.at(high).n_dense_layers, 0.5, 1e-6));
    double const d = inverse.d_model_at_width_ratio(3.25);
    shape<double> const by_ratio = inverse.at(d);
    CHECK(near((top_k + shared) * by_ratio.d_expert / d, 3.25, 1e-9));
  }
}

TEST_CASE("targets that no shape meets are refused by name") {
  using Catch::Matchers::ContainsSubstring;
  plan::shape_constants const fixed{.n_heads = 16, .n_kv_heads = 8, .head_dim = 128};
  CHECK_THROWS_WITH(plan::holistic_inverse({5.9e9, 6.0, 22}, fixed),
                    ContainsSubstring("flops_per_active_parameter must exceed 6, but got 6.0"));
  CHECK_THROWS_WITH(plan::holistic_inverse({5.9e9, 8.2, 33}, fixed),
                    ContainsSubstring("expansion_ratio must lie between 1 and"));
  CHECK_THROWS_WITH(plan::holistic_inverse({5.9e9, 8.2, 1}, fixed),
                    ContainsSubstring("expansion_ratio must lie between 1 and"));
  CHECK_THROWS_WITH(plan::holistic_inverse({5.9e9, 8.2, 22}, {.n_heads = 1024, .n_kv_heads = 8, .head_dim = 128}),
                    ContainsSubstring("n_heads x head_dim must be small enough"));
  // A fixed 22 is infeasible at 128/8.
  CHECK_THROWS_WITH(
      plan::holistic_inverse(
          {5.9e9, 8.2, 22},
          {.n_heads = 16, .n_kv_heads = 8, .head_dim = 128, .n_experts = 128, .top_k = 8, .n_shared_experts = 0}),
      ContainsSubstring("expansion_ratio"));
}

TEST_CASE("the inverse of DeepSeek-V3's triad is DeepSeek-V3: latent attention and a feed-forward of its own width") {
  // 2412.19437, section 4.2: 61 layers, the first 3 dense, of width 7168; 128 heads of 128 with ranks 1536 and 512,
  // rotary width 64; dense feed-forwards of 18432; 256 routed experts of 2048, 8 active, 1 shared.
  plan::latent_widths const latents = plan::deepseek_latents(128);
  CHECK(latents == plan::latent_widths{1536, 512, 64, 128});
  shape<> const v3{.d_model = 7168,
                   .n_dense_layers = 3,
                   .n_moe_layers = 58,
                   .n_heads = 128,
                   .head_dim = 128,
                   .d_ff = 18432,
                   .d_expert = 2048,
                   .n_experts = 256,
                   .top_k = 8,
                   .n_shared_experts = 1,
                   .vocab_size = 129280};
  // Its weights are those of the zoo's, whose router has a correction bias beside.
  count const bias = 58 * 256;
  CHECK(total_parameters(plan::model_with(v3, latents)) + bias == total_parameters(zoo::deepseek_v3));
  triad<double> const t = plan::triad_with(to_real(v3), std::optional(latents), 4096.);
  CHECK(t.total_non_embedding_parameters == static_cast<double>(shape_weights(account_of(zoo::deepseek_v3).stored)));
  plan::holistic_inverse const inverse({t.training_flops_per_token,
                                        t.training_flops_per_token / t.active_non_embedding_parameters,
                                        t.total_non_embedding_parameters / t.active_non_embedding_parameters},
                                       {.sequence_length = 4096,
                                        .n_heads = 128,
                                        .n_kv_heads = 128,
                                        .head_dim = 128,
                                        .n_experts = 256,
                                        .top_k = 8,
                                        .n_shared_experts = 1,
                                        .d_ff = 18432,
                                        .latents = latents});
  shape<double> const found = inverse.at(7168);
  CHECK(near(found.n_dense_layers, 3, 1e-6));
  CHECK(near(found.n_moe_layers, 58, 1e-6));
  CHECK(near(found.d_expert, 2048, 1e-6));
  CHECK(found.d_ff == 18432);
  CHECK(near(inverse.d_model_at_dense_layers(3), 7168, 1e-6));
  CHECK(near(inverse.d_model_at_width_ratio(9 * 2048 / 7168.), 7168, 1e-6));
}
