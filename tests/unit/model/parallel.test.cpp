#include "moetric/model/parallel.hpp"

#include "catch.hpp"
#include "moetric/zoo/catalogue.hpp"

using namespace moetric;

namespace {

std::string told(model const& m, parallel_sizes const& sizes) {
  std::string all;
  for (violation const& each : diagnose(m, sizes).violations) all += (all.empty() ? "" : "; ") + to_string(each);
  return all;
}

// A layer of each kind whose widths are powers of two. A kind without a sample does not compile.
template <class Kind>
struct sample;
template <>
struct sample<grouped_query_attention<>> {
  static constexpr grouped_query_attention<> of{.n_heads = 16, .n_kv_heads = 4, .head_dim = 8};
};
template <>
struct sample<multi_head_latent_attention<>> {
  static constexpr multi_head_latent_attention<> of{.n_heads = 16,
                                                    .q_lora_rank = 8,
                                                    .kv_lora_rank = 8,
                                                    .qk_nope_head_dim = 8,
                                                    .qk_rope_head_dim = 8,
                                                    .v_head_dim = 8};
};
template <>
struct sample<compressed_attention<>> {
  static constexpr compressed_attention<> of{.n_heads = 16,
                                             .head_dim = 8,
                                             .q_lora_rank = 8,
                                             .n_output_groups = 16,
                                             .output_lora_rank = 8,
                                             .compression = key_compression::sparse,
                                             .compression_rate = 4,
                                             .n_index_heads = 16,
                                             .index_head_dim = 8};
};
template <>
struct sample<encoder_decoder_attention<>> {
  static constexpr encoder_decoder_attention<> of{.n_heads = 16, .head_dim = 8};
};
template <>
struct sample<mixture_of_attention_heads<>> {
  static constexpr mixture_of_attention_heads<> of{.n_experts = 4, .top_k = 2, .n_kv_heads = 16, .head_dim = 8};
};
template <>
struct sample<gated_delta_net<>> {
  static constexpr gated_delta_net<> of{.n_key_heads = 16, .n_value_heads = 16, .key_head_dim = 8, .value_head_dim = 8};
};
template <>
struct sample<kimi_delta_attention<>> {
  static constexpr kimi_delta_attention<> of{.n_heads = 16, .head_dim = 8};
};
template <>
struct sample<lightning_attention<>> {
  static constexpr lightning_attention<> of{.n_heads = 16, .head_dim = 8};
};
template <>
struct sample<mamba_1<>> {
  static constexpr mamba_1<> of{.inner_width = 128, .step_rank = 4};
};
template <>
struct sample<mamba_2<>> {
  static constexpr mamba_2<> of{.n_heads = 16, .head_dim = 8, .n_groups = 16, .state_size = 8};
};
template <>
struct sample<short_convolution<>> {
  static constexpr short_convolution<> of{.width = 64};
};
template <>
struct sample<parallel_hybrid<>> {
  static constexpr parallel_hybrid<> of{.attention = {.n_heads = 16, .head_dim = 8},
                                        .state_space = {.n_heads = 16, .head_dim = 8, .n_groups = 16, .state_size = 8}};
};
template <>
struct sample<custom_mixer> {
  static constexpr custom_mixer of{.weights = {.matrices = {{projection::query, 64, 64}}}, .n_heads = 16};
};
template <>
struct sample<custom_feed_forward> {
  static constexpr custom_feed_forward of{.weights = {.matrices = {{projection::ffn_up, 64, 64}}}, .width = 64};
};
template <>
struct sample<dense_ffn<>> {
  static constexpr dense_ffn<> of{.d_ff = 64};
};
template <>
struct sample<experts<>> {
  static constexpr experts<> of{.n_experts = 4, .top_k = 2, .d_expert = 64, .n_shared_experts = 1};
};

template <class Kind>
model with_sample() {
  model m{.d_model = 64, .input = {.vocab_size = 10}};
  if constexpr (mixer::holds<Kind>)
    m.layers.append({sample<Kind>::of, feed_forward{}});
  else
    m.layers.append({mixer{}, sample<Kind>::of});
  return m;
}

template <class Kind>
void check_kind() {
  // A layer without anything has nothing to share.
  if constexpr (!std::same_as<Kind, no_mixer> && !std::same_as<Kind, no_feed_forward>) {
    model const m = with_sample<Kind>();
    CAPTURE(std::string(Kind::kind_name));
    CHECK(told(m, {}) == "");
    CHECK(told(m, {.tensor = 4, .expert_tensor = 4}) == "");
    for (count const wrong : {3, 7, 12}) {
      CHECK_THAT(told(m, {.tensor = wrong, .expert_tensor = wrong}),
                 Catch::Matchers::ContainsSubstring("must be divisible by the") ||
                     Catch::Matchers::ContainsSubstring("must divide or be divisible by"));
    }
  }
}

template <class... Kinds>
void check_kinds(layer_union<Kinds...> const&) {
  (check_kind<Kinds>(), ...);
}

}  // namespace

TEST_CASE("every kind of layer refuses sizes that do not divide it") {
  check_kinds(mixer{});
  check_kinds(feed_forward{});
}

TEST_CASE("a published model of each kind is refused at 7 ranks") {
  CHECK(told(zoo::jetmoe_8b, {.tensor = 7}) != "");
  // Falcon-Mamba-7B: 64 layers of width 8192 (tiiuae/falcon-mamba-7b)
  model const falcon_mamba{.d_model = 4096,
                           .input = {.vocab_size = 65024},
                           .layers = {{mamba_1<>{.inner_width = 8192, .step_rank = 256}, feed_forward{}, 64, 1}}};
  CHECK(told(falcon_mamba, {.tensor = 7}) ==
        "moetric: inner_width must be divisible by the tensor-parallel size, but got 8192 and 7");
  CHECK(told(falcon_mamba, {.tensor = 8}) == "");
  for (char const* const id : {"gpt-3", "deepseek-v3", "deepseek-v4-flash", "switch-base-8", "qwen3-next-80b-a3b",
                               "kimi-linear-48b-a3b", "minimax-m1", "jamba-v0.1", "nemotron-h-56b", "lfm2-1.2b"}) {
    CAPTURE(id);
    CHECK(told(*zoo::find(id)->value, {.tensor = 7}) != "");
  }
}

TEST_CASE("modules of multi-token prediction are sharded too") {
  model m{.d_model = 64,
          .input = {.vocab_size = 10},
          .layers = {{grouped_query_attention<>{.n_heads = 8, .head_dim = 8}, dense_ffn<>{.d_ff = 64}}},
          .mtp = {.modules = 1,
                  .block = {grouped_query_attention<>{.n_heads = 6, .head_dim = 8},
                            experts<>{.n_experts = 6, .top_k = 2, .d_expert = 64}}}};
  CHECK(told(m, {.tensor = 4, .expert = 4}) ==
        "moetric: n_heads must be divisible by the tensor-parallel size, but got 6 and 4; "
        "moetric: n_kv_heads must divide or be divisible by the tensor-parallel size, but got 6 and 4; "
        "moetric: n_experts must be divisible by the expert-parallel size, but got 6 and 4");
  CHECK(told(m, {.tensor = 2, .expert = 3}) == "");
  // A block like the layers' reports once.
  m.mtp.block = {m.layers.mixers[0], m.layers.ffns[0]};
  CHECK(told(m, {.tensor = 16}).find("n_heads") == told(m, {.tensor = 16}).rfind("n_heads must"));
}

TEST_CASE("sizes that real runs used break no rule") {
  // DeepSeek-V3 trained with 64-way expert parallelism, 16 pipeline stages and no tensor parallelism (2412.19437,
  // section 3.2)
  CHECK(told(zoo::deepseek_v3, {.expert = 64, .pipeline = 16}) == "");
  CHECK(told(zoo::llama_3_8b, {.tensor = 8, .pipeline = 4, .sequence_length = 8192}) == "");
  static_assert(diagnose(zoo::qwen3_30b_a3b, {.tensor = 4, .expert = 8}).ok());
}

TEST_CASE("sizes that do not divide are told by their sentences, all at once") {
  CHECK(told(zoo::deepseek_v3, {.expert = 96}) ==
        "moetric: n_experts must be divisible by the expert-parallel size, but got 256 and 96");
  CHECK(told(zoo::deepseek_v3, {.pipeline = 64}) ==
        "moetric: the pipeline-parallel size must not exceed the number of layers, but got 64 and 61");
  CHECK(told(zoo::llama_3_8b, {.tensor = 3}) ==
        "moetric: n_heads must be divisible by the tensor-parallel size, but got 32 and 3; "
        "moetric: n_kv_heads must divide or be divisible by the tensor-parallel size, but got 8 and 3; "
        "moetric: d_ff must be divisible by the tensor-parallel size, but got 14336 and 3");
  CHECK(told(zoo::llama_3_8b, {.expert = 2}) ==
        "moetric: the expert-parallel size must be 1 without experts, but got 2");
  CHECK(told(zoo::llama_3_8b, {.tensor = 0}) == "moetric: the tensor-parallel size must be positive, but got 0");
  CHECK(told(zoo::mistral_7b_v0_1, {.sequence_length = 2048}) ==
        "moetric: window must not exceed the sequence length, but got 4096 and 2048");
  CHECK_THROWS_AS(validate(zoo::deepseek_v3, {.expert = 96}), std::invalid_argument);
}

TEST_CASE("odd heads cannot be rotated") {
  model const odd{.d_model = 64,
                  .input = {.vocab_size = 10},
                  .layers = {{grouped_query_attention<>{.n_heads = 4, .head_dim = 15}, dense_ffn<>{.d_ff = 64}}}};
  CHECK(told(odd, {}) == "moetric: head_dim must be even for rotary positions, but got 15");
}

TEST_CASE("every kind of layer states how it splits over tensor-parallel ranks") {
  auto const with = [](mixer const& mix, parallel_sizes const& sizes,
                       feed_forward const& ffn = dense_ffn<>{.d_ff = 420}) {
    return told({.d_model = 64, .input = {.vocab_size = 10}, .layers = {{mix, ffn}}}, sizes);
  };
  // Seven divides the width of the feed-forward and nothing below.
  std::string const by_7 = " must be divisible by the tensor-parallel size, but got ";
  CHECK(with(
            compressed_attention<>{
                .n_heads = 16, .head_dim = 8, .q_lora_rank = 8, .n_output_groups = 4, .output_lora_rank = 8},
            {.tensor = 7}) == "moetric: n_heads" + by_7 + "16 and 7; moetric: n_output_groups" + by_7 + "4 and 7");
  CHECK(with(encoder_decoder_attention<>{.n_heads = 16, .head_dim = 8}, {.tensor = 7}) ==
        "moetric: n_heads" + by_7 + "16 and 7");
  CHECK(with(mixture_of_attention_heads<>{.n_experts = 4, .top_k = 2, .n_kv_heads = 16, .head_dim = 8},
             {.tensor = 7}) == "moetric: n_kv_heads" + by_7 + "16 and 7");
  CHECK(with(gated_delta_net<>{.n_key_heads = 4, .n_value_heads = 8, .key_head_dim = 8, .value_head_dim = 8},
             {.tensor = 7}) == "moetric: n_key_heads" + by_7 + "4 and 7; moetric: n_value_heads" + by_7 + "8 and 7");
  CHECK(with(kimi_delta_attention<>{.n_heads = 16, .head_dim = 8}, {.tensor = 7}) ==
        "moetric: n_heads" + by_7 + "16 and 7");
  CHECK(with(lightning_attention<>{.n_heads = 16, .head_dim = 8}, {.tensor = 7}) ==
        "moetric: n_heads" + by_7 + "16 and 7");
  CHECK(with(mamba_1<>{.inner_width = 128, .step_rank = 4}, {.tensor = 7}) ==
        "moetric: inner_width" + by_7 + "128 and 7");
  // Megatron-LM's MambaMixer asserts both.
  CHECK(with(mamba_2<>{.n_heads = 16, .head_dim = 8, .n_groups = 8, .state_size = 8}, {.tensor = 7}) ==
        "moetric: n_heads" + by_7 + "16 and 7; moetric: n_groups" + by_7 + "8 and 7");
  CHECK(with(mixer{}, {.tensor = 7}) == "");
  CHECK(with(mixer{}, {.tensor = 8}) == "moetric: d_ff" + by_7 + "420 and 8");
  CHECK(with(mixer{}, {.tensor = 8}, feed_forward{}) == "");
}

TEST_CASE("experts are spread whole over expert-parallel ranks, shared ones over tensor-parallel ranks") {
  model m{.d_model = 64,
          .input = {.vocab_size = 10},
          .layers = {{mixer{}, experts<>{.n_experts = 8,
                                         .top_k = 2,
                                         .d_expert = 24,
                                         .n_shared_experts = 2,
                                         .d_shared_expert = 10,
                                         .d_residual = 28}}}};
  CHECK(told(m, {.tensor = 4, .expert = 8, .expert_tensor = 3}) == "");
  // Only the expert-tensor-parallel size splits a routed expert.
  CHECK(told(m, {.expert = 3, .expert_tensor = 5}) ==
        "moetric: n_experts must be divisible by the expert-parallel size, but got 8 and 3; "
        "moetric: d_expert must be divisible by the expert-tensor-parallel size, but got 24 and 5");
  CHECK(told(m, {.tensor = 8}) ==
        "moetric: the width of all shared experts must be divisible by the tensor-parallel size, but got 20 and 8; "
        "moetric: d_residual must be divisible by the tensor-parallel size, but got 28 and 8");
  CHECK(told(m, {.expert_tensor = 0}) == "moetric: the expert-tensor-parallel size must be positive, but got 0");
}

TEST_CASE("routed experts are split over the tensor-parallel ranks unless their own size says otherwise") {
  model const m{.d_model = 64,
                .input = {.vocab_size = 10},
                .layers = {{mixer{}, experts<>{.n_experts = 8, .top_k = 2, .d_expert = 1404}}}};
  CHECK(told(m, {.tensor = 8}) ==
        "moetric: d_expert must be divisible by the expert-tensor-parallel size, but got 1404 and 8");
  CHECK(told(m, {.tensor = 8, .expert_tensor = 1}) == "");
}

TEST_CASE("context-parallel ranks share a sequence in pairs of chunks") {
  CHECK(told(zoo::llama_3_8b, {.sequence_length = 8192, .context = 4}) == "");
  CHECK(told(zoo::llama_3_8b, {.sequence_length = 8196, .context = 4}) ==
        "moetric: the sequence length must be divisible by twice the context-parallel size, but got 8196 and 4");
  CHECK(told(zoo::llama_3_8b, {.context = 0}) == "moetric: the context-parallel size must be positive, but got 0");
}

TEST_CASE("published models of every kind are refused by a size that divides none of their heads") {
  CHECK(told(zoo::jetmoe_8b, {.tensor = 7}).find("n_kv_heads must be divisible") != std::string::npos);
  CHECK(told(zoo::jetmoe_8b, {.tensor = 8, .expert = 8}) == "");
  // Experts of attention heads are experts too.
  CHECK(told(zoo::jetmoe_8b, {.expert = 3}) ==
        "moetric: n_experts must be divisible by the expert-parallel size, but got 8 and 3; "
        "moetric: n_experts must be divisible by the expert-parallel size, but got 8 and 3");
}
