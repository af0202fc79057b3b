#include "moetric/account/cache.hpp"

#include <algorithm>

#include "catch.hpp"
#include "moetric/zoo/catalogue.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;

namespace {

model with(mixer const& mix, count layers = 3) {
  return {.d_model = 32, .input = {.vocab_size = 100}, .layers = {{mix, dense_ffn<>{.d_ff = 64}, layers}}};
}

/// Whether some of these layers are of each kind of the list.
template <std::size_t n, class... Kinds>
constexpr bool holds_each_kind(mixer const (&layers)[n], layer_union<Kinds...> const&) {
  return (std::any_of(layers, layers + n, [](mixer const& mix) { return mix.is<Kinds>(); }) && ...);
}

}  // namespace

// Published and measured bytes: conventions.md of the reference, section 4b, from the models' own code and from logs of
// engines.

TEST_CASE("Gemma 4 caches two tensors where one projection makes keys and values") {
  // 25 layers with a window of 1024 and 8 heads of 256, 5 without and 2 heads of 512
  constexpr cache_size size = cache_size_of(zoo::gemma_4_26b_a4b, {.context = 100'000});
  CHECK(size.bytes_per_token == 225'280);
  CHECK(size.growing_bytes_per_token == 20'480);
  CHECK(size.longest_window == 1024);
  CHECK(size.shortest_window == 1024);
  CHECK(size.growing == 20'480 * 100'000ULL);
  CHECK(size.windowed == 25 * 1024 * 2 * 8 * 256 * 2);
  CHECK(kv_cache_bytes_per_token(zoo::gemma_4_26b_a4b) == 225'280);
  CHECK(kv_cache_bytes_per_token(zoo::gemma_4_31b) == 901'120);
  // Gemma-4-12B: 40 layers with 8 heads of 256 in a window, 8 with 1 head of 512
  model twelve = with(grouped_query_attention<>{.n_heads = 8, .head_dim = 256, .window = 1024}, 40);
  twelve.layers.append(
      {grouped_query_attention<>{
           .n_heads = 16, .n_kv_heads = 1, .head_dim = 512, .key_values = key_value_kind::key_is_value},
       dense_ffn<>{.d_ff = 64}, 8});
  CHECK(cache_size_of(twelve, {}).bytes_per_token == 344'064);
  CHECK(cache_size_of(twelve, {}).growing_bytes_per_token == 16'384);
}

TEST_CASE("compressed keys and index keys grow by one for each group, windows do not") {
  // DeepSeek-V4-Flash: 21 layers of rate 4 with index keys of 128, 20 of rate 128, windows of 128 in 43 layers
  cache_size const size = cache_size_of(zoo::deepseek_v4_flash, {.context = 1'048'576});
  CHECK(size.growing_bytes_per_token == 6880);
  CHECK(size.constant() == 5'636'096);
  CHECK(size.index_keys == 21 * 128 / 4 * 2 * 1'048'576ULL);
  CHECK(size.total() == 7'219'838'976);
  CHECK(size.bytes_per_token == 43 * 512 * 2 + 6880);
  // A group is kept when it is whole.
  CHECK(cache_size_of(zoo::deepseek_v4_flash, {.context = 3}).index_keys == 0);
  CHECK(cache_size_of(zoo::deepseek_v4_flash, {.context = 4}).index_keys == 21 * 128 * 2);
}

TEST_CASE("an engine keeps full pages or frees what has left a window") {
  // gpt-oss-120b: 36 layers of 8 heads of 64, every other with a window of 128; engines take 36,864 or 73,728 bytes
  grouped_query_attention<> attention{.n_heads = 64, .n_kv_heads = 8, .head_dim = 64};
  model gpt_oss_120b = with(attention, 18);
  attention.window = 128;
  gpt_oss_120b.layers.append({attention, dense_ffn<>{.d_ff = 64}, 18});
  CHECK(kv_cache_bytes_per_token(gpt_oss_120b) == 73'728);
  cache_size const freed = cache_size_of(gpt_oss_120b, {.context = 8192});
  CHECK(freed.growing_bytes_per_token == 36'864);
  CHECK(freed.total() == 36'864 * (8192 + 128));
  cache_size const kept = cache_size_of(gpt_oss_120b, {.context = 8192, .windows = window_pages::kept});
  CHECK(kept.growing_bytes_per_token == 73'728);
  CHECK(kept.total() == 73'728 * 8192);
  CHECK(kept.longest_window == 0);
  // gpt-oss-20b, 32 sequences of 8192: 6.09 and 12.00 GiB
  CHECK(cache_size_of(zoo::gpt_oss_20b, {.context = 8192, .sequences = 32}).total() ==
        12 * 2048 * 32 * (8192 + 128ULL));
  CHECK(cache_size_of(zoo::gpt_oss_20b, {.context = 8192, .sequences = 32, .windows = window_pages::kept}).total() ==
        12 * (count(1024) * 1024 * 1024));
}

TEST_CASE("recurrent states are constant") {
  // Qwen3.6-27B has the sizes of Qwen3.5-27B: llama.cpp logs 598.50 MiB of states in fp32 for 4 sequences, and 16384.00
  // MiB of keys and values in f16 for 262144 tokens of all of them.
  cache_size const size = cache_size_of(zoo::qwen3_5_27b, {.context = 65'536, .sequences = 4}, {.states = 4});
  CHECK(size.states == ratio(59'850 * 1'048'576ULL, 100));
  CHECK(size.growing == count(16'384) * 1'048'576);
  CHECK(size.constant() == size.states);
  CHECK(size.longest_window == 0);
}

TEST_CASE("latents, index keys and shared keys") {
  CHECK(cache_size_of(zoo::deepseek_v3, {.context = 4096}).total() == count(70'272) * 4096);
  // V3.2: an index key of 128 beside each latent, here in fp8
  cache_size const sparse = cache_size_of(zoo::deepseek_v3_2, {.context = 4096}, {.index_keys = 1});
  CHECK(sparse.growing == count(70'272) * 4096);
  CHECK(sparse.index_keys == count(61) * 128 * 4096);
  // Hunyuan-Large: every other layer takes the keys and values of the one below
  CHECK(kv_cache_bytes_per_token(zoo::hunyuan_large) == 32 * 2 * 8 * 80 * 2);
}

TEST_CASE("every kind's cache grows, stops growing or is constant, and its parts add up") {
  compressed_attention<> compressed{.n_heads = 4,
                                    .head_dim = 16,
                                    .q_lora_rank = 8,
                                    .n_output_groups = 2,
                                    .output_lora_rank = 8,
                                    .window = 128,
                                    .compression = key_compression::heavy,
                                    .compression_rate = 100};
  mixer const kinds[] = {
      mixer{},
      grouped_query_attention<>{.n_heads = 4, .n_kv_heads = 2, .head_dim = 8},
      grouped_query_attention<>{.n_heads = 4, .n_kv_heads = 2, .head_dim = 8, .window = 100},
      multi_head_latent_attention<>{.n_heads = 4,
                                    .q_lora_rank = 16,
                                    .kv_lora_rank = 32,
                                    .qk_nope_head_dim = 8,
                                    .qk_rope_head_dim = 4,
                                    .v_head_dim = 8},
      compressed,
      encoder_decoder_attention<>{.n_heads = 4, .head_dim = 8, .decoder = true},
      mixture_of_attention_heads<>{.n_experts = 4, .top_k = 2, .n_kv_heads = 2, .head_dim = 8},
      gated_delta_net<>{.n_key_heads = 2, .n_value_heads = 4, .key_head_dim = 8, .value_head_dim = 8},
      kimi_delta_attention<>{.n_heads = 4, .head_dim = 8},
      lightning_attention<>{.n_heads = 4, .head_dim = 8},
      mamba_1<>{.inner_width = 64, .step_rank = 4},
      mamba_2<>{.n_heads = 4, .head_dim = 16, .state_size = 8},
      short_convolution<>{.width = 32},
      parallel_hybrid<>{.attention = {.n_heads = 4, .head_dim = 8},
                        .state_space = {.n_heads = 4, .head_dim = 16, .state_size = 8}},
      rwkv_7<>{.n_heads = 4, .decay_rank = 4, .rate_rank = 4, .gate_rank = 4, .value_rank = 4},
      cross_attention<>{.n_heads = 4, .head_dim = 8},
      custom_mixer{.weights = {.matrices = {{projection::query, 32, 32}}}, .n_heads = 4, .cache_per_token = 16}};
  CHECK(holds_each_kind(kinds, mixer{}));
  for (mixer const& mix : kinds) {
    model const m = with(mix);
    auto const at = [&m](count context) { return cache_size_of(m, {.context = context, .sequences = 5}); };
    CAPTURE(mix.name());
    // Beyond 128 tokens every window here is full; 6,400 tokens are whole groups of 100.
    ratio const longer = at(12'800).total() - at(6400).total();
    CHECK(longer == at(0).growing_bytes_per_token * (5 * 6400));
    CHECK(at(0).total() == at(0).states);
    CHECK(at(6400).constant() == at(12'800).constant());
    CHECK(at(1).total() - at(0).total() <= at(0).bytes_per_token * 5);
  }
}

TEST_CASE("windows of several lengths fill one after the other") {
  grouped_query_attention<> attention{.n_heads = 4, .n_kv_heads = 2, .head_dim = 8, .window = 100};
  model m = with(attention, 1);
  attention.window = 300;
  m.layers.append({attention, dense_ffn<>{.d_ff = 64}, 2});
  auto const at = [&m](count context) { return cache_size_of(m, {.context = context}); };
  CHECK(at(0).shortest_window == 100);
  CHECK(at(0).longest_window == 300);
  CHECK(at(100).total() == at(0).bytes_per_token * 100);
  CHECK(at(200).total() < at(0).bytes_per_token * 200);
  CHECK(at(5000).total() == at(300).total());
  CHECK(at(5000).growing_bytes_per_token == 0);
}

TEST_CASE("a chunk keeps no more than its tokens") {
  grouped_query_attention<> attention{.n_heads = 4, .n_kv_heads = 2, .head_dim = 8, .window = 100};
  attention.windows = window_kind::chunked;
  CHECK(cache_size_of(with(attention, 1), {.context = 1030}).total() == 100 * 2 * 16 * 2);
}

TEST_CASE("a cache of no sequences is an error") {
  CHECK_THROWS_WITH(cache_size_of(zoo::llama_3_8b, {.sequences = 0}), ContainsSubstring("sequences must be positive"));
}
