#pragma once

#include <bit>

#include "moetric/account/account.hpp"

namespace moetric::v0 {

/// Something that a stored checkpoint may hold beside the weights of the model, or leave out of its published total.
struct checkpoint_part {
  std::string_view name;
  std::string_view why;
  count parameters;
  bool left_out = false;  // the part is missing from the total instead of added to it
};

/// At most twelve parts, `main` first.
using checkpoint_parts = fixed_list<checkpoint_part, 12>;

namespace detail {

constexpr count tiles(count rows, count columns) {
  constexpr int tile = 128;
  return floor_div(rows + (tile - 1), tile) * floor_div(columns + (tile - 1), tile);
}

constexpr count ffn_tiles(ffn_kind kind, count d_model, count width) {
  return (kind == ffn_kind::gated ? 3 : 2) * tiles(d_model, width);
}

/// Tiles of 128x128 of the matrices that fp8 checkpoints quantise: projections and feed-forwards, not router,
/// embedding or output head. Kinds of layers that no fp8 checkpoint is known of have none.
struct fp8_tiles {
  count d_model;

  /// Of the query projection, in one or, with `query_lora`, through a low rank in two.
  constexpr count of_queries(bool query_lora, count q_lora_rank, count query_width) const {
    return query_lora ? tiles(d_model, q_lora_rank) + tiles(q_lora_rank, query_width) : tiles(d_model, query_width);
  }
  constexpr count operator()(grouped_query_attention<> const& a) const {
    return of_queries(a.query_lora, a.q_lora_rank, a.query_width()) + tiles(d_model, a.key_width()) +
           tiles(d_model, a.value_width()) + tiles(a.output_width(), d_model);
  }
  constexpr count operator()(multi_head_latent_attention<> const& a) const {
    bool const indexed = a.sparse && !a.indexer.shared;
    count const index = indexed ? tiles(a.query_source_width(d_model), a.indexer.n_heads * a.indexer.head_dim) +
                                      tiles(d_model, a.indexer.head_dim)
                                : count(0);
    return of_queries(a.query_lora, a.q_lora_rank, a.query_width()) + index +
           tiles(d_model, a.compressed_key_value_width()) +
           tiles(a.kv_lora_rank, a.n_heads * (a.qk_nope_head_dim + a.v_head_dim)) + tiles(a.output_width(), d_model);
  }
  constexpr count operator()(dense_ffn<> const& f) const { return ffn_tiles(f.kind, d_model, f.d_ff); }
  constexpr count operator()(experts<> const& e) const {
    return e.n_experts * ffn_tiles(e.kind, d_model, e.d_expert) +
           e.n_shared_experts * ffn_tiles(e.kind, d_model, e.d_shared_expert);
  }
  template <class Other>
  constexpr count operator()(Other const&) const {
    return 0;
  }
};

/// Rotary frequencies of a layer, half a head's width.
struct rotary_frequencies {
  constexpr count operator()(grouped_query_attention<> const& a) const { return floor_div(a.head_dim, 2); }
  constexpr count operator()(multi_head_latent_attention<> const& a) const { return a.qk_rope_head_dim; }
  template <class Other>
  constexpr count operator()(Other const&) const {
    return 0;
  }
};

/// Entries of a table from token to experts, top_k for each token of the vocabulary, where routing is by hash.
struct hash_table_entries {
  count vocab_size;

  constexpr count operator()(experts<> const& e) const {
    return e.router == router_kind::hashed ? vocab_size * e.top_k : count(0);
  }
  template <class Other>
  constexpr count operator()(Other const&) const {
    return 0;
  }
};

}  // namespace detail

/// All that a published total of this model may contain. Parts that would be 0 are left out.
/// Copies: multi-token-prediction modules and tied heads are often stored with embedding and head of their own.
/// Scales: one for each tile of 128x128 of every fp8 matrix, ceil in both directions. Tables: vocab_size·top_k integers
/// for each layer that routes by hash. Buffers: rotary frequencies of each layer (older Llama; with latent attention as
/// many as the rotary width, inferred from Moonlight's remainder of 27·64). A vision tower is no part of a `model`: its
/// weights are the caller's number, `zoo::entry::vision_tower` for the zoo. Source: the tensors of published
/// checkpoints; DeepSeek-V3's 684,531,386,000 is main + mtp + both copies + scales.
constexpr checkpoint_parts checkpoint_parts_of(model const& m, count vision_tower = 0) {
  checkpoint_parts parts;
  auto const add = [&parts](checkpoint_part const& part) {
    if (part.parameters != 0) parts.push_back(part, "moetric: a checkpoint must not have more than 12 parts");
  };
  account<> const book = account_of(m);
  count const vocabulary = m.input.weights(m.d_model);
  add({"main", "every weight of the model", book.stored.total()});
  add({"mtp", "multi-token-prediction modules", mtp_account(m).stored.total()});
  add({"mtp_embed_copy", "each module stores the embedding again", m.mtp.modules * vocabulary});
  add({"mtp_head_copy", "each module stores the output head again", m.mtp.modules * vocabulary});
  if (m.output.tied) add({"tied_head_copy", "the output head stored beside the embedding that it shares", vocabulary});

  count scales, frequencies, tables;
  for (stack::run const& run : m.layers.runs) {
    mixer const& mix = m.layers.mixer_of(run);
    scales += run.layers *
              (mix.visit(detail::fp8_tiles{m.d_model}) + m.layers.ffn_of(run).visit(detail::fp8_tiles{m.d_model}));
    frequencies += run.layers * mix.visit(detail::rotary_frequencies{});
    tables += run.layers * m.layers.ffn_of(run).visit(detail::hash_table_entries{m.input.vocab_size});
  }
  scales += m.mtp.modules *
            (m.mtp.block.mix.visit(detail::fp8_tiles{m.d_model}) + m.mtp.block.ffn.visit(detail::fp8_tiles{m.d_model}));
  add({"fp8_scales", "one scale for each 128x128 tile of every fp8 matrix", scales});
  add({"hash_tables", "a table from token to experts in each layer that routes by hash", tables});
  add({"rotary_frequencies", "rotary buffers of each layer", frequencies});
  add({"router_correction_bias", "the routers' correction biases left out", book.stored[term::router_correction_bias],
       true});
  add({"vision", "a vision tower, as published: given, not counted here", vision_tower});
  return parts;
}

/// The ways in which a published total is made of parts: each a set of indices into the parts, as bits; `main` is in
/// all of them. Simpler ones first.
struct compositions {
  fixed_list<unsigned, 64> exact{};
  unsigned nearest = 1;  // of all sets, when none is exact
  count nearest_total{};
};

/// "main + mtp + fp8_scales", what is left out with a minus.
inline std::string to_string(checkpoint_parts const& parts, unsigned chosen) {
  std::string text;
  for (std::size_t i = 0; i != parts.size(); ++i)
    if ((chosen >> i & 1U) != 0)
      text += (text.empty() ? "" : parts[i].left_out ? " - " : " + ") + std::string(parts[i].name);
  return text;
}

constexpr count total_of(checkpoint_parts const& parts, unsigned chosen) {
  count sum;
  for (std::size_t i = 0; i != parts.size(); ++i)
    if ((chosen >> i & 1U) != 0 && !parts[i].left_out) sum += parts[i].parameters;
  for (std::size_t i = 0; i != parts.size(); ++i)
    if ((chosen >> i & 1U) != 0 && parts[i].left_out) sum -= parts[i].parameters;
  return sum;
}

/// Every composition whose total is exactly the published one, or the nearest. An exact match of a rounded number is
/// chance.
constexpr compositions explain_total(checkpoint_parts const& parts, count published) {
  compositions found;
  auto const distance = [published](count total) { return total > published ? total - published : published - total; };
  found.nearest_total = total_of(parts, 1);
  for (int wanted_size = 1; wanted_size <= static_cast<int>(parts.size()); ++wanted_size)
    for (unsigned chosen = 1; chosen < 1U << parts.size(); chosen += 2) {
      if (std::popcount(chosen) != wanted_size) continue;
      count const total = total_of(parts, chosen);
      if (total == published && found.exact.size() != 64) found.exact.push_back(chosen, "");
      if (distance(total) < distance(found.nearest_total)) {
        found.nearest = chosen;
        found.nearest_total = total;
      }
    }
  return found;
}

}  // namespace moetric::v0
