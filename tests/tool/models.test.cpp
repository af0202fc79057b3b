#include "catch.hpp"

#include <map>
#include <set>

#include "tool/run.hpp"

using nlohmann::json;
using tool_test::run;

TEST_CASE("models are those of the zoo, with their published totals") {
  auto const got = run("models --json");
  REQUIRE(got.status == 0);
  CHECK(got.error.empty());
  std::map<std::string, json> models;
  for (json const& each : got.json()) models[each["name"].get<std::string>()] = each;
  // Hugging Face safetensors metadata of meta-llama/Llama-3.1-405B
  CHECK(models.at("llama-3.1-405b")["total"] == 405853388800);
  CHECK(models.at("deepseek-v3")["total"] == 671026419200);
  CHECK(models.at("deepseek-v3")["active"] == 37552297472);
}

TEST_CASE("runs, as JSON, hold what was published, null for what was not, and where each number is from") {
  auto const got = run("models --runs --json");
  REQUIRE(got.status == 0);
  CHECK(got.error.empty());
  std::map<std::string, json> runs;
  for (json const& each : got.json()) runs[each["name"].get<std::string>()] = each;
  CHECK(runs.size() == got.json().size());

  json const& v3 = runs.at("DeepSeek-V3");  // arXiv 2412.19437, section 4.2 and Table 1
  CHECK(v3["model"] == "deepseek-v3");
  CHECK(v3["tokens"] == 14800000000000);
  CHECK(v3["peak_learning_rate"] == 2.2e-4);
  CHECK(v3["batch_tokens"] == 62914560);  // 15360 sequences of 4096
  CHECK(v3["sequence_length"] == 4096);
  CHECK(v3["device_hours"] == 2664000);
  CHECK(v3["device"] == "h800");
  CHECK(v3["training_flops"].is_null());
  CHECK(v3["source"]["tokens"] == "arXiv 2412.19437, section 4.2");
  CHECK(v3["provenance"]["tokens"] == "printed");
  CHECK(v3["provenance"]["batch_tokens"] == "derived");
  CHECK_FALSE(v3["source"].contains("training_flops"));

  json const& llama = runs.at("Llama-3.1-405B");
  CHECK(llama["tokens"] == 15600000000000);
  CHECK(llama["training_flops"] == 3.8e25);
  CHECK(runs.at("DBRX")["device_hours"].is_null());
  CHECK(runs.at("DBRX")["device"].is_null());
  CHECK(runs.at("BLOOM-176B")["provenance"]["peak_learning_rate"] == "authors' code");
}

TEST_CASE("every run's model is one that models lists, and every number has a source") {
  std::set<std::string> known;
  for (json const& each : run("models --json").json()) known.insert(each["name"].get<std::string>());
  for (json const& each : run("models --runs --json").json()) {
    CAPTURE(each["name"].get<std::string>());
    CHECK(known.contains(each["model"].get<std::string>()));
    for (auto const* field :
         {"tokens", "peak_learning_rate", "batch_tokens", "sequence_length", "device_hours", "training_flops"}) {
      CAPTURE(field);
      CHECK(each[field].is_null() != each["source"].contains(field));
      CHECK(each[field].is_null() != each["provenance"].contains(field));
    }
  }
}

TEST_CASE("the table of runs shows numbers briefly and nothing for what is not published") {
  auto const got = run("models --runs");
  REQUIRE(got.status == 0);
  for (auto const* text : {"DeepSeek-V3", "1.48e13", "0.00022", "h800", "empty: not published"}) {
    CAPTURE(text);
    CHECK(got.out.find(text) != std::string::npos);
  }
  CHECK(run("models").out.find("DeepSeek-V3 ") == std::string::npos);
  CHECK(run("models deepseek-v3").out.find("671,026,419,200") != std::string::npos);
  CHECK(run("models --run").status == 64);
}
