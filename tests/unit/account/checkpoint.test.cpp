#include "moetric/account/checkpoint.hpp"

#include <map>

#include "catch.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/zoo/catalogue.hpp"

using namespace moetric;

namespace {

std::string explained(model const& m, count published) {
  checkpoint_parts const parts = checkpoint_parts_of(m);
  compositions const found = explain_total(parts, published);
  return found.exact.empty() ? "" : to_string(parts, found.exact[0]);
}

checkpoint_part part_of(checkpoint_parts const& parts, std::string_view name) {
  for (checkpoint_part const& part : parts)
    if (part.name == name) return part;
  return {.name = "absent", .why = "", .parameters = 0};
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

TEST_CASE("layers without projections of keys and values have no scales of them") {
  // Hunyuan-Large: 23,673,600 tiles; 32 of its 64 layers take the keys and values of the one below
  checkpoint_parts const parts = checkpoint_parts_of(zoo::hunyuan_large);
  CHECK(part_of(parts, "fp8_scales").parameters == 23'673'600);
}

TEST_CASE("mxfp4 experts have a scale for 32 weights") {
  // gpt-oss-20b: 21,511,953,984 values are stored
  CHECK(part_of(checkpoint_parts_of(zoo::gpt_oss_20b), "mxfp4_scales").parameters == 597'196'800);
  CHECK(explained(zoo::gpt_oss_20b, 21'511'953'984) == "main + mxfp4_scales");
}

TEST_CASE("compressed attention has fp8 tiles") {
  // DeepSeek-V4-Flash: queries 4096 x 1024 and 1024 x 32768, one key of 512, output in 8 groups of 4096 x 1024 and
  // 8192 x 4096, and in 21 layers 1024 x 8192 of the index; compressors and the weights of index heads stay bf16.
  count const attention = 32 * 8 + 8 * 256 + 32 * 4 + 8 * 32 * 8 + 64 * 32;
  count const in_main = 43 * attention + 21 * 8 * 64;
  count const shared = 3 * 32 * 16, experts = 256 * shared;
  scale_count const fp8 = scales_of(zoo::deepseek_v4_flash, *find_scale_rule("fp8_scales"));
  CHECK(fp8.known);
  CHECK(fp8.main == in_main + 43 * (shared + experts));
  CHECK(fp8.mtp == attention + shared + experts);
  // Its experts are fp4.
  scale_count const mixed = scales_of(zoo::deepseek_v4_flash, *find_scale_rule("mxfp4_and_fp8_scales"));
  CHECK(mixed.main == in_main + 43 * (shared + 256 * count(3) * 4096 * 64));
}

TEST_CASE("buffers of a module belong to it") {
  // DeepSeek-V4-Flash stores 290,942,278,866 weights without the correction biases of 40 layers and of the module
  checkpoint_parts const parts = checkpoint_parts_of(zoo::deepseek_v4_flash);
  CHECK(part_of(parts, "router_correction_bias").parameters == 41 * 256);
  CHECK(explained(zoo::deepseek_v4_flash, 290'942'278'866) == "main + mtp - router_correction_bias");
  CHECK(explained(zoo::deepseek_v4_flash, 290'944'616'402) == "main + mtp + hash_tables");
  CHECK(explained(zoo::deepseek_v4_flash, 284'332'240'471 - 40 * 256) == "main - router_correction_bias");
  // Without the module its copies, scales and biases are in no total.
  checkpoint_parts const v3 = checkpoint_parts_of(zoo::deepseek_v3);
  count const of_module = part_of(v3, "fp8_scales").of_mtp;
  CHECK(of_module > 0);
  CHECK(explained(zoo::deepseek_v3, 671'026'419'200 + 41'540'496 - of_module) == "main + fp8_scales");
  CHECK(explained(zoo::deepseek_v3, count(671'026'419'200) + 926'679'040).empty());
  CHECK(explained(zoo::deepseek_v3, count(671'026'419'200) + 41'540'496).empty());
}

TEST_CASE("group scales by name") {
  // d = 256: a query of 256 x 512, keys and values of 256 x 128, an output of 512 x 256, and experts of 256 x 192
  model const m{.d_model = 256,
                .input = {.vocab_size = 10},
                .layers = {{grouped_query_attention<>{.n_heads = 4, .n_kv_heads = 1, .head_dim = 128},
                            experts<>{.n_experts = 8, .top_k = 2, .d_expert = 192, .n_shared_experts = 1}}}};
  auto const scales = [&m](char const* id) { return scales_of(m, *find_scale_rule(id)).main; };
  count const expert_weights = 8 * 3 * 256 * 192;
  CHECK(scales("mxfp4_scales") == exact_div(expert_weights, 32));
  CHECK(scales("int4_group_32_scales") == exact_div(expert_weights, 32));
  // 128 inputs of each output, rounded up: 256 and 512 are whole, 192 is one and a half
  count const attention = 2 * (512 + 128 + 128) + 4 * 256, one = 2 * (192 + 192) + 2 * 256;
  CHECK(scales("int4_group_128_scales") == attention + 9 * one);
  CHECK(scales("int8_channel_scales") == 512 + 128 + 128 + 256 + 9 * (192 + 192 + 256));
  CHECK(find_scale_rule("int3") == nullptr);
}

TEST_CASE("what is not known is not none") {
  gated_delta_net<> const delta{.n_key_heads = 2, .n_value_heads = 4, .key_head_dim = 8, .value_head_dim = 8};
  checkpoint_parts const parts =
      checkpoint_parts_of({.d_model = 256, .input = {.vocab_size = 10}, .layers = {{delta, dense_ffn<>{.d_ff = 512}}}});
  CHECK_FALSE(part_of(parts, "fp8_scales").known);
  CHECK(part_of(checkpoint_parts_of(zoo::llama_3_8b), "fp8_scales").known);
  CHECK_FALSE(part_of(checkpoint_parts_of(zoo::qwen3_next_80b_a3b), "fp8_scales").known);
  // int8 scales every matrix, so its rule is known for every kind.
  CHECK(scales_of(zoo::qwen3_next_80b_a3b, *find_scale_rule("int8_channel_scales")).known);
  // A sum with an unknown part is not explained.
  count const sum = total_parameters(zoo::qwen3_next_80b_a3b) +
                    part_of(checkpoint_parts_of(zoo::qwen3_next_80b_a3b), "fp8_scales").parameters;
  CHECK(explained(zoo::qwen3_next_80b_a3b, sum).empty());
}

TEST_CASE("compositions are constant expressions") {
  constexpr checkpoint_parts parts = checkpoint_parts_of(zoo::deepseek_v3);
  static_assert(explain_total(parts, 684'531'386'000).exact.size() == 1);
}
