#pragma once

#include <array>
#include <string_view>

#include "moetric/account/account.hpp"

namespace moetric::v0 {

/// The part of a matrix that shares one scale: outputs = 0 means no scales, whole_side is a whole side of the matrix.
struct scale_tile {
  int inputs = 0;
  int outputs = 0;

  static constexpr int whole_side = unlimited_window;
};

/// The matrices besides routed experts that a format quantises: those of published fp8 checkpoints, kind by kind; or
/// every matrix of the layers but routers and the gates of shared experts.
enum class scaled_matrices { of_fp8_checkpoints, all_but_gating };

/// How a quantised checkpoint scales its weights. Sides are rounded up to whole tiles.
struct scale_rule {
  std::string_view id;
  std::string_view why;
  scale_tile routed_experts{};
  scale_tile others{};
  scaled_matrices which = scaled_matrices::of_fp8_checkpoints;
};

/// The formats of published checkpoints by name.
/// Source: the tensors of DeepSeek-V3 (fp8) and gpt-oss (mxfp4, experts alone); DeepSeek-V4-Flash's config.json and
/// inference code (experts in fp4); Kimi-K2-Thinking's config.json (int4, experts alone, groups of 32); the default
/// group of GPTQ, 2210.17323, and AWQ, 2306.00978; int8 as LLM.int8, 2208.07339, with a scale for each output.
inline constexpr std::array scale_rules{
    scale_rule{"fp8_scales", "one scale for each 128x128 tile of every fp8 matrix", {128, 128}, {128, 128}},
    scale_rule{"mxfp4_scales", "one scale for 32 weights of a routed expert: mxfp4", {32, 1}, {}},
    scale_rule{"mxfp4_and_fp8_scales",
               "mxfp4 routed experts, one scale for 32 weights, beside fp8 matrices",
               {32, 1},
               {128, 128}},
    scale_rule{"int4_group_32_scales", "one scale for 32 weights of a routed expert: int4", {32, 1}, {}},
    scale_rule{"int4_group_128_scales",
               "one scale for 128 inputs of each output: int4 of GPTQ and AWQ, without zeros",
               {128, 1},
               {128, 1},
               scaled_matrices::all_but_gating},
    scale_rule{"int8_channel_scales",
               "one scale for each output of every matrix: int8",
               {scale_tile::whole_side, 1},
               {scale_tile::whole_side, 1},
               scaled_matrices::all_but_gating},
};

/// The rule with that name, or null.
constexpr scale_rule const* find_scale_rule(std::string_view id) {
  for (scale_rule const& each : scale_rules)
    if (each.id == id) return &each;
  return nullptr;
}

/// The scales of a model by a rule.
struct scale_count {
  count main{};       // numbers, those of multi-token-prediction modules left out
  count mtp{};        // those of multi-token-prediction modules
  bool known = true;  // false: no fp8 checkpoint of some kind of layer was read, so both leave that kind out
};

namespace detail {

constexpr count tiles(layer_matrix<> const& x, scale_tile tile) {
  if (tile.outputs == 0) return 0;
  auto const parts = [](count side, int length) { return floor_div(side + (length - 1), length); };
  // A matrix of blocks is stored as the outputs of all blocks over the inputs of one.
  return x.stored * parts(floor_div(x.inputs, x.blocks), tile.inputs) * parts(x.blocks * x.outputs, tile.outputs);
}

/// Adds the scales of `layers` equal layers to `sum`.
/// \return whether it is known which matrices of the kind are quantised
template <class Layer>
constexpr bool add_scales(Layer const& layer, scale_rule const& rule, count d_model, count layers, count& sum) {
  constexpr quantised_set fp8 = Layer::fp8_matrices;
  constexpr projection_set routers{projection::router, projection::shared_expert_gate};
  bool known = true;
  expert_routing<> const routed = layer.routing();
  layer.each_matrix(d_model, [&](layer_matrix<> const& x) {
    bool const expert = routed.n_experts != 0 && routed.matrices.contains(x.name);
    scale_tile const tile = expert ? rule.routed_experts : rule.others;
    if (tile.outputs == 0) return;
    bool const by_kind = rule.which == scaled_matrices::of_fp8_checkpoints;
    if (by_kind && !fp8.known) known = false;
    if (by_kind ? fp8.matrices.contains(x.name) : !routers.contains(x.name)) sum += layers * tiles(x, tile);
  });
  return known;
}

}  // namespace detail

/// The scales that a checkpoint of the model stores by a rule. The model is not validated.
constexpr scale_count scales_of(model const& m, scale_rule const& rule) {
  scale_count found;
  auto const add = [&](auto const& sublayer, count layers, count& sum) {
    found.known &=
        sublayer.visit([&](auto const& layer) { return detail::add_scales(layer, rule, m.d_model, layers, sum); });
  };
  for (stack::run const& run : m.layers.runs) {
    if (run.use == layer_use::again) continue;
    add(m.layers.mixer_of(run), run.layers, found.main);
    add(m.layers.ffn_of(run), run.layers, found.main);
  }
  m.side.each([&](auto const& part) {
    auto const each = [&](layer_matrix<> const& x, count layers) {
      if (rule.others.outputs == 0) return;
      if (rule.which == scaled_matrices::of_fp8_checkpoints)
        found.known = false;  // no fp8 checkpoint with such a part was read
      else
        found.main += layers * detail::tiles(x, rule.others);
    };
    count const n_layers = m.layers.n_layers();
    part.each_layer_matrix(m.d_model, [&](layer_matrix<> const& x) { each(x, n_layers); });
    part.each_outer_matrix(m.d_model, n_layers, [&](layer_matrix<> const& x) { each(x, 1); });
  });
  if (m.mtp.modules != 0) {
    add(m.mtp.block.mix, m.mtp.modules, found.mtp);
    add(m.mtp.block.ffn, m.mtp.modules, found.mtp);
  }
  return found;
}

}  // namespace moetric::v0
