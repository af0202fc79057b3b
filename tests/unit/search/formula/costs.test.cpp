#include "moetric/search/formula/costs.hpp"

#include <random>

#include "catch.hpp"
#include "moetric/cluster/conventions.hpp"
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

TEST_CASE("the fullest of uneven stages weighs its share of the layers") {
  // Layers of 4·16·16 + 3·16·64 weights and two norms, 3 of 8 in the last of stages of 1, 2, 2 and 3
  shape<double> const small{
      .d_model = 16, .n_dense_layers = 8, .n_heads = 4, .n_kv_heads = 4, .head_dim = 4, .d_ff = 64, .vocab_size = 32};
  setting const at{.parallel = {.pipeline = 4}, .devices = 4, .fullest_stage = {3, 8}};
  CHECK(bytes(small, at) == 18 * (3 * (4096 + 32) + 3 * 16 / 8. + 32 * 16));
  CHECK(bytes(small, {.parallel = {.pipeline = 4}, .devices = 4}) == 18 * (2 * (4096 + 32) + 16 / 4. + 32 * 16));
}

TEST_CASE("any shape weighs per device what the cluster's rule of Megatron-LM counts, on both meshes") {
  std::mt19937_64 engine(5);
  auto const between = [&](int low, int high) {
    return low + static_cast<int>(engine() % static_cast<std::uint64_t>(high - low + 1));
  };
  for (int i = 0; i != 40; ++i) {
    parallel_sizes const sizes{.tensor = 1 << between(0, 2),
                               .expert = 1 << between(0, 2),
                               .pipeline = 1 << between(0, 2),
                               .sequence_length = 4096,
                               .expert_tensor = 1 << between(0, 2)};
    shape<> const of{.d_model = 64 * between(1, 40),
                     .n_dense_layers = between(0, 3),
                     .n_moe_layers = between(4, 20),
                     .n_heads = 4 * between(1, 8),
                     .n_kv_heads = 4,
                     .head_dim = 64,
                     .d_ff = 64 * between(1, 100),
                     .d_expert = 64 * between(1, 30),
                     .n_experts = 8 * between(1, 20),
                     .top_k = between(1, 8),
                     .n_shared_experts = between(0, 2),
                     .vocab_size = 4 * between(100, 30000),
                     .tied = between(0, 1) == 0};
    bool const shards = between(0, 1) == 0;
    cluster::training_setup setup{.layout = {.sizes = sizes, .devices = 256}};
    setup.states.sharding = shards ? cluster::state_sharding::optimizer : cluster::state_sharding::none;
    ratio const told = cluster::megatron_lm_memory(to_model(of), setup).state_bytes();
    setting const at{.parallel = sizes, .devices = 256, .distributed_optimizer = shards};
    CHECK_THAT(
        bytes_per_device(costs_of(to_real(of), at, true)),
        Catch::Matchers::WithinRel(static_cast<double>(told.numerator) / static_cast<double>(told.denominator), 1e-14));
  }
}

}  // namespace
