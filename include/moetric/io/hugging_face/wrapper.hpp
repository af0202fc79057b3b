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
  std::string_view language_model;  // model_type of the nested configuration if it has none
  bool always = false;              // replaces a different model_type too, since the outer class builds its own model
  bool flat = false;                // older files have the language model's keys in the outer configuration
};

/// Source: configuration_*.py of each model in huggingface/transformers; configurations of haotian-liu/LLaVA for
/// LLaVA's flat ones.
inline constexpr wrapper_family wrapper_families[]{
    {"deepseek_vl_v2", "deepseek_v2"},
    {"ernie4_5_moe_vl", "ernie4_5_vl_moe_text", false, true},
    {"ernie4_5_vl_moe", "ernie4_5_vl_moe_text"},
    {"gemma3", "gemma3_text", true},
    {"glm4v", "glm4v_text", true},
    {"glm4v_moe", "glm4v_moe_text", true},
    {"llava", "llama", false, true},
    {"llava_llama", "llama", false, true},
    {"llava_mistral", "mistral", false, true},
    {"llava_next", "llama"},
    {"minimax_m3_vl", "minimax_m3_vl_text", true},
    {"mistral3", "mistral"},
    {"paligemma", "gemma"},
    {"phi3_v", "phi3", false, true},
    {"phi4mm", "phi3", false, true},
    {"qwen2_5_vl", "qwen2_5_vl_text", true, true},
    {"qwen2_audio", "qwen2"},
    {"qwen2_vl", "qwen2_vl_text", true, true},
    {"qwen3_vl", "qwen3_vl_text", true},
    {"qwen3_vl_moe", "qwen3_vl_moe_text", true},
};

/// The row of an outer model_type, or null.
inline wrapper_family const* find_wrapper(std::string_view model_type) {
  auto const row = std::ranges::find(wrapper_families, model_type, &wrapper_family::model_type);
  return row == std::end(wrapper_families) ? nullptr : &*row;
}

/// The key under which a configuration nests that of its language model, or nothing.
inline std::string_view language_model_key(json_object const& object) {
  for (std::string_view const key : {"text_config", "llm_config", "language_config", "thinker_config"})
    if (json const* const found = object.find(key); found != nullptr && found->is_object() && !found->empty())
      return key;
  return {};
}

namespace detail {

/// True for keys of the parts around the language model: towers, projectors, speech decoders and placeholder tokens.
inline bool is_of_a_tower(std::string_view key) {
  for (std::string_view const start :
       {"vision", "image", "img_", "video", "audio", "mm_", "perceiver", "connector", "qformer", "resampler", "aligner",
        "gen_", "vq_", "talker", "code2wav", "token2wav", "speech"})
    if (key.starts_with(start)) return true;
  static constexpr std::string_view exact[]{"_vocab_size",         "alignment_intermediate_size",
                                            "embd_layer",          "dynamic_image_size",
                                            "force_image_size",    "num_image_token",
                                            "num_image_tokens",    "projection_dim",
                                            "select_layer",        "spatial_merge_size",
                                            "vision_feature_layer"};
  return key.find("projector") != std::string_view::npos || key.ends_with("_token_len") ||
         key.ends_with("_token_index") || key.ends_with("_token_id") || key.find("_mm_") != std::string_view::npos ||
         std::ranges::find(exact, key) != std::end(exact);
}

inline bool is_generating(std::string_view architecture) {
  return architecture.ends_with("ForConditionalGeneration") || architecture.ends_with("CausalLM") ||
         architecture.ends_with("ChatModel") || architecture.ends_with("OmniModel");
}

inline void check_wrapper_architectures(config_keys& keys) {
  for (std::string const& name : keys.texts("architectures"))
    if (!is_generating(name))
      keys.refuse("architectures", "name a generating model, since another head changes the count",
                  "got " + in_quotes(name));
}

/// Marks the keys of towers as understood, and names those that are configurations.
inline std::string leave_out_towers(config_keys& wrapper) {
  std::string left_out;
  for (auto const& [key, value] : wrapper.object()) {
    if (!is_of_a_tower(key)) continue;
    wrapper.understand({key});
    if (key.ends_with("_config") && value.is_object()) left_out += (left_out.empty() ? "" : ", ") + in_quotes(key);
  }
  return left_out.empty() ? ", no tower for images or sounds" : ", not " + left_out;
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
  std::string const left_out = detail::leave_out_towers(wrapper);
  for (auto const& [key, value] : wrapper.object())  // repeated keys
    if (json const* const own = inner.find(key); own != nullptr && *own == value) wrapper.understand({key});
  judge_the_rest(wrapper);
  detail::complete(wrapper, inner, inner_key);
  wrapper.notes().push_back("only the language model in " + in_quotes(inner_key) + " of model_type " +
                            in_quotes(wrapper.model_type()) + " is counted" + left_out);
  return inner;
}

/// The configuration of a language model whose keys stand beside those of a tower.
inline json_object strip_towers(config_keys& wrapper, wrapper_family const& row) {
  detail::check_wrapper_architectures(wrapper);
  std::string const left_out = detail::leave_out_towers(wrapper);
  json_object inner = wrapper.object();
  for (auto const& [key, value] : wrapper.object())
    if (detail::is_of_a_tower(key)) inner.erase(key);
  inner.erase("architectures");
  inner["model_type"] = row.language_model;
  wrapper.notes().push_back("only the language model of model_type " + in_quotes(wrapper.model_type()) + " is counted" +
                            left_out);
  return inner;
}

}  // namespace moetric::v0::io::hugging_face
