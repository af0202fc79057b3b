#include "moetric/layers/shared_block_adapter.hpp"

#include "catch.hpp"
#include "moetric/account/cache.hpp"
#include "moetric/account/flops.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/account/training.hpp"
#include "moetric/model/parallel.hpp"
#include "moetric/zoo/ouro.hpp"
#include "moetric/zoo/zamba.hpp"

using namespace moetric;

namespace {

constexpr model const& zamba = zoo::zamba_2_1_2b;

}  // namespace

TEST_CASE("Zamba2-1.2B stores its block once and uses it six times") {
  static_assert(total_parameters(zamba) == 1'215'064'704);  // safetensors
  CHECK(active_parameters(zamba) == total_parameters(zamba));
  flops const forward = forward_flops(zamba, {4096});
  // 3 (2 d)^2 + 2 d d at each of six uses, beside the projections of 38 layers of Mamba-2
  count const mamba = count(38) * 2048 * (2 * 4096 + 2 * 128 + 64 + 4096), block = count(6) * 14 * 2048 * 2048;
  CHECK(forward.per_token(term::attention_projections) == 2 * (mamba + block));
  CHECK(forward.per_token(term::dense_ffn) == count(2) * 6 * 3 * 2048 * 8192);
  CHECK(forward.per_token(term::attention_core) == count(6) * 2 * 4096 * 32 * 128);
  CHECK(forward.per_token(term::shared_block) ==
        count(2) * 6 * (2048 * 2048 + 128 * (2048 + 2 * 8192) + 3 * 2 * 128 * 4096));
  CHECK(kv_cache_bytes_per_token(zamba) == 6 * 2 * 2 * 4096);
  CHECK(recurrent_state_bytes(zamba, 1) == 38 * (4096 * 128 + 3 * (4096 + 256)));
  CHECK(training_cost_of(zamba, {64}, {}).trainable_parameters == total_parameters(zamba));
  CHECK(training_cost_of(zamba, {64}, {}).model.per_sequence() == 3 * forward_flops(zamba, {64}).per_sequence());
}

TEST_CASE("rules of a shared block's adapters") {
  CHECK(diagnose(zamba).ok());
  model const bare{.d_model = 64, .input = {.vocab_size = 8}, .layers = {{mixer{}, shared_block_adapter<>{}}}};
  CHECK(diagnose(bare).violations.size() == 2);
}

TEST_CASE("Ouro uses every layer four times") {
  static_assert(total_parameters(zoo::ouro_2_6b) == 2'667'974'657);  // safetensors
  CHECK(count_parameters(zoo::ouro_1_4b).active_matmul ==
        count(4) * 24 * (4 * 2048 * 2048 + 3 * 2048 * 5632) + 49152 * 2048);
  CHECK(kv_cache_bytes_per_token(zoo::ouro_1_4b) == 4 * 24 * 2 * 2 * 2048);
}
