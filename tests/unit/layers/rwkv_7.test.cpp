#include "moetric/layers/rwkv_7.hpp"

#include "catch.hpp"
#include "moetric/account/cache.hpp"
#include "moetric/account/flops.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/account/training.hpp"
#include "moetric/model/parallel.hpp"
#include "moetric/zoo/rwkv.hpp"

using namespace moetric;

namespace {

constexpr model const& published = zoo::rwkv_7_1_5b;

}  // namespace

TEST_CASE("RWKV-7 1.5B has the parameters of the published class") {
  static_assert(total_parameters(published) == 1'527'404'544);
  // the first layer mixes no values: 2 d r + d
  CHECK(account_of(published, published.layers.runs[0]).stored.total() + 2 * 2048 * 64 + 2048 ==
        account_of(published, {1, 0, 2, 1, 2048}).stored.total());
}

TEST_CASE("RWKV-7 0.1B has the parameters of the paper") {
  // 2503.14456: 191,034,624
  constexpr rwkv_7<> mixing{.n_heads = 12, .decay_rank = 64, .rate_rank = 64, .gate_rank = 128, .value_rank = 32};
  CHECK(total_parameters(zoo::detail::rwkv_7_model(768, 12, 4 * 768, mixing)) == 191'034'624);
}

TEST_CASE("time mixing costs its products and 8 H D^2 for the state") {
  flops const forward = forward_flops(published, {4096});
  CHECK(forward.per_token(term::state_core) == 24 * 8 * 32 * 64 * 64);
  CHECK(forward.per_token(term::attention_projections) ==
        2 * (24ULL * (4 * 2048 * 2048 + 2 * 2048 * (96 + 96 + 256)) + 23 * 2 * 2048 * 64));
  CHECK(forward.per_token(term::dense_ffn) == 24ULL * 2 * 2 * 2048 * 8192);
  CHECK(forward.by_term[term::attention_core] == 0);
  CHECK(training_cost_of(published, {64}, {}).model.per_sequence() ==
        3 * forward_flops(published, {64}).per_sequence());
}

TEST_CASE("time mixing keeps a state of H D^2 and the last token of both mixings") {
  CHECK(recurrent_state_bytes(published, 4) == 24 * 4 * (32 * 64 * 64 + 2 * 2048));
  CHECK(kv_cache_bytes_per_token(published) == 0);
}

TEST_CASE("the heads of time mixing are split over tensor-parallel ranks") {
  CHECK(diagnose(published, parallel_sizes{.tensor = 8}).ok());
  CHECK_FALSE(diagnose(published, parallel_sizes{.tensor = 7}).ok());
  CHECK(diagnose(model{.d_model = 8, .input = {.vocab_size = 8}, .layers = {{rwkv_7<>{}, feed_forward{}}}})
            .violations.size() == 5);
}

TEST_CASE("adapters name the matrices of time mixing") {
  training_choice const lora{.frozen = term_set::all(),
                             .lora = lora_ranks(8, {projection::rate_up, projection::value_mix_down, projection::key})};
  CHECK(training_cost_of(published, {64}, lora).adapter_parameters ==
        8 * (24 * (96 + 2048) + 23 * (2048 + 64) + 24 * 2 * 2048));
}
