#include "moetric/search/formula/costs.hpp"

#include "catch.hpp"
#include "moetric/zoo/deepseek.hpp"

using namespace moetric;
using namespace moetric::search;

namespace {

double bytes(shape<double> const& of, setting const& at) {
  return bytes_per_device(costs_of(of, at, false));
}

TEST_CASE("GPT-3 weighs per device what Megatron-LM counts") {
  // Its two matrices of 49152 are as many weights as three of 32768. LayerNorm has a bias beside each scale: 193·12288.
  shape<double> const gpt_3{.d_model = 12288,
                            .n_dense_layers = 96,
                            .n_heads = 96,
                            .head_dim = 128,
                            .d_ff = 32768,
                            .vocab_size = 50257,
                            .tied = true};
  constexpr double norm_biases = 193 * 12288;
  CHECK(bytes(gpt_3, {.distributed_optimizer = false}) + 18 * norm_biases == 3142232580096);
  setting const cut{.parallel = {.tensor = 8, .pipeline = 16}, .devices = 1024};
  CHECK(bytes(gpt_3, cut) + norm_biases / 16 * (6 + 12.0 / 8) == 10773342720);
}

TEST_CASE("DeepSeek-V3 weighs per device what Megatron-LM counts, without the block of multi-token prediction") {
  setting const at{.parallel = {.expert = 64, .pipeline = 16}, .devices = 2048};
  account<> const book = account_of(zoo::deepseek_v3);
  costs<double> model{{}, at, true, {}, {}};
  for (std::size_t i = 0; i != n_terms; ++i) model.book.stored.amounts[i] = static_cast<double>(book.stored.amounts[i]);
  // Latent norms, which no shape of a search has, lie with the other norms.
  model.book.stored[term::norms] = model.book.stored[term::norms] + model.book.stored[term::latent_norm];
  CHECK_THAT(bytes_per_device(model), Catch::Matchers::WithinAbs(19123486218, 1));
}

}  // namespace
