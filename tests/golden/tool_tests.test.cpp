// Numbers from the tools' own tests, and what the tools' functions returned for published models. A failing row means
// that the library no longer reproduces that tool.
#include <string_view>

#include "catch.hpp"
#include "moetric/account/conventions.hpp"
#include "moetric/zoo/deepseek.hpp"
#include "moetric/zoo/gpt.hpp"
#include "moetric/zoo/llama.hpp"
#include "moetric/zoo/mistral.hpp"
#include "moetric/zoo/nemotron.hpp"
#include "moetric/zoo/qwen.hpp"

namespace {

using namespace moetric;

constexpr counting_options with_mtp{.mtp = mtp_modules::included};

count training(model const& m, count length, convention const& rule, counting_options const& options = {}) {
  return training_flops(m, length, rule, options).per_sequence();
}
count training(model const& m, count length, std::string_view id) {
  return training(m, length, find_convention(id));
}

constexpr convention const& bridge = *known_convention("megatron-bridge");
constexpr convention bridge_with(indexer_rule indexer) {
  convention rule = bridge;
  rule.indexer = indexer;
  return rule;
}

}  // namespace

// tests/utils/test_flops_counter.py, 2026-01: sequences of 512, 1024 and 2048, and three of 4096.
TEST_CASE("verl's own tests") {
  struct row {
    model const& m;
    char const* id;
    count of_mixed, of_equal;
  };
  // Gemma-3-12B's text model: 8 times five layers with a window of 1024 and one without.
  model gemma_3_12b{.d_model = 3840, .input = {.vocab_size = 262208}};
  grouped_query_attention<> const attention{.n_heads = 16, .n_kv_heads = 8, .head_dim = 256};
  grouped_query_attention<> windowed = attention;
  windowed.window = 1024;
  for (int i = 0; i != 8; ++i) {
    gemma_3_12b.layers.append({windowed, dense_ffn<>{.d_ff = 15360}, 5});
    gemma_3_12b.layers.append({attention, dense_ffn<>{.d_ff = 15360}, 1});
  }
  for (row const& each :
       {row{zoo::llama_2_7b, "verl", 149'226'491'215'872, 536'372'695'793'664},
        {zoo::qwen2_5_7b, "verl", 167'073'690'943'488, 591'764'889'010'176},
        {zoo::qwen3_8b, "verl", 180'997'438'046'208, 648'394'032'807'936},
        {zoo::qwen3_30b_a3b, "verl", 78'593'069'678'592, 306'570'470'621'184},
        {zoo::deepseek_v3, "verl", 848'766'538'088'448, 3'145'850'406'567'936},
        {zoo::mistral_small_24b_2501, "verl", 512'303'699'066'880, 1'787'393'589'903'360},
        {gemma_3_12b, "verl:sliding-window-halved-twice", 279'084'659'638'272, 963'929'979'224'064},
        {zoo::gpt_oss_20b, "verl:sliding-window-halved-twice", 91'780'464'771'072, 323'953'008'574'464}}) {
    CAPTURE(each.of_mixed);
    CHECK(training(each.m, 512, each.id) + training(each.m, 1024, each.id) + training(each.m, 2048, each.id) ==
          each.of_mixed);
    CHECK(3 * training(each.m, 4096, each.id) == each.of_equal);
  }
}

// tests/unit_tests/training/utils/test_flop_utils.py, 2026-08: one layer without a feed-forward.
TEST_CASE("Megatron-Bridge's own tests of sparse attention") {
  multi_head_latent_attention<> const attention{.n_heads = 2,
                                                .q_lora_rank = 4,
                                                .kv_lora_rank = 3,
                                                .qk_nope_head_dim = 2,
                                                .qk_rope_head_dim = 1,
                                                .v_head_dim = 2,
                                                .sparse = true,
                                                .indexer = {.n_heads = 2, .head_dim = 2, .top_k = 2}};
  model const toy{.d_model = 8,
                  .input = {.vocab_size = 128},
                  .layers = {{attention, {}, 1}},
                  .mtp = {.modules = 1, .block = {attention, {}}}};
  CHECK(training(toy, 4, bridge) == 4 * (906 + 147 + 192 + 72 + 28 + 6144));
  CHECK(training(toy, 8, bridge) == 60'228);
  model wider = toy;
  wider.layers.mixers[0].get<multi_head_latent_attention<>>().indexer.top_k = 4;
  CHECK(training(wider, 4, bridge) - training(toy, 4, bridge) == 372);
  CHECK(training(toy, 4, bridge) - training(toy, 4, bridge_with(indexer_rule::without_loss)) == 4 * (96 + 42 + 28));
  CHECK(training(toy, 4, bridge, with_mtp) - training(toy, 4, bridge) == 4 * (1345 + 912 + 6144));
}

TEST_CASE("Megatron-Bridge's own test of compressed attention") {
  auto const attention = [](key_compression compression, count rate) {
    return compressed_attention<>{.n_heads = 4,
                                  .head_dim = 32,
                                  .q_lora_rank = 16,
                                  .n_output_groups = 2,
                                  .output_lora_rank = 16,
                                  .window = 64,
                                  .compression = compression,
                                  .compression_rate = rate,
                                  .n_index_heads = 2,
                                  .index_head_dim = 8,
                                  .index_top_k = 32};
  };
  dense_ffn<> const ffn{.d_ff = 256, .kind = ffn_kind::plain};
  model const toy{.d_model = 128,
                  .input = {.vocab_size = 1024},
                  .layers = {{attention(key_compression::none, 1), ffn, 1},
                             {attention(key_compression::sparse, 4), ffn, 1},
                             {attention(key_compression::heavy, 128), ffn, 1}}};
  // Its terms, for one token forward and backward at length 512: queries 16·(128 + 128 + 1), keys 128·32 + 32, output
  // 128·16 + 2·16·128; windows 3·4·64·32·2, chosen keys 32·(1 − 32·4/1024) and half of 512/128 at 4·32·2 each;
  // compressors 128·64·2 and 128·32·2; index 128·16·2 + 16·2·8 + 128·2 and 2·8·128 scores.
  count const projections = 3 * (16 * 257 + 128 * 32 + 32 + 128 * 16 + 2 * 16 * 128);
  count const cores = 3 * 4 * 64 * 32 * 2 + 28 * 4 * 32 * 2 + 2 * 4 * 32 * 2;
  count const compressors = 128 * 64 * 2 + 128 * 32 * 2, index = 128 * 16 * 2 + 16 * 2 * 8 + 128 * 2 + 2 * 8 * 128;
  count const ffns = 3 * 2 * 128 * 256, logits = 128 * 1024;
  CHECK(training(toy, 512, bridge) == 512 * 6 * (projections + cores + compressors + index + ffns + logits));
}

// What num_floating_point_operations of 2026-08 returns for one sequence; vocabularies not padded.
TEST_CASE("Megatron-Bridge's numbers for DeepSeek-V3.2 and V4") {
  struct row {
    indexer_rule indexer;
    count length, without_mtp, with_one;
  };
  for (row const& each : {row{indexer_rule::without_loss, 1024, 253'390'252'474'368, 263'775'863'046'144},
                          {indexer_rule::without_loss, 4096, 1'233'632'063'913'984, 1'278'782'228'398'080},
                          {indexer_rule::without_loss, 32768, 11'090'102'543'450'112, 11'471'321'007'390'720},
                          {indexer_rule::loss_of_all, 1024, 260'911'813'558'272, 271'420'728'410'112},
                          {indexer_rule::loss_of_all, 4096, 1'332'982'708'961'280, 1'379'761'572'544'512},
                          {indexer_rule::loss_of_all, 32768, 17'056'649'623'633'920, 17'535'680'334'790'656},
                          {indexer_rule::loss_of_chosen, 1024, 260'911'813'558'272, 271'420'728'410'112},
                          {indexer_rule::loss_of_chosen, 4096, 1'309'883'301'888'000, 1'356'283'486'666'752},
                          {indexer_rule::loss_of_chosen, 32768, 11'861'650'467'717'120, 12'255'517'258'285'056}}) {
    CAPTURE(each.length, each.without_mtp);
    convention const rule = bridge_with(each.indexer);
    CHECK(training(zoo::deepseek_v3_2, each.length, rule) == each.without_mtp);
    CHECK(training(zoo::deepseek_v3_2, each.length, rule, with_mtp) == each.with_one);
  }
  for (row const& each : {row{bridge.indexer, 1024, 84'636'494'462'976, 89'887'176'916'992},
                          {bridge.indexer, 4096, 350'838'174'253'056, 371'840'904'069'120},
                          {bridge.indexer, 65536, 6'841'084'239'937'536, 7'177'127'916'994'560}}) {
    CHECK(training(zoo::deepseek_v4_flash, each.length, bridge) == each.without_mtp);
    CHECK(training(zoo::deepseek_v4_flash, each.length, bridge, with_mtp) == each.with_one);
  }
}

TEST_CASE("absorbed latent attention costs 3.4 times the core of DeepSeek-V3.2, 2.1 times that of GLM-5") {
  // (512 + 64 + 512) / (128 + 64 + 128) and (512 + 64 + 512) / (192 + 64 + 256)
  multi_head_latent_attention<> glm_5 = zoo::deepseek_v3_2.layers.mixers[0].get<multi_head_latent_attention<>>();
  glm_5.qk_nope_head_dim = 192;
  glm_5.v_head_dim = 256;
  model const widened{.d_model = 6144, .input = {.vocab_size = 16}, .layers = {{glm_5, {}, 1}}};
  auto const core = [](model const& m, latent_rule latent) {
    convention rule = bridge;
    rule.latent = latent;
    return training_flops(m, 8192, rule).by_term[term::attention_core];
  };
  CHECK(ratio(core(zoo::deepseek_v3_2, latent_rule::absorbed_where_sparse),
              core(zoo::deepseek_v3_2, latent_rule::own)) == ratio(1088, 320));
  CHECK(ratio(core(widened, latent_rule::absorbed_where_sparse), core(widened, latent_rule::own)) == ratio(1088, 512));
  // DeepSeek-V3 has no indexer: only `absorbed` absorbs it.
  CHECK(core(zoo::deepseek_v3, latent_rule::absorbed_where_sparse) == core(zoo::deepseek_v3, latent_rule::own));
  CHECK(ratio(core(zoo::deepseek_v3, latent_rule::absorbed), core(zoo::deepseek_v3, latent_rule::own)) ==
        ratio(1088, 320));
}

// tests/unit_tests/utils/test_flops_utils.py and test_flops_utils_new_models.py, 2026-08: one sequence, or two of 1024.
TEST_CASE("NeMo Automodel's own tests") {
  convention const& automodel = find_convention("automodel");
  auto const heads = [](count n_heads, count n_kv_heads, count head_dim) {
    return grouped_query_attention<>{.n_heads = n_heads, .n_kv_heads = n_kv_heads, .head_dim = head_dim};
  };
  auto const dense = [&](grouped_query_attention<> const& attention, feed_forward const& ffn) {
    return model{.d_model = 4096, .input = {.vocab_size = 32000}, .layers = {{attention, ffn, 32}}};
  };
  model const gpt{.d_model = 2048,
                  .input = {.vocab_size = 50257},
                  .layers = {{heads(16, 16, 128), dense_ffn<>{.d_ff = 8192, .kind = ffn_kind::plain}, 16}}};
  CHECK(2 * training(gpt, 1024, automodel) == 11'572'680'327'168);
  CHECK(training(dense(heads(32, 32, 128), dense_ffn<>{.d_ff = 11008}), 2048, automodel) == 84'486'301'679'616);
  CHECK(training(dense(heads(32, 8, 128), dense_ffn<>{.d_ff = 14336}), 2048, automodel) == 90'671'054'585'856);
  CHECK(training(dense(heads(32, 32, 128), experts<>{.n_experts = 8, .top_k = 2, .d_expert = 14336}), 2048,
                 automodel) == 169'835'891'785'728);
  CHECK(training(dense(heads(32, 8, 256), dense_ffn<>{.d_ff = 14336}), 2048, automodel) == 110'462'263'885'824);

  auto const latent = [](count n_heads, count query_rank, count rank) {
    return multi_head_latent_attention<>{.n_heads = n_heads,
                                         .query_lora = query_rank != 0,
                                         .q_lora_rank = query_rank,
                                         .kv_lora_rank = rank,
                                         .qk_nope_head_dim = 128,
                                         .qk_rope_head_dim = 64,
                                         .v_head_dim = 128};
  };
  auto const mixture = [](count d_expert, count top_k) {
    return experts<>{.n_experts = 64, .top_k = top_k, .d_expert = d_expert, .n_shared_experts = 1};
  };
  model const moonlight{.d_model = 2048,
                        .input = {.vocab_size = 163840},
                        .layers = {{latent(16, 0, 512), dense_ffn<>{.d_ff = 11264}, 1},
                                   {latent(16, 0, 512), mixture(1408, 6), 26}}};  // its test has one shared expert
  CHECK(training(moonlight, 2048, automodel) == 30'625'801'175'040);
  model deepseek = zoo::deepseek_v3;
  deepseek.input.vocab_size = 151936;
  CHECK(training(deepseek, 1024, automodel) == 233'225'179'889'664);
  model const latent_mixture{
      .d_model = 4096,
      .input = {.vocab_size = 131072},
      .layers = {{latent(32, 512, 256), dense_ffn<>{.d_ff = 8192}, 2}, {latent(32, 512, 256), mixture(1024, 4), 14}}};
  CHECK(training(latent_mixture, 1024, automodel) == 12'962'211'299'328);

  multi_head_latent_attention<> sparse = latent(128, 1536, 512);
  sparse.sparse = true;
  sparse.indexer = {.n_heads = 4, .head_dim = 64, .top_k = 256};
  model const deepseek_sparse{.d_model = 7168,
                              .input = {.vocab_size = 151936},
                              .layers = {{sparse, dense_ffn<>{.d_ff = 18432}, 2}, {sparse, mixture(2048, 8), 6}}};
  CHECK(training(deepseek_sparse, 1024, automodel) == 35'941'427'183'616);

  // Windows of 128 and the exact s(s+1)/2 in the other layers, half of them.
  grouped_query_attention<> windowed = heads(16, 16, 128);
  windowed.window = 128;
  model const gpt_oss{.d_model = 2048,
                      .input = {.vocab_size = 50257},
                      .layers = {{heads(16, 16, 128), experts<>{.n_experts = 8, .top_k = 1, .d_expert = 8192}, 8},
                                 {windowed, experts<>{.n_experts = 8, .top_k = 1, .d_expert = 8192}, 8}}};
  CHECK(training(gpt_oss, 1024, automodel) == 7'356'800'827'392);

  // One Mamba-2 layer by itself: 64 heads of 64, 8 groups of a state of 128.
  model const mamba{.d_model = 2688,
                    .input = {.vocab_size = 16},
                    .layers = {{mamba_2<>{.n_heads = 64, .head_dim = 64, .n_groups = 8, .state_size = 128}, {}, 1}}};
  CHECK(training(mamba, 1024, automodel) == 249'091'325'952 + 6 * 1024 * 16 * 2688);
  // The whole Nemotron-3-Nano, with two choices of that formula alone: attention of width d_model, and the router.
  convention nemotron_h = automodel;
  nemotron_h.misread.heads_fill_d_model = true;
  nemotron_h.charges = {{{term_set::all()}}};
  CHECK(training(zoo::nemotron_3_nano_30b_a3b, 2048, nemotron_h) == 39'982'504'869'888);

  // Gated DeltaNet in 12 of 16 layers; its key heads are 64 wide, its value heads 128.
  grouped_query_attention<> gated = heads(16, 4, 128);
  gated.output_gate = output_gate_kind::per_element;
  gated_delta_net<> const delta{.n_key_heads = 2, .n_value_heads = 2, .key_head_dim = 64, .value_head_dim = 128};
  auto const hybrid = [&](feed_forward const& ffn) {
    return model{.d_model = 2048, .input = {.vocab_size = 151936}, .layers = {{delta, ffn, 12}, {gated, ffn, 4}}};
  };
  CHECK(training(hybrid(dense_ffn<>{.d_ff = 5632}), 1024, automodel) == 5'890'765'750'272);
  CHECK(training(hybrid(experts<>{
                     .n_experts = 64, .top_k = 4, .d_expert = 1024, .n_shared_experts = 1, .d_shared_expert = 2048}),
                 1024, automodel) == 6'200'003'395'584);
}

// The column F of nanoGPT's scaling_laws.ipynb: App. F for one sequence of 2048 without embedding and logits.
TEST_CASE("Chinchilla's Appendix F as nanoGPT transcribes it") {
  struct row {
    count n_layers, d_model, n_heads, flops;
  };
  for (row const& each : {row{10, 640, 10, 929'877'196'800},
                          {20, 1024, 16, 4'135'248'199'680},
                          {24, 1280, 10, 7'353'453'772'800},
                          {26, 1792, 14, 14'670'316'437'504},
                          {28, 2048, 16, 20'220'437'594'112},
                          {40, 3584, 28, 83'021'046'743'040}}) {
    CAPTURE(each.d_model);
    model const m{.d_model = each.d_model,
                  .input = {.vocab_size = 32000},
                  .layers = {{grouped_query_attention<>{.n_heads = each.n_heads,
                                                        .head_dim = exact_div(each.d_model, each.n_heads)},
                              dense_ffn<>{.d_ff = 4 * each.d_model, .kind = ffn_kind::plain}, each.n_layers}}};
    flops const all = training_flops(m, 2048, find_convention("chinchilla"));
    CHECK(all.per_sequence() - all.by_term[term::embedding] - all.by_term[term::output_head] == each.flops);
    CHECK(all.by_term[term::embedding] == 6 * 2048 * 32000 * each.d_model);
    CHECK(all.by_term[term::output_head] == 6 * 2048 * 32000 * each.d_model);
  }
}
