// What each tool and paper prints for published models, to the digit and term by term. Expected values were printed by
// the tools, or computed by hand from the papers' formulas. A failing row means that the library no longer reproduces
// that tool.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "moetric/account/conventions.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/zoo/catalogue.hpp"

namespace {

using namespace moetric;

constexpr counting_options with_mtp{.mtp = mtp_modules::included};

constexpr flops training(model const& m, count length, std::string_view id, counting_options const& options = {}) {
  return training_flops(m, length, *known_convention(id), options);
}

// FLOPs per token, which must be a whole number.
constexpr count per_token(model const& m, count length, std::string_view id, counting_options const& options = {}) {
  flops const all = training(m, length, id, options);
  return exact_div(all.per_sequence(), all.sequence_length);
}

constexpr count per_token(model const& m, count length, std::string_view id, term t,
                          counting_options const& options = {}) {
  return exact_div(training(m, length, id, options).by_term[t], length);
}

// FLOPs per token, term by term: how much a exceeds b. All unlisted terms are equal.
struct expected_difference {
  term which;
  surplus per_token;
};
void check_difference(model const& m, count length, std::string_view a, std::string_view b,
                      counting_options const& options, std::vector<expected_difference> const& expected) {
  CAPTURE(a, b);
  difference const why = explain_difference(m, length, *known_convention(a), *known_convention(b), options);
  surplus rest[n_terms];
  for (auto const& [which, amount] : expected) rest[static_cast<std::size_t>(which)] = amount;
  for (std::size_t i = 0; i != n_terms; ++i) {
    CAPTURE(name(static_cast<term>(i)));
    CHECK(why.by_term[i].more == rest[i].more * length);
    CHECK(why.by_term[i].less == rest[i].less * length);
  }
}

struct row {
  char const* id;
  std::optional<count> gpt_3_at_2048, llama_3_8b_at_8192, deepseek_v3_at_4096, deepseek_v3_with_mtp;
};
constexpr std::nullopt_t none = std::nullopt;
constexpr row published[] = {
    {"matmul-causal-half", 1'061'877'915'648, 51'470'401'536, 250'449'887'232, none},
    {"matmul-causal", 1'061'884'993'536, 51'471'187'968, 250'457'382'912, none},
    {"matmul-full", 1'076'373'430'272, 57'912'852'480, 281'152'192'512, none},
    {"megatron-lm", 1'061'877'915'648, 51'470'401'536, 249'812'054'016, 259'992'950'784},
    {"megatron-bridge", 1'061'877'915'648, 51'470'401'536, 249'812'054'016, 259'992'950'784},
    {"nemo", 1'061'947'441'152, 51'470'401'536, 249'811'304'448, 259'992'059'904},
    {"maxtext", 1'061'877'915'648, 51'470'401'536, 250'449'887'232, 254'465'015'808},
    {"verl", none, 54'622'420'992, 256'009'961'472, none},
    {"torchtitan", 1'076'616'585'216, 57'914'449'920, 281'158'232'064, none},
    {"eleuther-cookbook", 1'073'903'247'360, 55'811'522'560, none, none},
    {"llm-analysis", 1'076'373'430'272, 57'912'852'480, none, none},
    {"6n-active", 1'047'625'555'968, 48'181'567'488, 225'313'784'832, none},
};

// One attention layer of width 16 with a window of 4 in sequences of 10, optionally one more without a window. There is
// no feed-forward; the core takes 3·4·16 training FLOPs per pair.
constexpr grouped_query_attention<> windowed{.n_heads = 2, .head_dim = 8, .window = 4};
constexpr grouped_query_attention<> unwindowed{.n_heads = 2, .head_dim = 8};
constexpr model sliding{.d_model = 16, .input = {.vocab_size = 1}, .layers = {{windowed, {}, 1}}};
constexpr model alternating{
    .d_model = 16, .input = {.vocab_size = 1}, .layers = {{windowed, {}, 1}, {unwindowed, {}, 1}}};

}  // namespace

// Conventions work in constant expressions, where a framework checks its numbers at compile time.
static_assert(per_token(zoo::deepseek_v3, 4096, "megatron-lm", with_mtp) == 259'992'950'784);
static_assert(explain_difference(zoo::llama_3_8b, 8192, *known_convention("nemo"), *known_convention("maxtext"))
                  .per_sequence() == surplus{});

TEST_CASE("conventions give the numbers that the tools print") {
  for (row const& each : published) {
    CAPTURE(each.id);
    if (each.gpt_3_at_2048) CHECK(per_token(zoo::gpt_3, 2048, each.id) == *each.gpt_3_at_2048);
    if (each.llama_3_8b_at_8192) CHECK(per_token(zoo::llama_3_8b, 8192, each.id) == *each.llama_3_8b_at_8192);
    if (each.deepseek_v3_at_4096) CHECK(per_token(zoo::deepseek_v3, 4096, each.id) == *each.deepseek_v3_at_4096);
    if (each.deepseek_v3_with_mtp)
      CHECK(per_token(zoo::deepseek_v3, 4096, each.id, with_mtp) == *each.deepseek_v3_with_mtp);
  }
}

TEST_CASE("verl's total of three sequences of DeepSeek-V3") {
  CHECK(3 * training(zoo::deepseek_v3, 4096, "verl").per_sequence() == 3'145'850'406'567'936);
}

TEST_CASE("the differences between tools close exactly") {
  constexpr counting_options main_only;
  check_difference(zoo::deepseek_v3, 4096, "megatron-lm", "maxtext", main_only,
                   {{term::router, {0, 3 * count(212'860'928)}}, {term::latent_norm, {749'568, 0}}});
  check_difference(zoo::gpt_3, 2048, "megatron-lm", "maxtext", main_only, {});

  // 6 x the norm, bias and learned-position weights: 243154944, 1597440 and 6039552 in all.
  auto const leaves_in = [](model const& m, count length) {
    return explain_difference(m, length, *known_convention("torchtitan"), *known_convention("matmul-full"))
        .per_sequence();
  };
  CHECK(leaves_in(zoo::gpt_3, 2048) == surplus{243'154'944 * count(2048), 0});
  CHECK(leaves_in(zoo::llama_3_8b, 8192) == surplus{1'597'440 * count(8192), 0});
  CHECK(leaves_in(zoo::deepseek_v3, 4096) == surplus{6'039'552 * count(4096), 0});

  check_difference(zoo::llama_3_8b, 8192, "verl", "maxtext", main_only,
                   {{term::embedding, {3 * count(1'050'673'152), 0}}});
  check_difference(zoo::deepseek_v3, 4096, "verl", "maxtext", main_only,
                   {{term::embedding, {3 * count(1'853'358'080), 0}}});

  check_difference(zoo::gpt_3, 2048, "eleuther-cookbook", "matmul-full", main_only,
                   {{term::output_head, {0, 2 * count(1'235'116'032)}}, {term::embedding, {4 * 12288, 0}}});
  check_difference(zoo::llama_3_8b, 8192, "eleuther-cookbook", "matmul-full", main_only,
                   {{term::output_head, {0, 2 * count(1'050'673'152)}}, {term::embedding, {4 * 4096, 0}}});

  // 2·12288·(51200 − 50257) forward
  check_difference(zoo::gpt_3, 2048, "nemo", "automodel", main_only, {{term::output_head, {69'525'504, 0}}});
}

TEST_CASE("what tools count for an MTP module") {
  // Megatron: the module whole, 2 FLOPs forward for each feature of its low-rank norms and 3·d_model more, no router.
  constexpr count projections = 374'210'560, half_core = 167'772'160, ffn = 792'723'456, router = 3'670'016,
                  eh_proj = 205'520'896, head = 1'853'358'080;
  auto const adds = [](std::string_view id) {
    return per_token(zoo::deepseek_v3, 4096, id, with_mtp) - per_token(zoo::deepseek_v3, 4096, id);
  };
  count const block = projections + half_core + ffn;
  CHECK(adds("nemo") == 3 * (block + eh_proj + head));
  CHECK(adds("megatron-lm") == 3 * (block + eh_proj + head + 2 * (1536 + 512) + 2 * 3 * 7168));
  CHECK(adds("maxtext") == 3 * (block + router));
  CHECK(adds("matmul-causal-half") == 3 * (block + router + eh_proj + head));
  CHECK(adds("verl") == 0);
  CHECK(adds("vllm") == 0);
}

TEST_CASE("conventions of papers give what the formulas give") {
  // PaLM: 6·N + 12·L·H·Q·T with N without embeddings.
  CHECK(per_token(zoo::gpt_3, 2048, "palm") == 6 * count(173'961'535'488) + 12 * count(96) * 12288 * 2048);
  CHECK(per_token(zoo::llama_3_8b, 8192, "palm") == 6 * count(6'979'588'096) + 12 * count(32) * 4096 * 8192);
  // Kaplan: 2N + 2·n_layer·n_ctx·d forward, N = 12·n_layer·d².
  CHECK(per_token(zoo::gpt_3, 2048, "kaplan") ==
        3 * (2 * 12 * count(96) * 12288 * 12288 + 2 * count(96) * 2048 * 12288));
  // DeepSeek LLM: M = 72·n_layer·d² + 12·n_layer·d·l_seq, whatever the widths.
  CHECK(per_token(zoo::llama_3_8b, 4096, "deepseek-llm") ==
        72 * count(32) * 4096 * 4096 + 12 * count(32) * 4096 * 4096);
  // Chinchilla, App. F: embedding and logits 2·V·d each, softmax 3·H·s, scores and values 4·H·D·s.
  CHECK(per_token(zoo::gpt_3, 2048, "chinchilla") ==
        3 * (2 * 2 * count(50257) * 12288 + 2 * 12 * count(96) * 12288 * 12288 +
             count(96) * (3 * 96 + 4 * 12288) * 2048));
  // 6N with N read as all parameters, tests/data/models.json.
  CHECK(per_token(zoo::deepseek_v3, 4096, "6n-total") == 6 * count(671'026'419'200));
}

TEST_CASE("conventions of papers on experts give what the formulas give") {
  // Table 3 of 2402.07871: 25M = 512 / 8 blocks, E = 64, here with G = 4: N_act = 25165824 and c_r = 14.
  grouped_query_attention<> const attention{.n_heads = 8, .head_dim = 64};
  model const fine_grained{
      .d_model = 512,
      .input = {.vocab_size = 50257},
      .layers = {{attention, experts<>{.n_experts = 256, .top_k = 4, .d_expert = 512, .kind = ffn_kind::plain}, 8}}};
  CHECK(per_token(fine_grained, 256, "fine-grained") == 6 * count(25'165'824) + 14 * count(8) * 512 * 64 * 4);

  // Abnar: n_layer (4C d² + 2C d n_ctx + (12C/G) E_act d² + R d E_tot) + C n_vocab d with C = 6, R = 14; here G = 4, so
  // that each of 16 gated experts is d wide, and 2 of them active.
  model const abnar{.d_model = 512,
                    .input = {.vocab_size = 50432},
                    .layers = {{attention, experts<>{.n_experts = 16, .top_k = 2, .d_expert = 512}, 8}}};
  count const d = 512;
  CHECK(per_token(abnar, 2048, "abnar") ==
        8 * (4 * 6 * d * d + 2 * 6 * d * 2048 + 18 * 2 * d * d + 14 * d * 16) + 6 * 50432 * d);

  // 2603.21862, Eq. 12: M = 6·N_a + 6·S·n_heads·head_dim·n_layers, N_a without router and embeddings.
  CHECK(per_token(fine_grained, 256, "holistic") == 6 * count(25'165'824) + 6 * count(256) * 512 * 8);
}

TEST_CASE("forward is a third of training unless the backward pass is not twice the forward") {
  for (convention const& each : conventions) {
    CAPTURE(each.id);
    bool const exception = each.id == "eleuther-cookbook" || each.id == "fine-grained" || each.id == "abnar";
    count const forward = forward_flops(zoo::mixtral_8x7b, 4096, each).per_sequence();
    CHECK((3 * forward == training_flops(zoo::mixtral_8x7b, 4096, each).per_sequence()) == !exception);
  }
}

TEST_CASE("vLLM counts logits of one row per prefill") {
  CHECK(training(zoo::llama_3_8b, 8192, "vllm").by_term[term::output_head] == 3 * count(1'050'673'152));
  CHECK(training(zoo::llama_3_8b, 8192, "vllm").per_token() ==
        ratio(57'912'852'480 * count(8192) - 3 * count(1'050'673'152) * 8191, 8192));
}

TEST_CASE("tools disagree about sliding windows") {
  auto const pairs = [](model const& m, std::string_view id) {
    return exact_div(training(m, 10, id).by_term[term::attention_core], 3 * 4 * 16);
  };
  CHECK(pairs(sliding, "maxtext") == 10 * 4 - 8);      // s·W − W²/2
  CHECK(pairs(sliding, "nemo") == 4 * 5 / 2 + 6 * 4);  // W(W+1)/2 + (s−W)·W
  CHECK(pairs(sliding, "automodel") == 4 * 5 / 2 + 6 * 4);
  CHECK(pairs(sliding, "megatron-bridge") == 5 * 6 / 2 + 5 * 5);  // the same with W = left + right + 1
  CHECK(pairs(sliding, "olmo-core") == 40);                       // s·W
  CHECK(pairs(sliding, "vllm") == 40);
  CHECK(pairs(sliding, "aiconfigurator") == 40);
  CHECK(pairs(sliding, "verl") == 40);
  CHECK(pairs(sliding, "verl:sliding-window-halved-twice") == 20);
  CHECK(pairs(sliding, "megatron-lm") == 50);  // ignored, half the square
  CHECK(pairs(sliding, "torchtitan") == 100);  // ignored, the full square
  CHECK(pairs(alternating, "maxtext") == 32 + 50);
  CHECK(pairs(alternating, "nemo") == 34 + 55);  // gpt-oss: s(s+1)/2 in the layers without a window
  CHECK(pairs(alternating, "megatron-bridge") == 40 + 50);
  CHECK(pairs(alternating, "verl") == 40 + 50);
  for (std::string_view const id : {"megatron-bridge", "nemo", "verl", "aiconfigurator"}) {
    CAPTURE(id);  // a window of the whole sequence is no window
    model wide = sliding;
    wide.layers.mixers[0].get<grouped_query_attention<>>().window = 10;
    CHECK(pairs(wide, id) == (id == "nemo" ? 55 : 50));
  }
}

TEST_CASE("tools disagree about recurrent states") {
  model const delta{
      .d_model = 64,
      .input = {.vocab_size = 1},
      .layers = {
          {gated_delta_net<>{.n_key_heads = 2, .n_value_heads = 4, .key_head_dim = 16, .value_head_dim = 32}, {}, 3}}};
  model const mamba{.d_model = 64,
                    .input = {.vocab_size = 1},
                    .layers = {{mamba_2<>{.n_heads = 8, .head_dim = 16, .state_size = 32}, {}, 3}}};
  auto const state = [](model const& m, std::string_view id) { return per_token(m, 10, id, term::state_core); };
  for (std::string_view const id : {"megatron-lm", "megatron-bridge"}) {
    CHECK(state(delta, id) == 3 * 3 * 8 * 4 * 32 * 32);  // 8·n_v·d_v²
    CHECK(state(mamba, id) == 3 * 3 * 7 * 8 * 16 * 32);  // 7·d_in·N_state
  }
  for (std::string_view const id : {"maxtext", "olmo-core", "matmul-causal-half"})
    CHECK(state(delta, id) == 3 * 3 * 8 * 4 * 16 * 32);    // 8·n_v·d_k·d_v
  CHECK(state(mamba, "nemo") == 3 * 3 * 2 * 8 * 16 * 32);  // the chunk part ignored
  CHECK(state(mamba, "matmul-causal-half") == 3 * 3 * 7 * 8 * 16 * 32);
}

TEST_CASE("a tied head is a matrix product, but no weight of its own") {
  model tied = zoo::llama_3_8b;
  tied.output.tied = true;
  for (convention const& each : conventions) {
    CAPTURE(each.id);
    flops const of_tied = training_flops(tied, 8192, each), of_untied = training_flops(zoo::llama_3_8b, 8192, each);
    bool const by_weights = each.id == "6n-active" || each.id == "6n-total";
    if (by_weights)
      CHECK(of_untied.per_sequence() - of_tied.per_sequence() == 3 * count(1'050'673'152) * 8192);
    else
      CHECK(of_tied.per_sequence() == of_untied.per_sequence());
  }
}

TEST_CASE("counts at different sequence lengths cannot be compared") {
  CHECK_THROWS_WITH(explain_difference(training(zoo::gpt_3, 1, "palm"), training(zoo::gpt_3, 2, "palm")),
                    "moetric: sequence_length must be the same in both counts of a difference");
}

TEST_CASE("an invalid model is refused by every convention") {
  model broken = sliding;
  broken.layers.mixers[0].get<grouped_query_attention<>>().window = 0;
  for (convention const& each : conventions)
    CHECK_THROWS_WITH(training_flops(broken, 10, each), "moetric: window must be positive, but got 0");
}

TEST_CASE("a convention reports the models that its tool cannot count") {
  CHECK(covers(*known_convention("megatron-lm"), zoo::deepseek_v3));
  CHECK(covers(*known_convention("eleuther-cookbook"), zoo::llama_3_8b));
  // the tool returns no number for it
  CHECK_FALSE(covers(*known_convention("eleuther-cookbook"), zoo::deepseek_v3));
  CHECK_FALSE(covers(*known_convention("llm-analysis"), zoo::deepseek_v3));
  CHECK_FALSE(covers(*known_convention("verl"), zoo::gpt_3));
}

// Section 1 of conventions.md of the reference: which kinds of layer each tool's own code knows.
TEST_CASE("a convention does not cover kinds that its tool never saw") {
  auto const counted = [](char const* id, mixer const& mix) {
    return covers(*known_convention(id),
                  {.d_model = 32, .input = {.vocab_size = 10}, .layers = {{mix, dense_ffn<>{.d_ff = 64}}}});
  };
  grouped_query_attention<> attention{.n_heads = 4, .head_dim = 8};
  gated_delta_net<> const delta{.n_key_heads = 2, .n_value_heads = 4, .key_head_dim = 8, .value_head_dim = 8};
  mixer const mamba = mamba_2<>{.n_heads = 4, .head_dim = 16, .state_size = 8};
  for (convention const& each : conventions) {
    CAPTURE(each.id);
    CHECK(covers(each, {.d_model = 32, .input = {.vocab_size = 10}, .layers = {{attention, dense_ffn<>{.d_ff = 64}}}}));
  }
  CHECK(counted("megatron-lm", delta));
  CHECK(counted("maxtext", delta));
  CHECK_FALSE(counted("verl", delta));
  CHECK_FALSE(counted("nanotron", delta));
  CHECK(counted("nemo", mamba));
  CHECK_FALSE(counted("maxtext", mamba));
  // JetMoE's heads, T5 and short convolutions are in no tool's code, but in 6 N of any model.
  for (mixer const& mix :
       {mixer{mixture_of_attention_heads<>{.n_experts = 4, .top_k = 2, .n_kv_heads = 2, .head_dim = 8}},
        mixer{encoder_decoder_attention<>{.n_heads = 4, .head_dim = 8}}, mixer{short_convolution<>{.width = 32}},
        mixer{lightning_attention<>{.n_heads = 4, .head_dim = 8}}})
    for (convention const& each : conventions) {
      CAPTURE(each.id, mix.name());
      bool const any_model = each.id.starts_with("matmul") || each.id.starts_with("6n");
      CHECK(counted(std::string(each.id).c_str(), mix) == any_model);
    }
  CHECK(counted("megatron-bridge", kimi_delta_attention<>{.n_heads = 4, .head_dim = 8}));
  CHECK_FALSE(counted("megatron-lm", kimi_delta_attention<>{.n_heads = 4, .head_dim = 8}));
  // chunks, chosen keys, zero experts
  attention.window = 5;
  CHECK(counted("verl", attention));
  attention.windows = window_kind::chunked;
  CHECK(counted("maxtext", attention));
  CHECK_FALSE(counted("verl", attention));
  CHECK(covers(*known_convention("megatron-bridge"), zoo::deepseek_v3_2));
  CHECK_FALSE(covers(*known_convention("nemo"), zoo::deepseek_v3_2));
  CHECK_FALSE(covers(*known_convention("megatron-lm"), zoo::longcat_flash));
  CHECK(covers(*known_convention("matmul-causal-half"), zoo::longcat_flash));
}

TEST_CASE("tools multiply top_k experts, zero experts or not") {
  // 12 of 12 chosen for a tool, 8 for the library: 4 experts of 3 matrices in 28 layers, forward and backward
  CHECK(per_token(zoo::longcat_flash, 4096, "maxtext", term::routed_experts) -
            per_token(zoo::longcat_flash, 4096, "matmul-causal-half", term::routed_experts) ==
        count(6) * 28 * 4 * 3 * 6144 * 2048);
}
