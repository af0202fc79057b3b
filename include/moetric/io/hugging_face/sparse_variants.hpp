#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "moetric/account/notes.hpp"
#include "moetric/io/hugging_face/grouped_query.hpp"
#include "moetric/io/hugging_face/key_rules.hpp"
#include "moetric/io/hugging_face/latent.hpp"

/// Families with experts whose keys, norms or attention are their own.
namespace moetric::v0::io::hugging_face {

/// Phi-3.5-MoE: LayerNorm with biases and a head with one.
/// Source: models/phimoe of huggingface/transformers.
inline model read_phimoe(config_keys& keys) {
  constexpr grouped_query_family family{.model_type = "phimoe",
                                        .biases = bias_rule::attention_bias,
                                        .absent_n_kv_heads = 8,
                                        .windows = windowed_layers::all_layers,
                                        .experts = expert_rule::all_layers,
                                        .experts_key = "num_local_experts"};
  model result = read_grouped_query(keys, family);
  result.norm = norm_kind::layer_norm;
  result.output.bias = keys.flag("lm_head_bias", false);
  keys.understand({"input_jitter_noise"});
  return result;
}

/// ERNIE 4.5: experts from one layer to another. Source: models/ernie4_5_moe of huggingface/transformers.
inline model read_ernie_moe(config_keys& keys) {
  constexpr grouped_query_family family{.model_type = "ernie4_5_moe", .absent_n_kv_heads = 4};
  decoder_frame const frame = read_frame(keys, true);
  require_flag(keys, "use_bias", false, "no published model has these biases");
  require_flag(keys, "use_rmsnorm", true, "the modelling code knows no other norm");
  keys.understand({"moe_capacity", "moe_gate", "moe_norm_min"});
  if (keys.whole_or("num_nextn_predict_layers", layer_index, 0) != 0)
    keys.notes().push_back(
        "modules of multi-token prediction of model_type 'ernie4_5_moe' are not counted: the modelling code has none");
  require_flag(keys, "moe_use_aux_free", true, "the modelling code always has a correction bias");
  std::uint64_t const n_experts = keys.whole({"moe_num_experts", "num_experts"}, expert_count);
  std::uint64_t const top_k = keys.whole({"moe_k", "num_experts_per_tok"}, expert_count);
  check_top_k(keys, "moe_k", top_k, "moe_num_experts", n_experts);
  experts<> const moe{.n_experts = n_experts,
                      .top_k = top_k,
                      .d_expert = keys.whole("moe_intermediate_size", width),
                      .n_shared_experts = keys.whole("moe_num_shared_experts", expert_count_or_none),
                      .correction_bias = true};
  std::uint64_t const first = keys.whole("moe_layer_start_index", layer_index);
  json const* const end = keys.value("moe_layer_end_index");
  std::uint64_t const last =
      end == nullptr || *end == -1 ? frame.n_layers - 1 : keys.whole("moe_layer_end_index", layer_index);
  layer_kinds kinds = every(keys.whole("moe_layer_interval", layer_count), frame.n_layers);
  for (std::size_t i = 0; i != kinds.size(); ++i)
    if (i < first || i > last) kinds[i] = 0;
  grouped_query_attention<> const attention = detail::read_attention(keys, family, frame.d_model);
  return assemble(keys, frame, kinds, {{attention, dense_ffn<>{.d_ff = frame.intermediate_size}}, {attention, moe}});
}

/// DBRX keeps the keys of attention and experts in objects. Its norms have no biases.
/// Source: models/dbrx of huggingface/transformers.
inline model read_dbrx(config_keys& keys) {
  decoder_frame const frame = read_outer_frame(keys, false, {"d_model", "n_layers", "n_heads"});
  require_flag(keys, "tie_word_embeddings", false, "the modelling code has a head of its own");
  keys.understand({"max_seq_len"});
  std::uint64_t const n_heads = keys.whole("n_heads", width);
  check_divides(keys, "d_model", frame.d_model, "n_heads", n_heads);
  config_keys inner = read_inner(keys, "attn_config");
  inner.understand({"tie_word_embeddings"});  // every configuration may have it
  std::uint64_t const n_kv_heads = inner.whole("kv_n_heads", width);
  check_divides(keys, "n_heads", n_heads, "kv_n_heads", n_kv_heads);
  keys.whole_or("num_key_value_heads", {n_kv_heads, n_kv_heads}, n_kv_heads);
  judge_the_rest(inner);
  config_keys ffn = read_inner(keys, "ffn_config");
  ffn.understand({"tie_word_embeddings", "ffn_act_fn", "moe_jitter_eps", "moe_loss_weight",
                  "moe_normalize_expert_weights", "uniform_expert_assignment"});
  ffn.whole_or("hidden_size", {frame.d_model, frame.d_model}, frame.d_model);
  std::uint64_t const n_experts = ffn.whole("moe_num_experts", expert_count);
  std::uint64_t const top_k = ffn.whole("moe_top_k", expert_count);
  check_top_k(ffn, "moe_top_k", top_k, "moe_num_experts", n_experts);
  experts<> const moe{.n_experts = n_experts, .top_k = top_k, .d_expert = ffn.whole("ffn_hidden_size", width)};
  judge_the_rest(ffn);
  grouped_query_attention<> const attention{
      .n_heads = n_heads, .n_kv_heads = n_kv_heads, .head_dim = frame.d_model / n_heads};
  model result = assemble(keys, frame, layer_kinds(frame.n_layers, 0), {{attention, moe}});
  result.norm = norm_kind::layer_norm_without_bias;
  return result;
}

/// LLaMA-MoE: Llama's feed-forward cut into experts, with a noisy gate of two layers, whose weights are other weights.
/// Source: config.json of llama-moe/LLaMA-MoE-v1-3_5B-2_8; the counts are those of the reference.
inline model read_llama_moe(config_keys& keys) {
  constexpr grouped_query_family family{.model_type = "llama_moe"};
  decoder_frame const frame = read_frame(keys);
  keys.understand({"add_weight_norm", "calculator_type", "capacity_factor", "drop_tokens", "dropped_padding",
                   "gate_balance_loss_weight", "gate_noise_epsilon", "gate_use_balance", "gate_use_softmax",
                   "multiply_gate_scores", "score_scale_factor"});
  require_flag(keys, "gate_add_noise", true, "a gate without noise has other weights");
  if (auto const network = keys.text("gate_network"); network && *network != "mlp")
    keys.refuse("gate_network", "be 'mlp'", "got " + in_quotes(*network));
  if (auto const gate = keys.text("gate_type"); gate && *gate != "TopKBalancedNoisyGate")
    keys.refuse("gate_type", "be 'TopKBalancedNoisyGate'", "got " + in_quotes(*gate));
  std::uint64_t const n_experts = keys.whole("num_experts", expert_count);
  std::uint64_t const top_k = keys.whole("num_selects", expert_count);
  check_top_k(keys, "num_selects", top_k, "num_experts", n_experts);
  check_divides(keys, "intermediate_size", frame.intermediate_size, "num_experts", n_experts);
  std::uint64_t const d_expert = frame.intermediate_size / n_experts;
  if (json const* const sizes = keys.value("size_experts"); sizes != nullptr) {
    json const of_layer = json_array(n_experts, d_expert);
    if (!sizes->is_array() || !std::ranges::all_of(sizes->array(), [&](json const& each) { return each == of_layer; }))
      keys.refuse("size_experts", "be 'intermediate_size' / 'num_experts' everywhere", "is not");
  }
  grouped_query_attention<> const attention = detail::read_attention(keys, family, frame.d_model);
  experts<> const moe{.n_experts = n_experts,
                      .top_k = top_k,
                      .d_expert = d_expert,
                      .router = router_kind::none,
                      .other_weights = 2 * frame.d_model * n_experts + n_experts * n_experts};
  return assemble(keys, frame, layer_kinds(frame.n_layers, 0), {{attention, moe}});
}

/// LongCat-Flash: every layer is two, each with attention and a dense feed-forward; the experts stand beside the first
/// one's, some of them doing nothing. Source: models/longcat_flash of huggingface/transformers.
inline model read_longcat_flash(config_keys& keys) {
  constexpr std::uint64_t sublayers = 2;
  decoder_frame frame = read_outer_frame(keys, false, {"hidden_size", "num_layers"});
  keys.whole("num_layers", {1, layer_count.most / sublayers});
  frame.intermediate_size = keys.whole("ffn_hidden_size", width);
  keys.whole_or("num_hidden_layers", {sublayers * frame.n_layers, sublayers * frame.n_layers}, 0);
  keys.understand({"attention_method", "mla_scale_kv_lora", "mla_scale_q_lora", "zero_expert_type"});
  multi_head_latent_attention<> const attention = detail::read_latent_attention(keys);
  require_flag(keys, "attention_bias", false, "no published model has these biases");
  std::uint64_t const n_experts = keys.whole("n_routed_experts", expert_count);
  std::uint64_t const top_k = keys.whole("moe_topk", expert_count);
  check_top_k(keys, "moe_topk", top_k, "n_routed_experts", n_experts);
  experts<> const moe{.n_experts = n_experts,
                      .top_k = top_k,
                      .d_expert = keys.whole("expert_ffn_hidden_size", width),
                      .router_bias = keys.flag("router_bias", false),
                      .correction_bias = true,
                      .d_residual = frame.intermediate_size,
                      .n_zero_experts = keys.whole("zero_expert_num", expert_count_or_none)};
  layer_kinds kinds;
  for (std::uint64_t i = 0; i != frame.n_layers; ++i) kinds.insert(kinds.end(), {0, 1});
  for (std::string& note : notes_of(model{.layers = {{attention, moe}}})) keys.notes().push_back(std::move(note));
  dense_ffn<> const dense{.d_ff = frame.intermediate_size};
  model result = assemble(keys, frame, kinds, {{attention, moe}, {attention, dense}});
  read_unpublished_modules(keys, result, {attention, dense});
  return result;
}

}  // namespace moetric::v0::io::hugging_face
