#pragma once

#include <memory>
#include <string>

#include "command.hpp"
#include "moetric/plan/request.hpp"

// Shared by the commands that plan: the options of a request.

namespace tool {

/// The options of a request except its budget, as typed.
struct request_options {
  std::string sequence_length, shape_sequence_length, n_experts, top_k, n_shared_experts, vocab_size;
  std::string n_heads, n_kv_heads, head_dim, d_model, n_layers, multiple_of, batch_multiple;
  std::string width_ratio, n_dense_layers, d_ff;
  std::string q_lora_rank, kv_lora_rank, qk_rope_head_dim, v_head_dim;
  std::string attention = "grouped";
  std::string training_flops_per_token, flops_per_active_parameter, expansion_ratio, tolerance;
  std::string total_parameters_limit, memory_limit, bytes_per_parameter, tokens_limit, unique_tokens, inference_tokens;
  std::string tensor_parallel, expert_parallel, pipeline_parallel;
  std::string source = "holistic";
  std::string d_rule = "width-ratio";
  std::string rounding = "nearest";
  std::string budget = "holistic";
};

/// Declares the options that determine a shape.
void add_shape_options(arguments command, std::shared_ptr<request_options> const& chosen);
/// Declares the further options of `plan`.
void add_run_options(arguments command, std::shared_ptr<request_options> const& chosen);

/// The request that the options describe; its source is left to `io::make_plan`.
/// \param compute FLOPs
/// \throws std::invalid_argument naming the option
moetric::plan::request request_of(request_options const& chosen, double compute);

}  // namespace tool
