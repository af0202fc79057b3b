// Published config.json files, unchanged: importing them gives the published totals and the models of the zoo. A
// failing row means that the importer changed a published model.
#include <algorithm>
#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "data.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/io/hugging_face.hpp"
#include "moetric/zoo/catalogue.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;

namespace {

/// A file of tests/data/configs, the name of the same model in models.json, and its id in the zoo.
struct known_file {
  char const* file;
  char const* name;
  char const* zoo_id;  // null if not compared
};

constexpr known_file known_files[] = {
    {"DeepSeek-V3.2.json", "DeepSeek-V3.2", nullptr},
    {"DeepSeek-V3.json", "DeepSeek-V3", "deepseek-v3"},
    {"DeepSeek-V4-Flash.json", "DeepSeek-V4-Flash", nullptr},
    {"Llama-4-Scout-17B-16E-Instruct.json", "Llama-4-Scout", nullptr},
    {"Meta-Llama-3.1-8B.json", "Llama-3-8B", "llama-3-8b"},  // the sizes of Llama 3
    {"MiMo-V2-Flash.json", "MiMo-V2-Flash", nullptr},
    {"Mixtral-8x7B-v0.1.json", "Mixtral-8x7B", "mixtral-8x7b"},
    {"NVIDIA-Nemotron-3-Nano-30B-A3B-BF16.json", "Nemotron-3-Nano-30B-A3B", nullptr},
    {"Nemotron-H-56B-Base-8K.json", "Nemotron-H-56B", nullptr},
    {"Qwen3-0.6B.json", "Qwen3-0.6B", nullptr},
    {"Qwen3-8B.json", "Qwen3-8B", nullptr},
    {"Qwen3-30B-A3B.json", "Qwen3-30B-A3B", "qwen3-30b-a3b"},
    {"Qwen3.5-35B-A3B.json", "Qwen3.5-35B-A3B", nullptr},
    {"gemma-4-26B-A4B.json", "Gemma-4-26B-A4B", nullptr},
    {"gpt-oss-20b.json", "gpt-oss-20b", nullptr},
};

std::filesystem::path const folder = test_data::path("configs");

nlohmann::json const* row_of(nlohmann::json const& models, std::string const& name) {
  for (nlohmann::json const& row : models)
    if (row["name"] == name) return &row;
  return nullptr;
}

}  // namespace

TEST_CASE("published configurations give the totals in models.json") {
  nlohmann::json const models = nlohmann::json::parse(test_data::text("models.json")).at("models");
  for (known_file const& known : known_files) {
    CAPTURE(known.file);
    nlohmann::json const* const row = row_of(models, known.name);
    REQUIRE(row != nullptr);
    io::imported_model const imported = io::import_model(folder / known.file);
    parameter_counts const got = count_parameters(imported.model);
    nlohmann::json const& expected = (*row)["expected"];
    CHECK(got.total == expected["main"].get<std::uint64_t>());
    CHECK(got.active == expected["active"].get<std::uint64_t>());
    CHECK(got.non_embedding == expected["non_embedding"].get<std::uint64_t>());
    CHECK(got.active_matmul == expected["active_matmul"].get<std::uint64_t>());
    CHECK(got.active_without_input_embedding == expected["active_no_input_embed"].get<std::uint64_t>());
    CHECK(got.active_non_embedding == expected["active_non_embedding"].get<std::uint64_t>());
    // MiMo's file has no key for its multi-token prediction modules; a note reports that.
    if (imported.model_type == "mimo_v2_flash") {
      CHECK(got.mtp == 0);
      REQUIRE(imported.notes.size() == 1);
      CHECK_THAT(imported.notes[0], ContainsSubstring("multi-token prediction"));
      continue;
    }
    CHECK(got.mtp == expected["components"].value("mtp", std::uint64_t{0}));
  }
}

TEST_CASE("published configurations import as the models of the zoo") {
  for (known_file const& known : known_files) {
    if (known.zoo_id == nullptr) continue;
    CAPTURE(known.file);
    zoo::listed_model const* const entry = zoo::find(known.zoo_id);
    REQUIRE(entry != nullptr);
    io::imported_model const imported = io::import_model(folder / known.file);
    CHECK(imported.model == *entry->value);
    CHECK(imported.notes.empty());
  }
}

TEST_CASE("only the language model of a multimodal configuration is counted, and a note reports it") {
  for (char const* const file :
       {"Llama-4-Scout-17B-16E-Instruct.json", "Qwen3.5-35B-A3B.json", "gemma-4-26B-A4B.json"}) {
    CAPTURE(file);
    io::imported_model const imported = io::import_model(folder / file);
    REQUIRE(imported.notes.size() == 1);
    CHECK_THAT(imported.notes[0], ContainsSubstring("only the language model in 'text_config'"));
    io::json const object = io::read_json_object(folder / file);
    CHECK(imported.model_type == object.find("text_config")->find("model_type")->text());
    if (object.find("vision_config") != nullptr) CHECK_THAT(imported.notes[0], ContainsSubstring("'vision_config'"));
  }
}

TEST_CASE("every stored configuration is compared") {
  for (auto const& entry : std::filesystem::directory_iterator(folder)) {
    CAPTURE(entry.path());
    CHECK(std::ranges::count(known_files, entry.path().filename().string(),
                             [](known_file const& each) { return std::string(each.file); }) == 1);
  }
}
