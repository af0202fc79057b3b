#pragma once

#include <type_traits>

#include "moetric/model/model.hpp"

namespace moetric::v0 {

/// One broken rule: its sentence, and the values that it names, in their order.
struct violation {
  char const* sentence = "";
  count got[2]{};
  int n_got = 0;
};

/// "moetric: top_k must not exceed n_experts, but got 9 and 8"
inline std::string to_string(violation const& broken) {
  std::string text = broken.sentence;
  for (int i = 0; i != broken.n_got; ++i) text += (i == 0 ? ", but got " : " and ") + to_string(broken.got[i]);
  return text;
}

/// Every rule that a model breaks, up to 32 of them.
struct diagnosis {
  fixed_list<violation, 32> violations;

  constexpr bool ok() const { return violations.empty(); }

  constexpr void broken_rule(char const* sentence, count got) { add({sentence, {got}, 1}); }
  constexpr void broken_rule(char const* sentence, count got, count limit) { add({sentence, {got, limit}, 2}); }

 private:
  constexpr void add(violation const& broken) {
    if (violations.size() != 32) violations.push_back(broken, "");
  }
};

namespace detail {

// Not constexpr on purpose: a constant evaluation stops on the rule's own line, which holds the sentence, and the
// compiler prints the values. It is never called at run time.
struct constant_evaluation {
  void broken_rule(char const*, count) {}
  void broken_rule(char const*, count, count) {}
};

template <class Report>
constexpr void rules(no_mixer const&, Report&) {}

template <class Report>
constexpr void rules(sparse_indexer<> const& i, Report& report) {
  if (i.n_heads == 0) report.broken_rule("moetric: n_heads of an indexer must be positive", i.n_heads);
  if (i.head_dim == 0) report.broken_rule("moetric: head_dim of an indexer must be positive", i.head_dim);
  if (i.top_k == 0) report.broken_rule("moetric: top_k of an indexer must be positive", i.top_k);
}

template <class Report>
constexpr void rules(grouped_query_attention<> const& a, Report& report) {
  if (a.n_heads == 0) report.broken_rule("moetric: n_heads must be positive", a.n_heads);
  if (a.n_kv_heads == 0) report.broken_rule("moetric: n_kv_heads must be positive", a.n_kv_heads);
  if (a.n_kv_heads != 0 && remainder(a.n_heads, a.n_kv_heads) != 0)
    report.broken_rule("moetric: n_heads must be divisible by n_kv_heads", a.n_heads, a.n_kv_heads);
  if (a.head_dim == 0) report.broken_rule("moetric: head_dim must be positive", a.head_dim);
  if (a.v_head_dim == 0) report.broken_rule("moetric: v_head_dim must be positive", a.v_head_dim);
  if (a.window == 0) report.broken_rule("moetric: window must be positive", a.window);
  if (a.query_lora && a.q_lora_rank == 0)
    report.broken_rule("moetric: q_lora_rank must be positive with query_lora", a.q_lora_rank);
  if (a.sparse) rules(a.indexer, report);
}

template <class Report>
constexpr void rules(multi_head_latent_attention<> const& a, Report& report) {
  if (a.n_heads == 0) report.broken_rule("moetric: n_heads must be positive", a.n_heads);
  if (a.query_lora && a.q_lora_rank == 0)
    report.broken_rule("moetric: q_lora_rank must be positive with query_lora", a.q_lora_rank);
  if (a.kv_lora_rank == 0) report.broken_rule("moetric: kv_lora_rank must be positive", a.kv_lora_rank);
  if (a.qk_nope_head_dim + a.qk_rope_head_dim == 0)
    report.broken_rule("moetric: qk_nope_head_dim + qk_rope_head_dim must be positive", a.qk_nope_head_dim,
                       a.qk_rope_head_dim);
  if (a.v_head_dim == 0) report.broken_rule("moetric: v_head_dim must be positive", a.v_head_dim);
  if (a.sparse) rules(a.indexer, report);
}

template <class Report>
constexpr void rules(compressed_attention<> const& a, Report& report) {
  if (a.n_heads == 0) report.broken_rule("moetric: n_heads must be positive", a.n_heads);
  if (a.head_dim == 0) report.broken_rule("moetric: head_dim must be positive", a.head_dim);
  if (a.q_lora_rank == 0) report.broken_rule("moetric: q_lora_rank must be positive", a.q_lora_rank);
  if (a.n_output_groups == 0) report.broken_rule("moetric: n_output_groups must be positive", a.n_output_groups);
  if (a.n_output_groups != 0 && remainder(a.n_heads, a.n_output_groups) != 0)
    report.broken_rule("moetric: n_heads must be divisible by n_output_groups", a.n_heads, a.n_output_groups);
  if (a.output_lora_rank == 0) report.broken_rule("moetric: output_lora_rank must be positive", a.output_lora_rank);
  if (a.window == 0) report.broken_rule("moetric: window must be positive", a.window);
  if (a.compression_rate == 0) report.broken_rule("moetric: compression_rate must be positive", a.compression_rate);
  if (a.compression == key_compression::sparse && (a.n_index_heads == 0 || a.index_head_dim == 0))
    report.broken_rule("moetric: n_index_heads and index_head_dim must be positive with sparse compression",
                       a.n_index_heads, a.index_head_dim);
}

template <class Report>
constexpr void rules(encoder_decoder_attention<> const& a, Report& report) {
  if (a.n_heads == 0) report.broken_rule("moetric: n_heads must be positive", a.n_heads);
  if (a.head_dim == 0) report.broken_rule("moetric: head_dim must be positive", a.head_dim);
}

template <class Report>
constexpr void rules(mixture_of_attention_heads<> const& a, Report& report) {
  if (a.top_k == 0) report.broken_rule("moetric: top_k must be positive", a.top_k);
  if (a.top_k > a.n_experts) report.broken_rule("moetric: top_k must not exceed n_experts", a.top_k, a.n_experts);
  if (a.n_kv_heads == 0) report.broken_rule("moetric: n_kv_heads must be positive", a.n_kv_heads);
  if (a.head_dim == 0) report.broken_rule("moetric: head_dim must be positive", a.head_dim);
}

template <class Report>
constexpr void rules(gated_delta_net<> const& r, Report& report) {
  if (r.n_key_heads == 0) report.broken_rule("moetric: n_key_heads must be positive", r.n_key_heads);
  if (r.n_value_heads == 0) report.broken_rule("moetric: n_value_heads must be positive", r.n_value_heads);
  if (r.n_key_heads != 0 && remainder(r.n_value_heads, r.n_key_heads) != 0)
    report.broken_rule("moetric: n_value_heads must be divisible by n_key_heads", r.n_value_heads, r.n_key_heads);
  if (r.key_head_dim == 0) report.broken_rule("moetric: key_head_dim must be positive", r.key_head_dim);
  if (r.value_head_dim == 0) report.broken_rule("moetric: value_head_dim must be positive", r.value_head_dim);
  if (r.convolution_width == 0) report.broken_rule("moetric: convolution_width must be positive", r.convolution_width);
}

template <class Report>
constexpr void rules(kimi_delta_attention<> const& r, Report& report) {
  if (r.n_heads == 0) report.broken_rule("moetric: n_heads must be positive", r.n_heads);
  if (r.head_dim == 0) report.broken_rule("moetric: head_dim must be positive", r.head_dim);
  if (r.convolution_width == 0) report.broken_rule("moetric: convolution_width must be positive", r.convolution_width);
}

template <class Report>
constexpr void rules(lightning_attention<> const& r, Report& report) {
  if (r.n_heads == 0) report.broken_rule("moetric: n_heads must be positive", r.n_heads);
  if (r.head_dim == 0) report.broken_rule("moetric: head_dim must be positive", r.head_dim);
}

template <class Report>
constexpr void rules(mamba_1<> const& r, Report& report) {
  if (r.inner_width == 0) report.broken_rule("moetric: inner_width must be positive", r.inner_width);
  if (r.state_size == 0) report.broken_rule("moetric: state_size must be positive", r.state_size);
  if (r.step_rank == 0) report.broken_rule("moetric: step_rank must be positive", r.step_rank);
  if (r.convolution_width == 0) report.broken_rule("moetric: convolution_width must be positive", r.convolution_width);
}

template <class Report>
constexpr void rules(mamba_2<> const& r, Report& report) {
  if (r.n_heads == 0) report.broken_rule("moetric: n_heads must be positive", r.n_heads);
  if (r.head_dim == 0) report.broken_rule("moetric: head_dim must be positive", r.head_dim);
  if (r.n_groups == 0) report.broken_rule("moetric: n_groups must be positive", r.n_groups);
  if (r.n_groups != 0 && remainder(r.n_heads, r.n_groups) != 0)
    report.broken_rule("moetric: n_heads must be divisible by n_groups", r.n_heads, r.n_groups);
  if (r.state_size == 0) report.broken_rule("moetric: state_size must be positive", r.state_size);
  if (r.convolution_width == 0) report.broken_rule("moetric: convolution_width must be positive", r.convolution_width);
  if (r.chunk == 0) report.broken_rule("moetric: chunk must be positive", r.chunk);
}

template <class Report>
constexpr void rules(no_feed_forward const&, Report&) {}

template <class Report>
constexpr void rules(dense_ffn<> const& f, Report& report) {
  if (f.d_ff == 0) report.broken_rule("moetric: d_ff must be positive", f.d_ff);
}

/// Group-limited routing: a token sees the experts of its best topk_group groups. With a correction bias a group's
/// score is the sum of its best two experts. Source: 2405.04434, 2412.19437 and their modelling code.
template <class Report>
constexpr void group_rules(experts<> const& e, Report& report) {
  if (e.topk_group == 0) report.broken_rule("moetric: topk_group must be positive with n_group", e.topk_group);
  if (e.topk_group > e.n_group)
    report.broken_rule("moetric: topk_group must not exceed n_group", e.topk_group, e.n_group);
  if (e.router != router_kind::linear && e.n_group != 1)
    report.broken_rule("moetric: n_group must be at most 1 unless tokens choose by a linear router", e.n_group);
  if (remainder(e.n_experts, e.n_group) != 0)
    return report.broken_rule("moetric: n_experts must be divisible by n_group", e.n_experts, e.n_group);
  count const in_group = floor_div(e.n_experts, e.n_group);
  if (e.top_k > e.topk_group * in_group)
    report.broken_rule("moetric: top_k must not exceed the experts in topk_group groups", e.top_k,
                       e.topk_group * in_group);
  if (e.correction_bias && in_group < 2)
    report.broken_rule("moetric: experts in a group must be at least 2 with correction_bias, whose groups score by two",
                       in_group);
}

template <class Report>
constexpr void rules(experts<> const& e, Report& report) {
  if (e.n_experts == 0) report.broken_rule("moetric: n_experts must be positive", e.n_experts);
  if (e.top_k == 0) report.broken_rule("moetric: top_k must be positive", e.top_k);
  if (e.top_k > e.n_experts) report.broken_rule("moetric: top_k must not exceed n_experts", e.top_k, e.n_experts);
  if (e.d_expert == 0) report.broken_rule("moetric: d_expert must be positive", e.d_expert);
  if (e.n_shared_experts != 0 && e.d_shared_expert == 0)
    report.broken_rule("moetric: d_shared_expert must be positive with shared experts", e.d_shared_expert);
  if (e.latent && e.d_latent == 0)
    report.broken_rule("moetric: d_latent must be positive with latent experts", e.d_latent);
  if (e.shared_gate && e.n_shared_experts == 0)
    report.broken_rule("moetric: n_shared_experts must be positive with shared_gate", e.n_shared_experts);
  if (e.n_group != 0) group_rules(e, report);
}

template <class Report>
constexpr void rules(model const& m, Report& report) {
  if (m.d_model == 0) report.broken_rule("moetric: d_model must be positive", m.d_model);
  if (m.input.vocab_size == 0) report.broken_rule("moetric: vocab_size must be positive", m.input.vocab_size);
  if (m.layers.runs.empty()) report.broken_rule("moetric: layers must hold at least one group", 0);
  for (stack::run const& r : m.layers.runs)
    if (r.layers == 0) report.broken_rule("moetric: layers of a group must be positive", r.layers);
  auto const layer_rules = [&report](auto const& layer) { rules(layer, report); };
  for (mixer const& each : m.layers.mixers) each.visit(layer_rules);
  for (feed_forward const& each : m.layers.ffns) each.visit(layer_rules);
  if (m.mtp.modules != 0) {
    m.mtp.block.mix.visit(layer_rules);
    m.mtp.block.ffn.visit(layer_rules);
    if (m.mtp.block.layers != 1) report.broken_rule("moetric: layers of an mtp block must be 1", m.mtp.block.layers);
  }
}

/// Applies one template of rules: in a constant expression the compiler stops on the first broken rule's sentence, at
/// run time all of them are thrown at once.
template <class Rules>
constexpr void enforce(Rules rules_of) {
  if (std::is_constant_evaluated()) {
    constant_evaluation stop;
    rules_of(stop);
    return;
  }
  diagnosis report;
  rules_of(report);
  if (report.ok()) return;
  std::string all;
  for (violation const& broken : report.violations) all += (all.empty() ? "" : "; ") + to_string(broken);
  invalid(all.c_str());
}

}  // namespace detail

/// All the rules that a model breaks; nothing is thrown.
constexpr diagnosis diagnose(model const& m) {
  diagnosis report;
  detail::rules(m, report);
  return report;
}

/// Checks a model against every rule. At run time all broken rules are told at once (`std::invalid_argument`); in a
/// constant expression the compiler stops on the first one's sentence. Every account checks its model with this.
constexpr void validate(model const& m) {
  detail::enforce([&m](auto& report) { detail::rules(m, report); });
}

}  // namespace moetric::v0
