#pragma once

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

#include "moetric/io/hugging_face/decoder.hpp"
#include "moetric/io/hugging_face/key_rules.hpp"

/// Configurations of models that see or hear, which hold that of their language model inside.
namespace moetric::inline v0::io::hugging_face {

/// The key under which a configuration holds that of its language model, or nothing.
inline std::string_view language_model_key(nlohmann::json const& object) {
  for (std::string_view const key : {"text_config", "llm_config", "language_config"})
    if (auto const found = object.find(std::string(key));
        found != object.end() && found->is_object() && !found->empty())
      return key;
  return {};
}

namespace detail {

/// True for keys that belong to what is around the language model: towers, projectors and the tokens that stand for
/// images and sounds.
inline bool is_of_a_tower(std::string_view key) {
  for (std::string_view const start : {"vision", "image", "video", "audio", "mm_", "projector", "multimodal_projector"})
    if (key.starts_with(start)) return true;
  return key.ends_with("_token_index") || key.ends_with("_token_id") || key == "spatial_merge_size" ||
         key == "vision_feature_layer";
}

inline void check_wrapper_architectures(config_keys& keys) {
  for (std::string const& name : keys.texts("architectures"))
    if (!name.ends_with("ForConditionalGeneration") && !name.ends_with("ForCausalLM"))
      keys.refuse("architectures", "name a generating model, since another head changes the count",
                  "got " + in_quotes(name));
}

}  // namespace detail

/// The configuration of the language model inside another one. `tie_word_embeddings` may be in either.
/// \throws std::invalid_argument for a key outside that may change the language model
inline nlohmann::json unwrap(config_keys& wrapper, std::string_view inner_key) {
  detail::check_wrapper_architectures(wrapper);
  nlohmann::json inner = *wrapper.value(inner_key);
  if (wrapper.value("tie_word_embeddings") != nullptr) {
    bool const tied = wrapper.flag("tie_word_embeddings", false);
    auto const own = inner.find("tie_word_embeddings");
    if (own == inner.end() || own->is_null())
      inner["tie_word_embeddings"] = tied;
    else if (*own != tied)
      wrapper.refuse("tie_word_embeddings", "agree with the one in " + in_quotes(inner_key), "does not");
  }
  std::string left_out;
  for (auto const& [key, value] : wrapper.object().items()) {
    if (!detail::is_of_a_tower(key)) continue;
    wrapper.understand({key});
    if (key.ends_with("_config") && value.is_object()) left_out += (left_out.empty() ? "" : ", ") + in_quotes(key);
  }
  judge_the_rest(wrapper);
  wrapper.notes().push_back("only the language model in " + in_quotes(inner_key) + " of model_type " +
                            in_quotes(wrapper.model_type()) + " is counted" +
                            (left_out.empty() ? ", no tower for images or sounds" : ", not " + left_out));
  return inner;
}

}  // namespace moetric::inline v0::io::hugging_face
