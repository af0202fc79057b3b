#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "moetric/io/hugging_face/grouped_query.hpp"

namespace moetric::v0::io::hugging_face {

namespace detail {

/// One number for texts and one for images; a single number is both.
inline std::vector<std::uint64_t> read_by_modality(config_keys& keys, std::string_view key, whole_range range) {
  json const* const held = keys.value(key);
  if (held == nullptr) keys.refuse(key, "be present", "is missing");
  if (!held->is_array()) return std::vector<std::uint64_t>(2, keys.whole(key, range));
  std::vector<std::uint64_t> given = keys.wholes(key, range);
  if (given.size() != 2)
    keys.refuse(key, "hold a number for texts and one for images", "holds " + std::to_string(given.size()));
  return given;
}

/// The layers with experts: by name, by the first and last index of each modality, or all but the first.
inline layer_kinds read_ernie_vl_layers(config_keys& keys, std::uint64_t n_layers) {
  if (keys.value("mlp_layer_types") != nullptr)
    return read_layer_names(keys, "mlp_layer_types", n_layers, {"dense", "sparse"});
  keys.whole_or("moe_layer_interval", {1, 1}, 1);
  std::uint64_t first = 1;
  if (keys.value("moe_layer_start_index") != nullptr) {
    std::vector<std::uint64_t> const starts = read_by_modality(keys, "moe_layer_start_index", {0, n_layers - 1});
    if (starts[0] != starts[1]) keys.refuse("moe_layer_start_index", "be the same for texts and images", "differs");
    first = starts[0];
  }
  if (keys.value("moe_layer_end_index") != nullptr)
    read_by_modality(keys, "moe_layer_end_index", {n_layers - 1, layer_index.most});
  layer_kinds kinds(n_layers, 1);
  std::fill_n(kinds.begin(), first, std::size_t{0});
  return kinds;
}

}  // namespace detail

/// ERNIE 4.5 with images: experts for tokens of texts and others for tokens of images, each with their own router.
/// Source: models/ernie4_5_vl_moe of huggingface/transformers, whose configuration class has one number of experts;
/// config.json of baidu/ERNIE-4.5-VL-28B-A3B-PT has one for each modality.
inline model read_ernie_vl(config_keys& keys) {
  constexpr grouped_query_family family{.model_type = "ernie4_5_vl_moe_text", .absent_n_kv_heads = 4};
  decoder_frame const frame = read_frame(keys, true);
  require_flag(keys, "use_bias", false, "no published model has these biases");
  require_flag(keys, "use_rmsnorm", true, "the modelling code knows no other norm");
  require_flag(keys, "moe_use_aux_free", true, "the modelling code always has a correction bias");
  keys.understand({"freq_allocation", "moe_capacity", "moe_gate", "moe_norm_gate_logits", "moe_norm_min", "rope_3d"});
  grouped_query_attention<> const attention = detail::read_attention(keys, family, frame.d_model);
  std::string_view const experts_key = keys.value("moe_num_experts") != nullptr ? "moe_num_experts" : "num_experts";
  std::vector<std::uint64_t> const numbers = detail::read_by_modality(keys, experts_key, expert_count),
                                   widths = detail::read_by_modality(keys, "moe_intermediate_size", width);
  std::uint64_t const top_k = keys.whole({"moe_k", "num_experts_per_tok"}, expert_count);
  check_top_k(keys, "moe_k", top_k, experts_key, std::min(numbers[0], numbers[1]));
  experts<> const moe{.n_experts = numbers[0],
                      .top_k = top_k,
                      .d_expert = widths[0],
                      .n_shared_experts = keys.whole("moe_num_shared_experts", expert_count_or_none),
                      .correction_bias = true,
                      .by_modality = true,
                      .n_image_experts = numbers[1],
                      .d_image_expert = widths[1]};
  keys.notes().push_back(
      "active counts and FLOPs are those of a token of a text: tokens of images have experts of their own");
  return assemble(keys, frame, detail::read_ernie_vl_layers(keys, frame.n_layers),
                  {{attention, dense_ffn<>{.d_ff = frame.intermediate_size}}, {attention, moe}});
}

}  // namespace moetric::v0::io::hugging_face
