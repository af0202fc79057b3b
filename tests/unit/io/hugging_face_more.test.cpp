// Model types beyond those of the zoo, hybrids with latent experts, and what null means.
#include <string>

#include "catch.hpp"
#include "config_edits.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/io/hugging_face.hpp"
#include "more_family_configs.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;

namespace {

json config_of(std::string_view name) {
  for (family_config const& each : more_family_configs)
    if (each.name == name) return json::parse(each.config);
  throw std::logic_error("no such model in this test");
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

}  // namespace

TEST_CASE("more published models have their published sizes") {
  for (family_config const& each : more_family_configs) {
    CAPTURE(each.name, each.from);
    parameter_counts const got = count_parameters(io::parse_model(each.config));
    CHECK(got.total == each.total);
    CHECK(got.active == (each.active == 0 ? each.total : each.active));
  }
}

TEST_CASE("every number of these model types is held to its bounds") {
  for (family_config const& each : more_family_configs) {
    json const config = json::parse(each.config);
    for (char const* const key :
         {"hidden_size", "d_model", "n_embd", "vocab_size", "num_hidden_layers", "num_layers", "num_attention_heads",
          "num_experts", "n_routed_experts", "kv_lora_rank", "state_size", "conv_kernel", "num_decoder_layers",
          "relative_attention_num_buckets", "num_sparse_encoder_layers", "num_selects"}) {
      if (!config.contains(key) || (config["model_type"] == "mamba" && key == std::string("d_model"))) continue;
      for (json const& bad : {json(-1), json(1.5), json("8"), json(std::uint64_t{1} << 40)}) {
        CAPTURE(each.name, key, bad.dump());
        check_refused(with(config, {{key, bad}}), key, "must ");
      }
    }
    CHECK_THAT(refusal(with(config, {{"num_nextn_dummy_layers", 1}})), ContainsSubstring("be understood"));
  }
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

TEST_CASE("switches of these model types") {
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
  check_refused(with(small("kimi_linear"), {{"attn_res_block_size", 12}, {"hidden_act", "situ"}}),
                "attn_res_block_size", "be null");
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
  check_refused(with(t5, {{"architectures", {"T5EncoderModel"}}}), "architectures", "conditional generation");
  json const switch_8 = config_of("Switch-Base-8");
  CHECK(total(with(switch_8, {{"num_sparse_encoder_layers", 12}})) - total(switch_8) ==
        6ULL * (7 * 2 * 768 * 3072 + 768 * 8));
  CHECK(total(switch_8) - total(with(switch_8, {{"num_sparse_decoder_layers", 0}})) ==
        6ULL * (7 * 2 * 768 * 3072 + 768 * 8));
  check_refused(with(switch_8, {{"feed_forward_proj", "gated-gelu"}}), "feed_forward_proj", "not be gated");
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

TEST_CASE("towers of more wrappers are left out, and named where they are configurations") {
  json const phi = with(small("phi3_v"), {{"architectures", {"Phi3VForCausalLM"}},
                                          {"img_processor", {{"name", "clip_vision_model"}}},
                                          {"embd_layer", {{"projection_cls", "mlp"}}}});
  CHECK(total(phi) == total(small("phi3")));
  json const adapted =
      with(small("phi4mm"),
           {{"architectures", {"Phi4MMForCausalLM"}}, {"vision_lora", {{"r", 256}}}, {"speech_lora", {{"r", 320}}}});
  CHECK(total(adapted) == total(small("phi3")));
  json const omni = {{"model_type", "qwen2_5_omni"},
                     {"architectures", {"Qwen2_5OmniModel"}},
                     {"thinker_config",
                      {{"model_type", "qwen2_5_omni_thinker"},
                       {"text_config", with(small("qwen2_5_omni_text"), {{"tie_word_embeddings", false}})}}},
                     {"talker_config", {{"hidden_size", 896}}}};
  CHECK(total(omni) == total(small("qwen2")));
}
