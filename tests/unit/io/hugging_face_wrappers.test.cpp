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
  CHECK_THAT(notes(config_of("Qwen2.5-Omni-7B")).at(0), ContainsSubstring("not 'talker_config', 'token2wav_config'"));
  CHECK_THAT(notes(config_of("Qwen2-VL-2B")).at(0),
             ContainsSubstring("only the language model of model_type 'qwen2_vl' is counted, not 'vision_config'"));
  CHECK_THAT(refusal(with(config_of("Qwen2-VL-2B"), {{"architectures", {"Qwen2VLForSequenceClassification"}}})),
             ContainsSubstring("name a generating model"));
  CHECK_THAT(refusal(with(config_of("Qwen2-VL-2B"), {{"num_experts", 4}})),
             ContainsSubstring("key 'num_experts' of model_type 'qwen2_vl_text' must be understood"));
  CHECK_THAT(refusal(with_text(config_of("Qwen2.5-VL-7B"), {{"architectures", {"Qwen2ForTokenClassification"}}})),
             ContainsSubstring("another class may have other weights, but got 'Qwen2ForTokenClassification'"));
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

TEST_CASE("a known language model is read whatever the keys of its towers, which are named") {
  json const lfm = {{"model_type", "lfm2_vl"},
                    {"architectures", {"Lfm2VlForConditionalGeneration"}},
                    {"downsample_factor", 2},
                    {"encoder_patch_size", 16},
                    {"projector_hidden_size", 64},
                    {"projector_use_layernorm", true},
                    {"tile_size", 512},
                    {"max_pixels_tolerance", 2.0},
                    {"text_config", config_of("LFM2-1.2B")},
                    {"vision_config", {{"model_type", "siglip2_vision_model"}}}};
  CHECK(total(lfm) == 1170340608);
  CHECK_THAT(notes(lfm).at(0), ContainsSubstring("not 'vision_config' (siglip2_vision_model)"));
  CHECK_THAT(notes(lfm).at(1), ContainsSubstring("keys left to what is around the language model: 'tile_size'"));
  // Those that may change the language model are not a tower's.
  for (char const* const key : {"num_experts", "cross_attention_layers", "additional_vocab_size", "num_hidden_layers"})
    CHECK_THAT(refusal(with(lfm, key, 7)), ContainsSubstring("key '" + std::string(key) + "' of model_type 'lfm2_vl'"));
  for (char const* const head : {"Lfm2VlForSequenceClassification", "Lfm2VlRewardModel", "Lfm2VlForEmbedding"})
    CHECK_THAT(refusal(with(lfm, {{"architectures", {head}}})), ContainsSubstring("name a generating model"));

  json const vila = {{"model_type", "llava_llama"},
                     {"architectures", {"LlavaLlamaModel"}},
                     {"hidden_size", 64},
                     {"llm_cfg", with(small("llama"), {{"architectures", {"LlamaForCausalLM"}}})},
                     {"mm_projector_cfg", {{"model_type", "v2l_projector"}}},
                     {"s2_max_split_size", 336},
                     {"vision_tower_cfg", {{"model_type", "siglip_vision_model"}, {"num_hidden_layers", 27}}}};
  CHECK(total(vila) == total(small("llama")));
  CHECK_THAT(notes(vila).at(0), ContainsSubstring("'llm_cfg' of model_type 'llava_llama' is counted, not "
                                                  "'mm_projector_cfg' (v2l_projector), 'vision_tower_cfg' (siglip_"));
  json const llava = with(small("llava_qwen"), {{"architectures", {"LlavaQwenForCausalLM"}},
                                                {"mm_hidden_size", 1152},
                                                {"mm_vision_tower", "google/siglip-so400m-patch14-384"}});
  CHECK(total(llava) == total(small("qwen2")));
  CHECK_THAT(notes(llava).at(0), ContainsSubstring("not 'mm_vision_tower' (google/siglip-so400m-patch14-384)"));
}

TEST_CASE("the class around a language model implies its model_type where a file leaves it out") {
  json const vision = {{"vision_config", {{"depth", 2}}}};
  for (auto const& [outer, inner] : std::vector<std::pair<std::string, std::string>>{{"idefics2", "mistral"},
                                                                                     {"internvl", "qwen2"},
                                                                                     {"ovis2", "qwen2"},
                                                                                     {"smolvlm", "llama"},
                                                                                     {"voxtral", "llama"},
                                                                                     {"glm46v", "glm4v_text"}}) {
    CAPTURE(outer);
    json nested = with(vision, {{"model_type", outer}, {"text_config", small(inner.c_str())}});
    nested["text_config"].erase("model_type");
    CHECK(io::import_model_text(nested.dump()).model_type == inner);
    CHECK(total(nested) == total(small(inner.c_str())));
  }
  // Without the nested configuration, the outer class has sizes of its own.
  CHECK_THAT(refusal(small("gemma3")), ContainsSubstring("key 'text_config' of model_type 'gemma3' must be present, "
                                                         "since it describes the language model, 'gemma3_text', but "
                                                         "is missing"));
  json asr = {{"model_type", "qwen3_asr"}, {"thinker_config", {{"text_config", small("qwen3_asr_text")}}}};
  asr["thinker_config"]["text_config"].erase("model_type");
  CHECK(total(asr) == total(small("qwen3")));
  json smol = {{"model_type", "smolvlm"}, {"text_config", small("llama")}, {"vision_config", {{"size", 1}}}};
  smol["text_config"]["architectures"] = {"VLlama3ForCausalLM"};
  smol["text_config"]["qk_layer_norms"] = false;
  CHECK(total(smol) == total(small("llama")));
  json moonlight = config_of("Kimi-VL-A3B");
  moonlight["text_config"].erase("model_type");
  CHECK(io::parse_model(moonlight.dump()) == io::parse_model(config_of("Kimi-VL-A3B").dump()));
}

TEST_CASE("flat configurations hold the language model beside its towers") {
  json const tower = {{"vision_config", {{"hidden_size", 32}, {"num_hidden_layers", 2}}}};
  // zai-org/GLM-4.1V-9B, the same keys as inside text_config.
  CHECK(total(with(tower, {{"model_type", "glm4v"},
                           {"architectures", {"Glm4vForConditionalGeneration"}},
                           {"attention_bias", true},
                           {"hidden_act", "silu"},
                           {"hidden_size", 4096},
                           {"intermediate_size", 13696},
                           {"num_attention_heads", 32},
                           {"num_hidden_layers", 40},
                           {"num_key_value_heads", 2},
                           {"partial_rotary_factor", 0.5},
                           {"tie_word_embeddings", false},
                           {"vocab_size", 151552}})) == 9400279040);
  // openbmb/MiniCPM-V-2_6, whose language model is Qwen2's.
  json const minicpm = with(tower, {{"model_type", "minicpmv"},
                                    {"version", 2.6},
                                    {"architectures", {"MiniCPMV"}},
                                    {"batch_vision_input", true},
                                    {"drop_vision_last_layer", false},
                                    {"hidden_size", 3584},
                                    {"image_size", 448},
                                    {"intermediate_size", 18944},
                                    {"max_window_layers", 28},
                                    {"num_attention_heads", 28},
                                    {"num_hidden_layers", 28},
                                    {"num_key_value_heads", 4},
                                    {"patch_size", 14},
                                    {"query_num", 64},
                                    {"slice_config", {{"max_slice_nums", 9}, {"patch_size", 14}}},
                                    {"slice_mode", true},
                                    {"sliding_window", 131072},
                                    {"tie_word_embeddings", false},
                                    {"use_sliding_window", false},
                                    {"vocab_size", 151666}});
  CHECK(total(minicpm) == 7612763648);
  for (auto const& [version, model_type] : std::vector<std::pair<json, std::string>>{
           {2.6, "qwen2"}, {"2.6", "qwen2"}, {2.5, "llama"}, {4.0, "llama"}, {4.5, "qwen3"}})
    CHECK(io::import_model_text(with(small("minicpmo"), {{"version", version}}).dump()).model_type == model_type);
  CHECK(io::import_model_text(small("minicpmv").dump()).model_type == "llama");  // the files before the key
  CHECK(io::import_model_text(with(small("minicpmv"), {{"hidden_size", 2304}, {"query_num", 64}}).dump()).model_type ==
        "minicpm");
  CHECK_THAT(refusal(with(minicpm, "version", 9.5)), ContainsSubstring("whose language models are known, but got 9.5"));

  for (auto const& [outer, inner] : std::vector<std::pair<std::string, std::string>>{
           {"dots_ocr", "qwen2"}, {"paddleocr_vl", "ernie4_5"}, {"youtu_vl", "youtu_vl"}}) {
    CAPTURE(outer);
    json flat = with(config_of(inner == "youtu_vl"   ? "Youtu-VL-4B"
                               : inner == "ernie4_5" ? "ERNIE-4.5-0.3B"
                                                     : "Qwen2-VL-2B"),
                     tower);
    if (inner == "qwen2") flat = with(small("qwen2"), tower);
    flat.erase("architectures");
    json alone = with(without(flat, "vision_config"), "model_type", inner);
    flat["model_type"] = outer;
    CHECK(io::parse_model(flat.dump()) == io::parse_model(alone.dump()));
  }
  json mimo = with(config_of("a small MiMo-V2"), tower);
  mimo["audio_config"] = {{"layers", 2}};
  CHECK(io::parse_model(mimo.dump()) == io::parse_model(config_of("a small MiMo-V2").dump()));
  CHECK_THAT(notes(mimo).at(0), ContainsSubstring("not 'audio_config', 'vision_config'"));
}
