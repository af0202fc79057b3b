#pragma once

#include <string_view>

#include "moetric/zoo/catalogue.hpp"

namespace moetric::v0::zoo {
namespace detail {

struct family_type {
  std::string_view prefix;  // of ids
  std::string_view model_type;
};

/// The first row whose prefix fits decides, so that longer prefixes stand before shorter ones.
inline constexpr family_type family_types[] = {
    {"gpt-2", "gpt2"},
    {"gpt-3", "gpt2"},  // published without a config.json; its architecture is that of GPT-2
    {"gpt-oss-", "gpt_oss"},
    {"gpt-j-", "gptj"},
    {"gpt-neox-", "gpt_neox"},
    {"pythia-", "gpt_neox"},
    {"opt-", "opt"},
    {"bloom-", "bloom"},
    {"falcon-7b", "falcon"},
    {"falcon-180b", "falcon"},
    {"falcon-h1-", "falcon_h1"},
    {"llama-4-", "llama4_text"},
    {"llama-3.2-11b-vision", "mllama_text_model"},
    {"llama-moe-", "llama_moe"},
    {"llama-", "llama"},
    {"smollm2-", "llama"},
    {"smollm3-", "smollm3"},
    {"mistral-", "mistral"},
    {"mixtral-", "mixtral"},
    {"qwen1.5-moe-", "qwen2_moe"},
    {"qwen2-57b-", "qwen2_moe"},
    {"qwen2", "qwen2"},
    {"qwen3-next-", "qwen3_next"},
    {"qwen3-coder-next", "qwen3_next"},
    {"qwen3-30b-a3b", "qwen3_moe"},
    {"qwen3-235b-", "qwen3_moe"},
    {"qwen3-coder-", "qwen3_moe"},
    {"qwen3.5-27b", "qwen3_5_text"},
    {"qwen3.5-", "qwen3_5_moe_text"},
    {"qwen3-", "qwen3"},
    {"gemma-2-", "gemma2"},
    {"gemma-3-", "gemma3_text"},
    {"gemma-3n-", "gemma3n_text"},
    {"gemma-4-", "gemma4_text"},
    {"gemma-", "gemma"},
    {"phi-2", "phi"},
    {"phi-3.5-moe", "phimoe"},
    {"phi-", "phi3"},
    {"olmo-2-", "olmo2"},
    {"olmo-3-", "olmo3"},
    {"olmoe-", "olmoe"},
    {"deepseek-moe-", "deepseek"},
    {"deepseek-v2", "deepseek_v2"},
    {"deepseek-v3.2", "deepseek_v32"},
    {"deepseek-v3", "deepseek_v3"},
    {"deepseek-v4-", "deepseek_v4"},
    {"moonlight-", "deepseek_v3"},
    {"kimi-linear-", "kimi_linear"},
    {"kimi-k2", "kimi_k2"},
    {"kimi-k3", "kimi_linear"},
    {"glm-4.7-flash", "glm4_moe_lite"},
    {"glm-4", "glm4_moe"},
    {"glm-5", "glm_moe_dsa"},
    {"minimax-m2", "minimax_m2"},
    {"minimax-m1", "minimax_m1"},
    {"hy3", "hy_v3"},
    {"mimo-v2-", "mimo_v2_flash"},
    {"step-3.5-", "step3p5"},
    {"longcat-flash", "longcat_flash"},
    {"nemotron-", "nemotron_h"},
    {"rwkv7-", "rwkv7"},
    {"ouro-", "ouro"},
    {"ernie-4.5-vl-", "ernie4_5_vl_moe_text"},
    {"zamba2-", "zamba2"},
};

}  // namespace detail

/// The `model_type` of an entry's config.json, by which some tools choose a formula; empty for families that no such
/// tool knows.
constexpr std::string_view model_type_of(listed_model const& published) {
  for (detail::family_type const& each : detail::family_types)
    if (published.id.starts_with(each.prefix)) return each.model_type;
  return {};
}

}  // namespace moetric::v0::zoo
