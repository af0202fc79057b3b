#include <algorithm>

#include "catch.hpp"
#include "tool/run.hpp"

using Catch::Matchers::ContainsSubstring;
using tool_test::folder;
using tool_test::run;

namespace {

std::string const& plan_file() {
  static std::string const path = folder().file("plan.json", run("plan --compute 3e20 --json").out);
  return path;
}

}  // namespace

TEST_CASE("a plan's config.json has the plan's account") {
  auto const config = run("export " + plan_file() + " --format hf");
  REQUIRE(config.status == 0);
  CHECK(config.error == "note: family llama4_text was chosen, the first of mixtral, llama4_text, qwen3_moe, "
                        "deepseek_v3 and glm4_moe that "
                        "adds no weights: n_dense_layers must be 0 in a config.json of mixtral, but got 2\n");
  CHECK(run("export " + plan_file() + " --format hf --family deepseek_v3").error.find("was chosen") ==
        std::string::npos);
  auto const account = run("account " + folder().file("config.json", config.out) + " --sequence-length 8192 --json");
  auto const planned = nlohmann::json::parse(tool_test::text_of(plan_file()))["account"];
  for (auto const* key : {"parameters", "parameters_by_term", "flops_per_token", "flops_per_sequence",
                          "forward_flops_by_term", "kv_cache_bytes_per_token"})
    CHECK(account.json()[key] == planned[key]);
}

TEST_CASE("a plan is a model to every command that takes one") {
  auto const planned = nlohmann::json::parse(tool_test::text_of(plan_file()))["account"];
  auto const account = run("account " + plan_file() + " --sequence-length 8192 --json");
  REQUIRE(account.status == 0);
  CHECK(account.json()["parameters"] == planned["parameters"]);
  CHECK(account.json()["flops_per_token"] == planned["flops_per_token"]);
  CHECK(account.json()["notes"][0] == "the architecture of a plan, whose run has sequences of 8192 tokens");
  CHECK(run("check " + plan_file()).status == 0);
  CHECK(run("conventions " + plan_file()).status == 0);
  auto broken = nlohmann::json::parse(tool_test::text_of(plan_file()));
  broken["architecture"]["top_k"] = 289;
  auto const refused = run("account " + folder().file("broken.json", broken.dump()));
  CHECK(refused.status == 2);
  CHECK_THAT(refused.error, ContainsSubstring("top_k must not exceed n_experts"));
}

TEST_CASE("Megatron's arguments and the header come from the same plan") {
  auto const arguments = run("export " + plan_file() + " --format megatron --tensor-parallel 8 --expert-parallel 8");
  REQUIRE(arguments.status == 0);
  auto const plan = nlohmann::json::parse(tool_test::text_of(plan_file()));
  CHECK_THAT(arguments.out,
             ContainsSubstring("--hidden-size " + std::to_string(plan["architecture"]["d_model"].get<int>()) + "\n"));
  CHECK_THAT(arguments.out, ContainsSubstring("--expert-model-parallel-size 8\n"));
  auto const header = run("export " + plan_file() + " --format cpp --name mine");
  CHECK(header.status == 0);
  CHECK_THAT(header.out, ContainsSubstring("namespace mine {"));
  CHECK_THAT(header.out, ContainsSubstring("static_assert(moetric::total_parameters(model) == " +
                                           plan["account"]["parameters"]["total"].dump()));
}

TEST_CASE("what cannot be exported is refused by name") {
  auto const refused = [](std::string const& arguments, char const* sentence) {
    auto const got = run("export " + arguments);
    CHECK(got.status == 2);
    CHECK(got.out.empty());
    CHECK_THAT(got.error, ContainsSubstring(sentence));
  };
  refused(plan_file() + " --format hf --family mixtral", "n_dense_layers must be 0 in a config.json of mixtral");
  refused(plan_file() + " --format hf --family nobody", "family must be one of");
  refused(plan_file() + " --format yaml", "format must be one of hf, megatron, cpp, but got 'yaml'");
  refused(plan_file() + " --format megatron --tensor-parallel 7", "tensor-parallel size");
  refused(plan_file() + " --format cpp --name 7b", "must be a C++ identifier");
  refused(folder().file("not.json", "{}") + " --format megatron", "'architecture'");
  refused(folder().path("absent.json") + " --format megatron", "must be a file");
  refused("llama-3-8b --format hf", "n_experts must be positive");
  for (std::string const format : {"megatron", "cpp"})
    refused("mixtral-8x7b --format " + format,
            ("format " + format +
             " must get a file that `moetric plan --json` wrote, since a model alone has no plan of "
             "its run, but got the model mixtral-8x7b; its config.json is --format hf")
                .c_str());
}

TEST_CASE("explain distinguishes two shapes of equal M by kind of layer") {
  // 2603.21862, Table 9
  std::string const rest = ",n_heads=4,n_kv_heads=2,head_dim=64,n_experts=288,top_k=8,n_shared_experts=1";
  auto const got = run("explain d_model=616,n_dense_layers=1,n_moe_layers=4,d_ff=1848,d_expert=392" + rest +
                       " d_model=296,n_dense_layers=2,n_moe_layers=11,d_ff=888,d_expert=120" + rest);
  REQUIRE(got.status == 0);
  std::string words = got.out;
  std::replace(words.begin(), words.end(), '\n', ' ');
  for (auto const* text : {"attention scores", "dense feed-forward", "experts", "do not distinguish the two"})
    CHECK_THAT(words, ContainsSubstring(text));
  auto const j = run("explain mixtral-8x7b qwen3-30b-a3b --sequence-length 4096 --json").json();
  CHECK(j["first"]["by_layer_type"]["experts"]["total_parameters"] == 3.0 * 4096 * 14336 * 8 * 32);
  CHECK(j["why"].size() == 3);
  CHECK(run("explain mixtral-8x7b nobody").status == 2);
  CHECK(run("explain mixtral-8x7b d_model=12").status == 2);
  CHECK(run("explain mixtral-8x7b mixtral-8x7b --sequence-length 0").status == 2);
}
