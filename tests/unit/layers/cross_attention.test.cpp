#include "moetric/layers/cross_attention.hpp"

#include "catch.hpp"
#include "moetric/account/cache.hpp"
#include "moetric/account/flops.hpp"
#include "moetric/account/packing.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/account/training.hpp"
#include "moetric/model/parallel.hpp"
#include "moetric/zoo/llama.hpp"

using namespace moetric;

namespace {

constexpr cross_attention<> layer{.n_heads = 32,
                                  .n_kv_heads = 8,
                                  .head_dim = 128,
                                  .qk_norm = true,
                                  .gates = true,
                                  .n_keys = 6404,
                                  .source_width = 4096};

constexpr model with(mixer const& mix) {
  return {.d_model = 4096, .input = {.vocab_size = 1000}, .layers = {{mix, feed_forward{}}}};
}

}  // namespace

TEST_CASE("Llama-3.2-11B-Vision's text model has the published parameters, and skips layers in a text") {
  constexpr model const& published = zoo::llama_3_2_11b_vision;
  static_assert(total_parameters(published) == 9'775'192'080);
  // 8 layers of 218,112,258; what is left is Llama-3.1-8B with 8 rows more
  CHECK(active_parameters(published) == 9'775'192'080 - 8 * 218'112'258ULL);
  CHECK(active_parameters(published) == total_parameters(zoo::llama_3_8b) + 8 * 4096);
  CHECK(forward_flops(published, {4096}).per_sequence() == forward_flops(zoo::llama_3_8b, {4096}).per_sequence());
  CHECK(kv_cache_bytes_per_token(published) == kv_cache_bytes_per_token(zoo::llama_3_8b));
}

TEST_CASE("attention to images costs keys once for each image token, and scores for each token and key") {
  flops const forward = forward_flops(with(layer), {1000});
  CHECK(forward.by_term[term::attention_projections] == count(1000) * 2 * 2 * 4096 * 4096);
  CHECK(forward.by_term[term::attention_core] == count(6404) * 2 * 2 * 4096 * 1024 + count(1000) * 6404 * 4 * 4096);
  CHECK(account_of(with(layer)).stored.total() - account_of(with(mixer{})).stored.total() ==
        2 * 4096 * 4096 + 2 * 4096 * 1024 + 256 + 2);
  // Keys and values of the images are kept whatever the length: 8 heads of 128, twice
  CHECK(recurrent_state_bytes(with(layer)) == 2 * 2 * 1024 * 6404);
  CHECK(kv_cache_bytes_per_token(with(layer)) == 0);
  CHECK(training_cost_of(with(layer), {64}, {}).trainable_parameters == total_parameters(with(layer)));
  CHECK(training_cost_of(with(layer), {64}, {}).model.per_sequence() ==
        3 * forward_flops(with(layer), {64}).per_sequence());
}

TEST_CASE("rules of attention to images") {
  CHECK(diagnose(with(layer), parallel_sizes{.tensor = 8}).ok());
  CHECK_FALSE(diagnose(with(layer), parallel_sizes{.tensor = 7}).ok());
  CHECK(diagnose(with(cross_attention<>{})).violations.size() == 3);
  CHECK_FALSE(diagnose(with(cross_attention<>{.n_heads = 1, .head_dim = 1, .n_keys = 1})).ok());
  CHECK_THROWS(packed_forward_flops(with(layer), {10, 100}));
}
