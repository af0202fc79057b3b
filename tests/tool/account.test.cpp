#include "catch.hpp"

#include "tool/run.hpp"

using tool_test::run;

TEST_CASE("account of DeepSeek-V3, as JSON, has the published numbers") {
  auto const got = run("account deepseek-v3 --sequence-length 4096 --json");
  REQUIRE(got.status == 0);
  CHECK(got.error.empty());
  auto const j = got.json();
  // conventions.md sections 3 and 4; models.json
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

TEST_CASE("the human table shows totals and every term") {
  auto const got = run("account deepseek-v3");
  CHECK(got.status == 0);
  for (auto const* text : {"671,026,419,200", "37,552,297,472", "250,449,887,232", "router_correction_bias", "49%"})
    CHECK(got.out.find(text) != std::string::npos);
}

TEST_CASE("real config files give the published totals") {
  std::string const folder = std::string(MOETRIC_SHARED_DATA) + "/data/hf-configs/";
  if (!std::filesystem::exists(folder)) {
    WARN("skipped: no hf-configs");
    return;
  }
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

TEST_CASE("a published total is explained, or said to be not") {
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
