#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/account/parameters.hpp"
#include "moetric/core/name.hpp"
#include "moetric/io/hugging_face.hpp"

/// Models to the config.json of Hugging Face transformers, which `read_model` reads back to the same account.
namespace moetric::v0::io {

/// A config.json, and the model that transformers builds from it.
struct exported_model {
  std::string text;
  std::string_view family;         // model_type
  model built;                     // what reading the text gives back
  std::vector<std::string> notes;  // weights that the family adds, which no FLOPs of the triad stand for
  std::string why{};               // this family, where none was asked for
};

namespace detail {

/// A decoder of equal attention everywhere, dense layers first and experts above.
struct decoder_parts {
  mixer attention{};
  std::optional<dense_ffn<>> dense{};
  std::optional<experts<>> moe{};
  count n_dense = 0;
  count n_moe = 0;
};

/// Refuses what a config.json of a family cannot hold: "moetric: n_shared_experts must be 0 in a mixtral config".
class family_rules {
 public:
  explicit family_rules(std::string_view family) : family_(family) {}
  void operator()(bool holds, std::string_view subject, std::string_view rule, std::string const& got) const {
    if (!holds)
      refuse(std::string(subject) + " must " + std::string(rule) + " in a config.json of " + std::string(family_) +
             ", but got " + got);
  }

 private:
  std::string_view family_;
};

inline decoder_parts parts_of(model const& m, family_rules const& require) {
  validate(m);
  decoder_parts parts;
  require(m.layers.mixers.size() == 1, "attention", "be of one kind in all layers",
          std::to_string(m.layers.mixers.size()) + " kinds");
  parts.attention = m.layers.mixers[0];
  for (stack::run const& run : m.layers.runs) {
    feed_forward const& ffn = m.layers.ffn_of(run);
    require(run.norms_per_layer == 2 && run.other_weights_per_layer == 0, "layers", "have two norms each and no scales",
            to_string(run.norms_per_layer) + " norms");
    require(run.use == layer_use::own, "layers", "have weights of their own, which every token uses", "others");
    bool const is_dense = ffn.is<dense_ffn<>>();
    require(is_dense || ffn.is<experts<>>(), "layers", "have a feed-forward", "one without");
    require(is_dense ? parts.n_dense == 0 && parts.n_moe == 0 : parts.n_moe == 0, "layers",
            "be dense ones of one kind, then experts of one kind", "another order");
    if (is_dense)
      parts.dense = ffn.get<dense_ffn<>>(), parts.n_dense = run.layers;
    else
      parts.moe = ffn.get<experts<>>(), parts.n_moe = run.layers;
  }
  require(m.input == embedding<>{.vocab_size = m.input.vocab_size} && !m.output.bias, "embedding and output head",
          "have no biases, norms or learned positions", "some");
  require(m.norm == norm_kind::rms, "norms", "be RMSNorm", "another kind");
  require(m.other_weights == 0 && m.residual_streams.n_streams == 0 && m.side.empty(), "a model",
          "have no weights outside of its layers", "some");
  return parts;
}

inline json_object frame_of(model const& m, decoder_parts const& parts, std::string_view family,
                            std::string_view architecture) {
  return {{"architectures", json_array{architecture}},
          {"model_type", family},
          {"hidden_act", "silu"},
          {"hidden_size", m.d_model},
          {"num_hidden_layers", m.layers.n_layers()},
          {"tie_word_embeddings", m.output.tied},
          {"vocab_size", m.input.vocab_size},
          {"torch_dtype", "bfloat16"},
          {"intermediate_size", parts.dense ? parts.dense->d_ff
                                : parts.moe ? parts.moe->d_expert
                                            : count(1)}};
}

/// Grouped queries with nothing beside the projections but the norms that the family allows.
inline grouped_query_attention<> grouped_query_of(decoder_parts const& parts, family_rules const& require) {
  require(parts.attention.is<grouped_query_attention<>>(), "attention", "have grouped queries", "another kind");
  grouped_query_attention<> const a = parts.attention.get<grouped_query_attention<>>();
  require(a ==
              grouped_query_attention<>{
                  .n_heads = a.n_heads, .n_kv_heads = a.n_kv_heads, .head_dim = a.head_dim, .qk_norm = a.qk_norm},
          "attention", "see the whole context and have no biases, gates or sinks", "some");
  return a;
}

inline void put_heads(json_object& c, grouped_query_attention<> const& a) {
  c["num_attention_heads"] = a.n_heads;
  c["num_key_value_heads"] = a.n_kv_heads;
  c["head_dim"] = a.head_dim;
  c["attention_bias"] = false;
}

/// Experts behind a linear router, with nothing beside them but what the family allows.
inline experts<> plain_experts_of(decoder_parts const& parts, family_rules const& require) {
  require(parts.moe.has_value(), "n_experts", "be positive", "a model without experts");
  experts<> const e = *parts.moe;
  require(e == experts<>{.n_experts = e.n_experts,
                         .top_k = e.top_k,
                         .d_expert = e.d_expert,
                         .n_shared_experts = e.n_shared_experts,
                         .d_shared_expert = e.d_shared_expert,
                         .correction_bias = e.correction_bias,
                         .n_group = e.n_group,
                         .topk_group = e.topk_group},
          "experts", "be gated ones behind a linear router without biases", "others");
  require(e.n_shared_experts == 0 || e.d_shared_expert == e.d_expert, "d_shared_expert", "equal d_expert",
          to_string(e.d_shared_expert));
  require(!parts.dense || *parts.dense == dense_ffn<>{.d_ff = parts.dense->d_ff}, "dense layers",
          "be gated and without biases", "others");
  return e;
}

struct written {
  json_object keys;
  mixer attention;
  experts<> moe;
};

inline written write_mixtral(model const& m, decoder_parts const& parts, family_rules const& require) {
  auto const a = grouped_query_of(parts, require);
  experts<> e = plain_experts_of(parts, require);
  require(a.qk_norm == qk_norm_kind::none, "attention", "have no norms on queries and keys", "some");
  require(parts.n_dense == 0, "n_dense_layers", "be 0", to_string(parts.n_dense));
  require(e.n_shared_experts == 0, "n_shared_experts", "be 0", to_string(e.n_shared_experts));
  require(!e.correction_bias && e.n_group == 0, "experts", "have no correction bias or groups", "some");
  json_object c = frame_of(m, parts, "mixtral", "MixtralForCausalLM");
  put_heads(c, a);
  c.erase("attention_bias");
  c["sliding_window"] = nullptr;
  c["num_local_experts"] = e.n_experts;
  c["num_experts_per_tok"] = e.top_k;
  return {c, a, e};
}

inline written write_qwen3_moe(model const& m, decoder_parts const& parts, family_rules const& require) {
  auto a = grouped_query_of(parts, require);
  experts<> e = plain_experts_of(parts, require);
  require(a.qk_norm != qk_norm_kind::full, "attention", "have norms of one head's width", "norms over all heads");
  require(e.n_shared_experts == 0, "n_shared_experts", "be 0", to_string(e.n_shared_experts));
  require(!e.correction_bias && e.n_group == 0, "experts", "have no correction bias or groups", "some");
  a.qk_norm = qk_norm_kind::per_head;
  json_object c = frame_of(m, parts, "qwen3_moe", "Qwen3MoeForCausalLM");
  put_heads(c, a);
  json_array dense;
  for (count i; i != parts.n_dense; i += 1) dense.push_back(i);
  c["mlp_only_layers"] = dense;
  c["decoder_sparse_step"] = 1;
  c["num_experts"] = e.n_experts;
  c["num_experts_per_tok"] = e.top_k;
  c["moe_intermediate_size"] = e.d_expert;
  c["norm_topk_prob"] = true;
  return {c, a, e};
}

inline written write_llama4(model const& m, decoder_parts const& parts, family_rules const& require) {
  auto const a = grouped_query_of(parts, require);
  experts<> e = plain_experts_of(parts, require);
  require(a.qk_norm == qk_norm_kind::none, "attention", "have no weights in norms on queries and keys", "some");
  require(e.n_shared_experts == 1, "n_shared_experts", "be 1", to_string(e.n_shared_experts));
  require(!e.correction_bias && e.n_group == 0, "experts", "have no correction bias or groups", "some");
  json_object c = frame_of(m, parts, "llama4_text", "Llama4ForCausalLM");
  put_heads(c, a);
  c["intermediate_size"] = e.d_expert;
  c["intermediate_size_mlp"] = parts.dense ? parts.dense->d_ff : e.d_expert;
  c["num_local_experts"] = e.n_experts;
  c["num_experts_per_tok"] = e.top_k;
  json_array sparse, kinds, rotary;
  for (count i; i != m.layers.n_layers(); i += 1) {
    if (i >= parts.n_dense) sparse.push_back(i);
    kinds.push_back("full_attention");
    rotary.push_back(1);
  }
  c["moe_layers"] = sparse;
  c["layer_types"] = kinds;
  c["no_rope_layers"] = rotary;      // 1 is a layer with rotary positions
  c["attention_chunk_size"] = 8192;  // of chunked layers, of which there are none
  c["use_qk_norm"] = false;
  return {c, a, e};
}

/// The keys of DeepSeek-V3's experts, which GLM-4.5 has too. Their router has a correction bias.
inline experts<> put_latent_experts(json_object& c, decoder_parts const& parts, experts<> e) {
  e.correction_bias = true;
  if (e.n_group == 0) e.n_group = e.topk_group = 1;
  c["first_k_dense_replace"] = parts.n_dense;
  c["n_routed_experts"] = e.n_experts;
  c["n_shared_experts"] = e.n_shared_experts;
  c["num_experts_per_tok"] = e.top_k;
  c["moe_intermediate_size"] = e.d_expert;
  c["n_group"] = e.n_group;
  c["topk_group"] = e.topk_group;
  c["norm_topk_prob"] = true;
  return e;
}

inline written write_glm4_moe(model const& m, decoder_parts const& parts, family_rules const& require) {
  auto const a = grouped_query_of(parts, require);
  experts<> const e = plain_experts_of(parts, require);
  require(a.qk_norm != qk_norm_kind::full, "attention", "have norms of one head's width", "norms over all heads");
  json_object c = frame_of(m, parts, "glm4_moe", "Glm4MoeForCausalLM");
  put_heads(c, a);
  c["use_qk_norm"] = a.qk_norm == qk_norm_kind::per_head;
  c["num_nextn_predict_layers"] = m.mtp.modules;
  experts<> const moe = put_latent_experts(c, parts, e);
  return {c, a, moe};
}

inline written write_deepseek_v3(model const& m, decoder_parts const& parts, family_rules const& require) {
  require(parts.attention.is<multi_head_latent_attention<>>(), "attention", "be multi-head latent attention",
          "another kind");
  multi_head_latent_attention<> const a = parts.attention.get<multi_head_latent_attention<>>();
  require(!a.sparse, "attention", "see the whole context", "an indexer");
  require(a == multi_head_latent_attention<>{.n_heads = a.n_heads,
                                             .query_lora = a.query_lora,
                                             .q_lora_rank = a.q_lora_rank,
                                             .kv_lora_rank = a.kv_lora_rank,
                                             .qk_nope_head_dim = a.qk_nope_head_dim,
                                             .qk_rope_head_dim = a.qk_rope_head_dim,
                                             .v_head_dim = a.v_head_dim,
                                             .bias = a.bias,
                                             .indexer = a.indexer,
                                             .core = a.core},
          "attention", "have no gates", "some");
  experts<> const e = plain_experts_of(parts, require);
  json_object c = frame_of(m, parts, "deepseek_v3", "DeepseekV3ForCausalLM");
  c["num_key_value_heads"] = a.n_heads;
  c["num_attention_heads"] = a.n_heads;
  c["q_lora_rank"] = a.query_lora ? json(a.q_lora_rank) : json();
  c["kv_lora_rank"] = a.kv_lora_rank;
  c["qk_nope_head_dim"] = a.qk_nope_head_dim;
  c["qk_rope_head_dim"] = a.qk_rope_head_dim;
  c["v_head_dim"] = a.v_head_dim;
  c["attention_bias"] = a.bias;
  c["moe_layer_freq"] = 1;
  c["topk_method"] = "noaux_tc";
  c["scoring_func"] = "sigmoid";
  c["num_nextn_predict_layers"] = m.mtp.modules;
  experts<> const moe = put_latent_experts(c, parts, e);
  return {c, a, moe};
}

struct family_writer {
  std::string_view family;
  written (*write)(model const&, decoder_parts const&, family_rules const&);
  bool modules = false;  // of multi-token prediction
};

inline constexpr std::array family_writers{
    family_writer{"mixtral", write_mixtral}, family_writer{"llama4_text", write_llama4},
    family_writer{"qwen3_moe", write_qwen3_moe}, family_writer{"deepseek_v3", write_deepseek_v3, true},
    family_writer{"glm4_moe", write_glm4_moe, true}};

inline exported_model write_family(model const& m, family_writer const& as) {
  family_rules const require(as.family);
  decoder_parts const parts = parts_of(m, require);
  require(as.modules || m.mtp.modules == 0, "multi-token prediction", "be absent",
          to_string(m.mtp.modules) + " modules");
  written const w = as.write(m, parts, require);
  exported_model result{.text = json_text(w.keys, 2) + "\n", .family = as.family, .built = m, .notes = {}};
  result.built.layers = {};
  if (parts.dense) result.built.layers.append({w.attention, *parts.dense, parts.n_dense});
  result.built.layers.append({w.attention, w.moe, parts.n_moe});
  if (m.mtp.modules != 0) result.built.mtp = {.modules = m.mtp.modules, .block = {w.attention, w.moe}};
  count const before = total_parameters(m), after = total_parameters(result.built);
  if (after != before)
    result.notes.push_back("a model of " + std::string(as.family) + " has " + to_string(after - before) +
                           " weights more than the one that was asked for: norms on queries and keys, or a bias that "
                           "balances the router");
  return result;
}

}  // namespace detail

/// The families that are written.
inline std::vector<std::string_view> written_families() {
  std::vector<std::string_view> names;
  for (auto const& each : detail::family_writers) names.push_back(each.family);
  return names;
}

/// The config.json of a model as one family writes it.
/// \throws std::invalid_argument naming what that family cannot express
inline exported_model write_hugging_face(model const& m, std::string_view family) {
  for (auto const& each : detail::family_writers)
    if (each.family == family) return detail::write_family(m, each);
  refuse_name("family", family, written_families());
}

/// The same in the first family that adds no weights, or else the first that can express the model.
/// \throws std::invalid_argument with what each family cannot express, when none can
inline exported_model write_hugging_face(model const& m) {
  std::optional<exported_model> best;
  std::string others;
  auto const pass_over = [&others](std::string_view sentence) {
    others += (others.empty() ? "" : "; ") + std::string(sentence);
  };
  auto const chosen = [&others](exported_model of, std::string_view which) {
    of.why = "family " + std::string(of.family) + " was chosen, the first of " + listed(written_families()) + " that " +
             std::string(which) + (others.empty() ? "" : ": " + others);
    return of;
  };
  for (auto const& each : detail::family_writers) {
    try {
      exported_model next = detail::write_family(m, each);
      if (next.notes.empty()) return chosen(std::move(next), "adds no weights");
      pass_over(next.notes.front());
      if (!best) best = std::move(next);
    } catch (std::invalid_argument const& error) {
      constexpr std::string_view prefix = "moetric: ";
      std::string_view sentence = error.what();
      if (sentence.starts_with(prefix)) sentence.remove_prefix(prefix.size());
      pass_over(sentence);
    }
  }
  if (!best) refuse("a model must be one that some family can express, but " + others);
  return chosen(std::move(*best), "can express the model");
}

}  // namespace moetric::v0::io
