// One small model in which every field is used, tallied by hand from its list of tensors.
#include "moetric/account/account.hpp"

#include <vector>

#include "catch.hpp"
#include "moetric/account/cache.hpp"
#include "moetric/account/flops.hpp"
#include "moetric/account/parameters.hpp"

namespace {

using namespace moetric;

// Width 10, vocabulary 100. Layer 1-2: attention with everything and a plain feed-forward with biases. Layer 3-5:
// latent attention with biases and experts with everything. Layer 6: a feed-forward alone. Layer 7: attention alone,
// windowed.
constexpr grouped_query_attention<> attention{.n_heads = 6,
                                              .n_kv_heads = 2,
                                              .head_dim = 5,
                                              .v_head_dim = 4,
                                              .qkv_bias = true,
                                              .output_bias = true,
                                              .qk_norm = qk_norm_kind::full};
constexpr multi_head_latent_attention<> latent{.n_heads = 3,
                                               .q_lora_rank = 7,
                                               .kv_lora_rank = 8,
                                               .qk_nope_head_dim = 4,
                                               .qk_rope_head_dim = 2,
                                               .v_head_dim = 5,
                                               .bias = true};
constexpr grouped_query_attention<> windowed{.n_heads = 2, .head_dim = 3, .window = 4};
constexpr experts<> mixture{.n_experts = 6,
                            .top_k = 2,
                            .d_expert = 5,
                            .n_shared_experts = 3,
                            .d_shared_expert = 4,
                            .shared_gate = true,
                            .router_bias = true,
                            .correction_bias = true};
constexpr dense_ffn<> plain{.d_ff = 7, .kind = ffn_kind::plain, .bias = true};
constexpr model everything{
    .d_model = 10,
    .input = {.vocab_size = 100, .learned_positions = 9, .norm = true},
    .layers = {{attention, plain, 2, 4}, {latent, mixture, 3}, {{}, plain, 1, 1}, {windowed, {}, 1, 1}},
    .output = {.bias = true},
    .norm = norm_kind::layer_norm,
    .mtp = {.modules = 2, .block = {windowed, mixture, 1, 3}}};

struct row {
  term which;
  count stored, active, multiplied, core;
};

// Terms without a row must be zero.
void check(account<> const& got, std::vector<row> const& expected) {
  for (std::size_t i = 0; i != n_terms; ++i) {
    row wanted{static_cast<term>(i), 0, 0, 0, 0};
    for (row const& each : expected)
      if (each.which == wanted.which) wanted = each;
    CAPTURE(name(wanted.which));
    CHECK(got.stored[wanted.which] == wanted.stored);
    CHECK(got.active[wanted.which] == wanted.active);
    CHECK(got.multiplied[wanted.which] == wanted.multiplied);
    CHECK(got.core[wanted.which] == wanted.core);
  }
}

}  // namespace

// A sequence of 6 has 6·7 = 42 half pairs by the exact rule; with a window of 4, 1 + 2 + 3 + 4 + 4 + 4 pairs, 36
// halves.
TEST_CASE("a model with everything is tallied term by term") {
  check(account_of(everything, {.length = 6, .causal = causal_rule::exact}),
        {{term::embedding, 1000, 1000, 0, 0},
         {term::learned_positions, 90, 90, 0, 0},
         {term::norms, (2 * 4 + 3 * 2 + 1 + 1) * 20, 320, 0, 0},
         // 2 · 720, 3 · 662 and 4 · 60
         {term::attention_projections, 1440 + 1986 + 240, 3666, 3666, 0},
         {term::attention_bias, 2 * 58 + 3 * 27, 197, 0, 0},
         {term::qk_norm, 2 * 40, 80, 0, 0},
         {term::latent_norm, 3 * 15, 45, 0, 0},
         // half pairs x heads x (key width + value width)
         {term::attention_core, 0, 0, 0, 2 * 42 * 6 * 9 + 3 * 42 * 3 * 11 + 36 * 2 * 6},
         {term::dense_ffn, 3 * 140, 420, 420, 0},
         {term::dense_ffn_bias, 3 * 17, 51, 0, 0},
         {term::routed_experts, 3 * 900, 900, 900, 0},
         {term::shared_experts, 3 * 360, 1080, 1080, 0},
         {term::shared_expert_gate, 3 * 10, 30, 30, 0},
         {term::router, 3 * 60, 180, 180, 0},
         {term::router_bias, 3 * 6, 18, 0, 0},
         {term::router_correction_bias, 3 * 6, 18, 0, 0},
         {term::mtp_projection, 0, 0, 0, 0},
         {term::final_norm, 20 + 20, 40, 0, 0},
         {term::output_head, 1000, 1000, 1000, 0},
         {term::output_head_bias, 100, 100, 0, 0}});
}

TEST_CASE("the multi-token-prediction modules of a model are tallied term by term") {
  check(mtp_account(everything, {.length = 6, .causal = causal_rule::exact}),
        {{term::embedding, 0, 0, 0, 0},
         {term::learned_positions, 0, 0, 0, 0},
         {term::norms, 2 * (3 + 3) * 20, 240, 0, 0},
         {term::attention_projections, 2 * 240, 480, 480, 0},
         {term::attention_bias, 0, 0, 0, 0},
         {term::qk_norm, 0, 0, 0, 0},
         {term::latent_norm, 0, 0, 0, 0},
         {term::attention_core, 0, 0, 0, 2 * 36 * 2 * 6},
         {term::dense_ffn, 0, 0, 0, 0},
         {term::dense_ffn_bias, 0, 0, 0, 0},
         {term::routed_experts, 2 * 900, 600, 600, 0},
         {term::shared_experts, 2 * 360, 720, 720, 0},
         {term::shared_expert_gate, 2 * 10, 20, 20, 0},
         {term::router, 2 * 60, 120, 120, 0},
         {term::router_bias, 2 * 6, 12, 0, 0},
         {term::router_correction_bias, 2 * 6, 12, 0, 0},
         {term::mtp_projection, 2 * 200, 400, 400, 0},
         {term::final_norm, 0, 0, 0, 0},
         {term::output_head, 0, 0, 2000, 0},
         {term::output_head_bias, 0, 0, 0, 0}});
}

TEST_CASE("without a sequence weights alone are counted") {
  CHECK(account_of(everything).core.total() == 0);
  CHECK(account_of(everything).stored.total() == account_of(everything, {.length = 6}).stored.total());
  CHECK(mtp_account(everything).core.total() == 0);
}

TEST_CASE("a run by itself is tallied with its layers") {
  account<> const run = account_of(everything, everything.layers.runs[3], {.length = 6});
  CHECK(run.stored.total() == 240 + 20);
  CHECK(run.core.total() == (2 * 6 * 4 - 16) * 2 * 6);
}

TEST_CASE("a tied head is stored once and its bias still added") {
  model tied = everything;
  tied.output.tied = true;
  account<> const book = account_of(tied);
  CHECK(book.stored[term::output_head] == 0);
  CHECK(book.active[term::output_head] == 0);
  CHECK(book.multiplied[term::output_head] == 1000);
  CHECK(book.stored[term::output_head_bias] == 100);
  parameter_counts const p = count_parameters(tied);
  CHECK(p.active - p.active_without_input_embedding == 90);  // positions, not the shared matrix
}

TEST_CASE("tallies are added term by term") {
  account<> const a = account_of(everything, {.length = 6});
  account<> const sum = a + mtp_account(everything, {.length = 6});
  CHECK(sum.stored[term::router] == 180 + 120);
  CHECK(sum.active[term::routed_experts] == 900 + 600);
  CHECK(sum.multiplied[term::output_head] == 3000);
  CHECK(sum.core[term::attention_core] == a.core.total() + 2 * (2 * 6 * 4 - 16) * 2 * 6);
}

// 5 queries see 1 + 2 + 3 + 4 + 4 keys: an odd sum over an odd length, so FLOPs per token are no integer.
TEST_CASE("FLOPs per token are an exact ratio") {
  model m{.d_model = 1, .input = {.vocab_size = 1}, .layers = {{windowed, {}}}};
  m.layers.mixers[0].get<grouped_query_attention<>>().n_heads = 1;
  m.layers.mixers[0].get<grouped_query_attention<>>().n_kv_heads = 1;
  flops const forward = forward_flops(m, {.length = 5, .causal = causal_rule::exact});
  CHECK(forward.per_sequence() == 5 * 2 * (12 + 1) + 14 * 2 * 6);
  CHECK(forward.per_token() == ratio(298, 5));
  CHECK(forward.per_token(term::attention_core) == ratio(168, 5));
  CHECK(training_flops(forward).per_token() == ratio(894, 5));
  CHECK((forward + forward).per_sequence() == 596);
  CHECK((forward + forward).per_token() == ratio(596, 5));
  CHECK((forward + forward).sequence_length == 5);
  CHECK(flops{}.per_token() == 0);
  CHECK(flops{}.sequence_length == 1);
}

TEST_CASE("a key-value cache is summed over all layers") {
  // 2 · 18, 3 · 10 and 12 elements
  CHECK(kv_cache_bytes_per_token(everything) == 2 * (36 + 30 + 12));
  CHECK(kv_cache_bytes_per_token(everything, 1) == 78);
}
