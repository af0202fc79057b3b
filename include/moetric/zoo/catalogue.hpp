#pragma once

#include <array>
#include <string_view>

#include "moetric/zoo/deepseek.hpp"
#include "moetric/zoo/gpt.hpp"
#include "moetric/zoo/llama.hpp"
#include "moetric/zoo/mistral.hpp"
#include "moetric/zoo/olmo.hpp"
#include "moetric/zoo/qwen.hpp"

namespace moetric::inline v0::zoo {

/// A published model by name.
struct entry {
  std::string_view id;      // kebab-case, as the tool spells it
  std::string_view name;    // as its publisher writes it
  std::string_view source;  // where the sizes were read
  model const* value;
};

/// Every model of the zoo, by family.
inline constexpr std::array catalogue{
    entry{"gpt-3", "GPT-3 175B", "arXiv 2005.14165, Table 2.1", &gpt_3},
    entry{"llama-3-8b", "Llama-3-8B", "meta-llama/Meta-Llama-3-8B", &llama_3_8b},
    entry{"mixtral-8x7b", "Mixtral-8x7B", "mistralai/Mixtral-8x7B-v0.1", &mixtral_8x7b},
    entry{"qwen3-30b-a3b", "Qwen3-30B-A3B", "Qwen/Qwen3-30B-A3B", &qwen3_30b_a3b},
    entry{"olmoe-1b-7b", "OLMoE-1B-7B", "allenai/OLMoE-1B-7B-0924", &olmoe_1b_7b},
    entry{"deepseek-v3", "DeepSeek-V3", "deepseek-ai/DeepSeek-V3, arXiv 2412.19437", &deepseek_v3},
};

/// The entry of that id, or null.
constexpr entry const* find(std::string_view id) {
  for (entry const& each : catalogue)
    if (each.id == id) return &each;
  return nullptr;
}

}  // namespace moetric::inline v0::zoo
