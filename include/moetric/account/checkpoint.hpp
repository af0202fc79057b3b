#pragma once

#include <bit>

#include "moetric/account/scales.hpp"

namespace moetric::v0 {

/// A part that a published total may contain besides the weights of the model, or leave out.
struct checkpoint_part {
  std::string_view name;
  std::string_view why;
  count parameters;
  bool left_out = false;    // the part is missing from the total instead of added to it
  count of_mtp{};           // how many of them belong to multi-token-prediction modules: counted only beside `mtp`
  bool are_scales = false;  // of one format; a checkpoint has one
  bool known = true;        // false: a lower bound, which adds up to no total
};

/// At most 16 parts: `main`, then `mtp` if the model has modules, then the others.
using checkpoint_parts = fixed_list<checkpoint_part, 16>;

/// The parts that a published total of this model may contain. Parts of 0 parameters are omitted, unless that is all
/// that is known of them.
/// Copies: multi-token-prediction modules and tied heads are often stored with their own copies of embedding and head.
/// Scales: by the rules of account/scales.hpp. Tables: vocab_size·top_k integers for each layer that routes by hash.
/// Buffers: rotary frequencies of each layer, in older Llama checkpoints. Those of multi-token-prediction modules
/// belong to the modules: a total without the modules has neither. A vision tower is not part of a `model`: the caller
/// passes its weights, `zoo::listed_model::vision_tower` for the zoo.
/// Source: the tensors of published checkpoints; DeepSeek-V3's 684,531,386,000 is main + mtp + both copies + scales.
/// \throws std::invalid_argument with every rule that the model breaks
constexpr checkpoint_parts checkpoint_parts_of(model const& m, count vision_tower = 0) {
  checkpoint_parts parts;
  auto const add = [&parts](checkpoint_part const& part) {
    if (part.parameters != 0 || !part.known)
      parts.push_back(part, "moetric: a checkpoint must not have more than 16 parts");
  };
  account<> const book = account_of(m), modules = mtp_account(m);
  count const vocabulary = m.input.weights(m.d_model), copies = m.mtp.modules * vocabulary;
  add({"main", "every weight of the model", book.stored.total()});
  add({"mtp", "multi-token-prediction modules", modules.stored.total()});
  add({.name = "mtp_embed_copy",
       .why = "each module stores the embedding again",
       .parameters = copies,
       .of_mtp = copies});
  add({.name = "mtp_head_copy",
       .why = "each module stores the output head again",
       .parameters = copies,
       .of_mtp = copies});
  if (m.output.tied) add({"tied_head_copy", "the output head stored beside the embedding that it shares", vocabulary});
  for (std::string_view const id : {"fp8_scales", "mxfp4_scales", "mxfp4_and_fp8_scales"}) {
    scale_rule const& rule = *find_scale_rule(id);
    scale_count const scales = scales_of(m, rule);
    if (id == "mxfp4_and_fp8_scales" && scales_of(m, *find_scale_rule("mxfp4_scales")).main == 0) continue;
    add({.name = id,
         .why = scales.known ? rule.why : "unknown: no fp8 checkpoint with some of these layers was read",
         .parameters = scales.main + scales.mtp,
         .of_mtp = scales.mtp,
         .are_scales = true,
         .known = scales.known});
  }
  auto const buffers = [&](std::string_view name, std::string_view why, auto const& of_mixer, auto const& of_ffn) {
    count main;
    for (stack::run const& run : m.layers.runs)
      if (run.use != layer_use::again)
        main += run.layers * (m.layers.mixer_of(run).visit(of_mixer) + m.layers.ffn_of(run).visit(of_ffn));
    count const of_mtp = m.mtp.modules * (m.mtp.block.mix.visit(of_mixer) + m.mtp.block.ffn.visit(of_ffn));
    add({.name = name, .why = why, .parameters = main + of_mtp, .of_mtp = of_mtp});
  };
  auto const none = [](auto const&) { return count(0); };
  buffers("hash_tables", "a table from token to experts in each layer that routes by hash", none,
          [&m](auto const& layer) { return layer.hash_table_entries(m.input.vocab_size); });
  buffers(
      "rotary_frequencies", "rotary buffers of each layer",
      [](auto const& layer) { return layer.stored_rotary_frequencies(); }, none);
  count const bias_of_mtp = modules.stored[term::router_correction_bias];
  add({.name = "router_correction_bias",
       .why = "the routers' correction biases left out",
       .parameters = book.stored[term::router_correction_bias] + bias_of_mtp,
       .left_out = true,
       .of_mtp = bias_of_mtp});
  add({"vision", "a vision tower, as published: given, not counted here", vision_tower});
  return parts;
}

/// The sets of parts that add up to a published total, each a bit mask over the parts; `main` is in all of them.
/// Sets of fewer parts come first.
struct compositions {
  fixed_list<unsigned, 64> exact{};
  unsigned nearest = 1;   // the set with the nearest total
  count nearest_total{};  // parameters of that set
};

/// "main + mtp + fp8_scales"; parts left out carry a minus.
inline std::string to_string(checkpoint_parts const& parts, unsigned chosen) {
  std::string text;
  for (std::size_t i = 0; i != parts.size(); ++i)
    if ((chosen >> i & 1U) != 0)
      text += (text.empty() ? "" : parts[i].left_out ? " - " : " + ") + std::string(parts[i].name);
  return text;
}

namespace detail {

/// The parameters of one part of a set.
constexpr count parameters_in(checkpoint_parts const& parts, unsigned chosen, std::size_t i) {
  bool const with_mtp = parts.size() > 1 && parts[1].name == "mtp" && (chosen >> 1 & 1U) != 0;
  return with_mtp ? parts[i].parameters : parts[i].parameters - parts[i].of_mtp;
}

}  // namespace detail

/// True if a checkpoint may hold just this set of parts: every part is known and adds something, and the scales are
/// those of one format.
constexpr bool composes(checkpoint_parts const& parts, unsigned chosen) {
  int formats = 0;
  for (std::size_t i = 0; i != parts.size(); ++i) {
    if ((chosen >> i & 1U) == 0) continue;
    if (!parts[i].known || detail::parameters_in(parts, chosen, i) == 0) return false;
    if (parts[i].are_scales && ++formats == 2) return false;
  }
  return true;
}

/// The parameters of a set of parts.
constexpr count total_of(checkpoint_parts const& parts, unsigned chosen) {
  count sum, left_out;
  for (std::size_t i = 0; i != parts.size(); ++i)
    if ((chosen >> i & 1U) != 0) (parts[i].left_out ? left_out : sum) += detail::parameters_in(parts, chosen, i);
  return sum - left_out;
}

/// Every composition whose total is exactly the published one, and the nearest. An exact match of a rounded number is
/// chance.
constexpr compositions explain_total(checkpoint_parts const& parts, count published) {
  compositions found;
  auto const distance = [published](count total) { return total > published ? total - published : published - total; };
  found.nearest_total = total_of(parts, 1);
  for (int wanted_size = 1; wanted_size <= static_cast<int>(parts.size()); ++wanted_size)
    for (unsigned chosen = 1; chosen < 1U << parts.size(); chosen += 2) {
      if (std::popcount(chosen) != wanted_size || !composes(parts, chosen)) continue;
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
