// The rows of tests/zoo_rows.hpp at run time, count by count.
#include "zoo_rows.hpp"

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <map>
#include <string>
#include <utility>

#include "catch.hpp"
#include "published_models.hpp"

namespace {

using namespace moetric;

model const& model_of(char const* id) {
  zoo::listed_model const* const found = zoo::find(id);
  REQUIRE(found != nullptr);
  return *found->value;
}

struct grouped_parts {
  count attention, feed_forward, norms, other;
};

// models.json counts the router of attention heads as attention, expert scales as feed-forward, and layer scales and
// hyper-connections as norms.
grouped_parts parts_as_the_reference_groups_them(model const& m) {
  term_sheet<> const stored = account_of(m).stored;
  count head_routers, expert_scales, layer_scales, layer_streams;
  for (stack::run const& run : m.layers.runs) {
    mixer const& mix = m.layers.mixer_of(run);
    feed_forward const& ffn = m.layers.ffn_of(run);
    if (mix.is<mixture_of_attention_heads<>>())
      head_routers +=
          run.layers * detail::stored_in(mix.get<mixture_of_attention_heads<>>(), m.d_model, projection::router);
    if (ffn.is<experts<>>()) expert_scales += run.layers * ffn.get<experts<>>().other_weights;
    layer_scales += run.layers * run.other_weights_per_layer;
    if (m.residual_streams.n_streams != 0) layer_streams += run.layers * m.residual_streams.layer_weights(m.d_model);
  }
  auto const sum = [&stored](std::initializer_list<term> terms) {
    count all;
    for (term const t : terms) all += stored[t];
    return all;
  };
  return {.attention = sum({term::attention_projections, term::attention_bias, term::attention_gate,
                            term::attention_sinks, term::qk_norm, term::latent_norm, term::sparse_indexer,
                            term::key_compression, term::convolution, term::state_vectors}) +
                       head_routers,
          .feed_forward =
              sum({term::dense_ffn, term::dense_ffn_bias, term::routed_experts, term::routed_expert_bias,
                   term::shared_experts, term::shared_expert_gate, term::dense_residual, term::latent_projections,
                   term::router, term::router_bias, term::router_correction_bias}) -
              head_routers + expert_scales,
          .norms = stored[term::norms] + layer_scales + layer_streams,
          .other = stored[term::other] - expert_scales - layer_scales + stored[term::hyper_connections] -
                   layer_streams + stored[term::residual_mixing]};
}

// Printed counts, 3.6e9 or 37e9, are rounded or truncated: less than one unit of the last digit away.
bool prints_as(count exact, std::uint64_t printed) {
  std::uint64_t unit = 1;
  while (printed % (10 * unit) == 0) unit *= 10;
  return exact > printed - unit && exact < printed + unit;
}

}  // namespace

TEST_CASE("parameters of the zoo are the published ones") {
  for (zoo_rows::parameter_row const& row : zoo_rows::parameters) {
    CAPTURE(row.id);
    model const& m = model_of(row.id);
    parameter_counts const got = count_parameters(m);
    CHECK(got.total == row.total);
    CHECK(got.active == row.active);
    CHECK(got.active_without_input_embedding == row.active_without_input_embedding);
    CHECK(got.non_embedding == row.non_embedding);
    CHECK(got.active_non_embedding == row.active_non_embedding);
    CHECK(got.active_matmul == row.active_matmul);
    CHECK(got.mtp == row.mtp);
    CHECK(total_parameters(m) == row.total);
    CHECK(active_parameters(m) == row.active);
  }
}

TEST_CASE("training FLOPs per token are those that published tools count") {
  for (zoo_rows::training_row const& row : zoo_rows::training) {
    CAPTURE(row.id, row.length, static_cast<int>(row.causal));
    model const& m = model_of(row.id);
    sequence<> const tokens{row.length, row.causal};
    CHECK(training_flops_per_token(m, tokens) == row.flops_per_token);
    CHECK(training_flops(m, tokens).per_sequence() == row.flops_per_token * row.length);
    CHECK(forward_flops(m, tokens).per_token() == ratio(row.flops_per_token, 3));
    CHECK(holds(row));
  }
}

TEST_CASE("forward FLOPs are those that published tools count, term by term") {
  for (zoo_rows::term_row const& row : zoo_rows::forward_terms) {
    CAPTURE(row.id, row.mtp);
    model const& m = model_of(row.id);
    sequence<> const tokens{.length = row.length};
    flops const got = row.mtp ? mtp_forward_flops(m, tokens) : forward_flops(m, tokens);
    count sum;
    for (auto const& [which, flops_per_token] : row.terms) {
      if (flops_per_token == 0) continue;
      CAPTURE(flops_name(which));
      CHECK(got.per_token(which) == flops_per_token);
      CHECK(got.by_term[which] == flops_per_token * row.length);
      sum += flops_per_token;
    }
    CHECK(got.per_token() == sum);
    CHECK(holds(row));
  }
}

// Megatron-LM counts no router, and 2 FLOPs for each weight of the low-rank norms (1536 + 512 a layer) and, with
// multi-token prediction, of the three norms of a module. Its published totals are a second route to the same terms.
TEST_CASE("Megatron's numbers for DeepSeek-V3 follow from the terms") {
  flops const forward = forward_flops(zoo::deepseek_v3, {.length = 4096});
  ratio const without = forward.per_token() - forward.per_token(term::router) + 61 * 2 * (1536 + 512);
  CHECK(3 * without == 249'812'054'016);
  flops const mtp = mtp_forward_flops(zoo::deepseek_v3, {.length = 4096});
  ratio const module = mtp.per_token() - mtp.per_token(term::router) + 2 * (1536 + 512 + 3 * 7168);
  CHECK(3 * (without + module) == 259'992'950'784);
}

// Three sequences of 4096, as verl counts: the embedding is charged like a matrix product, 2·7168·129280 forward.
TEST_CASE("verl's published total for DeepSeek-V3 follows from the terms") {
  count const sequence_flops = training_flops(zoo::deepseek_v3, {.length = 4096}).per_sequence();
  count const embedding = count(3) * 2 * 7168 * 129'280 * 4096;
  CHECK(3 * (sequence_flops + embedding) == 3'145'850'406'567'936);
}

TEST_CASE("key-value caches are the published ones") {
  for (zoo_rows::cache_row const& row : zoo_rows::caches) {
    CAPTURE(row.id);
    CHECK(kv_cache_bytes_per_token(model_of(row.id)) == row.bytes_bf16);
    CHECK(kv_cache_bytes_per_token(model_of(row.id), 1) == row.bytes_fp8);
  }
}

TEST_CASE("windows and chosen keys are those of the published configurations") {
  for (zoo_rows::span_row const& row : zoo_rows::spans) {
    CAPTURE(row.id);
    model const& m = model_of(row.id);
    count layers;
    for (stack::run const& run : m.layers.runs) {
      mixer const& mix = m.layers.mixer_of(run);
      count keys = unlimited_window;
      if (mix.is<grouped_query_attention<>>())
        keys = mix.get<grouped_query_attention<>>().sparse ? mix.get<grouped_query_attention<>>().indexer.top_k
                                                           : mix.get<grouped_query_attention<>>().window;
      if (mix.is<multi_head_latent_attention<>>() && mix.get<multi_head_latent_attention<>>().sparse)
        keys = mix.get<multi_head_latent_attention<>>().indexer.top_k;
      if (keys == unlimited_window) continue;
      CHECK(keys == row.keys);
      layers += run.layers;
    }
    CHECK(layers == row.layers);
  }
}

TEST_CASE("models of the zoo are found by every name of theirs") {
  for (zoo::listed_model const& each : zoo::catalogue) {
    CAPTURE(each.id);
    CHECK(zoo::find(each.id) == &each);
    CHECK_FALSE(each.name.empty());
    CHECK_FALSE(each.source.empty());
    CHECK_NOTHROW(validate(*each.value));
    std::string upper(each.id);
    for (char& c : upper) c = static_cast<char>(std::toupper(c));
    CHECK(zoo::find_by_any_name(upper) == &each);
    CHECK(zoo::find_by_any_name(each.name) == &each);
    if (each.source.starts_with("arXiv")) continue;
    CHECK(zoo::find_by_any_name(each.source.substr(0, each.source.find(','))) == &each);
  }
  for (zoo::alias const& each : zoo::aliases) {
    CAPTURE(each.name);
    REQUIRE(zoo::find(each.id) != nullptr);
    CHECK(zoo::find_by_any_name(each.name) == zoo::find(each.id));
  }
  std::pair<char const*, char const*> const typed[] = {
      {"deepseek-ai/DeepSeek-V3", "deepseek-v3"},
      {"qwen/qwen3-235b-a22b", "qwen3-235b-a22b"},
      {"Qwen/Qwen3-235B-A22B-Instruct-2507", "qwen3-235b-a22b"},
      {"meta-llama/Llama-3.1-405B-Instruct", "llama-3.1-405b"},
      {"meta-llama/Meta-Llama-3.1-405B-Instruct-FP8", "llama-3.1-405b"},
      {"meta-llama/Llama-3.1-8B", "llama-3-8b"},
      {"mistralai/Mixtral-8x22B-Instruct-v0.1", "mixtral-8x22b-instruct-v0.1"},
      {"moonshotai/Kimi-K2-Thinking", "kimi-k2"},
      {"google/gemma-3-27b-it", "gemma-3-27b"},
      {"gpt2", "gpt-2"},
      {"nvidia/NVIDIA-Nemotron-3-Super-120B-A12B-FP8", "nemotron-3-super-120b-a12b"},
  };
  for (auto const& [text, id] : typed) {
    CAPTURE(text);
    CHECK(zoo::find_by_any_name(text) == zoo::find(id));
  }
  for (char const* const unknown : {"", "/", "deepseek-ai/", "someone/DeepSeek-V3", "someone/Llama-3.1-8B", "-instruct",
                                    "deepseek-ai/Llama-3-8B", "deepseek-ai/DeepSeek-V3/config.json"}) {
    CAPTURE(unknown);
    CHECK(zoo::find_by_any_name(unknown) == nullptr);
  }
  CHECK(zoo::find("DeepSeek-V3") == nullptr);  // ids only
  CHECK(zoo::find("") == nullptr);
}

TEST_CASE("models of the zoo have the published tensors, part by part") {
  std::map<std::string, model const*, std::less<>> by_name;
  for (zoo::listed_model const& each : zoo::catalogue) by_name.emplace(each.name, each.value);
  CHECK(by_name.size() == zoo::catalogue.size());

  for (nlohmann::json const& object : test_data::published_models()) {
    std::string const name = object.at("name");
    CAPTURE(name);
    auto const found = by_name.find(name);
    REQUIRE(found != by_name.end());
    model const& m = *found->second;
    nlohmann::json const& expected = object.at("expected");
    auto const part = [&expected](char const* key) -> count {
      return expected.at("parts").at(key).get<std::uint64_t>();
    };
    term_sheet<> const stored = account_of(m).stored;
    CHECK(m.d_model == object.at("hidden_size").get<std::uint64_t>());
    CHECK(m.input.vocab_size == object.at("vocab_size").get<std::uint64_t>());
    CHECK(m.output.tied == object.at("tied_embeddings").get<bool>());
    CHECK(stored[term::embedding] == part("embed"));
    CHECK(stored[term::output_head] + stored[term::output_head_bias] == part("head"));
    CHECK(stored[term::learned_positions] == part("pos"));
    CHECK(stored[term::final_norm] == part("final_norm"));
    CHECK(stored[term::convolution] == expected.at("conv_weights").get<std::uint64_t>());
    auto const [attention, feed_forward, norms, other] = parts_as_the_reference_groups_them(m);
    CHECK(attention == part("attn"));
    CHECK(feed_forward == part("ffn"));
    CHECK(norms == part("norms"));
    CHECK(other == part("other"));
    parameter_counts const got = count_parameters(m);
    auto const count_of = [&expected](char const* key) -> count { return expected.at(key).get<std::uint64_t>(); };
    CHECK(got.total == count_of("main"));
    CHECK(got.non_embedding == count_of("non_embedding"));
    CHECK(got.mtp == (m.mtp.modules == 0 ? 0 : expected.at("components").at("mtp").get<std::uint64_t>()));
    if (object.value("published_active_is_average", false)) continue;  // the reference charges every chosen expert
    CHECK(got.active == count_of("active"));
    CHECK(got.active_without_input_embedding == count_of("active_no_input_embed"));
    CHECK(got.active_non_embedding == count_of("active_non_embedding"));
    CHECK(got.active_matmul == count_of("active_matmul"));
  }
}

TEST_CASE("a published active count is one of three counts, as printed") {
  int compared = 0;
  for (nlohmann::json const& object : test_data::published_models()) {
    if (!object.contains("published_active") || object.at("published_active").is_null()) continue;
    std::string const name = object.at("name");
    CAPTURE(name);
    zoo::listed_model const* const found = std::ranges::find(zoo::catalogue, name, &zoo::listed_model::name);
    REQUIRE(found != zoo::catalogue.end());
    parameter_counts const got = count_parameters(*found->value);
    std::uint64_t const printed = object.at("published_active").get<std::uint64_t>();
    CAPTURE(printed, got.active, got.active_without_input_embedding, got.active_non_embedding);
    CHECK((prints_as(got.active, printed) || prints_as(got.active_without_input_embedding, printed) ||
           prints_as(got.active_non_embedding, printed)));
    ++compared;
  }
  CHECK(compared > 30);
}
