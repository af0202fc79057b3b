// Model types whose layers are of kinds of their own. Totals are those of published checkpoints, or of the published
// classes on shapes; active ones are those without the experts that a token does not use.
#include <nlohmann/json.hpp>
#include <string>

#include "catch.hpp"
#include "config_edits.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/zoo/falcon_h1.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;

namespace {

model read(json const& config) {
  return io::parse_model(config.dump());
}
count total(json const& config) {
  return total_parameters(read(config));
}

json falcon_h1() {
  return json::parse(R"({"architectures": ["FalconH1ForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
      "hidden_act": "silu", "head_dim": 64, "hidden_size": 1024, "intermediate_size": 2048, "mamba_chunk_size": 256,
      "mamba_conv_bias": true, "mamba_d_conv": 4, "mamba_d_head": 64, "mamba_d_ssm": 1536, "mamba_d_state": 128,
      "mamba_expand": 2, "mamba_n_groups": 1, "mamba_n_heads": 24, "mamba_norm_before_gate": false,
      "mamba_proj_bias": false, "mamba_rms_norm": false, "mamba_use_mlp": true, "mlp_bias": false,
      "mlp_expansion_factor": 8, "model_type": "falcon_h1", "num_attention_heads": 8, "num_hidden_layers": 36,
      "num_key_value_heads": 2, "projectors_bias": false, "rms_norm_eps": 1e-05, "tie_word_embeddings": false,
      "vocab_size": 32784})");
}

}  // namespace

TEST_CASE("Falcon-H1 has attention and Mamba-2 in every layer") {
  CHECK(read(falcon_h1()) == zoo::falcon_h1_0_5b);
  CHECK(total(falcon_h1()) == 521'411'104);
  CHECK(total(with(falcon_h1(), "mamba_rms_norm", true)) - total(falcon_h1()) == 36 * 1536);
  CHECK(total(with(falcon_h1(), {{"mamba_d_head", "auto"}})) == total(falcon_h1()));
  // expand x hidden_size = 2048 channels instead of 1536, in 32 heads
  count const wider = total(with(without(falcon_h1(), "mamba_d_ssm"), "mamba_n_heads", 32));
  CHECK(wider - total(falcon_h1()) == 36 * (1024 * (2 * 512 + 8) + 512 * 5 + 3 * 8 + 512 * 1024));
  CHECK(total(with(falcon_h1(), "mlp_bias", true)) - total(falcon_h1()) == 36 * (2 * 2048 + 1024));
  CHECK_THAT(refusal(with(falcon_h1(), "mamba_d_head", 32)), ContainsSubstring("be 'mamba_d_ssm' / 'mamba_n_heads'"));
  CHECK_THAT(refusal(with(falcon_h1(), "projectors_bias", true)), ContainsSubstring("be false"));
  CHECK_THAT(refusal(with(falcon_h1(), "mamba_n_heads", 7)), ContainsSubstring("divisible by 'mamba_n_heads'"));
}
