#include "catch.hpp"

#include <set>

#include "tool/run.hpp"

using tool_test::run;

TEST_CASE("conventions of DeepSeek-V3, as JSON, are what the tools print") {
  auto const got = run("conventions deepseek-v3 --sequence-length 4096 --json");
  REQUIRE(got.status == 0);
  CHECK(got.error.empty());
  auto const j = got.json();
  // conventions.md section 3
  auto const& totals = j["training_flops_per_token"];
  CHECK(totals["matmul-causal-half"] == 250449887232);
  CHECK(totals["megatron-lm"] == 249812054016);
  CHECK(totals["nemo"] == 249811304448);
  CHECK(totals["maxtext"] == 250449887232);
  CHECK(totals["verl"] == 256009961472);
  CHECK(totals["torchtitan"] == 281158232064);
  CHECK(totals["6n-active"] == 225313784832);
  CHECK(j["model"] == "deepseek-v3");
  CHECK(j["sequence_length"] == 4096);
  CHECK(j["mtp"] == false);
  CHECK(j["against"] == "matmul-causal-half");
  // Megatron leaves out the router, 3·212860928, and counts the norms of low ranks.
  CHECK(j["differences"]["megatron-lm"] == nlohmann::json{{"router", -638582784}, {"latent_norm", 749568}});
  CHECK(j["differences"]["maxtext"] == nlohmann::json::object());
  CHECK(j["differences"]["verl"] == nlohmann::json{{"embedding", 5560074240}});  // 3·2·7168·129280
}

TEST_CASE("MTP modules are counted when asked for, as each tool counts them") {
  auto const totals = run("conventions deepseek-v3 --mtp --json").json()["training_flops_per_token"];
  CHECK(totals["megatron-lm"] == 259992950784);
  CHECK(totals["nemo"] == 259992059904);
  CHECK(totals["maxtext"] == 254465015808);
}

TEST_CASE("differences add up to the differences of the totals, whichever convention is the base") {
  for (std::string const base : {"matmul-causal-half", "vllm", "kaplan"}) {
    CAPTURE(base);
    auto const j = run("conventions llama-3-8b --sequence-length 8192 --json --against " + base).json();
    auto const& totals = j["training_flops_per_token"];
    CHECK(totals.size() >= 26);
    for (auto const& [id, terms] : j["differences"].items()) {
      CAPTURE(id);
      double sum = 0;
      for (auto const& amount : terms) sum += amount.get<double>();
      CHECK(sum == totals[id].get<double>() - totals[base].get<double>());  // below 2^53, over a power of two
    }
  }
}

TEST_CASE("what a tool cannot count itself is marked") {
  auto const carried_on = run("conventions deepseek-v3 --json").json()["not_counted_by_the_tool_itself"];
  auto const ids = carried_on.get<std::set<std::string>>();
  CHECK(ids.contains("llm-analysis"));
  CHECK(ids.contains("eleuther-cookbook"));
  CHECK_FALSE(ids.contains("megatron-lm"));
  CHECK(run("conventions llama-3-8b --json").json()["not_counted_by_the_tool_itself"].empty());
}

TEST_CASE("the table of conventions names every difference") {
  auto const got = run("conventions deepseek-v3");
  CHECK(got.status == 0);
  for (auto const* text : {"249,812,054,016", "-638,582,784", "+749,568", "latent_norm", "llm-analysis *"})
    CHECK(got.out.find(text) != std::string::npos);
}

TEST_CASE("large differences stay exact JSON integers") {
  auto const got = run("conventions gpt-3 --sequence-length 1000000000 --json --against matmul-full");
  REQUIRE(got.status == 0);
  // 3·96·2·12288·1e9: the other half of the square
  CHECK(got.json()["differences"]["matmul-causal-half"]["attention_core"] == -7077888000000000);
}

TEST_CASE("unknown conventions and lengths are refused by name") {
  auto const unknown = run("conventions gpt-3 --against 6n");
  CHECK(unknown.status == 2);
  CHECK(unknown.error.find("moetric: convention must be one of matmul-causal-half, ") == 0);
  auto const length = run("conventions gpt-3 --sequence-length 0");
  CHECK(length.status == 2);
  CHECK(length.error.find("moetric: sequence_length must be positive, but got 0") == 0);
  CHECK(run("conventions").status == 64);
  CHECK(run("conventions --help").status == 0);
}
