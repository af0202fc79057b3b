#pragma once

#include <string>

#include "moetric/core/text.hpp"
#include "moetric/io/plan_file.hpp"
#include "moetric/model/parallel.hpp"

namespace moetric::v0::io {

namespace detail {

template <class Value>
Value const& needed(std::optional<Value> const& value, std::string_view key) {
  if (!value) refuse("key " + in_quotes(key) + " of a plan must be present for Megatron's arguments, but is missing");
  return *value;
}

}  // namespace detail

/// Megatron-LM arguments that train a plan, one option per line. Lines that begin with # are notes:
/// `$(grep -v '^#' FILE)` passes the rest to the trainer. Optimiser settings are those of 2603.21862, Table 4. Settings
/// that a plan does not contain keep the trainer's defaults: warmup and decay lengths, load balancing, recomputation.
/// \throws std::invalid_argument naming the missing key, or the rule by which the model cannot be sharded
inline std::string write_megatron(saved_plan const& run, parallel_sizes const& sizes) {
  shape<> const& s = run.architecture;
  count const length = detail::needed(run.sequence_length, "sequence_length");
  count const tokens = detail::needed(run.tokens, "tokens");
  validate(run.model(), sizes);
  if (remainder(s.n_layers(), sizes.pipeline) != 0)  // uneven stages take a layout, which is not written
    refuse("layers must be divisible by the pipeline-parallel size for Megatron's arguments, but got " +
           to_string(s.n_layers()) + " and " + to_string(sizes.pipeline));
  if (s.n_moe_layers == 0) refuse("n_moe_layers must be positive for Megatron's arguments of experts, but got 0");
  std::string text;
  auto const flag = [&text](std::string_view name) { text += "--" + std::string(name) + "\n"; };
  auto const option = [&text](std::string_view name, std::string const& value) {
    text += "--" + std::string(name) + " " + value + "\n";
  };
  auto const whole = [&option](std::string_view name, count value) { option(name, to_string(value)); };
  text += "# model\n";
  whole("num-layers", s.n_layers());
  whole("hidden-size", s.d_model);
  whole("ffn-hidden-size", s.d_ff);
  whole("num-attention-heads", s.n_heads);
  if (run.latents) {
    flag("multi-latent-attention");
    if (run.latents->q_lora_rank != 0) whole("q-lora-rank", run.latents->q_lora_rank);
    whole("kv-lora-rank", run.latents->kv_lora_rank);
    whole("qk-head-dim", s.head_dim);
    whole("qk-pos-emb-head-dim", run.latents->qk_rope_head_dim);
    whole("v-head-dim", run.latents->v_head_dim);
  } else {
    flag("group-query-attention");
    whole("num-query-groups", s.n_kv_heads);
    whole("kv-channels", s.head_dim);
  }
  whole("vocab-size", s.vocab_size);
  whole("seq-length", length);
  whole("max-position-embeddings", length);
  option("position-embedding-type", "rope");
  option("normalization", "RMSNorm");
  flag("swiglu");
  flag("disable-bias-linear");
  if (!s.tied) flag("untie-embeddings-and-output-weights");
  text += "# experts\n";
  option("moe-layer-freq", "([0]*" + to_string(s.n_dense_layers) + "+[1]*" + to_string(s.n_moe_layers) + ")");
  whole("num-experts", s.n_experts);
  whole("moe-router-topk", s.top_k);
  whole("moe-ffn-hidden-size", s.d_expert);
  if (s.n_shared_experts != 0) whole("moe-shared-expert-intermediate-size", s.n_shared_experts * s.d_expert);
  text += "# run; the trainer wants a global batch that micro-batch-size times data-parallel size divides\n";
  option("lr", brief(detail::needed(run.learning_rate, "learning_rate"), 5));
  option("lr-decay-style", "WSD");
  whole("global-batch-size", detail::needed(run.batch_sequences, "batch_sequences"));
  option("micro-batch-size", "1");
  whole("train-samples", floor_div(tokens + length - 1, length));
  option("adam-beta1", "0.9");
  option("adam-beta2", "0.95");
  option("weight-decay", "0.1");
  option("clip-grad", "1.0");
  flag("bf16");
  text += "# devices\n";
  whole("tensor-model-parallel-size", sizes.tensor);
  whole("pipeline-model-parallel-size", sizes.pipeline);
  whole("expert-model-parallel-size", sizes.expert);
  if (sizes.expert_tensor != sizes.tensor) whole("expert-tensor-parallel-size", sizes.expert_tensor);
  if (sizes.context != 1) whole("context-parallel-size", sizes.context);
  if (sizes.tensor != 1) flag("sequence-parallel");
  return text;
}

}  // namespace moetric::v0::io
