#pragma once

#include "moetric/cluster/convention.hpp"

namespace moetric::v0::cluster {

namespace detail {

[[noreturn]] inline void not_in_the_paper(char const* sentence) {
  moetric::v0::detail::invalid(sentence);
}

/// The attention of a GPT of 2205.05198.
constexpr grouped_query_attention<> const& gpt_attention(model const& m) {
  bool gpt = m.layers.runs.size() == 1;
  grouped_query_attention<> const* attention = nullptr;
  if (gpt) attention = m.layers.mixer_of(m.layers.runs[0]).get_if<grouped_query_attention<>>();
  gpt = attention != nullptr && attention->n_kv_heads == attention->n_heads &&
        attention->n_heads * attention->head_dim == m.d_model;
  if (gpt) {
    auto const* dense = m.layers.ffn_of(m.layers.runs[0]).get_if<dense_ffn<>>();
    gpt = dense != nullptr && dense->d_ff == 4 * m.d_model;
  }
  if (!gpt)
    not_in_the_paper(
        "moetric: a model must be a GPT with multi-head attention and d_ff = 4·d_model for korthikanti's formulas");
  return *attention;
}

}  // namespace detail

/// Korthikanti et al.: 18 bytes of 12·L·h² weights over t·p, and of each layer
///   none       s·b·h·(10 + 24/t + 5·a·s/(h·t)), with sequence parallelism s·b·h·(34 + 5·a·s/h)/t
///   selective  the same without 5·a·s terms
///   full       2·s·b·h, with sequence parallelism over t
/// times L on the first stage, with interleaving times 1 + (p-1)/(p·v). Source: 2205.05198, table 2 and section 4.2.3.
/// \throws std::invalid_argument for a model that is no GPT with d_ff = 4·d_model
constexpr tool_memory korthikanti_memory(model const& m, training_setup const& setup) {
  layout const& l = setup.layout;
  grouped_query_attention<> const& attention = detail::gpt_attention(m);
  count const h = m.d_model, n = m.layers.n_layers(), t = l.sizes.tensor, p = l.sizes.pipeline;
  count const s = l.sizes.sequence_length, tokens = s * l.micro_batch;
  bool const full = setup.activations.recompute.contains(module::layer);
  ratio const scores =
      setup.activations.recompute.contains(module::core) ? ratio(0) : ratio(5 * attention.n_heads * s, h);
  ratio each = ratio(2);
  if (!full) each = l.sequence_parallel ? ratio(34) + scores : ratio(10) + (ratio(24) + scores) / t;
  if (l.sequence_parallel) each = each / t;
  tool_memory found;
  found.add("weights and optimizer", ratio(12 * n * h * h, t * p), 18);
  found.activations = each * (tokens * h * n);
  if (l.virtual_stages != 1) found.activations = found.activations * (ratio(1) + ratio(p - 1, p * l.virtual_stages));
  return found;
}

/// The analysis of DeepSeek-V3 by 2502.07846: two bytes of each weight of a stage of MoE layers, where W_DQ, W_DKV,
/// W_QR and W_KR are whole on tensor ranks and the shared expert too; with full recomputation of every layer
/// 2·b·s·h and 2·b·s·N_r. \throws std::invalid_argument for a model without latent attention and experts
constexpr tool_memory deepseek_v3_analysis_memory(model const& m, training_setup const& setup) {
  layout const& l = setup.layout;
  stack::run const& last = m.layers.runs[m.layers.runs.size() - 1];
  auto const* mla = m.layers.mixer_of(last).get_if<multi_head_latent_attention<>>();
  auto const* moe = m.layers.ffn_of(last).get_if<experts<>>();
  if (mla == nullptr || moe == nullptr)
    detail::not_in_the_paper("moetric: a model must have latent attention and experts for the formulas of 2502.07846");
  count const layers = detail::ceil_div(m.layers.n_layers(), l.sizes.pipeline);
  count const rotary_queries = mla->query_source_width(m.d_model) * mla->n_heads * mla->qk_rope_head_dim;
  count const whole = m.d_model * (mla->q_lora_rank + mla->compressed_key_value_width()) + rotary_queries;
  count const divided = mla->projection_weights(m.d_model) - whole;
  tool_memory found;
  found.add("norms", layers * (2 * m.d_model + mla->latent_norm_weights()), 2);
  found.add("latent attention", ratio(layers) * (ratio(divided, l.sizes.tensor) + whole), 2);
  found.add("experts, shared expert and router",
            ratio(layers) * (ratio(moe->routed_weights(m.d_model), l.sizes.expert * l.sizes.expert_tensor) +
                             moe->shared_weights(m.d_model) + moe->router_weights(m.d_model)),
            2);
  count const tokens = l.micro_batch * l.sizes.sequence_length;
  found.has_activations = setup.activations.recompute.contains(module::layer);
  if (!found.has_activations) found.without_activations = "only its formula for full recomputation is known here";
  if (found.has_activations) found.activations = layers * 2 * tokens * (m.d_model + moe->top_k);
  return found;
}

}  // namespace moetric::v0::cluster
