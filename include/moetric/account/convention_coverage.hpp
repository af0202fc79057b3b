#pragma once

#include "moetric/account/convention_flops.hpp"

namespace moetric::v0 {
namespace detail {

/// True if `name` is one of the names that spaces separate.
constexpr bool lists(std::string_view names, std::string_view name) {
  while (!names.empty()) {
    std::size_t const end = names.find(' ');
    if (names.substr(0, end) == name) return true;
    names = end == std::string_view::npos ? std::string_view{} : names.substr(end + 1);
  }
  return false;
}

/// True if a tool's formula for attention has the layer's own widths, gate and keys. A tool that charges weights by
/// their number charges any gate.
constexpr bool counts_attention(convention const& rule, grouped_query_attention<> const& a) {
  bool const any_gate = rule.charges[0].units == charged::active;
  if (a.v_head_dim != a.head_dim || a.query_lora || a.bidirectional || a.sparse || a.with_embedding) return false;
  if (a.output_gate == output_gate_kind::per_head && !any_gate) return false;
  if (a.window != unlimited_window && a.windows == window_kind::chunked && !rule.itself.chunked_windows) return false;
  return a.key_values == key_value_kind::projected ||
         (a.key_values == key_value_kind::key_is_value && rule.itself.key_is_value);
}

/// True if two attention layers of one model differ where a tool has one number for all.
constexpr bool attention_varies(convention const& rule, grouped_query_attention<> const& a,
                                grouped_query_attention<> const& b) {
  bool const windows = rule.windows != window_rule::ignored && a.window != b.window && a.window != unlimited_window &&
                       b.window != unlimited_window;
  return windows || a.n_heads != b.n_heads || a.n_kv_heads != b.n_kv_heads || a.head_dim != b.head_dim ||
         a.output_gate != b.output_gate;
}

constexpr bool counts_mixers(convention const& rule, model const& m) {
  constexpr mixer_kinds any{};
  if (rule.itself.mixers.bits == any.bits) return true;
  if (!m.side.empty()) return false;
  for (stack::run const& run : m.layers.runs)
    if (run.use != layer_use::own) return false;
  grouped_query_attention<> const* first = nullptr;
  for (mixer const& mix : m.layers.mixers) {
    if (!rule.itself.mixers.contains(mix)) return false;
    if (counting::key_choice(mix).sparse && !rule.itself.sparse_keys) return false;
    if (auto const* const latent = mix.get_if<multi_head_latent_attention<>>())
      if (latent->latent_gate || latent->norm_gate) return false;
    auto const* const a = mix.get_if<grouped_query_attention<>>();
    if (a == nullptr) continue;
    if (!counts_attention(rule, *a)) return false;
    if (first != nullptr && !rule.itself.varied_layers && attention_varies(rule, *first, *a)) return false;
    if (first == nullptr || slides(mix)) first = a;
  }
  return true;
}

/// True if every attention layer has a window.
constexpr bool windows_are_uniform(model const& m) {
  bool any = false;
  for (mixer const& each : m.layers.mixers) {
    if (each.is<grouped_query_attention<>>() && !slides(each)) return false;
    any = any || slides(each);
  }
  return any;
}

constexpr bool counts_feed_forwards(convention const& rule, model const& m) {
  constexpr mixer_kinds any{};
  bool const any_experts = rule.itself.mixers.bits == any.bits || rule.itself.latent_experts;
  for (feed_forward const& each : m.layers.ffns) {
    if (auto const* const mixture = each.get_if<experts<>>()) {
      if (mixture->n_zero_experts != 0 && !rule.itself.zero_experts) return false;
      if (mixture->latent && !any_experts) return false;
      if (mixture->by_modality) return false;
    }
    if (auto const* const dense = each.get_if<dense_ffn<>>())
      if (dense->kind == ffn_kind::plain && !rule.itself.plain_feed_forwards) return false;
  }
  return true;
}

}  // namespace detail

/// True if the tool or paper counts a model of such layers itself. Otherwise its rule is extrapolated.
/// \throws std::invalid_argument with every rule that the model breaks
constexpr bool covers(convention const& rule, model const& m) {
  account<> const book = account_of(m);
  for (std::size_t i = 0; i != n_terms; ++i)
    if (rule.outside.contains(static_cast<term>(i)) && book.stored.amounts[i] != 0) return false;
  return detail::counts_mixers(rule, m) && detail::counts_feed_forwards(rule, m);
}

/// The same for a published model, whose `model_type`, as its config.json names it, chooses the formula of some tools.
/// An unknown type, or an empty one, is in no tool's list. Some formulas have windows only beside layers without one.
/// \throws std::invalid_argument with every rule that the model breaks
constexpr bool covers(convention const& rule, model const& m, std::string_view model_type) {
  if (!rule.itself.model_types.empty() && !detail::lists(rule.itself.model_types, model_type)) return false;
  if (!rule.itself.uniform_windows && detail::windows_are_uniform(m)) return false;
  return covers(rule, m);
}

}  // namespace moetric::v0
