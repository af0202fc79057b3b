#pragma once

#include "moetric/account/convention.hpp"
#include "moetric/model/model.hpp"

namespace moetric::v0 {

/// A vocabulary rounded up to a multiple.
/// \throws std::invalid_argument for multiples of 0
constexpr count padded_vocabulary(count vocab_size, count multiple) {
  if (multiple == 0) detail::invalid("moetric: pad_vocabulary_to_multiple_of must be positive, but got 0");
  return floor_div(vocab_size + multiple - 1, multiple) * multiple;
}

namespace detail {

/// True if a mixer has a sliding window that conventions charge.
constexpr bool slides(mixer const& mix) {
  auto const* const a = mix.get_if<grouped_query_attention<>>();
  return a != nullptr && a->window != unlimited_window && a->windows == window_kind::sliding;
}

/// True if that window is shorter than the sequence.
constexpr bool slides_below(mixer const& mix, count length) {
  return slides(mix) && mix.get<grouped_query_attention<>>().window < length;
}

constexpr mixer tool_view(mixer mix, convention const& rule, count d_model) {
  if (auto* const a = mix.get_if<grouped_query_attention<>>()) {
    if (rule.misread.heads_fill_d_model) a->head_dim = a->v_head_dim = floor_div(d_model, a->n_heads);
    if (rule.windows == window_rule::ignored) a->window = unlimited_window;
    if (slides(mix)) a->window += rule.window_extra;
  }
  if (auto* const layer = mix.get_if<mamba_2<>>(); layer != nullptr && rule.misread.mamba_twice_d_model)
    layer->head_dim = floor_div(2 * d_model, layer->n_heads);
  return mix;
}

constexpr feed_forward tool_view(feed_forward ffn, convention const& rule, experts<> const* first_mixture) {
  misreading const& misread = rule.misread;
  if (ffn.is<dense_ffn<>>() && first_mixture != nullptr) {
    if (misread.dense == dense_misreading::nothing_beside_experts && first_mixture->top_k > 1) return {};
    if (misread.dense == dense_misreading::experts) ffn = *first_mixture;
  }
  if (auto* const dense = ffn.get_if<dense_ffn<>>(); dense != nullptr && misread.gated_dense)
    dense->kind = ffn_kind::gated;
  if (auto* const mixture = ffn.get_if<experts<>>()) {
    if (rule.zero_experts != expert_draw::mean) mixture->counted = rule.zero_experts;
    if (misread.one_expert) mixture->top_k = 1;
    if (misread.plain_experts) mixture->kind = ffn_kind::plain;
  }
  return ffn;
}

/// The first mixture of experts of a model, or null.
constexpr experts<> const* first_mixture_of(model const& m) {
  for (feed_forward const& each : m.layers.ffns)
    if (auto const* const mixture = each.get_if<experts<>>()) return mixture;
  return nullptr;
}

/// The model as a tool sees it: its widths, windows, feed-forwards and vocabulary.
constexpr model tool_view(model const& m, convention const& rule) {
  model seen = m;
  experts<> const* const first_mixture = first_mixture_of(m);
  for (std::size_t i = 0; i != seen.layers.mixers.size(); ++i)
    seen.layers.mixers[i] = tool_view(m.layers.mixers[i], rule, m.d_model);
  for (std::size_t i = 0; i != seen.layers.ffns.size(); ++i)
    seen.layers.ffns[i] = tool_view(m.layers.ffns[i], rule, first_mixture);
  seen.mtp.block.mix = tool_view(m.mtp.block.mix, rule, m.d_model);
  seen.mtp.block.ffn = tool_view(m.mtp.block.ffn, rule, first_mixture);
  if (rule.gpt_vocab_size != 0 && m.input.learned_positions != 0) seen.input.vocab_size = rule.gpt_vocab_size;
  return seen;
}

}  // namespace detail
}  // namespace moetric::v0
