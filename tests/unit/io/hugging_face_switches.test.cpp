// What keys of many families switch: windows, biases, norms, experts, layers of hybrids; and what null means.
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "config_edits.hpp"
#include "moetric/account/flops.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/io/hugging_face.hpp"
#include "moetric/io/hugging_face/families.hpp"
#include "published_configs.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;

namespace {

json config_of(std::string_view name) {
  for (published_config const& each : published_configs)
    if (each.name == name) return json::parse(each.config);
  throw std::logic_error("no such model in published_configs.hpp");
}

json with_text(json config, json const& changes) {
  config["text_config"].update(changes);
  return config;
}
std::vector<std::string> notes(json const& config) {
  return io::import_model_text(config.dump()).notes;
}
parameter_counts counts(json const& config) {
  return count_parameters(io::parse_model(config.dump()));
}
count total(json const& config) {
  return counts(config).total;
}
void check_refused(json const& config, char const* key, char const* rule) {
  CAPTURE(key, rule);
  CHECK_THAT(refusal(config), ContainsSubstring("key '" + std::string(key) + "'") && ContainsSubstring(rule));
}

json small(char const* model_type) {
  return {{"model_type", model_type}, {"hidden_size", 64},        {"intermediate_size", 128}, {"num_hidden_layers", 4},
          {"num_attention_heads", 4}, {"num_key_value_heads", 2}, {"head_dim", 16},           {"vocab_size", 1000}};
}
constexpr std::uint64_t embeddings = 2 * 64 * 1000 + 64;  // with a head and the final norm

/// Nemotron 3 with four layers: Mamba-2, experts, attention, experts.
json nemotron() {
  return {{"model_type", "nemotron_h"},
          {"hidden_size", 64},
          {"vocab_size", 1000},
          {"layers_block_type", {"mamba", "moe", "attention", "moe"}},
          {"num_attention_heads", 4},
          {"num_key_value_heads", 2},
          {"head_dim", 16},
          {"mamba_num_heads", 8},
          {"mamba_head_dim", 16},
          {"n_groups", 2},
          {"ssm_state_size", 4},
          {"conv_kernel", 4},
          {"n_routed_experts", 8},
          {"num_experts_per_tok", 2},
          {"n_shared_experts", 1},
          {"moe_intermediate_size", 32},
          {"moe_latent_size", 16},
          {"moe_shared_expert_intermediate_size", 48},
          {"mlp_hidden_act", "relu2"},
          {"moe_shared_expert_overlap", true},
          {"time_step_limit", {0, 1e308}}};
}
// in 64x(2x128 + 2x8 + 8), convolution (128 + 16)x5, three vectors of 8, norm 128, out 128x64; one norm for each layer.
constexpr std::uint64_t mamba = 64 * 280 + 144 * 5 + 3 * 8 + 128 + 128 * 64 + 64;
constexpr std::uint64_t attention = 2 * 64 * 64 + 2 * 64 * 32 + 64;
// 8 experts of two 16x32 matrices, down to 16 and up again, one shared of two 64x48, router 64x8 with its correction.
constexpr std::uint64_t moe = 8 * 2 * 16 * 32 + 2 * 64 * 16 + 2 * 64 * 48 + 64 * 8 + 8 + 64;

/// Forward FLOPs of scores and values for one sequence of 32 tokens, with half of the causal square.
count attention_core(json const& config) {
  return forward_flops(io::parse_model(config.dump()), {.length = 32}).by_term[term::attention_core];
}
// H(D+V) = 4x32 = 128 for each half pair; twice the pairs are 32² = 1024, and 2x32x8 - 8² = 448 in a window of 8.
constexpr std::uint64_t full_core = 128 * 1024;
constexpr std::uint64_t windowed_core = 128 * 448;

}  // namespace

TEST_CASE("an unknown model_type is answered with what is missing, never with another architecture") {
  CHECK(refusal(small("minimax_m9")) ==
        "moetric: model_type must be one of " + std::to_string(io::known_model_types().size()) +
            " known ones, but got 'minimax_m9', whose modelling code is not known here");
  for (char const* const similar : {"falcon_h2", "mellum3", "gemma5_text", "qwen4"})
    CHECK_THAT(refusal(small(similar)), !ContainsSubstring("did you mean"));
  CHECK_THAT(refusal(small("GPT-OSS")), ContainsSubstring("but got 'GPT-OSS'; did you mean gpt_oss?"));
  CHECK_THAT(refusal(small("Qwen3Moe")), ContainsSubstring("did you mean qwen3_moe?"));
  CHECK(refusal(small("recurrent_gemma")) == "moetric: model_type 'recurrent_gemma' must have only layers that this "
                                             "library can express, but has gated linear recurrences");
  for (auto const& family : io::hugging_face::unread_families)
    CHECK_THAT(refusal(small(std::string(family.model_type).c_str())), ContainsSubstring("this library can express"));
  std::ifstream page(MOETRIC_SOURCE_DIR "/docs/tool.md");
  std::string const prose{std::istreambuf_iterator<char>(page), {}};
  CHECK_THAT(prose, ContainsSubstring("reads " + std::to_string(io::known_model_types().size()) + " values of"));
  CHECK_THAT(refusal({{"model_type", "some_vl"}, {"text_config", small("some_text")}}),
             ContainsSubstring("but got 'some_text' inside another configuration"));
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
  CHECK(attention_core(with(exaone, {{"sliding_window_pattern", "LLLG"}})) == full_core + 3 * windowed_core);
  CHECK_THAT(refusal(with(exaone, {{"sliding_window_pattern", "LLXG"}})),
             ContainsSubstring("the letters L and G only"));
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
  constexpr std::uint64_t mamba_weights = 64 * 256 + 128 * 5 + 128 * 12 + 4 * 128 + 128 + 128 * 4 + 128 + 128 * 64 + 12;
  CHECK(total(jamba) == 64000 + 2 * (mamba_weights + 24576 + 128) + 64);
  CHECK(total(with(jamba, {{"num_experts", 4}})) ==
        64000 + 2 * (mamba_weights + 24576 + 128) + 64 + 3 * 24576 + 4 * 64);

  json const arctic = config_of("Arctic");
  CHECK_THAT(refusal(without(arctic, "parallel_attn_mlp_res")), ContainsSubstring("key 'parallel_attn_mlp_res'"));
  // Every second layer: without router, 127 experts, the dense feed-forward beside them and its norm.
  CHECK(total(arctic) - total(with(arctic, {{"moe_layer_frequency", 2}})) ==
        18ULL * (127ULL * 3 * 7168 * 4864 + 7168 * 128 + 3ULL * 7168 * 7168 + 7168));
  CHECK(total(config_of("Granite with shared experts")) -
            total(with(config_of("Granite with shared experts"), {{"shared_intermediate_size", 0}})) ==
        32 * 3 * 1536 * 1024);
}

TEST_CASE("a null is refused where the modelling code would read it as false, and the class means true") {
  for (char const* const model_type : {"falcon", "opt", "gpt_bigcode", "smollm3", "seed_oss"}) {
    json const config = {{"model_type", model_type},
                         {"multi_query", nullptr},
                         {"enable_bias", nullptr},
                         {"tie_word_embeddings", nullptr},
                         {"attention_bias", nullptr},
                         {"hidden_size", 64},
                         {"n_embd", 64},
                         {"num_hidden_layers", 2},
                         {"n_layer", 2},
                         {"num_attention_heads", 4},
                         {"num_key_value_heads", 4},
                         {"n_head", 4},
                         {"vocab_size", 1000},
                         {"intermediate_size", 128},
                         {"ffn_dim", 128},
                         {"max_position_embeddings", 64},
                         {"word_embed_proj_dim", 64},
                         {"n_positions", 64}};
    CAPTURE(model_type);
    CHECK_THAT(refusal(config), ContainsSubstring("must be true or false, but is null"));
  }
  CHECK(refusal(with(small("llama"), {{"tie_word_embeddings", nullptr}, {"attention_bias", nullptr}})).empty());
  check_refused(with(small("qwen3"), {{"head_dim", nullptr}}), "head_dim", "be a number or absent");
  CHECK(refusal(with(small("llama"), {{"head_dim", nullptr}})).empty());
}

TEST_CASE("Nemotron's layers are letters or names, its experts may work in a latent width") {
  CHECK(total(nemotron()) == embeddings + mamba + attention + 2 * moe);
  CHECK(counts(nemotron()).active == embeddings + mamba + attention + 2 * (moe - 6 * 2 * 16 * 32));
  json const letters = with(without(nemotron(), "layers_block_type"), {{"hybrid_override_pattern", "ME*E"}});
  CHECK(io::parse_model(letters.dump()) == io::parse_model(nemotron().dump()));
  json const newer = with(nemotron(), {{"layers_block_type", {"linear_attention", "moe", "full_attention", "moe"}}});
  CHECK(io::parse_model(newer.dump()) == io::parse_model(nemotron().dump()));
  CHECK(total(with(nemotron(), {{"num_hidden_layers", 4}})) == total(nemotron()));
  // Experts of the model's own width.
  CHECK(total(with(nemotron(), {{"moe_latent_size", nullptr}})) ==
        total(nemotron()) + 2 * (8 * 2 * 48 * 32) - 2 * (2 * 64 * 16));
  // A module: projection 128x64, three norms, attention, experts.
  json const module =
      with(nemotron(), {{"num_nextn_predict_layers", 1}, {"mtp_layers_block_type", {"attention", "moe"}}});
  CHECK(counts(module).mtp == 128 * 64 + 3 * 64 + attention + moe);
  CHECK(counts(with(nemotron(), {{"num_nextn_predict_layers", 1}, {"mtp_hybrid_override_pattern", "*E"}})).mtp ==
        counts(module).mtp);

  check_refused(with(nemotron(), {{"hybrid_override_pattern", "MEE*"}}), "layers_block_type", "agree with");
  check_refused(with(letters, {{"hybrid_override_pattern", "MEX*"}}), "hybrid_override_pattern", "hold the letters");
  check_refused(without(letters, "hybrid_override_pattern"), "hybrid_override_pattern", "be present");
  check_refused(with(nemotron(), {{"num_hidden_layers", 5}}), "hybrid_override_pattern", "got 4 and 5");
  check_refused(with(nemotron(), {{"layers_block_type", {"mamba", "conv"}}}), "layers_block_type", "got 'conv'");
  check_refused(with(module, {{"mtp_layers_block_type", {"moe"}}}), "mtp_hybrid_override_pattern", "be '*E'");
  check_refused(with(nemotron(), {{"attention_bias", true}}), "attention_bias", "disagree");
  check_refused(with(nemotron(), {{"moe_latent_size", 0}}), "moe_latent_size", "be from 1");
}

TEST_CASE("blocks found by search have heads and widths of their own") {
  json const searched = config_of("Llama-3.3-Nemotron with three blocks");
  auto const changed = [&searched](json::json_pointer const& where, json const& value) {
    json config = searched;
    config[where] = value;
    return config;
  };
  using pointer = json::json_pointer;
  check_refused(changed(pointer("/block_configs/0/attention/replace_with_linear"), true), "replace_with_linear",
                "be false");
  check_refused(changed(pointer("/block_configs/0/attention/window_length"), 8), "window_length", "be null");
  check_refused(changed(pointer("/block_configs/0/attention/n_heads_in_group"), 3), "num_attention_heads",
                "be divisible");
  check_refused(changed(pointer("/block_configs/0/ffn/ffn_mult"), -1), "ffn_mult", "be a positive number");
  check_refused(changed(pointer("/block_configs/0/ffn/ffn_mult"), 1e300), "ffn_mult", "be a positive number");
  check_refused(changed(pointer("/block_configs/1"), 7), "block_configs", "hold objects only");
  check_refused(changed(pointer("/num_hidden_layers"), 2), "block_configs", "got 3 and 2");
  check_refused(without(searched, "block_configs"), "block_configs", "is missing");
  check_refused(with(searched, {{"num_key_value_heads", 8}}), "num_key_value_heads", "be null");
  json widths = changed(pointer("/block_configs/0/ffn/ffn_mult"), nullptr);
  widths["block_configs"][0]["ffn"]["intermediate_size"] = 512;
  CHECK(total(widths) == total(searched));
}

TEST_CASE("switches of single model types") {
  check_refused(with(config_of("Grok-2"), {{"architectures", {"GitForCausalLM"}}}), "architectures",
                "Grok1ForCausalLM");
  check_refused(with(config_of("Grok-2"), {{"sliding_window_size", 64}}), "sliding_window_size", "be -1");
  check_refused(without(config_of("Grok-1"), "tie_word_embeddings"), "tie_word_embeddings", "be present");
  CHECK(total(config_of("Grok-2")) - total(with(config_of("Grok-2"), {{"residual_moe", false}})) ==
        64ULL * 3 * 8192 * 32768);
  check_refused(without(config_of("DeepSeek-V4-Flash by another name"), "architectures"), "architectures",
                "name 'DeepseekV4ForCausalLM'");
  check_refused(without(config_of("DeepSeek-V4-Flash by another name"), "num_hash_layers"), "num_hash_layers",
                "be present");
  check_refused(with(config_of("DeepSeek-V4-Flash by another name"), {{"n_shared_experts", 2}}), "n_shared_experts",
                "be 1");
  check_refused(with(config_of("MPT-7B"), {{"no_bias", false}}), "no_bias", "be true");
  check_refused(with(config_of("MPT-7B"), {{"attn_config", {{"qk_ln", true}}}}), "qk_ln", "be false");
  check_refused(with(config_of("MPT-7B"), {{"attn_config", {{"attn_type", "grouped_query_attention"}}}}), "attn_type",
                "be 'multihead_attention'");
  check_refused(with(config_of("MPT-7B"), {{"expansion_ratio", 8}}), "expansion_ratio", "be 4");
  check_refused(without(config_of("a small CWM"), "layer_types"), "layer_types", "be present");
  check_refused(without(config_of("a small Jais 2"), "mlp_bias"), "mlp_bias", "be present");
  check_refused(with(config_of("InternLM3-8B"), {{"bias", true}}), "bias", "be false");
  check_refused(with(config_of("Qwen-7B"), {{"intermediate_size", 22015}}), "intermediate_size", "be even");
  check_refused(with(config_of("LLaMA-MoE-3.5B"), {{"gate_add_noise", false}}), "gate_add_noise", "be true");
  check_refused(with(config_of("LLaMA-MoE-3.5B"), {{"size_experts", {{1, 2}}}}), "size_experts", "everywhere");
  CHECK(total(config_of("a small HyperCLOVA X")) -
            total(with(config_of("a small HyperCLOVA X"), {{"use_post_norm", false}})) ==
        4 * 2 * 64);
  // A table of 32 buckets for each of 8 heads in each stack; a norm after the encoder.
  json const t5 = config_of("T5-small");
  CHECK(total(t5) - total(with(t5, {{"relative_attention_num_buckets", 31}})) == 2 * 8);
  CHECK(total(with(t5, {{"num_decoder_layers", 7}})) - total(t5) == 8 * 512 * 512 + 2 * 512 * 2048 + 3 * 512);
  check_refused(with(t5, {{"architectures", {"T5EncoderModel"}}}), "architectures",
                "name 'T5ForConditionalGeneration' or 'T5WithLMHeadModel'");
  json const switch_8 = config_of("Switch-Base-8");
  // The steps decide where a file has them; else a number of 0 still leaves the second layer its experts, as
  // transformers 4.36 to 5.16 build it.
  json const by_number = without(without(switch_8, "encoder_sparse_step"), "decoder_sparse_step");
  CHECK(total(by_number) == total(switch_8));
  CHECK(total(with(switch_8, {{"num_sparse_encoder_layers", 12}})) == total(switch_8));
  CHECK(total(with(by_number, {{"num_sparse_encoder_layers", 12}})) - total(switch_8) ==
        6ULL * (7 * 2 * 768 * 3072 + 768 * 8));
  CHECK(total(switch_8) - total(with(by_number, {{"num_sparse_decoder_layers", 0}})) ==
        5ULL * (7 * 2 * 768 * 3072 + 768 * 8));
  check_refused(without(switch_8, "num_decoder_layers"), "num_decoder_layers", "be present");
  check_refused(with(t5, {{"is_gated_act", true}}), "is_gated_act", "agree with 'feed_forward_proj'");
  check_refused(with(switch_8, {{"feed_forward_proj", "gated-gelu"}, {"is_gated_act", true}}), "feed_forward_proj",
                "not be gated");
  check_refused(with(switch_8, {{"num_selected_experts", 2}}), "num_selected_experts", "be 1");
  // `expand` does not decide where the width is given, and a rank follows from d_model.
  json const mamba_130m = config_of("Mamba-130M");
  CHECK(total(with(mamba_130m, {{"expand", 4}})) == total(mamba_130m));
  CHECK(total(without(mamba_130m, "intermediate_size")) == total(mamba_130m));
  CHECK(total(with(mamba_130m, {{"time_step_rank", "auto"}})) == total(mamba_130m));
  check_refused(with(mamba_130m, {{"use_bias", true}}), "use_bias", "be false");
  check_refused(with(config_of("Mamba-Codestral-7B"), {{"num_heads", 64}}), "num_heads", "multiplied with 'head_dim'");
  CHECK(total(without(config_of("MiniCPM3-4B"), "qk_head_dim")) == 4073875968);
  check_refused(with(config_of("a small Youtu-LLM"), {{"mlp_bias", true}}), "mlp_bias", "be false");
}
