// Configurations around a language model: which model is counted, what its class implies, and what notes report.
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "config_edits.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/io/hugging_face.hpp"
#include "published_configs.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;

namespace {

json config_of(std::string_view name) {
  for (published_config const& each : published_configs)
    if (each.name == name) return json::parse(each.config);
  throw std::logic_error("no such model in published_configs.hpp");
}

json with_text(json config, json const& changes) {
  config["text_config"].update(changes);
  return config;
}

count total(json const& config) {
  return total_parameters(io::parse_model(config.dump()));
}

std::vector<std::string> notes(json const& config) {
  return io::import_model_text(config.dump()).notes;
}

json small(char const* model_type) {
  return {{"model_type", model_type}, {"hidden_size", 64},        {"intermediate_size", 128}, {"num_hidden_layers", 4},
          {"num_attention_heads", 4}, {"num_key_value_heads", 2}, {"head_dim", 16},           {"vocab_size", 1000}};
}

}  // namespace

TEST_CASE("sizes that a configuration inside another one leaves out are those of its class, and a note says so") {
  auto const gemma = notes(config_of("Gemma-3-4B"));
  REQUIRE(gemma.size() == 5);
  CHECK_THAT(gemma[0], ContainsSubstring("only the language model in 'text_config'"));
  CHECK_THAT(gemma[1], ContainsSubstring("'vocab_size' of model_type 'gemma3_text' is absent: 262208"));
  CHECK_THAT(gemma[2], ContainsSubstring("'num_attention_heads' of model_type 'gemma3_text' is absent: 8"));
  CHECK(notes(config_of("LLaVA-1.5-7B")).size() >= 5);

  // Not outside, where all sizes are written, and not when it is null.
  json const alone = with(config_of("Gemma-3-4B")["text_config"], {{"architectures", {"Gemma3ForCausalLM"}}});
  CHECK_THAT(refusal(alone), ContainsSubstring("key 'vocab_size' of model_type 'gemma3_text' must be present"));
  CHECK_THAT(refusal(with_text(config_of("Gemma-3-4B"), {{"num_attention_heads", nullptr}})),
             ContainsSubstring("be present, but is null"));
}

TEST_CASE("a configuration around a language model may repeat its sizes, and implies what it is") {
  json const llava = config_of("LLaVA-1.5-7B");
  CHECK_THAT(refusal(with(llava, {{"vocab_size", 32063}})),
             ContainsSubstring("key 'vocab_size' of model_type 'llava' must be understood"));
  json nameless = llava;
  nameless["text_config"].erase("model_type");
  CHECK(io::parse_model(nameless.dump()) == io::parse_model(llava.dump()));

  auto const minimax = notes(config_of("MiniMax-M3"));
  REQUIRE(minimax.size() == 4);
  CHECK_THAT(minimax[0], ContainsSubstring("'minimax_m2' of 'text_config' is read as 'minimax_m3_vl_text'"));
  CHECK_THAT(minimax[1], ContainsSubstring("is counted, not 'img_token_compression_config', 'vision_config'"));
  CHECK_THAT(minimax[2], ContainsSubstring("modules of multi-token prediction"));
  CHECK_THAT(minimax[3], ContainsSubstring("blocks of 128"));
  CHECK_THAT(notes(config_of("Qwen2.5-Omni-7B")).at(1), ContainsSubstring("not 'talker_config', 'token2wav_config'"));
  CHECK_THAT(notes(config_of("Qwen2-VL-2B")).at(0),
             ContainsSubstring("only the language model of model_type 'qwen2_vl' is counted, not 'vision_config'"));
  CHECK_THAT(refusal(with(config_of("Qwen2-VL-2B"), {{"architectures", {"Qwen2VLForSequenceClassification"}}})),
             ContainsSubstring("name a generating model"));
  CHECK_THAT(refusal(with(config_of("Qwen2-VL-2B"), {{"num_experts", 4}})),
             ContainsSubstring("key 'num_experts' of model_type 'qwen2_vl_text' must be understood"));
  CHECK_THAT(refusal(with_text(config_of("Qwen2.5-VL-7B"), {{"architectures", {"Qwen2ForTokenClassification"}}})),
             ContainsSubstring("name a causal language model"));
}

TEST_CASE("towers of wrappers are left out, and named where they are configurations") {
  json const phi = with(small("phi3_v"), {{"architectures", {"Phi3VForCausalLM"}},
                                          {"img_processor", {{"name", "clip_vision_model"}}},
                                          {"embd_layer", {{"projection_cls", "mlp"}}}});
  CHECK(total(phi) == total(small("phi3")));
  json const adapted =
      with(small("phi4mm"),
           {{"architectures", {"Phi4MMForCausalLM"}}, {"vision_lora", {{"r", 256}}}, {"speech_lora", {{"r", 320}}}});
  CHECK(total(adapted) == total(small("phi3")));
  json const omni = {{"model_type", "qwen2_5_omni"},
                     {"architectures", {"Qwen2_5OmniModel"}},
                     {"thinker_config",
                      {{"model_type", "qwen2_5_omni_thinker"},
                       {"text_config", with(small("qwen2_5_omni_text"), {{"tie_word_embeddings", false}})}}},
                     {"talker_config", {{"hidden_size", 896}}}};
  CHECK(total(omni) == total(small("qwen2")));
}
