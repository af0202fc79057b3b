#include "catch.hpp"
#include "moetric/account/checkpoint.hpp"
#include "moetric/account/conventions.hpp"
#include "moetric/account/decoding.hpp"
#include "moetric/account/packing.hpp"
#include "moetric/account/training.hpp"
#include "moetric/laws/facts.hpp"
#include "moetric/model/parallel.hpp"
#include "moetric/zoo/catalogue.hpp"

// A published model whose layers are stated as data has its published counts, and every account answers for it as for
// the same layers of the library's own kinds.

using namespace moetric;

namespace {

constexpr custom_mixer llama_attention{
    .weights = {.matrices = {{projection::query, 4096, 4096},
                             {projection::key, 4096, 1024},
                             {projection::value, 4096, 1024},
                             {projection::output, 4096, 4096}}},
    .attention_core = {.per_causal_pair = 4 * 32 * 128},
    .n_heads = 32,
    .softmax = true,
    .cache_per_token = 2 * 8 * 128,
};
constexpr custom_feed_forward llama_ffn{.weights = {.matrices = {{projection::ffn_gate, 4096, 14336},
                                                                 {projection::ffn_up, 4096, 14336},
                                                                 {projection::ffn_down, 14336, 4096}}},
                                        .width = 14336};
constexpr model llama_3_8b{
    .d_model = 4096, .input = {.vocab_size = 128256}, .layers = {{llama_attention, llama_ffn, 32}}};

// Mixtral's experts: 8 of 14336, two used.
constexpr custom_feed_forward mixtral_experts{
    .weights = {.matrices = {{projection::router, 4096, 8},
                             {projection::expert_gate, 4096, 14336, 8, 2},
                             {projection::expert_up, 4096, 14336, 8, 2},
                             {projection::expert_down, 14336, 4096, 8, 2}}},
    .n_experts = 8,
    .top_k = 2,
    .d_expert = 14336,
    .expert_matrices = {projection::expert_gate, projection::expert_up, projection::expert_down}};

model with(custom_mixer const& mix) {
  return {.d_model = 64, .input = {.vocab_size = 10}, .layers = {{mix, dense_ffn<>{.d_ff = 64}}}};
}
model with(custom_feed_forward const& ffn) {
  return {.d_model = 64, .input = {.vocab_size = 10}, .layers = {{no_mixer{}, ffn}}};
}

template <class Layer>
std::string told(Layer const& layer, parallel_sizes const& sizes = {}) {
  std::string all;
  for (violation const& each : diagnose(with(layer), sizes).violations)
    all += (all.empty() ? "" : "; ") + to_string(each);
  return all;
}

}  // namespace

TEST_CASE("Llama-3-8B stated as data has its published counts") {
  static_assert(total_parameters(llama_3_8b) == 8'030'261'248);    // of the published checkpoint
  static_assert(kv_cache_bytes_per_token(llama_3_8b) == 131'072);  // 2 x 32 layers x 8 heads x 128 x 2 bytes
  static_assert(forward_flops(llama_3_8b, {.length = 8192}).by_term[term::attention_core] ==
                count(2) * 32 * 8192 * 8192 * 4096);  // 2 s² d in each layer, half of scores and values
}

TEST_CASE("every convention counts a layer stated as data as the same layer of the library") {
  for (convention const& each : conventions) {
    INFO(each.id);
    CHECK(training_flops(llama_3_8b, 8192, each).per_sequence() ==
          training_flops(zoo::llama_3_8b, 8192, each).per_sequence());
  }
}

TEST_CASE("training, packing, decoding and checkpoints answer for a layer stated as data") {
  model const& own = zoo::llama_3_8b;
  training_choice const adapters{.lora = {16, projection::query | projection::value}};
  training_cost const a = training_cost_of(llama_3_8b, {.length = 4096}, adapters),
                      b = training_cost_of(own, {.length = 4096}, adapters);
  CHECK(a.model.per_sequence() == b.model.per_sequence());
  CHECK(a.adapter_parameters == 32 * 16 * (8192 + 5120));
  CHECK(packed_forward_flops(llama_3_8b, {300, 50'000}).per_sequence() ==
        packed_forward_flops(own, {300, 50'000}).per_sequence());
  CHECK(decode_reads_of(llama_3_8b, {.sequences = 4, .context = 1000}).key_value_cache ==
        decode_reads_of(own, {.sequences = 4, .context = 1000}).key_value_cache);
  CHECK(checkpoint_parts_of(llama_3_8b).items[0].parameters == 8'030'261'248);
}

TEST_CASE("experts stated as data: Mixtral-8x7B") {
  model m = zoo::mixtral_8x7b;
  m.layers = {{m.layers.mixers[0], mixtral_experts, 32}};
  CHECK(total_parameters(m) == 46'702'792'704);  // of the published checkpoint
  CHECK(active_parameters(m) == active_parameters(zoo::mixtral_8x7b));
  CHECK(decode_reads_of(m, {.sequences = 8}).routed_experts ==
        decode_reads_of(zoo::mixtral_8x7b, {.sequences = 8}).routed_experts);
  laws::model_traits const seen = laws::traits_of(m);
  CHECK(seen.with_experts == 32);
  CHECK(seen.first.n_experts == 8);
  CHECK(seen.first.d_expert == 14336);
  CHECK(told(mixtral_experts, {.expert = 3}) ==
        "moetric: n_experts must be divisible by the expert-parallel size, but got 8 and 3");
}

TEST_CASE("what a layer stated as data leaves open is no default") {
  custom_mixer const keeps_nothing{.weights = {.matrices = {{projection::query, 64, 64}}},
                                   .attention_core = {.per_causal_pair = 256}};
  CHECK(told(keeps_nothing).find("cache_per_token or recurrent_state of a custom_mixer with a core must be positive") !=
        std::string::npos);
  custom_mixer const no_heads{.weights = {.matrices = {{projection::query, 64, 64}}}};
  CHECK(told(no_heads) == "");
  CHECK(told(no_heads, {.tensor = 2}) ==
        "moetric: n_heads of a custom_mixer must be given to shard it over tensor-parallel ranks, but got 0");
  CHECK(told(custom_feed_forward{}, {.tensor = 2}) ==
        "moetric: width of a custom_feed_forward must be given to shard it over tensor-parallel ranks, but got 0");
}

TEST_CASE("broken rules of layers stated as data") {
  CHECK(told(custom_mixer{.weights = {.matrices = {{projection::query, 64, 0}}}}) ==
        "moetric: outputs of a custom_matrix must be positive, but got 0");
  CHECK(told(custom_mixer{.attention_core = {.per_causal_pair = 3}, .cache_per_token = 1}) ==
        "moetric: per_causal_pair of a custom_mixer must be even, but got 3");
  CHECK(told(custom_mixer{.attention_core = {.per_causal_pair = 2}, .softmax = true, .cache_per_token = 1}) ==
        "moetric: n_heads of a custom_mixer must be positive with softmax, but got 0");
  CHECK(
      told(custom_feed_forward{.n_experts = 8, .top_k = 9, .d_expert = 4, .expert_matrices = projection::expert_up}) ==
      "moetric: top_k must not exceed n_experts, but got 9 and 8");
  CHECK(told(custom_feed_forward{.expert_matrices = projection::expert_up}) ==
        "moetric: n_experts of a custom_feed_forward must be positive with expert_matrices, but got 0");
  CHECK(told(custom_feed_forward{.top_k = 2, .d_expert = 4, .n_shared_experts = 1, .expert_vectors = term::other}) ==
        "moetric: n_experts of a custom_feed_forward must be positive with expert_vectors, but got 0; "
        "moetric: top_k of a custom_feed_forward without experts must be 0, but got 2; "
        "moetric: d_expert of a custom_feed_forward without experts must be 0, but got 4; "
        "moetric: n_shared_experts of a custom_feed_forward without experts must be 0, but got 1");
  custom_feed_forward other_top_k = mixtral_experts;
  other_top_k.weights.matrices[2].used = 3;
  CHECK(told(other_top_k) ==
        "moetric: used of the matrices of experts must be top_k for each n_experts of stored, but got 3 and 2");
  CHECK(told(custom_mixer{.weights = {.matrices = {{projection::query, 64, 64, 1, 2}}}}) ==
        "moetric: used of a custom_matrix must not exceed stored, but got 2 and 1");
  CHECK_THROWS_AS(small_count(count(1) * (std::uint64_t{1} << 32U)), std::invalid_argument);
  CHECK_THROWS_AS(small_count(-1), std::invalid_argument);
}

TEST_CASE("a window limits the pairs, the cache that a query reads, and packing by sums") {
  custom_mixer sliding = llama_attention;
  sliding.window = 1024;
  grouped_query_attention<> const same{.n_heads = 32, .n_kv_heads = 8, .head_dim = 128, .window = 1024};
  sequence<> const tokens{.length = 8192, .causal = causal_rule::exact};
  CHECK(sliding.softmax_scores(tokens) == same.softmax_scores(tokens));
  CHECK(sliding.cache_elements_read(5000) == 1023 * 2048);  // the query's own key is the 1024th
  CHECK(sliding.cache_elements_read(5000) == same.cache_elements_read(count(5000)));
  CHECK(sliding.cache_elements_read(5) == same.cache_elements_read(count(5)));
  model m = llama_3_8b;
  m.layers = {{sliding, llama_ffn, 32}};
  CHECK_THROWS_AS(packed_forward_flops(m, {2000, 2'000'000}), std::invalid_argument);
}
