#include "moetric/layers/kept_tensor.hpp"

#include "catch.hpp"
#include "moetric/model/feed_forward.hpp"
#include "moetric/model/mixer.hpp"
#include "moetric/zoo/deepseek.hpp"

using namespace moetric;

namespace {

// Bytes of bf16 training that a layer keeps of one token, by module.
struct by_module {
  count bytes[n_kept_modules]{};
  count all;

  count operator[](kept_module m) const { return bytes[static_cast<std::size_t>(m)]; }
};

template <class Layer>
by_module kept_by(Layer const& layer, count d_model) {
  by_module found;
  each_kept_tensor<count>(layer, d_model, 4096, [&](kept_tensor<> const& each) {
    count const bytes = each.elements * (each.fixed_bytes == 0 ? count(2) : each.fixed_bytes);
    found.bytes[static_cast<std::size_t>(each.module)] += bytes;
    found.all += bytes;
  });
  return found;
}

constexpr count mib = 1 << 20;
count in_mib(count bytes_per_token) {
  return floor_div(bytes_per_token * 4096, mib);
}

}  // namespace

// NVIDIA's Megatron-MoE-ModelZoo, misc/tools/deepseek_mem_estimate.py as run for DeepSeek-V3 with s = 4096, b = 1:
// MiB of each tensor. Its two layer inputs (2 x 56) are the norms' and counted with the layer. Its sum is 2236.
TEST_CASE("the tensors that DeepSeek-V3 keeps are those of the estimator that NVIDIA publishes") {
  by_module const attention = kept_by(zoo::deepseek_v3.layers.mixers[0].get<multi_head_latent_attention<>>(), 7168);
  CHECK(in_mib(attention[kept_module::norm]) == 56);  // input norm out
  // q_down 12, q norm 12, kv compressed 4, kv norm 4
  CHECK(in_mib(attention[kept_module::latent]) == 12 + 12 + 4 + 4);
  // q and k with rope 192 each, v 128
  CHECK(in_mib(attention[kept_module::up_projection]) == 192 + 192 + 128);
  CHECK(in_mib(attention[kept_module::core_output]) == 128);
  CHECK(in_mib(attention[kept_module::core]) == 2);  // softmax context
  by_module const moe = kept_by(zoo::deepseek_v3.layers.ffns[1].get<experts<>>(), 7168);
  CHECK(in_mib(moe[kept_module::norm]) == 56);
  CHECK(in_mib(moe[kept_module::routing]) == 2 + 8);         // router probabilities, row id map
  CHECK(in_mib(moe[kept_module::dispatch]) == 448);          // permuted tokens
  CHECK(in_mib(moe[kept_module::combine]) == 448);           // unpermuted tokens
  CHECK(in_mib(moe[kept_module::projections]) == 256 + 32);  // fc1 of experts and of the shared one
  CHECK(in_mib(moe[kept_module::activation_function]) == 128 + 16);
  CHECK(in_mib(attention.all + moe.all) + 2 * 56 == 2236);
  // Savings by option over 60 layer-microbatches, GiB, printed: activation function 8.4375, up-projections 30.0, norms
  // 6.5625, probabilities moved into SwiGLU 26.25, offloaded fc1 26.25.
  auto const saved = [](count bytes_per_token) {
    return static_cast<double>(bytes_per_token * 4096 * 60) / static_cast<double>(1024 * mib);
  };
  CHECK(saved(moe[kept_module::activation_function]) == 8.4375);
  CHECK(saved(attention[kept_module::up_projection]) == 30.0);
  CHECK(saved(attention[kept_module::norm] + moe[kept_module::norm]) == 6.5625);
  CHECK(saved(moe[kept_module::combine]) == 26.25);
  CHECK(saved(moe[kept_module::dispatch]) == 26.25);
}

// 2205.05198, section 4.1, a GPT layer with GELU and multi-head attention: without dropout masks (2 x sbh + as²b), the
// attention block keeps sbh(2 QKV input, 4 Q and K, 2 V, 2 projection input), the MLP sbh(2 + 8 + 8), norms 4.
TEST_CASE("a GPT layer keeps what Korthikanti et al. list, but dropout masks and the square of scores") {
  constexpr grouped_query_attention<> attention{.n_heads = 64, .head_dim = 96};
  by_module const mix = kept_by(attention, 6144);
  CHECK(mix.all - mix[kept_module::core] == (2 + 4 + 2 + 2) * count(6144));
  CHECK(mix[kept_module::core] == 4 * 64);  // flash attention keeps sums instead of scores
  CHECK(kept_by(dense_ffn<>{.d_ff = 4 * 6144, .kind = ffn_kind::plain}, 6144).all == (2 + 8 + 8) * count(6144));
}

TEST_CASE("kinds add what their matrices do not tell") {
  // Mamba-2 of Nemotron-H: in_proj outputs, convolved channels, the output before the norm and after it
  constexpr mamba_2<> scan{.n_heads = 256, .head_dim = 64, .n_groups = 8, .state_size = 256};
  count const inner = 256 * 64, group = 8 * 256;
  CHECK(kept_by(scan, 8192).all == 2 * (8192 + (2 * inner + 2 * group + 256) + (inner + 2 * group) + inner + inner));
  // Gates keep the product's both factors; a norm on queries and keys keeps them before and after.
  constexpr grouped_query_attention<> plain{.n_heads = 8, .n_kv_heads = 2, .head_dim = 16};
  grouped_query_attention<> gated = plain;
  gated.output_gate = output_gate_kind::per_element;
  CHECK(kept_by(gated, 128).all - kept_by(plain, 128).all == 2 * 2 * 8 * 16);
  grouped_query_attention<> normed = plain;
  normed.qk_norm = qk_norm_kind::per_head;
  CHECK(kept_by(normed, 128).all - kept_by(plain, 128).all == 2 * (8 + 2) * 16);
  CHECK(kept_by(no_mixer{}, 128).all == 0);
  CHECK(kept_by(no_feed_forward{}, 128).all == 0);
  custom_mixer const mine{.weights = {.matrices = {{projection::query, 64, 32}, {projection::output, 32, 64}}},
                          .kept_per_token = 5};
  CHECK(kept_by(mine, 64).all == 2 * (64 + 32 + 32 + 5));
}

// Megatron-Core and vLLM: the layers that are RowParallelLinear; all others that are divided are ColumnParallelLinear.
TEST_CASE("ranks divide the inputs of the matrices that trainers and engines make row-parallel, and of no others") {
  projection_set const row_parallel{
      projection::output,       // linear_proj, o_proj
      projection::output_down,  // wo_a of DeepSeek-V4: by its groups of heads
      projection::output_up,    // wo_b
      projection::ffn_down,     // linear_fc2, down_proj
      projection::expert_down,      projection::shared_down, projection::residual_down,
      projection::state_parameters,  // x_proj of Mamba
  };
  for (std::size_t i = 0; i != n_projections; ++i) {
    auto const p = static_cast<projection>(i);
    INFO(name(p));
    CHECK(detail::divides_inputs(p) == row_parallel.contains(p));
  }
}

// vLLM's mamba_mixer.py: x_proj is RowParallelLinear, whose sum each rank holds whole; in_proj is ColumnParallelLinear.
TEST_CASE("the output of a row-parallel matrix is not divided by its width") {
  constexpr mamba_1<> scan{.inner_width = 64, .state_size = 16, .step_rank = 8};
  count whole, divided;
  each_kept_tensor(scan, count(32), count(1), [&](kept_tensor<> const& kept) {
    if (kept.module != kept_module::projections || kept.matrix_input) return;
    (kept.split == kept_split::tensor ? divided : whole) += kept.elements;
  });
  CHECK(whole == 8 + 2 * 16);
  CHECK(divided == 2 * 64 + 64);  // in_proj, and the step size of each channel
}
