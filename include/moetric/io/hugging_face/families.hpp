#pragma once

#include <string_view>

#include "moetric/io/hugging_face/bailing.hpp"
#include "moetric/io/hugging_face/classic.hpp"
#include "moetric/io/hugging_face/deepseek_v4.hpp"
#include "moetric/io/hugging_face/dense_variants.hpp"
#include "moetric/io/hugging_face/ernie_vl.hpp"
#include "moetric/io/hugging_face/falcon_h1.hpp"
#include "moetric/io/hugging_face/gemma.hpp"
#include "moetric/io/hugging_face/glm.hpp"
#include "moetric/io/hugging_face/gpt_oss.hpp"
#include "moetric/io/hugging_face/granite.hpp"
#include "moetric/io/hugging_face/grok.hpp"
#include "moetric/io/hugging_face/hunyuan.hpp"
#include "moetric/io/hugging_face/jetmoe.hpp"
#include "moetric/io/hugging_face/kimi_linear.hpp"
#include "moetric/io/hugging_face/laguna.hpp"
#include "moetric/io/hugging_face/lfm2.hpp"
#include "moetric/io/hugging_face/llama4.hpp"
#include "moetric/io/hugging_face/mamba.hpp"
#include "moetric/io/hugging_face/mamba_hybrid.hpp"
#include "moetric/io/hugging_face/mimo.hpp"
#include "moetric/io/hugging_face/minimax.hpp"
#include "moetric/io/hugging_face/mllama.hpp"
#include "moetric/io/hugging_face/nemotron_h.hpp"
#include "moetric/io/hugging_face/nemotron_nas.hpp"
#include "moetric/io/hugging_face/qwen_hybrid.hpp"
#include "moetric/io/hugging_face/rwkv7.hpp"
#include "moetric/io/hugging_face/shared_weights.hpp"
#include "moetric/io/hugging_face/single_family.hpp"
#include "moetric/io/hugging_face/sparse_grouped_query.hpp"
#include "moetric/io/hugging_face/sparse_variants.hpp"
#include "moetric/io/hugging_face/step.hpp"
#include "moetric/io/hugging_face/t5.hpp"
#include "moetric/io/hugging_face/zaya.hpp"

namespace moetric::v0::io::hugging_face {

/// All families that have one model_type.
inline constexpr single_family single_families[]{
    {"AXK1", read_axk1},
    {"Klear", read_klear},
    {"RefinedWeb", read_falcon},
    {"RefinedWebModel", read_falcon},
    {"afmoe", read_afmoe},
    {"apertus", read_apertus},
    {"arctic", read_arctic},
    {"axk1", read_axk1},
    {"axk2", read_axk2},
    {"bailing_hybrid", read_bailing_hybrid},
    {"bailing_moe", read_bailing_moe},
    {"bailing_moe_linear", read_bailing_moe_linear},
    {"bailing_moe_v2", read_bailing_moe_v2},
    {"bamba", read_bamba},
    {"bitnet", read_bitnet},
    {"bloom", read_bloom},
    {"chatglm", read_chatglm},
    {"codegen", read_gptj},
    {"cohere2", read_cohere2},
    {"cohere2_moe", read_cohere2_moe},
    {"cwm", read_cwm},
    {"dbrx", read_dbrx},
    {"deepseek", read_deepseek},
    {"deepseek_ref", read_deepseek_v4},
    {"deepseek_v4", read_deepseek_v4},
    {"diffusion_gemma_text", read_gemma4},
    {"dots1", read_dots1},
    {"ernie4_5_moe", read_ernie_moe},
    {"ernie4_5_vl_moe_text", read_ernie_vl},
    {"exaone", read_exaone},
    {"exaone4", read_exaone4},
    {"exaone4_5_text", read_exaone4},
    {"exaone_moe", read_exaone_moe},
    {"falcon", read_falcon},
    {"falcon_h1", read_falcon_h1},
    {"falcon_mamba", read_mamba},
    {"gemma", read_gemma},
    {"gemma2", read_gemma2},
    {"gemma3_text", read_gemma3},
    {"gemma3n_text", read_gemma3n},
    {"gemma4_text", read_gemma4},
    {"gemma4_unified_text", read_gemma4},
    {"git", read_grok},
    {"glm4_moe", read_glm4_moe},
    {"glm4_moe_lite", read_glm4_moe_lite},
    {"glm4v_moe_text", read_glm4v_moe},
    {"glm4v_text", read_glm4v_text},
    {"glm_moe_dsa", read_glm_moe_dsa},
    {"gpt2", read_gpt2},
    {"gpt_bigcode", read_gpt_bigcode},
    {"gpt_neo", read_gpt_neo},
    {"gpt_neox", read_gpt_neox},
    {"gpt_oss", read_gpt_oss},
    {"gptj", read_gptj},
    {"granite", read_granite},
    {"granitemoe", read_granitemoe},
    {"granitemoehybrid", read_granite_hybrid},
    {"granitemoeshared", read_granitemoeshared},
    {"grok-1", read_grok},
    {"hrm_text", read_hrm_text},
    {"hunyuan", read_hunyuan},
    {"hunyuan_v1_dense", read_hunyuan_v1_dense},
    {"hunyuan_v1_moe", read_hunyuan_v1_moe},
    {"hy_v3", read_hy_v3},
    {"hyperclovax", read_hyperclovax},
    {"internlm3", read_internlm3},
    {"jais2", read_jais2},
    {"jamba", read_jamba},
    {"jetmoe", read_jetmoe},
    {"kimi_linear", read_kimi_linear},
    {"laguna", read_laguna},
    {"lfm2", read_lfm2},
    {"lfm2_moe", read_lfm2_moe},
    {"llada2_moe", read_llada2_moe},
    {"llama4_text", read_llama4},
    {"llama_moe", read_llama_moe},
    {"longcat_flash", read_longcat_flash},
    {"mamba", read_mamba},
    {"mamba2", read_mamba2},
    {"mellum", read_mellum},
    {"mimo", read_mimo},
    {"mimo_v2", read_mimo_v2_flash},
    {"mimo_v2_flash", read_mimo_v2_flash},
    {"minicpm", read_minicpm},
    {"minicpm3", read_dense_latent},
    {"minimax", read_minimax},
    {"minimax_m1", read_minimax_text},
    {"minimax_m2", read_minimax_m2},
    {"minimax_m3", read_minimax_m3},
    {"minimax_m3_vl_text", read_minimax_m3},
    {"minimax_text_01", read_minimax_text},
    {"mllama_text_model", read_mllama},
    {"mpt", read_mpt},
    {"mt5", read_t5},
    {"muse_glimmer_text", read_muse_glimmer},
    {"nemotron-nas", read_nemotron_nas},
    {"nemotron_h", read_nemotron_h},
    {"olmo_hybrid", read_olmo_hybrid},
    {"opt", read_opt},
    {"ouro", read_ouro},
    {"phi", read_phi},
    {"phi-msft", read_phi_msft},
    {"phi3small", read_phi3small},
    {"phimoe", read_phimoe},
    {"qwen", read_qwen},
    {"qwen3_5_moe_text", read_qwen3_5_moe},
    {"qwen3_5_text", read_qwen3_5},
    {"qwen3_next", read_qwen3_next},
    {"rwkv7", read_rwkv7},
    {"seed_oss", read_seed_oss},
    {"solar", read_solar},
    {"solar_open", read_solar_open},
    {"stablelm", read_stablelm},
    {"stablelm_epoch", read_stablelm},
    {"starcoder2", read_starcoder2},
    {"step3_text", read_step3_text},
    {"step3p5", read_step3p5},
    {"step3p7", read_step3p7},
    {"switch_transformers", read_switch_transformers},
    {"t5", read_t5},
    {"teleflm", read_teleflm},
    {"vaultgemma", read_vaultgemma},
    {"youtu", read_dense_latent},
    {"youtu_llm", read_dense_latent},
    {"youtu_vl", read_dense_latent},
    {"zamba2", read_zamba2},
    {"zaya", read_zaya},
};

/// A known model_type that the importer does not read, and what this library lacks for it.
struct unread_family {
  std::string_view model_type;
  std::string_view what;
};

/// Source: models/doge, models/inkling and models/recurrent_gemma of huggingface/transformers; models of
/// ml-explore/mlx-lm and Blaizzy/mlx-vlm for the others; what was announced of those whose modelling code is not
/// public.
inline constexpr unread_family unread_families[]{
    {"baichuan_m1", "convolutions on keys and values"},
    {"cogagent", "matrices of images beside those of text in every layer"},
    {"cogvlm", "matrices of images beside those of text in every layer"},
    {"deepseek_v41", "embeddings of n-grams, and modules whose code is not known here"},
    {"deepseek_v41_text", "embeddings of n-grams, and modules whose code is not known here"},
    {"doge", "dynamic masks and experts chosen by product keys"},
    {"glm5_next", "layers whose code is not known here"},
    {"hymba", "attention and Mamba-1 side by side in one layer, and learned tokens before the text"},
    {"inkling_mm_model", "convolutions on keys, values and residuals, and scores by relative position"},
    {"inkling_text", "convolutions on keys, values and residuals, and scores by relative position"},
    {"internlmxcomposer2", "low-rank matrices of images beside those of text in every layer"},
    {"iquestloopcoder", "attention that mixes a local and a global window by gates, in layers that run several times"},
    {"k2_horizon", "experts of values"},
    {"longcat_flash_ngram", "embeddings of n-grams"},
    {"openelm", "heads and widths that grow by factors from layer to layer"},
    {"plamo2", "Mamba layers with norms of their own"},
    {"plamo3", "Mamba layers with norms of their own"},
    {"recurrent_gemma", "gated linear recurrences"},
    {"rwkv", "time mixing of an older generation than RWKV-7"},
    {"rwkv5", "time mixing of an older generation than RWKV-7"},
    {"rwkv6", "time mixing of an older generation than RWKV-7"},
    {"xlstm", "long short-term memories with matrix states"},
    {"zamba", "Mamba-1 layers split into heads, and attention that layers share"},
    {"zaya1_vl", "low-rank matrices of images beside those of text in every layer"},
};

}  // namespace moetric::v0::io::hugging_face
