#include "moetric/report/account_answer.hpp"

#include "catch.hpp"
#include "moetric/report/check_answer.hpp"
#include "moetric/report/json.hpp"
#include "moetric/report/text.hpp"
#include "moetric/zoo/deepseek.hpp"
#include "moetric/zoo/gemma_4.hpp"
#include "moetric/zoo/gpt.hpp"
#include "units.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("the account of DeepSeek-V3 has its published totals, every number a unit") {
  report::answer const made = report::account_answer(zoo::deepseek_v3, {.model_name = "deepseek-v3"});
  // its model card and safetensors: 671B, 37B active; the FLOPs that MaxText prints for 4096 tokens
  CHECK(made.values["parameters"]["total"].magnitude() == 671026419200);
  CHECK(made.values["parameters"]["active"].magnitude() == 37552297472);
  CHECK(made.values["flops_per_token"]["training"].magnitude() == 250449887232);
  CHECK(made.values["longest_window"].kind() == report::value::kinds::nothing);
  CHECK(without_unit(made.values).empty());
  CHECK_FALSE(made.values.find("packed"));
  std::string const text = to_text(made), all = to_text(made, {.all = true});
  CHECK_THAT(text, ContainsSubstring("671,026,419,200") && ContainsSubstring("routed_experts"));
  CHECK_THAT(text, !ContainsSubstring("router_correction_bias"));  // below a thousandth of weights and FLOPs
  CHECK_THAT(all, ContainsSubstring("router_correction_bias"));
  CHECK(std::count(text.begin(), text.end(), '\n') <= 24);
}

TEST_CASE("everything that an account is asked for is in one answer") {
  training_choice adapters{.frozen = term_set::all()};
  adapters.lora.ranks[static_cast<std::size_t>(projection::output)] = 16;
  report::answer const made = report::account_answer(
      zoo::deepseek_v3, {.model_name = "deepseek-v3",
                         .notes = {"read so"},
                         .checkpoint = true,
                         .published_total = 684531386000,  // safetensors of deepseek-ai/DeepSeek-V3
                         .documents = {4096, 17},
                         .training = adapters,
                         .cached = cached_sequences{.context = 8192, .sequences = 64},
                         .decoding = decode_step{.sequences = 64, .context = 8192},
                         .decoding_bytes = {.weights = 1}});
  CHECK(made.values["expected"]["compositions"].members()[0].content.text() ==
        "main + mtp + mtp_embed_copy + mtp_head_copy + fp8_scales");
  CHECK(made.values["cache"]["bytes"].magnitude() == 64 * 8192 * count(70272));
  CHECK(made.values["decoding"]["flops"].magnitude() == 13596797960192);  // absorbed: see unit/account/after_cache
  CHECK(made.values["decoding"]["latent_attention"].text() == "absorbed");
  CHECK(made.values["packed"]["tokens"].magnitude() == 4113);
  CHECK(made.values["training"]["trainable_parameters"].magnitude() == 61 * 16 * count(128 * 128 + 7168));
  CHECK(without_unit(made.values).empty());
  CHECK_THAT(to_text(made), ContainsSubstring("absorbed") && ContainsSubstring("note: read so"));
}

TEST_CASE("a total that no sum explains comes with the nearest") {
  report::answer const made =
      report::account_answer(zoo::deepseek_v3, {.model_name = "deepseek-v3", .published_total = 671026419201});
  CHECK(made.values["expected"]["nearest"]["residue"].magnitude() == 1);
  CHECK_THAT(to_text(made), ContainsSubstring("nearest sum is main") && ContainsSubstring("1 less"));
  CHECK(without_unit(made.values).empty());
}

TEST_CASE("a cache with windows says from where on it grows slowly") {
  report::answer const made = report::account_answer(
      zoo::gpt_oss_20b,
      {.model_name = "gpt-oss-20b", .cached = cached_sequences{.context = 131072, .windows = window_pages::kept}});
  CHECK(made.values["kv_cache_bytes_per_token"].magnitude() ==
        24 * 2048);  // 24 layers of 2 tensors of 8 heads of 64 in bf16
  CHECK(made.values["kv_cache_growing_bytes_per_token"].magnitude() == 12 * 2048);  // every other layer has a window
  CHECK(made.values["longest_window"].magnitude() == 128);
  CHECK(made.values["cache"]["bytes"].magnitude() == 131072 * count(24 * 2048));
  CHECK(without_unit(made.values).empty());
}

TEST_CASE("the next token of a sequence fills windows that have room, and is said to add that") {
  auto const of = [](model const& m, cached_sequences held) {
    return report::account_answer(m, {.model_name = "m", .cached = held});
  };
  report::answer const within = of(zoo::gpt_oss_20b, {.context = 100, .sequences = 3}),
                       beyond = of(zoo::gpt_oss_20b, {.context = 128, .sequences = 3});
  CHECK(within.values["cache"]["next_token_bytes"].magnitude() == 24 * 2048);
  CHECK_THAT(to_text(within, {.width = 200}),
             ContainsSubstring("7.37 MB of them within windows; the next token of a sequence adds 49,152 bytes"));
  CHECK(beyond.values["cache"]["next_token_bytes"].magnitude() == 12 * 2048);
  CHECK_THAT(to_text(beyond), ContainsSubstring("9.44 MB of them constant"));
  report::answer const kept = of(zoo::gpt_oss_20b, {.context = 131072, .windows = window_pages::kept});
  CHECK(kept.values["cache"]["next_token_bytes"].magnitude() == 24 * 2048);
  // compressed keys come a group at a time
  report::answer const groups = of(zoo::deepseek_v4_flash, {.context = 1000});
  CHECK(groups.values["cache"]["next_token_bytes"].magnitude() == 0);
  CHECK_THAT(to_text(groups, {.width = 200}), ContainsSubstring("adds 0 bytes, in the mean "));
}

TEST_CASE("of windows that differ, the shortest ends the growth of every layer, the longest that of windows") {
  grouped_query_attention<> attention{.n_heads = 4, .n_kv_heads = 2, .head_dim = 8, .window = 100};
  model m{.d_model = 32, .input = {.vocab_size = 100}, .layers = {{attention, dense_ffn<>{.d_ff = 64}, 1}}};
  attention.window = 300;
  m.layers.append({attention, dense_ffn<>{.d_ff = 64}, 2});
  report::answer const made = report::account_answer(m, {.model_name = "m"});
  CHECK(made.values["shortest_window"].magnitude() == 100);
  CHECK(made.values["longest_window"].magnitude() == 300);
  CHECK(without_unit(made.values).empty());
  CHECK_THAT(to_text(made),
             ContainsSubstring("per token up to 100 tokens") && ContainsSubstring("per token beyond 300 tokens"));
}

TEST_CASE("modules of multi-token prediction are counted by the convention of the answer") {
  auto const core = [](std::string_view convention) {
    report::answer const made =
        report::account_answer(zoo::deepseek_v3, {.model_name = "deepseek-v3", .convention = convention});
    return made.values["mtp"]["forward_flops_by_term"];
  };
  // 2·128 heads·(192 + 128) for each of 4096 keys, or their half, or 4097 / 2
  CHECK(core("matmul-full")["attention_core"].magnitude() == 335'544'320);
  CHECK(core("matmul-causal-half")["attention_core"].magnitude() == 335'544'320 / 2);
  CHECK(core("matmul-causal")["attention_core"].magnitude() == 2 * 128 * 320 * 4097LL / 2);
  CHECK(core("matmul-full")["mtp_projection"].magnitude() == 2 * 14336 * 7168LL);
  CHECK(core("torchtitan").empty());  // does not know such modules
}

TEST_CASE("a model that cannot be sharded so has the rules that it breaks") {
  report::answer const made =
      report::check_answer("deepseek-v3", zoo::deepseek_v3, parallel_sizes{.tensor = 3, .expert = 64});
  CHECK_FALSE(made.values["ok"].flag());
  CHECK_FALSE(made.values["broken_rules"].empty());
  CHECK(without_unit(made.values).empty());
  CHECK_THAT(to_text(made), ContainsSubstring("cannot be sharded tensor-parallel over 3") &&
                                ContainsSubstring("n_heads must be divisible"));
  std::string const all =
      to_text(report::check_answer(
                  "deepseek-v3", zoo::deepseek_v3,
                  parallel_sizes{.tensor = 8, .expert = 64, .sequence_length = 8192, .expert_tensor = 4, .context = 2}),
              {.width = 300});
  for (char const* const size : {"expert-tensor-parallel over 4", "context-parallel over 2", "of 8,192 tokens"})
    CHECK(all.find(size) != std::string::npos);
  report::answer const ok =
      report::check_answer("deepseek-v3", zoo::deepseek_v3, parallel_sizes{.tensor = 8, .expert = 64});
  CHECK(ok.values["ok"].flag());
  // 61 layers of latent attention, 3 dense and 58 with 256 experts (2412.19437), of which each of 64 ranks holds 4.
  CHECK_THAT(
      to_text(ok, {.width = 1000}),
      ContainsSubstring("61 of multi_head_latent_attention, 3 of dense_ffn, 58 of experts (4 experts a device)") &&
          ContainsSubstring("Not checked: memory"));
}

TEST_CASE("a model with embeddings of each layer shows what it has without them") {
  report::answer const made = report::account_answer(zoo::gemma_4_e2b, {.model_name = "gemma-4-e2b"});
  // Google: 2.3B effective, 5.1B with embeddings and towers
  CHECK(made.values["parameters"]["effective"].magnitude() == 2'279'759'139);
  std::string const text = to_text(made);
  CHECK_THAT(text, ContainsSubstring("effective parameters, without the embeddings of each layer") &&
                       ContainsSubstring("2,279,759,139"));
  CHECK(std::count(text.begin(), text.end(), '\n') <= 24);
  CHECK_THAT(to_text(report::account_answer(zoo::deepseek_v3, {.model_name = "deepseek-v3"})),
             !ContainsSubstring("effective"));
}

TEST_CASE("adapters come with the projections that the model has") {
  training_choice adapters{.frozen = term_set::all()};
  adapters.lora.add(4, projection::query);
  report::answer const made =
      report::account_answer(zoo::gpt_oss_20b, {.model_name = "gpt-oss-20b", .training = adapters});
  std::string names;
  for (auto const& each : made.values["training"]["projections"].members()) names += each.content.text() + " ";
  CHECK(names ==
        "query key value output router expert_gate expert_up expert_down output_head query_key_value expert_gate_up ");
  CHECK_THAT(to_text(made, {.all = true}), ContainsSubstring("query, key, value, output, router, expert_gate"));
  CHECK(without_unit(made.values).empty());
}
