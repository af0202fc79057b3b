// LFM2: the keys of LFM2-1.2B, and a small configuration with experts counted by hand.
#include <nlohmann/json.hpp>
#include <string>

#include "catch.hpp"
#include "config_edits.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/zoo/lfm2.hpp"
#include "published_configs.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;

namespace {

json config_of(std::string_view name) {
  for (published_config const& each : published_configs)
    if (each.name == name) return json::parse(each.config);
  throw std::logic_error("no such model in this test");
}
json lfm2() {
  return config_of("LFM2-1.2B");
}
json lfm2_moe() {
  return config_of("a small LFM2 with experts");
}

count total(json const& config) {
  return total_parameters(io::parse_model(config.dump()));
}

}  // namespace

TEST_CASE("LFM2-1.2B is read as the model of the zoo") {
  CHECK(io::parse_model(lfm2().dump()) == zoo::lfm2_1_2b);
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
  // One and a half times 8192 is 12288
  CHECK(total(with(lfm2(), "block_ffn_dim_multiplier", 1.5)) - total(lfm2()) == 16ULL * 3 * 2048 * 4096);
  for (json const& wrong : {json(-1), json("1"), json(1e300), json(0)})
    CHECK_THAT(refusal(with(lfm2(), "block_ffn_dim_multiplier", wrong)), ContainsSubstring("be a positive number"));
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
