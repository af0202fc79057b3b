#include <cmath>

#include "catch.hpp"
#include "data.hpp"
#include "tool/run.hpp"

using tool_test::run;

TEST_CASE("account of DeepSeek-V3, as JSON, has the published numbers") {
  auto const got = run("account deepseek-v3 --sequence-length 4096 --json");
  REQUIRE(got.status == 0);
  CHECK(got.error.empty());
  auto const j = got.json();
  // Counts of tests/data/models.json; FLOPs and cache bytes that the tools print.
  CHECK(j["parameters"]["total"] == 671026419200);
  CHECK(j["parameters"]["active"] == 37552297472);
  CHECK(j["parameters"]["active_without_input_embedding"] == 36625618432);
  CHECK(j["parameters"]["non_embedding"] == 669173061120);
  CHECK(j["parameters"]["active_non_embedding"] == 35698939392);
  CHECK(j["parameters"]["active_matmul"] == 36624596992);
  CHECK(j["parameters"]["mtp"] == 11610068224);
  CHECK(j["flops_per_token"]["training"] == 250449887232);
  CHECK(j["flops_per_token"]["forward"] == 83483295744);
  CHECK(j["flops_per_sequence"]["training"] == 250449887232 * 4096);
  CHECK(j["forward_flops_by_term"]["attention_core"] == 10234101760);
  CHECK(j["forward_flops_by_term"]["logits"] == 1853358080);
  CHECK(j["mtp"]["forward_flops_by_term"]["mtp_projection"] == 205520896);
  CHECK(j["kv_cache_bytes_per_token"] == 70272);
  CHECK(j["model"] == "deepseek-v3");
  CHECK(j["sequence_length"] == 4096);
  CHECK(j["convention"] == "matmul-causal-half");
}

TEST_CASE("conventions give their own numbers") {
  auto const training = [](std::string const& model, std::string const& convention) {
    return run("account " + model + " --convention " + convention + " --json").json()["flops_per_token"]["training"];
  };
  CHECK(training("llama-3-8b --sequence-length 8192", "matmul-causal") == 51471187968);
  CHECK(training("llama-3-8b --sequence-length 8192", "matmul-full") == 57912852480);
  CHECK(training("gpt-3 --sequence-length 2048", "6n-active") == 1047625555968);
  CHECK(training("deepseek-v3", "6n-active") == 225313784832);
  CHECK(training("deepseek-v3", "6n-total") == 671026419200 * 6);
}

TEST_CASE("terms add up to the totals") {
  auto const j = run("account mixtral-8x7b --json").json();
  std::int64_t parameters = 0, forward = 0;
  for (auto const& amount : j["parameters_by_term"]) parameters += amount.get<std::int64_t>();
  for (auto const& amount : j["forward_flops_by_term"]) forward += amount.get<std::int64_t>();
  CHECK(parameters == 46702792704);
  CHECK(forward == j["flops_per_token"]["forward"]);
}

TEST_CASE("integers wider than 64 bits stay exact JSON integers") {
  auto const got = run("account gpt-3 --sequence-length 1000000000 --json");
  REQUIRE(got.status == 0);
  // forward = 2·174563733504 (active_matmul) + 96·2·12288·1e9 (core at half the square) per token, x 1e9 tokens
  CHECK(got.out.find("\"forward\": 2359645127467008000000000,") != std::string::npos);
  CHECK_NOTHROW(got.json());
}

TEST_CASE("the first screen shows totals and large terms, --verbose every term") {
  auto const got = run("account deepseek-v3"), all = run("account deepseek-v3 --verbose");
  CHECK(got.status == 0);
  for (auto const* text : {"671,026,419,200", "37,552,297,472", "250,449,887,232", "49 %"})
    CHECK(got.out.find(text) != std::string::npos);
  CHECK(got.out.find("router_correction_bias") == std::string::npos);
  CHECK(all.out.find("router_correction_bias") != std::string::npos);
}

TEST_CASE("real config files give the published totals") {
  std::string const folder = test_data::path("configs").string() + "/";
  for (auto const& [file, total] : {std::pair{"DeepSeek-V3", 671026419200},
                                    {"Mixtral-8x7B-v0.1", 46702792704},
                                    {"Meta-Llama-3.1-8B", 8030261248},
                                    {"Qwen3-30B-A3B", 30532122624},
                                    {"Qwen3-8B", 8190735360},
                                    {"Qwen3-0.6B", 596049920}}) {
    CAPTURE(file);
    auto const got = run("account " + folder + file + ".json --json");
    REQUIRE(got.status == 0);
    CHECK(got.json()["parameters"]["total"] == total);
  }
  CHECK(run("account " + folder + "DeepSeek-V3.json --json").json()["flops_per_token"] ==
        run("account deepseek-v3 --json").json()["flops_per_token"]);
}

TEST_CASE("models lists the zoo") {
  auto const j = run("models --json").json();
  REQUIRE(j.is_array());
  bool found = false;
  for (auto const& model : j) {
    for (auto const* key : {"name", "total", "active", "source"}) CHECK(model.contains(key));
    found = found || (model["name"] == "olmoe-1b-7b" && model["total"] == 6919161856 && model["active"] == 1282017280);
  }
  CHECK(found);
}

TEST_CASE("a published total is explained, or reported as unexplained") {
  auto const j = run("account deepseek-v3 --expect 684531386000 --json").json();
  CHECK(j["expected"]["explained"] == true);
  CHECK(j["expected"]["compositions"][0] == "main + mtp + mtp_embed_copy + mtp_head_copy + fp8_scales");
  CHECK(run("account deepseek-v3 --expect 700000000000 --json").json()["expected"]["explained"] == false);
  CHECK(run("account deepseek-v3 --expect 684531386000").out.find("fp8_scales") != std::string::npos);
  CHECK(run("account deepseek-v3 --checkpoint --json").json()["checkpoint"]["fp8_scales"]["parameters"] == 41540496);
}

TEST_CASE("published totals of many models are explained") {
  for (auto const& [arguments, composition] :
       {std::pair{"gemma-3-27b --expect 27432406640", "main + vision"},
        {"qwen3.5-35b-a3b --expect 35951822704", "main + mtp + vision"},
        {"deepseek-v4-flash --expect 290944616402", "main + mtp + hash_tables"},
        {"moonlight-16b-a3b --expect 15960111936", "main + rotary_frequencies"},
        {"nemotron-3-nano-30b-a3b --expect 31577937344", "main - router_correction_bias"},
        {"qwen3-0.6b --expect 751632384", "main + tied_head_copy"},
        {"olmoe-1b-7b --expect 6919161856", "main"}}) {
    CAPTURE(arguments);
    auto const j = run("account " + std::string(arguments) + " --json").json();
    CHECK(j["expected"]["compositions"][0] == composition);
  }
  CHECK(run("account grok-1 --expect 314000000000").out.find("1,684,820,992 more") != std::string::npos);
}

TEST_CASE("a packed batch is counted document by document, by the chosen convention") {
  auto const j = run("account deepseek-v3 --documents 4096,4096,4096 --convention verl --json").json()["packed"];
  // verl's own number for three sequences of 4096
  CHECK(j["flops_per_batch"]["training"] == 3145850406567936);
  CHECK(j["documents"] == 3);
  CHECK(j["tokens"] == 12288);
  CHECK(run("account deepseek-v3 --documents 4096,1,17").out.find("4,114") != std::string::npos);
}

TEST_CASE("adapters: the sizes that PEFT prints, and the backward of what lies above them") {
  auto const j = run("account llama-3-8b --sequence-length 8192 --lora 16:query,value --json").json()["training"];
  CHECK(j["trainable_parameters"] == 6815744);
  CHECK(j["adapter_parameters"] == 6815744);
  // see unit/account/training: 2·forward + the core's second product − the first layer's q, k, v + the adapters
  CHECK(j["model_flops"]["per_token"] == 2 * 17156800512 + 2147483648 - 50331648 + 3 * 32 * 425984 - 262144);
  auto const two = run("account --lora 16:query --lora 8:value llama-3-8b --json").json()["training"];
  CHECK(two["adapter_parameters"] == 32 * (16 * 8192 + 8 * 5120));
}

TEST_CASE("training from a layer on, with frozen terms and recomputation") {
  auto const head = run("account llama-3-8b --sequence-length 8192 --train-from-layer 32 --json").json()["training"];
  CHECK(head["trainable_parameters"] == 4096 * 128256 + 4096);
  CHECK(head["model_flops"]["per_token"] == 17156800512 + 2 * 1050673152);
  auto const full = run("account deepseek-v3 --freeze router --recompute full --json").json()["training"];
  CHECK(full["model_flops"]["per_token"] == 250449887232 - 212860928);
  CHECK(full["hardware_flops"]["per_token"] == 250449887232 - 212860928 + 83483295744 - 1853358080);
  CHECK(run("account deepseek-v3 --recompute full").out.find("hardware FLOPs per token") != std::string::npos);
  CHECK_FALSE(run("account deepseek-v3 --json").json().contains("training"));
}

TEST_CASE("a step of decoding reads active weights and the cache") {
  auto const j = run("account llama-3-8b --decode-batch 1 --context 1000 --json").json()["decoding"];
  // the 8,030,261,248 weights but for the embedding's other rows, and 131072 bytes a cached token
  CHECK(j["bytes_read"]["total"] == 2 * (8030261248 - 128255LL * 4096) + 131072000);
  CHECK(j["bytes_read"]["key_value_cache"] == 131072000);
  CHECK(j["bytes_read"]["weights_by_term"]["embedding"] == 8192);
  // 2 · 7,504,658,432 and 4 · 32 · 128 · 1001 for each of 32 layers
  CHECK(j["flops"] == 2 * 7504658432 + 32 * 4 * 32 * 128 * 1001LL);
  auto const fp4 = run("account deepseek-v3 --decode-batch 8 --context 0 --weight-bytes 1 --expert-bytes 17/32 --json")
                       .json()["decoding"];
  // 58 layers, 256·(1 − (31/32)^8) = 57.4168... experts of 3·7168·2048
  double const expected = 58.0 * 256 * (1 - std::pow(31.0 / 32, 8)) * 3 * 7168 * 2048 * 17 / 32;
  CHECK(std::fabs(fp4["bytes_read"]["routed_experts_expected"].get<double>() - expected) < 1e-9 * expected);
  CHECK(run("account deepseek-v3 --decode-batch 8 --context 4096").out.find("bytes read") != std::string::npos);
}

TEST_CASE("a decoding step is counted absorbed, or expanded as asked, and says so") {
  auto const of = [](std::string const& forms) {
    return run("account deepseek-v3 --decode-batch 64 --context 8192 --json" + forms).json()["decoding"];
  };
  // From latents: 2·36,624,596,992 and 2·128·(512 + 64 + 512) for each of 8193 keys and 61 layers, 64 times
  CHECK(of("")["flops"] == 64 * (2 * 36624596992 + 61 * 2LL * 128 * (512 + 64 + 512) * 8193));
  CHECK(of("")["latent_attention"] == "absorbed");
  CHECK(of(" --core-forms expanded")["latent_attention"] == "expanded");
  CHECK(run("account llama-3-8b --decode-batch 1 --context 0 --json").json()["decoding"]["latent_attention"].is_null());
}

TEST_CASE("the cache at a length") {
  // 131072 bytes a token in bf16: 2 tensors of 8 heads of 128 in 32 layers
  auto const j = run("account llama-3-8b --context 1000 --sequences 3 --cache-bytes 1 --json").json()["cache"];
  CHECK(j["bytes"] == 3 * 1000 * 131072 / 2);
  CHECK(j["growing_bytes_per_token"] == 131072 / 2);
  CHECK(j["constant_bytes"] == 0);
  auto const windows = [](std::string const& pages) {
    return run("account gpt-oss-20b --context 100000 --json --window-pages " + pages).json()["cache"];
  };
  // every other layer of 24 has a window of 128; 2048 bytes a token and layer
  CHECK(windows("freed")["bytes"] == 12LL * 2048 * (100000 + 128));
  CHECK(windows("freed")["constant_bytes"] == 12 * 2048 * 128);
  CHECK(windows("kept")["bytes"] == 24LL * 2048 * 100000);
}

TEST_CASE("wrong options of training and decoding are refused by name") {
  for (auto const& [arguments, sentence] :
       {std::pair{"--lora 16", "moetric: lora must be written as RANK:PROJECTION,..., but got 16"},
        {"--lora 0:query", "moetric: lora must have a positive rank, but got 0:query"},
        {"--lora 8:quary", "but got 'quary'; did you mean query?"},
        {"--lora 8:query_down",
         "moetric: lora must be on projections that the trained layers have, but got query_down"},
        {"--freeze heads", "but got 'heads'"},
        {"--train-from-layer 33", "first_trained_layer must not exceed the number of layers, but got 33 and 32"},
        {"--recompute some", "moetric: recompute must be one of none, selective, full, but got 'some'"},
        {"--recompute full --convention verl", "moetric: convention must be one of matmul-causal-half"},
        {"--decode-batch 8", "moetric: --decode-batch must be given with --context"},
        {"--sequences 3", "moetric: --sequences must be given with --context"},
        {"--cache-bytes 1", "moetric: --cache-bytes must be given with --context"},
        {"--context 8 --expert-bytes 1", "moetric: --expert-bytes must be given with --decode-batch"},
        {"--context 0", "moetric: context must be positive without --decode-batch, but got 0"},
        {"--documents 5,,7", "moetric: documents must be"},
        {"--documents 5,0", "sequence_length must be positive"},
        {"--decode-batch 0 --context 0", "sequences must be positive"},
        {"--decode-batch 1 --context 0 --weight-bytes 1/0",
         "moetric: weight_bytes must be a fraction that does not divide by 0, but got 1/0"}}) {
    CAPTURE(arguments);
    auto const got = run(std::string("account llama-3-8b ") + arguments);
    CHECK(got.status == 2);
    CHECK(got.out.empty());
    CHECK(got.error.find(sentence) != std::string::npos);
  }
}

TEST_CASE("cores are counted in the chosen form") {
  auto const core = [](std::string const& arguments, char const* term) {
    return run("account " + arguments + " --json").json()["forward_flops_by_term"][term].get<std::int64_t>();
  };
  // (512 + 64 + 512) / (128 + 64 + 128) = 3.4 times as much
  CHECK(core("deepseek-v3 --core-forms absorbed", "attention_core") == 10234101760 / 10 * 34);
  CHECK(core("deepseek-v3 --core-forms expanded", "attention_core") == 10234101760);
  // 23 Mamba-2 layers of Nemotron-3-Nano, 64 heads of 64 and a state of 128: 7, 2 or, in chunks of 128 tokens with 8
  // groups, 4 for each element and 128 · (8 · 128 + 64 · 64) for half of the pairs
  std::int64_t const states = 23LL * 64 * 64 * 128;
  CHECK(core("nemotron-3-nano-30b-a3b", "state_core") == 7 * states);
  CHECK(core("nemotron-3-nano-30b-a3b --core-forms two-per-state", "state_core") == 2 * states);
  CHECK(core("nemotron-3-nano-30b-a3b --core-forms chunked", "state_core") ==
        4 * states + 23LL * 128 * (8 * 128 + 64 * 64));
  CHECK(run("account llama-3-8b --core-forms absorbed").error.find("with latent attention, which this one lacks") !=
        std::string::npos);
  CHECK(run("account deepseek-v3 --core-forms fewest-experts").status == 2);
  CHECK(run("account deepseek-v3 --core-forms expanded,absorbed").status == 2);
  CHECK(run("account longcat-flash --core-forms fewest-experts").status == 0);
  CHECK(run("account deepseek-v3 --core-forms folded").error.find("core_forms must be one of expanded, absorbed") !=
        std::string::npos);
}
