// Every published model of the reference that this library can express, count by count. The reference holds the sizes
// from the publishers' configurations and the counts that agree with the published totals. A red row means that a
// layer is counted wrongly for that model: the publishers' tensors are right.
#include <fstream>
#include <map>
#include <set>
#include <stdexcept>
#include <string>

#include "catch.hpp"
#include "moetric/account/parameters.hpp"
#include <nlohmann/json.hpp>

namespace {

using namespace moetric;
using nlohmann::json;

// Why a model of the reference is left out.
struct not_expressible : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// One object of the reference. Every key must be read or known to be no size; the first other one is the reason why
// the model is left out, so that nothing is ignored by accident.
class entry {
 public:
  entry(json const& object, std::string where, std::set<std::string> no_size = {})
      : object_(object), where_(std::move(where)), read_(std::move(no_size)) {}

  count number(char const* key) {
    read_.insert(key);
    return object_.at(key).get<std::uint64_t>();
  }
  count number(char const* key, count otherwise) { return has(key) ? number(key) : otherwise; }
  bool flag(char const* key) { return has(key) && object_.at(key).get<bool>(); }
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
    e.require_all_read();
    return attention;
  }
  throw not_expressible("mixer " + kind);
}

ffn_kind to_ffn_kind(entry& e) { return e.number("mats") == 3 ? ffn_kind::gated : ffn_kind::plain; }

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
                        .correction_bias = e.flag("correction_bias")};
    e.require_all_read();
    return moe;
  }
  throw not_expressible("ffn " + kind);
}

class importer {
 public:
  explicit importer(json const& object)
      : top_(object, "model",
             {"name", "hf_id", "year", "fields", "expected", "confidence", "closed_by", "published_total",
              "published_total_exact", "published_total_composition", "published_active", "published_active_note",
              "published_active_is_average", "published_checks"}) {}

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
        if (extra.value("in_main", true)) throw not_expressible("extra " + extra.at("name").get<std::string>());
    if (result_.layers.n_layers() != top_.number("num_layers")) throw not_expressible("number of layers");
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
      result_.layers.append({mixers_.at(e.text("mixer")), ffns_.at(e.text("ffn")), e.number("count"),
                             e.number("norms", norms_per_layer)});
      e.require_all_read();
    }
  }

  moetric::mtp to_mtp(json const& object) const {
    entry e(object, "mtp");
    moetric::mtp const result{
        .modules = 1,
        .block = {mixers_.at(e.text("mixer")), ffns_.at(e.text("ffn")), 1, e.number("norms", 2)}};
    if (e.number("proj", 0) != 2 || e.number("extra_norms", 0) != 3) throw not_expressible("mtp of another build");
    e.require_all_read();
    return result;
  }

  entry top_;
  model result_;
  std::map<std::string, mixer> mixers_;
  std::map<std::string, feed_forward> ffns_;
};

count number(json const& object, char const* key) { return object.at(key).get<std::uint64_t>(); }

}  // namespace

TEST_CASE("published models have exactly the parameters of the reference") {
  std::string const path = std::string(MOETRIC_SHARED_DATA) + "/reference/models.json";
  std::ifstream file(path);
  if (!file) {
    WARN("not there, so no published model was checked: " << path);
    return;
  }
  int checked = 0;
  std::string left_out;
  json const reference = json::parse(file);
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
    parameter_counts const got = count_parameters(m);
    CHECK(got.total == number(expected, "main"));
    CHECK(got.active == number(expected, "active"));
    CHECK(got.active_without_input_embedding == number(expected, "active_no_input_embed"));
    CHECK(got.non_embedding == number(expected, "non_embedding"));
    CHECK(got.active_non_embedding == number(expected, "active_non_embedding"));
    CHECK(got.active_matmul == number(expected, "active_matmul"));
    CHECK(got.mtp == (m.mtp.modules == 0 ? count(0) : number(expected.at("components"), "mtp")));
    if (object.at("published_total_exact") == true && object.at("published_total_composition") == json({"main"}))
      CHECK(got.total == number(object, "published_total"));

    term_sheet<> const stored = tally_of(m).stored;
    json const& parts = expected.at("parts");
    CHECK(stored[term::embedding] == number(parts, "embed"));
    CHECK(stored[term::output_head] + stored[term::output_head_bias] == number(parts, "head"));
    CHECK(stored[term::learned_positions] == number(parts, "pos"));
    CHECK(stored[term::final_norm] == number(parts, "final_norm"));
    CHECK(stored[term::norms] == number(parts, "norms"));
    CHECK(stored[term::attention_projections] + stored[term::attention_bias] + stored[term::qk_norm] +
              stored[term::latent_norm] ==
          number(parts, "attn"));
    CHECK(stored[term::dense_ffn] + stored[term::dense_ffn_bias] + stored[term::routed_experts] +
              stored[term::shared_experts] + stored[term::shared_expert_gate] + stored[term::router] +
              stored[term::router_bias] + stored[term::router_correction_bias] ==
          number(parts, "ffn"));
  }
  WARN(checked << " published models checked; left out, with the first thing that cannot be expressed:" << left_out);
  CHECK(checked == 63);
}
