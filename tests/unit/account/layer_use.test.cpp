// Layers whose weights are stored once and used often, and layers that the counted tokens skip.
#include "catch.hpp"
#include "moetric/account/cache.hpp"
#include "moetric/account/checkpoint.hpp"
#include "moetric/account/conventions.hpp"
#include "moetric/account/decoding.hpp"
#include "moetric/account/flops.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/account/training.hpp"

using namespace moetric;

namespace {

constexpr grouped_query_attention<> attention{.n_heads = 8, .n_kv_heads = 2, .head_dim = 64};
constexpr dense_ffn<> ffn{.d_ff = 2048};
// Projections 2 (512 · 512) + 2 (512 · 128), feed-forward 3 · 512 · 2048, two norms of 512
constexpr count of_a_layer = 2 * 512 * 512 + 2 * 512 * 128 + 3 * 512 * 2048 + 2 * 512;

constexpr model with(std::initializer_list<group> groups) {
  return {.d_model = 512, .input = {.vocab_size = 1000}, .layers = groups};
}
constexpr model once = with({{attention, ffn, 4}});
/// Four passes through the same layers, as a universal transformer's.
constexpr model looped = with({{attention, ffn, 4}, {attention, ffn, 12, 2, 0, layer_use::again}});
/// As many layers with weights of their own.
constexpr model deep = with({{attention, ffn, 16}});
constexpr model skipped = with({{attention, ffn, 4}, {attention, dense_ffn<>{.d_ff = 64}, 3, 2, 0, layer_use::idle}});

}  // namespace

TEST_CASE("weights that are used again are stored once and multiplied each time") {
  parameter_counts const got = count_parameters(looped);
  CHECK(got.total == 2 * 1000 * 512 + 512 + 4 * of_a_layer);
  CHECK(got.active == got.total);
  CHECK(got.active_matmul == count_parameters(deep).active_matmul);
  CHECK(forward_flops(looped, {1024}).per_sequence() == forward_flops(deep, {1024}).per_sequence());
  // Each pass keeps its own keys and values.
  CHECK(kv_cache_bytes_per_token(looped) == kv_cache_bytes_per_token(deep));
  CHECK(checkpoint_parts_of(looped)[1].name == "fp8_scales");
  CHECK(checkpoint_parts_of(looped)[1].parameters == checkpoint_parts_of(once)[1].parameters);
}

TEST_CASE("weights that are used again are trained once and read each time") {
  training_cost const cost = training_cost_of(looped, {1024}, {});
  CHECK(cost.trainable_parameters == total_parameters(looped));
  CHECK(cost.model.per_sequence() == 3 * forward_flops(looped, {1024}).per_sequence());
  training_choice lora{.frozen = term_set::all(), .lora = lora_ranks(8, projection::query)};
  CHECK(training_cost_of(looped, {1024}, lora).adapter_parameters == 4 * 8 * (512 + 512));
  CHECK(decode_reads_of(looped, {.context = 100}).total() == decode_reads_of(deep, {.context = 100}).total());
}

TEST_CASE("layers that tokens skip are stored and cost nothing") {
  parameter_counts const got = count_parameters(skipped), without = count_parameters(once);
  CHECK(got.total == without.total + 3 * (of_a_layer - 3 * 512 * (2048 - 64)));
  CHECK(got.active == without.active);
  CHECK(forward_flops(skipped, {1024}).per_sequence() == forward_flops(once, {1024}).per_sequence());
  CHECK(kv_cache_bytes_per_token(skipped) == kv_cache_bytes_per_token(once));
  CHECK(decode_reads_of(skipped, {.context = 100}).total() == decode_reads_of(once, {.context = 100}).total());
  training_cost const cost = training_cost_of(skipped, {1024}, {});
  CHECK(cost.trainable_parameters == without.total);
  CHECK(cost.model.per_sequence() == 3 * forward_flops(skipped, {1024}).per_sequence());
}

TEST_CASE("layers that are used again must have been used before") {
  CHECK(diagnose(looped).ok());
  diagnosis const broken = diagnose(with({{attention, ffn, 2, 2, 0, layer_use::again}}));
  REQUIRE(broken.violations.size() == 1);
  CHECK(to_string(broken.violations[0]) ==
        "moetric: layers that are used again must equal an earlier run of layers, but got 2");
  CHECK_FALSE(diagnose(with({{attention, ffn, 2}, {attention, ffn, 2, 4, 0, layer_use::again}})).ok());
}

TEST_CASE("no published tool counts layers that are used again or skipped") {
  for (model const& m : {looped, skipped}) CHECK_FALSE(covers(find_convention("megatron-lm"), m));
  CHECK(covers(find_convention("megatron-lm"), once));
}
