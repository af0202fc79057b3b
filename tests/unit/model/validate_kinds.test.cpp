// The rules of every other kind of layer, each with the sentence that a user reads when it is broken.
#include "catch.hpp"
#include "moetric/model/validate.hpp"

using namespace moetric;

namespace {

constexpr sparse_indexer<> index{.n_heads = 4, .head_dim = 8, .top_k = 16};
constexpr compressed_attention<> compressed{.n_heads = 8,
                                            .head_dim = 16,
                                            .q_lora_rank = 32,
                                            .n_output_groups = 2,
                                            .output_lora_rank = 8,
                                            .window = 64,
                                            .compression = key_compression::sparse,
                                            .compression_rate = 4,
                                            .n_index_heads = 2,
                                            .index_head_dim = 8};
constexpr mixture_of_attention_heads<> heads{.n_experts = 4, .top_k = 2, .n_kv_heads = 2, .head_dim = 16};
constexpr gated_delta_net<> delta{.n_key_heads = 2, .n_value_heads = 4, .key_head_dim = 8, .value_head_dim = 8};
constexpr kimi_delta_attention<> kimi{.n_heads = 4, .head_dim = 8};
constexpr mamba_1<> mamba1{.inner_width = 64, .state_size = 16, .step_rank = 4};
constexpr mamba_2<> mamba2{.n_heads = 8, .head_dim = 8, .n_groups = 2, .state_size = 16};

/// A layer with one field changed.
template <class Layer, class Change>
mixer changed(Layer layer, Change change) {
  change(layer);
  return layer;
}

struct row {
  mixer broken;
  char const* sentence;
};

std::string told(mixer const& mix, feed_forward const& ffn = dense_ffn<>{.d_ff = 8}) {
  diagnosis const report = diagnose({.d_model = 64, .input = {.vocab_size = 10}, .layers = {{mix, ffn}}});
  std::string all;
  for (violation const& each : report.violations) all += to_string(each);
  return all;
}

}  // namespace

TEST_CASE("sound layers of every kind break no rule") {
  grouped_query_attention<> const sparse{.n_heads = 4, .head_dim = 8, .sparse = true, .indexer = index};
  for (mixer const& mix : {mixer(compressed), mixer(heads), mixer(delta), mixer(kimi), mixer(mamba1), mixer(mamba2),
                           mixer(sparse), mixer(lightning_attention<>{.n_heads = 4, .head_dim = 8}),
                           mixer(encoder_decoder_attention<>{.n_heads = 4, .head_dim = 8}), mixer()})
    CHECK(told(mix) == "");
}

TEST_CASE("each broken rule of each kind is told by its sentence alone") {
  grouped_query_attention<> const sparse{.n_heads = 4, .head_dim = 8, .sparse = true, .indexer = index};
  encoder_decoder_attention<> const encoder{.n_heads = 4, .head_dim = 8};
  lightning_attention<> const lightning{.n_heads = 4, .head_dim = 8};
  row const rows[] = {
      {changed(sparse, [](auto& a) { a.query_lora = true; }),
       "moetric: q_lora_rank must be positive with query_lora, but got 0"},
      {changed(sparse, [](auto& a) { a.indexer.n_heads = 0; }),
       "moetric: n_heads of an indexer must be positive, but got 0"},
      {changed(sparse, [](auto& a) { a.indexer.head_dim = 0; }),
       "moetric: head_dim of an indexer must be positive, but got 0"},
      {changed(sparse, [](auto& a) { a.indexer.top_k = 0; }),
       "moetric: top_k of an indexer must be positive, but got 0"},
      {changed(compressed, [](auto& a) { a.n_output_groups = 3; }),
       "moetric: n_heads must be divisible by n_output_groups, but got 8 and 3"},
      {changed(compressed, [](auto& a) { a.n_output_groups = 0; }),
       "moetric: n_output_groups must be positive, but got 0"},
      {changed(compressed, [](auto& a) { a.head_dim = 0; }), "moetric: head_dim must be positive, but got 0"},
      {changed(compressed, [](auto& a) { a.q_lora_rank = 0; }), "moetric: q_lora_rank must be positive, but got 0"},
      {changed(compressed, [](auto& a) { a.output_lora_rank = 0; }),
       "moetric: output_lora_rank must be positive, but got 0"},
      {changed(compressed, [](auto& a) { a.window = 0; }), "moetric: window must be positive, but got 0"},
      {changed(compressed, [](auto& a) { a.compression_rate = 0; }),
       "moetric: compression_rate must be positive, but got 0"},
      {changed(compressed, [](auto& a) { a.index_head_dim = 0; }),
       "moetric: n_index_heads and index_head_dim must be positive with sparse compression, but got 2 and 0"},
      {changed(encoder, [](auto& a) { a.n_heads = 0; }), "moetric: n_heads must be positive, but got 0"},
      {changed(encoder, [](auto& a) { a.head_dim = 0; }), "moetric: head_dim must be positive, but got 0"},
      {changed(heads, [](auto& a) { a.top_k = 5; }), "moetric: top_k must not exceed n_experts, but got 5 and 4"},
      {changed(heads, [](auto& a) { a.top_k = 0; }), "moetric: top_k must be positive, but got 0"},
      {changed(heads, [](auto& a) { a.n_kv_heads = 0; }), "moetric: n_kv_heads must be positive, but got 0"},
      {changed(delta, [](auto& r) { r.n_value_heads = 5; }),
       "moetric: n_value_heads must be divisible by n_key_heads, but got 5 and 2"},
      {changed(delta, [](auto& r) { r.n_value_heads = 0; }), "moetric: n_value_heads must be positive, but got 0"},
      {changed(delta, [](auto& r) { r.n_key_heads = 0; }), "moetric: n_key_heads must be positive, but got 0"},
      {changed(delta, [](auto& r) { r.key_head_dim = 0; }), "moetric: key_head_dim must be positive, but got 0"},
      {changed(delta, [](auto& r) { r.value_head_dim = 0; }), "moetric: value_head_dim must be positive, but got 0"},
      {changed(delta, [](auto& r) { r.convolution_width = 0; }),
       "moetric: convolution_width must be positive, but got 0"},
      {changed(kimi, [](auto& r) { r.n_heads = 0; }), "moetric: n_heads must be positive, but got 0"},
      {changed(kimi, [](auto& r) { r.head_dim = 0; }), "moetric: head_dim must be positive, but got 0"},
      {changed(kimi, [](auto& r) { r.convolution_width = 0; }),
       "moetric: convolution_width must be positive, but got 0"},
      {changed(lightning, [](auto& r) { r.n_heads = 0; }), "moetric: n_heads must be positive, but got 0"},
      {changed(lightning, [](auto& r) { r.head_dim = 0; }), "moetric: head_dim must be positive, but got 0"},
      {changed(mamba1, [](auto& r) { r.inner_width = 0; }), "moetric: inner_width must be positive, but got 0"},
      {changed(mamba1, [](auto& r) { r.state_size = 0; }), "moetric: state_size must be positive, but got 0"},
      {changed(mamba1, [](auto& r) { r.step_rank = 0; }), "moetric: step_rank must be positive, but got 0"},
      {changed(mamba1, [](auto& r) { r.convolution_width = 0; }),
       "moetric: convolution_width must be positive, but got 0"},
      {changed(mamba2, [](auto& r) { r.n_groups = 3; }),
       "moetric: n_heads must be divisible by n_groups, but got 8 and 3"},
      {changed(mamba2, [](auto& r) { r.n_groups = 0; }), "moetric: n_groups must be positive, but got 0"},
      {changed(mamba2, [](auto& r) { r.state_size = 0; }), "moetric: state_size must be positive, but got 0"},
      {changed(mamba2, [](auto& r) { r.convolution_width = 0; }),
       "moetric: convolution_width must be positive, but got 0"},
      {changed(mamba2, [](auto& r) { r.chunk = 0; }), "moetric: chunk must be positive, but got 0"},
  };
  for (row const& each : rows) CHECK(told(each.broken) == each.sentence);
  CHECK(told(mixer(), experts<>{.n_experts = 8, .top_k = 2, .d_expert = 4, .latent = true}) ==
        "moetric: d_latent must be positive with latent experts, but got 0");
}

TEST_CASE("gates and networks without a width are told by their sentence") {
  multi_head_latent_attention<> const latent{.n_heads = 4,
                                             .q_lora_rank = 8,
                                             .kv_lora_rank = 8,
                                             .qk_nope_head_dim = 4,
                                             .qk_rope_head_dim = 4,
                                             .v_head_dim = 4,
                                             .latent_gate = true};
  CHECK(told(latent) == "");
  CHECK(told(changed(latent, [](auto& a) { a.output_gate = output_gate_kind::per_head; })) ==
        "moetric: latent_gate must have query_lora and no output_gate, but got 8");
  CHECK(told(changed(latent, [](auto& a) { a.norm_gate = true; })) ==
        "moetric: norm_gate_rank must be positive with norm_gate, but got 0");
  experts<> const moe{.n_experts = 8, .top_k = 2, .d_expert = 4, .deep_router = true, .d_router = 4};
  auto const with = [&moe](auto change) {
    experts<> e = moe;
    change(e);
    return told(mixer(), e);
  };
  CHECK(with([](auto&) {}) == "");
  CHECK(with([](auto& e) { e.d_router = 0; }) == "moetric: d_router must be positive with deep_router, but got 0");
  CHECK(with([](auto& e) { e.router = router_kind::hashed; }) ==
        "moetric: a deep_router must be linear and no router by modality, but got 4");
  CHECK(with([](auto& e) { e.norm_gate = true; }) ==
        "moetric: norm_gate_rank must be positive with norm_gate, but got 0");
}

TEST_CASE("groups of experts that no router could choose from are told by their sentence") {
  // DeepSeek-V3's: 256 experts in 8 groups, of which a token sees 4; groups score by their best two experts
  experts<> const grouped{
      .n_experts = 256, .top_k = 8, .d_expert = 4, .correction_bias = true, .n_group = 8, .topk_group = 4};
  auto const with = [&](auto change) {
    experts<> e = grouped;
    change(e);
    return told(mixer(), e);
  };
  CHECK(with([](auto&) {}) == "");
  CHECK(with([](auto& e) { e.n_group = 12; }) == "moetric: n_experts must be divisible by n_group, but got 256 and 12");
  CHECK(with([](auto& e) { e.topk_group = 9; }) == "moetric: topk_group must not exceed n_group, but got 9 and 8");
  CHECK(with([](auto& e) {
          e.topk_group = 0;
          e.top_k = 1;
        }) == "moetric: topk_group must be positive with n_group, but got 0"
              "moetric: top_k must not exceed the experts in topk_group groups, but got 1 and 0");
  CHECK(with([](auto& e) {
          e.n_group = 64;
          e.topk_group = 1;
        }) == "moetric: top_k must not exceed the experts in topk_group groups, but got 8 and 4");
  CHECK(with([](auto& e) {
          e.n_group = 256;
          e.topk_group = 8;
        }) ==
        "moetric: experts in a group must be at least 2 with correction_bias, whose groups score by two, but got 1");
  CHECK(with([](auto& e) {
          e.n_group = 256;
          e.topk_group = 8;
          e.correction_bias = false;
        }) == "");
  CHECK(with([](auto& e) { e.router = router_kind::hashed; }) ==
        "moetric: n_group must be at most 1 unless tokens choose by a linear router, but got 8");
  CHECK(with([](auto& e) { e.n_group = e.topk_group = 0; }) == "");
}
