#pragma once

#include <memory>
#include <string>

#include "command.hpp"
#include "moetric/plan/result.hpp"

// What the commands share that plan: the wishes of a request, and shapes as JSON.

namespace tool {

/// The options of a request but its budget, as they were typed.
struct request_options {
  std::string sequence_length, shape_sequence_length, n_experts, top_k, n_shared_experts, vocab_size;
  std::string n_heads, n_kv_heads, head_dim, d_model, n_layers, multiple_of;
  std::string training_flops_per_token, flops_per_active_parameter, expansion_ratio, tolerance;
  std::string total_parameters_limit, memory_limit, bytes_per_parameter, tokens_limit, unique_tokens, inference_tokens;
  std::string tensor_parallel, expert_parallel, pipeline_parallel;
  std::string source = "holistic";
  std::string d_rule = "width-ratio";
  std::string rounding = "nearest";
  std::string budget = "holistic";
};

/// Declares the options that decide a shape; `plan` adds those of a run.
void add_shape_options(arguments command, std::shared_ptr<request_options> const& chosen);
void add_run_options(arguments command, std::shared_ptr<request_options> const& chosen);

moetric::plan::request request_of(request_options const& chosen, double compute);

/// Adds the bands that a search around a plan finds.
void add_expert_bands(moetric::plan::result& p, std::string const& source);

json architecture_json(moetric::shape<> const& s);

}  // namespace tool
