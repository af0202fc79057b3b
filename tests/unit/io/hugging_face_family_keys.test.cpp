// config.json of Hunyuan, Ling, GLM-5, Step and MiMo: what each of their keys changes, and which are refused.
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "config_edits.hpp"
#include "moetric/account/flops.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/io/hugging_face.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;

namespace {

io::imported_model import(json const& config) {
  return io::import_model_text(config.dump());
}
count total(json const& config) {
  return total_parameters(import(config).model);
}
count active(json const& config) {
  return active_parameters(import(config).model);
}
count mtp_parameters(json const& config) {
  return count_parameters(import(config).model).mtp;
}
count attention_core(json const& config) {
  return forward_flops(import(config).model, {.length = 32}).by_term[term::attention_core];
}
bool has_notes(json const& config) {
  return !import(config).notes.empty();
}

void check_refused(json const& config, std::string_view key, std::string const& rest) {
  CHECK_THAT(refusal(config),
             ContainsSubstring("moetric: key '" + std::string(key) + "' of ") && ContainsSubstring(" must " + rest));
}

// One layer: q 64x64, k and v 64x32, o 64x64; gated feed-forward 3x64x128; two norms.
constexpr std::uint64_t attention = 12288, ffn = 24576, norms = 128;
constexpr std::uint64_t outside = 2 * 64000 + 64;  // embedding and head 1000x64 each, final norm 64
constexpr std::uint64_t dense_total = 3 * (attention + ffn + norms) + outside;
constexpr std::uint64_t expert = 3 * 64 * 16;
constexpr std::uint64_t head_norms = 2 * 16;

json small(char const* model_type) {
  return {{"model_type", model_type}, {"hidden_size", 64},        {"intermediate_size", 128}, {"num_hidden_layers", 3},
          {"num_attention_heads", 4}, {"num_key_value_heads", 2}, {"head_dim", 16},           {"vocab_size", 1000}};
}

json hunyuan() {
  return with(without(small("hunyuan"), "head_dim"), {{"attention_head_dim", 16},
                                                      {"num_experts", 8},
                                                      {"moe_topk", 2},
                                                      {"moe_intermediate_size", 16},
                                                      {"num_shared_expert", 1},
                                                      {"use_mixed_mlp_moe", true}});
}
// 8 routed experts and a shared one, router 64x8.
constexpr std::uint64_t hunyuan_moe = 9 * expert + 512;
constexpr std::uint64_t hunyuan_total = 3 * (attention + norms + hunyuan_moe) + outside;

json hy_v3() {
  return with(
      small("hy_v3"),
      {{"num_experts", 8}, {"num_experts_per_tok", 2}, {"moe_intermediate_size", 16}, {"num_shared_experts", 1}});
}

json bailing(char const* model_type, char const* architecture) {
  return with(small(model_type), {{"architectures", {architecture}},
                                  {"num_experts", 8},
                                  {"num_experts_per_tok", 2},
                                  {"moe_intermediate_size", 16},
                                  {"num_shared_experts", 1},
                                  {"first_k_dense_replace", 1},
                                  {"use_qk_norm", true},
                                  {"moe_router_enable_expert_bias", true}});
}
// 8 routed experts and a shared one, router 64x8 and its correction bias.
constexpr std::uint64_t corrected_moe = 9 * expert + 512 + 8;

json ling_2() {
  return with(bailing("bailing_moe", "BailingMoeV2ForCausalLM"), {{"n_group", 4}, {"topk_group", 2}});
}
constexpr std::uint64_t ling_2_total = 3 * (attention + head_norms + norms) + ffn + 2 * corrected_moe + outside;

// q 64x24 + 24x(4x12), norm 24; kv 64x(16+4) + 16x(4x16), norm 16; o (4x8)x64.
constexpr std::uint64_t latent_attention = 1536 + 1152 + 24 + 1280 + 1024 + 16 + 2048;
json latent(json const& config) {
  return with(
      config,
      {{"q_lora_rank", 24}, {"kv_lora_rank", 16}, {"qk_nope_head_dim", 8}, {"qk_rope_head_dim", 4}, {"v_head_dim", 8}});
}

json glm_5() {
  return with(latent(without(small("glm_moe_dsa"), "head_dim")), {{"num_key_value_heads", 4},
                                                                  {"n_routed_experts", 8},
                                                                  {"n_shared_experts", 1},
                                                                  {"num_experts_per_tok", 2},
                                                                  {"moe_intermediate_size", 16},
                                                                  {"first_k_dense_replace", 1},
                                                                  {"index_n_heads", 2},
                                                                  {"index_head_dim", 8},
                                                                  {"index_topk", 8},
                                                                  {"n_group", 1},
                                                                  {"topk_group", 1}});
}
// queries 24x(2x8), key 64x8, its norm 2x8, head weights 64x2.
constexpr std::uint64_t indexer = 384 + 512 + 16 + 128;
constexpr std::uint64_t glm_5_total = 3 * (latent_attention + indexer + norms) + ffn + 2 * corrected_moe + outside;

json step_3_5() {
  return with(without(small("step3p5"), "num_key_value_heads"),
              {{"num_attention_groups", 2},
               {"moe_num_experts", 8},
               {"moe_top_k", 2},
               {"moe_intermediate_size", 16},
               {"share_expert_dim", 16},
               {"moe_layers_enum", "1,2"},
               {"use_moe_router_bias", true},
               {"use_head_wise_attn_gate", true},
               {"tie_word_embeddings", false},
               {"sliding_window", 8},
               {"layer_types", {"full_attention", "sliding_attention", "sliding_attention"}},
               {"attention_other_setting",
                {{"attention_type", "sliding_attention"}, {"num_attention_heads", 6}, {"num_attention_groups", 2}}}});
}
// A gate of one value for each head; with 6 heads q and o are 64x96, k and v still 64x32.
constexpr std::uint64_t step_full = attention + head_norms + 64 * 4;
constexpr std::uint64_t step_window = 2 * 64 * 96 + 2 * 64 * 32 + head_norms + 64 * 6;
constexpr std::uint64_t step_3_5_total = step_full + 2 * step_window + 3 * norms + ffn + 2 * corrected_moe + outside;

}  // namespace

TEST_CASE("what publishers write around the keys that count changes nothing and needs no note") {
  std::pair<json, json> const published[] = {
      {hunyuan(),
       json::parse(R"({"add_classification_head": false, "anyres_pooling_size": 2, "anyres_vit_max_image_size": null,
        "architectures": ["HunYuanMoEV1ForCausalLM"], "attention_bias": false, "cla_share_factor": 2, "class_num": 0,
        "dense_list": [64, 0], "eod_token_id": 3, "group_limited_greedy": false, "im_end_id": 6, "im_newline_id": 12,
        "im_start_id": 5, "kv_lora_rank": null, "mask_init_id": 13, "mlp_bias": false, "moe_drop_tokens": false,
        "moe_layer_num_skipped": 0, "moe_random_routing_dropped_token": false, "norm_type": "rms",
        "num_media_embeds": 257, "org_vocab_size": 1000, "pad_id": 999, "pool_type": "last",
        "position_embedding_xdrope": false, "q_lora_rank": null, "qk_nope_head_dim": null, "qk_rope_head_dim": null,
        "rope_scaling": {"alpha": 1000.0, "factor": 1.0, "type": "dynamic"}, "routed_scaling_factor": 1.0,
        "skip_cls_token": false, "text_end_id": 8, "text_start_id": 7, "use_cla": false, "use_mla": false,
        "use_rotary_pos_emb": true, "v_head_dim": null, "video_end_id": 11, "video_start_id": 10,
        "vit_add_patchemb_bias": false, "vit_input_resolution": 224, "vit_mapping_type": "resampler",
        "vit_norm_type": "fused", "vit_patch": 1, "vit_path": null, "vit_token": 64, "vit_type": null,
        "xdrope_section": null})")},
      {small("hunyuan_v1_dense"),
       json::parse(R"({"architectures": ["HunYuanDenseV1ForCausalLM"], "attention_head_dim": 16, "cla_share_factor": 2,
        "dense_list": [64, 0], "norm_type": "hf_rms", "use_cla": false, "use_qk_norm": true,
        "use_rotary_pos_emb": true})")},
      {hy_v3(), json::parse(R"({"architectures": ["HYV3ForCausalLM"], "enable_lm_head_fp32": true,
        "enable_attention_fp32_softmax": false, "enable_moe_fp32_combine": false, "expert_hidden_dim": 16,
        "first_k_dense_replace": 1, "moe_router_enable_expert_bias": true, "moe_router_use_sigmoid": true,
        "num_nextn_predict_layers": 0, "output_router_logits": true, "qk_norm": true, "route_norm": true,
        "rope_parameters": {"rope_theta": 11158840.0, "rope_type": "default"}, "router_scaling_factor": 2.826,
        "use_grouped_mm": false})")},
      {ling_2(), json::parse(R"({"attention_dropout": 0.0, "embedding_dropout": 0.0, "max_window_layers": 20,
        "moe_shared_expert_intermediate_size": 16, "mtp_loss_scaling_factor": 0, "norm_head": false,
        "norm_softmax": false, "norm_topk_prob": true, "num_nextn_predict_layers": 0, "output_dropout": 0.0,
        "partial_rotary_factor": 0.5, "rotary_dim": 8, "routed_scaling_factor": 2.5, "router_dtype": "fp32",
        "score_function": "sigmoid", "use_bias": false, "use_cache": true, "use_qkv_bias": false,
        "use_rmsnorm": true})")},
      {glm_5(), json::parse(R"({"architectures": ["GlmMoeDsaForCausalLM"], "attention_bias": false, "ep_size": 1,
        "head_dim": 4, "index_share_for_mtp_iteration": true, "indexer_rope_interleave": true, "moe_layer_freq": 1,
        "num_nextn_predict_layers": 0, "pretraining_tp": 1, "qk_head_dim": 12, "rope_interleave": true,
        "routed_scaling_factor": 2.5, "scoring_func": "sigmoid", "topk_method": "noaux_tc",
        "quantization_config": {"quant_method": "fp8"}})")},
      {step_3_5(),
       json::parse(R"({"architectures": ["Step3p5ForCausalLM"], "att_impl_type": "GQA", "max_seq_len": 262144,
        "moe_every_n_layer": 1, "moe_layer_offset": 0, "moe_router_activation": "sigmoid",
        "moe_router_scaling_factor": 3.0, "need_fp32_gate": true, "norm_expert_weight": true,
        "num_nextn_predict_layers": 0, "partial_rotary_factors": [0.5, 1.0, 1.0], "rope_theta": [5e6, 1e4, 1e4],
        "sink": false, "swiglu_limits": [0.0, 0.0, 7], "swiglu_limits_shared": [0.0, 0.0, 16], "use_moe": true,
        "use_qk_norm": true, "use_rope_layers": [], "yarn_only_types": ["full_attention"], "zero_centered": true})")}};
  for (auto const& [config, around] : published) {
    CAPTURE(config["model_type"]);
    io::imported_model const imported = import(with(config, around));
    CHECK(imported.model == import(config).model);
    CHECK(imported.notes.empty());
  }
}

TEST_CASE("Hunyuan's experts are one number for all layers, or one for each") {
  CHECK(total(hunyuan()) == hunyuan_total);
  CHECK(active(hunyuan()) == hunyuan_total - 3 * 6 * expert);
  for (char const* const key : {"num_experts", "moe_topk", "moe_intermediate_size", "num_shared_expert"}) {
    json const one = hunyuan()[key];
    CHECK(total(with(hunyuan(), key, {one, one, one})) == hunyuan_total);
    check_refused(with(hunyuan(), key, {one, one}), key, "have 'num_hidden_layers' items, but got 2 and 3");
    check_refused(with(hunyuan(), key, {one, one, "1"}), std::string(key) + "[2]", "be a whole number, but got '1'");
    check_refused(with(hunyuan(), key, json::array()), key, "have 'num_hidden_layers' items, but got 0 and 3");
  }
  CHECK(total(with(hunyuan(), "num_experts", {8, 8, 9})) == hunyuan_total + expert + 64);
  CHECK(total(with(hunyuan(), "num_shared_expert", {1, 1, 2})) == hunyuan_total + expert);
  CHECK(total(with(hunyuan(), "moe_intermediate_size", {16, 16, 17})) == hunyuan_total + 9 * 3 * 64);
  CHECK(active(with(hunyuan(), "moe_topk", {2, 2, 3})) == active(hunyuan()) + expert);
  CHECK(total(with(hunyuan(), "moe_topk", {2, 2, 3})) == hunyuan_total);
  check_refused(with(hunyuan(), "moe_topk", {2, 2, 9}), "moe_topk", "not exceed 'num_experts', but got 9 and 8");

  json widths = json::array();
  for (int i = 0; i != 33; ++i) widths.push_back(16 + i);
  check_refused(with(hunyuan(), {{"num_hidden_layers", 33}, {"moe_intermediate_size", widths}}), "num_hidden_layers",
                "make at most 32 different layers, but makes more with 33 layers");
}

TEST_CASE("Hunyuan's layers have experts of their own, shared experts, or none") {
  // Without a width of their own, experts are as wide as the feed-forward.
  CHECK(total(without(hunyuan(), "moe_intermediate_size")) == hunyuan_total + 3 * 9 * (ffn - expert));
  CHECK(total(with(hunyuan(), "use_mixed_mlp_moe", false)) == hunyuan_total - 3 * expert);
  CHECK(total(without(hunyuan(), "use_mixed_mlp_moe")) == hunyuan_total - 3 * expert);
  check_refused(without(hunyuan(), "num_shared_expert"), "num_shared_expert",
                "be present when 'use_mixed_mlp_moe' is true, but is missing");
  CHECK(total(with(hunyuan(), "moe_layer_num_skipped", 1)) == hunyuan_total - hunyuan_moe + ffn);
  CHECK(total(with(hunyuan(), "moe_layer_num_skipped", 3)) == dense_total);
  CHECK(total(with(hunyuan(), "num_experts", 1)) == dense_total);
  CHECK(total(without(hunyuan(), "num_experts")) == dense_total);
  CHECK(total(with(hunyuan(), "use_qk_norm", true)) == hunyuan_total + 3 * head_norms);
  CHECK(total(with(hunyuan(), "attention_bias", true)) == hunyuan_total + 3 * (64 + 32 + 32 + 64));
  check_refused(without(hunyuan(), "moe_topk"), "moe_topk", "be present, but is missing");
  check_refused(with(hunyuan(), "head_dim", 32), "head_dim", "be the width of a head, but got 32 with 16");

  // Every other layer has neither keys nor values of its own, and no norm of keys.
  json const shares = with(hunyuan(), {{"use_cla", true}, {"cla_share_factor", 2}});
  CHECK(total(shares) == hunyuan_total - 2 * 64 * 32);
  CHECK(total(with(shares, "use_qk_norm", true)) == hunyuan_total - 2 * 64 * 32 + 3 * head_norms - 16);
  CHECK(total(with(shares, "cla_share_factor", 3)) == hunyuan_total - 2 * 2 * 64 * 32);
  CHECK(total(with(shares, "use_cla", false)) == hunyuan_total);
  check_refused(with(shares, "cla_share_factor", 0), "cla_share_factor", "be from 1 to 1048576, but got 0");

  check_refused(with(hunyuan(), "use_mla", true), "use_mla", "be false, since only grouped queries are read");
  check_refused(with(hunyuan(), "mlp_bias", true), "mlp_bias", "be false");
  check_refused(with(hunyuan(), "add_classification_head", true), "add_classification_head", "be false");
  check_refused(with(hunyuan(), "norm_type", "fused"), "norm_type", "be 'rms' or 'hf_rms', but got 'fused'");
  auto const notes = import(with(hunyuan(), "vit_type", "AnyResVit")).notes;
  REQUIRE(notes.size() == 1);
  CHECK(notes[0] == "a tower for images, named by 'vit_type', is not counted");
}

TEST_CASE("Hunyuan in transformers has one shared expert, all as wide as the feed-forward") {
  json const v1 = with(hunyuan(), {{"model_type", "hunyuan_v1_moe"}, {"intermediate_size", 16}, {"head_dim", 16}});
  CHECK(total(v1) == hunyuan_total + 3 * head_norms);
  CHECK(total(without(v1, "moe_intermediate_size")) == total(v1));
  CHECK(total(without(v1, "num_shared_expert")) == total(v1));
  CHECK(total(with(v1, "num_shared_expert", {1, 1, 1})) == total(v1));
  check_refused(with(v1, "moe_intermediate_size", {16, 16, 17}), "moe_intermediate_size",
                "be 'intermediate_size', which the modelling code takes, but is not");
  check_refused(with(v1, "num_shared_expert", 2), "num_shared_expert", "be 1, which the modelling code takes");
  check_refused(with(v1, "use_mixed_mlp_moe", false), "use_mixed_mlp_moe", "be true");
  check_refused(with(v1, "use_cla", true), "use_cla", "be false, since the modelling code shares no keys and values");
  check_refused(with(v1, "moe_layer_num_skipped", 1), "moe_layer_num_skipped", "be 0, but got 1");
  check_refused(with(v1, "attention_head_dim", 32), "attention_head_dim", "be the width of a head");

  json const dense = small("hunyuan_v1_dense");
  CHECK(total(dense) == dense_total + 3 * head_norms);
  CHECK(total(with(dense, "attention_bias", true)) == dense_total + 3 * (head_norms + 64 + 32 + 32 + 64));
  check_refused(with(dense, "use_cla", true), "use_cla", "be false");
  check_refused(with(dense, "attention_head_dim", 8), "attention_head_dim", "be the width of a head");
}

TEST_CASE("Hy3 has experts after the first layer, or where 'mlp_layer_types' says") {
  std::uint64_t const base = 3 * (attention + head_norms + norms) + ffn + 2 * corrected_moe + outside;
  CHECK(total(hy_v3()) == base);
  CHECK(total(with(without(hy_v3(), "moe_intermediate_size"), "expert_hidden_dim", 16)) == base);
  CHECK(total(with(hy_v3(), "num_shared_experts", 2)) == base + 2 * expert);
  CHECK(total(with(hy_v3(), "mlp_layer_types", {"dense", "dense", "sparse"})) == base - corrected_moe + ffn);
  CHECK(mtp_parameters(with(hy_v3(), "num_nextn_predict_layers", 2)) ==
        2 * (attention + head_norms + norms + corrected_moe + 2 * 64 * 64 + 3 * 64));
  check_refused(with(hy_v3(), "expert_hidden_dim", 17), "expert_hidden_dim", "equal");
  check_refused(with(hy_v3(), "first_k_dense_replace", 2), "first_k_dense_replace", "be 1, but got 2");
  check_refused(with(hy_v3(), {{"first_k_dense_replace", 1}, {"mlp_layer_types", {"dense", "dense", "sparse"}}}),
                "mlp_layer_types", "agree with 'first_k_dense_replace', but does not");
  check_refused(with(hy_v3(), "num_shared_experts", 0), "num_shared_experts", "be from 1 to");
  check_refused(with(hy_v3(), "qk_norm", false), "qk_norm", "be true");
  check_refused(with(hy_v3(), "moe_router_enable_expert_bias", false), "moe_router_enable_expert_bias", "be true");
}

TEST_CASE("the generations of Ling are distinguished by their architectures") {
  CHECK(total(ling_2()) == ling_2_total);
  CHECK(total(with(ling_2(), "model_type", "bailing_moe_v2")) == ling_2_total);
  CHECK(total(with(ling_2(), "use_qkv_bias", true)) == ling_2_total + 3 * (64 + 32 + 32));
  CHECK(total(with(ling_2(), "num_shared_experts", 0)) == ling_2_total - 2 * expert);
  CHECK(total(with(ling_2(), "first_k_dense_replace", 0)) == ling_2_total - ffn + corrected_moe);
  CHECK(mtp_parameters(with(ling_2(), "num_nextn_predict_layers", 1)) ==
        attention + head_norms + norms + corrected_moe + 2 * 64 * 64 + 3 * 64);

  json const ling_1 = without(without(with(ling_2(), "architectures", {"BailingMoeForCausalLM"}), "use_qk_norm"),
                              "moe_router_enable_expert_bias");
  CHECK(total(ling_1) == ling_2_total - 3 * head_norms - 2 * 8);
  check_refused(with(ling_1, "use_qk_norm", true), "use_qk_norm", "be false");
  check_refused(with(ling_1, "moe_router_enable_expert_bias", true), "moe_router_enable_expert_bias", "be false");

  check_refused(with(ling_2(), "n_group", 3), "num_experts", "be divisible by 'n_group'");
  check_refused(with(ling_2(), "topk_group", 5), "topk_group", "be between 1 and 'n_group'");
  check_refused(without(ling_2(), "architectures"), "architectures",
                "name 'BailingMoeForCausalLM' or 'BailingMoeV2ForCausalLM', which differ, but is missing");
  check_refused(with(ling_2(), "architectures", {"LlamaForCausalLM"}), "architectures",
                "name 'BailingMoeForCausalLM' or 'BailingMoeV2ForCausalLM', which differ, but got 'LlamaForCausalLM'");
  check_refused(without(ling_2(), "use_qk_norm"), "use_qk_norm", "be present");
  check_refused(with(ling_2(), "use_qk_norm", false), "use_qk_norm", "be true in the second generation");
  check_refused(with(ling_2(), "moe_router_enable_expert_bias", false), "moe_router_enable_expert_bias", "be true");
  check_refused(without(ling_2(), "num_shared_experts"), "num_shared_experts", "be present");
  check_refused(without(ling_2(), "first_k_dense_replace"), "first_k_dense_replace", "be present");
  check_refused(with(ling_2(), "moe_shared_expert_intermediate_size", 17), "moe_shared_expert_intermediate_size",
                "be 'moe_intermediate_size', which the modelling code takes, but got 17 and 16");
  check_refused(with(ling_2(), "use_bias", true), "use_bias", "be false, since the places of these biases");
}

TEST_CASE("Ring-linear has grouped queries in the last layer of each group and in those of no group") {
  json const ring = with(bailing("bailing_moe_linear", "BailingMoeLinearV2ForCausalLM"),
                         {{"layer_group_size", 2}, {"num_hidden_layers", 5}});
  // q, k, v, gate and output 64x64 each, and their norms: 64 of the output, one of a head on queries and on keys.
  std::uint64_t const linear = 5 * 64 * 64 + 64 + head_norms;
  std::uint64_t const full = attention + head_norms;
  std::uint64_t const around = 5 * norms + ffn + 4 * corrected_moe + outside;
  CHECK(total(ring) == 2 * linear + 3 * full + around);
  CHECK(total(with(ring, "layer_group_size", 3)) == 2 * linear + 3 * full + around);  // groups of 3 and none
  CHECK(total(with(ring, "layer_group_size", 5)) == 4 * linear + full + around);
  CHECK(total(with(ring, "use_qk_norm", false)) == total(ring) - 5 * head_norms);
  CHECK(total(with(ring, "moe_router_enable_expert_bias", false)) == total(ring) - 4 * 8);
  check_refused(with(ring, "architectures", {"BailingMoeLinearForCausalLM"}), "architectures",
                "name 'BailingMoeLinearV2ForCausalLM'");
  check_refused(with(ring, "num_kv_heads_for_linear_attn", 2), "num_kv_heads_for_linear_attn", "be 0, but got 2");
  check_refused(with(ring, "num_nextn_predict_layers", 1), "num_nextn_predict_layers", "be 0, but got 1");
  check_refused(with(ring, "use_qkv_bias", true), "use_qkv_bias", "be false");
  check_refused(with(ring, "head_dim", 32), "head_dim", "be 'hidden_size' / 'num_attention_heads'");
}

TEST_CASE("Ling 2.5 and 3.0 have latent attention in the last layer of each group") {
  json const ling_2_5 = with(latent(bailing("bailing_hybrid", "BailingMoeV2_5ForCausalLM")),
                             {{"num_key_value_heads", 4}, {"layer_group_size", 3}});
  std::uint64_t const around = 3 * norms + ffn + 2 * corrected_moe + outside;
  std::uint64_t const lightning = 5 * 64 * 64 + 64 + head_norms;
  CHECK(total(ling_2_5) == 2 * lightning + latent_attention + around);
  CHECK(mtp_parameters(with(ling_2_5, "num_nextn_predict_layers", 1)) ==
        latent_attention + norms + corrected_moe + 2 * 64 * 64 + 3 * 64);
  check_refused(with(ling_2_5, "num_key_value_heads", 2), "num_key_value_heads", "be 'num_attention_heads'");
  check_refused(without(ling_2_5, "architectures"), "architectures", "name 'BailingMoeV2_5ForCausalLM' or ");

  json const ling_3 = with(ling_2_5, {{"architectures", {"BailingMoeV3ForCausalLM"}},
                                      {"no_kda_lora", true},
                                      {"short_conv_kernel_size", 4},
                                      {"gated_attention_proj_granularity_type", "head_wise"}});
  // q, k, v, decay, gate and output 64x64 each, beta 64x4, three convolutions 64x4, decay 4, its bias 64, norm 16.
  std::uint64_t const delta = 6 * 64 * 64 + 64 * 4 + 3 * 64 * 4 + 4 + 64 + 16;
  CHECK(total(ling_3) == 2 * delta + latent_attention + 64 * 4 + around);
  CHECK(total(with(ling_3, "gated_attention_proj_granularity_type", "element_wise")) == total(ling_3) + 64 * (32 - 4));
  CHECK(total(with(ling_3, "gated_attention_proj_granularity_type", nullptr)) == total(ling_3) - 64 * 4);
  CHECK(total(with(ling_3, "q_lora_rank", nullptr)) == total(ling_3) + 64 * 48 - (1536 + 1152 + 24));
  CHECK(mtp_parameters(with(ling_3, "num_nextn_predict_layers", 1)) ==
        latent_attention + 64 * 4 + norms + corrected_moe + 2 * 64 * 64 + 3 * 64);
  check_refused(with(ling_3, "gated_attention_proj_granularity_type", "odd"), "gated_attention_proj_granularity_type",
                "be 'head_wise' or 'element_wise', but got 'odd'");
  check_refused(with(ling_3, "no_kda_lora", false), "no_kda_lora", "be true, since only full ranks are read");
  check_refused(without(ling_3, "no_kda_lora"), "no_kda_lora", "be present");
  for (char const* const key : {"mtp_use_kda", "scale_router_input", "up_proj_norm", "use_nGPT", "value_norm"})
    check_refused(with(ling_3, key, true), key, "be false, since no published model has it");
}

TEST_CASE("GLM-5's indexers choose for later layers too") {
  CHECK(total(glm_5()) == glm_5_total);
  CHECK(mtp_parameters(with(glm_5(), "num_nextn_predict_layers", 1)) ==
        latent_attention + indexer + norms + corrected_moe + 2 * 64 * 64 + 3 * 64);
  CHECK(total(with(glm_5(), {{"first_k_dense_replace", 2}, {"mlp_layer_types", {"dense", "dense", "sparse"}}})) ==
        glm_5_total - corrected_moe + ffn);

  CHECK(total(with(glm_5(), "indexer_types", {"full", "shared", "full"})) == glm_5_total - indexer);
  CHECK(total(with(glm_5(), "indexer_types", {"full", "full", "full"})) == glm_5_total);
  // Layers 0 to 2 choose, then one of four: 6 and 10 of twelve.
  json const twelve = with(glm_5(), "num_hidden_layers", 12);
  json const skipping = with(twelve, {{"index_topk_freq", 4}, {"index_skip_topk_offset", 3}});
  CHECK(total(skipping) == total(twelve) - 7 * indexer);
  json kinds = json::array();
  for (int i = 0; i != 12; ++i) kinds.push_back(i < 3 || i == 6 || i == 10 ? "full" : "shared");
  CHECK(total(with(skipping, "indexer_types", kinds)) == total(skipping));
  kinds[11] = "full";
  check_refused(with(skipping, "indexer_types", kinds), "indexer_types", "agree with 'index_topk_freq'");

  check_refused(with(glm_5(), "indexer_types", {"shared", "full", "full"}), "indexer_types", "begin with 'full'");
  check_refused(with(glm_5(), "indexer_types", {"full", "odd", "full"}), "indexer_types",
                "hold 'full' and 'shared' only, but got 'odd'");
  check_refused(with(glm_5(), "indexer_types", {"full"}), "indexer_types", "have 'num_hidden_layers' items");
  CHECK(total(with(glm_5(), "index_topk_pattern", "FSF")) ==
        total(with(glm_5(), "indexer_types", {"full", "shared", "full"})));
  check_refused(with(glm_5(), "index_topk_pattern", "FXF"), "index_topk_pattern", "hold the letters F and S only");
  check_refused(with(glm_5(), "index_topk_pattern", "SSF"), "indexer_types", "begin with 'full'");
  check_refused(with(glm_5(), "q_lora_rank", nullptr), "q_lora_rank", "be a number");
  check_refused(with(glm_5(), "mlp_layer_types", {"sparse", "sparse", "sparse"}), "mlp_layer_types",
                "agree with 'first_k_dense_replace'");
}

TEST_CASE("Step-3.5 has windows with heads of their own, and experts where its list says") {
  json const step = step_3_5();
  CHECK(total(step) == step_3_5_total);
  // Heads of 16+16 for each half pair; twice the pairs are 32² = 1024, and 2x32x8 - 8² = 448 in a window of 8.
  CHECK(attention_core(step) == 4 * 32 * 1024 + 2 * 6 * 32 * 448);
  CHECK(attention_core(with(step, "sliding_window", nullptr)) == (4 + 2 * 6) * 32 * 1024);
  CHECK(total(without(step, "attention_other_setting")) == step_3_5_total - 2 * (step_window - step_full));
  CHECK(total(with(step, "use_head_wise_attn_gate", false)) == step_3_5_total - 64 * (4 + 6 + 6));
  CHECK(total(with(step, "use_moe_router_bias", false)) == step_3_5_total - 2 * 8);
  CHECK(total(with(step, "share_expert_dim", 32)) == step_3_5_total + 2 * expert);
  CHECK(total(with(without(step, "share_expert_dim"), "share_expert_dims", 16)) == step_3_5_total);

  std::uint64_t const last_alone = step_3_5_total - corrected_moe + ffn;
  for (json const& last : {json("2"), json(" 2 "), json::array({2})})
    CHECK(total(with(step, "moe_layers_enum", last)) == last_alone);
  for (json const& both : {json("1,2"), json("2, 1"), json::array({1, 2})})
    CHECK(total(with(step, "moe_layers_enum", both)) == step_3_5_total);
  for (char const* const bad : {"", "1,", ",1", "1;2", "1 2", "3", "-1", "one", "99999999999999999999"})
    check_refused(with(step, "moe_layers_enum", bad), "moe_layers_enum", "hold indices of layers with commas between");
  check_refused(without(step, "moe_layers_enum"), "moe_layers_enum", "be present, or 'mlp_layer_types'");
  check_refused(with(step, "moe_layers_enum", {3}), "moe_layers_enum[0]", "be from 0 to 2, but got 3");
  check_refused(with(step, "moe_layers_enum", 2), "moe_layers_enum", "be a string, but got 2");

  check_refused(without(step, "tie_word_embeddings"), "tie_word_embeddings", "be present");
  check_refused(with(step, "sink", true), "sink", "be false");
  check_refused(with(step, "use_qk_norm", false), "use_qk_norm", "be true");
  check_refused(with(step, "att_impl_type", "MFA"), "att_impl_type", "be 'GQA', but got 'MFA'");
  json const other = step["attention_other_setting"];
  check_refused(with(step, "attention_other_setting", with(other, "head_dim", 8)), "head_dim", "be the one outside");
  check_refused(with(step, "attention_other_setting", with(other, "attention_type", "full_attention")),
                "attention_type", "be 'sliding_attention'");
  check_refused(with(step, "attention_other_setting", with(other, "num_odd_heads", 1)), "num_odd_heads",
                "be understood");
}

TEST_CASE("modules of Step-3.5 are of the kind that its list of layers goes on with") {
  json const three = {"full_attention", "sliding_attention", "sliding_attention"};
  auto const modules = [&three](std::initializer_list<char const*> more) {
    json kinds = three;
    for (char const* const each : more) kinds.push_back(each);
    return with(step_3_5(), {{"num_nextn_predict_layers", 2}, {"layer_types", kinds}});
  };
  std::uint64_t const around = norms + ffn + 2 * 64 * 64 + 3 * 64;
  json const windows = modules({"sliding_attention", "sliding_attention"});
  CHECK(mtp_parameters(windows) == 2 * (step_window + around));
  CHECK(mtp_parameters(modules({"full_attention", "full_attention"})) == 2 * (step_full + around));
  CHECK(total(windows) == step_3_5_total);
  check_refused(modules({"full_attention", "sliding_attention"}), "layer_types", "end with equal items");
  check_refused(modules({}), "layer_types", "have an item for each of 'num_nextn_predict_layers' too");
  check_refused(modules({"sliding_attention"}), "layer_types", "have ");
}

TEST_CASE("Step-3 projects queries through a low rank to share one key and value") {
  json const step = {{"model_type", "step3_text"},
                     {"hidden_size", 64},
                     {"intermediate_size", 128},
                     {"num_hidden_layers", 3},
                     {"num_attention_heads", 4},
                     {"head_dim", 16},
                     {"vocab_size", 1000},
                     {"num_attention_groups", 1},
                     {"share_q_dim", 24},
                     {"moe_num_experts", 8},
                     {"moe_top_k", 2},
                     {"moe_intermediate_size", 16},
                     {"share_expert_dim", 16},
                     {"moe_layers_enum", "1,2"},
                     {"tie_word_embeddings", false},
                     {"norm_expert_weight", false},
                     {"max_position_embedding", 9}};
  // q 64x24 and 24x64 with a norm of 24 between, k and v 64x16, o 64x64.
  std::uint64_t const factored = 1536 + 1536 + 24 + 2 * 1024 + 4096;
  std::uint64_t const base = 3 * (factored + norms) + ffn + 2 * (corrected_moe - 8) + outside;
  CHECK(total(step) == base);
  CHECK(!has_notes(step));
  check_refused(with(step, "num_attention_groups", 2), "num_attention_groups", "be 1, but got 2");
  check_refused(without(step, "share_q_dim"), "share_q_dim", "be present");

  json const wrapper = {{"model_type", "step3_vl"},
                        {"architectures", {"Step3VLForConditionalGeneration"}},
                        {"text_config", step},
                        {"vision_config", {{"hidden_size", 32}}},
                        {"image_token_id", 128001},
                        {"image_token_len", 169},
                        {"patch_token_len", 81},
                        {"projector_bias", false},
                        {"understand_projector_stride", 2}};
  io::imported_model const imported = import(wrapper);
  CHECK(imported.model == import(step).model);
  REQUIRE(imported.notes.size() == 1);
  CHECK(imported.notes[0] ==
        "only the language model in 'text_config' of model_type 'step3_vl' is counted, not 'vision_config'");
}

TEST_CASE("a model inside another is read by its own model_type, and the tower is not counted") {
  for (json const& inner : {hunyuan(), hy_v3(), ling_2(), glm_5(), step_3_5()})
    for (char const* const key : {"text_config", "llm_config", "language_config"}) {
      json const wrapper = {{"model_type", "some_vl"}, {"vision_config", {{"hidden_size", 32}}}, {key, inner}};
      io::imported_model const imported = import(wrapper);
      CAPTURE(imported.model_type, key);
      CHECK(imported.model == import(inner).model);
      REQUIRE(imported.notes.size() == 1);
      CHECK_THAT(imported.notes[0], ContainsSubstring("is counted, not 'vision_config'"));
    }
}

TEST_CASE("MiMo has Qwen2's biases and modules like its layers") {
  json const mimo = with(small("mimo"), {{"attention_bias", true}, {"use_sliding_window", false}});
  std::uint64_t const biases = 64 + 32 + 32;
  CHECK(total(mimo) == dense_total + 3 * biases);
  CHECK(!has_notes(mimo));
  CHECK(mtp_parameters(with(mimo, "num_nextn_predict_layers", 2)) ==
        2 * (attention + ffn + norms + biases + 2 * 64 * 64 + 3 * 64));
  check_refused(with(mimo, "attention_bias", false), "attention_bias", "be true");
}

TEST_CASE("the largest of these configurations overflow no count") {
  namespace hf = io::hugging_face;
  std::uint64_t const wide = hf::width.most, many = hf::expert_count.most, layers = hf::layer_count.most;
  json const largest = {{"hidden_size", wide},
                        {"intermediate_size", wide},
                        {"num_hidden_layers", layers},
                        {"vocab_size", hf::vocabulary.most},
                        {"num_attention_heads", 1},
                        {"num_key_value_heads", 1},
                        {"head_dim", wide},
                        {"moe_intermediate_size", wide},
                        {"tie_word_embeddings", false},
                        {"first_k_dense_replace", 0},
                        {"num_experts_per_tok", many},
                        {"num_nextn_predict_layers", hf::layer_index.most}};
  json const heads = {{"q_lora_rank", wide},
                      {"kv_lora_rank", wide},
                      {"qk_nope_head_dim", wide / 2},
                      {"qk_rope_head_dim", wide / 2},
                      {"v_head_dim", wide}};
  json const experts = {{"num_experts", many}, {"num_shared_experts", many}};
  json hunyuan_one = with(with(hunyuan(), largest), {{"attention_bias", true},
                                                     {"attention_head_dim", wide},
                                                     {"num_experts", many},
                                                     {"moe_topk", many},
                                                     {"moe_intermediate_size", wide},
                                                     {"num_shared_expert", many}});
  for (char const* const key : {"num_nextn_predict_layers", "num_experts_per_tok", "first_k_dense_replace"})
    hunyuan_one.erase(key);
  json const hy_3 =
      with(with(with(hy_v3(), largest), experts), {{"attention_bias", true}, {"first_k_dense_replace", 1}});
  json const groups = {{"layer_group_size", layers}, {"moe_shared_expert_intermediate_size", wide}};
  json const ling_2_5 =
      with(with(with(with(bailing("bailing_hybrid", "BailingMoeV2_5ForCausalLM"), largest), heads), experts), groups);
  json const ling_3 = with(ling_2_5, {{"architectures", {"BailingMoeV3ForCausalLM"}},
                                      {"no_kda_lora", true},
                                      {"short_conv_kernel_size", wide},
                                      {"gated_attention_proj_granularity_type", "element_wise"}});
  json glm = with(with(with(glm_5(), largest), heads), {{"n_routed_experts", many},
                                                        {"n_shared_experts", many},
                                                        {"index_n_heads", 1},
                                                        {"index_head_dim", wide},
                                                        {"index_topk", hf::window_width.most}});
  glm.erase("head_dim");
  json step = with(with(step_3_5(), largest), {{"num_attention_groups", 1},
                                               {"moe_num_experts", many},
                                               {"num_hidden_layers", layers / 2},
                                               {"moe_top_k", many},
                                               {"share_expert_dim", wide},
                                               {"num_nextn_predict_layers", 0},
                                               {"layer_types", std::vector<std::string>(layers / 2, "full_attention")},
                                               {"attention_other_setting", nullptr}});
  for (char const* const key : {"num_key_value_heads", "num_experts_per_tok", "first_k_dense_replace"}) step.erase(key);
  for (json const& config : {hunyuan_one, hy_3, ling_2_5, ling_3, glm, step}) {
    CAPTURE(config["model_type"].get<std::string>());
    sequence<> const longest{unlimited_window, causal_rule::full};
    model const m = import(config).model;
    CHECK_NOTHROW(count_parameters(m));
    CHECK_NOTHROW(training_flops(m, longest).by_term.total());
    CHECK_NOTHROW(training_flops(forward_flops(m, longest) + mtp_forward_flops(m, longest)).per_sequence());
  }
}
