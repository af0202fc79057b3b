#pragma once

#include "moetric/version.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace moetric::v0::io::hugging_face {

/// The sizes that a configuration class of transformers assumes for absent keys. Only nested configurations are written
/// without the keys that equal their defaults.
struct class_defaults {
  std::string_view model_type;
  std::uint64_t vocab_size;
  std::uint64_t hidden_size;
  std::uint64_t intermediate_size;
  std::uint64_t num_hidden_layers;
  std::uint64_t num_attention_heads;
};

/// Source: configuration_*.py of each model in huggingface/transformers.
inline constexpr class_defaults defaults_by_class[]{
    {"cohere2", 256000, 8192, 22528, 40, 64},
    {"gemma", 256000, 3072, 24576, 28, 16},
    {"gemma2", 256000, 2304, 9216, 26, 8},
    {"gemma3_text", 262208, 2304, 9216, 26, 8},
    {"glm4v_text", 151552, 4096, 13696, 40, 32},
    {"granite", 32000, 4096, 11008, 32, 32},
    {"llama", 32000, 4096, 11008, 32, 32},
    {"ministral3", 131072, 4096, 14336, 34, 32},
    {"mistral", 32000, 4096, 14336, 32, 32},
    {"qwen2", 151936, 4096, 22016, 32, 32},
    {"qwen2_5_omni_text", 152064, 3584, 18944, 28, 28},
    {"qwen2_5_vl_text", 152064, 8192, 29568, 80, 64},
    {"qwen2_vl_text", 152064, 8192, 29568, 80, 64},
    {"qwen3", 151936, 4096, 22016, 32, 32},
    {"qwen3_vl_text", 151936, 4096, 22016, 32, 32},
};

/// The default of a key, or nothing.
constexpr std::optional<std::uint64_t> class_default(std::string_view model_type, std::string_view key) {
  for (class_defaults const& each : defaults_by_class) {
    if (each.model_type != model_type) continue;
    if (key == "vocab_size") return each.vocab_size;
    if (key == "hidden_size") return each.hidden_size;
    if (key == "intermediate_size") return each.intermediate_size;
    if (key == "num_hidden_layers") return each.num_hidden_layers;
    if (key == "num_attention_heads") return each.num_attention_heads;
  }
  return std::nullopt;
}

}  // namespace moetric::v0::io::hugging_face
