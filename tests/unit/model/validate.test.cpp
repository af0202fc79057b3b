// Every rule that a model must keep, with the sentence that a user reads when it is broken.
#include "moetric/model/validate.hpp"

#include <string>

#include "catch.hpp"
#include "moetric/account/cache.hpp"
#include "moetric/account/flops.hpp"
#include "moetric/account/parameters.hpp"

namespace {

using namespace moetric;

// A sound model with one layer of each kind.
constexpr model sound{
    .d_model = 64,
    .input = {.vocab_size = 1000},
    .layers = {{grouped_query_attention<>{.n_heads = 8, .n_kv_heads = 2, .head_dim = 16}, dense_ffn<>{.d_ff = 256}, 2},
               {multi_head_latent_attention<>{.n_heads = 8,
                                              .q_lora_rank = 32,
                                              .kv_lora_rank = 16,
                                              .qk_nope_head_dim = 8,
                                              .qk_rope_head_dim = 4,
                                              .v_head_dim = 8},
                experts<>{.n_experts = 8, .top_k = 2, .d_expert = 32, .n_shared_experts = 1, .shared_gate = true}, 3}},
    .mtp = {.modules = 1,
            .block = {grouped_query_attention<>{.n_heads = 8, .head_dim = 16},
                      experts<>{.n_experts = 8, .top_k = 2, .d_expert = 32}}}};

constexpr grouped_query_attention<>& attention(model& m) {
  return m.layers.mixers[0].get<grouped_query_attention<>>();
}
constexpr multi_head_latent_attention<>& latent(model& m) {
  return m.layers.mixers[1].get<multi_head_latent_attention<>>();
}
constexpr dense_ffn<>& dense(model& m) {
  return m.layers.ffns[0].get<dense_ffn<>>();
}
constexpr experts<>& moe(model& m) {
  return m.layers.ffns[1].get<experts<>>();
}

struct broken_rule {
  void (*breaks)(model&);
  char const* sentence;
};
constexpr broken_rule rules[] = {
    {[](model& m) { m.d_model = 0; }, "moetric: d_model must be positive, but got 0"},
    {[](model& m) { m.input.vocab_size = 0; }, "moetric: vocab_size must be positive, but got 0"},
    {[](model& m) { m.layers = {}; }, "moetric: layers must hold at least one group, but got 0"},
    {[](model& m) { m.layers.runs[1].layers = 0; }, "moetric: layers of a group must be positive, but got 0"},

    {[](model& m) { attention(m).n_heads = 0; }, "moetric: n_heads must be positive, but got 0"},
    {[](model& m) { attention(m).n_kv_heads = 0; }, "moetric: n_kv_heads must be positive, but got 0"},
    {[](model& m) { attention(m).n_kv_heads = 3; },
     "moetric: n_heads must be divisible by n_kv_heads, but got 8 and 3"},
    {[](model& m) { attention(m).n_kv_heads = 16; },
     "moetric: n_heads must be divisible by n_kv_heads, but got 8 and 16"},
    {[](model& m) { attention(m).head_dim = 0; }, "moetric: head_dim must be positive, but got 0"},
    {[](model& m) { attention(m).v_head_dim = 0; }, "moetric: v_head_dim must be positive, but got 0"},
    {[](model& m) { attention(m).window = 0; }, "moetric: window must be positive, but got 0"},

    {[](model& m) { latent(m).n_heads = 0; }, "moetric: n_heads must be positive, but got 0"},
    {[](model& m) { latent(m).q_lora_rank = 0; }, "moetric: q_lora_rank must be positive with query_lora, but got 0"},
    {[](model& m) { latent(m).kv_lora_rank = 0; }, "moetric: kv_lora_rank must be positive, but got 0"},
    {[](model& m) { latent(m).qk_nope_head_dim = latent(m).qk_rope_head_dim = 0; },
     "moetric: qk_nope_head_dim + qk_rope_head_dim must be positive, but got 0 and 0"},
    {[](model& m) { latent(m).v_head_dim = 0; }, "moetric: v_head_dim must be positive, but got 0"},

    {[](model& m) { dense(m).d_ff = 0; }, "moetric: d_ff must be positive, but got 0"},

    {[](model& m) { moe(m).top_k = 0; }, "moetric: top_k must be positive, but got 0"},
    {[](model& m) { moe(m).top_k = 9; }, "moetric: top_k must not exceed n_experts, but got 9 and 8"},
    {[](model& m) { moe(m).d_expert = 0; }, "moetric: d_expert must be positive, but got 0"},
    {[](model& m) { moe(m).d_shared_expert = 0; },
     "moetric: d_shared_expert must be positive with shared experts, but got 0"},
    {[](model& m) { moe(m).n_shared_experts = 0; },
     "moetric: n_shared_experts must be positive with shared_gate, but got 0"},

    {[](model& m) { m.mtp.block.layers = 2; }, "moetric: layers of an mtp block must be 1, but got 2"},
    {[](model& m) { m.mtp.block.layers = 0; }, "moetric: layers of an mtp block must be 1, but got 0"},
    {[](model& m) { m.mtp.block.mix.get<grouped_query_attention<>>().head_dim = 0; },
     "moetric: head_dim must be positive, but got 0"},
    {[](model& m) { m.mtp.block.ffn.get<experts<>>().top_k = 9; },
     "moetric: top_k must not exceed n_experts, but got 9 and 8"},
};

constexpr model broken(void (*breaks)(model&)) {
  model m = sound;
  breaks(m);
  return m;
}

std::string told(model const& m) {
  try {
    validate(m);
  } catch (std::invalid_argument const& error) {
    return error.what();
  }
  return "nothing";
}

}  // namespace

TEST_CASE("a sound model breaks no rule") {
  CHECK(diagnose(sound).ok());
  CHECK_NOTHROW(validate(sound));
}

TEST_CASE("each broken rule is told by its sentence and what was got, and nothing else is told") {
  for (broken_rule const& row : rules) {
    CAPTURE(row.sentence);
    model const m = broken(row.breaks);
    diagnosis const report = diagnose(m);
    CHECK_FALSE(report.ok());
    REQUIRE(report.violations.size() == 1);
    CHECK(to_string(report.violations[0]) == row.sentence);
    CHECK_THROWS_AS(validate(m), std::invalid_argument);
    CHECK(told(m) == row.sentence);
  }
}

TEST_CASE("no account is given of a model that breaks a rule") {
  for (broken_rule const& row : rules) {
    CAPTURE(row.sentence);
    model const m = broken(row.breaks);
    CHECK_THROWS_WITH(account_of(m), row.sentence);
    CHECK_THROWS_WITH(mtp_account(m), row.sentence);
    CHECK_THROWS_WITH(count_parameters(m), row.sentence);
    CHECK_THROWS_WITH(total_parameters(m), row.sentence);
    CHECK_THROWS_WITH(active_parameters(m), row.sentence);
    CHECK_THROWS_WITH(kv_cache_bytes_per_token(m), row.sentence);
    CHECK_THROWS_WITH(forward_flops(m, {.length = 128}), row.sentence);
    CHECK_THROWS_WITH(mtp_forward_flops(m, {.length = 128}), row.sentence);
    CHECK_THROWS_WITH(training_flops(m, {.length = 128}), row.sentence);
    CHECK_THROWS_WITH(training_flops_per_token(m, {.length = 128}), row.sentence);
  }
}

TEST_CASE("a sentence without values is told as it is") {
  CHECK(to_string(violation{}) == "");
  CHECK(to_string(violation{.sentence = "moetric: so must it be"}) == "moetric: so must it be");
}

TEST_CASE("all broken rules are told at once, in the order of the model") {
  CHECK(told(broken([](model& m) {
          m.d_model = 0;
          attention(m).n_kv_heads = 3;
          latent(m).kv_lora_rank = 0;
          moe(m).top_k = 9;
        })) == "moetric: d_model must be positive, but got 0; "
               "moetric: n_heads must be divisible by n_kv_heads, but got 8 and 3; "
               "moetric: kv_lora_rank must be positive, but got 0; "
               "moetric: top_k must not exceed n_experts, but got 9 and 8");
}

TEST_CASE("an empty model is told everything that it lacks") {
  CHECK(told(model{}) == "moetric: d_model must be positive, but got 0; "
                         "moetric: vocab_size must be positive, but got 0; "
                         "moetric: layers must hold at least one group, but got 0");
}

TEST_CASE("n_experts of zero is told together with the top_k that exceeds it") {
  CHECK(told(broken([](model& m) { moe(m).n_experts = 0; })) ==
        "moetric: n_experts must be positive, but got 0; moetric: top_k must not exceed n_experts, but got 2 and 0");
}

TEST_CASE("a layer that is used in many places is told once") {
  CHECK(told(broken([](model& m) {
          m.layers.append({attention(m), dense(m), 5});
          attention(m).head_dim = 0;
        })) == "moetric: head_dim must be positive, but got 0");
}

TEST_CASE("what is not read is not checked") {
  CHECK(told(broken([](model& m) {
          latent(m).query_lora = false;
          latent(m).q_lora_rank = 0;
        })) == "nothing");
  CHECK(told(broken([](model& m) {
          moe(m).n_shared_experts = 0;
          moe(m).shared_gate = false;
          moe(m).d_shared_expert = 0;
        })) == "nothing");
  CHECK(told(broken([](model& m) {
          m.mtp.modules = 0;
          m.mtp.block.layers = 7;
          m.mtp.block.ffn.get<experts<>>().top_k = 9;
        })) == "nothing");
  CHECK(told(broken([](model& m) { latent(m).qk_rope_head_dim = 0; })) == "nothing");
  CHECK(told(broken([](model& m) { latent(m).qk_nope_head_dim = 0; })) == "nothing");
}

TEST_CASE("limits themselves are allowed") {
  CHECK(told(broken([](model& m) { moe(m).top_k = 8; })) == "nothing");
  CHECK(told(broken([](model& m) { attention(m).n_kv_heads = 8; })) == "nothing");
  CHECK(told(broken([](model& m) { attention(m).n_kv_heads = 1; })) == "nothing");
  CHECK(told(broken([](model& m) { attention(m).window = 1; })) == "nothing");
}

TEST_CASE("a model with very many broken rules is told the first 32") {
  model m = sound;
  for (int i = 1; i <= 28; ++i) {
    m.layers.append({mixer{}, dense_ffn<>{.d_ff = i}});
    m.layers.append({grouped_query_attention<>{.n_heads = i, .head_dim = 0}, feed_forward{}});
  }
  diagnosis const report = diagnose(m);
  CHECK_FALSE(report.ok());
  CHECK(report.violations.size() == 32);
  CHECK_THROWS_AS(validate(m), std::invalid_argument);
}

TEST_CASE("a sequence length outside 1 .. 2^30 is refused with the limit") {
  constexpr char const* positive = "moetric: sequence_length must be positive, but got 0";
  constexpr char const* limit = "moetric: sequence_length must not exceed 1073741824";
  CHECK_THROWS_AS(forward_flops(sound, {.length = 0}), std::invalid_argument);
  CHECK_THROWS_WITH(forward_flops(sound, {.length = 0}), positive);
  CHECK_THROWS_WITH(training_flops_per_token(sound, {}), positive);
  CHECK_THROWS_WITH(mtp_forward_flops(sound, {.length = 0}), positive);
  CHECK_THROWS_WITH(forward_flops(sound, {.length = 1'073'741'825}), limit);
  CHECK_THROWS_WITH(mtp_forward_flops(sound, {.length = 1'073'741'825}), limit);
  // At the limit attention without a window still sees the whole sequence: 2 layers of H·(D+V) = 256 and 3 of
  // 8·(12+8) = 160 FLOPs for each of s² half pairs.
  flops const longest = forward_flops(sound, {.length = 1'073'741'824});
  CHECK(longest.by_term[term::attention_core] == (count(2) * 256 + count(3) * 160) * 1'073'741'824 * 1'073'741'824);
}

// In constant expressions: sound models pass, the rules are told.
static_assert((validate(sound), true));
static_assert(diagnose(sound).ok());
static_assert(diagnose(broken([](model& m) { moe(m).top_k = 9; })).violations.size() == 1);
static_assert(diagnose(broken([](model& m) { moe(m).top_k = 9; })).violations[0].got[0] == 9);
static_assert(diagnose(model{}).violations.size() == 3);
