// Configurations of many families, with the keys that their publishers write, give the sizes that were published.
#include <algorithm>
#include <string>
#include <string_view>

#include "catch.hpp"
#include "config_edits.hpp"
#include "family_configs.hpp"
#include "moetric/account/flops.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/io/hugging_face.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;

namespace {

json config_of(std::string_view name) {
  for (family_config const& each : family_configs)
    if (each.name == name) return json::parse(each.config);
  throw std::logic_error("no such model in this test");
}

json with_text(json config, json const& changes) {
  config["text_config"].update(changes);
  return config;
}

count total(json const& config) {
  return total_parameters(io::parse_model(config.dump()));
}

std::vector<std::string> notes(json const& config) {
  return io::import_model_text(config.dump()).notes;
}

json small(char const* model_type) {
  return {{"model_type", model_type}, {"hidden_size", 64},        {"intermediate_size", 128}, {"num_hidden_layers", 4},
          {"num_attention_heads", 4}, {"num_key_value_heads", 2}, {"head_dim", 16},           {"vocab_size", 1000}};
}

/// Numbers that change neither weights nor FLOPs, and those of layers or experts that a model does not have.
bool unread(std::string_view name, std::string_view key) {
  static constexpr std::string_view everywhere[] = {"dim_model_base",
                                                    "embedding_multiplier",
                                                    "ff_factor",
                                                    "first_last_k_dense_replace",
                                                    "inference_runner",
                                                    "layer_switch",
                                                    "logits_scaling",
                                                    "mamba_chunk_size",
                                                    "max_window_layers",
                                                    "moe_eval_capacity_factor",
                                                    "moe_min_capacity",
                                                    "moe_train_capacity_factor",
                                                    "mtp_transformer_layers",
                                                    "num_expert_groups",
                                                    "num_limited_groups",
                                                    "rotary_dim",
                                                    "scale_emb",
                                                    "seq_length",
                                                    "z_loss_weight"};
  if (std::ranges::find(everywhere, key) != std::end(everywhere)) return true;
  if (name == "GPT-J-6B") return key == "n_positions";
  if (name == "Qwen2-VL-2B") return key == "sliding_window";  // without use_sliding_window
  if (name == "Solar-Open-100B") return key == "intermediate_size";
  if (name == "Granite-4.0-Micro" && key.starts_with("mamba_")) return true;
  return name.starts_with("Granite-4.0-") && key == "num_experts_per_tok";
}

/// Forward FLOPs of scores and values for one sequence of 32 tokens, with half of the causal square.
count attention_core(json const& config) {
  return forward_flops(io::parse_model(config.dump()), {.length = 32}).by_term[term::attention_core];
}
// H(D+V) = 4x32 = 128 for each half pair; twice the pairs are 32² = 1024, and 2x32x8 - 8² = 448 in a window of 8.
constexpr std::uint64_t full_core = 128 * 1024;
constexpr std::uint64_t windowed_core = 128 * 448;

}  // namespace

TEST_CASE("published models of many families have their published sizes") {
  for (family_config const& each : family_configs) {
    CAPTURE(each.name, each.from);
    parameter_counts const got = count_parameters(io::parse_model(each.config));
    CHECK(got.total == each.total);
    CHECK(got.active == (each.active == 0 ? each.total : each.active));
    CHECK(got.mtp == 0);
  }
}

TEST_CASE("absent sizes of a nested configuration take the defaults of its class, and a note says so") {
  auto const gemma = notes(config_of("Gemma-3-4B"));
  REQUIRE(gemma.size() == 5);
  CHECK_THAT(gemma[0], ContainsSubstring("only the language model in 'text_config'"));
  CHECK_THAT(gemma[1], ContainsSubstring("'vocab_size' of model_type 'gemma3_text' is absent: 262208"));
  CHECK_THAT(gemma[2], ContainsSubstring("'num_attention_heads' of model_type 'gemma3_text' is absent: 8"));
  CHECK(notes(config_of("LLaVA-1.5-7B")).size() >= 5);

  // Not outside, where all sizes are written, and not when it is null.
  json const alone = with(config_of("Gemma-3-4B")["text_config"], {{"architectures", {"Gemma3ForCausalLM"}}});
  CHECK_THAT(refusal(alone), ContainsSubstring("key 'vocab_size' of model_type 'gemma3_text' must be present"));
  CHECK_THAT(refusal(with_text(config_of("Gemma-3-4B"), {{"num_attention_heads", nullptr}})),
             ContainsSubstring("be present, but is null"));
}

TEST_CASE("an outer configuration may repeat the sizes of its language model, and implies its model_type") {
  json const llava = config_of("LLaVA-1.5-7B");
  CHECK_THAT(refusal(with(llava, {{"vocab_size", 32063}})),
             ContainsSubstring("key 'vocab_size' of model_type 'llava' must be understood"));
  json nameless = llava;
  nameless["text_config"].erase("model_type");
  CHECK(io::parse_model(nameless.dump()) == io::parse_model(llava.dump()));

  auto const minimax = notes(config_of("MiniMax-M3"));
  REQUIRE(minimax.size() == 4);
  CHECK_THAT(minimax[0], ContainsSubstring("'minimax_m2' of 'text_config' is read as 'minimax_m3_vl_text'"));
  CHECK_THAT(minimax[1], ContainsSubstring("is counted, not 'img_token_compression_config', 'vision_config'"));
  CHECK_THAT(minimax[2], ContainsSubstring("modules of multi-token prediction"));
  CHECK_THAT(minimax[3], ContainsSubstring("blocks of 128"));
  CHECK_THAT(notes(config_of("Qwen2.5-Omni-7B")).at(1), ContainsSubstring("not 'talker_config', 'token2wav_config'"));
  CHECK_THAT(notes(config_of("Qwen2-VL-2B")).at(0),
             ContainsSubstring("only the language model of model_type 'qwen2_vl' is counted, not 'vision_config'"));
  CHECK_THAT(refusal(with(config_of("Qwen2-VL-2B"), {{"architectures", {"Qwen2VLForSequenceClassification"}}})),
             ContainsSubstring("name a generating model"));
  CHECK_THAT(refusal(with(config_of("Qwen2-VL-2B"), {{"num_experts", 4}})),
             ContainsSubstring("key 'num_experts' of model_type 'qwen2_vl_text' must be understood"));
  CHECK_THAT(refusal(with_text(config_of("Qwen2.5-VL-7B"), {{"architectures", {"Qwen2ForTokenClassification"}}})),
             ContainsSubstring("name a causal language model"));
}

TEST_CASE("an unknown model_type is answered with the closest known ones") {
  CHECK_THAT(refusal(small("minimax_m9")), ContainsSubstring("; did you mean minimax_m1, minimax_m2"));
  CHECK_THAT(refusal(small("gemma5_text")), ContainsSubstring("did you mean gemma"));
  CHECK(refusal(small("gemma3n_text")) == "moetric: key 'altup_num_inputs' of model_type 'gemma3n_text' must be one "
                                          "that this library can express, but means "
                                          "several streams of predictions and embeddings of each layer");
  for (auto const& family : io::hugging_face::unread_families)
    CHECK_THAT(refusal(small(std::string(family.model_type).c_str())), ContainsSubstring("this library can express"));
}

TEST_CASE("windows are in all but every n-th layer, unless the layers are named") {
  json const olmo = with(small("olmo3"), {{"sliding_window", 8}});
  CHECK(attention_core(olmo) == full_core + 3 * windowed_core);
  CHECK(attention_core(with(olmo, {{"sliding_window", nullptr}})) == 4 * full_core);
  json const named = {"sliding_attention", "full_attention", "full_attention", "full_attention"};
  CHECK(attention_core(with(olmo, {{"layer_types", named}})) == 3 * full_core + windowed_core);
  CHECK_THAT(refusal(with(olmo, {{"layer_types", named}, {"sliding_window", nullptr}})),
             ContainsSubstring("agree with the keys of the sliding window"));
  CHECK_THAT(refusal(with(olmo, {{"sliding_window_pattern", 2}})), ContainsSubstring("be understood"));

  json const exaone = with(small("exaone4"), {{"sliding_window", 8}, {"sliding_window_pattern", 2}});
  CHECK(attention_core(exaone) == 2 * full_core + 2 * windowed_core);
  CHECK(attention_core(without(exaone, "sliding_window_pattern")) == full_core + 3 * windowed_core);
  CHECK(attention_core(with(exaone, {{"sliding_window_pattern", "LLLG"}, {"layer_types", named}})) ==
        3 * full_core + windowed_core);
  CHECK_THAT(refusal(with(exaone, {{"sliding_window_pattern", "LLLG"}})), ContainsSubstring("be a whole number"));
  CHECK_THAT(refusal(with(exaone, {{"sliding_window_pattern", nullptr}})), ContainsSubstring("'layer_types' present"));

  CHECK(attention_core(with(small("cohere2"), {{"sliding_window", 8}})) == full_core + 3 * windowed_core);
  CHECK(attention_core(with(small("ministral"), {{"sliding_window", 8}})) == 4 * windowed_core);
  CHECK(attention_core(with(small("ministral"), {{"sliding_window", 8}, {"layer_types", named}})) ==
        3 * full_core + windowed_core);
  CHECK(attention_core(small("ministral3")) == 4 * full_core);
}

TEST_CASE("biases, norms and switches of a family are those of its keys") {
  // One layer: attention 12288, feed-forward 24576, two norms 128; embedding and head 1000x64, final norm 64.
  constexpr std::uint64_t base = 4 * (12288 + 24576 + 128) + 2 * 64000 + 64;
  CHECK(total(small("olmo")) == base - 9 * 64);                                             // no norm has weights
  CHECK(total(with(small("granite"), {{"mlp_bias", true}})) == base + 4 * (2 * 128 + 64));  // up, gate, down
  CHECK(total(small("glm4")) == base + 4 * (128 + 128));  // two norms more, biases on queries, keys and values
  CHECK(total(with(small("glm4"), {{"attention_bias", false}})) == base + 4 * 128);
  CHECK(total(small("internlm2")) == base + 4 * (128 + 64));
  CHECK(total(with(small("internlm2"), {{"bias", false}})) == base);
  CHECK(total(with(small("ernie4_5"), {{"use_bias", true}})) == base - 64000 + 4 * (128 + 64 + 2 * 128 + 64));
  CHECK(total(small("cohere")) == base - 64000 - 4 * 64);
  CHECK(total(with(small("cohere"), {{"use_qk_norm", true}})) == base - 64000 - 4 * 64 + 4 * (64 + 32));
  CHECK(total(small("stablelm")) == base + 9 * 64);  // LayerNorms with biases
  CHECK(total(with(small("stablelm"), {{"use_parallel_residual", true}})) == base + 9 * 64 - 4 * 128);
  CHECK(total(with(small("stablelm"), {{"use_qkv_bias", true}, {"qk_layernorm", true}})) == base + 9 * 64 + 4 * 224);
  CHECK(total(small("seed_oss")) == base + 4 * 128);
  CHECK(total(with(small("seed_oss"), {{"attention_bias", false}, {"attention_out_bias", true}})) == base + 4 * 64);
  CHECK_THAT(refusal(with(small("cohere2"), {{"use_parallel_block", false}})), ContainsSubstring("must be true"));
  CHECK_THAT(refusal(with(small("apertus"), {{"hidden_act", "silu"}})), ContainsSubstring("must be 'xielu'"));
  CHECK_THAT(refusal(with(small("starcoder2"), {{"norm_type", "rmsnorm"}})), ContainsSubstring("be 'layer_norm'"));
  CHECK_THAT(refusal(with_text(config_of("GLM-4.1V-9B"), {{"attention_bias", false}})),
             ContainsSubstring("always has these biases"));

  // Classic families: all biases of a layer are those of attention, 4x64, and of the feed-forward, 256 + 64.
  json const neox = without(small("gpt_neox"), "head_dim");
  CHECK(total(without(neox, "num_key_value_heads")) -
            total(with(without(neox, "num_key_value_heads"), {{"attention_bias", false}})) ==
        4 * 4 * 64);
  json opt = {{"model_type", "opt"},          {"hidden_size", 64},  {"ffn_dim", 256},
              {"num_hidden_layers", 4},       {"vocab_size", 1000}, {"num_attention_heads", 4},
              {"max_position_embeddings", 32}};
  CHECK(total(opt) - total(with(opt, {{"enable_bias", false}})) == 4 * (4 * 64 + 256 + 64));
  CHECK(total(opt) - total(with(opt, {{"layer_norm_elementwise_affine", false}})) == 9 * 128);
  CHECK_THAT(refusal(with(opt, {{"word_embed_proj_dim", 32}})), ContainsSubstring("be 64, but got 32"));
  json const phi = without(small("phi"), "head_dim");
  CHECK(total(with(phi, {{"num_key_value_heads", 4}})) - total(phi) == 4 * 2 * (64 * 32 + 32));
  CHECK(total(with(phi, {{"qk_layernorm", true}})) - total(phi) == 4 * 2 * 2 * 16);
  json const bloom = {{"model_type", "bloom"}, {"n_embed", 64}, {"n_layer", 2}, {"n_head", 4}, {"vocab_size", 1000}};
  CHECK(total(with(bloom, {{"hidden_size", 64}, {"num_attention_heads", 4}})) == total(bloom));
  CHECK_THAT(refusal(with(bloom, {{"hidden_size", 32}})), ContainsSubstring("equal 'hidden_size'"));
  json const falcon = config_of("Falcon-40B");
  CHECK(total(with(falcon, {{"num_ln_in_parallel_attn", 1}})) == total(falcon) - 60 * 2 * 8192);
  CHECK_THAT(refusal(with(falcon, {{"parallel_attn", false}})), ContainsSubstring("'new_decoder_architecture'"));
  CHECK_THAT(refusal(with(config_of("Falcon-RW-1B"), {{"num_ln_in_parallel_attn", 2}})), ContainsSubstring("be 1"));
  json const coder = config_of("StarCoder");  // 47 more heads of keys and values, each of 128 with biases
  CHECK(total(with(coder, {{"multi_query", false}})) - total(coder) == 40ULL * 2 * 47 * 128 * (6144 + 1));
}

TEST_CASE("experts of a family are in the layers that its keys say") {
  json const m2 = config_of("MiniMax-M2");
  json kinds = m2["attn_type_list"];
  kinds[5] = 0;
  CHECK_THAT(refusal(with(m2, {{"attn_type_list", kinds}})), ContainsSubstring("hold 1 only"));
  CHECK_THAT(refusal(with(m2, {{"qk_norm_type", "per_head"}})), ContainsSubstring("be 'per_layer'"));
  CHECK_THAT(refusal(with(m2, {{"shared_intermediate_size", 512}})), ContainsSubstring("be 0, but got 512"));
  CHECK_THAT(refusal(with(m2, {{"use_routing_bias", false}})), ContainsSubstring("correction bias"));
  CHECK_THAT(notes(m2).at(0), ContainsSubstring("the published weights hold none"));
  json const ernie = {{"model_type", "ernie4_5_moe"}, {"hidden_size", 64},           {"intermediate_size", 128},
                      {"num_hidden_layers", 2},       {"num_attention_heads", 4},    {"num_key_value_heads", 2},
                      {"vocab_size", 1000},           {"moe_num_experts", 4},        {"moe_k", 2},
                      {"moe_intermediate_size", 32},  {"moe_num_shared_experts", 1}, {"moe_layer_start_index", 1},
                      {"moe_layer_interval", 1},      {"use_rmsnorm", true},         {"num_nextn_predict_layers", 1}};
  CHECK_THAT(notes(ernie).back(), ContainsSubstring("the modelling code has none"));
  CHECK_THAT(refusal(with(ernie, {{"use_rmsnorm", false}})), ContainsSubstring("key 'use_rmsnorm'"));
  CHECK_THAT(refusal(with(ernie, {{"moe_num_experts", {4, 4}}})), ContainsSubstring("be a whole number"));

  json const m3 = config_of("MiniMax-M3");
  json values = m3["text_config"]["sparse_attention_config"];
  values["sparse_disable_index_value"][59] = 0;
  CHECK_THAT(refusal(with_text(m3, {{"sparse_attention_config", values}})), ContainsSubstring("index values"));
  values = m3["text_config"]["sparse_attention_config"];
  values["sparse_value_dim"] = 64;
  CHECK_THAT(refusal(with_text(m3, {{"sparse_attention_config", values}})),
             ContainsSubstring("key 'sparse_value_dim' of model_type 'minimax_m3_vl_text' must be understood"));
  CHECK_THAT(refusal(with_text(m3, {{"use_index_cache", true}})), ContainsSubstring("'use_index_cache'"));

  json const dots = config_of("dots.llm1");
  CHECK_THAT(refusal(with(dots, {{"sliding_window", 4096}, {"max_window_layers", 21}})),
             ContainsSubstring("'max_window_layers'"));
  json const ocr = config_of("DeepSeek-OCR")["language_config"];
  json latent = {{"use_mla", true},         {"q_lora_rank", nullptr}, {"kv_lora_rank", 512},
                 {"qk_nope_head_dim", 128}, {"qk_rope_head_dim", 64}, {"v_head_dim", 128}};
  json by_list = json::array();
  for (int i = 0; i != 12; ++i) by_list.push_back(i == 0 ? 0 : 1);
  CHECK(io::parse_model(with(with(ocr, latent), {{"moe_layer_freq", by_list}}).dump()) ==
        io::parse_model(with(ocr, latent).dump()));
  by_list[11] = 0;  // one layer with a dense feed-forward for one with experts
  CHECK(total(ocr) - total(with(ocr, {{"moe_layer_freq", by_list}})) == 66 * 3440640 + 81920 - 26296320);
  CHECK_THAT(refusal(with(ocr, {{"kv_lora_rank", 512}})), ContainsSubstring("key 'kv_lora_rank'"));
  CHECK_THAT(refusal(with(ocr, {{"lm_head", false}})), ContainsSubstring("key 'lm_head'"));

  json const exaone = config_of("K-EXAONE-236B-A23B");
  json flags = json::array();
  json names = json::array();
  for (int i = 0; i != 48; ++i) {
    flags.push_back(i != 0);
    names.push_back(i == 0 ? "dense" : "sparse");
  }
  model const from_number = io::parse_model(exaone.dump());
  CHECK(io::parse_model(with(exaone, {{"is_moe_layer", flags}}).dump()) == from_number);
  CHECK(io::parse_model(with(exaone, {{"mlp_layer_types", names}}).dump()) == from_number);
  CHECK_THAT(refusal(with(exaone, {{"is_moe_layer", {true}}})), ContainsSubstring("but got 1 and 48"));
  CHECK_THAT(refusal(with(exaone, {{"is_moe_layer", {1}}})), ContainsSubstring("an array of true and false"));
  CHECK_THAT(notes(with(exaone, {{"num_nextn_predict_layers", 1}})).at(0), ContainsSubstring("not counted"));

  json const laguna = config_of("Laguna-XS.2");  // ten layers of 48 heads without a window, thirty of 64 with one
  CHECK(attention_core(with(laguna, {{"sliding_window", 8}})) == (10ULL * 48 * 1024 + 30ULL * 64 * 448) * 2 * 128);
  CHECK_THAT(refusal(with(laguna, {{"num_attention_heads_per_layer", {48}}})), ContainsSubstring("but got 1 and 40"));
  CHECK_THAT(refusal(with(laguna, {{"num_key_value_heads", 6}})), ContainsSubstring("but got 64 and 6"));
  CHECK_THAT(refusal(with(config_of("JetMoE-8B"), {{"num_attention_heads", 16}})), ContainsSubstring("be 32"));

  // Jamba: one expert is none. Two layers of Mamba with an inner width of 128, state 4, rank 4 and convolution 4.
  json const jamba = {
      {"model_type", "jamba"},       {"hidden_size", 64},        {"intermediate_size", 128}, {"num_hidden_layers", 2},
      {"num_attention_heads", 4},    {"num_key_value_heads", 2}, {"attn_layer_period", 4},   {"attn_layer_offset", 3},
      {"expert_layer_period", 2},    {"expert_layer_offset", 1}, {"num_experts", 1},         {"num_experts_per_tok", 1},
      {"mamba_expand", 2},           {"mamba_d_state", 4},       {"mamba_d_conv", 4},        {"mamba_dt_rank", 4},
      {"tie_word_embeddings", true}, {"vocab_size", 1000}};
  constexpr std::uint64_t mamba = 64 * 256 + 128 * 5 + 128 * 12 + 4 * 128 + 128 + 128 * 4 + 128 + 128 * 64 + 12;
  CHECK(total(jamba) == 64000 + 2 * (mamba + 24576 + 128) + 64);
  CHECK(total(with(jamba, {{"num_experts", 4}})) == 64000 + 2 * (mamba + 24576 + 128) + 64 + 3 * 24576 + 4 * 64);

  json const arctic = config_of("Arctic");
  CHECK_THAT(refusal(without(arctic, "parallel_attn_mlp_res")), ContainsSubstring("key 'parallel_attn_mlp_res'"));
  // Every second layer: without router, 127 experts, the dense feed-forward beside them and its norm.
  CHECK(total(arctic) - total(with(arctic, {{"moe_layer_frequency", 2}})) ==
        18ULL * (127ULL * 3 * 7168 * 4864 + 7168 * 128 + 3ULL * 7168 * 7168 + 7168));
  CHECK(total(config_of("Granite with shared experts")) -
            total(with(config_of("Granite with shared experts"), {{"shared_intermediate_size", 0}})) ==
        32 * 3 * 1536 * 1024);
}

TEST_CASE("every number of these families is held to its bounds, or known to change nothing") {
  for (family_config const& each : family_configs) {
    json const config = json::parse(each.config);
    if (!config.contains("vocab_size") || !io::hugging_face::language_model_key(config).empty()) continue;
    std::string const model_type = io::import_model_text(each.config).model_type;
    for (auto const& [key, value] : config.items()) {
      if (!value.is_number_integer() || io::hugging_face::is_harmless(key) ||
          io::hugging_face::detail::is_of_a_tower(key) || unread(each.name, key))
        continue;
      for (json const& bad : {json(-1), json(1e18), json("8"), json(std::uint64_t{1} << 40)}) {
        CAPTURE(each.name, key, bad.dump());
        CHECK_THAT(refusal(with(config, {{key, bad}})),
                   ContainsSubstring("key '" + key + "' of model_type '" + model_type + "' must "));
      }
    }
    CHECK_THAT(refusal(with(config, {{"num_nextn_dummy_layers", 1}})), ContainsSubstring("be understood"));
  }
}
