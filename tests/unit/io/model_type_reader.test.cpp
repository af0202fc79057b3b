// Readers of model_type from outside the library.
#include "catch.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/io/hugging_face.hpp"
#include "moetric/zoo/catalogue.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;

namespace {

model read_dense(io::hugging_face::config_keys& keys) {
  namespace hf = io::hugging_face;
  return {.d_model = keys.whole("width", hf::width),
          .input = {.vocab_size = keys.whole("vocab_size", hf::vocabulary)},
          .layers = {{grouped_query_attention<>{.n_heads = 2, .head_dim = 8}, dense_ffn<>{.d_ff = 32}}}};
}

constexpr io::model_type_reader own[]{{"mine", read_dense}, {"llama", read_dense}};

}  // namespace

TEST_CASE("a model_type of one's own is read, alone and inside a multimodal configuration") {
  CHECK(io::parse_model(R"({"model_type": "mine", "width": 16, "vocab_size": 10})", own).d_model == 16);
  io::imported_model const inner = io::import_model_text(
      R"({"model_type": "other", "text_config": {"model_type": "mine", "width": 16, "vocab_size": 10}})", "c", own);
  CHECK(inner.model_type == "mine");
  CHECK_FALSE(inner.notes.empty());
}

TEST_CASE("a reader of one's own replaces the library's") {
  CHECK(io::parse_model(R"({"model_type": "llama", "width": 16, "vocab_size": 10})", own).d_model == 16);
}

TEST_CASE("readers of one's own refuse as the library's do") {
  CHECK_THROWS_WITH(io::parse_model(R"({"model_type": "mine", "vocab_size": 10})", own),
                    ContainsSubstring("key 'width' of model_type 'mine' must be present"));
  CHECK_THROWS_WITH(io::parse_model(R"({"model_type": "mine", "width": 16, "vocab_size": 10, "num_experts": 8})", own),
                    ContainsSubstring("key 'num_experts' of model_type 'mine' must be understood"));
  CHECK_THROWS_WITH(io::parse_model(R"({"model_type": "mine", "width": 16, "vocab_size": 10})"),
                    ContainsSubstring("model_type must be one of"));
}

TEST_CASE("entries of one's own are found before those of the zoo") {
  constexpr zoo::listed_model entries[]{{"mine", "Mine", "a note", &zoo::llama_3_8b},
                                        {"gpt-2", "GPT-2, mine", "", nullptr}};
  STATIC_REQUIRE(zoo::find("mine", entries)->value == &zoo::llama_3_8b);
  CHECK(zoo::find("gpt-2", entries)->name == "GPT-2, mine");
  CHECK(zoo::find("gpt-3", entries) == zoo::find("gpt-3"));
  CHECK(zoo::find("mine") == nullptr);
}
