#pragma once

#include <string_view>

#include "moetric/io/hugging_face/classic.hpp"
#include "moetric/io/hugging_face/deepseek_v4.hpp"
#include "moetric/io/hugging_face/gemma.hpp"
#include "moetric/io/hugging_face/glm.hpp"
#include "moetric/io/hugging_face/gpt_oss.hpp"
#include "moetric/io/hugging_face/llama4.hpp"
#include "moetric/io/hugging_face/mamba_hybrid.hpp"
#include "moetric/io/hugging_face/mimo.hpp"
#include "moetric/io/hugging_face/nemotron_h.hpp"
#include "moetric/io/hugging_face/qwen_hybrid.hpp"
#include "moetric/io/hugging_face/sparse_variants.hpp"

namespace moetric::inline v0::io::hugging_face {

/// A model_type with a reader of its own.
struct single_family {
  std::string_view model_type;
  model (*read)(config_keys&);
};

inline constexpr single_family single_families[]{
    {"bloom", read_bloom},
    {"dbrx", read_dbrx},
    {"deepseek_v4", read_deepseek_v4},
    {"ernie4_5_moe", read_ernie_moe},
    {"falcon", read_falcon},
    {"gemma", read_gemma},
    {"gemma2", read_gemma2},
    {"gemma3_text", read_gemma3},
    {"gemma4_text", read_gemma4},
    {"glm4_moe", read_glm4_moe},
    {"glm4_moe_lite", read_glm4_moe_lite},
    {"gpt2", read_gpt2},
    {"gpt_neox", read_gpt_neox},
    {"gpt_oss", read_gpt_oss},
    {"granitemoe", read_granitemoe},
    {"granitemoehybrid", read_granite_hybrid},
    {"jamba", read_jamba},
    {"kimi_linear", read_kimi_linear},
    {"llama4_text", read_llama4},
    {"longcat_flash", read_longcat_flash},
    {"mimo_v2_flash", read_mimo_v2_flash},
    {"minimax", read_minimax},
    {"nemotron_h", read_nemotron_h},
    {"opt", read_opt},
    {"phi", read_phi},
    {"phimoe", read_phimoe},
    {"qwen3_5_moe_text", read_qwen3_5_moe},
    {"qwen3_5_text", read_qwen3_5},
    {"qwen3_next", read_qwen3_next},
};

}  // namespace moetric::inline v0::io::hugging_face
