#include "moetric/layers/parallel_hybrid.hpp"

#include "catch.hpp"
#include "moetric/account/cache.hpp"
#include "moetric/account/decoding.hpp"
#include "moetric/account/flops.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/account/training.hpp"
#include "moetric/model/core_conventions.hpp"
#include "moetric/model/parallel.hpp"
#include "moetric/zoo/falcon_h1.hpp"

using namespace moetric;

namespace {

constexpr model const& published = zoo::falcon_h1_0_5b;
constexpr parallel_hybrid<> layer = published.layers.mixers[0].get<parallel_hybrid<>>();

}  // namespace

TEST_CASE("Falcon-H1-0.5B has the published parameters") {
  static_assert(total_parameters(published) == 521'411'104);  // safetensors
}

TEST_CASE("two mixers in one layer cost what each does") {
  // Projections 2 (1024 (512 + 256) + 512 1024) + 2 (1024 (2 1536 + 2 128 + 24) + 1536 1024); the scan 7 d_in N;
  // the convolution 2 (1536 + 256) 4; half the square 2 s H D
  flops const forward = forward_flops(published, {4096});
  CHECK(forward.per_token(term::attention_projections) ==
        36ULL * 2 * (1024 * 768 + 512 * 1024 + 1024 * 3352 + 1536 * 1024));
  CHECK(forward.per_token(term::state_core) == 36 * 7 * 1536 * 128);
  CHECK(forward.per_token(term::convolution) == 36 * 2 * 1792 * 4);
  CHECK(forward.per_token(term::attention_core) == 36 * 2 * 4096 * 8 * 64);
  model const scanned = counted_by({.mamba_2 = state_scan::two_per_state}, published);
  CHECK(forward_flops(scanned, {4096}).per_token(term::state_core) == 36 * 2 * 1536 * 128);
}

TEST_CASE("two mixers in one layer keep a cache and a state") {
  CHECK(kv_cache_bytes_per_token(published) == 36 * 2 * 2 * 2 * 64);
  CHECK(recurrent_state_bytes(published, 4) == 36 * 4 * (1536 * 128 + 1792 * 3));
  decode_reads const reads = decode_reads_of(published, {.sequences = 2, .context = 1000}, {.cache = 1, .states = 1});
  CHECK(reads.key_value_cache == 2 * 36 * 1000 * 2 * 2 * 64);
  CHECK(reads.states == 2 * 36 * (1536 * 128 + 1792 * 3));
}

TEST_CASE("two mixers in one layer are sharded by the rules of both") {
  CHECK(diagnose(published, parallel_sizes{.tensor = 1}).ok());
  diagnosis const broken = diagnose(published, parallel_sizes{.tensor = 16});  // 8 heads of attention, 1 group
  CHECK(broken.violations.size() == 3);                                        // and 24 heads of Mamba-2
  CHECK(diagnose(model{.d_model = 8, .input = {.vocab_size = 8}, .layers = {{parallel_hybrid<>{}, feed_forward{}}}})
            .violations.size() == 7);
}

TEST_CASE("adapters reach the matrices of both mixers") {
  training_choice choice{.frozen = term_set::all()};
  choice.lora = lora_ranks(8, {projection::state_in, projection::query, projection::output});
  // state_in 1024 + 3352, query 1024 + 512, output 512 + 1024 and 1536 + 1024
  CHECK(training_cost_of(published, {4096}, choice).adapter_parameters == 36ULL * 8 * (4376 + 1536 + 1536 + 2560));
}
