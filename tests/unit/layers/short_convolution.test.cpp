#include "moetric/layers/short_convolution.hpp"

#include "catch.hpp"
#include "moetric/account/cache.hpp"
#include "moetric/account/decoding.hpp"
#include "moetric/account/flops.hpp"
#include "moetric/account/packing.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/account/training.hpp"
#include "moetric/model/parallel.hpp"
#include "moetric/zoo/lfm2.hpp"

using namespace moetric;

namespace {

constexpr short_convolution<> layer{.width = 2048};

model with(mixer const& mix) {
  return {.d_model = 2048, .input = {.vocab_size = 1000}, .layers = {{mix, feed_forward{}}}};
}

}  // namespace

TEST_CASE("a short convolution has 4 d^2 + c d weights, with biases 5 d more") {
  account<> const book = account_of(with(layer));
  CHECK(book.stored[term::attention_projections] == 4 * 2048 * 2048);
  CHECK(book.stored[term::convolution] == 3 * 2048);
  CHECK(book.stored[term::attention_bias] + book.stored[term::state_vectors] == 0);
  account<> const biased = account_of(with(short_convolution<>{.width = 2048, .bias = true}));
  CHECK(biased.stored[term::attention_bias] == (3 + 1) * 2048);
  CHECK(biased.stored[term::state_vectors] == 2048);
}

TEST_CASE("a short convolution costs 2 (4 d^2 + c d) FLOPs a token, whatever the length") {
  for (int const length : {1, 4096}) {
    model const m = with(layer);
    flops const forward = forward_flops(m, {length});
    CHECK(forward.per_token(term::attention_projections) + forward.per_token(term::convolution) ==
          2 * (4 * 2048 * 2048 + 3 * 2048));
    CHECK(forward.by_term[term::attention_core] == 0);
  }
}

TEST_CASE("a short convolution keeps its last c - 1 inputs and no cache") {
  CHECK(recurrent_state_bytes(with(layer), 1) == 2 * 2048);
  CHECK(kv_cache_bytes_per_token(with(layer)) == 0);
  decode_reads const reads = decode_reads_of(with(layer), {.sequences = 3, .context = 1000}, {.states = 1});
  CHECK(reads.states == 3 * 2 * 2048);
  CHECK(reads.key_value_cache == 0);
}

TEST_CASE("the channels of a short convolution are split over tensor-parallel ranks") {
  CHECK(diagnose(with(layer), parallel_sizes{.tensor = 8}).ok());
  diagnosis const broken = diagnose(with(layer), parallel_sizes{.tensor = 7});
  REQUIRE(broken.violations.size() == 1);
  CHECK(to_string(broken.violations[0]) ==
        "moetric: width must be divisible by the tensor-parallel size, but got 2048 and 7");
  CHECK(diagnose(with(short_convolution<>{})).violations.size() == 1);
}

TEST_CASE("LFM2-1.2B is counted as published") {
  // 1,170,340,608 parameters (safetensors); state of 10 layers: 2 x 2048 elements each
  static_assert(total_parameters(zoo::lfm2_1_2b) == 1'170'340'608);
  CHECK(recurrent_state_bytes(zoo::lfm2_1_2b, 1) == 10 * 2 * 2048);
  // 6 attention layers of 8 key-value heads of 64, in bf16
  CHECK(kv_cache_bytes_per_token(zoo::lfm2_1_2b) == 6 * 2 * 2 * 8 * 64);
  // 2 x 1,170,210,816 matrix weights, the convolutions and half the square of 6 layers of 32 heads of 64
  CHECK(forward_flops(zoo::lfm2_1_2b, {4096}).per_token() ==
        count(2) * 1'170'210'816 + 10 * 2 * 3 * 2048 + count(6) * 2 * 32 * 64 * 4096);
  // With everything trained, training costs three times forward.
  CHECK(training_cost_of(zoo::lfm2_1_2b, {4096}, {}).model.per_sequence() ==
        3 * forward_flops(zoo::lfm2_1_2b, {4096}).per_sequence());
}
