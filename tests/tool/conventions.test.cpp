#include "catch.hpp"

#include <set>

#include "tool/run.hpp"

using tool_test::run;

TEST_CASE("conventions of DeepSeek-V3, as JSON, are what the tools print") {
  auto const got = run("conventions deepseek-v3 --sequence-length 4096 --json");
  REQUIRE(got.status == 0);
  CHECK(got.error.empty());
  auto const j = got.json();
  // What the tools print for one token.
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

TEST_CASE("--mtp counts MTP modules as each tool counts them") {
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

TEST_CASE("models that a tool does not count are marked") {
  auto const carried_on = run("conventions deepseek-v3 --json").json()["not_counted_by_the_tool_itself"];
  auto const ids = carried_on.get<std::set<std::string>>();
  CHECK(ids.contains("llm-analysis"));
  CHECK(ids.contains("eleuther-cookbook"));
  CHECK_FALSE(ids.contains("megatron-lm"));
  CHECK(run("conventions llama-3-8b --json").json()["not_counted_by_the_tool_itself"].empty());
}

TEST_CASE("the first screen has every number, --all every difference, --tool those of one tool") {
  auto const got = run("conventions deepseek-v3"), all = run("conventions deepseek-v3 --all"),
             tool = run("conventions deepseek-v3 --tool megatron-lm");
  CHECK(got.status == 0);
  for (auto const* text : {"249,812,054,016", "llm-analysis *"}) CHECK(got.out.find(text) != std::string::npos);
  for (auto const* text : {"-638,582,784", "+749,568", "latent_norm"}) {
    CHECK(all.out.find(text) != std::string::npos);
    CHECK(tool.out.find(text) != std::string::npos);
  }
  CHECK(tool.out.find("torchtitan") == std::string::npos);
  CHECK(run("conventions deepseek-v3 --tool megatron").error.find("did you mean megatron-lm") != std::string::npos);
}

TEST_CASE("--pad-vocabulary pads the vocabulary") {
  // GPT-3's 50257 to 50304: 6·12288·47 more
  auto const j = run("conventions gpt-3 --sequence-length 2048 --pad-vocabulary 128 --json").json();
  CHECK(j["vocab_size"] == 50304);
  CHECK(j["training_flops_per_token"]["megatron-lm"] == 1061877915648 + 6 * 12288 * 47);
  CHECK(run("conventions gpt-3 --pad-vocabulary 0").status == 2);
}

TEST_CASE("--known-bugs lists known bugs, and --against accepts them") {
  auto const j = run("conventions deepseek-v3 --mtp --known-bugs --json").json();
  auto const of = [&](std::string const& id) {
    for (auto const& bug : j["known_bugs"])
      if (bug["id"] == id) return bug;
    return nlohmann::json();
  };
  CHECK(of("maxtext:mtp-without-head")["printed"] == 254465015808);
  CHECK(of("megatron-lm:mtp-with-all-experts")["printed"] == 49059568640);
  CHECK(of("megatron-lm:mtp-with-all-experts")["meant"] == 38240398080);
  CHECK(of("verl:mixtral-as-nothing").is_null());           // of another family
  CHECK(of("automodel:first-layers-not-dense").is_null());  // V3 survives it
  CHECK_FALSE(run("conventions deepseek-v3 --json").json().contains("known_bugs"));
  auto const against = run("conventions gpt-oss-20b --against verl:sliding-window-halved-twice --json").json();
  // Half of s W in each of 12 layers: 3·2·4096·128 training FLOPs a layer and token
  CHECK(against["differences"]["verl"] == nlohmann::json{{"attention_core", 12 * 6 * 4096 * 128}});
  auto const mixtral = run("conventions mixtral-8x7b --known-bugs").out;
  for (auto const* id : {"nanotron:experts-as-one-dense", "verl:mixtral-as-nothing"})
    CHECK(mixtral.find(id) != std::string::npos);
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
