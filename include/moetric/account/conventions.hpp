#pragma once

#include "moetric/account/convention_flops.hpp"

namespace moetric::inline v0 {
namespace detail {

// Sets of terms that several conventions share.
inline constexpr term_set every_term = term_set::all();
inline constexpr term_set gating = term::router | term::shared_expert_gate;
inline constexpr term_set shape_terms =
    term::attention_projections | term::dense_ffn | term::routed_experts | term::shared_experts;
inline constexpr term_set embedding_terms = term::embedding | term::learned_positions | term::output_head;
inline constexpr term_set dense_papers_lack = term::routed_experts | term::latent_norm | term::state_vectors;

}  // namespace detail

/// Every convention, the default first. A gate of shared experts is charged where the router is.
///
/// What a tool counts on purpose is here; what it miscounts on some kind of model (Megatron's active parameters, NeMo's
/// Qwen3, llm-analysis without top_k, OLMo-core's gated DeltaNet without backward ...) is not. Vocabularies are those
/// of the model: Megatron's padding is the caller's.
inline constexpr std::array conventions{
    convention{.id = "matmul-causal-half",
               .summary = "matrix products, half the causal square, router, logits",
               .source = "this library's default",
               .charges = {{{detail::every_term}}},
               .mtp = mtp_rule::block_projection_head},
    convention{.id = "matmul-causal",
               .summary = "matrix products, each query with its predecessors and itself, router, logits",
               .source = "exact causal pairs, s(s+1)/2",
               .causal = causal_rule::exact,
               .charges = {{{detail::every_term}}},
               .mtp = mtp_rule::block_projection_head},
    convention{.id = "matmul-full",
               .summary = "matrix products, the full square, router, logits",
               .source = "what an unmasked kernel executes",
               .causal = causal_rule::full,
               .charges = {{{detail::every_term}}},
               .mtp = mtp_rule::block_projection_head},
    convention{.id = "megatron-lm",
               .summary =
                   "half the square whatever the window, no router; one multiply-add for each feature of the norms "
                   "of low ranks, 3 d_model for each MTP module",
               .source = "Megatron-LM 2026-08, num_floating_point_operations",
               .windows = window_rule::ignored,
               .delta_net_of_value_width = true,
               .charges = {{{term_set::all_but(detail::gating)}, {term::latent_norm, charged::active}}},
               .mtp = mtp_rule::block_projection_head,
               .mtp_features = 3},
    convention{.id = "megatron-bridge",
               .summary = "as Megatron-LM, with exact pairs in a window, which holds left + right + 1 keys",
               .source = "Megatron-Bridge 2026-08; a published window W is its left side",
               .windows = window_rule::exact,
               .window_extra = 1,
               .delta_net_of_value_width = true,
               .charges = {{{term_set::all_but(detail::gating)}, {term::latent_norm, charged::active}}},
               .mtp = mtp_rule::block_projection_head,
               .mtp_features = 3},
    convention{.id = "nemo",
               .summary = "half the square, no router; exact pairs in all layers of a model with windows; GPT with a "
                          "fixed vocabulary of 51200",
               .source = "NeMo FLOPs formulas 2025-09",
               .windows = window_rule::exact_everywhere,
               .mamba_scan = 2,
               .charges = {{{term_set::all_but(detail::gating)}}},
               .mtp = mtp_rule::block_projection_head,
               .gpt_vocab_size = 51200},
    convention{.id = "automodel",
               .summary = "as NeMo, with the model's own vocabulary",
               .source = "NeMo Automodel 2026-08",
               .windows = window_rule::exact_everywhere,
               .charges = {{{term_set::all_but(detail::gating)}}},
               .mtp = mtp_rule::block_projection_head},
    convention{.id = "maxtext",
               .summary = "half the square, s W - W^2/2 in a window, router; MTP without its projection and head",
               .source = "MaxText 2026-08",
               .charges = {{{detail::every_term}}},
               .mtp = mtp_rule::block},
    convention{.id = "torchtitan",
               .summary = "6 x every active weight but the input embedding, norms, biases and positions included; the "
                          "full square whatever the window",
               .source = "torchtitan 2026-08 (windows: PR 4300, MTP: PR 4441, both open)",
               .causal = causal_rule::full,
               .windows = window_rule::ignored,
               .charges = {{{term_set::all_but(term::embedding | term::output_head | term::router_correction_bias),
                             charged::active},
                            {term::output_head}}}},
    convention{.id = "olmo-core",
               .summary =
                   "6 x every active weight but the input embedding, subtracted once when tied; s min(W, s) pairs",
               .source = "OLMo-core 2026-08",
               .causal = causal_rule::full,
               .charges = {{{term_set::all_but(term::embedding | term::router_correction_bias), charged::active}}},
               .outside = term::latent_norm},
    convention{.id = "verl",
               .summary = "half the square, s W in a window, router; the embedding as a matrix product",
               .source = "verl 2026-01, flops_counter (its window is halved once more: verl-halved-window)",
               .windows = window_rule::band,
               .charges = {{{detail::every_term}, {term::embedding, charged::active}}},
               .outside = term::learned_positions | term::state_vectors},
    convention{.id = "nanotron",
               .summary = "matrix products, the full square, logits; no router",
               .source = "nanotron 2026-08",
               .causal = causal_rule::full,
               .windows = window_rule::ignored,
               .charges = {{{term_set::all_but(detail::gating)}}},
               .outside = detail::dense_papers_lack},
    convention{.id = "llm-analysis",
               .summary = "matrix products, the full square, logits; no router",
               .source = "llm-analysis 2024-11",
               .causal = causal_rule::full,
               .windows = window_rule::ignored,
               .charges = {{{term_set::all_but(detail::gating)}}},
               .outside = detail::dense_papers_lack},
    convention{.id = "eleuther-cookbook",
               .summary =
                   "matrix products, the full square, router; logits without backward, the embedding as 4 d_model",
               .source = "EleutherAI cookbook 2026-08, calc_transformer_flops without checkpointing",
               .causal = causal_rule::full,
               .windows = window_rule::ignored,
               .charges = {{{term_set::all_but(term::output_head)},
                            {term::output_head, charged::multiplied, 2, 2},
                            {term::embedding, charged::features, 4, 4}}},
               .outside = term::latent_norm | term::state_vectors},
    convention{.id = "levanter",
               .summary = "matrix products, the full square and 3 FLOPs for each of its scores, router, logits",
               .source = "levanter, lm_flops_per_token",
               .causal = causal_rule::full,
               .windows = window_rule::ignored,
               .softmax = 3,
               .charges = {{{detail::every_term}}},
               .outside = term::latent_norm | term::state_vectors},
    convention{.id = "vllm",
               .summary = "matrix products of a prefill, s min(W, s) pairs, no router, logits of one row; inference",
               .source = "vLLM 2026-08, perf.py",
               .causal = causal_rule::full,
               .charges = {{{term_set::all_but(detail::gating | term::output_head)},
                            {.terms = term::output_head, .one_row = true}}},
               .outside = term::state_vectors},
    convention{.id = "aiconfigurator",
               .summary = "matrix products of a prefill, half the square, s W in a window, router; inference",
               .source = "aiconfigurator 2026-08, speed-of-light formulas",
               .windows = window_rule::band,
               .charges = {{{detail::every_term}}}},
    convention{.id = "6n-active",
               .summary = "6 x every active weight, embeddings included; no attention core",
               .source = "Kaplan et al. 2001.08361, with N read as active parameters",
               .core = core_width::none,
               .charges = {{{detail::every_term, charged::active}}},
               .mtp = mtp_rule::block_projection_head},
    convention{.id = "6n-total",
               .summary = "6 x every weight; no attention core",
               .source = "Kaplan et al. 2001.08361, with N read as total parameters",
               .core = core_width::none,
               .charges = {{{detail::every_term, charged::stored}}},
               .mtp = mtp_rule::block_projection_head},
    convention{.id = "palm",
               .summary = "6N + 12 L H Q T, N without embeddings and head (here: active)",
               .source = "PaLM, 2204.02311, App. B",
               .causal = causal_rule::full,
               .windows = window_rule::ignored,
               .charges = {{{term_set::all_but(detail::embedding_terms), charged::active}}},
               .outside = detail::dense_papers_lack},
    convention{.id = "chinchilla",
               .summary =
                   "matrix products, the full square with its softmax, the embedding as a matrix product, logits",
               .source = "Hoffmann et al. 2203.15556, App. F",
               .causal = causal_rule::full,
               .windows = window_rule::ignored,
               .softmax = 3,
               .charges = {{{detail::every_term}, {term::embedding, charged::active}}},
               .outside = detail::dense_papers_lack},
    convention{.id = "kaplan",
               .summary = "6N + 6 n_layers s d_model, N the matrices of attention and feed-forward",
               .source = "Kaplan et al. 2001.08361, section 2.1: forward 2N + 2 n_layer n_ctx d_model",
               .core = core_width::d_model,
               .charges = {{{detail::shape_terms}}},
               .outside = detail::dense_papers_lack},
    convention{.id = "deepseek-llm",
               .summary = "72 n_layers d_model^2 + 12 n_layers d_model s, whatever the widths",
               .source = "DeepSeek LLM, 2401.02954, M; its 72 split here as 24 for attention and 48 for feed-forward",
               .causal = causal_rule::full,
               .core = core_width::d_model,
               .charges = {{{term::attention_projections, charged::layer_squares, 8, 24},
                            {term::dense_ffn, charged::layer_squares, 16, 48}}},
               .outside = detail::dense_papers_lack},
    convention{.id = "fine-grained",
               .summary = "6 x the active matrices of layers + 14 x the router; no attention core, no head",
               .source = "2402.07871, Eq. 10-11: routing is 6 forward with dispatch and combination, 8 backward",
               .core = core_width::none,
               .charges = {{{detail::shape_terms}, {term::router, charged::multiplied, 6, 14}}}},
    convention{.id = "holistic",
               .summary =
                   "attention projections, feed-forwards, experts and half the causal square; no head, no router",
               .source = "2603.21862, Eq. 12",
               .charges = {{{detail::shape_terms}}}},
    convention{.id = "abnar",
               .summary = "6 x the active matrices of layers and of the head + 14 x the router, the full square",
               .source = "Abnar et al. 2501.12370, with C = 6 and R = 14; forward and backward of R as in 2402.07871",
               .causal = causal_rule::full,
               .charges = {{{detail::shape_terms | term::output_head}, {term::router, charged::multiplied, 6, 14}}}},
};

/// What tools printed against their own intention, for whoever must reconcile old logs.
inline constexpr std::array conventions_with_bugs{
    convention{.id = "verl-halved-window",
               .summary = "as verl, with half of s W in a window: halved twice",
               .source = "verl 2026-01, flops_counter",
               .windows = window_rule::half_band,
               .charges = {{{detail::every_term}, {term::embedding, charged::active}}},
               .outside = term::learned_positions | term::state_vectors},
};

/// The convention of that id, those with bugs included, or null.
constexpr convention const* known_convention(std::string_view id) {
  for (convention const& each : conventions)
    if (each.id == id) return &each;
  for (convention const& each : conventions_with_bugs)
    if (each.id == id) return &each;
  return nullptr;
}

/// The convention of that id.
/// \throws std::invalid_argument for an unknown one, listing those that are known
inline convention const& find_convention(std::string_view id) {
  if (convention const* const found = known_convention(id)) return *found;
  std::string known;
  for (convention const& each : conventions) known += (known.empty() ? "" : ", ") + std::string(each.id);
  for (convention const& each : conventions_with_bugs) known += ", " + std::string(each.id);
  detail::invalid(("moetric: convention must be one of " + known + ", but got " + std::string(id)).c_str());
}

}  // namespace moetric::inline v0
