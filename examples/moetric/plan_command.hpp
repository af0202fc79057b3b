#pragma once

#include <memory>
#include <string>

#include "printing.hpp"
#include "moetric/plan/result.hpp"

// Shared by the commands that plan: the options of a request, and shapes as JSON.

namespace tool {

/// The options of a request except its budget, as typed.
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

/// Declares the options that determine a shape.
void add_shape_options(arguments command, std::shared_ptr<request_options> const& chosen);
/// Declares the further options of `plan`.
void add_run_options(arguments command, std::shared_ptr<request_options> const& chosen);

/// The request that the options describe, validated.
/// \param compute FLOPs
/// \throws std::invalid_argument naming the option
moetric::plan::request request_of(request_options const& chosen, double compute);

/// Adds the bands of experts that a search around a plan finds, or a warning if there are none.
/// \param source as typed
void add_expert_bands(moetric::plan::result& p, std::string const& source);

/// The numbers of a shape by name, with n_layers.
json architecture_json(moetric::shape<> const& s);

}  // namespace tool
