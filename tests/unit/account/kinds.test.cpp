#include "catch.hpp"
#include "moetric/account/cache.hpp"
#include "moetric/account/checkpoint.hpp"
#include "moetric/account/conventions.hpp"
#include "moetric/account/flops.hpp"
#include "moetric/account/parameters.hpp"

// FLOPs of each kind of mixer, one layer, one token. Parameters of every kind are checked against published totals in
// golden/published_models; here are the core terms, by the forms that published tools use.

using namespace moetric;

namespace {

model with(mixer const& mix) {
  return {.d_model = 2048, .input = {.vocab_size = 1000}, .layers = {{mix, dense_ffn<>{.d_ff = 4096}}}};
}

ratio core(mixer const& mix, term t, sequence<> tokens = {.length = 1000}) {
  return ratio(account_of(with(mix), tokens).core[t], tokens.length);
}

}  // namespace

TEST_CASE("recurrent layers: state and convolution for each token, whatever the length") {
  // Qwen3-Next's gated DeltaNet: 8 n_v d_k d_v; convolution 2 (2K + V) c
  gated_delta_net<> const delta{.n_key_heads = 16, .n_value_heads = 32, .key_head_dim = 128, .value_head_dim = 128};
  CHECK(core(delta, term::state_core) == 4'194'304);
  CHECK(core(delta, term::convolution) == 65'536);
  CHECK(core(delta, term::state_core, {.length = 7}) == 4'194'304);
  // Kimi-Linear: 32 heads of 128; three convolutions of 4096 channels, width 4
  kimi_delta_attention<> const kimi{.n_heads = 32, .head_dim = 128};
  CHECK(core(kimi, term::state_core) == 4'194'304);
  CHECK(core(kimi, term::convolution) == 98'304);
  // MiniMax-M1: 64 heads of 128, write and read of the state: 4 · 64 · 128 · 128
  CHECK(core(lightning_attention<>{.n_heads = 64, .head_dim = 128}, term::state_core) == 4'194'304);
  // Megatron's scan of Mamba-2: 7 d_in N_state = 7 · 8192 · 128 for Granite-4.0-H-Small
  mamba_2<> const mamba{.n_heads = 128, .head_dim = 64, .n_groups = 1, .state_size = 128};
  CHECK(core(mamba, term::state_core) == 7'340'032);
  CHECK(core(mamba, term::convolution) == 67'584);
  CHECK(core(mamba_1<>{.inner_width = 8192, .state_size = 16, .step_rank = 256}, term::state_core) == 917'504);
}

TEST_CASE("a layer with an earlier layer's choice of keys sees the best of them and scores none") {
  multi_head_latent_attention<> attention{.n_heads = 4,
                                          .q_lora_rank = 32,
                                          .kv_lora_rank = 16,
                                          .qk_nope_head_dim = 8,
                                          .qk_rope_head_dim = 8,
                                          .v_head_dim = 16,
                                          .sparse = true,
                                          .indexer = {.n_heads = 2, .head_dim = 8, .top_k = 64}};
  sequence<> const tokens{.length = 512};
  model const own = with(attention);
  attention.indexer.shared = true;
  model const shared = with(attention);
  // queries 32x16, a key 64x8 and its norm's 2x8, head weights 64x2, in one layer of width 2048
  CHECK(account_of(own).stored[term::sparse_indexer] == 32 * 16 + own.d_model * (8 + 2) + 16);
  CHECK(account_of(shared).stored[term::sparse_indexer] == 0);
  CHECK(account_of(shared, tokens).core[term::sparse_indexer] == 0);
  CHECK(account_of(shared, tokens).core[term::attention_core] == account_of(own, tokens).core[term::attention_core]);
  CHECK(checkpoint_parts_of(own).size() == checkpoint_parts_of(shared).size());
}

TEST_CASE("an indexer scores all keys and its attention sees the best of them") {
  multi_head_latent_attention<> attention{.n_heads = 128,
                                          .q_lora_rank = 1536,
                                          .kv_lora_rank = 512,
                                          .qk_nope_head_dim = 128,
                                          .qk_rope_head_dim = 64,
                                          .v_head_dim = 128};
  sequence<> const tokens{.length = 8192, .causal = causal_rule::full};
  // 2 s H (nope + rope + v)
  CHECK(core(attention, term::attention_core, tokens) == count(2) * 8192 * 128 * 320);
  attention.sparse = true;
  attention.indexer = {.n_heads = 64, .head_dim = 128, .top_k = 2048};
  CHECK(core(attention, term::attention_core, tokens) == count(2) * 2048 * 128 * 320);
  CHECK(core(attention, term::sparse_indexer, tokens) == count(2) * 8192 * 64 * 128);
  // absorbed widths cost (512 + 64 + 512) / (128 + 64 + 128) = 3.4 times as much
  CHECK(ratio(attention.absorbed_core_flops_per_half_pair(), attention.core_flops_per_half_pair()) == ratio(34, 10));
}

TEST_CASE("encoders see every key, decoders their own past and the encoder") {
  encoder_decoder_attention<> const encoder{.n_heads = 12, .head_dim = 64};
  encoder_decoder_attention<> const decoder{.n_heads = 12, .head_dim = 64, .decoder = true};
  CHECK(core(encoder, term::attention_core) == count(4) * 768 * 1000);
  CHECK(core(decoder, term::attention_core) == count(2) * 768 * 1000 + count(4) * 768 * 1000);
  grouped_query_attention<> const bidirectional{.n_heads = 12, .head_dim = 64, .bidirectional = true};
  CHECK(core(bidirectional, term::attention_core) == count(4) * 768 * 1000);
}

TEST_CASE("mixture of attention heads: top_k experts of heads over shared keys") {
  mixture_of_attention_heads<> const heads{.n_experts = 8, .top_k = 2, .n_kv_heads = 16, .head_dim = 128};
  // half the square: 2 s · 2 · 16 · 128, scores and values
  CHECK(core(heads, term::attention_core) == count(2) * 1000 * 2 * 16 * 128);
}

TEST_CASE("compressed attention: window and compressed keys") {
  compressed_attention<> attention{.n_heads = 64,
                                   .head_dim = 512,
                                   .q_lora_rank = 1024,
                                   .n_output_groups = 8,
                                   .output_lora_rank = 1024,
                                   .window = 128};
  sequence<> const tokens{.length = 65536, .causal = causal_rule::full};
  CHECK(core(attention, term::attention_core, tokens) == count(4) * 128 * 64 * 512);
  attention.compression = key_compression::heavy;
  attention.compression_rate = 128;
  CHECK(core(attention, term::attention_core, tokens) == count(4) * (128 + 512) * 64 * 512);
  attention.compression = key_compression::sparse;
  attention.compression_rate = 4;
  attention.n_index_heads = 64;
  attention.index_head_dim = 128;
  attention.index_top_k = 512;
  CHECK(core(attention, term::attention_core, tokens) == count(4) * (128 + 512) * 64 * 512);
  CHECK(core(attention, term::key_compression, tokens) == count(2) * 16384 * 64 * 128);
}

TEST_CASE("published forms of one core, by name") {
  // DeepSeek-V3: 128 heads, half a pair at nope + rope + v = 320 or kl + rope + kl = 1088
  multi_head_latent_attention<> latent{.n_heads = 128,
                                       .q_lora_rank = 1536,
                                       .kv_lora_rank = 512,
                                       .qk_nope_head_dim = 128,
                                       .qk_rope_head_dim = 64,
                                       .v_head_dim = 128};
  CHECK(core(latent, term::attention_core) == count(1000) * 128 * 320);
  latent.core = latent_core::absorbed;
  CHECK(core(latent, term::attention_core) == count(1000) * 128 * 1088);

  // 8 n_v d_k d_v (MaxText, OLMo-core), 8 n_v d_v² (Megatron)
  gated_delta_net<> delta{.n_key_heads = 16, .n_value_heads = 32, .key_head_dim = 64, .value_head_dim = 128};
  CHECK(core(delta, term::state_core) == 8 * 32 * 64 * 128);
  delta.core = delta_core::value_by_value;
  CHECK(core(delta, term::state_core) == 8 * 32 * 128 * 128);

  // 7 d_in N_state (Megatron), 2 d_in N_state (NeMo)
  mamba_2<> mamba{.n_heads = 128, .head_dim = 64, .n_groups = 2, .state_size = 128};
  CHECK(core(mamba, term::state_core) == 7 * 8192 * 128);
  mamba.scan = state_scan::two_per_state;
  CHECK(core(mamba, term::state_core) == 2 * 8192 * 128);
}

TEST_CASE("Mamba-2 in chunks: the matrix products of its algorithm, chunk by chunk") {
  // 2405.21060, section 6: with chunks of 256, 2 groups, 128 heads of P = 64, N = 128. A chunk's products:
  //   C·Bᵀ           2 · 256² · 128 for each group     33,554,432
  //   (L ∘ scores)·X 2 · 256² · 64 for each head    1,073,741,824
  //   states         2 · 256 · 128 · 64 each head     536,870,912
  //   outputs        the same                         536,870,912
  mamba_2<> const mamba{
      .n_heads = 128, .head_dim = 64, .n_groups = 2, .state_size = 128, .scan = state_scan::chunked, .chunk = 256};
  auto const whole = [&](count length, causal_rule rule) {
    return account_of(with(mamba), {length, rule}).core[term::state_core];
  };
  count const chunk = count(33'554'432) + 1'073'741'824 + 2 * count(536'870'912);
  CHECK(whole(256, causal_rule::full) == chunk);
  CHECK(whole(4 * 256, causal_rule::full) == 4 * chunk);
  // the default: half of the products of two tokens
  CHECK(whole(256, causal_rule::half) == (33'554'432 + 1'073'741'824) / 2 + 2 * count(536'870'912));
  // a rest of 10 tokens is a chunk of its own: 2·10²·(128·2 + 64·128) + 2·2·10·128·64·128
  CHECK(whole(256 + 10, causal_rule::full) == chunk + 200 * 8448 + 40 * 1'048'576);
}

TEST_CASE("forward FLOPs are twice the active matrix weights and the core terms, for every kind") {
  mixer const kinds[] = {
      grouped_query_attention<>{
          .n_heads = 8, .n_kv_heads = 2, .head_dim = 64, .output_gate = output_gate_kind::per_head, .sinks = true},
      gated_delta_net<>{.n_key_heads = 2, .n_value_heads = 4, .key_head_dim = 64, .value_head_dim = 32},
      grouped_query_attention<>{.n_heads = 8, .n_kv_heads = 1, .head_dim = 64, .query_lora = true, .q_lora_rank = 32},
      multi_head_latent_attention<>{.n_heads = 4,
                                    .q_lora_rank = 32,
                                    .kv_lora_rank = 16,
                                    .qk_nope_head_dim = 8,
                                    .qk_rope_head_dim = 8,
                                    .v_head_dim = 16,
                                    .output_gate = output_gate_kind::per_head},
      kimi_delta_attention<>{.n_heads = 4, .head_dim = 64},
      lightning_attention<>{.n_heads = 4, .head_dim = 64},
      mamba_1<>{.inner_width = 512, .step_rank = 16},
      mamba_2<>{.n_heads = 8, .head_dim = 64, .state_size = 32},
      mixture_of_attention_heads<>{.n_experts = 4, .top_k = 2, .n_kv_heads = 2, .head_dim = 64},
      encoder_decoder_attention<>{.n_heads = 4, .head_dim = 64, .decoder = true},
      mixer{}};
  for (mixer const& mix : kinds) {
    model const m = with(mix);
    sequence<> const tokens{.length = 512};
    CHECK(forward_flops(m, tokens).per_sequence() ==
          2 * 512 * count_parameters(m).active_matmul + account_of(m, tokens).core.total());
  }
}

TEST_CASE("recurrent state and key-value cache") {
  // MLA keeps kl + rope; shared keys and values keep nothing of their own; keys and values of one
  // projection are two tensors: Gemma 4 norms and rotates keys, and norms values (models/gemma4 of transformers).
  grouped_query_attention<> attention{.n_heads = 8, .n_kv_heads = 2, .head_dim = 64};
  CHECK(kv_cache_bytes_per_token(with(attention)) == 2 * 2 * 2 * 64);
  attention.key_values = key_value_kind::key_is_value;
  CHECK(kv_cache_bytes_per_token(with(attention)) == 2 * 2 * 2 * 64);
  attention.key_values = key_value_kind::shared;
  CHECK(kv_cache_bytes_per_token(with(attention)) == 0);
  // a state of 32 heads, 128 x 128, and three inputs of the convolution of 8192 channels
  gated_delta_net<> const delta{.n_key_heads = 16, .n_value_heads = 32, .key_head_dim = 128, .value_head_dim = 128};
  CHECK(kv_cache_bytes_per_token(with(delta)) == 0);
  CHECK(recurrent_state_bytes(with(delta)) == 2 * (32 * 128 * 128 + 3 * 8192));
}

TEST_CASE("a convention with a softmax charges it for every head that scores keys") {
  // levanter: 3 s^2 for each head, forward; here beside the scores and values, 4 s^2 for each feature of the heads
  count const s = 1000;
  auto const attention_core = [&](mixer const& mix) {
    return forward_flops(with(mix), s, find_convention("levanter")).by_term[term::attention_core];
  };
  auto const of_heads = [&](count n_heads, count features) { return s * s * (3 * n_heads + 4 * features); };
  CHECK(attention_core(grouped_query_attention<>{.n_heads = 8, .n_kv_heads = 2, .head_dim = 64}) ==
        of_heads(8, 8 * 64));
  // top_k experts of n_kv_heads heads each
  CHECK(attention_core(mixture_of_attention_heads<>{.n_experts = 4, .top_k = 2, .n_kv_heads = 3, .head_dim = 64}) ==
        of_heads(6, 6 * 64));
  // a decoder scores its own tokens and the encoder's
  CHECK(attention_core(encoder_decoder_attention<>{.n_heads = 4, .head_dim = 64}) == of_heads(4, 4 * 64));
  CHECK(attention_core(encoder_decoder_attention<>{.n_heads = 4, .head_dim = 64, .decoder = true}) ==
        2 * of_heads(4, 4 * 64));
  CHECK(attention_core(mamba_1<>{.inner_width = 512, .step_rank = 16}) == 0);
}
