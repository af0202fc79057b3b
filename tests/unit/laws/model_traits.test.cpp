#include "moetric/laws/model_traits.hpp"

#include "catch.hpp"
#include "moetric/laws/chinchilla.hpp"
#include "moetric/laws/joint_moe.hpp"
#include "moetric/zoo/catalogue.hpp"

using namespace moetric;

namespace {

template <class Law>
bool says(Law const& law, model const& m, std::string_view reason) {
  auto const answer = laws::evaluate(law, m, count(1'000'000'000'000));
  for (std::string const& each : answer.outside_family)
    if (each.find(reason) != std::string::npos) return true;
  return false;
}

}  // namespace

TEST_CASE("layers that no law's models had are outside of every family") {
  CHECK(says(laws::joint_moe::printed, zoo::qwen3_next_80b_a3b, "36 of 48 layers are no such attention"));
  CHECK(says(laws::joint_moe::printed, zoo::qwen3_next_80b_a3b, "of kind gated_delta_net"));
  CHECK(says(laws::joint_moe::printed, zoo::deepseek_v4_flash, "43 of 43 layers are no such attention"));
  CHECK(says(laws::joint_moe::printed, zoo::deepseek_v3_2, "61 of 61 layers choose keys by an indexer"));
  CHECK(says(laws::joint_moe::printed, zoo::jetmoe_8b, "mixture_of_attention_heads"));
  CHECK(says(laws::joint_moe::printed, zoo::longcat_flash, "28 of 56 layers have zero experts"));
  // whatever else a law knows of its models
  CHECK(says(laws::chinchilla::besiroglu, zoo::lfm2_1_2b, "10 of 16 layers are no such attention"));
  for (model const* const m : {&zoo::deepseek_v3, &zoo::qwen3_30b_a3b, &zoo::gpt_3}) {
    CHECK_FALSE(says(laws::joint_moe::printed, *m, "no such attention"));
    CHECK_FALSE(says(laws::joint_moe::printed, *m, "indexer"));
  }
}

TEST_CASE("traits of layers that are no plain attention") {
  laws::model_traits const lfm2 = laws::traits_of(zoo::lfm2_1_2b);
  CHECK(lfm2.other == 10);
  CHECK(lfm2.other_name == "short_convolution");
  CHECK(lfm2.grouped == 6);
  laws::model_traits const v4 = laws::traits_of(zoo::deepseek_v4_flash);
  CHECK(v4.other == 43);
  laws::model_traits const m3 = laws::traits_of(zoo::minimax_m3);
  CHECK(m3.sparse == 57);
  CHECK(laws::traits_of(zoo::nemotron_h_56b).without_mixer == 54);
}
