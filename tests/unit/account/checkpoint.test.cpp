#include "moetric/account/checkpoint.hpp"

#include <map>

#include "catch.hpp"
#include "moetric/zoo/catalogue.hpp"

using namespace moetric;

namespace {

std::string explained(model const& m, count published) {
  checkpoint_parts const parts = checkpoint_parts_of(m);
  compositions const found = explain_total(parts, published);
  return found.exact.empty() ? "" : to_string(parts, found.exact[0]);
}

constexpr model llama_2(int d_model, int d_ff, int heads, int kv_heads, int layers) {
  return {.d_model = d_model,
          .input = {.vocab_size = 32000},
          .layers = {{grouped_query_attention<>{.n_heads = heads, .n_kv_heads = kv_heads, .head_dim = 128},
                      dense_ffn<>{.d_ff = d_ff}, layers}}};
}

}  // namespace

// Published totals and what they are made of: models.json of the reference, from the tensors of the checkpoints.

TEST_CASE("DeepSeek-V3's published 684.5B are the model, its MTP module with copies, and fp8 scales") {
  checkpoint_parts const parts = checkpoint_parts_of(zoo::deepseek_v3);
  std::map<std::string_view, count> by_name;
  for (checkpoint_part const& part : parts) by_name[part.name] = part.parameters;
  CHECK(by_name["main"] == 671'026'419'200);
  CHECK(by_name["mtp"] == 11'610'068'224);
  CHECK(by_name["mtp_embed_copy"] == 926'679'040);
  CHECK(by_name["mtp_head_copy"] == 926'679'040);
  CHECK(by_name["fp8_scales"] == 41'540'496);
  CHECK(explained(zoo::deepseek_v3, 684'531'386'000) == "main + mtp + mtp_embed_copy + mtp_head_copy + fp8_scales");
  CHECK(explained(zoo::deepseek_v3, 684'489'845'504) == "main + mtp + mtp_embed_copy + mtp_head_copy");
  CHECK(explained(zoo::deepseek_v3, 671'026'419'200) == "main");
}

TEST_CASE("older Llama checkpoints store rotary buffers") {
  CHECK(explained(llama_2(4096, 11008, 32, 32, 32), 6'738'417'664) == "main + rotary_frequencies");
  CHECK(explained(llama_2(8192, 28672, 64, 8, 80), 68'976'653'312) == "main + rotary_frequencies");
}

TEST_CASE("a tied head that is stored twice") {
  // GPT-2 124M: 124,439,808, and 163,037,184 with the head
  model const gpt_2{
      .d_model = 768,
      .input = {.vocab_size = 50257, .learned_positions = 1024},
      .layers = {{grouped_query_attention<>{.n_heads = 12, .head_dim = 64, .qkv_bias = true, .output_bias = true},
                  dense_ffn<>{.d_ff = 3072, .kind = ffn_kind::plain, .bias = true}, 12}},
      .output = {.tied = true},
      .norm = norm_kind::layer_norm};
  CHECK(explained(gpt_2, 124'439'808) == "main");
  CHECK(explained(gpt_2, 163'037'184) == "main + tied_head_copy");
}

TEST_CASE("tables of layers that route by hash, and a vision tower that is given") {
  // DeepSeek-V4-Flash: 3 layers of vocab_size 129280 x top_k 6 integers
  CHECK(explained(zoo::deepseek_v4_flash, 284'332'240'471 + 6'610'048'891 + 2'327'040) == "main + mtp + hash_tables");
  // Gemma-3-4B: the published total without the language model's tensors is the tower and its projector
  checkpoint_parts const parts = checkpoint_parts_of(zoo::gemma_3_4b, 419'816'304);
  compositions const found = explain_total(parts, 4'300'079'472);
  REQUIRE(found.exact.size() == 1);
  CHECK(to_string(parts, found.exact[0]) == "main + vision");
  CHECK(explained(zoo::gemma_3_4b, 4'300'079'472).empty());
}

TEST_CASE("a total that nothing explains has a nearest composition") {
  checkpoint_parts const parts = checkpoint_parts_of(zoo::deepseek_v3);
  compositions const found = explain_total(parts, 684'531'386'001);
  CHECK(found.exact.empty());
  CHECK(found.nearest_total == 684'531'386'000);
  CHECK(to_string(parts, found.nearest) == "main + mtp + mtp_embed_copy + mtp_head_copy + fp8_scales");
}

TEST_CASE("fp8 scales are those of the matrices that a layer has") {
  // d = 256: tiles of 128 x 128 of queries 256 x 512 and output 512 x 256, 8 each; keys and values 256 x 128, 2 each
  auto const scales = [](mixer const& mix) {
    checkpoint_parts const parts =
        checkpoint_parts_of({.d_model = 256, .input = {.vocab_size = 10}, .layers = {{mix, feed_forward{}}}});
    for (checkpoint_part const& part : parts)
      if (part.name == "fp8_scales") return part.parameters;
    return count(0);
  };
  grouped_query_attention<> attention{.n_heads = 4, .n_kv_heads = 1, .head_dim = 128};
  CHECK(scales(attention) == 8 + 8 + 2 + 2);
  attention.key_values = key_value_kind::key_is_value;
  CHECK(scales(attention) == 8 + 8 + 2);
  attention.key_values = key_value_kind::shared;
  CHECK(scales(attention) == 8 + 8);
  attention.query_lora = true;
  attention.q_lora_rank = 130;  // two tiles wide
  CHECK(scales(attention) == 2 * 2 + 2 * 4 + 8);
}

TEST_CASE("compositions are constant expressions") {
  constexpr checkpoint_parts parts = checkpoint_parts_of(zoo::deepseek_v3);
  static_assert(explain_total(parts, 684'531'386'000).exact.size() == 1);
}
