#include "moetric/account/decoding.hpp"

#include "catch.hpp"
#include "moetric/account/cache.hpp"
#include "moetric/zoo/catalogue.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;

namespace {

model with(mixer const& mix, feed_forward const& ffn = dense_ffn<>{.d_ff = 64}) {
  return {.d_model = 32, .input = {.vocab_size = 100}, .layers = {{mix, ffn, 3}}};
}

// Cached elements that one sequence reads, for one layer of a kind.
count elements(mixer const& mix, count context) {
  ratio const bytes = decode_reads_of(with(mix), {.context = context}, {.cache = 1}).key_value_cache;
  return exact_div(bytes.numerator, 3);
}

bool near(double a, double b) {
  return std::fabs(a - b) <= 1e-12 * std::fabs(b);
}

}  // namespace

TEST_CASE("one sequence reads the active weights, a row of the embedding and its cache") {
  // Llama-3-8B in bf16: all of its 8,030,261,248 weights but the embedding's 128256 x 4096, of which it reads a row,
  // and 131072 bytes of keys and values for each cached token.
  decode_reads const llama = decode_reads_of(zoo::llama_3_8b, {.context = 1000});
  CHECK(llama.weights.total() == count(2) * (8'030'261'248 - count(128256) * 4096 + 4096));
  CHECK(llama.routed_experts == 0);
  CHECK(llama.key_value_cache == count(131'072) * 1000);
  CHECK(llama.total() == static_cast<double>(llama.weights.total() + llama.key_value_cache));

  // DeepSeek-V3 in fp8: 36,625,618,432 active without the input embedding (models.json); 70272 bytes of bf16 latents
  decode_reads const deepseek = decode_reads_of(zoo::deepseek_v3, {.context = 4096}, {.weights = 1, .cache = 2});
  CHECK(near(static_cast<double>(deepseek.weights.total()) + deepseek.routed_experts, 36'625'618'432 + 7168));
  CHECK(deepseek.key_value_cache == count(70'272) * 4096);
}

TEST_CASE("many sequences read all weights") {
  decode_reads const one = decode_reads_of(zoo::deepseek_v3, {.sequences = 100'000}, {.weights = 1});
  CHECK(near(static_cast<double>(one.weights.total()) + one.routed_experts,
             671'026'419'200.0 - 7168.0 * 129'280 + 100'000 * 7168.0));
  // 58 layers of 256 experts of 3·7168·2048
  CHECK(near(one.routed_experts, 58.0 * 256 * 3 * 7168 * 2048));
}

TEST_CASE("experts are read once for all tokens that use them, uniformly or by their loads") {
  experts<> const four{.n_experts = 4, .top_k = 2, .d_expert = 8};
  model const m = with(mixer{}, four);
  double const expert = 3 * 3 * 32 * 8;  // three matrices in three layers
  // two tokens: 4·(1 − (1/2)²) = 3
  CHECK(near(decode_reads_of(m, {.sequences = 2}, {.weights = 1}).routed_experts, 3 * expert));
  // half of all rows to the first, none to the last: 1 + 2·(1 − (1/2)²) = 2.5
  count const loads[] = {100, 50, 50, 0};
  CHECK(near(decode_reads_of(m, {.sequences = 2, .expert_loads = loads}, {.weights = 1}).routed_experts, 2.5 * expert));
  // fp4 with a byte of scale for 32 elements
  CHECK(near(decode_reads_of(m, {}, {.routed_experts = {17, 32}}).routed_experts, 2 * expert * 17 / 32));
  CHECK(decode_reads_of(m, {}, {.weights = {17, 32}}).weights[term::router] == ratio(count(3) * 32 * 4 * 17, 32));
  count const three[] = {1, 1, 1};
  CHECK_THROWS_WITH(decode_reads_of(m, {.expert_loads = three}), ContainsSubstring("one load for each expert"));
  CHECK_THROWS_WITH(decode_reads_of(m, {.sequences = 0}), ContainsSubstring("sequences must be positive"));
}

TEST_CASE("a mixture of attention heads reads the heads that are used") {
  model const m = with(mixture_of_attention_heads<>{.n_experts = 4, .top_k = 1, .n_kv_heads = 2, .head_dim = 8});
  // per layer 2·32·16 for each expert, 2·32·16 for keys and values, in three layers
  CHECK(near(decode_reads_of(m, {}, {.weights = 1}).routed_experts, 3 * 1024));
  CHECK(decode_reads_of(m, {}, {.weights = 1}).weights[term::attention_projections] == 3 * 1024);
}

TEST_CASE("what a query reads of the cache") {
  grouped_query_attention<> attention{.n_heads = 4, .n_kv_heads = 2, .head_dim = 8};
  CHECK(elements(attention, 1000) == 1000 * 2 * 16);
  attention.window = 100;  // the query's own key is the hundredth
  CHECK(elements(attention, 1000) == 99 * 2 * 16);
  CHECK(elements(attention, 50) == 50 * 2 * 16);
  attention.windows = window_kind::chunked;  // token 1000 starts a chunk, token 1030 has 30 before it in its own
  CHECK(elements(attention, 1000) == 0);
  CHECK(elements(attention, 1030) == 30 * 2 * 16);
  // layers that share keys and values keep none and read another's
  attention = {.n_heads = 4, .n_kv_heads = 2, .head_dim = 8, .key_values = key_value_kind::shared};
  CHECK(elements(attention, 1000) == 1000 * 2 * 16);
  attention.key_values = key_value_kind::key_is_value;
  CHECK(elements(attention, 1000) == 1000 * 2 * 16);  // one projection, two tensors

  multi_head_latent_attention<> latent{.n_heads = 4,
                                       .q_lora_rank = 16,
                                       .kv_lora_rank = 32,
                                       .qk_nope_head_dim = 8,
                                       .qk_rope_head_dim = 4,
                                       .v_head_dim = 8};
  CHECK(elements(latent, 1000) == 1000 * 36);
  latent.sparse = true;
  latent.indexer = {.n_heads = 2, .head_dim = 8, .top_k = 100};
  CHECK(elements(latent, 1000) == 100 * 36 + 1000 * 8);

  compressed_attention<> compressed{.n_heads = 4,
                                    .head_dim = 16,
                                    .q_lora_rank = 8,
                                    .n_output_groups = 2,
                                    .output_lora_rank = 8,
                                    .window = 128,
                                    .compression = key_compression::heavy,
                                    .compression_rate = 100};
  CHECK(elements(compressed, 1050) == (127 + 10) * 16);
  compressed.compression = key_compression::sparse;
  compressed.compression_rate = 4;
  compressed.n_index_heads = 2;
  compressed.index_head_dim = 8;
  compressed.index_top_k = 50;
  CHECK(elements(compressed, 1050) == (127 + 50) * 16 + 262 * 8);
}

TEST_CASE("recurrent states are read whole, whatever the context") {
  model const m = with(gated_delta_net<>{.n_key_heads = 2, .n_value_heads = 4, .key_head_dim = 8, .value_head_dim = 8});
  for (int const context : {0, 1000}) {
    decode_reads const reads = decode_reads_of(m, {.sequences = 5, .context = context}, {.states = 4});
    CHECK(reads.states == 4 * 5 * recurrent_state_bytes(m, 1));
    CHECK(reads.key_value_cache == 0);
  }
}
