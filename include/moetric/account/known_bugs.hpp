#pragma once

#include "moetric/account/convention_table.hpp"
#include "moetric/account/parameter_rule.hpp"
#include "moetric/core/ratio.hpp"

namespace moetric::v0 {

/// The number that a bug miscounts.
enum class miscounted { training_flops, parameters, kv_cache, peak_flops };

/// How the elements of a cache are counted, per token and layer.
enum class cache_rule { own, d_model };

/// A tool's miscount and what it meant: two rules of the same kind, `printed` and `meant`. Only the pair that `what`
/// names is set.
struct known_bug {
  std::string_view id;  // TOOL:WHAT
  std::string_view sentence;
  std::string_view source;
  std::string_view of_models = "all";  // the models whose formula has the bug
  std::string_view model_types{};      // those models' types in config.json, separated by spaces; empty: any
  bool of_earlier_releases = false;    // the version of the convention no longer has it
  miscounted what = miscounted::training_flops;
  convention printed{};
  convention meant{};
  parameter_rule printed_parameters{};
  parameter_rule meant_parameters{};
  cache_rule printed_cache = cache_rule::own;
  ratio peak_scale{};  // the peak that the tool divides by, over the true one

  /// The tool's name.
  constexpr std::string_view tool() const { return id.substr(0, id.find(':')); }
};

namespace detail {

constexpr convention const& conventions_row(std::string_view id) {
  for (convention const& each : conventions)
    if (each.id == id) return each;
  invalid("moetric: a known bug must be of a convention that is in the table");
}

/// The models that a tool has one formula for.
struct affected_models {
  std::string_view name = "all", types{};
};
inline constexpr affected_models all_models{};
inline constexpr affected_models gpt_oss_models{"gpt-oss", "gpt_oss"};
inline constexpr affected_models nemotron_h_models{"Nemotron-H", "nemotron_h"};
inline constexpr affected_models deepseek_v3_models{"DeepSeek-V3", "deepseek_v3"};

inline constexpr auto as_it_is = [](convention&) {};

/// A bug in FLOPs: edits of the tool's convention that give what it printed and what it meant.
template <class Printed, class Meant = decltype(as_it_is)>
constexpr known_bug flops_bug(std::string_view id, affected_models of, std::string_view sentence,
                              std::string_view source, Printed printed, Meant meant = as_it_is) {
  known_bug bug{.id = id, .sentence = sentence, .source = source, .of_models = of.name, .model_types = of.types};
  bug.printed = bug.meant = conventions_row(bug.tool());
  printed(bug.printed);
  meant(bug.meant);
  bug.printed.id = id;
  bug.printed.summary = sentence;
  bug.printed.source = source;
  return bug;
}

/// A bug that the version of the convention no longer has.
constexpr known_bug earlier(known_bug bug) {
  bug.of_earlier_releases = true;
  return bug;
}

inline constexpr convention llm_viewer{
    .id = "llm-viewer",
    .summary = "matrix products of a prefill, the full square and 5 FLOPs for each of its scores, logits of one row",
    .source = "LLM-Viewer 2026-08, without its counts of norms, additions and activations",
    .causal = causal_rule::full,
    .windows = window_rule::ignored,
    .softmax = 5,
    .charges = {{{term_set::all_but(gating | term::output_head)}, {.terms = term::output_head, .one_row = true}}},
    .outside = dense_papers_lack,
    .itself = attention_alone};

constexpr known_bug llm_viewer_bug() {
  known_bug bug{.id = "llm-viewer:head-as-multiply-adds",
                .sentence = "the output head as V d_model, multiply-adds instead of FLOPs",
                .source = "LLM-Viewer configs, seen by running it",
                .printed = llm_viewer,
                .meant = llm_viewer};
  bug.printed.id = bug.id;
  bug.printed.summary = bug.sentence;
  bug.printed.charges[1].forward = 1;
  bug.printed.charges[1].training = 3;
  return bug;
}

}  // namespace detail

/// Every known bug in numbers that this library also counts, to reconcile old logs.
///
/// A bug in every number that a tool prints is also in its convention, which reproduces the tool's numbers (MaxText's
/// MTP, verl's embedding, the cookbook's logits): there `meant` differs from the convention, elsewhere `printed` does.
/// Bugs of counters of executed operators are not listed: calflops and fvcore miss fused attention.
inline constexpr std::array known_bugs{
    detail::flops_bug("megatron-lm:mamba-of-twice-d-model", detail::all_models,
                      "Mamba-2's inner width as 2 d_model, also where heads and their width are configured",
                      "Megatron-LM 2026-08, num_floating_point_operations, read",
                      [](convention& c) { c.misread.mamba_twice_d_model = true; }),
    detail::flops_bug("megatron-bridge:mamba-of-twice-d-model", detail::all_models,
                      "Mamba-2's inner width as 2 d_model, also where heads and their width are configured",
                      "Megatron-Bridge 2026-08, flop_utils, read",
                      [](convention& c) { c.misread.mamba_twice_d_model = true; }),
    detail::earlier(detail::flops_bug(
        "megatron-bridge:gpt-oss-of-two-matrices", detail::gpt_oss_models,
        "experts of two matrices and windows ignored, a sixth less",
        "Megatron-Bridge to 26.04.01: 25 published rows at 4096, mean 27.16 to 27.2 GFLOP for gpt-oss-120b",
        [](convention& c) {
          c.misread.plain_experts = true;
          c.windows = window_rule::ignored;
        })),
    detail::flops_bug("nemo:attention-of-width-d-model", {"Qwen3", "qwen3 qwen3_moe"},
                      "attention at the width of d_model, 0.774 of the right count for Qwen3-30B-A3B",
                      "NeMo formulas 2025-09, qwen3, seen by running it; fixed in Automodel",
                      [](convention& c) { c.misread.heads_fill_d_model = true; }),
    detail::flops_bug("automodel:first-layers-not-dense", detail::deepseek_v3_models,
                      "moe_layer_freq 1 overrides first_k_dense_replace; V3 survives, since 18432 = 9 x 2048",
                      "NeMo Automodel 2026-08, deepseekv3_flops, seen by running it",
                      [](convention& c) { c.misread.dense = dense_misreading::experts; }),
    detail::flops_bug("automodel:mtp-not-read", detail::deepseek_v3_models,
                      "MTP is read from mtp_num_layers, which published configurations lack",
                      "NeMo Automodel 2026-08, deepseekv3_flops, read", [](convention& c) { c.mtp = mtp_rule::none; }),
    detail::flops_bug("nemo:nemotron-h-of-three-matrices", detail::nemotron_h_models,
                      "feed-forwards of two matrices as of three, attention at the width of d_model",
                      "NeMo FLOPs formulas 2025-09, nemotronh, read",
                      [](convention& c) { c.misread.gated_dense = c.misread.heads_fill_d_model = true; }),
    detail::flops_bug("automodel:nemotron-h-of-three-matrices", detail::nemotron_h_models,
                      "feed-forwards of two matrices as of three, attention at the width of d_model, router counted",
                      "NeMo Automodel 2026-08, nemotronh_flops, read",
                      [](convention& c) {
                        c.misread.gated_dense = c.misread.heads_fill_d_model = true;
                        c.charges[0].terms = detail::every_term;
                      }),
    detail::earlier(detail::flops_bug("maxtext:window-halved-twice", detail::all_models, "half of s W in a window",
                                      "MaxText v1.5, calculate_mixed_attention_model_tflops_training_per_device, read",
                                      [](convention& c) { c.windows = window_rule::half_band; })),
    detail::earlier(detail::flops_bug("torchtitan:latent-core-of-d-model", detail::all_models,
                                      "latent attention's core as 12 n_layers d_model s, whatever its widths",
                                      "torchtitan before 2025-10-29, PR 1923",
                                      [](convention& c) { c.latent = latent_rule::d_model; })),
    detail::flops_bug("maxtext:mtp-without-head", detail::all_models,
                      "an MTP module without its head and projection, 1.338 of 3.394 GFLOP forward for V3",
                      "MaxText 2026-08, seen by running it", detail::as_it_is,
                      [](convention& c) { c.mtp = mtp_rule::block_projection_head; }),
    detail::flops_bug("verl:embedding-charged", detail::all_models, "the embedding as a matrix product",
                      "verl 2026-01, flops_counter, seen by running it; PR 4173", detail::as_it_is,
                      [](convention& c) { c.charges[1] = {}; }),
    detail::flops_bug("verl:sliding-window-halved-twice", {"Gemma 3, gpt-oss", "gemma3_text gpt_oss"},
                      "half of s W in a window", "verl 2026-01, flops_counter, read",
                      [](convention& c) { c.windows = window_rule::half_band; }),
    detail::flops_bug(
        "verl:qwen2-moe-without-shared-experts", {"Qwen2-MoE", "qwen2_moe"}, "no shared experts and no gate of them",
        "verl 2026-01, flops_counter, read",
        [](convention& c) { c.charges[0].terms = term_set::all_but(term::shared_experts | term::shared_expert_gate); }),
    detail::flops_bug("verl:mixtral-as-nothing", {"Mixtral", "mixtral"}, "an unknown model_type, which counts 0",
                      "verl 2026-01, flops_counter, seen by running it",
                      [](convention& c) {
                        c.charges = {};
                        c.core = core_width::none;
                      }),
    detail::flops_bug("olmo-core:delta-net-without-backward", detail::all_models,
                      "gated DeltaNet forward alone, every other module 6 x", "OLMo-core 2026-08, recurrent.py, read",
                      [](convention& c) { c.without_backward = mixer::tag_of<gated_delta_net<>>; }),
    detail::flops_bug("nanotron:experts-as-one-dense", detail::all_models,
                      "experts as one dense feed-forward of their width",
                      "nanotron 2026-08, examples/moe, seen by running it: 0.616 of the right count for Mixtral-8x7B",
                      [](convention& c) { c.misread.one_expert = true; }),
    detail::flops_bug("llm-analysis:top-k-ignored", detail::all_models, "a token uses one expert whatever top_k says",
                      "llm-analysis 2024-11, seen by running it", [](convention& c) { c.misread.one_expert = true; }),
    detail::flops_bug("eleuther-cookbook:head-without-backward", detail::all_models,
                      "logits have no backward pass, the embedding 4 d_model",
                      "EleutherAI cookbook 2026-08, calc_transformer_flops, seen by running it", detail::as_it_is,
                      [](convention& c) {
                        c.charges[1] = {term::output_head};
                        c.charges[2] = {};
                      }),
    detail::flops_bug("eleuther-cookbook:dense-layers-dropped", detail::all_models,
                      "no feed-forward in dense layers where expert_interval and topk exceed 1",
                      "EleutherAI cookbook 2026-08, calc_transformer_flops, seen by running it",
                      [](convention& c) { c.misread.dense = dense_misreading::nothing_beside_experts; }),
    detail::llm_viewer_bug(),
    known_bug{.id = "megatron-lm:mtp-with-all-experts",
              .sentence = "active parameters hold the MTP block with all of its experts",
              .source = "Megatron-LM 2026-08, theoretical_memory_usage, seen by running it: 49.06B for DeepSeek-V3",
              .what = miscounted::parameters,
              .printed_parameters = {.main = weights_of::a_token,
                                     .mtp = weights_of::all_tokens,
                                     .left_out = term::router_correction_bias,
                                     .around_mtp = false},
              .meant_parameters = {.main = weights_of::a_token, .mtp = weights_of::a_token}},
    known_bug{.id = "megatron-lm:mtp-without-projection",
              .sentence = "parameters of MTP without eh_proj, its norms and the router's correction bias",
              .source = "Megatron-LM 2026-08, theoretical_memory_usage, seen by running it",
              .what = miscounted::parameters,
              .printed_parameters = {.mtp = weights_of::all_tokens,
                                     .left_out = term::router_correction_bias,
                                     .around_mtp = false},
              .meant_parameters = {.mtp = weights_of::all_tokens}},
    known_bug{.id = "eleuther-cookbook:cache-of-d-model",
              .sentence = "the cache of a layer as d_model for each token: neither keys and values nor their heads",
              .source = "EleutherAI cookbook 2026-08, calc_transformer_mem, read",
              .what = miscounted::kv_cache,
              .printed_cache = cache_rule::d_model},
    known_bug{.id = "vidur:peak-in-binary-units",
              .sentence = "a teraFLOP/s as 2^40, so that MFU is 9 % low",
              .source = "vidur 2026-08, mfu_calculator, seen by running it",
              .what = miscounted::peak_flops,
              .peak_scale = {count(std::uint64_t{1} << 40), count(1'000'000'000'000)}},
};

/// The bug with that id, or null.
constexpr known_bug const* find_known_bug(std::string_view id) {
  for (known_bug const& each : known_bugs)
    if (each.id == id) return &each;
  return nullptr;
}

}  // namespace moetric::v0
