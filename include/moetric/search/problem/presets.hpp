#pragma once

#include "moetric/core/name.hpp"
#include "moetric/search/problem/window.hpp"
#include "moetric/search/space/axis.hpp"

namespace moetric::v0::search {

/// The 5th to 95th percentile of the published models of the zoo. The laws do not know what a sensible shape is, so
/// without such windows their optimum lies in corners that nobody trains.
inline std::vector<window> shipped_windows() {
  return {{measure::width_per_layer, 43, 154},
          {measure::attention_width_ratio, 1, 3},
          {measure::ffn_width_ratio, 2, 7},
          {measure::expansion_ratio, 3.4, 22}};
}

/// The shapes that 2603.21862 found best at its scales and with its router.
inline std::vector<window> holistic_windows() {
  return {{measure::width_per_layer, 52, 117},
          {measure::attention_width_ratio, 0.54, 1.09},
          {measure::ffn_width_ratio, 3.0, 3.5},
          {measure::expansion_ratio, 18, 25}};
}

/// The windows of a preset: "shipped", "holistic" or "none". They are a start; change them as needed.
/// \throws std::invalid_argument for another name
inline std::vector<window> windows_of_preset(std::string_view preset) {
  if (preset == "shipped") return shipped_windows();
  if (preset == "holistic") return holistic_windows();
  if (preset == "none") return {};
  refuse_name("a preset", preset, {"shipped", "holistic", "none"});
}

/// Axes from small research models to the largest published ones, widths in multiples of `multiple`: 2.0e11
/// configurations at 128. Change them as needed.
inline std::vector<axis> default_axes(count multiple = 128) {
  return {stepped(field::d_model, 512, 8192, multiple),
          stepped(field::n_dense_layers, 0, 3),
          stepped(field::n_moe_layers, 4, 96),
          doubling(field::n_heads, 4, 128),
          times(field::n_kv_heads, field::n_heads, {{1, 16}, {1, 8}, {1, 4}, {1, 2}, {1, 1}}),
          one_of(field::head_dim, {64, 128}),
          times(field::d_ff, field::d_model, {{5, 2}, {3, 1}, {4, 1}}),
          one_of(field::n_shared_experts, {0, 1, 2}),
          one_of(field::top_k, {1, 2, 4, 6, 8, 10, 12, 16}),
          stepped(field::d_expert, multiple, 4096, multiple),
          stepped(field::n_experts, 8, 512, 8)};
}

}  // namespace moetric::v0::search
