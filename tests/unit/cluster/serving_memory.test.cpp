#include "moetric/cluster/serving_memory.hpp"

#include "catch.hpp"
#include "moetric/zoo/catalogue.hpp"

using namespace moetric;
using cluster::layout;
using cluster::serving_memory;

// deepseek-ai/DeepSeek-V3: 671,026,419,200 parameters, of which 58 layers of 256 experts of 44,040,192 are shared by
// all ranks; a token caches 70,272 bytes in bf16.
TEST_CASE("a device that serves holds its weights and the cache of its replica's sequences") {
  model v3 = zoo::deepseek_v3;
  v3.mtp.modules = 0;
  layout const on_64{.sizes = {.expert = 64}, .devices = 64};
  count const experts = 58 * count(256) * 44'040'192, others = 671'026'419'200 - experts;
  serving_memory const found =
      cluster::serving_memory_of(v3, on_64, {.context = 32768, .sequences = 8}, {.weights = 1, .routed_experts = 1}, 0);
  CHECK(found.weights == others + exact_div(experts, 64));
  CHECK(found.cache == 8 * 32768 * count(70272));
  CHECK(found.total() == found.weights + found.cache);
  CHECK(found.most_sequences(80'000'000'000) == floor_div(80'000'000'000 - found.weights, 32768 * count(70272)));
  CHECK(found.most_sequences(20'000'000'000) == 0);
  CHECK(cluster::serving_memory_of(v3, on_64, {.context = 1}).framework == cluster::framework_bytes);
  CHECK_THROWS_WITH(cluster::serving_memory_of(v3, on_64, {}),
                    Catch::Matchers::ContainsSubstring("context of serving"));
}
