#pragma once

#include "moetric/account/convention.hpp"
#include "moetric/model/model.hpp"

namespace moetric::v0 {

/// The least multiple that holds a vocabulary.
constexpr count padded_vocabulary(count vocab_size, count multiple) {
  if (multiple == 0) detail::invalid("moetric: pad_vocabulary_to_multiple_of must be positive, but got 0");
  return floor_div(vocab_size + multiple - 1, multiple) * multiple;
}

namespace detail {

constexpr bool has_window(mixer const& mix) {
  return mix.kind == mixer_kind::grouped_query_attention && mix.grouped_query.window != unlimited_window;
}

constexpr bool slides(mixer const& mix) {
  return has_window(mix) && mix.grouped_query.windows == window_kind::sliding;
}

constexpr mixer tool_view(mixer mix, convention const& rule, count d_model) {
  if (rule.seen.heads_fill_d_model && mix.kind == mixer_kind::grouped_query_attention) {
    grouped_query_attention<>& a = mix.grouped_query;
    a.head_dim = a.v_head_dim = floor_div(d_model, a.n_heads);
  }
  if (rule.seen.mamba_twice_d_model && mix.kind == mixer_kind::mamba_2)
    mix.mamba2.head_dim = floor_div(2 * d_model, mix.mamba2.n_heads);
  if (has_window(mix) && rule.windows == window_rule::ignored) mix.grouped_query.window = unlimited_window;
  if (slides(mix)) mix.grouped_query.window += rule.window_extra;
  return mix;
}

constexpr feed_forward tool_view(feed_forward ffn, reading const& seen, feed_forward const& first_mixture) {
  bool const is_dense_beside_experts =
      ffn.kind == feed_forward_kind::dense && first_mixture.kind == feed_forward_kind::experts;
  if (is_dense_beside_experts && seen.dense == dense_reading::experts) ffn = first_mixture;
  if (is_dense_beside_experts && seen.dense == dense_reading::nothing_beside_experts && first_mixture.moe.top_k > 1)
    ffn = {};
  if (ffn.kind == feed_forward_kind::experts && seen.one_expert) ffn.moe.top_k = 1;
  return ffn;
}

/// The model that a tool makes of a model: its widths, windows, feed-forwards and vocabulary.
constexpr model tool_view(model m, convention const& rule) {
  for (std::size_t i = 0; i != m.layers.mixers.size(); ++i)
    m.layers.mixers[i] = tool_view(m.layers.mixers[i], rule, m.d_model);
  feed_forward first_mixture;
  for (feed_forward const& each : m.layers.ffns)
    if (first_mixture.kind == feed_forward_kind::none && each.kind == feed_forward_kind::experts) first_mixture = each;
  for (std::size_t i = 0; i != m.layers.ffns.size(); ++i)
    m.layers.ffns[i] = tool_view(m.layers.ffns[i], rule.seen, first_mixture);
  m.mtp.block.mix = tool_view(m.mtp.block.mix, rule, m.d_model);
  m.mtp.block.ffn = tool_view(m.mtp.block.ffn, rule.seen, first_mixture);
  if (rule.gpt_vocab_size != 0 && m.input.learned_positions != 0) m.input.vocab_size = rule.gpt_vocab_size;
  return m;
}

}  // namespace detail
}  // namespace moetric::v0
