#include "moetric/layers/multi_head_latent_attention.hpp"

#include "catch.hpp"

using namespace moetric;

namespace {

// Three heads of 4 + 2 for queries and keys and 5 for values, ranks 7 and 8, in a model of width 10: query down 7x10
// and up 18x7, key-value down 10x10 (8 + 2) and up 27x8, output 10x15.
constexpr multi_head_latent_attention<> attention{.n_heads = 3,
                                                  .q_lora_rank = 7,
                                                  .kv_lora_rank = 8,
                                                  .qk_nope_head_dim = 4,
                                                  .qk_rope_head_dim = 2,
                                                  .v_head_dim = 5,
                                                  .bias = true};

constexpr multi_head_latent_attention<> without_query_lora() {
  multi_head_latent_attention<> result = attention;
  result.query_lora = false;
  return result;
}

}  // namespace

TEST_CASE("latent attention has the weights of its five projections") {
  CHECK(attention.query_width() == 18);
  CHECK(attention.output_width() == 15);
  CHECK(attention.compressed_key_value_width() == 10);
  CHECK(attention.query_weights(10) == 70 + 126);
  CHECK(attention.key_value_weights(10) == 100 + 216);
  CHECK(attention.projection_weights(10) == 70 + 126 + 100 + 216 + 150);
}

TEST_CASE("latent attention without a query rank projects queries at once") {
  CHECK(without_query_lora().query_weights(10) == 180);
  CHECK(without_query_lora().projection_weights(10) == 180 + 100 + 216 + 150);
}

TEST_CASE("latent attention has biases on its down-projections and output when it says so") {
  CHECK(attention.bias_weights(10) == 7 + 10 + 10);
  CHECK(without_query_lora().bias_weights(10) == 10 + 10);
  multi_head_latent_attention<> unbiased = attention;
  unbiased.bias = false;
  CHECK(unbiased.bias_weights(10) == 0);
  CHECK_FALSE(multi_head_latent_attention<>{}.bias);
}

TEST_CASE("a gate on latent attention is of each element or of each head") {
  multi_head_latent_attention<> gated = attention;
  CHECK(detail::stored_in(gated, count(10), projection::output_gate) == 0);
  gated.output_gate = output_gate_kind::per_element;
  CHECK(detail::stored_in(gated, count(10), projection::output_gate) == 10 * 15);
  gated.output_gate = output_gate_kind::per_head;
  CHECK(detail::stored_in(gated, count(10), projection::output_gate) == 10 * 3);
}

// models/axk2 of transformers 5.16: q_gate_proj(cat(q_resid, q_compressed)); y sigmoid(fc2(silu(fc1(y)))) on the norm
// y.
TEST_CASE("queries and a gate may come from the latent query before and after its norm, and the norm have a gate") {
  multi_head_latent_attention<> gated = attention;
  gated.latent_gate = true;
  CHECK(gated.query_weights(10) == 70 + 2 * 7 * (18 + 15));
  gated.latent_gate = false;
  gated.norm_gate = true;
  gated.norm_gate_rank = 2;
  CHECK(detail::stored_in(gated, count(10), {projection::norm_gate_down, projection::norm_gate_up}) == 2 * 2 * 10);
  CHECK(gated.projection_weights(10) == attention.projection_weights(10));
  auto const kept = [](multi_head_latent_attention<> const& layer) {
    count elements;
    each_kept_tensor<count>(layer, 10, 1, [&](kept_tensor<> const& each) { elements += each.elements; });
    return elements;
  };
  CHECK(kept(gated) - kept(attention) == 10 + 2 + 2 + 10);  // y, fc1's output, silu's, fc2's
  for (projection const after : {projection::query_down, projection::key_value_down, projection::norm_gate_up})
    CHECK(upstream_of(after).matrices.contains(projection::norm_gate_down));
  CHECK(upstream_of(projection::norm_gate_down).matrices == projection_set{});
}

TEST_CASE("the ranks are normed") {
  CHECK(attention.latent_norm_weights() == 7 + 8);
  CHECK(without_query_lora().latent_norm_weights() == 8);
}

TEST_CASE("a pair costs 2·(nope + rope) FLOPs for its score and 2·v for its value, in each latent head") {
  CHECK(2 * attention.core_flops_per_half_pair() == 3 * (2 * 6 + 2 * 5));
}

TEST_CASE("a cache keeps the rank and the rotary part, whatever the number of heads") {
  CHECK(attention.cache().elements == 8 + 2);
}

TEST_CASE("latent attention that says nothing has nothing") {
  CHECK(multi_head_latent_attention<>{} == multi_head_latent_attention<>{.n_heads = 0,
                                                                         .query_lora = true,
                                                                         .q_lora_rank = 0,
                                                                         .kv_lora_rank = 0,
                                                                         .qk_nope_head_dim = 0,
                                                                         .qk_rope_head_dim = 0,
                                                                         .v_head_dim = 0});
}
