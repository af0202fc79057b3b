#include "moetric/model/side_parts.hpp"

#include "catch.hpp"
#include "moetric/account/checkpoint.hpp"
#include "moetric/account/decoding.hpp"
#include "moetric/account/flops.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/account/training.hpp"

using namespace moetric;

namespace {

constexpr model plain{
    .d_model = 512,
    .input = {.vocab_size = 1000},
    .layers = {{grouped_query_attention<>{.n_heads = 8, .head_dim = 64}, dense_ffn<>{.d_ff = 2048}, 6}},
    .output = {.tied = true}};
constexpr model with(side_parts const& parts) {
  model m = plain;
  m.side = parts;
  return m;
}
constexpr model embedded = with({.embeddings = {.vocab_size = 900, .width = 32}});
constexpr model updated = with({.updates = {.n_streams = 4}});
constexpr model low_rank = with({.low_rank = {.rank = 16}});
constexpr model depthwise = with({.attention = {.block_size = 2}});

count added(model const& m) {
  return total_parameters(m) - total_parameters(plain);
}
count added_flops(model const& m) {
  return (forward_flops(m, {1}).per_token() - forward_flops(plain, {1}).per_token()).floor();
}

}  // namespace

// models/gemma3n of transformers: table V_p L p, d L p and a norm p; 2 d p and a norm d in each layer
TEST_CASE("embeddings of each layer are a table that is gathered, and three products") {
  count const table = 900 * 6 * 32;
  CHECK(added(embedded) == table + 512 * 6 * 32 + 32 + 6 * (2 * 512 * 32 + 512));
  CHECK(added_flops(embedded) == 2 * (512 * 6 * 32 + 6 * 2 * 512 * 32));
  parameter_counts const got = count_parameters(embedded);
  CHECK(got.effective == got.total - table);
  CHECK(got.non_embedding == count_parameters(plain).non_embedding + added(embedded) - table);
  CHECK(count_parameters(plain).effective == total_parameters(plain));
  // A step gathers the rows of its tokens: 3 of 6 x 32
  CHECK(decode_reads_of(embedded, {.sequences = 3}).weights[term::per_layer_embedding] == 2 * 3 * 6 * 32);
}

// n^2 + n^3 + d n + 2 d in each layer, 2 (n - 1) d^2 outside; the router is multiplied twice
TEST_CASE("alternating updates predict and correct residual streams") {
  CHECK(added(updated) == 6 * (16 + 64 + 512 * 4 + 2 * 512) + 2 * 3 * 512 * 512);
  CHECK(added_flops(updated) == 2 * (6 * (16 + 64 + 2 * 512 * 4) + 2 * 3 * 512 * 512));
}

TEST_CASE("a low-rank residual is two products beside the mixer") {
  CHECK(added(low_rank) == 6 * (2 * 512 * 16 + 512));
  CHECK(added_flops(low_rank) == 2 * 6 * 2 * 512 * 16);
}

// Kimi-K3: 4 d in each layer, 2 d at the end, half of them products
TEST_CASE("residuals by attention over depth score each sublayer's input") {
  CHECK(added(depthwise) == 6 * 4 * 512 + 2 * 512);
  CHECK(added_flops(depthwise) == 2 * (6 * 2 + 1) * 512);
}

TEST_CASE("what stands beside the layers is trained, adapted and scaled with them") {
  for (model const& m : {embedded, updated, low_rank, depthwise}) {
    training_cost const all = training_cost_of(m, {64}, {});
    CHECK(all.trainable_parameters == total_parameters(m));
    CHECK(all.model.per_sequence() == 3 * forward_flops(m, {64}).per_sequence());
    CHECK_FALSE(scales_of(m, *find_scale_rule("fp8_scales")).known);
  }
  training_choice const lora{.frozen = term_set::all(),
                             .lora = lora_ranks(4, {projection::per_layer_in, projection::per_layer_gate})};
  CHECK(training_cost_of(embedded, {64}, lora).adapter_parameters == 4 * (512 + 6 * 32) + 6 * 4 * (512 + 32));
  CHECK_THROWS(training_cost_of(plain, {64}, lora));
  // one scale for each output: 32 and 512 in each layer, 6 x 32 outside
  scale_rule const& int8 = *find_scale_rule("int8_channel_scales");
  CHECK(scales_of(embedded, int8).main - scales_of(plain, int8).main == 6 * (32 + 512) + 6 * 32);
}

TEST_CASE("rules of what stands beside the layers") {
  CHECK(diagnose(embedded).ok());
  CHECK_FALSE(diagnose(with({.embeddings = {.width = 32}})).ok());
  CHECK_FALSE(diagnose(with({.updates = {.n_streams = 1}})).ok());
}
