#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "catch.hpp"
#include "data.hpp"
#include "fuzz/import_config.hpp"

// What the fuzzer does, replayed and in small: what it found worth keeping, hostile texts, and a good one mutated by a
// seeded generator.

namespace {

std::string const good =
    R"({"model_type": "deepseek_v3", "hidden_size": 64, "intermediate_size": 128, "moe_intermediate_size": 32,
        "num_hidden_layers": 4, "first_k_dense_replace": 1, "num_attention_heads": 4, "n_routed_experts": 8,
        "num_experts_per_tok": 2, "n_shared_experts": 1, "q_lora_rank": 16, "kv_lora_rank": 8, "qk_nope_head_dim": 8,
        "qk_rope_head_dim": 4, "v_head_dim": 8, "num_nextn_predict_layers": 1, "vocab_size": 1000})";

std::string mutated(std::string text, std::mt19937& random) {
  constexpr std::string_view pieces[] = {
      "0", "-1", "1e308", "18446744073709551616", "null", "true", "\"\"", "[]", "{}", "\\", "\"", "{", "}",
      ",", ":",  "NaN"};
  for (int changes = 1 + static_cast<int>(random() % 4); changes != 0; --changes) {
    std::size_t const at = random() % text.size();
    switch (random() % 3) {
    case 0: text[at] = static_cast<char>(random() % 256); break;
    case 1: text.erase(at, 1 + random() % 8); break;
    default: text.insert(at, pieces[random() % std::size(pieces)]);
    }
    if (text.empty()) text = "{";
  }
  return text;
}

std::string text_of(std::filesystem::path const& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("the fuzzer's corpus gives models that add up, or sentences") {
  std::filesystem::path const folder = std::string(MOETRIC_SOURCE_DIR) + "/tests/fuzz/corpus/import_config";
  int replayed = 0;
  for (auto const& file : std::filesystem::directory_iterator(folder)) {
    CAPTURE(file.path().string());
    CHECK_NOTHROW(fuzz::import_config(text_of(file.path())));
    ++replayed;
  }
  CHECK(replayed >= 50);
}

TEST_CASE("hostile texts are refused in one sentence") {
  for (std::string const& text :
       {std::string(), std::string("\0", 1), std::string("{"), std::string("null"), std::string(5000, '['),
        std::string(5000, '{'), std::string("{\"model_type\": \"llama\""), std::string("\xff\xfe"), good + good})
    CHECK_NOTHROW(fuzz::import_config(text));
  CHECK_NOTHROW(fuzz::import_config(good));
}

TEST_CASE("mutations of a good config give a model that adds up, or a sentence") {
  std::mt19937 random(3);
  for (int i = 0; i != 3000; ++i) {
    std::string const text = mutated(good, random);
    CAPTURE(text);
    CHECK_NOTHROW(fuzz::import_config(text));
  }
}

TEST_CASE("mutations of real configs give a model that adds up, or a sentence") {
  std::mt19937 random(4);
  for (auto const& file : std::filesystem::directory_iterator(test_data::path("configs"))) {
    std::string const text = text_of(file.path());
    for (int i = 0; i != 100; ++i) {
      std::string const other = mutated(text, random);
      CAPTURE(file.path().string(), other);
      CHECK_NOTHROW(fuzz::import_config(other));
    }
  }
}
