#include "moetric/cluster/serving.hpp"

#include "catch.hpp"
#include "moetric/zoo/llama.hpp"

using namespace moetric;
using namespace moetric::cluster;

namespace {

device const& h100 = device_named("h100-sxm");
constexpr estimate training{900, 1000, 1100};

}  // namespace

TEST_CASE("decoding reads weights and cache, and is slower than its roofline by a sourced interval") {
  // Llama-3-8B alone: 8,030,261,248 parameters but for 128,255 rows of the embedding, and 131,072 bytes of cache a
  // token, at 3.35e12 bytes a second.
  serving_demand const one{.output_tokens = 3600e6, .context = 1000, .sequences = 1};
  serving_estimate const alone = serving_of(zoo::llama_3_8b, one, h100, number_format::bf16, training);
  double const bytes = 2 * (8'030'261'248. - 128'255. * 4096) + 1000 * 131'072.;
  CHECK(alone.bytes_per_output_token == Approx(bytes).epsilon(1e-12));
  CHECK(alone.memory_bound);
  CHECK(alone.most_output_tokens_per_second == Approx(3.35e12 / bytes).epsilon(1e-12));
  // aiconfigurator: 0.8 of the bandwidth; its issue 1396: 192.4 of 883.7 predicted tokens/s
  CHECK(alone.output_tokens_per_second.high == Approx(0.8 * 3.35e12 / bytes));
  CHECK(alone.output_tokens_per_second.low == Approx(0.8 * 192.4 / 883.7 * 3.35e12 / bytes).epsilon(0.002));
  CHECK(alone.output_tokens_per_second.median ==
        Approx(std::sqrt(alone.output_tokens_per_second.low * alone.output_tokens_per_second.high)).epsilon(0.001));
  CHECK(alone.device_hours.median == Approx(1e6 / alone.output_tokens_per_second.median));
  CHECK(alone.fewest_devices == 1);
  // 1024 sequences share the weights; their caches take 134 GB, and their FLOPs 2 a multiplied weight or more.
  serving_demand many = one;
  many.sequences = 1024;
  serving_estimate const shared = serving_of(zoo::llama_3_8b, many, h100, number_format::bf16, training);
  CHECK(shared.bytes_per_output_token < bytes / 50);
  CHECK(shared.fewest_devices == 2);
  CHECK(shared.flops_per_output_token > 2 * 7.5e9);
}

TEST_CASE("a measured speed is taken as it is, and prompts pass at three times the speed of training") {
  serving_demand demand{.output_tokens = 7200, .input_tokens = 3600 * 3000., .context = 100, .sequences = 8};
  demand.measured_tokens_per_second = 2;
  serving_estimate const made = serving_of(zoo::llama_3_8b, demand, h100, number_format::bf16, training);
  CHECK(made.basis == serving_basis::measured);
  CHECK(made.device_hours.median == Approx(1 + 1));
  CHECK(made.device_hours.low == Approx(1 + 1000. / 1100));
  demand.sequences = 0;
  CHECK_THROWS_WITH(serving_of(zoo::llama_3_8b, demand, h100, number_format::bf16, training),
                    "moetric: sequences of serving must be positive, but got 0");
}

TEST_CASE("a life costs training and serving, in one currency") {
  // DeepSeek-V3: 2.788e6 h at 2 $ are 5.576e6 $ (2412.19437, table 1)
  device_price const two{.per_device_hour = 2}, three{.per_device_hour = 3};
  lifetime_cost const life = lifetime_cost_of(exactly(2.788e6), two, {1e6, 2e6, 4e6}, three);
  CHECK(life.training.amount.median == Approx(5.576e6));
  CHECK(life.total.amount.low == Approx(5.576e6 + 3e6));
  CHECK(life.total.amount.high == Approx(5.576e6 + 12e6));
  CHECK_THROWS_WITH(lifetime_cost_of(exactly(1), two, exactly(1), {.per_device_hour = 1, .currency = "EUR"}),
                    "moetric: prices of training and serving must be in one currency");
}
