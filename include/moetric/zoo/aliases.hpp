#pragma once

#include <cstddef>
#include <string_view>

#include "moetric/core/name.hpp"

namespace moetric::v0::zoo {

/// A further name of a published model, and the id of the entry with its sizes: later versions of the same language
/// model, and spellings of the Hub.
struct alias {
  std::string_view name;  // in small letters, without the suffixes of `detail::tuned_suffixes`
  std::string_view id;
};

/// Source: the config.json of each, whose sizes are those of the entry.
inline constexpr alias aliases[] = {
    {"llama-3.1-8b", "llama-3-8b"},
    {"llama-3.1-70b", "llama-3-70b"},
    {"llama-3.3-70b", "llama-3-70b"},
    {"meta-llama-3.1-8b", "llama-3-8b"},
    {"meta-llama-3.1-70b", "llama-3-70b"},
    {"meta-llama-3.1-405b", "llama-3.1-405b"},
    {"mistral-7b-instruct-v0.1", "mistral-7b-v0.1"},
    {"mistral-7b-instruct-v0.3", "mistral-7b-v0.3"},
    {"mistral-nemo-instruct-2407", "mistral-nemo-12b"},
    {"mistral-small-24b-instruct-2501", "mistral-small-24b-2501"},
    {"mixtral-8x7b-instruct-v0.1", "mixtral-8x7b"},
    {"qwen3-4b-instruct-2507", "qwen3-4b"},
    {"qwen3-4b-thinking-2507", "qwen3-4b"},
    {"qwen3-30b-a3b-instruct-2507", "qwen3-30b-a3b"},
    {"qwen3-30b-a3b-thinking-2507", "qwen3-30b-a3b"},
    {"qwen3-coder-30b-a3b", "qwen3-30b-a3b"},
    {"qwen3-235b-a22b-instruct-2507", "qwen3-235b-a22b"},
    {"qwen3-235b-a22b-thinking-2507", "qwen3-235b-a22b"},
    {"qwen3-next-80b-a3b-thinking", "qwen3-next-80b-a3b"},
    {"deepseek-v2.5", "deepseek-v2"},
    {"deepseek-v3-0324", "deepseek-v3"},
    {"deepseek-v3.1", "deepseek-v3"},
    {"deepseek-r1", "deepseek-v3"},
    {"deepseek-r1-0528", "deepseek-v3"},
    {"deepseek-v3.2-exp", "deepseek-v3.2"},
    {"kimi-k2-instruct-0905", "kimi-k2"},
    {"kimi-k2-thinking", "kimi-k2"},
    {"kimi-k2.5", "kimi-k2.6"},
    {"kimi-k2.7-code", "kimi-k2.6"},
    {"minimax-m1-40k", "minimax-m1"},
};

namespace detail {

constexpr bool ends_with_name(std::string_view text, std::string_view end) {
  return text.size() > end.size() && same_name(text.substr(text.size() - end.size()), end);
}

/// What publishers append to the name of a model for one of its checkpoints, without changing its sizes.
inline constexpr std::string_view tuned_suffixes[] = {"-instruct", "-chat", "-it",   "-base",
                                                      "-pt",       "-hf",   "-bf16", "-fp8"};

/// A name without such suffixes.
constexpr std::string_view untuned(std::string_view name) {
  for (bool shorter = true; shorter;) {
    shorter = false;
    for (std::string_view const suffix : tuned_suffixes)
      if (ends_with_name(name, suffix)) {
        name.remove_suffix(suffix.size());
        shorter = true;
      }
  }
  return name;
}

/// A name on the Hub, "deepseek-ai/DeepSeek-V3", in parts; no organisation without a stroke.
struct hub_name {
  std::string_view organisation{};
  std::string_view name{};

  constexpr explicit hub_name(std::string_view text) : name(text) {
    if (auto const stroke = text.find('/'); stroke != std::string_view::npos) {
      organisation = text.substr(0, stroke);
      name = text.substr(stroke + 1);
    }
  }
};

}  // namespace detail
}  // namespace moetric::v0::zoo
