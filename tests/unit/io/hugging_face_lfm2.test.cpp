// LFM2: the configuration of LFM2-1.2B as its publisher writes it, and a small one with experts counted by hand.
#include <nlohmann/json.hpp>
#include <string>

#include "catch.hpp"
#include "config_edits.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/zoo/lfm2.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;

namespace {

json lfm2() {
  return json::parse(R"({"model_type": "lfm2", "architectures": ["Lfm2ForCausalLM"], "block_auto_adjust_ff_dim": true,
    "block_dim": 2048, "block_ff_dim": 12288, "block_ffn_dim_multiplier": 1.0, "block_mlp_init_scale": 1.0,
    "block_multiple_of": 256, "block_norm_eps": 1e-05, "block_out_init_scale": 1.0, "block_use_swiglu": true,
    "block_use_xavier_init": true, "conv_L_cache": 3, "conv_bias": false, "conv_dim": 2048, "conv_dim_out": 2048,
    "conv_use_xavier_init": true, "hidden_size": 2048, "intermediate_size": 12288,
    "layer_types": ["conv", "conv", "full_attention", "conv", "conv", "full_attention", "conv", "conv",
                    "full_attention", "conv", "full_attention", "conv", "full_attention", "conv", "full_attention",
                    "conv"],
    "max_position_embeddings": 128000, "norm_eps": 1e-05, "num_attention_heads": 32, "num_heads": 32,
    "num_hidden_layers": 16, "num_key_value_heads": 8, "use_cache": true, "use_pos_enc": true, "vocab_size": 65536})");
}

json lfm2_moe() {
  return {{"model_type", "lfm2_moe"},
          {"hidden_size", 64},
          {"num_hidden_layers", 3},
          {"intermediate_size", 96},
          {"moe_intermediate_size", 24},
          {"num_dense_layers", 1},
          {"num_experts", 8},
          {"num_experts_per_tok", 2},
          {"use_expert_bias", true},
          {"num_attention_heads", 4},
          {"num_key_value_heads", 2},
          {"vocab_size", 1000},
          {"norm_topk_prob", true},
          {"routed_scaling_factor", 1.0},
          {"conv_L_cache", 3},
          {"layer_types", {"conv", "full_attention", "conv"}}};
}

count total(json const& config) {
  return total_parameters(io::parse_model(config.dump()));
}

}  // namespace

TEST_CASE("LFM2-1.2B is read as the model of the zoo") {
  CHECK(io::parse_model(lfm2().dump()) == zoo::lfm2_1_2b);
  CHECK(total(lfm2()) == 1'170'340'608);
}

TEST_CASE("LFM2's keys change its count as the modelling code does") {
  // The width as it stands instead of two thirds of it: 4096 more in 16 layers
  CHECK(total(with(lfm2(), "block_auto_adjust_ff_dim", false)) - total(lfm2()) == 16ULL * 3 * 2048 * 4096);
  // Two thirds of 9984 are 6656, which is 26 x 256; of 10000, 6666, so 27 x 256
  json const narrow = with(lfm2(), {{"intermediate_size", 9984}, {"block_ff_dim", 9984}});
  json const wider = with(lfm2(), {{"intermediate_size", 10000}, {"block_ff_dim", 10000}});
  CHECK(total(wider) - total(narrow) == 16ULL * 3 * 2048 * 256);
  CHECK(total(with(lfm2(), "conv_bias", true)) - total(lfm2()) == 10 * 5 * 2048);
  CHECK(total(with(lfm2(), "conv_L_cache", 4)) - total(lfm2()) == 10 * 2048);
  CHECK(total(with(lfm2(), "tie_embedding", false)) - total(lfm2()) == 65536 * 2048);
  CHECK_THAT(refusal(with(lfm2(), "conv_dim", 1024)), ContainsSubstring("key 'conv_dim' of model_type 'lfm2' must"));
  CHECK_THAT(refusal(with(lfm2(), "block_ff_dim", 1024)), ContainsSubstring("equal 'intermediate_size'"));
  CHECK_THAT(refusal(with(lfm2(), "block_ffn_dim_multiplier", 1.5)), ContainsSubstring("be 1, but got 1.5"));
  CHECK_THAT(refusal(with(lfm2(), "block_use_swiglu", false)), ContainsSubstring("be true"));
  CHECK_THAT(refusal(with(lfm2(), "layer_types", {"conv"})), ContainsSubstring("'num_hidden_layers' items"));
}

TEST_CASE("LFM2 with experts: a dense layer, then experts with a router and its bias") {
  constexpr count convolution = 4 * 64 * 64 + 3 * 64, attention = 2 * 64 * 64 + 2 * 64 * 32 + 2 * 16;
  constexpr count moe = 8 * 3 * 64 * 24 + 64 * 8 + 8;
  CHECK(total(lfm2_moe()) == 1000 * 64 + 2 * convolution + attention + 3 * 64 * 96 + 2 * moe + 3 * 2 * 64 + 64);
  CHECK(active_parameters(io::parse_model(lfm2_moe().dump())) == total(lfm2_moe()) - 2 * 6 * 3 * 64 * 24);
  CHECK(total(lfm2_moe()) - total(with(lfm2_moe(), "use_expert_bias", false)) == 2 * 8);
  CHECK_THAT(refusal(with(lfm2_moe(), "num_dense_layers", 4)), ContainsSubstring("be from 0 to 3"));
  CHECK_THAT(refusal(without(lfm2_moe(), "num_dense_layers")), ContainsSubstring("be present"));
}
