// Real config.json files, as their publishers wrote them: they give the published totals and the models of the zoo,
// and what cannot be read is refused by name. A red row means that importing changed what a published model is.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "catch.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/io/hugging_face.hpp"
#include "moetric/zoo/catalogue.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;

namespace {

/// A file, the row of models.json that counts the same model, and its constant in the zoo.
struct known_file {
  char const* file;
  char const* name;
  char const* zoo_id;  // null when the zoo has none
};

constexpr known_file known_files[] = {
    {"DeepSeek-V3.json", "DeepSeek-V3", "deepseek-v3"},
    {"Meta-Llama-3.1-8B.json", "Llama-3-8B", "llama-3-8b"},  // the sizes of Llama 3
    {"Mixtral-8x7B-v0.1.json", "Mixtral-8x7B", "mixtral-8x7b"},
    {"Qwen3-0.6B.json", "Qwen3-0.6B", nullptr},
    {"Qwen3-8B.json", "Qwen3-8B", nullptr},
    {"Qwen3-30B-A3B.json", "Qwen3-30B-A3B", "qwen3-30b-a3b"},
};

std::filesystem::path const shared = MOETRIC_SHARED_DATA;
std::filesystem::path const folder = shared / "data" / "hf-configs";

bool absent(std::filesystem::path const& path) {
  if (std::filesystem::exists(path)) return false;
  WARN("skipped: no " << path);
  return true;
}

known_file const* find_known(std::filesystem::path const& path) {
  auto const row = std::ranges::find_if(known_files, [&](known_file const& k) { return path.filename() == k.file; });
  return row == std::end(known_files) ? nullptr : &*row;
}

std::vector<std::filesystem::path> files() {
  std::vector<std::filesystem::path> paths;
  for (auto const& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".json") paths.push_back(entry.path());
  return paths;
}

nlohmann::json const* row_of(nlohmann::json const& models, std::string const& name) {
  for (nlohmann::json const& row : models)
    if (row["name"] == name) return &row;
  return nullptr;
}

}  // namespace

TEST_CASE("real configurations give the totals of the independent counter") {
  if (absent(folder) || absent(shared / "reference" / "models.json")) return;
  std::ifstream stream(shared / "reference" / "models.json");
  nlohmann::json const models = nlohmann::json::parse(stream)["models"];
  for (known_file const& known : known_files) {
    CAPTURE(known.file);
    nlohmann::json const* const row = row_of(models, known.name);
    REQUIRE(row != nullptr);
    parameter_counts const got = count_parameters(io::read_model(folder / known.file));
    nlohmann::json const& expected = (*row)["expected"];
    CHECK(got.total == expected["main"].get<std::uint64_t>());
    CHECK(got.active == expected["active"].get<std::uint64_t>());
    CHECK(got.non_embedding == expected["non_embedding"].get<std::uint64_t>());
    CHECK(got.active_matmul == expected["active_matmul"].get<std::uint64_t>());
    CHECK(got.mtp == expected["components"].value("mtp", std::uint64_t{0}));
  }
}

TEST_CASE("real configurations are the models of the zoo") {
  if (absent(folder)) return;
  for (known_file const& known : known_files) {
    if (known.zoo_id == nullptr) continue;
    CAPTURE(known.file);
    zoo::entry const* const entry = zoo::find(known.zoo_id);
    REQUIRE(entry != nullptr);
    io::imported_model const imported = io::import_model(folder / known.file);
    CHECK(imported.model == *entry->value);
    CHECK(imported.notes.empty());
  }
}

TEST_CASE("real configurations of other architectures are refused by their model_type") {
  if (absent(folder)) return;
  for (std::filesystem::path const& path : files()) {
    if (find_known(path) != nullptr) continue;
    CAPTURE(path);
    std::string const model_type = io::read_json_object(path)["model_type"];
    std::string sentence;
    try {
      io::read_model(path);
    } catch (std::invalid_argument const& error) {
      sentence = error.what();
    }
    if (std::ranges::count(io::known_model_types(), model_type) != 0) {
      CHECK(sentence.empty());  // a new file of a known family
      continue;
    }
    CHECK_THAT(sentence, ContainsSubstring("moetric: model_type must be one of "));
    CHECK_THAT(sentence, ContainsSubstring("but got '" + model_type + "'"));
  }
}
