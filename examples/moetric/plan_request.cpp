#include "plan_command.hpp"

namespace tool {

using namespace moetric;

void add_shape_options(arguments command, std::shared_ptr<request_options> const& chosen) {
  auto const option = [&](char const* name, std::string request_options::*field, char const* help) {
    command.add_option(name, (*chosen).*field, help);
  };
  option("--source", &request_options::source,
         "Source of M and tokens: holistic (the recipe of arXiv 2603.21862), fine-grained, ling, joint-moe, or a file "
         "with a "
         "fitted law or a team's own optima");
  option("--n-experts", &request_options::n_experts, "Routed experts of a layer (288)");
  option("--top-k", &request_options::top_k, "Routed experts that one token uses (8)");
  option("--n-shared-experts", &request_options::n_shared_experts, "Experts that every token uses (1)");
  option("--vocab-size", &request_options::vocab_size, "Vocabulary (152064)");
  option("--n-heads", &request_options::n_heads, "Query heads; the depth follows from them");
  option("--n-kv-heads", &request_options::n_kv_heads, "Key-value heads (n_heads / 2)");
  option("--head-dim", &request_options::head_dim, "Width of one head");
  option("--multiple-of", &request_options::multiple_of, "Widths are multiples of it (8)");
  option("--rounding", &request_options::rounding,
         "nearest: the neighbouring integers that deviate least from the triad; paper: each number on its own, as in "
         "the paper's tables");
}

void add_run_options(arguments command, std::shared_ptr<request_options> const& chosen) {
  auto const option = [&](char const* name, std::string request_options::*field, char const* help) {
    return command.add_option(name, (*chosen).*field, help);
  };
  option("--d-model", &request_options::d_model, "Hidden width");
  option("--width-ratio", &request_options::width_ratio,
         "(top_k + n_shared) x d_expert / d_model, from which the width follows (3.25)");
  option("--n-dense-layers", &request_options::n_dense_layers,
         "Dense layers before those with experts, 0 for none; the width follows from them");
  option("--d-ff", &request_options::d_ff, "Width of a dense layer's feed-forward (3 x d_model)");
  option("--attention", &request_options::attention,
         "grouped; or mla, multi-head latent attention with DeepSeek's ratios to head_dim or the widths given")
      ->capture_default_str();
  option("--q-lora-rank", &request_options::q_lora_rank, "With mla, rank of queries, 0 for none (12 x head_dim)");
  option("--kv-lora-rank", &request_options::kv_lora_rank, "With mla, rank of keys and values (4 x head_dim)");
  option("--qk-rope-head-dim", &request_options::qk_rope_head_dim,
         "With mla, rotary width beside head_dim (head_dim / 2)");
  option("--v-head-dim", &request_options::v_head_dim, "With mla, width of a head's values (head_dim)");
  option("--n-layers", &request_options::n_layers, "Depth; determines the heads, or with --n-heads M/N_a");
  option("--training-flops-per-token", &request_options::training_flops_per_token, "M");
  option("--flops-per-active-parameter", &request_options::flops_per_active_parameter, "M/N_a, above 6");
  option("--expansion-ratio", &request_options::expansion_ratio, "N/N_a");
  option("--total-parameters-limit", &request_options::total_parameters_limit,
         "Parameters of the whole model with embeddings; N/N_a is lowered to meet it");
  option("--memory-limit", &request_options::memory_limit,
         "Bytes of weights, gradients and optimiser over all devices; N/N_a is lowered to meet it");
  option("--bytes-per-parameter", &request_options::bytes_per_parameter, "Bytes per parameter of --memory-limit (18)");
  option("--tokens-limit", &request_options::tokens_limit, "Tokens of the data; M grows to spend the budget");
  option("--unique-tokens", &request_options::unique_tokens,
         "Unique tokens of the data, for a fit of the data-constrained form");
  option("--inference-tokens", &request_options::inference_tokens,
         "Tokens to be served; the budget then pays for training and serving");
  option("--sequence-length", &request_options::sequence_length, "Tokens of one sequence (8192)");
  option("--shape-sequence-length", &request_options::shape_sequence_length,
         "Length at which the shape is chosen; the laws hold at 8192 only");
  option("--d-rule", &request_options::d_rule,
         "width-ratio: (top_k + n_shared) x d_expert / d_model near 3.25; median: the middle of the feasible widths")
      ->capture_default_str();
  option("--budget", &request_options::budget, "holistic, or matmul to pay for output head and router too")
      ->capture_default_str();
  option("--batch-multiple", &request_options::batch_multiple,
         "Sequences of a batch are a multiple of it, such as the data-parallel size; default: a power of two");
  option("--tolerance", &request_options::tolerance, "Relative rise of the loss, for bands computed by a law (0.001)");
  option("--tensor-parallel", &request_options::tensor_parallel, "Devices that share a layer; ranks alternatives (8)");
  option("--expert-parallel", &request_options::expert_parallel, "Devices that share experts; ranks alternatives (8)");
  option("--pipeline-parallel", &request_options::pipeline_parallel, "Pipeline stages; ranks alternatives (1)");
}

plan::request request_of(request_options const& chosen, double compute) {
  plan::request r{.compute = compute};
  if (chosen.source == "ling" || chosen.source == "fine-grained") tell_shadowed(chosen.source);
  auto const set_whole = [](std::string_view field, std::string const& text, auto& value) {
    if (!text.empty()) value = whole(field, text);
  };
  auto const set_number = [](std::string_view field, std::string const& text, auto& value) {
    if (!text.empty()) value = number(field, text);
  };
  set_whole("sequence_length", chosen.sequence_length, r.sequence_length);
  set_whole("shape_sequence_length", chosen.shape_sequence_length, r.shape_sequence_length);
  set_whole("n_experts", chosen.n_experts, r.n_experts);
  set_whole("top_k", chosen.top_k, r.top_k);
  set_whole("n_shared_experts", chosen.n_shared_experts, r.n_shared_experts);
  set_whole("vocab_size", chosen.vocab_size, r.vocab_size);
  set_whole("n_heads", chosen.n_heads, r.n_heads);
  set_whole("n_kv_heads", chosen.n_kv_heads, r.n_kv_heads);
  set_whole("head_dim", chosen.head_dim, r.head_dim);
  set_whole("d_model", chosen.d_model, r.d_model);
  set_number("width_ratio", chosen.width_ratio, r.width_ratio);
  set_whole("n_dense_layers", chosen.n_dense_layers, r.n_dense_layers);
  set_whole("d_ff", chosen.d_ff, r.d_ff);
  set_whole("q_lora_rank", chosen.q_lora_rank, r.q_lora_rank);
  set_whole("kv_lora_rank", chosen.kv_lora_rank, r.kv_lora_rank);
  set_whole("qk_rope_head_dim", chosen.qk_rope_head_dim, r.qk_rope_head_dim);
  set_whole("v_head_dim", chosen.v_head_dim, r.v_head_dim);
  r.attention =
      choose<plan::attention_kind>("attention", chosen.attention,
                                   {{"grouped", plan::attention_kind::grouped}, {"mla", plan::attention_kind::latent}});
  set_whole("n_layers", chosen.n_layers, r.n_layers);
  set_whole("multiple_of", chosen.multiple_of, r.multiple_of);
  set_whole("batch_multiple", chosen.batch_multiple, r.batch_multiple);
  set_number("training_flops_per_token", chosen.training_flops_per_token, r.training_flops_per_token);
  set_number("flops_per_active_parameter", chosen.flops_per_active_parameter, r.flops_per_active_parameter);
  set_number("expansion_ratio", chosen.expansion_ratio, r.expansion_ratio);
  set_whole("total_parameters_limit", chosen.total_parameters_limit, r.total_parameters_limit);
  set_whole("memory_limit", chosen.memory_limit, r.memory_limit);
  set_whole("bytes_per_parameter", chosen.bytes_per_parameter, r.bytes_per_parameter);
  set_number("tokens_limit", chosen.tokens_limit, r.tokens_limit);
  set_number("unique_tokens", chosen.unique_tokens, r.unique_tokens);
  set_number("inference_tokens", chosen.inference_tokens, r.inference_tokens);
  set_number("tolerance", chosen.tolerance, r.tolerance);
  set_whole("tensor_parallel", chosen.tensor_parallel, r.parallel.tensor);
  set_whole("expert_parallel", chosen.expert_parallel, r.parallel.expert);
  set_whole("pipeline_parallel", chosen.pipeline_parallel, r.parallel.pipeline);
  r.width = choose<plan::width_rule>(
      "d_rule", chosen.d_rule, {{"width-ratio", plan::width_rule::width_ratio}, {"median", plan::width_rule::median}});
  r.rounding = choose<plan::rounding_rule>(
      "rounding", chosen.rounding, {{"nearest", plan::rounding_rule::nearest}, {"paper", plan::rounding_rule::paper}});
  r.budget = choose<plan::budget_basis>(
      "budget", chosen.budget, {{"holistic", plan::budget_basis::holistic}, {"matmul", plan::budget_basis::matmul}});
  return r;
}

}  // namespace tool
