#include "moetric/io/find_model.hpp"

#include <filesystem>

#include "catch.hpp"
#include "data.hpp"
#include "moetric/account/parameters.hpp"
#include "scratch.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("a text names a model of the zoo, a file, or a shape by its numbers") {
  CHECK(total_parameters(io::find_model("deepseek-v3").value) == 671026419200);  // its model card: 671B
  // 2603.21862, Table 9: a shape of 2.6e9 FLOPs per token
  io::named_model const shape = io::find_model(
      "d_model=616,n_dense_layers=1,n_moe_layers=4,d_ff=1848,d_expert=392,n_heads=4,n_kv_heads=2,head_dim=64,"
      "n_experts=288,top_k=8,n_shared_experts=1");
  CHECK(shape.value.layers.n_layers() == 5);
  CHECK(shape.notes == std::vector<std::string>{"vocab_size is not given: 152064 is assumed"});
  scratch const folder;
  std::string const plan = folder.file("plan.json", R"({"sequence_length": 8192, "architecture": {"d_model": 64,
      "n_dense_layers": 1, "n_moe_layers": 1, "d_ff": 128, "d_expert": 16, "n_heads": 4, "n_kv_heads": 2, "head_dim": 16,
      "n_experts": 8, "top_k": 2, "n_shared_experts": 0, "vocab_size": 1000}})");
  io::named_model const planned = io::find_model(plan);
  CHECK(planned.value.d_model == 64);
  CHECK(planned.notes ==
        std::vector<std::string>{"the architecture of a plan, whose run has sequences of 8192 tokens"});
}

TEST_CASE("a model of the zoo has the model_type of its published config.json") {
  struct published {
    char const *id, *file;
  };
  for (published const& each : {published{"deepseek-v3", "DeepSeek-V3"},
                                {"deepseek-v3.2", "DeepSeek-V3.2"},
                                {"deepseek-v4-flash", "DeepSeek-V4-Flash"},
                                {"llama-4-scout", "Llama-4-Scout-17B-16E-Instruct"},
                                {"mimo-v2-flash", "MiMo-V2-Flash"},
                                {"mixtral-8x7b", "Mixtral-8x7B-v0.1"},
                                {"nemotron-3-nano-30b-a3b", "NVIDIA-Nemotron-3-Nano-30B-A3B-BF16"},
                                {"nemotron-h-56b", "Nemotron-H-56B-Base-8K"},
                                {"qwen3-0.6b", "Qwen3-0.6B"},
                                {"qwen3-30b-a3b", "Qwen3-30B-A3B"},
                                {"qwen3.5-35b-a3b", "Qwen3.5-35B-A3B"},
                                {"gemma-4-26b-a4b", "gemma-4-26B-A4B"},
                                {"gpt-oss-20b", "gpt-oss-20b"}}) {
    CAPTURE(each.id);
    std::string const type =
        io::find_model(test_data::path("configs/" + std::string(each.file) + ".json").string()).model_type;
    CHECK_FALSE(type.empty());
    CHECK(io::find_model(each.id).model_type == type);
  }
}

TEST_CASE("a model of the zoo is found by its name on the Hub, unless a file has that path") {
  io::named_model const found = io::find_model("Qwen/Qwen3-235B-A22B-Instruct-2507");
  CHECK(found.name == "qwen3-235b-a22b");
  CHECK(total_parameters(found.value) == 235093634560);  // safetensors of Qwen/Qwen3-235B-A22B
  CHECK(found.model_type == "qwen3_moe");
  CHECK(io::find_model("DEEPSEEK-AI/deepseek-v3").name == "deepseek-v3");
  CHECK_THROWS_WITH(io::find_model("Qwen/Qwen3-235B-A23B"),
                    ContainsSubstring("but got 'Qwen/Qwen3-235B-A23B'; did you mean qwen3-235b-a22b"));
  CHECK_THROWS_WITH(io::find_model("someone/DeepSeek-V3"), ContainsSubstring("did you mean deepseek-v3"));
  CHECK_THROWS_WITH(io::find_model("configs/mine.json"), ContainsSubstring("'configs/mine.json'"));

  scratch const folder;  // with a file of that path
  std::filesystem::create_directory(folder.path("openai-community"));
  folder.file("openai-community/gpt2", R"({"model_type": "gpt2", "vocab_size": 100, "n_embd": 64, "n_layer": 1,
      "n_head": 2, "n_positions": 16})");
  std::filesystem::path const before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path("."));
  io::named_model const own = io::find_model("openai-community/gpt2");
  std::filesystem::current_path(before);
  CHECK(own.value.d_model == 64);
  CHECK(io::find_model("openai-community/gpt2").name == "gpt-2");
}

TEST_CASE("a text that names no model is refused with the closest names") {
  CHECK_THROWS_WITH(io::find_model("mixtral-8x7"),
                    ContainsSubstring("but got 'mixtral-8x7'; did you mean mixtral-8x7b"));
  CHECK_THROWS_WITH(io::find_model("qwen3-"),
                    ContainsSubstring("did you mean qwen3-4b") && ContainsSubstring("`moetric models qwen3-` lists"));
  CHECK_THROWS_WITH(io::find_model("d_modell=1024"), ContainsSubstring("did you mean d_model?"));
  CHECK_THROWS_WITH(
      io::find_model(
          "d_model=1024,n_dense_layers=0,n_moe_layers=2,d_ff=0,d_expert=64,n_heads=8,n_kv_heads=8,head_dim=64"),
      ContainsSubstring("keys 'architecture.n_experts', 'architecture.top_k' and 'architecture.n_shared_experts' of a "
                        "shape must be present, but are missing"));
  CHECK_THROWS_WITH(io::find_model("d_model=4.5"),
                    ContainsSubstring("moetric: d_model must be a whole number such as 8192, but got '4.5'"));
  CHECK_THROWS_WITH(io::find_model("d_model=480,d_ff=64,d_model=512"),
                    ContainsSubstring("moetric: d_model must be given once"));
  // longer than a name of a file may be
  CHECK_THROWS_WITH(io::find_model(std::string(300, 'x')), ContainsSubstring("model must be a name"));
  CHECK_THROWS_WITH(io::find_model("d_model=" + std::string(300, '1')), ContainsSubstring("d_model must be a whole"));
  CHECK_THROWS_AS(io::find_model(std::string(300, 'x') + ".json"), std::invalid_argument);
  CHECK_THROWS_WITH(io::find_model("no/such/config.json"), ContainsSubstring("does not exist"));
}
