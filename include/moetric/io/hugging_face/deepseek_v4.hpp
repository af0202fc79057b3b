#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "moetric/io/hugging_face/key_rules.hpp"
#include "moetric/io/hugging_face/latent.hpp"

namespace moetric::v0::io::hugging_face {

namespace detail {

inline compressed_attention<> read_compressed_attention(config_keys& keys) {
  keys.whole_or("num_key_value_heads", {1, 1}, 1);
  keys.understand({"compress_rope_theta", "qk_rope_head_dim"});  // the rotated part of head_dim
  std::uint64_t const n_heads = keys.whole("num_attention_heads", width);
  std::uint64_t const head_dim = keys.whole("head_dim", width);
  check_heads_width(keys, n_heads, "'head_dim'", head_dim);
  std::uint64_t const n_groups = keys.whole("o_groups", width);
  check_divides(keys, "num_attention_heads", n_heads, "o_groups", n_groups);
  std::uint64_t const output_rank = keys.whole("o_lora_rank", width);
  check_product(keys, "o_groups", n_groups, "'o_lora_rank'", output_rank);
  sparse_indexer<> const indexer = read_indexer(keys);
  return {.n_heads = n_heads,
          .head_dim = head_dim,
          .q_lora_rank = keys.whole("q_lora_rank", width),
          .n_output_groups = n_groups,
          .output_lora_rank = output_rank,
          .window = std::min<std::uint64_t>(keys.whole("sliding_window", window_width), unlimited_window),
          .n_index_heads = indexer.n_heads,
          .index_head_dim = indexer.head_dim,
          .index_top_k = indexer.top_k};
}

inline compressed_attention<> with_compression(compressed_attention<> attention, key_compression how,
                                               std::uint64_t rate) {
  attention.compression = how;
  attention.compression_rate = rate;
  return attention;
}

/// The kinds of compression and how many keys one compressed key stands for.
struct compression_rates {
  std::uint64_t sparse = 4;
  std::uint64_t heavy = 128;
};

inline compression_rates read_compression_rates(config_keys& keys) {
  compression_rates rates{.sparse = keys.whole_or("compress_rate_csa", width, 4),
                          .heavy = keys.whole_or("compress_rate_hca", width, 128)};
  if (keys.value("compress_rates") == nullptr) return rates;
  config_keys named = read_inner(keys, "compress_rates");
  rates.sparse = named.whole("compressed_sparse_attention", width);
  rates.heavy = named.whole("heavily_compressed_attention", width);
  judge_the_rest(named);
  return rates;
}

/// The compression of each layer, and of each module of multi-token prediction, by number or, as transformers 5 writes
/// it, by name and without the modules, which have none.
inline layer_kinds read_compressions(config_keys& keys, std::uint64_t n_layers, std::uint64_t items) {
  if (keys.value("compress_ratios") == nullptr) {
    if (keys.value("layer_types") == nullptr)
      keys.refuse("layer_types", "be present, or 'compress_ratios'", "is missing");
    return read_layer_names(keys, "layer_types", n_layers,
                            {"sliding_attention", "compressed_sparse_attention", "heavily_compressed_attention"});
  }
  layer_kinds kinds;
  for (std::uint64_t const rate : keys.wholes("compress_ratios", {0, 128})) {
    if (rate != 0 && rate != 4 && rate != 128)
      keys.refuse("compress_ratios", "hold 0, 4 and 128 only", "got " + std::to_string(rate));
    kinds.push_back(rate == 0 ? 0 : rate == 4 ? 1 : 2);
  }
  if (kinds.size() == n_layers) kinds.resize(items, 0);
  if (kinds.size() != items)
    keys.refuse("compress_ratios", "have an item for each of 'num_hidden_layers' and 'num_nextn_predict_layers'",
                "got " + std::to_string(kinds.size()) + " for " + std::to_string(items));
  if (keys.value("layer_types") != nullptr) {
    layer_kinds const named =
        read_layer_names(keys, "layer_types", n_layers,
                         {"sliding_attention", "compressed_sparse_attention", "heavily_compressed_attention"});
    if (!std::equal(named.begin(), named.end(), kinds.begin()))
      keys.refuse("layer_types", "agree with 'compress_ratios'", "does not");
  }
  return kinds;
}

/// The layers that route by the token: the first `num_hash_layers`, or those that transformers 5 names.
inline layer_choice read_hashed_layers(config_keys& keys, std::uint64_t n_layers) {
  layer_choice hashed(n_layers, false);
  bool const named = keys.value("mlp_layer_types") != nullptr;
  if (!named || keys.value("num_hash_layers") != nullptr)
    std::fill_n(hashed.begin(), keys.whole("num_hash_layers", {0, n_layers}), true);
  if (!named) return hashed;
  layer_choice const by_name = as_choice(read_layer_names(keys, "mlp_layer_types", n_layers, {"moe", "hash_moe"}));
  if (keys.value("num_hash_layers") != nullptr && by_name != hashed)
    keys.refuse("mlp_layer_types", "agree with 'num_hash_layers'", "does not");
  return by_name;
}

}  // namespace detail

/// DeepSeek-V4, which also goes by "deepseek_ref" with its architecture: compressed attention and hyper-connections;
/// the first `num_hash_layers` route by the token, with a router for the weights of the experts and without its
/// correction bias. Source: models/deepseek_v4 of huggingface/transformers; the published total of
/// deepseek-ai/DeepSeek-V4-Flash.
inline model read_deepseek_v4(config_keys& keys) {
  constexpr latent_family family{.model_type = "deepseek_v4", .absent_topk_method = "noaux_tc"};
  constexpr whole_range streams{1, 64};
  std::vector<std::string> const names = keys.texts("architectures");
  if (keys.model_type() == "deepseek_ref" && std::ranges::find(names, "DeepseekV4ForCausalLM") == names.end())
    keys.refuse("architectures", "name 'DeepseekV4ForCausalLM'",
                names.empty() ? "is missing" : "got " + in_quotes(names.front()));
  decoder_frame const frame = read_outer_frame(keys);
  compressed_attention<> const window = detail::read_compressed_attention(keys);
  keys.whole("n_shared_experts", {1, 1});  // the modelling code always makes one
  experts<> const moe = detail::read_latent_experts(keys, family);
  experts<> hashed = moe;
  hashed.correction_bias = false;
  hashed.router = router_kind::hashed;
  keys.understand({"swiglu_limit", "hc_sinkhorn_iters"});
  std::uint64_t const d_expert = static_cast<std::uint64_t>(moe.d_expert);
  keys.whole_or("intermediate_size", {d_expert, d_expert}, d_expert);  // another name of 'moe_intermediate_size'
  require_flag(keys, "attention_bias", false, "the modelling code has no biases");

  layer_choice const is_hashed = detail::read_hashed_layers(keys, frame.n_layers);
  std::uint64_t const modules = keys.whole_or("num_nextn_predict_layers", layer_index, 0);
  layer_kinds kinds = detail::read_compressions(keys, frame.n_layers, frame.n_layers + modules);
  for (std::size_t i = frame.n_layers; i != kinds.size(); ++i)
    if (kinds[i] != 0) keys.refuse("compress_ratios", "end with 0 for multi-token prediction", "ends otherwise");
  kinds.resize(frame.n_layers);
  for (std::size_t i = 0; i != frame.n_layers; ++i) kinds[i] += is_hashed[i] ? 3U : 0U;
  detail::compression_rates const rates = detail::read_compression_rates(keys);

  std::vector<group> groups;
  for (experts<> const& ffn : {moe, hashed}) {
    groups.push_back({window, ffn});
    groups.push_back({detail::with_compression(window, key_compression::sparse, rates.sparse), ffn});
    groups.push_back({detail::with_compression(window, key_compression::heavy, rates.heavy), ffn});
  }
  model result = assemble(keys, frame, kinds, groups);
  if (modules != 0) result.mtp = {.modules = modules, .block = groups[0]};
  result.residual_streams = {.n_streams = keys.whole("hc_mult", streams)};
  return result;
}

}  // namespace moetric::v0::io::hugging_face
