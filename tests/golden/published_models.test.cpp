// Every model in tests/data/models.json, count by count: sizes from the publishers' configurations, and counts that
// agree with the published totals. A failing row means that a layer of that model is counted wrongly.
#include <map>
#include <set>
#include <stdexcept>
#include <string>

#include "catch.hpp"
#include "data.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/model/core_conventions.hpp"
#include <nlohmann/json.hpp>

namespace {

using namespace moetric;
using nlohmann::json;

// Why a model cannot be expressed.
struct not_expressible : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// One object of models.json. Every key must be read or be known not to be a size; any other key makes the model
// inexpressible, so no key is ignored by accident.
class entry {
 public:
  entry(json const& object, std::string where, std::set<std::string> no_size = {})
      : object_(object), where_(std::move(where)), read_(std::move(no_size)) {}

  count number(char const* key) {
    read_.insert(key);
    return object_.at(key).get<std::uint64_t>();
  }
  count number(char const* key, count otherwise) { return has(key) ? number(key) : otherwise; }
  bool flag(char const* key, bool otherwise = false) { return has(key) ? object_.at(key).get<bool>() : otherwise; }
  std::string text(char const* key) {
    read_.insert(key);
    return object_.at(key).get<std::string>();
  }
  std::string text(char const* key, char const* otherwise) { return has(key) ? text(key) : otherwise; }
  json const& part(char const* key) {
    read_.insert(key);
    return object_.at(key);
  }
  bool has(char const* key) {
    read_.insert(key);
    return object_.contains(key) && !object_.at(key).is_null();
  }
  void require_all_read() const {
    for (auto const& item : object_.items())
      if (!read_.contains(item.key())) throw not_expressible(where_ + "." + item.key());
  }

 private:
  json const& object_;
  std::string where_;
  std::set<std::string> read_;
};

sparse_indexer<> to_indexer(json const& object, bool head_weights) {
  entry e(object, "indexer");
  sparse_indexer<> const indexer{
      .n_heads = e.number("heads"), .head_dim = e.number("head_dim"), .head_weights = head_weights};
  if (e.number("extra", 2 * indexer.head_dim) != 2 * indexer.head_dim) throw not_expressible("indexer.extra");
  e.require_all_read();
  return indexer;
}

mixer to_mixer(json const& object) {
  entry e(object, "mixer");
  std::string const kind = e.text("kind");
  if (kind == "gqa") {
    grouped_query_attention<> attention{.n_heads = e.number("heads"), .head_dim = e.number("head_dim")};
    attention.n_kv_heads = e.number("kv_heads");
    attention.v_head_dim = e.number("v_head_dim", attention.head_dim);
    attention.qkv_bias = e.flag("qkv_bias");
    attention.output_bias = e.flag("o_bias");
    std::string const norm = e.text("qk_norm", "none");
    attention.qk_norm = norm == "head"   ? qk_norm_kind::per_head
                        : norm == "full" ? qk_norm_kind::full
                                         : qk_norm_kind::none;
    if (norm != "head" && norm != "full" && norm != "none") throw not_expressible("mixer.qk_norm " + norm);
    std::string const gate = e.text("out_gate", "none");
    attention.output_gate = gate == "elementwise" ? output_gate_kind::per_element
                            : gate == "headwise"  ? output_gate_kind::per_head
                                                  : output_gate_kind::none;
    if (gate != "elementwise" && gate != "headwise" && gate != "none") throw not_expressible("mixer.out_gate " + gate);
    attention.sinks = e.flag("sinks");
    if (e.flag("k_eq_v")) attention.key_values = key_value_kind::key_is_value;
    if (e.flag("kv_shared")) attention.key_values = key_value_kind::shared;
    if (e.has("indexer")) {
      attention.sparse = true;
      attention.indexer = to_indexer(e.part("indexer"), false);
    }
    e.require_all_read();
    return attention;
  }
  if (kind == "mla") {
    multi_head_latent_attention<> attention{.n_heads = e.number("heads"),
                                            .query_lora = e.has("q_lora_rank"),
                                            .kv_lora_rank = e.number("kv_lora_rank"),
                                            .qk_nope_head_dim = e.number("qk_nope_head_dim"),
                                            .qk_rope_head_dim = e.number("qk_rope_head_dim"),
                                            .v_head_dim = e.number("v_head_dim")};
    attention.q_lora_rank = e.number("q_lora_rank", 0);
    if (e.has("indexer")) {
      attention.sparse = true;
      attention.indexer = to_indexer(e.part("indexer"), true);
    }
    e.require_all_read();
    return attention;
  }
  if (kind == "none") {
    e.require_all_read();
    return {};
  }
  if (kind == "dsv4") {
    compressed_attention<> attention{.n_heads = e.number("heads"),
                                     .head_dim = e.number("head_dim"),
                                     .q_lora_rank = e.number("q_lora_rank"),
                                     .n_output_groups = e.number("o_groups"),
                                     .output_lora_rank = e.number("o_lora_rank"),
                                     .n_index_heads = e.number("index_heads"),
                                     .index_head_dim = e.number("index_head_dim")};
    count const rate = e.number("compress");
    attention.compression = rate == 0   ? key_compression::none
                            : rate == 4 ? key_compression::sparse
                                        : key_compression::heavy;
    if (rate != 0) attention.compression_rate = rate;
    e.require_all_read();
    return attention;
  }
  if (kind == "t5") {
    encoder_decoder_attention<> const attention{
        .n_heads = e.number("heads"), .head_dim = e.number("head_dim"), .decoder = e.flag("cross")};
    e.require_all_read();
    return attention;
  }
  if (kind == "moa") {
    mixture_of_attention_heads<> const attention{.n_experts = e.number("experts"),
                                                 .top_k = e.number("topk"),
                                                 .n_kv_heads = e.number("kv_heads"),
                                                 .head_dim = e.number("head_dim")};
    e.require_all_read();
    return attention;
  }
  if (kind == "gdn") {
    gated_delta_net<> const layer{.n_key_heads = e.number("k_heads"),
                                  .n_value_heads = e.number("v_heads"),
                                  .key_head_dim = e.number("k_head_dim"),
                                  .value_head_dim = e.number("v_head_dim"),
                                  .convolution_width = e.number("conv")};
    e.require_all_read();
    return layer;
  }
  if (kind == "kda") {
    kimi_delta_attention<> const layer{
        .n_heads = e.number("heads"), .head_dim = e.number("head_dim"), .convolution_width = e.number("conv")};
    e.require_all_read();
    return layer;
  }
  if (kind == "lightning") {
    lightning_attention<> const layer{.n_heads = e.number("heads"), .head_dim = e.number("head_dim")};
    e.require_all_read();
    return layer;
  }
  if (kind == "mamba1") {
    mamba_1<> const layer{.inner_width = e.number("d_inner"),
                          .state_size = e.number("state"),
                          .step_rank = e.number("dt_rank"),
                          .convolution_width = e.number("conv"),
                          .inner_norms = e.flag("inner_norms")};
    e.require_all_read();
    return layer;
  }
  if (kind == "mamba2") {
    mamba_2<> const layer{.n_heads = e.number("heads"),
                          .head_dim = e.number("head_dim"),
                          .n_groups = e.number("groups"),
                          .state_size = e.number("state"),
                          .convolution_width = e.number("conv")};
    e.require_all_read();
    return layer;
  }
  throw not_expressible("mixer " + kind);
}

ffn_kind to_ffn_kind(entry& e) {
  return e.number("mats") == 3 ? ffn_kind::gated : ffn_kind::plain;
}

feed_forward to_feed_forward(json const& object) {
  entry e(object, "ffn");
  std::string const kind = e.text("kind");
  if (kind == "dense") {
    dense_ffn<> const ffn{.d_ff = e.number("inter"), .kind = to_ffn_kind(e), .bias = e.flag("bias")};
    e.require_all_read();
    return ffn;
  }
  if (kind == "moe") {
    experts<> const moe{.n_experts = e.number("experts"),
                        .top_k = e.number("topk"),
                        .d_expert = e.number("inter"),
                        .n_shared_experts = e.has("shared_inter") ? 1 : 0,
                        .d_shared_expert = e.number("shared_inter", 0),
                        .kind = to_ffn_kind(e),
                        .shared_gate = e.flag("shared_gate"),
                        .router_bias = e.flag("router_linear_bias"),
                        .correction_bias = e.flag("correction_bias"),
                        .expert_bias = e.flag("bias"),
                        .router = e.flag("router", true) ? router_kind::linear : router_kind::none,
                        .d_residual = e.number("dense_residual_inter", 0),
                        .n_zero_experts = e.number("zero_experts", 0),
                        .other_weights = e.number("extra", 0)};
    e.require_all_read();
    return moe;
  }
  if (kind == "none") {
    e.require_all_read();
    return {};
  }
  throw not_expressible("ffn " + kind);
}

class importer {
 public:
  explicit importer(json const& object)
      : top_(object, "model",
             {"name", "hf_id", "year", "fields", "expected", "confidence", "closed_by", "published_total",
              "published_total_exact", "published_total_composition", "published_active", "published_active_note",
              "published_active_is_average", "published_checks", "pattern"}) {}

  model import() {
    result_.d_model = top_.number("hidden_size");
    result_.input.vocab_size = top_.number("vocab_size");
    result_.input.learned_positions = top_.number("learned_positions", 0);
    count const final_norms = top_.number("final_norms", 1);
    if (final_norms != 1 && final_norms != 2) throw not_expressible("model.final_norms");
    result_.input.norm = final_norms == 2;
    result_.output.tied = top_.flag("tied_embeddings");
    result_.output.bias = top_.flag("lm_head_bias");
    result_.norm = to_norm(top_.part("norm"));
    for (auto const& item : top_.part("mixers").items()) mixers_.emplace(item.key(), to_mixer(item.value()));
    for (auto const& item : top_.part("ffns").items()) ffns_.emplace(item.key(), to_feed_forward(item.value()));
    count const norms_per_layer = top_.number("norms_per_layer");
    append(top_.part("layers"), norms_per_layer);
    if (top_.has("mtp")) result_.mtp = to_mtp(top_.part("mtp"));
    if (top_.has("extras"))
      for (json const& extra : top_.part("extras"))
        if (extra.value("in_main", true)) add_to_main(extra.at("name"), extra.at("params").get<std::uint64_t>());
    if (n_layers_ != top_.number("num_layers")) throw not_expressible("number of layers");
    top_.require_all_read();
    return result_;
  }

 private:
  static norm_kind to_norm(json const& object) {
    entry e(object, "norm");
    std::string const type = e.text("type");
    bool const bias = e.flag("bias");
    e.require_all_read();
    if (type == "rms" && !bias) return norm_kind::rms;
    if (type == "ln") return bias ? norm_kind::layer_norm : norm_kind::layer_norm_without_bias;
    throw not_expressible("norm " + type);
  }

  void append(json const& groups, count norms_per_layer) {
    for (json const& object : groups) {
      entry e(object, "layers");
      if (e.has("repeat")) {
        json const& sequence = e.part("seq");
        count const times = e.number("repeat");
        e.require_all_read();
        for (count i = 0; i != times; i += 1) append(sequence, norms_per_layer);
        continue;
      }
      count const layers = e.number("count");
      count extra = e.number("extra", 0);
      if (extra != 0 && extra == hyper_connections<>{.n_streams = 4}.layer_weights(result_.d_model)) {
        result_.residual_streams = {.n_streams = 4};
        extra = 0;
      }
      n_layers_ += e.number("as_layers", layers);
      result_.layers.append(
          {mixers_.at(e.text("mixer")), ffns_.at(e.text("ffn")), layers, e.number("norms", norms_per_layer), extra});
      e.require_all_read();
    }
  }

  moetric::mtp to_mtp(json const& object) const {
    entry e(object, "mtp");
    moetric::mtp const result{.modules = e.number("count", 1),
                              .block = {mixers_.at(e.text("mixer")), ffns_.at(e.text("ffn")), 1, e.number("norms", 2)}};
    if (e.number("proj", 2) != 2 || e.number("extra_norms", 3) != 3) throw not_expressible("mtp of another build");
    hyper_connections<> const streams = result_.residual_streams;
    count const extra = streams.n_streams == 0
                            ? count(0)
                            : streams.layer_weights(result_.d_model) + streams.end_weights(result_.d_model);
    if (e.number("extra", 0) != extra) throw not_expressible("mtp.extra");
    e.require_all_read();
    return result;
  }

  void add_to_main(std::string const& name, count parameters) {
    if (name == "hc_head" && result_.residual_streams.end_weights(result_.d_model) == parameters) return;
    if (name != "rel_pos_bias") throw not_expressible("extra " + name);
    result_.other_weights = parameters;
  }

  entry top_;
  model result_;
  count n_layers_;
  std::map<std::string, mixer> mixers_;
  std::map<std::string, feed_forward> ffns_;
};

count number(json const& object, char const* key) {
  return object.at(key).get<std::uint64_t>();
}

}  // namespace

TEST_CASE("published models have exactly the parameters in models.json") {
  int checked = 0;
  std::string left_out;
  json const reference = json::parse(test_data::text("models.json"));
  for (json const& object : reference.at("models")) {
    std::string const name = object.at("name");
    CAPTURE(name);
    model m;
    try {
      m = importer(object).import();
    } catch (not_expressible const& reason) {
      left_out += "\n  " + name + ": " + reason.what();
      continue;
    }
    ++checked;

    json const& expected = object.at("expected");
    // The reference counts the token with the most experts.
    parameter_counts const got = count_parameters(counted_by({.zero_experts = expert_draw::most}, m));
    CHECK(got.total == number(expected, "main"));
    CHECK(got.active == number(expected, "active"));
    CHECK(got.active_without_input_embedding == number(expected, "active_no_input_embed"));
    CHECK(got.non_embedding == number(expected, "non_embedding"));
    CHECK(got.active_non_embedding == number(expected, "active_non_embedding"));
    CHECK(got.active_matmul == number(expected, "active_matmul"));
    CHECK(got.mtp == (m.mtp.modules == 0 ? count(0) : number(expected.at("components"), "mtp")));
    if (object.at("published_total_exact") == true && object.at("published_total_composition") == json({"main"}))
      CHECK(got.total == number(object, "published_total"));

    term_sheet<> const stored = account_of(m).stored;
    json const& parts = expected.at("parts");
    CHECK(stored[term::embedding] == number(parts, "embed"));
    CHECK(stored[term::output_head] + stored[term::output_head_bias] == number(parts, "head"));
    CHECK(stored[term::learned_positions] == number(parts, "pos"));
    CHECK(stored[term::final_norm] == number(parts, "final_norm"));
    // models.json counts layer scales and hyper-connections as norms, and the router of attention heads as attention.
    count const around = stored[term::embedding] + stored[term::output_head] + stored[term::output_head_bias] +
                         stored[term::learned_positions] + stored[term::final_norm];
    CHECK(got.total - around ==
          number(parts, "attn") + number(parts, "ffn") + number(parts, "norms") + number(parts, "other"));
    CHECK(stored[term::convolution] == number(expected, "conv_weights"));
    bool routed_attention = false;
    for (mixer const& mix : m.layers.mixers)
      routed_attention = routed_attention || mix.is<mixture_of_attention_heads<>>();
    if (!routed_attention)
      CHECK(stored[term::attention_projections] + stored[term::attention_bias] + stored[term::qk_norm] +
                stored[term::latent_norm] + stored[term::attention_gate] + stored[term::attention_sinks] +
                stored[term::sparse_indexer] + stored[term::key_compression] + stored[term::convolution] +
                stored[term::state_vectors] ==
            number(parts, "attn"));
  }
  INFO("models that cannot be expressed:" << left_out);
  CHECK(checked == 90);
}
