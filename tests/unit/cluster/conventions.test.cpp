#include "moetric/cluster/conventions.hpp"

#include "catch.hpp"
#include "moetric/zoo/catalogue.hpp"

using namespace moetric;
using cluster::layout;
using cluster::module;
using cluster::schedule;
using cluster::tool_memory;
using cluster::training_setup;

namespace {

model without_mtp(model m) {
  m.mtp.modules = 0;
  return m;
}

// Sizes of the GPTs of 2205.05198, table 3.
struct gpt_row {
  count layers, d_model, n_heads, micro_batch, pipeline, virtual_stages;
};
constexpr gpt_row gpts[] = {
    {48, 6144, 64, 4, 1, 1}, {96, 12288, 96, 1, 8, 3}, {105, 20480, 128, 1, 35, 3}, {128, 25600, 160, 1, 64, 1}};
model gpt(gpt_row const& r) {
  return {.d_model = r.d_model,
          .input = {.vocab_size = 51200},
          .layers = {{grouped_query_attention<>{.n_heads = r.n_heads, .head_dim = exact_div(r.d_model, r.n_heads)},
                      dense_ffn<>{.d_ff = 4 * r.d_model, .kind = ffn_kind::plain}, r.layers}},
          .norm = norm_kind::layer_norm};
}
training_setup on(gpt_row const& r, bool sequence_parallel, cluster::module_set recompute) {
  return {.layout = {.sizes = {.tensor = 8, .pipeline = r.pipeline, .sequence_length = 2048},
                     .devices = 8 * r.pipeline,
                     .virtual_stages = r.virtual_stages,
                     .schedule = r.virtual_stages == 1 ? schedule::one_forward_one_backward : schedule::interleaved,
                     .micro_batch = r.micro_batch,
                     .sequence_parallel = sequence_parallel},
          .activations = {.recompute = recompute}};
}
double gib(ratio bytes) {
  return static_cast<double>(bytes) / 0x1p30;
}

// Megatron-Bridge's test model: 4 layers of 16, a feed-forward of 64, 4 heads, 32 tokens.
model bridge_model(count layers, bool tied,
                   feed_forward const& second = dense_ffn<>{.d_ff = 64, .kind = ffn_kind::plain}) {
  grouped_query_attention<> const attention{.n_heads = 4, .head_dim = 4};
  dense_ffn<> const dense{.d_ff = 64, .kind = ffn_kind::plain};
  model m{.d_model = 16, .input = {.vocab_size = 32}, .output = {.tied = tied}};
  for (count i; i < layers; i += 1) m.layers.append({attention, remainder(i, 2) == 1 ? second : feed_forward(dense)});
  return m;
}

}  // namespace

// Megatron-LM's theoretical_memory_usage.py of 2026-08, run with the arguments of each model: bytes of weights and
// optimizer of the most loaded device.
TEST_CASE("Megatron-LM's estimate is reproduced to the byte") {
  auto const states = [](model const& m, layout const& l,
                         cluster::state_sharding sharding = cluster::state_sharding::optimizer) {
    return cluster::megatron_lm_memory(m, {.layout = l, .states = {.sharding = sharding}}).state_bytes();
  };
  auto const on_ranks = [](count devices, count pipeline, count expert, count tensor = 1) {
    return layout{.sizes = {.tensor = tensor, .expert = expert, .pipeline = pipeline, .expert_tensor = 1},
                  .devices = devices};
  };
  model const& v3 = zoo::deepseek_v3;
  CHECK(states(without_mtp(v3), on_ranks(2048, 16, 64)) == count(19123486218));
  CHECK(states(v3, on_ranks(2048, 16, 64)) == count(22657240074));
  CHECK(states(without_mtp(v3), on_ranks(1024, 16, 64)) == count(23131298196));
  CHECK(states(v3, on_ranks(1024, 8, 64, 2)) == count(26977865904));
  CHECK(states(without_mtp(v3), on_ranks(256, 8, 8)) == count(110027219280));
  CHECK(states(v3, on_ranks(256, 2, 32)) == count(148701929040));
  CHECK(states(zoo::qwen3_30b_a3b, on_ranks(16, 1, 16)) == count(43017205248));
  CHECK(states(zoo::llama_3_8b, on_ranks(8, 1, 1)) == count(60226959360));
  // GPT-OSS-120B, no biases or sinks
  model const gpt_oss{.d_model = 2880,
                      .input = {.vocab_size = 201088},
                      .layers = {{grouped_query_attention<>{.n_heads = 64, .n_kv_heads = 8, .head_dim = 64},
                                  experts<>{.n_experts = 128, .top_k = 4, .d_expert = 2880}, 36}}};
  CHECK(states(gpt_oss, on_ranks(64, 4, 8)) == count(48542501340));
  model const gpt_3 = [] {
    model m = gpt({96, 12288, 96, 1, 16, 1});
    m.output.tied = true;
    return m;
  }();
  CHECK(states(gpt_3, on_ranks(1024, 16, 1, 8)) == count(10784206080));
  CHECK(states(gpt_3, on_ranks(1, 1, 1), cluster::state_sharding::none) == count(3142441156608));
  CHECK_THROWS_WITH(states(zoo::nemotron_h_56b, on_ranks(8, 1, 1)),
                    "moetric: the layers of a model must be plain attention with dense feed-forwards or experts for "
                    "megatron-lm-2026-08, but got mamba_2");
}

// NVIDIA-NeMo/Megatron-Bridge, tests/unit_tests/training/utils/test_theoretical_memory_utils.py
TEST_CASE("Megatron-Bridge's estimate is reproduced to the byte") {
  auto const estimate = [](model const& m, layout const& l) {
    return cluster::megatron_bridge_memory(m, {.layout = l, .activations = {.recompute = module::core}});
  };
  tool_memory const dense = estimate(bridge_model(4, true), {.sizes = {.tensor = 2, .pipeline = 2}, .devices = 16});
  CHECK(dense.parameters() == 3400);
  CHECK(dense.state_bytes() == 30600);
  layout uneven{.sizes = {.pipeline = 4}, .devices = 16};
  for (int const each : {1, 2, 2, 3}) uneven.layers.push_back(static_cast<std::uint16_t>(each), "");
  tool_memory const heaviest = estimate(bridge_model(8, false), uneven);
  CHECK(heaviest.parameters() == 9952);
  CHECK(heaviest.state_bytes() == 89568);
  // Every second layer dense, as moe_layer_freq 2 counts them
  model const moe =
      bridge_model(4, true, experts<>{.n_experts = 8, .top_k = 1, .d_expert = 32, .kind = ffn_kind::plain});
  tool_memory const mixed =
      estimate(moe, {.sizes = {.tensor = 2, .expert = 4, .expert_tensor = 1, .context = 2}, .devices = 32});
  CHECK(mixed.states[0].parameters == 4496);
  CHECK(mixed.states[0].bytes == 30348);
  CHECK(mixed.states[1].parameters == 4096);
  CHECK(mixed.states[1].bytes == 30720);
  CHECK(mixed.state_bytes() == 61068);
  // Shared and latent experts, and an MTP layer appended
  feed_forward const latent = experts<>{.n_experts = 4,
                                        .top_k = 1,
                                        .d_expert = 32,
                                        .n_shared_experts = 1,
                                        .d_shared_expert = 8,
                                        .kind = ffn_kind::plain,
                                        .latent = true,
                                        .d_latent = 4};
  model with_mtp = bridge_model(4, true, latent);
  with_mtp.mtp = {.modules = 1, .block = {with_mtp.layers.mixers[0], latent}};
  tool_memory const appended = estimate(with_mtp, {.sizes = {.tensor = 2, .expert_tensor = 1}, .devices = 8});
  CHECK(appended.states[0].parameters == 5616);
  CHECK(appended.states[1].parameters == 3072);
  // Activations
  layout const shared{.sizes = {.tensor = 2, .sequence_length = 8, .context = 2}, .devices = 16, .micro_batch = 2};
  CHECK(estimate(bridge_model(4, true), shared).activations == 9568);
  layout const interleaved{.sizes = {.tensor = 2, .pipeline = 2, .sequence_length = 8},
                           .devices = 16,
                           .virtual_stages = 2,
                           .schedule = schedule::interleaved,
                           .micro_batch = 2};
  CHECK(estimate(bridge_model(4, true), interleaved).activations == 22240);
}

TEST_CASE("DeepSpeed's code is reproduced to the byte, and its documentation's stale formula") {
  using cluster::host_offload;
  cluster::deepspeed_run t5{.parameters = 2'851'000'000, .largest_layer = 32'000'000, .devices_per_node = 8};
  CHECK(cluster::deepspeed_zero_2(t5).device == 12116750000);
  CHECK(gib(cluster::deepspeed_zero_2_documentation(t5)) == Approx(15.93).epsilon(0.0004));
  auto const host = [&] { return gib(cluster::deepspeed_zero_3(t5).host); };
  CHECK(host() == Approx(1.43).epsilon(0.004));  // none + zero_init
  t5.offload = host_offload::optimizer;
  CHECK(cluster::deepspeed_zero_2(t5).device == 5702000000);
  CHECK(host() == Approx(63.72).epsilon(0.0001));
  t5.offload = host_offload::parameters_and_optimizer;
  CHECK(host() == Approx(71.69).epsilon(0.0001));
  t5.zero_init = false;
  CHECK(host() == Approx(127.45).epsilon(0.0001));
  training_setup const eight{.layout = {.devices = 8}};
  CHECK(cluster::deepspeed_zero_2_memory(zoo::llama_3_8b, eight).state_bytes() == count(34128610304));
  CHECK(cluster::deepspeed_zero_3_memory(zoo::llama_3_8b, eight).state_bytes() == count(20169434112));
}

// 2205.05198, figures 1 and 7 and table 2, checked by hand against calculon's validation files
TEST_CASE("Korthikanti et al.: states and activations of the four GPTs") {
  auto const estimate = [](gpt_row const& r, bool sequence_parallel, cluster::module_set recompute) {
    return cluster::korthikanti_memory(gpt(r), on(r, sequence_parallel, recompute));
  };
  CHECK(estimate(gpts[0], false, {}).state_bytes() == count(48922361856));
  CHECK(estimate(gpts[2], false, {}).state_bytes() == count(33973862400));
  CHECK(gib(estimate(gpts[0], false, {}).activations) == 59.25);
  CHECK(gib(estimate(gpts[2], false, {}).activations) == 114.0234375);
  constexpr double selective[] = {9.5625, 12.3515625, 23.076171875, 26.5625};
  // Read off figure 7
  constexpr double of_none[] = {66.84, 62.04, 58.31, 58.31}, selective_of_none[] = {16.18, 18.49, 20.27, 20.27};
  for (std::size_t i = 0; i != 4; ++i) {
    CAPTURE(i);
    double const none = gib(estimate(gpts[i], false, {}).activations);
    double const chosen = gib(estimate(gpts[i], true, module::core).activations);
    CHECK(chosen == selective[i]);
    CHECK(100 * gib(estimate(gpts[i], true, {}).activations) / none == Approx(of_none[i]).margin(0.1));
    CHECK(100 * chosen / none == Approx(selective_of_none[i]).margin(0.1));
  }
  // Full recomputation keeps 2·s·b·h of each layer.
  CHECK(estimate(gpts[0], false, module::layer).activations == 2 * 2048 * 4 * count(6144) * 48);
  CHECK_THROWS_WITH(cluster::korthikanti_memory(zoo::llama_3_8b, {}),
                    Catch::Matchers::ContainsSubstring("must be a GPT"));
}

TEST_CASE("estimators of DeepSeek-V3: 2502.07846 and Megatron-MoE-ModelZoo") {
  // Table of parameters for DP32 TP2 PP16 EP8 ETP1 EDP8; activations of full recomputation of its 4 layers
  training_setup const paper{
      .layout = {.sizes = {.tensor = 2, .expert = 8, .pipeline = 16, .sequence_length = 4096, .expert_tensor = 1},
                 .devices = 1024},
      .activations = {.recompute = module::layer}};
  tool_memory const analysed = cluster::deepseek_v3_analysis_memory(zoo::deepseek_v3, paper);
  CHECK(analysed.states[0].parameters == 65536);
  CHECK(analysed.states[1].parameters == 429654016);
  CHECK(analysed.states[2].parameters == count(5820645376));
  CHECK(analysed.state_bytes() == count(12500729856));
  CHECK(analysed.activations == 235143168);
  // 1024 GPUs, PP16 EP64 TP1: GiB of dense and MoE states; 131.015625 GiB of activations
  training_setup const zoo{
      .layout = {.sizes = {.expert = 64, .pipeline = 16, .sequence_length = 4096}, .devices = 1024}};
  tool_memory const modelzoo = cluster::modelzoo_memory(zoo::deepseek_v3, zoo);
  CHECK(gib(modelzoo.states[0].bytes) == Approx(5.327957).margin(1e-6));
  CHECK(gib(modelzoo.states[1].bytes) == 11.8125);
  CHECK(gib(modelzoo.state_bytes()) == Approx(17.140457).margin(1e-6));
  CHECK(gib(modelzoo.activations) == 131.015625);
}

// AMD-AGI/Primus, docs/projection.md: its example output for Mixtral-8x22B on MI355X, by the configuration in
// examples/megatron/configs/MI355X (a tokenizer padded to 100,352).
TEST_CASE("Primus: the printed projection of Mixtral-8x22B, and a layer of experts") {
  model mixtral = zoo::mixtral_8x22b;
  mixtral.input.vocab_size = 100'352;
  training_setup const on_32{.layout = {.sizes = {.expert = 8, .pipeline = 4, .sequence_length = 8192},
                                        .devices = 32,
                                        .micro_batch = 2,
                                        .global_batch = 128}};
  tool_memory const printed = cluster::primus_memory(mixtral, on_32);
  CHECK(printed.parameters() == 6'078'750'720);
  CHECK(gib(printed.state_bytes()) == Approx(79.26).margin(0.005));
  CHECK(gib(printed.activations) == Approx(503.56).margin(0.005));
  // H 8192, F 2048, k 36 and a shared expert, mbs 4, s 16384, CP 4: 16.19 GiB of experts, 6 x 0.25 of norms, residuals
  // and router; beside them attention, embedding and vocabulary by hand
  model const wide{.d_model = 8192,
                   .input = {.vocab_size = 1024},
                   .layers = {{grouped_query_attention<>{.n_heads = 64, .n_kv_heads = 1, .head_dim = 128},
                               experts<>{.n_experts = 288, .top_k = 36, .d_expert = 2048, .n_shared_experts = 1}, 1}}};
  tool_memory const one = cluster::primus_memory(
      wide, {.layout = {.sizes = {.sequence_length = 16384, .context = 4}, .devices = 4, .micro_batch = 4}});
  CHECK(gib(one.activations) - 6 * 0.25 - 2 * 16384 * (3 * 8192 + 2 * 128 + 8192 + 1024) / 0x1p30 ==
        Approx(16.19).margin(0.005));
  CHECK(one.states[0].bytes_per_parameter == ratio(4) + ratio(10, 4));
  CHECK(!cluster::primus_memory(zoo::deepseek_v3, on_32).has_activations);
}

TEST_CASE("rules have names") {
  CHECK(cluster::memory_convention_named("modelzoo").estimate == cluster::modelzoo_memory);
  CHECK_THROWS_WITH(cluster::memory_convention_named("megatron-lm-2026"),
                    Catch::Matchers::EndsWith("did you mean megatron-lm-2026-08?"));
}

TEST_CASE("weights that are used again are stored once, by the rules of tools too") {
  // Ouro-1.4B passes its 24 layers four times: ByteDance/Ouro-1.4B, "total parameters 1.4B" of one pass.
  model once = zoo::ouro_1_4b;
  once.layers.runs.used = 1;
  training_setup const setup{.layout = {.devices = 8}};
  CHECK(cluster::megatron_lm_memory(zoo::ouro_1_4b, setup).state_bytes() ==
        cluster::megatron_lm_memory(once, setup).state_bytes());
  CHECK(cluster::megatron_bridge_memory(zoo::ouro_1_4b, setup).state_bytes() ==
        cluster::megatron_bridge_memory(once, setup).state_bytes());
}

// ISEEKYAN/mbridge, memory_estimator/README.md: the printed tree of its 4-layer Mixtral and the columns "est.0".
TEST_CASE("mbridge's estimate is reproduced to its printed digits") {
  model const mixtral{.d_model = 2048,
                      .input = {.vocab_size = 32000},
                      .layers = {{grouped_query_attention<>{.n_heads = 16, .n_kv_heads = 8, .head_dim = 128},
                                  experts<>{.n_experts = 8, .top_k = 2, .d_expert = 5440}, 4}}};
  auto const estimate = [&](count tensor, count micro_batch) {
    return cluster::mbridge_memory(
        mixtral,
        {.layout = {.sizes = {.tensor = tensor, .sequence_length = 4096}, .devices = 8, .micro_batch = micro_batch}});
  };
  tool_memory const one = estimate(1, 1);
  CHECK(one.parameters() == 1250961408);
  CHECK(one.activations == 2 * count(1308100608));
  CHECK(static_cast<double>(one.state_bytes()) / 0x1p20 == Approx(8947.57).margin(0.005));
  CHECK(static_cast<double>(one.activations) / 0x1p20 == Approx(2495.00).margin(0.005));
  struct row {
    count tensor, micro_batch;
    double model, activations;
  };
  for (row const& r : {row{2, 1, 5.24, 1.39}, {2, 2, 5.24, 2.78}, {1, 1, 8.74, 2.44}, {1, 2, 8.74, 4.88}}) {
    CAPTURE(to_string(r.tensor), to_string(r.micro_batch));
    CHECK(gib(estimate(r.tensor, r.micro_batch).state_bytes()) == Approx(r.model).margin(0.0051));
    CHECK(gib(estimate(r.tensor, r.micro_batch).activations) ==
          Approx(r.activations).margin(0.0075));  // 4.88 for 4.873
  }
  CHECK_THROWS_WITH(cluster::mbridge_memory(zoo::deepseek_v3, {}), Catch::Matchers::ContainsSubstring("mbridge"));
}

// InternLM/xtuner, xtuner/tools/llm_calc/README.md: its printed output for Qwen3-8B on one node.
TEST_CASE("xtuner's moments are reproduced to their printed digits") {
  training_setup const node{.layout = {.sizes = {.sequence_length = 32768}, .devices = 8, .global_batch = 16},
                            .states = {.sharding = cluster::state_sharding::weights},
                            .activations = {.recompute = module::layer, .logit_bytes = 0}};
  cluster::xtuner_peaks const peaks = cluster::xtuner_peaks_of(zoo::qwen3_8b, node, 1024);
  CHECK(gib(peaks.static_bytes) == 11.442312240600586);
  CHECK(gib(peaks.gradient_bytes) == 3.8141040802001953);
  CHECK(gib(peaks.first_forward) == 26.58784294128418);
  CHECK(gib(peaks.first_backward) == 21.386390686035156);
  CHECK(gib(peaks.second_forward) == 30.401947021484375);
  tool_memory const found = cluster::xtuner_memory(zoo::qwen3_8b, node);
  CHECK(gib(found.state_bytes() + found.activations) == 30.401947021484375);
  CHECK_THROWS_WITH(cluster::xtuner_memory(zoo::qwen3_8b, {}), Catch::Matchers::ContainsSubstring("share weights"));
}
