#include "moetric/account/after_cache.hpp"

#include "catch.hpp"
#include "moetric/zoo/catalogue.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;

namespace {

model with_windows() {
  grouped_query_attention<> attention{.n_heads = 4, .n_kv_heads = 2, .head_dim = 8, .window = 5};
  model m{.d_model = 32, .input = {.vocab_size = 100}, .layers = {{attention, dense_ffn<>{.d_ff = 64}, 3}}};
  attention.windows = window_kind::chunked;
  m.layers.append({attention, dense_ffn<>{.d_ff = 64}, 2});
  return m;
}

// Weights that one token multiplies: forward FLOPs of a token without its core.
count linear(model const& m) {
  return 2 * account_of(m).multiplied.total();
}

}  // namespace

TEST_CASE("tokens after a cache: chunks add up to the whole sequence, whatever the kind of layer") {
  for (model const& m : {with_windows(), zoo::qwen3_30b_a3b, zoo::deepseek_v4_flash}) {
    count const whole = forward_flops(m, {.length = 23, .causal = causal_rule::exact}).per_sequence();
    count stepwise;
    for (int cached = 0; cached != 23; ++cached) stepwise += forward_flops_after(m, cached, 1).per_sequence();
    CHECK(stepwise == whole);
    CHECK(forward_flops_after(m, 0, 9).per_sequence() + forward_flops_after(m, 9, 14).per_sequence() == whole);
    CHECK(forward_flops_after(m, 9, 14).latents == executed_latents::none);
  }
}

TEST_CASE("one step of decoding reads every cached key") {
  // Llama-3-8B at context n: 2 · 7,504,658,432 (active matrix weights) + 4 · 32 · 128 · (n + 1) for each of 32 layers
  CHECK(forward_flops_after(zoo::llama_3_8b, 1000, 1).per_sequence() ==
        count(2) * 7'504'658'432 + count(32) * 4 * 32 * 128 * 1001);
}

TEST_CASE("decoding from cached latents runs absorbed") {
  // DeepSeek-V3, 64 sequences of 8192 tokens: conventions.md of the reference, section 4b
  flops_after_cache const step = forward_flops_after(zoo::deepseek_v3, 8192, 1);
  CHECK(64 * step.per_sequence() == 13'596'797'960'192);
  CHECK(step.latents == executed_latents::absorbed);
  CHECK(name(step.latents) == "absorbed");
  // 2405.04434: heads of 128 over a latent of 512 and 64 rotary features
  CHECK(step.by_term[term::attention_core] == count(61) * 2 * 128 * (512 + 64 + 512) * 8193);
  static_assert(forward_flops_after(zoo::deepseek_v3, 8192, 1, latent_core::absorbed).latents ==
                executed_latents::absorbed);
}

TEST_CASE("expanded heads pay for expanding the cached latents again") {
  count const cached = 131'072, fresh = 512;
  flops_after_cache const expanded = forward_flops_after(zoo::deepseek_v3, cached, fresh, latent_core::expanded);
  CHECK(expanded.latents == executed_latents::expanded);
  count const pairs = fresh * cached + 512 * 513 / 2;
  count const without = fresh * linear(zoo::deepseek_v3) + count(61) * 2 * 128 * (192 + 128) * pairs;
  CHECK(expanded.per_sequence() == without + count(61) * 2 * 512 * 128 * (128 + 128) * cached);
  // 1.72 and 3.16 times the FLOPs without expansion
  auto const times = [&](flops const& f) {
    return static_cast<double>(f.per_sequence()) / static_cast<double>(without);
  };
  CHECK(times(expanded) == Approx(1.718).margin(0.0005));
  flops_after_cache const absorbed = forward_flops_after(zoo::deepseek_v3, cached, fresh);
  CHECK(absorbed.latents == executed_latents::absorbed);
  CHECK(times(absorbed) == Approx(3.159).margin(0.0005));
}

TEST_CASE("a prefill without a cache expands latents, unless an indexer chooses keys") {
  flops_after_cache const dense = forward_flops_after(zoo::deepseek_v3, 0, 100);
  CHECK(dense.latents == executed_latents::expanded);
  CHECK(dense.per_sequence() ==
        forward_flops(zoo::deepseek_v3, {.length = 100, .causal = causal_rule::exact}).per_sequence());
  flops_after_cache const sparse = forward_flops_after(zoo::deepseek_v3_2, 0, 100);
  CHECK(sparse.latents == executed_latents::absorbed);
  CHECK(sparse.by_term[term::attention_core] == count(61) * 128 * (512 + 64 + 512) * 100 * 101);
  // One token sees 2048 keys of a long cache, absorbed or expanded from their latents.
  CHECK(forward_flops_after(zoo::deepseek_v3_2, 100'000, 1).by_term[term::attention_core] ==
        count(61) * 2 * 128 * (512 + 64 + 512) * 2048);
  flops const chosen = forward_flops_after(zoo::deepseek_v3_2, 100'000, 1, latent_core::expanded);
  CHECK(chosen.by_term[term::attention_projections] ==
        forward_flops_after(zoo::deepseek_v3_2, 100'000, 1).by_term[term::attention_projections] +
            count(61) * 2 * 512 * 128 * (128 + 128) * 2048);
}

TEST_CASE("a stack of sparse and dense latent attention runs both without a cache") {
  model mixed = zoo::deepseek_v3_2;
  mixed.layers.append({zoo::deepseek_v3.layers.mixers[0], dense_ffn<>{.d_ff = 64}});
  CHECK(forward_flops_after(mixed, 0, 10).latents == executed_latents::both);
  CHECK(forward_flops_after(mixed, 1, 10).latents == executed_latents::absorbed);
}

TEST_CASE("no fresh tokens are an error") {
  CHECK_THROWS_WITH(forward_flops_after(with_windows(), 10, 0), ContainsSubstring("sequence_length must be positive"));
}
