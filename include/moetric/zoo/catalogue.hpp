#pragma once

#include <array>
#include <span>
#include <string_view>

#include "moetric/zoo/aliases.hpp"
#include "moetric/zoo/arctic.hpp"
#include "moetric/zoo/bloom.hpp"
#include "moetric/zoo/dbrx.hpp"
#include "moetric/zoo/deepseek.hpp"
#include "moetric/zoo/dots.hpp"
#include "moetric/zoo/eleuther.hpp"
#include "moetric/zoo/ernie.hpp"
#include "moetric/zoo/falcon.hpp"
#include "moetric/zoo/falcon_h1.hpp"
#include "moetric/zoo/gemma.hpp"
#include "moetric/zoo/gemma_3n.hpp"
#include "moetric/zoo/gemma_4.hpp"
#include "moetric/zoo/glm.hpp"
#include "moetric/zoo/gpt.hpp"
#include "moetric/zoo/granite.hpp"
#include "moetric/zoo/grok.hpp"
#include "moetric/zoo/hunyuan.hpp"
#include "moetric/zoo/jamba.hpp"
#include "moetric/zoo/jetmoe.hpp"
#include "moetric/zoo/laguna.hpp"
#include "moetric/zoo/lfm2.hpp"
#include "moetric/zoo/ling.hpp"
#include "moetric/zoo/llama.hpp"
#include "moetric/zoo/longcat.hpp"
#include "moetric/zoo/mimo.hpp"
#include "moetric/zoo/minimax.hpp"
#include "moetric/zoo/mistral.hpp"
#include "moetric/zoo/moonshot.hpp"
#include "moetric/zoo/nemotron.hpp"
#include "moetric/zoo/olmo.hpp"
#include "moetric/zoo/opt.hpp"
#include "moetric/zoo/ouro.hpp"
#include "moetric/zoo/palm.hpp"
#include "moetric/zoo/phi.hpp"
#include "moetric/zoo/qwen.hpp"
#include "moetric/zoo/qwen_hybrid.hpp"
#include "moetric/zoo/rwkv.hpp"
#include "moetric/zoo/smollm.hpp"
#include "moetric/zoo/step.hpp"
#include "moetric/zoo/switch_transformer.hpp"
#include "moetric/zoo/trinity.hpp"
#include "moetric/zoo/zamba.hpp"

namespace moetric::v0::zoo {

/// A published model by name.
struct listed_model {
  std::string_view id;      // kebab-case, with the dots of version numbers; the name in the tool
  std::string_view name;    // as its publisher writes it
  std::string_view source;  // of the sizes
  model const* value;
  count vision_tower = 0;      // weights of the vision tower, which the published total includes
  std::string_view note = {};  // how the sizes were read, where the model does not say it itself: see zoo/notes.hpp
};

/// Every model of the zoo, by family.
inline constexpr std::array catalogue{
    listed_model{"gpt-2", "GPT-2 124M", "openai-community/gpt2", &gpt_2},
    listed_model{"gpt-2-medium", "GPT-2 medium 355M", "openai-community/gpt2-medium", &gpt_2_medium},
    listed_model{"gpt-2-large", "GPT-2 large 774M", "openai-community/gpt2-large", &gpt_2_large},
    listed_model{"gpt-2-xl", "GPT-2 XL 1.5B", "openai-community/gpt2-xl", &gpt_2_xl},
    listed_model{"gpt-3", "GPT-3 175B", "arXiv 2005.14165, Table 2.1", &gpt_3},
    listed_model{"gpt-oss-20b", "gpt-oss-20b", "openai/gpt-oss-20b", &gpt_oss_20b},
    listed_model{"gpt-oss-120b", "gpt-oss-120b", "openai/gpt-oss-120b", &gpt_oss_120b},
    listed_model{"gpt-j-6b", "GPT-J-6B", "EleutherAI/gpt-j-6b", &gpt_j_6b},
    listed_model{"gpt-neox-20b", "GPT-NeoX-20B", "EleutherAI/gpt-neox-20b", &gpt_neox_20b},
    listed_model{"pythia-70m", "Pythia-70M", "EleutherAI/pythia-70m", &pythia_70m},
    listed_model{"pythia-160m", "Pythia-160M", "EleutherAI/pythia-160m", &pythia_160m},
    listed_model{"pythia-410m", "Pythia-410M", "EleutherAI/pythia-410m", &pythia_410m},
    listed_model{"pythia-1b", "Pythia-1B", "EleutherAI/pythia-1b", &pythia_1b},
    listed_model{"pythia-1.4b", "Pythia-1.4B", "EleutherAI/pythia-1.4b", &pythia_1_4b},
    listed_model{"pythia-2.8b", "Pythia-2.8B", "EleutherAI/pythia-2.8b", &pythia_2_8b},
    listed_model{"pythia-6.9b", "Pythia-6.9B", "EleutherAI/pythia-6.9b", &pythia_6_9b},
    listed_model{"pythia-12b", "Pythia-12B", "EleutherAI/pythia-12b", &pythia_12b},
    listed_model{"opt-6.7b", "OPT-6.7B", "facebook/opt-6.7b", &opt_6_7b},
    listed_model{"opt-175b", "OPT-175B", "arXiv 2205.01068, Table 1", &opt_175b},
    listed_model{"bloom-560m", "BLOOM-560M", "bigscience/bloom-560m", &bloom_560m},
    listed_model{"bloom-1.1b", "BLOOM-1.1B", "bigscience/bloom-1b1", &bloom_1_1b},
    listed_model{"bloom-1.7b", "BLOOM-1.7B", "bigscience/bloom-1b7", &bloom_1_7b},
    listed_model{"bloom-3b", "BLOOM-3B", "bigscience/bloom-3b", &bloom_3b},
    listed_model{"bloom-176b", "BLOOM-176B", "bigscience/bloom", &bloom_176b},
    listed_model{"palm-540b", "PaLM-540B", "arXiv 2204.02311, Table 1", &palm_540b},
    listed_model{"falcon-7b", "Falcon-7B", "tiiuae/falcon-7b", &falcon_7b},
    listed_model{"falcon-180b", "Falcon-180B", "tiiuae/falcon-180B", &falcon_180b},
    listed_model{"falcon-h1-0.5b", "Falcon-H1-0.5B", "tiiuae/Falcon-H1-0.5B-Base", &falcon_h1_0_5b},
    listed_model{"llama-2-7b", "Llama-2-7B", "meta-llama/Llama-2-7b-hf", &llama_2_7b},
    listed_model{"llama-2-13b", "Llama-2-13B", "meta-llama/Llama-2-13b-hf", &llama_2_13b},
    listed_model{"llama-2-70b", "Llama-2-70B", "meta-llama/Llama-2-70b-hf", &llama_2_70b},
    listed_model{"llama-3-8b", "Llama-3-8B", "meta-llama/Meta-Llama-3-8B", &llama_3_8b},
    listed_model{"llama-3-70b", "Llama-3-70B", "meta-llama/Meta-Llama-3-70B", &llama_3_70b},
    listed_model{"llama-3.1-405b", "Llama-3.1-405B", "meta-llama/Llama-3.1-405B", &llama_3_1_405b},
    listed_model{"llama-3.2-1b", "Llama-3.2-1B", "meta-llama/Llama-3.2-1B", &llama_3_2_1b},
    listed_model{"llama-3.2-3b", "Llama-3.2-3B", "meta-llama/Llama-3.2-3B", &llama_3_2_3b},
    listed_model{
        "llama-3.2-11b-vision", "Llama-3.2-11B-Vision", "meta-llama/Llama-3.2-11B-Vision", &llama_3_2_11b_vision, 0,
        "only the language model is counted, not its vision tower; layers of attention to images are stored and "
        "idle: a text without images skips them"},
    listed_model{"llama-4-scout", "Llama-4-Scout", "meta-llama/Llama-4-Scout-17B-16E", &llama_4_scout, 871'932'416},
    listed_model{"llama-4-maverick", "Llama-4-Maverick", "meta-llama/Llama-4-Maverick-17B-128E", &llama_4_maverick,
                 871'932'416},
    listed_model{"llama-moe-3.5b", "LLaMA-MoE-3.5B (2/8)", "llama-moe/LLaMA-MoE-v1-3_5B-2_8", &llama_moe_3_5b},
    listed_model{"mistral-7b-v0.1", "Mistral-7B-v0.1", "mistralai/Mistral-7B-v0.1", &mistral_7b_v0_1},
    listed_model{"mistral-7b-v0.3", "Mistral-7B-v0.3", "mistralai/Mistral-7B-v0.3", &mistral_7b_v0_3},
    listed_model{"mistral-nemo-12b", "Mistral-Nemo-12B", "mistralai/Mistral-Nemo-Base-2407", &mistral_nemo_12b},
    listed_model{"mistral-small-24b-2501", "Mistral-Small-24B-2501", "mistralai/Mistral-Small-24B-Base-2501",
                 &mistral_small_24b_2501},
    listed_model{"mixtral-8x7b", "Mixtral-8x7B", "mistralai/Mixtral-8x7B-v0.1", &mixtral_8x7b},
    listed_model{"mixtral-8x22b", "Mixtral-8x22B", "mistralai/Mixtral-8x22B-v0.1", &mixtral_8x22b},
    listed_model{"mixtral-8x22b-instruct-v0.1", "Mixtral-8x22B-Instruct-v0.1", "mistralai/Mixtral-8x22B-Instruct-v0.1",
                 &mixtral_8x22b_instruct_v0_1},
    listed_model{"qwen1.5-moe-a2.7b", "Qwen1.5-MoE-A2.7B", "Qwen/Qwen1.5-MoE-A2.7B", &qwen1_5_moe_a2_7b},
    listed_model{"qwen2-57b-a14b", "Qwen2-57B-A14B", "Qwen/Qwen2-57B-A14B", &qwen2_57b_a14b},
    listed_model{"qwen2.5-0.5b", "Qwen2.5-0.5B", "Qwen/Qwen2.5-0.5B", &qwen2_5_0_5b},
    listed_model{"qwen2.5-1.5b", "Qwen2.5-1.5B", "Qwen/Qwen2.5-1.5B", &qwen2_5_1_5b},
    listed_model{"qwen2.5-3b", "Qwen2.5-3B", "Qwen/Qwen2.5-3B", &qwen2_5_3b},
    listed_model{"qwen2.5-7b", "Qwen2.5-7B", "Qwen/Qwen2.5-7B", &qwen2_5_7b},
    listed_model{"qwen2.5-14b", "Qwen2.5-14B", "Qwen/Qwen2.5-14B", &qwen2_5_14b},
    listed_model{"qwen2.5-32b", "Qwen2.5-32B", "Qwen/Qwen2.5-32B", &qwen2_5_32b},
    listed_model{"qwen2.5-72b", "Qwen2.5-72B", "Qwen/Qwen2.5-72B", &qwen2_5_72b},
    listed_model{"qwen3-0.6b", "Qwen3-0.6B", "Qwen/Qwen3-0.6B", &qwen3_0_6b},
    listed_model{"qwen3-1.7b", "Qwen3-1.7B", "Qwen/Qwen3-1.7B", &qwen3_1_7b},
    listed_model{"qwen3-4b", "Qwen3-4B", "Qwen/Qwen3-4B", &qwen3_4b},
    listed_model{"qwen3-8b", "Qwen3-8B", "Qwen/Qwen3-8B", &qwen3_8b},
    listed_model{"qwen3-14b", "Qwen3-14B", "Qwen/Qwen3-14B", &qwen3_14b},
    listed_model{"qwen3-32b", "Qwen3-32B", "Qwen/Qwen3-32B", &qwen3_32b},
    listed_model{"qwen3-30b-a3b", "Qwen3-30B-A3B", "Qwen/Qwen3-30B-A3B", &qwen3_30b_a3b},
    listed_model{"qwen3-235b-a22b", "Qwen3-235B-A22B", "Qwen/Qwen3-235B-A22B", &qwen3_235b_a22b},
    listed_model{"qwen3-coder-480b-a35b", "Qwen3-Coder-480B-A35B", "Qwen/Qwen3-Coder-480B-A35B-Instruct",
                 &qwen3_coder_480b_a35b},
    listed_model{"qwen3-next-80b-a3b", "Qwen3-Next-80B-A3B", "Qwen/Qwen3-Next-80B-A3B-Instruct", &qwen3_next_80b_a3b},
    listed_model{"qwen3-coder-next", "Qwen3-Coder-Next", "Qwen/Qwen3-Coder-Next", &qwen3_coder_next},
    listed_model{"qwen3.5-27b", "Qwen3.5-27B", "Qwen/Qwen3.5-27B", &qwen3_5_27b, 460'730'096},
    listed_model{"qwen3.5-35b-a3b", "Qwen3.5-35B-A3B", "Qwen/Qwen3.5-35B-A3B", &qwen3_5_35b_a3b, 446'571'248},
    listed_model{"qwen3.5-122b-a10b", "Qwen3.5-122B-A10B", "Qwen/Qwen3.5-122B-A10B", &qwen3_5_122b_a10b, 451'290'864},
    listed_model{"qwen3.5-397b-a17b", "Qwen3.5-397B-A17B", "Qwen/Qwen3.5-397B-A17B", &qwen3_5_397b_a17b, 456'010'480},
    listed_model{"qwen3.8-2.4t-a95b", "Qwen3.8-2.4T-A95B", "Qwen/Qwen3.8-2.4T-A95B", &qwen3_8_2_4t_a95b, 0,
                 "the heads of its gated DeltaNet follow from the published total, by analogy with Qwen3.5"},
    listed_model{"gemma-2b", "Gemma-2B", "google/gemma-2b", &gemma_2b},
    listed_model{"gemma-7b", "Gemma-7B", "google/gemma-7b", &gemma_7b},
    listed_model{"gemma-2-2b", "Gemma-2-2B", "google/gemma-2-2b", &gemma_2_2b},
    listed_model{"gemma-2-9b", "Gemma-2-9B", "google/gemma-2-9b", &gemma_2_9b},
    listed_model{"gemma-2-27b", "Gemma-2-27B", "google/gemma-2-27b", &gemma_2_27b},
    listed_model{"gemma-3-270m", "Gemma-3-270M", "google/gemma-3-270m", &gemma_3_270m},
    listed_model{"gemma-3-1b", "Gemma-3-1B", "google/gemma-3-1b-pt", &gemma_3_1b},
    listed_model{"gemma-3-4b", "Gemma-3-4B", "google/gemma-3-4b-pt", &gemma_3_4b, 419'816'304},
    listed_model{"gemma-3-12b", "Gemma-3-12B", "google/gemma-3-12b-pt", &gemma_3_12b, 421'290'864},
    listed_model{"gemma-3-27b", "Gemma-3-27B", "google/gemma-3-27b-pt", &gemma_3_27b, 423'060'336},
    listed_model{"gemma-3n-e2b", "Gemma-3n-E2B", "google/gemma-3n-E2B", &gemma_3n_e2b, 0,
                 "only the language model is counted, not its towers"},
    listed_model{"gemma-4-e2b", "Gemma-4-E2B", "google/gemma-4-E2B", &gemma_4_e2b, 0,
                 "only the language model is counted, not its towers"},
    listed_model{"gemma-4-26b-a4b", "Gemma-4-26B-A4B", "google/gemma-4-26B-A4B", &gemma_4_26b_a4b, 572'794'416},
    listed_model{"gemma-4-31b", "Gemma-4-31B", "google/gemma-4-31B", &gemma_4_31b, 0,
                 "only the language model is counted, not its vision tower"},
    listed_model{"phi-2", "Phi-2", "microsoft/phi-2", &phi_2},
    listed_model{"phi-3-mini-4k", "Phi-3-mini-4k", "microsoft/Phi-3-mini-4k-instruct", &phi_3_mini_4k},
    listed_model{"phi-3.5-moe", "Phi-3.5-MoE", "microsoft/Phi-3.5-MoE-instruct", &phi_3_5_moe},
    listed_model{"phi-4", "Phi-4", "microsoft/phi-4", &phi_4},
    listed_model{"phi-4-mini", "Phi-4-mini", "microsoft/Phi-4-mini-instruct", &phi_4_mini},
    listed_model{"olmo-2-7b", "OLMo-2-7B", "allenai/OLMo-2-1124-7B", &olmo_2_7b},
    listed_model{"olmo-2-13b", "OLMo-2-13B", "allenai/OLMo-2-1124-13B", &olmo_2_13b},
    listed_model{"olmoe-1b-7b", "OLMoE-1B-7B", "allenai/OLMoE-1B-7B-0924", &olmoe_1b_7b},
    listed_model{"smollm2-135m", "SmolLM2-135M", "HuggingFaceTB/SmolLM2-135M", &smollm2_135m},
    listed_model{"smollm3-3b", "SmolLM3-3B", "HuggingFaceTB/SmolLM3-3B", &smollm3_3b},
    listed_model{"deepseek-moe-16b", "DeepSeekMoE-16B", "deepseek-ai/deepseek-moe-16b-base", &deepseek_moe_16b},
    listed_model{"deepseek-v2-lite", "DeepSeek-V2-Lite", "deepseek-ai/DeepSeek-V2-Lite", &deepseek_v2_lite},
    listed_model{"deepseek-v2", "DeepSeek-V2", "deepseek-ai/DeepSeek-V2", &deepseek_v2},
    listed_model{"deepseek-v3", "DeepSeek-V3", "deepseek-ai/DeepSeek-V3, arXiv 2412.19437", &deepseek_v3},
    listed_model{"deepseek-v3.2", "DeepSeek-V3.2", "deepseek-ai/DeepSeek-V3.2", &deepseek_v3_2},
    listed_model{"deepseek-v4-flash", "DeepSeek-V4-Flash", "deepseek-ai/DeepSeek-V4-Flash", &deepseek_v4_flash},
    listed_model{"deepseek-v4-pro", "DeepSeek-V4-Pro", "deepseek-ai/DeepSeek-V4-Pro", &deepseek_v4_pro},
    listed_model{"moonlight-16b-a3b", "Moonlight-16B-A3B", "moonshotai/Moonlight-16B-A3B", &moonlight_16b_a3b},
    listed_model{"kimi-k2", "Kimi-K2", "moonshotai/Kimi-K2-Instruct", &kimi_k2},
    listed_model{"kimi-k2.6", "Kimi-K2.5 / K2.6 / K2.7-Code", "moonshotai/Kimi-K2.6", &kimi_k2, 471'143'920},
    listed_model{"kimi-k3", "Kimi-K3", "moonshotai/Kimi-K3", &kimi_k3, 447'358'976},
    listed_model{"kimi-linear-48b-a3b", "Kimi-Linear-48B-A3B", "moonshotai/Kimi-Linear-48B-A3B-Instruct",
                 &kimi_linear_48b_a3b},
    listed_model{"glm-4.5", "GLM-4.5", "zai-org/GLM-4.5", &glm_4_5},
    listed_model{"glm-4.5-air", "GLM-4.5-Air", "zai-org/GLM-4.5-Air", &glm_4_5_air},
    listed_model{"glm-4.6", "GLM-4.6", "zai-org/GLM-4.6", &glm_4_6},
    listed_model{"glm-4.7-flash", "GLM-4.7-Flash", "zai-org/GLM-4.7-Flash", &glm_4_7_flash},
    listed_model{"glm-5", "GLM-5", "zai-org/GLM-5", &glm_5},
    listed_model{"glm-5.2", "GLM-5.2", "zai-org/GLM-5.2", &glm_5_2},
    listed_model{"minimax-m1", "MiniMax-M1", "MiniMaxAI/MiniMax-M1-80k", &minimax_m1},
    listed_model{"minimax-m2", "MiniMax-M2", "MiniMaxAI/MiniMax-M2", &minimax_m2},
    listed_model{
        "minimax-m3", "MiniMax-M3", "MiniMaxAI/MiniMax-M3", &minimax_m3, 865'567'232,
        "modules of multi-token prediction are not counted: the published weights hold none; keys are chosen in "
        "blocks of 128, and counted as if they were chosen one by one"},
    listed_model{"ling-mini-2.0", "Ling-mini-2.0", "inclusionAI/Ling-mini-2.0", &ling_mini_2_0},
    listed_model{"ling-flash-2.0", "Ling-flash-2.0", "inclusionAI/Ling-flash-2.0", &ling_flash_2_0},
    listed_model{"ling-1t", "Ling-1T", "inclusionAI/Ling-1T", &ling_1t},
    listed_model{"hunyuan-large", "Hunyuan-Large", "tencent/Tencent-Hunyuan-Large", &hunyuan_large},
    listed_model{"hunyuan-a13b", "Hunyuan-A13B", "tencent/Hunyuan-A13B-Instruct", &hunyuan_a13b},
    listed_model{"hy3", "Hy3", "tencent/Hy3", &hy3},
    listed_model{"ernie-4.5-21b-a3b", "ERNIE-4.5-21B-A3B", "baidu/ERNIE-4.5-21B-A3B-PT", &ernie_4_5_21b_a3b, 0,
                 "modules of multi-token prediction are not counted: the modelling code has none"},
    listed_model{"ernie-4.5-300b-a47b", "ERNIE-4.5-300B-A47B", "baidu/ERNIE-4.5-300B-A47B-PT", &ernie_4_5_300b_a47b, 0,
                 "modules of multi-token prediction are not counted: the modelling code has none"},
    listed_model{
        "ernie-4.5-vl-28b-a3b", "ERNIE-4.5-VL-28B-A3B", "baidu/ERNIE-4.5-VL-28B-A3B-PT", &ernie_4_5_vl_28b_a3b, 0,
        "only the language model is counted, not its vision tower; active counts and FLOPs are those of a token of a "
        "text: tokens of images have experts of their own"},
    listed_model{"dots.llm1", "dots.llm1", "rednote-hilab/dots.llm1.base", &dots_llm1},
    listed_model{"mimo-v2-flash", "MiMo-V2-Flash", "XiaomiMiMo/MiMo-V2-Flash", &mimo_v2_flash},
    listed_model{"step-3.5-flash", "Step-3.5-Flash", "stepfun-ai/Step-3.5-Flash", &step_3_5_flash},
    listed_model{"longcat-flash", "LongCat-Flash", "meituan-longcat/LongCat-Flash-Chat", &longcat_flash},
    listed_model{"nemotron-h-56b", "Nemotron-H-56B", "nvidia/Nemotron-H-56B-Base-8K", &nemotron_h_56b},
    listed_model{"nemotron-nano-9b-v2", "Nemotron-Nano-9B-v2", "nvidia/NVIDIA-Nemotron-Nano-9B-v2",
                 &nemotron_nano_9b_v2},
    listed_model{"nemotron-3-nano-30b-a3b", "Nemotron-3-Nano-30B-A3B", "nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16",
                 &nemotron_3_nano_30b_a3b},
    listed_model{"nemotron-3-super-120b-a12b", "Nemotron-3-Super-120B-A12B",
                 "nvidia/NVIDIA-Nemotron-3-Super-120B-A12B-BF16", &nemotron_3_super_120b_a12b},
    listed_model{"nemotron-3-ultra-550b-a55b", "Nemotron-3-Ultra-550B-A55B",
                 "nvidia/NVIDIA-Nemotron-3-Ultra-550B-A55B-BF16", &nemotron_3_ultra_550b_a55b},
    listed_model{"granite-3.0-1b-a400m", "Granite-3.0-1B-A400M", "ibm-granite/granite-3.0-1b-a400m-base",
                 &granite_3_0_1b_a400m},
    listed_model{"granite-3.0-3b-a800m", "Granite-3.0-3B-A800M", "ibm-granite/granite-3.0-3b-a800m-base",
                 &granite_3_0_3b_a800m},
    listed_model{"granite-4.0-h-small", "Granite-4.0-H-Small", "ibm-granite/granite-4.0-h-small", &granite_4_0_h_small},
    listed_model{"jamba-v0.1", "Jamba-v0.1", "ai21labs/Jamba-v0.1", &jamba_v0_1},
    listed_model{"jamba-1.5-large", "Jamba-1.5-Large", "ai21labs/AI21-Jamba-Large-1.5", &jamba_1_5_large},
    listed_model{"jetmoe-8b", "JetMoE-8B", "jetmoe/jetmoe-8b", &jetmoe_8b},
    listed_model{"arctic", "Snowflake Arctic", "Snowflake/snowflake-arctic-base", &arctic},
    listed_model{"dbrx", "DBRX", "databricks/dbrx-base", &dbrx},
    listed_model{"grok-1", "Grok-1", "xai-org/grok-1", &grok_1},
    listed_model{"switch-base-8", "Switch-Base-8", "google/switch-base-8", &switch_base_8},
    listed_model{"rwkv7-1.5b", "RWKV-7 1.5B", "fla-hub/rwkv7-1.5B-world", &rwkv_7_1_5b},
    listed_model{"ouro-1.4b", "Ouro-1.4B", "ByteDance/Ouro-1.4B", &ouro_1_4b, 0,
                 "every layer is used 4 times; no early exit"},
    listed_model{"ouro-2.6b", "Ouro-2.6B", "ByteDance/Ouro-2.6B", &ouro_2_6b, 0,
                 "every layer is used 4 times; no early exit"},
    listed_model{"zamba2-1.2b", "Zamba2-1.2B", "Zyphra/Zamba2-1.2B", &zamba_2_1_2b, 0,
                 "a block of attention and feed-forward counts as a layer at each of its 6 uses"},
    listed_model{"trinity-nano", "Trinity-Nano", "arcee-ai/Trinity-Nano-Preview", &trinity_nano},
    listed_model{"trinity-mini", "Trinity-Mini", "arcee-ai/Trinity-Mini", &trinity_mini},
    listed_model{"trinity-large", "Trinity-Large", "arcee-ai/Trinity-Large-Preview", &trinity_large, 0,
                 "its window is second-hand"},
    listed_model{"laguna-xs.2", "Laguna-XS.2", "poolside/Laguna-XS.2", &laguna_xs_2},
    listed_model{"laguna-s-2.1", "Laguna-S-2.1", "poolside/Laguna-S-2.1", &laguna_s_2_1, 0,
                 "its window is the default of the published code"},
    listed_model{"lfm2-1.2b", "LFM2-1.2B", "LiquidAI/LFM2-1.2B", &lfm2_1_2b},
};

namespace detail {

/// The entry's name on the Hub, or two empty parts if its source is none.
constexpr hub_name hub_name_of(listed_model const& published) {
  std::string_view const first = published.source.substr(0, published.source.find(','));
  return hub_name(first.find('/') == std::string_view::npos || first.find(' ') != std::string_view::npos ? "" : first);
}

/// True if the entry has that name: its id, its published name or that on the Hub.
constexpr bool is_named(listed_model const& published, hub_name const& wanted) {
  hub_name const own = hub_name_of(published);
  if (!wanted.organisation.empty() && !same_name(wanted.organisation, own.organisation)) return false;
  for (std::string_view const name : {published.id, published.name, own.name})
    if (same_name(untuned(name), untuned(wanted.name))) return true;
  return false;
}

}  // namespace detail

/// The model with that id, or null. Entries of one's own come first.
constexpr listed_model const* find(std::string_view id, std::span<listed_model const> own = {}) {
  for (listed_model const& each : own)
    if (each.id == id) return &each;
  for (listed_model const& each : catalogue)
    if (each.id == id) return &each;
  return nullptr;
}

/// The model that people call that, or null: by its id, its published name or its name on the Hub, with or without the
/// organisation, or a name of `aliases`; capitals and suffixes such as "-Instruct" do not matter.
constexpr listed_model const* find_by_any_name(std::string_view name) {
  if (listed_model const* const found = find(name)) return found;
  for (listed_model const& each : catalogue)  // which may hold a stroke
    if (same_name(name, each.name)) return &each;
  detail::hub_name const wanted(name);
  if (wanted.name.empty()) return nullptr;
  for (listed_model const& each : catalogue)
    if (detail::is_named(each, wanted)) return &each;
  for (alias const& each : aliases)
    if (same_name(each.name, detail::untuned(wanted.name))) {
      listed_model const* const found = find(each.id);
      bool const foreign =
          !wanted.organisation.empty() && !same_name(wanted.organisation, detail::hub_name_of(*found).organisation);
      return foreign ? nullptr : found;
    }
  return nullptr;
}

}  // namespace moetric::v0::zoo
