#include "moetric/account/packing.hpp"

#include <array>
#include <span>
#include <vector>

#include "catch.hpp"
#include "moetric/account/conventions.hpp"
#include "moetric/zoo/catalogue.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;

namespace {

constexpr model windowed{
    .d_model = 64,
    .input = {.vocab_size = 100},
    .layers = {{grouped_query_attention<>{.n_heads = 4, .head_dim = 16, .window = 5}, dense_ffn<>{.d_ff = 128}, 3},
               {gated_delta_net<>{.n_key_heads = 2, .n_value_heads = 4, .key_head_dim = 8, .value_head_dim = 8},
                experts<>{.n_experts = 8, .top_k = 2, .d_expert = 32}, 2}}};

}  // namespace

TEST_CASE("a packed batch is the sum of its documents") {
  count const lengths[] = {4096, 1, 17, 2048};
  flops const packed = forward_flops(zoo::deepseek_v3, lengths);
  count sum;
  for (count const length : lengths) sum += forward_flops(zoo::deepseek_v3, {length}).per_sequence();
  CHECK(packed.per_sequence() == sum);
  CHECK(packed.sequence_length == 6162);
  // Attention of one sequence of the same tokens costs more: the sum of squares is what counts, not the square of the
  // sum (Megatron-Bridge issue 3498).
  CHECK(packed.by_term[term::attention_core] < forward_flops(zoo::deepseek_v3, {6162}).by_term[term::attention_core]);
  CHECK(packed.by_term[term::routed_experts] == forward_flops(zoo::deepseek_v3, {6162}).by_term[term::routed_experts]);
}

TEST_CASE("lengths come as a data loader has them: a vector or array of any integer") {
  count const lengths[] = {4096, 1, 17, 2048};
  count const packed = forward_flops(zoo::deepseek_v3, lengths).per_sequence();
  CHECK(forward_flops(zoo::deepseek_v3, std::vector{4096, 1, 17, 2048}).per_sequence() == packed);
  CHECK(forward_flops(zoo::deepseek_v3, std::vector{4096U, 1U, 17U, 2048U}).per_sequence() == packed);
  CHECK(forward_flops(zoo::deepseek_v3, std::vector<std::size_t>{4096, 1, 17, 2048}).per_sequence() == packed);
  CHECK(forward_flops(zoo::deepseek_v3, std::array<std::int64_t, 4>{4096, 1, 17, 2048}).per_sequence() == packed);
  CHECK(forward_flops(zoo::deepseek_v3, std::span(lengths)).per_sequence() == packed);
  CHECK(document_sums::of(std::vector{3, 4}).squares == 25);
  CHECK_THROWS_WITH(forward_flops(zoo::deepseek_v3, std::vector{4096, -1}), ContainsSubstring("must not be negative"));
  static_assert(!DocumentLengths<std::vector<double>> && !DocumentLengths<count>);
}

TEST_CASE("three sequences of 4096 as verl counts: 3145850406567936 training FLOPs") {
  count const lengths[] = {4096, 4096, 4096};
  count const training = training_flops(forward_flops(zoo::deepseek_v3, lengths)).per_sequence();
  // verl also charges the embedding, 3 · 2 · 7168 · 129280 a token
  CHECK(training + count(3) * 2 * 7168 * 129280 * 12288 == 3'145'850'406'567'936);
  CHECK(training_flops(zoo::deepseek_v3, lengths, find_convention("verl")).per_sequence() == 3'145'850'406'567'936);
  CHECK(forward_flops(zoo::deepseek_v3, lengths, find_convention("matmul-causal-half")).per_sequence() * 3 == training);
}

TEST_CASE("documents by their sums: what (Σ lengths, Σ lengths²) gives, lengths give too") {
  count const lengths[] = {4096, 1, 17, 2048};
  document_sums const sums = document_sums::of(lengths);
  CHECK(sums.tokens == 6162);
  CHECK(sums.squares == 16777216 + 1 + 289 + 4194304);
  for (causal_rule const rule : {causal_rule::half, causal_rule::exact, causal_rule::full})
    CHECK(packed_forward_flops(zoo::deepseek_v3, sums, rule).per_sequence() ==
          forward_flops(zoo::deepseek_v3, lengths, rule).per_sequence());
  static_assert(packed_forward_flops(zoo::llama_3_8b, {.tokens = 8192, .squares = count(8192) * 8192}).per_token() ==
                51'470'401'536 / 3);
}

TEST_CASE("layers that ask for the lengths are named when only sums are given") {
  auto const told = [](mixer const& mix, document_sums const& sums) {
    model const m{.d_model = 64, .input = {.vocab_size = 10}, .layers = {{mix, dense_ffn<>{.d_ff = 64}}}};
    try {
      packed_forward_flops(m, sums);
    } catch (std::invalid_argument const& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  grouped_query_attention<> attention{.n_heads = 4, .head_dim = 16, .window = 10};
  CHECK(told(attention, {11, 61}) ==
        "moetric: tokens of a batch given by its sums must not exceed the window of a grouped_query_attention (else "
        "take the lengths), but got 11 and 10");
  CHECK(told(attention, {10, 52}) == "");  // no document can be longer than the window
  attention.bidirectional = true;
  CHECK(told(attention, {11, 61}) == "");
  attention = {.n_heads = 4, .head_dim = 16, .sparse = true, .indexer = {.n_heads = 2, .head_dim = 8, .top_k = 5}};
  CHECK_THAT(told(attention, {11, 61}), ContainsSubstring("top_k of a sparse grouped_query_attention"));
  multi_head_latent_attention<> latent{.n_heads = 4,
                                       .q_lora_rank = 16,
                                       .kv_lora_rank = 32,
                                       .qk_nope_head_dim = 8,
                                       .v_head_dim = 8,
                                       .sparse = true,
                                       .indexer = {.n_heads = 2, .head_dim = 8, .top_k = 5}};
  CHECK_THAT(told(latent, {11, 61}), ContainsSubstring("top_k of a sparse multi_head_latent_attention"));
  mamba_2<> mamba{.n_heads = 4, .head_dim = 8, .state_size = 8, .chunk = 8};
  CHECK(told(mamba, {11, 61}) == "");
  mamba.scan = state_scan::chunked;
  CHECK_THAT(told(mamba, {11, 61}), ContainsSubstring("the chunk of a mamba_2"));
  compressed_attention<> compressed{.n_heads = 4,
                                    .head_dim = 16,
                                    .q_lora_rank = 8,
                                    .n_output_groups = 2,
                                    .output_lora_rank = 8,
                                    .compression = key_compression::heavy,
                                    .compression_rate = 4};
  CHECK_THAT(told(compressed, {4, 16}), ContainsSubstring("a compressed_attention leaves uncompressed"));
  CHECK(told(compressed, {3, 9}) == "");
  compressed.window = 2;
  CHECK_THAT(told(compressed, {3, 9}), ContainsSubstring("the window of a compressed_attention"));
}

TEST_CASE("sums that no documents have are refused") {
  for (document_sums const& wrong : {document_sums{0, 0}, {10, 9}, {10, 101}, {10, 51}})
    CHECK_THROWS_AS(packed_forward_flops(zoo::llama_3_8b, wrong), std::invalid_argument);
  CHECK_NOTHROW(packed_forward_flops(zoo::llama_3_8b, {10, 100}));
  CHECK_NOTHROW(packed_forward_flops(zoo::llama_3_8b, {10, 10}));
}

TEST_CASE("empty batches and lengths are refused") {
  CHECK_THROWS_WITH(forward_flops(windowed, std::span<count const>{}), ContainsSubstring("document_lengths"));
  count const with_zero[] = {5, 0};
  CHECK_THROWS_WITH(forward_flops(windowed, with_zero), ContainsSubstring("sequence_length must be positive"));
}

TEST_CASE("FLOPs of different lengths are not added, and no sequence is longer than a window that stands for none") {
  flops const a = forward_flops(windowed, {.length = 10}), b = forward_flops(windowed, {.length = 20});
  CHECK_THROWS_WITH(a + b, ContainsSubstring("same sequence_length"));
  CHECK((a + a).per_sequence() == 2 * a.per_sequence());
  CHECK_NOTHROW(account_of(windowed, {.length = unlimited_window}));
  CHECK_THROWS_WITH(account_of(windowed, {.length = count(unlimited_window) + 1}),
                    ContainsSubstring("sequence_length must not exceed 1073741824"));
}
