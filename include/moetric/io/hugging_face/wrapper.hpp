#pragma once

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

#include "moetric/io/hugging_face/decoder.hpp"
#include "moetric/io/hugging_face/key_rules.hpp"

/// Configurations of multimodal models, which nest that of their language model.
namespace moetric::v0::io::hugging_face {

/// A configuration that nests that of a language model, and how the outer configuration class reads it.
struct wrapper_family {
  std::string_view model_type;
  std::string_view language_model;  // model_type of the nested configuration if it has none; of flat ones, of all
  bool always = false;              // replaces a different model_type too, since the outer class builds its own model
  bool flat = false;                // some files have the language model's keys in the outer configuration
};

/// Source: configuration_*.py of each model in huggingface/transformers; configurations of haotian-liu/LLaVA,
/// BAAI-DCAI/Bunny and Ucas-HaoranWei/GOT-OCR2.0 for flat ones; models/minicpmv.py of vllm-project/vllm; the
/// configurations that dots_ocr, minicpmv and paddleocr_vl publish.
inline constexpr wrapper_family wrapper_families[]{
    {"GOT", "qwen2", false, true},
    {"aya_vision", "cohere2"},
    {"bunny-llama", "llama", false, true},
    {"bunny-phi3", "phi3", false, true},
    {"bunny-qwen2", "qwen2", false, true},
    {"cohere2_vision", "cohere2"},
    {"deepseek_vl", "llama"},
    {"deepseek_vl_hybrid", "llama"},
    {"deepseek_vl_v2", "deepseek_v2"},
    {"diffusion_gemma", "diffusion_gemma_text", true},
    {"dots_ocr", "qwen2", false, true},
    {"ernie4_5_moe_vl", "ernie4_5_vl_moe_text", false, true},
    {"ernie4_5_vl_moe", "ernie4_5_vl_moe_text"},
    {"exaone4_5", "exaone4"},
    {"gemma3", "gemma3_text", true},
    {"gemma3n", "gemma3n_text", true},
    {"gemma4", "gemma4_text", true},
    {"gemma4_unified", "gemma4_unified_text", true},
    {"glm46v", "glm4v_text"},
    {"glm4v", "glm4v_text", true, true},
    {"glm4v_moe", "glm4v_moe_text", true},
    {"got_ocr2", "qwen2"},
    {"granite_speech", "granite"},
    {"idefics2", "mistral"},
    {"idefics3", "llama"},
    {"internvl", "qwen2"},
    {"janus", "llama"},
    {"kimi_k25", "deepseek_v3"},
    {"kimi_k3", "kimi_linear"},
    {"kimi_vl", "deepseek_v3"},
    {"lfm2_vl", "lfm2"},
    {"llama4", "llama4_text", true},
    {"llava", "llama", false, true},
    {"llava-qwen2", "qwen2", false, true},
    {"llava_llama", "llama", false, true},
    {"llava_mistral", "mistral", false, true},
    {"llava_next", "llama"},
    {"llava_next_video", "llama"},
    {"llava_onevision", "qwen2"},
    {"llava_qwen", "qwen2", false, true},
    {"llava_qwen2", "qwen2", false, true},
    {"minicpmo", "", false, true},
    {"minicpmv", "", false, true},
    {"mimo_v2", "mimo_v2", false, true},
    {"minicpmv4_6", "qwen3_5_text"},
    {"minimax_m3_vl", "minimax_m3_vl_text", true},
    {"mistral3", "mistral"},
    {"mllama", "mllama_text_model", true},
    {"muse_glimmer", "muse_glimmer_text", true},
    {"ovis2", "qwen2"},
    {"paddleocr_vl", "ernie4_5", false, true},
    {"paligemma", "gemma"},
    {"perception_lm", "llama"},
    {"phi3_v", "phi3", false, true},
    {"phi4mm", "phi3", false, true},
    {"qwen2_5_omni", "qwen2_5_omni_thinker"},
    {"qwen2_5_omni_thinker", "qwen2_5_omni_text"},
    {"qwen2_5_vl", "qwen2_5_vl_text", true, true},
    {"qwen2_audio", "qwen2"},
    {"qwen2_vl", "qwen2_vl_text", true, true},
    {"qwen3_5", "qwen3_5_text", true},
    {"qwen3_5_moe", "qwen3_5_moe_text", true},
    {"qwen3_asr", "qwen3_asr_thinker"},
    {"qwen3_asr_thinker", "qwen3_asr_text"},
    {"qwen3_omni_moe", "qwen3_omni_moe_thinker"},
    {"qwen3_omni_moe_thinker", "qwen3_omni_moe_text"},
    {"qwen3_vl", "qwen3_vl_text", true},
    {"qwen3_vl_moe", "qwen3_vl_moe_text", true},
    {"smolvlm", "llama"},
    {"step3p7", "step3p5"},
    {"video_llama_3", "qwen2"},
    {"video_llava", "llama"},
    {"vipllava", "llama"},
    {"voxtral", "llama"},
    {"youtu_vl", "youtu_vl", false, true},
};

/// The row of an outer model_type, or null.
inline wrapper_family const* find_wrapper(std::string_view model_type) {
  auto const row = std::ranges::find(wrapper_families, model_type, &wrapper_family::model_type);
  return row == std::end(wrapper_families) ? nullptr : &*row;
}

/// The key under which a configuration nests that of its language model, or nothing.
inline std::string_view language_model_key(json_object const& object) {
  for (std::string_view const key : {"text_config", "llm_config", "language_config", "thinker_config", "llm_cfg"})
    if (json const* const found = object.find(key); found != nullptr && found->is_object() && !found->empty())
      return key;
  return {};
}

namespace detail {

/// True for keys of the parts around the language model in a flat configuration: towers, projectors, speech decoders
/// and placeholder tokens.
inline bool is_of_a_tower(std::string_view key) {
  for (std::string_view const start : {"img_", "mm_", "perceiver", "connector", "qformer", "resampler", "aligner",
                                       "gen_", "vq_", "talker", "code2wav", "token2wav", "tts", "slice_", "listen_"})
    if (key.starts_with(start)) return true;
  for (std::string_view const part : {"vision", "image", "video", "audio", "speech", "projector", "patch_size", "_mm_"})
    if (key.find(part) != std::string_view::npos) return true;
  static constexpr std::string_view exact[]{"_vocab_size",       "alignment_intermediate_size",
                                            "embd_layer",        "query_num",
                                            "num_image_token",   "projection_dim",
                                            "prompt_mask",       "select_layer",
                                            "spatial_merge_size"};
  return key.ends_with("_token_len") || key.ends_with("_token_index") || key.ends_with("_token_id") ||
         std::ranges::find(exact, key) != std::end(exact);
}

/// True for keys that describe a language model wherever they stand.
inline bool is_of_a_language_model(std::string_view key) {
  static constexpr std::string_view exact[]{
      "vocab_size",          "hidden_size", "intermediate_size",    "num_hidden_layers",
      "num_attention_heads", "layer_types", "num_key_value_heads",  "head_dim",
      "sliding_window",      "num_layers",  "additional_vocab_size"};
  for (std::string_view const part : {"expert", "moe_", "nextn", "cross_"})
    if (key.find(part) != std::string_view::npos) return true;
  return std::ranges::find(exact, key) != std::end(exact);
}

/// The outer class may have any name, but its head must be that of a language model.
inline void check_wrapper_architectures(config_keys& keys) {
  for (std::string const& name : keys.texts("architectures")) {
    bool const headless =
        std::ranges::any_of(std::initializer_list<std::string_view>{"Reward", "Embedding", "Encoder"},
                            [&name](std::string_view part) { return name.find(part) != std::string::npos; });
    if (headless || (name.find("For") != std::string::npos && !is_generating(name)))
      keys.refuse("architectures", "name a generating model, since another head changes the count",
                  "got " + in_quotes(name));
  }
}

/// True for a nested configuration of a part that computes.
inline bool is_configuration(std::string_view key, json const& value) {
  return value.is_object() && (key.ends_with("_config") || key.ends_with("_cfg")) && !is_harmless(key) &&
         key != "generation_config" && key != "slice_config";
}

/// "'vision_config' (siglip_vision_model)"
inline std::string named_tower(std::string_view key, json const& value) {
  json const* const type = value.object().find("model_type");
  return in_quotes(key) + (type != nullptr && type->is_text() ? " (" + type->text() + ")" : "");
}

/// ", not 'vision_config' (siglip_vision_model)", of all towers that are nested configurations or names of models, but
/// not of `inner_key`.
inline std::string left_out_towers(config_keys const& wrapper, std::string_view inner_key) {
  std::string left_out;
  for (auto const& [key, value] : wrapper.object())
    if (bool const named = key.ends_with("_tower") && value.is_text();
        named || (key != inner_key && is_configuration(key, value)))
      left_out += (left_out.empty() ? "" : ", ") +
                  (named ? in_quotes(key) + " (" + value.text() + ")" : named_tower(key, value));
  return left_out.empty() ? ", no tower for images or sounds" : ", not " + left_out;
}

/// Outer keys that neither repeat the language model's nor may change it are those of what is around it. A note names
/// those that sound as if they had weights.
inline void leave_to_the_towers(config_keys& wrapper, json_object const& inner) {
  std::string left;
  for (auto const& [key, value] : wrapper.object()) {
    if (wrapper.understood().contains(key)) continue;
    json const* const own = inner.find(key);
    bool const repeated = own != nullptr && *own == value;
    if (!repeated && (own != nullptr || is_of_a_language_model(key))) continue;  // judged with the rest
    if (!repeated && !is_of_a_tower(key) && !is_harmless(key) && !is_trivial(value) && sounds_structural(key))
      left += (left.empty() ? "" : ", ") + in_quotes(key);
    wrapper.understand({key});
  }
  if (!left.empty()) wrapper.notes().push_back("keys left to what is around the language model: " + left);
}

/// Sets the nested configuration's model_type, and removes the outer model's architectures from it.
inline void complete(config_keys& wrapper, json_object& inner, std::string_view inner_key) {
  if (wrapper_family const* const row = find_wrapper(wrapper.model_type())) {
    json const* const own = inner.find("model_type");
    bool const absent = own == nullptr || own->is_null();
    if (!absent && row->always && *own != row->language_model)
      wrapper.notes().push_back("model_type " + shown(*own) + " of " + in_quotes(inner_key) + " is read as " +
                                in_quotes(row->language_model) + ", as the modelling code does");
    if (absent || row->always) inner["model_type"] = row->language_model;
  }
  json const* const names = inner.find("architectures");
  if (names != nullptr && names->is_array() && std::ranges::all_of(names->array(), [](json const& name) {
        return name.is_text() && name.text().ends_with("ForConditionalGeneration");
      }))
    inner.erase("architectures");
}

}  // namespace detail

/// The nested configuration of the language model. `tie_word_embeddings` may stand in either.
/// \throws std::invalid_argument for an outer key that may change the language model
inline json_object unwrap(config_keys& wrapper, std::string_view inner_key) {
  detail::check_wrapper_architectures(wrapper);
  json_object inner = wrapper.value(inner_key)->object();
  if (wrapper.value("tie_word_embeddings") != nullptr) {
    bool const tied = wrapper.flag("tie_word_embeddings", false);
    json const* const own = inner.find("tie_word_embeddings");
    if (own == nullptr || own->is_null())
      inner["tie_word_embeddings"] = tied;
    else if (*own != tied)
      wrapper.refuse("tie_word_embeddings", "agree with the one in " + in_quotes(inner_key), "does not");
  }
  detail::complete(wrapper, inner, inner_key);
  wrapper.notes().push_back("only the language model in " + in_quotes(inner_key) + " of model_type " +
                            in_quotes(wrapper.model_type()) + " is counted" +
                            detail::left_out_towers(wrapper, inner_key));
  detail::leave_to_the_towers(wrapper, inner);
  judge_the_rest(wrapper);
  return inner;
}

/// The model_type of the language model of a flat configuration. MiniCPM-V's and MiniCPM-o's depends on the version.
inline std::string_view flat_language_model(config_keys& wrapper, wrapper_family const& row) {
  if (!row.language_model.empty()) return row.language_model;
  json const* const version = wrapper.value("version");
  if (version == nullptr) {
    bool const first = wrapper.whole("hidden_size", width) == 2304 && wrapper.whole_or("query_num", width, 0) == 64;
    return first ? "minicpm" : "llama";
  }
  std::string const number = version->is_text() ? version->text() : shown(*version);
  if (number == "2.0") return "minicpm";
  if (number == "2.5" || number == "4.0" || number == "4") return "llama";
  if (number == "2.6") return "qwen2";
  if (number == "4.5") return "qwen3";
  wrapper.refuse("version", "be 2.0, 2.5, 2.6, 4.0 or 4.5, whose language models are known", "got " + shown(*version));
}

/// The configuration of a language model whose keys stand beside those of a tower.
inline json_object strip_towers(config_keys& wrapper, wrapper_family const& row) {
  detail::check_wrapper_architectures(wrapper);
  json_object inner = wrapper.object();
  for (auto const& [key, value] : wrapper.object())
    if (detail::is_of_a_tower(key)) inner.erase(key);
  inner.erase("architectures");
  inner.erase("version");
  inner["model_type"] = flat_language_model(wrapper, row);
  wrapper.notes().push_back("only the language model of model_type " + in_quotes(wrapper.model_type()) + " is counted" +
                            detail::left_out_towers(wrapper, {}));
  return inner;
}

}  // namespace moetric::v0::io::hugging_face
