#pragma once

#include <bit>

#include "moetric/account/account.hpp"

namespace moetric::v0 {

/// A part that a published total may contain besides the weights of the model, or leave out.
struct checkpoint_part {
  std::string_view name;
  std::string_view why;
  count parameters;
  bool left_out = false;  // the part is missing from the total instead of added to it
};

/// At most twelve parts, `main` first.
using checkpoint_parts = fixed_list<checkpoint_part, 12>;

namespace detail {

/// Tiles of 128x128 of one matrix, rounded up in both directions.
constexpr count tiles(count rows, count columns) {
  constexpr int tile = 128;
  return floor_div(rows + (tile - 1), tile) * floor_div(columns + (tile - 1), tile);
}

/// Tiles of the matrices of one layer that fp8 checkpoints quantise.
template <class Layer>
constexpr count fp8_tiles(Layer const& layer, count d_model) {
  count sum;
  layer.each_matrix(d_model, [&sum](layer_matrix<> const& m) {
    if (Layer::fp8_matrices.contains(m.name)) sum += m.stored * tiles(m.inputs, m.outputs);
  });
  return sum;
}

}  // namespace detail

/// The parts that a published total of this model may contain. Parts of 0 parameters are omitted.
/// Copies: multi-token-prediction modules and tied heads are often stored with their own copies of embedding and head.
/// Scales: one per 128x128 tile of every fp8 matrix, rounded up in both directions. Tables: vocab_size·top_k integers
/// for each layer that routes by hash. Buffers: rotary frequencies of each layer, in older Llama checkpoints. A vision
/// tower is not part of a `model`: the caller passes its weights, `zoo::entry::vision_tower` for the zoo.
/// Source: the tensors of published checkpoints; DeepSeek-V3's 684,531,386,000 is main + mtp + both copies + scales.
/// \throws std::invalid_argument with every rule that the model breaks
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
  auto const scales_of = [&m](auto const& layer) { return detail::fp8_tiles(layer, m.d_model); };
  for (stack::run const& run : m.layers.runs) {
    mixer const& mix = m.layers.mixer_of(run);
    feed_forward const& ffn = m.layers.ffn_of(run);
    scales += run.layers * (mix.visit(scales_of) + ffn.visit(scales_of));
    frequencies += run.layers * mix.visit([](auto const& layer) { return layer.stored_rotary_frequencies(); });
    tables += run.layers * ffn.visit([&m](auto const& layer) { return layer.hash_table_entries(m.input.vocab_size); });
  }
  scales += m.mtp.modules * (m.mtp.block.mix.visit(scales_of) + m.mtp.block.ffn.visit(scales_of));
  add({"fp8_scales", "one scale for each 128x128 tile of every fp8 matrix", scales});
  add({"hash_tables", "a table from token to experts in each layer that routes by hash", tables});
  add({"rotary_frequencies", "rotary buffers of each layer", frequencies});
  add({"router_correction_bias", "the routers' correction biases left out", book.stored[term::router_correction_bias],
       true});
  add({"vision", "a vision tower, as published: given, not counted here", vision_tower});
  return parts;
}

/// The sets of parts that add up to a published total, each a bit mask over the parts; `main` is in all of them.
/// Sets of fewer parts come first.
struct compositions {
  fixed_list<unsigned, 64> exact{};
  unsigned nearest = 1;  // the set with the nearest total
  count nearest_total{};
};

/// "main + mtp + fp8_scales"; parts left out carry a minus.
inline std::string to_string(checkpoint_parts const& parts, unsigned chosen) {
  std::string text;
  for (std::size_t i = 0; i != parts.size(); ++i)
    if ((chosen >> i & 1U) != 0)
      text += (text.empty() ? "" : parts[i].left_out ? " - " : " + ") + std::string(parts[i].name);
  return text;
}

/// The parameters of a set of parts.
constexpr count total_of(checkpoint_parts const& parts, unsigned chosen) {
  count sum;
  for (std::size_t i = 0; i != parts.size(); ++i)
    if ((chosen >> i & 1U) != 0 && !parts[i].left_out) sum += parts[i].parameters;
  for (std::size_t i = 0; i != parts.size(); ++i)
    if ((chosen >> i & 1U) != 0 && parts[i].left_out) sum -= parts[i].parameters;
  return sum;
}

/// Every composition whose total is exactly the published one, and the nearest. An exact match of a rounded number is
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
