#include "catch.hpp"

#include <random>

#include "moetric/laws/holistic.hpp"
#include "moetric/laws/holistic_shares.hpp"

using namespace moetric;
using namespace moetric::laws;

namespace {

// Equal to that many significant digits: within half a unit of the last of them.
bool same_digits(double got, double expected, int digits) {
  return std::fabs(got - expected) <= 0.5 * std::pow(10, std::floor(std::log10(expected)) + 1 - digits);
}

}  // namespace

TEST_CASE("Eq. 2 gives M and D of Table 2 to four digits") {
  // 2603.21862, Table 2: C, M in GFLOPs, D in billions of tokens
  struct row {
    double compute, m, d;
  };
  for (row const& r : {row{1e18, 0.2672, 3.7420}, row{3e18, 0.4856, 6.1775}, row{1e19, 0.9345, 10.7004},
                       row{3e19, 1.6983, 17.6649}, row{1e20, 3.2681, 30.5985}, row{3e20, 5.9390, 50.5138}}) {
    CAPTURE(r.compute);
    CHECK(same_digits(holistic::optimal_training_flops_per_token(r.compute) / 1e9, r.m, 4));
    CHECK(same_digits(holistic::optimal_tokens(r.compute) / 1e9, r.d, 4));
    CHECK(holistic::optimal.parameters(r.compute) == holistic::optimal_training_flops_per_token(r.compute));
    CHECK(holistic::optimal.tokens(r.compute) == holistic::optimal_tokens(r.compute));
  }
}

TEST_CASE("M/N_a passes through the six recovered optima and never reaches 6") {
  for (auto const& [compute, density] :
       {std::pair{1e18, 10.97}, {3e18, 9.91}, {1e19, 9.23}, {3e19, 8.78}, {1e20, 8.35}, {3e20, 8.22}})
    CHECK(same_digits(holistic::flops_per_active_parameter(compute), density, 6));
  double last = 1e9;
  for (double exponent = 15; exponent <= 30; exponent += 0.01) {
    double const density = holistic::flops_per_active_parameter(std::pow(10, exponent));
    CHECK(density > 6);
    CHECK(density < last);  // "decreases with increasing compute scale"
    last = density;
  }
}

TEST_CASE("M/N_a goes on from the end points without a jump, one decade dividing its excess by 10^0.14221") {
  CHECK(std::fabs(holistic::flops_per_active_parameter(3e20 * (1 + 1e-12)) - 8.22) < 1e-9);
  CHECK(std::fabs(holistic::flops_per_active_parameter(1e18 * (1 - 1e-12)) - 10.97) < 1e-9);
  // 2.22 · 10^−0.14221 = 1.6001, by hand: 10^0.14221 = 1.38743
  CHECK(std::fabs(holistic::flops_per_active_parameter(3e21) - 7.60008) < 2e-5);
}

TEST_CASE("N/N_a is 22 at 288/8/1 and close to what shipped models have") {
  CHECK(std::fabs(holistic::expansion_ratio(288, 8, 1) - 22) < 1e-12);
  CHECK(brief(holistic::expansion_ratio(256, 8, 1), 3) == "19.6");             // DeepSeek-V3 shipped 18.7
  CHECK(brief(holistic::expansion_ratio(128, 8, 0), 3) == "11.1");             // Qwen3-30B-A3B shipped 10.95
  CHECK(brief(holistic::largest_expansion_ratio(288, 8, 1), 6) == "32.1111");  // 289/9
}

TEST_CASE("learning rate and batch follow Table 4") {
  for (holistic::scale const& s : holistic::scales) {
    CAPTURE(s.compute);
    CHECK(std::fabs(holistic::learning_rate(s.compute) / s.learning_rate - 1) < 0.0045);
    CHECK(std::fabs(holistic::batch_tokens(s.compute) / (s.batch_sequences * 8192.0) - 1) < 0.081);
  }
}

TEST_CASE("the distance from the fitted range is told in decades") {
  CHECK(holistic::decades_outside(1e18) == 0);
  CHECK(holistic::decades_outside(3e20) == 0);
  CHECK(std::fabs(holistic::decades_outside(3e22) - 2) < 1e-12);
  CHECK(std::fabs(holistic::decades_outside(1e17) - 1) < 1e-12);
}

TEST_CASE("Eq. 4 and 5 are identities of Eq. 3") {
  std::mt19937_64 random(20260322);
  auto const draw = [&random](double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random);
  };
  for (int i = 0; i != 1000; ++i) {
    double const heads = draw(4, 64), kv = draw(1, heads), top_k = draw(1, 8), experts = draw(9, 300);
    double const shared = i % 3, length = draw(1024, 65536), d = draw(256, 8192);
    shape<double> const s{.d_model = d,
                          .n_dense_layers = draw(0, 5),
                          .n_moe_layers = draw(1, 60),
                          .n_heads = heads,
                          .n_kv_heads = kv,
                          .head_dim = draw(64, 192),
                          .d_ff = 3 * d,
                          .d_expert = draw(64, 4096),
                          .n_experts = experts,
                          .top_k = top_k,
                          .n_shared_experts = shared};
    triad<double> const t = triad_of(s, length);
    holistic::compute_shares const share = holistic::shares_of(s, length);
    double const active = t.active_non_embedding_parameters;
    double const total = t.total_non_embedding_parameters;
    double const m = t.training_flops_per_token;
    CHECK(share.attention > 0);
    CHECK(std::fabs(holistic::density_from_share(share.attention, {d, kv / heads, length}) / (m / active) - 1) < 1e-12);
    CHECK(std::fabs((active + holistic::inactive_from_share(m, share.experts, experts, top_k, shared)) / total - 1) <
          1e-12);
    double const of_active = share.experts * m / 6 / active;
    CHECK(std::fabs(holistic::expansion_from_share(of_active, experts, top_k, shared) / (total / active) - 1) < 1e-12);
  }
}
