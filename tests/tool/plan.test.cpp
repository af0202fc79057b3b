#include "catch.hpp"

#include "tool/run.hpp"

using Catch::Matchers::ContainsSubstring;
using tool_test::run;

TEST_CASE("plan as JSON has the documented keys") {
  auto const got = run("plan --compute 3e20 --json");
  REQUIRE(got.status == 0);
  auto const j = got.json();
  for (auto const* key : {"architecture", "triad", "compute", "tokens", "learning_rate", "batch_tokens", "bands",
                          "losses", "provenance", "warnings", "account"})
    CHECK(j.contains(key));
  for (auto const* key : {"d_model", "n_layers", "n_dense_layers", "n_moe_layers", "n_heads", "n_kv_heads", "head_dim",
                          "d_ff", "d_expert", "n_experts", "top_k", "n_shared_experts", "vocab_size"}) {
    CAPTURE(key);
    CHECK(j["architecture"][key].is_number_integer());
    CHECK((key == std::string("n_layers") || j["provenance"].contains(key)));
  }
  for (auto const* key :
       {"training_flops_per_token", "active_non_embedding_parameters", "total_non_embedding_parameters"})
    CHECK(j["triad"][key].is_number_integer());
  for (auto const* key : {"requested", "holistic", "matmul"}) CHECK(j["compute"][key].is_number());
  for (auto const& [field, band] : j["bands"].items())
    for (auto const* key : {"law", "tolerance", "of", "kind", "low", "best", "high"}) CHECK(band.contains(key));
  for (auto const* field : {"d_expert", "n_experts", "top_k"}) CHECK(j["bands"][field]["law"] == "fine-grained");
  CHECK(j["account"]["parameters"]["total"].is_number_integer());
  CHECK(j["tokens"].is_number_integer());
  CHECK(j["batch_tokens"].is_number_integer());
}

TEST_CASE("the plan for 3e20 keeps the paper's own choices") {
  auto const j = run("plan --compute 3e20 --json").json();
  // 2603.21862, Table 4 and Table 2: M 5.9390 GFLOPs, D 50.5138 B
  CHECK(j["architecture"]["n_heads"] == 16);
  CHECK(j["architecture"]["head_dim"] == 128);
  CHECK(j["triad"]["training_flops_per_token"].get<double>() / 5.9390e9 > 0.955);
  CHECK(j["triad"]["training_flops_per_token"].get<double>() / 5.9390e9 < 1.045);
  CHECK(j["tokens"].get<double>() / 50.5138e9 > 0.955);
  CHECK(j["tokens"].get<double>() / 50.5138e9 < 1.045);
  CHECK(j["learning_rate"].get<double>() / 4.82e-4 > 0.995);
  CHECK(j["learning_rate"].get<double>() / 4.82e-4 < 1.005);
  CHECK_THAT(j["provenance"]["n_heads"].get<std::string>(), ContainsSubstring("printed"));
  CHECK_THAT(j["provenance"]["d_model"].get<std::string>(), ContainsSubstring("derived"));
}

TEST_CASE("with the paper's rounding, d and targets a plan is a row of Table 15") {
  // 2603.21862, Table 15 at 1e20, M/N_a = 8.5, N/N_a = 22: d 1384, L_d 3, d_ff 4152, L_m 17, d_expert 416
  auto const j = run("plan --compute 1e20 --d-model 1384 --flops-per-active-parameter 8.5 --expansion-ratio 22 "
                     "--rounding paper --json")
                     .json()["architecture"];
  CHECK(j["d_model"] == 1384);
  CHECK(j["n_dense_layers"] == 3);
  CHECK(j["d_ff"] == 4152);
  CHECK(j["n_moe_layers"] == 17);
  CHECK(j["d_expert"] == 416);
}

TEST_CASE("the text of a plan states the origin of numbers, what is not known and what may change") {
  auto const got = run("plan --compute 3e20 --verbose");
  REQUIRE(got.status == 0);
  CHECK(got.error.empty());
  for (auto const* text : {"printed:", "derived:", "No law depends on", "not known", "not a prediction", "realised",
                           "target", "compute requested", "the paper's D_opt", "compute with output head and router"})
    CHECK_THAT(got.out, ContainsSubstring(text));
  auto const help = run("plan --help --verbose");
  for (auto const* option : {"--source", "--n-experts", "--d-model", "--expansion-ratio", "--memory-limit",
                             "--inference-tokens", "--batch-multiple", "--tolerance"})
    CHECK_THAT(help.out, ContainsSubstring(option));
}

TEST_CASE("user choices are shown as the user's") {
  auto const j =
      run("plan --compute 3e20 --n-experts 128 --top-k 8 --n-shared-experts 0 --n-heads 32 --head-dim 64 --json")
          .json();
  CHECK_THAT(j["provenance"]["n_experts"].get<std::string>(), ContainsSubstring("user"));
  CHECK_THAT(j["provenance"]["n_heads"].get<std::string>(), ContainsSubstring("user"));
  CHECK_FALSE(j["bands"].contains("expansion_ratio"));
}

TEST_CASE("a plan with latent attention becomes a DeepSeek-V3 config") {
  auto const got = run("plan --compute 3e20 --attention mla --n-dense-layers 1 --d-ff 8192 --json");
  REQUIRE(got.status == 0);
  CHECK(got.json()["architecture"]["n_dense_layers"] == 1);
  CHECK(got.json()["architecture"]["d_ff"] == 8192);
  std::string const file = tool_test::folder().file("mla.json", got.out);
  auto const config = run("export " + file + " --format hf").json();
  CHECK(config["model_type"] == "deepseek_v3");
  CHECK(config["kv_lora_rank"] == 512);
  CHECK(config["q_lora_rank"] == 1536);
  CHECK(run("account " + file + " --json").json()["parameters"]["total"] ==
        got.json()["account"]["parameters"]["total"]);
  CHECK(run("plan --compute 3e20 --source joint-moe --json").json()["source"] == "joint-moe");
  CHECK_THAT(run("plan --compute 3e20 --width-ratio 4 --json").json()["provenance"]["d_model"].get<std::string>(),
             ContainsSubstring("width_ratio"));
  CHECK_THAT(run("plan --compute 3e20 --kv-lora-rank 512").error, ContainsSubstring("with latent attention"));
}

TEST_CASE("matmul budgets are spent exactly") {
  auto const j = run("plan --compute 1e19 --budget matmul --json").json();
  CHECK(std::fabs(j["compute"]["matmul"].get<double>() / 1e19 - 1) < 1e-6);
}
