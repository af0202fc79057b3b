#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/io/hugging_face/grouped_query.hpp"
#include "moetric/io/hugging_face/latent.hpp"
#include "moetric/layers/kimi_delta_attention.hpp"
#include "moetric/layers/lightning_attention.hpp"

/// Ling and Ring by inclusionAI. Generations share model types; their architectures distinguish them.
namespace moetric::v0::io::hugging_face {

namespace detail {

/// True for the first of two architectures that a model_type stands for.
inline bool is_first_architecture(config_keys& keys, std::string_view first, std::string_view second) {
  std::vector<std::string> const names = keys.texts("architectures");
  for (std::string const& name : names) {
    if (name == first) return true;
    if (name == second) return false;
  }
  keys.refuse("architectures", "name " + in_quotes(first) + " or " + in_quotes(second) + ", which differ",
              names.empty() ? "is missing" : "got " + in_quotes(names.front()));
}

/// Keys of scaling, routing and training, and keys of biases, which no published model has and engines place
/// differently.
inline void read_bailing_surroundings(config_keys& keys) {
  keys.understand({"group_norm_size", "linear_rope", "linear_silu", "max_window_layers", "mtp_loss_scaling_factor",
                   "norm_head", "norm_softmax", "rotary_dim", "score_function", "topk_method",
                   "moe_router_enable_routed_scaling"});
  require_flag(keys, "use_bias", false, "the places of these biases are not settled");
  require_flag(keys, "use_rmsnorm", true, "the modelling code has no other norm");
  require_flag(keys, "moe_router_enable_shared_expert", true, "the modelling code always has shared experts");
}

inline experts<> read_bailing_experts(config_keys& keys, bool corrected) {
  std::uint64_t const n_experts = keys.whole("num_experts", expert_count);
  std::uint64_t const top_k = keys.whole("num_experts_per_tok", expert_count);
  check_top_k(keys, top_k, "num_experts", n_experts);
  std::uint64_t const d_expert = keys.whole("moe_intermediate_size", width);
  require_even_if_null(keys, "num_shared_experts");
  experts<> moe{.n_experts = n_experts,
                .top_k = top_k,
                .d_expert = d_expert,
                .n_shared_experts = keys.whole_or("num_shared_experts", expert_count_or_none, 0),
                .d_shared_expert = keys.whole_or("moe_shared_expert_intermediate_size", width, d_expert),
                .correction_bias = corrected};
  read_groups(keys, "num_experts", moe);
  return moe;
}

/// Heads whose width engines take from different keys must have one width.
inline grouped_query_attention<> read_bailing_attention(config_keys& keys, bool free_head_dim) {
  grouped_query_family const family{.model_type = keys.model_type(), .free_head_dim = free_head_dim};
  keys.whole("num_key_value_heads", width);
  grouped_query_attention<> attention = read_attention(keys, family, keys.whole("hidden_size", width));
  attention.qkv_bias = keys.flag("use_qkv_bias", false);
  return attention;
}

/// Full attention in the last layer of every group of `layer_group_size`, and in the layers after the last full group.
inline layer_choice read_layer_groups(config_keys& keys, std::uint64_t n_layers) {
  std::uint64_t const size = keys.whole("layer_group_size", layer_count);
  layer_choice full(n_layers, false);
  for (std::uint64_t i = 0; i != n_layers; ++i) full[i] = (i + 1) % size == 0 || i >= n_layers / size * size;
  return full;
}

inline model read_bailing(config_keys& keys, bool second_generation) {
  decoder_frame const frame = read_frame(keys);
  read_bailing_surroundings(keys);
  grouped_query_attention<> attention = read_bailing_attention(keys, true);
  if (second_generation) {
    if (!keys.flag("use_qk_norm")) keys.refuse("use_qk_norm", "be true in the second generation", "got false");
    attention.qk_norm = qk_norm_kind::per_head;
    require_flag(keys, "moe_router_enable_expert_bias", true, "the modelling code always has a correction bias");
  } else {
    require_flag(keys, "use_qk_norm", false, "the modelling code of the first generation has no such norm");
    require_flag(keys, "moe_router_enable_expert_bias", false, "the modelling code of the first generation has none");
  }
  experts<> const moe = read_bailing_experts(keys, second_generation);
  if (moe.d_shared_expert != moe.d_expert)
    keys.refuse("moe_shared_expert_intermediate_size", "be 'moe_intermediate_size', which the modelling code takes",
                "got " + to_string(moe.d_shared_expert) + " and " + to_string(moe.d_expert));
  model result =
      assemble(keys, frame, {attention, attention}, layer_choice(frame.n_layers, false),
               {dense_ffn<>{.d_ff = frame.intermediate_size}, moe}, read_expert_layers(keys, frame.n_layers));
  read_modules(keys, result, {attention, moe});
  return result;
}

}  // namespace detail

/// Ling (lite, plus) and Ling 2.0 (mini, flash, 1T). Source: modeling_bailing_moe.py of inclusionAI/Ling-lite-1.5,
/// modeling_bailing_moe_v2.py of inclusionAI/Ling-mini-2.0.
inline model read_bailing_moe(config_keys& keys) {
  return detail::read_bailing(keys,
                              !detail::is_first_architecture(keys, "BailingMoeForCausalLM", "BailingMoeV2ForCausalLM"));
}

/// Ling 2.0 by the name that Megatron-Bridge and verl register.
inline model read_bailing_moe_v2(config_keys& keys) {
  return detail::read_bailing(keys, true);
}

/// LLaDA 2: Ling 2.0's layers in a model that denoises blocks of tokens; attention is counted as causal.
/// Source: models/llada2_moe of Blaizzy/mlx-vlm.
inline model read_llada2_moe(config_keys& keys) {
  keys.understand({"max_window_layers", "sliding_window", "router_dtype"});
  require_flag(keys, "use_sliding_window", false, "no published model has windows");
  keys.notes().push_back("attention of model_type 'llada2_moe' is counted as causal, though it sees whole blocks");
  return detail::read_bailing(keys, true);
}

/// Ring-linear 2.0: lightning attention, then grouped queries in the last layer of each group.
/// Source: modeling_bailing_moe_linear_v2.py of inclusionAI/Ring-mini-linear-2.0, through ports of it.
inline model read_bailing_moe_linear(config_keys& keys) {
  decoder_frame const frame = read_frame(keys);
  detail::read_bailing_surroundings(keys);
  for (std::string const& name : keys.texts("architectures"))
    if (name != "BailingMoeLinearV2ForCausalLM")
      keys.refuse("architectures", "name 'BailingMoeLinearV2ForCausalLM'", "got " + in_quotes(name));
  grouped_query_attention<> full = detail::read_bailing_attention(keys, false);
  bool const normed = keys.flag("use_qk_norm");
  full.qk_norm = normed ? qk_norm_kind::per_head : qk_norm_kind::none;
  if (full.qkv_bias) keys.refuse("use_qkv_bias", "be false, since lightning attention is read without", "got true");
  lightning_attention<> const linear{.n_heads = full.n_heads, .head_dim = full.head_dim, .qk_norm = normed};
  keys.whole_or("num_kv_heads_for_linear_attn", {0, 0}, 0);
  keys.whole_or("num_nextn_predict_layers", {0, 0}, 0);
  experts<> const moe = detail::read_bailing_experts(keys, keys.flag("moe_router_enable_expert_bias"));
  return assemble(keys, frame, {linear, full}, detail::read_layer_groups(keys, frame.n_layers),
                  {dense_ffn<>{.d_ff = frame.intermediate_size}, moe},
                  detail::read_expert_layers(keys, frame.n_layers));
}

/// Ling 2.5 and 2.6: lightning attention, then latent attention in the last layer of each group. Ling 3.0: Kimi delta
/// attention of full rank, then latent attention with gates. Modules of multi-token prediction have latent attention.
/// Source: modeling_bailing_moe_v2_5.py of inclusionAI/Ling-2.5-1T and modeling_bailing_moe_v3.py of
/// inclusionAI/Ling-3.0-flash, through ports of them; published totals check both.
inline model read_bailing_hybrid(config_keys& keys) {
  decoder_frame const frame = read_frame(keys);
  detail::read_bailing_surroundings(keys);
  bool const lightning = detail::is_first_architecture(keys, "BailingMoeV2_5ForCausalLM", "BailingMoeV3ForCausalLM");
  multi_head_latent_attention<> full = detail::read_latent_attention(keys);
  require_flag(keys, "use_qkv_bias", false, "no published model has these biases");
  require_flag(keys, "attention_bias", false, "no published model has these biases");
  keys.whole_or("num_kv_heads_for_linear_attn", {0, 0}, 0);
  mixer linear;
  if (lightning) {
    grouped_query_attention<> const heads = detail::read_bailing_attention(keys, false);
    if (heads.n_kv_heads != heads.n_heads)
      keys.refuse("num_key_value_heads", "be 'num_attention_heads', since lightning attention has as many",
                  "got " + to_string(heads.n_kv_heads) + " and " + to_string(heads.n_heads));
    linear = lightning_attention<>{
        .n_heads = heads.n_heads, .head_dim = heads.head_dim, .qk_norm = keys.flag("use_qk_norm")};
  } else {
    keys.understand({"expert_swiglu_limit_list", "kda_lower_bound", "kda_safe_gate", "share_expert_swiglu_limit_list",
                     "use_mla_nope", "use_qk_norm"});
    for (std::string_view const key :
         {"mtp_use_kda", "scale_router_input", "up_proj_norm", "use_kda_lora", "use_nGPT", "value_norm"})
      require_flag(keys, key, false, "no published model has it");
    if (!keys.flag("no_kda_lora")) keys.refuse("no_kda_lora", "be true, since only full ranks are read", "got false");
    std::string const gate = keys.text("gated_attention_proj_granularity_type").value_or("none");
    if (gate != "none" && gate != "head_wise" && gate != "element_wise")
      keys.refuse("gated_attention_proj_granularity_type", "be 'head_wise' or 'element_wise'",
                  "got " + in_quotes(gate));
    full.output_gate = gate == "head_wise"      ? output_gate_kind::per_head
                       : gate == "element_wise" ? output_gate_kind::per_element
                                                : output_gate_kind::none;
    std::uint64_t const head_dim = keys.whole("head_dim", width);
    check_heads_width(keys, keys.whole("num_attention_heads", width), "'head_dim'", head_dim);
    linear = kimi_delta_attention<>{.n_heads = full.n_heads,
                                    .head_dim = head_dim,
                                    .convolution_width = keys.whole("short_conv_kernel_size", width),
                                    .full_rank_decay = true,
                                    .full_rank_gate = true};
  }
  experts<> const moe = detail::read_bailing_experts(keys, keys.flag("moe_router_enable_expert_bias"));
  model result =
      assemble(keys, frame, {linear, full}, detail::read_layer_groups(keys, frame.n_layers),
               {dense_ffn<>{.d_ff = frame.intermediate_size}, moe}, detail::read_expert_layers(keys, frame.n_layers));
  read_modules(keys, result, {full, moe});
  return result;
}

}  // namespace moetric::v0::io::hugging_face
