#include "catch.hpp"

#include "moetric/account/flops.hpp"
#include "moetric/model/shape.hpp"
#include "moetric/plan/density.hpp"
#include "moetric/zoo/catalogue.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;

namespace {

// 2603.21862, Table 9: 4 heads of 64, 2 key-value heads, 288/8/1 experts, dense width 3 d_model
model row_of_table_9(count d_model, count n_dense, count n_moe, count d_expert) {
  return to_model({.d_model = d_model,
                   .n_dense_layers = n_dense,
                   .n_moe_layers = n_moe,
                   .n_heads = 4,
                   .n_kv_heads = 2,
                   .head_dim = 64,
                   .d_ff = 3 * d_model,
                   .d_expert = d_expert,
                   .n_experts = 288,
                   .top_k = 8,
                   .n_shared_experts = 1,
                   .vocab_size = 152064});
}

// Eq. 10-12 of the paper, written out for these constants
struct by_hand {
  double m, active, total;
};
by_hand equations(double d, double dense, double moe, double d_expert) {
  double const layers = dense + moe;
  double const active = 2 * d * 64 * (4 + 2) * layers + 9 * d * d * dense + moe * 27 * d * d_expert;
  return {6 * active + 6.0 * 8192 * 4 * 64 * layers, active, active + 3 * d * d_expert * 280 * moe};
}

}  // namespace

TEST_CASE("two shapes of Table 9 with equal M, whose N_a and N are far apart") {
  // the cells M/N_a = 8, N/N_a = 26 and M/N_a = 17, N/N_a = 22
  plan::density_view const a = plan::density_of(row_of_table_9(616, 1, 4, 392), 8192);
  plan::density_view const b = plan::density_of(row_of_table_9(296, 2, 11, 120), 8192);
  by_hand const first = equations(616, 1, 4, 392), second = equations(296, 2, 11, 120);
  CHECK(a.training_flops_per_token() == first.m);
  CHECK(a.active_parameters() == first.active);
  CHECK(a.total_parameters() == first.total);
  CHECK(b.training_flops_per_token() == second.m);
  CHECK(b.active_parameters() == second.active);
  CHECK(b.total_parameters() == second.total);
  CHECK(std::fabs(first.m / second.m - 1) < 2e-5);
  CHECK(first.active / second.active > 1.3);
  CHECK(first.total / second.total > 2);

  std::vector<std::string> const why = plan::why_they_differ(a, b);
  REQUIRE(why.size() == 3);
  CHECK_THAT(why[0], ContainsSubstring("FLOPs per token alone do not distinguish the two"));
  CHECK_THAT(why[1], ContainsSubstring("attention scores have FLOPs and no weights"));
  CHECK_THAT(why[2], ContainsSubstring("N/N_a"));
}

TEST_CASE("kinds of layer add up, and scores have no weights") {
  plan::density_view const v = plan::density_of(row_of_table_9(480, 2, 7, 168), 8192);
  CHECK(v.kinds[1].kind == "attention scores");
  CHECK(v.kinds[1].active_parameters == 0);
  CHECK(v.kinds[1].training_flops_per_token == 6.0 * 8192 * 4 * 64 * 9);
  CHECK(v.kinds[2].total_parameters == 9.0 * 480 * 480 * 2);
  CHECK(v.kinds[3].total_parameters == 289 * 3.0 * 480 * 168 * 7);
  // Eq. 5: M/N_a = 6 / (1 - share of scores)
  double const share = v.kinds[1].training_flops_per_token / v.training_flops_per_token();
  CHECK(std::fabs(v.flops_per_active_parameter() - 6 / (1 - share)) < 1e-12);
  CHECK_THROWS_WITH(plan::density_of(row_of_table_9(480, 2, 7, 168), 0), ContainsSubstring("sequence_length must be"));
}

TEST_CASE("models that differ in M are not called indistinguishable") {
  std::vector<std::string> const why = plan::why_they_differ(plan::density_of(row_of_table_9(480, 2, 7, 168), 8192),
                                                             plan::density_of(row_of_table_9(960, 2, 7, 168), 8192));
  CHECK(why[0].find("do not distinguish") == std::string::npos);
}

TEST_CASE("every product and core of a model is in the view, routers and output head left out") {
  // dense feed-forwards beside experts, indexers, recurrent states, convolutions, compressed keys
  for (char const* const id : {"arctic", "longcat-flash", "gemma-4-26b-a4b", "deepseek-v3.2", "qwen3-next-80b-a3b",
                               "deepseek-v4-flash", "nemotron-h-56b", "lfm2-1.2b", "jetmoe-8b"}) {
    CAPTURE(id);
    model const& m = *zoo::find(id)->value;
    plan::density_view const v = plan::density_of(m, 4096);
    flops const forward = forward_flops(m, {.length = 4096});
    count const left_out =
        forward.by_term[term::router] + forward.by_term[term::shared_expert_gate] + forward.by_term[term::output_head];
    double const rest = 3 * static_cast<double>(ratio(forward.per_sequence() - left_out, 4096));
    CHECK(std::fabs(v.training_flops_per_token() / rest - 1) < 1e-12);
    CHECK(std::fabs(v.flops_per_active_parameter() - 6 / (1 - v.cores() / v.training_flops_per_token())) < 1e-12);
  }
  std::vector<std::string> const why = plan::why_they_differ(plan::density_of(zoo::qwen3_next_80b_a3b, 4096),
                                                             plan::density_of(zoo::qwen3_30b_a3b, 4096));
  CHECK_THAT(why[1], ContainsSubstring("attention scores and states have FLOPs and no weights"));
}
