#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/io/hugging_face/config_keys.hpp"

/// Which class of modelling code each model_type stands for. A file is read as its model_type only if `architectures`
/// names one of that type's classes: serving shims and draft heads borrow a model_type, not the class.
namespace moetric::v0::io::hugging_face {

/// The classes of a model_type, separated by blanks: a whole class name, or the stem of one that ends with
/// "ForCausalLM" or "ForConditionalGeneration". A stem with "Model" is the same model without its output head.
struct architecture_row {
  std::string_view model_type;
  std::string_view classes;
};

/// Source: models/auto/modeling_auto.py of huggingface/transformers and `auto_map` of published config.json files;
/// spellings of older releases come last.
inline constexpr architecture_row architectures_by_type[]{
    {"AXK1", "AXK1"},
    {"Klear", "Klear"},
    {"RefinedWeb", "RW"},
    {"RefinedWebModel", "RW"},
    {"Yi", "Yi"},
    {"afmoe", "Afmoe"},
    {"apertus", "Apertus"},
    {"aquila", "Aquila AquilaModel"},
    {"arcee", "Arcee"},
    {"arctic", "Arctic"},
    {"axk1", "AXK1"},
    {"axk2", "AXK2"},
    {"baichuan", "Baichuan BaiChuan"},
    {"bailing_hybrid", "BailingMoeV2_5 BailingMoeV3"},
    {"bailing_moe", "BailingMoe BailingMoeV2"},
    {"bailing_moe_linear", "BailingMoeLinearV2"},
    {"bailing_moe_v2", "BailingMoeV2"},
    {"bamba", "Bamba"},
    {"bitnet", "BitNet Bitnet"},
    {"bloom", "Bloom"},
    {"chatglm", "ChatGLM ChatGLMModel ChatGLMForConditionalGeneration"},
    {"code_llama", "Llama"},
    {"codegen", "CodeGen"},
    {"cohere", "Cohere"},
    {"cohere2", "Cohere2"},
    {"cohere2_moe", "Cohere2Moe CohereMoe"},
    {"cwm", "Cwm"},
    {"dbrx", "Dbrx DBRX"},
    {"deepseek", "Deepseek"},
    {"deepseek_ref", "DeepseekV4"},
    {"deepseek_v2", "DeepseekV2"},
    {"deepseek_v3", "DeepseekV3"},
    {"deepseek_v32", "DeepseekV32"},
    {"deepseek_v4", "DeepseekV4"},
    {"diffusion_gemma_text", "DiffusionGemmaTextModel"},
    {"dots1", "Dots1"},
    {"ernie4_5", "Ernie4_5 Ernie4_5_"},
    {"ernie4_5_moe", "Ernie4_5_Moe Ernie4_5_MoE"},
    {"ernie4_5_vl_moe_text", "Ernie4_5_VLMoe Ernie4_5_VLMoeTextModel"},
    {"exaone", "Exaone"},
    {"exaone4", "Exaone4"},
    {"exaone4_5_text", "Exaone4 Exaone4_5TextModel"},
    {"exaone_moe", "ExaoneMoe ExaoneMoE"},
    {"falcon", "Falcon RW"},
    {"falcon_h1", "FalconH1"},
    {"falcon_mamba", "FalconMamba"},
    {"flex_olmo", "FlexOlmo"},
    {"gemma", "Gemma"},
    {"gemma2", "Gemma2"},
    {"gemma3_text", "Gemma3 Gemma3TextModel"},
    {"gemma3n_text", "Gemma3n Gemma3nTextModel"},
    {"gemma4_text", "Gemma4 Gemma4TextModel"},
    {"gemma4_unified_text", "Gemma4Unified Gemma4UnifiedTextModel"},
    {"git", "Grok1"},
    {"glm", "Glm"},
    {"glm4", "Glm4"},
    {"glm4_moe", "Glm4Moe"},
    {"glm4_moe_lite", "Glm4MoeLite"},
    {"glm4v_moe_text", "Glm4vMoeTextModel"},
    {"glm4v_text", "Glm4vTextModel"},
    {"glm_moe_dsa", "GlmMoeDsa"},
    {"gpt2", "GPT2LMHeadModel"},
    {"gpt_bigcode", "GPTBigCode GPTBigCodeLMHeadModel"},
    {"gpt_neo", "GPTNeo"},
    {"gpt_neox", "GPTNeoX"},
    {"gpt_oss", "GptOss"},
    {"gptj", "GPTJ"},
    {"granite", "Granite"},
    {"granitemoe", "GraniteMoe"},
    {"granitemoehybrid", "GraniteMoeHybrid"},
    {"granitemoeshared", "GraniteMoeShared"},
    {"grok-1", "Grok1 Grok1Model Grok"},
    {"helium", "Helium"},
    {"hrm_text", "HrmText HRMText"},
    {"hunyuan", "HunYuan HunYuanMoEV1 HunYuanMoE HunYuanDenseV1"},
    {"hunyuan_v1_dense", "HunYuanDenseV1"},
    {"hunyuan_v1_moe", "HunYuanMoEV1"},
    {"hy_v3", "HYV3"},
    {"hyperclovax", "HyperCLOVAX HyperClovaX"},
    {"internlm", "InternLM"},
    {"internlm2", "InternLM2"},
    {"internlm3", "InternLM3"},
    {"jais2", "Jais2"},
    {"jamba", "Jamba"},
    {"jetmoe", "JetMoe JetMoE"},
    {"kimi_k2", "KimiK2 DeepseekV3"},
    {"kimi_linear", "KimiLinear"},
    {"laguna", "Laguna"},
    {"lfm2", "Lfm2 LFM2"},
    {"lfm2_moe", "Lfm2Moe"},
    {"llada2_moe", "LLaDA2MoeModelLM LLaDA2MoeModel LLaDA2Moe"},
    {"llama", "Llama LLaMA VLlama3"},
    {"llama4_text", "Llama4 Llama4TextModel"},
    {"llama_moe", "LlamaMoE"},
    {"longcat_flash", "LongcatFlash LongcatCausalLM"},
    {"mamba", "Mamba MambaLMHeadModel"},
    {"mamba2", "Mamba2"},
    {"mellum", "Mellum"},
    {"mimo", "MiMo"},
    {"mimo_v2", "MiMoV2 MiMoV2Flash"},
    {"mimo_v2_flash", "MiMoV2Flash"},
    {"minicpm", "MiniCPM"},
    {"minicpm3", "MiniCPM3"},
    {"minimax", "MiniMax"},
    {"minimax_m1", "MiniMaxM1"},
    {"minimax_m2", "MiniMaxM2"},
    {"minimax_m3", "MiniMaxM3 MiniMaxM3Sparse"},
    {"minimax_m3_vl_text", "MiniMaxM3VLTextModel MiniMaxM3 MiniMaxM3Sparse"},
    {"minimax_text_01", "MiniMaxText01"},
    {"ministral", "Ministral"},
    {"ministral3", "Ministral3"},
    {"mistral", "Mistral"},
    {"mistral4", "Mistral4"},
    {"mixtral", "Mixtral"},
    {"mllama_text_model", "Mllama MllamaTextModel"},
    {"mpt", "Mpt MPT"},
    {"mt5", "MT5ForConditionalGeneration"},
    {"muse_glimmer_text", "MuseGlimmer MuseGlimmerTextModel"},
    {"nanochat", "NanoChat"},
    {"nemotron", "Nemotron"},
    {"nemotron-nas", "DeciLM"},
    {"nemotron_h", "NemotronH"},
    {"olmo", "Olmo"},
    {"olmo2", "Olmo2"},
    {"olmo3", "Olmo3"},
    {"olmo_hybrid", "OlmoHybrid"},
    {"olmoe", "Olmoe"},
    {"opt", "OPT"},
    {"orion", "Orion"},
    {"ouro", "Ouro"},
    {"phi", "Phi"},
    {"phi-msft", "Phi"},
    {"phi3", "Phi3"},
    {"phi3small", "Phi3Small"},
    {"phimoe", "Phimoe PhiMoE"},
    {"qwen", "QWenLMHeadModel"},
    {"qwen2", "Qwen2"},
    {"qwen2_5_omni_text", "Qwen2_5OmniThinkerTextModel"},
    {"qwen2_5_vl_text", "Qwen2_5_VLTextModel"},
    {"qwen2_moe", "Qwen2Moe"},
    {"qwen2_vl_text", "Qwen2VLTextModel"},
    {"qwen3", "Qwen3"},
    {"qwen3_5_moe_text", "Qwen3_5Moe Qwen3_5MoeTextModel"},
    {"qwen3_5_text", "Qwen3_5 Qwen3_5TextModel"},
    {"qwen3_asr_text", "Qwen3ASRTextModel"},
    {"qwen3_moe", "Qwen3Moe"},
    {"qwen3_next", "Qwen3Next"},
    {"qwen3_omni_moe_text", "Qwen3OmniMoeThinkerTextModel"},
    {"qwen3_vl_moe_text", "Qwen3VLMoeTextModel"},
    {"qwen3_vl_text", "Qwen3VLTextModel"},
    {"rwkv7", "RWKV7 Rwkv7"},
    {"seed_oss", "SeedOss"},
    {"skywork", "Skywork"},
    {"smollm3", "SmolLM3"},
    {"solar", "Solar"},
    {"solar_open", "SolarOpen"},
    {"stablelm", "StableLm StableLMEpoch"},
    {"stablelm_epoch", "StableLMEpoch"},
    {"starcoder2", "Starcoder2"},
    {"step3_text", "Step3Text"},
    {"step3p5", "Step3p5"},
    {"step3p7", "Step3p7 Step3p7Flash Step3p5"},
    {"switch_transformers", "SwitchTransformersForConditionalGeneration"},
    {"t5", "T5ForConditionalGeneration T5WithLMHeadModel"},
    {"telechat3", "TeleChat3"},
    {"teleflm", "TeleFLM"},
    {"vaultgemma", "VaultGemma"},
    {"xverse", "Xverse"},
    {"youtu", "Youtu"},
    {"youtu_llm", "Youtu YoutuLLM"},
    {"youtu_vl", "YoutuVL YoutuVLForConditionalGeneration"},
    {"zamba2", "Zamba2"},
    {"zaya", "Zaya"},
};

/// How a class name relates to a model_type.
enum class architecture_match {
  language_model,
  without_head,  // the base class, whose output head is not there
  other_head,    // the same family with another head
  other,
};

namespace detail {

inline architecture_row const* find_architectures(std::string_view model_type) {
  auto const row = std::ranges::find(architectures_by_type, model_type, &architecture_row::model_type);
  return row == std::end(architectures_by_type) ? nullptr : &*row;
}

/// The words of a row.
inline std::vector<std::string_view> classes_of(architecture_row const& row) {
  std::vector<std::string_view> words;
  for (std::string_view rest = row.classes; !rest.empty();) {
    std::size_t const end = std::min(rest.find(' '), rest.size());
    words.push_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return words;
}

inline architecture_match match_architecture(architecture_row const& row, std::string_view name) {
  architecture_match best = architecture_match::other;
  for (std::string_view const word : classes_of(row)) {
    if (!name.starts_with(word)) continue;
    std::string_view const head = name.substr(word.size());
    if (head.empty() || head == "ForCausalLM" || head == "ForConditionalGeneration")
      return architecture_match::language_model;
    if (head == "Model") best = architecture_match::without_head;
    if (head.starts_with("For") && best == architecture_match::other) best = architecture_match::other_head;
  }
  return best;
}

/// "'LlamaForCausalLM' or 'LLaMAForCausalLM'"
inline std::string known_architectures(architecture_row const& row) {
  std::string all;
  for (std::string_view const word : classes_of(row)) {
    bool const whole = word.ends_with("Model") || word.ends_with("LM") || word.ends_with("Generation");
    all += (all.empty() ? "" : " or ") + in_quotes(std::string(word) + (whole ? "" : "ForCausalLM"));
  }
  return all;
}

/// ", which is of model_type 'x'", or nothing.
inline std::string owner_of(std::string_view architecture) {
  for (architecture_row const& row : architectures_by_type)
    if (match_architecture(row, architecture) == architecture_match::language_model)
      return ", which is of model_type " + in_quotes(row.model_type);
  return {};
}

/// True for a class name that a generating model of an unlisted model_type may have.
inline bool is_generating(std::string_view architecture) {
  for (std::string_view const head : {"CausalLM", "LMHeadModel", "ForConditionalGeneration", "ForBlockDiffusion"})
    if (architecture.ends_with(head)) return true;
  return false;
}

}  // namespace detail

/// Checks that `architectures` names the language model that the model_type stands for: another class has other
/// weights, and so has another head. The base class is that model if the output head is the embedding, or if another
/// configuration, which has the head, nests this one.
/// \param tied the output head is the input embedding
inline void check_architectures(config_keys& keys, bool tied) {
  architecture_row const* const row = detail::find_architectures(keys.model_type());
  for (std::string const& name : keys.texts("architectures")) {
    architecture_match const match = row != nullptr                ? detail::match_architecture(*row, name)
                                     : detail::is_generating(name) ? architecture_match::language_model
                                                                   : architecture_match::other_head;
    if (match == architecture_match::language_model) continue;
    if (match == architecture_match::without_head && (tied || keys.inside())) continue;
    if (match == architecture_match::without_head)
      keys.refuse("architectures", "name a causal language model, since this one has no output head",
                  "got " + in_quotes(name));
    if (match == architecture_match::other_head)
      keys.refuse("architectures", "name a causal language model, since another head changes the count",
                  "got " + in_quotes(name));
    keys.refuse("architectures",
                "name " + detail::known_architectures(*row) + ", since another class may have other weights",
                "got " + in_quotes(name) + detail::owner_of(name));
  }
}

}  // namespace moetric::v0::io::hugging_face
