#pragma once

#include <cstdint>
#include <string>

#include "moetric/io/hugging_face/key_rules.hpp"
#include "moetric/io/hugging_face/latent.hpp"
#include "moetric/layers/kimi_delta_attention.hpp"

namespace moetric::v0::io::hugging_face {

/// Kimi-Linear: Kimi delta attention in most layers, latent attention in the others, by their numbers from 1. Kimi-K3
/// adds residuals by attention over depth, experts in a latent width, gates of latent attention and low-rank queries.
/// Source: modeling_kimi.py of moonshotai/Kimi-Linear-48B-A3B-Instruct; the tensors of moonshotai/Kimi-K3.
inline model read_kimi_linear(config_keys& keys) {
  auto const block_size = keys.whole_if_present("attn_res_block_size", layer_count);
  decoder_frame frame = read_outer_frame(keys, false, {}, "situ");  // which has no weights
  frame.intermediate_size = keys.whole("intermediate_size", width);
  multi_head_latent_attention<> full = detail::read_latent_attention(keys);
  if (full.query_lora && !block_size)
    keys.refuse("q_lora_rank", "be null, as the modelling code of Kimi-Linear wants", "is a number");
  if (keys.flag("mla_use_output_gate", false)) full.output_gate = output_gate_kind::per_element;
  require_flag(keys, "attention_bias", false, "the modelling code has no biases");
  keys.understand({"activation_situ_beta", "activation_situ_linear_beta", "mla_use_nope", "moe_renormalize",
                   "moe_router_activation_func", "num_expert_group", "use_grouped_topk"});
  if (auto const method = keys.text("topk_method"); method && *method != "noaux_tc")
    keys.refuse("topk_method", "be 'noaux_tc', which has a correction bias", "got " + in_quotes(*method));
  config_keys inner = read_inner(keys, "linear_attn_config");
  std::uint64_t const n_heads = inner.whole("num_heads", width);
  std::uint64_t const head_dim = inner.whole("head_dim", width);
  check_product(inner, "num_heads", n_heads, "'head_dim'", head_dim);
  inner.understand({"gate_lower_bound"});
  kimi_delta_attention<> const linear{.n_heads = n_heads,
                                      .head_dim = head_dim,
                                      .convolution_width = inner.whole("short_conv_kernel_size", width),
                                      .full_rank_gate = inner.flag("use_full_rank_gate", false)};
  layer_choice is_full(frame.n_layers, false);
  layer_choice is_linear(frame.n_layers, false);
  for (std::uint64_t const i : inner.wholes("full_attn_layers", {1, frame.n_layers})) is_full[i - 1] = true;
  for (std::uint64_t const i : inner.wholes("kda_layers", {1, frame.n_layers})) is_linear[i - 1] = true;
  for (std::size_t i = 0; i != frame.n_layers; ++i)
    if (is_full[i] == is_linear[i])
      inner.refuse("kda_layers", "name the layers that 'full_attn_layers' does not",
                   "does not for layer " + std::to_string(i + 1));
  judge_the_rest(inner);

  std::uint64_t const n_experts = keys.whole("num_experts", expert_count);
  std::uint64_t const top_k = keys.whole("num_experts_per_token", expert_count);
  check_top_k(keys, "num_experts_per_token", top_k, "num_experts", n_experts);
  experts<> moe{.n_experts = n_experts,
                .top_k = top_k,
                .d_expert = keys.whole("moe_intermediate_size", width),
                .n_shared_experts = keys.whole("num_shared_experts", expert_count_or_none),
                .correction_bias = true};
  bool const normed = keys.flag("latent_moe_use_norm", false);
  if (auto const latent = keys.whole_if_present("routed_expert_hidden_size", width)) {
    moe.latent = true;
    moe.d_latent = *latent;
    if (normed) moe.other_weights = *latent;
  } else if (normed) {
    keys.refuse("latent_moe_use_norm", "be false without 'routed_expert_hidden_size'", "got true");
  }
  model result = assemble(keys, frame, {linear, full}, is_full, {dense_ffn<>{.d_ff = frame.intermediate_size}, moe},
                          detail::read_expert_layers(keys, frame.n_layers));
  if (block_size) result.side.attention.block_size = *block_size;
  return result;
}

}  // namespace moetric::v0::io::hugging_face
