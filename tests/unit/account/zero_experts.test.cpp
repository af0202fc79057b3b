#include "catch.hpp"
#include "moetric/account/decoding.hpp"
#include "moetric/account/flops.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/account/training.hpp"
#include "moetric/model/core_conventions.hpp"
#include "moetric/zoo/catalogue.hpp"

using namespace moetric;

TEST_CASE("zero experts: a token uses fewer experts, in the mean of a uniform draw") {
  // LongCat-Flash (2509.01322): 12 of 512 experts and 256 zero experts; 18.6 to 31.3 billion active, 27 on average
  auto const active = [](expert_draw counted) {
    return count_parameters(counted_by({.zero_experts = counted}, zoo::longcat_flash)).active_without_input_embedding;
  };
  count const expert = 3 * 6144 * 2048;
  CHECK(count_parameters(zoo::longcat_flash).active_without_input_embedding == 27'149'511'680);
  CHECK(active(expert_draw::mean) == 27'149'511'680);
  CHECK(active(expert_draw::most) == 27'149'511'680 + 28 * 4 * expert);    // 31.4e9
  CHECK(active(expert_draw::fewest) == 27'149'511'680 - 28 * 8 * expert);  // 18.7e9
  // 58.99e9 FLOPs a token at 4096: twice the matrices, and 2 sublayers of 28 with 64 heads of 192 and 128
  flops const forward = forward_flops(zoo::longcat_flash, {.length = 4096});
  CHECK(forward.per_token() == 2 * 27'148'681'216 + 56 * 64 * (192 + 128) * 4096ULL);
  CHECK(static_cast<double>(forward.per_token()) == Approx(58.99e9).epsilon(1e-4));

  // A mean that is no whole number of weights is rounded down: 2·5/7 of 3 matrices of 4 x 3
  experts<> const uneven{.n_experts = 5, .top_k = 2, .d_expert = 3, .expert_bias = true, .n_zero_experts = 2};
  CHECK(uneven.active_routed_weights(4) == 3 * (2 * 5 * 12 / 7));
  CHECK(uneven.active_routed_bias_weights(4) == 2 * 5 * (2 * 3 + 4) / 7);
  CHECK(uneven.routed_weights(4) == 5 * 36);
}

TEST_CASE("zero experts take rows and loads that no expert computes") {
  experts<> const e{.n_experts = 4, .top_k = 3, .d_expert = 8, .n_zero_experts = 2};
  CHECK(expert_rows(e, 10) == 20);                      // 2 of 3 choices
  CHECK(expert_capacity(ratio(3, 2), e, 10) == 8);      // 1.5 x 30/6 = 7.5
  CHECK(expected_distinct_experts(e, 1) == Approx(2));  // one token uses the mean
  CHECK(expected_distinct_experts(e, 2) == Approx(4 * (1 - 0.25)));
  count const loads[] = {10, 10, 0, 0, 5, 5};  // the last two are zero experts
  CHECK(expected_distinct_experts(loads, 3, 1, 2) == Approx(2));
  model const m{.d_model = 32, .input = {.vocab_size = 100}, .layers = {{mixer{}, e}}};
  CHECK(decode_reads_of(m, {.expert_loads = loads}, {.weights = 1}).routed_experts == Approx(2 * 3 * 32 * 8));
  CHECK(decode_reads_of(m, {}, {.weights = 1}).routed_experts == Approx(2 * 3 * 32 * 8));
}

TEST_CASE("training multiplies the mean of experts too") {
  model const m = zoo::longcat_flash;
  CHECK(training_cost_of(m, {.length = 64}, {}).model.per_sequence() ==
        3 * forward_flops(m, {.length = 64}).per_sequence());
}
