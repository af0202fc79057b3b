#pragma once

#include <string_view>

#include "moetric/version.hpp"

namespace moetric::v0::report {

/// Units that an answer names.
namespace units {
inline constexpr std::string_view one = "1";  // a pure number
inline constexpr std::string_view parameters = "parameters";
inline constexpr std::string_view tokens = "tokens";
inline constexpr std::string_view flops = "FLOPs";
inline constexpr std::string_view flops_per_token = "FLOPs per token";
inline constexpr std::string_view flops_per_sequence = "FLOPs per sequence";
inline constexpr std::string_view bytes = "bytes";
inline constexpr std::string_view bytes_per_token = "bytes per token";
inline constexpr std::string_view nats_per_token = "nats per token";
inline constexpr std::string_view seconds = "seconds";
}  // namespace units

/// The name of a value that has the same unit in every answer.
struct named_unit {
  std::string_view name;
  std::string_view unit;
};

/// Names that mean the same everywhere; the others state their unit where they are made, or inherit it.
inline constexpr named_unit units_by_name[]{
    {"active_non_embedding_parameters", units::parameters},
    {"active_parameters", units::parameters},
    {"batch_sequences", "sequences"},
    {"batch_tokens", units::tokens},
    {"boxes", "boxes"},
    {"compute", units::flops},
    {"compute_ratio", units::one},
    {"context", units::tokens},
    {"d_expert", "features"},
    {"d_ff", "features"},
    {"d_model", "features"},
    {"dense_parameters", units::parameters},
    {"device_hours", "device hours"},
    {"discarded", "configurations"},
    {"enumerated", "configurations"},
    {"expansion_rate", units::one},
    {"expansion_ratio", units::one},
    {"factor", units::one},
    {"failed_samples", "samples"},
    {"flops_per_active_parameter", "FLOPs per token and parameter"},
    {"granularity", units::one},
    {"head_dim", "features"},
    {"index", units::one},
    {"inference_tokens", units::tokens},
    {"irreducible", units::nats_per_token},
    {"kv_cache_bytes_per_token", units::bytes_per_token},
    {"learning_rate", units::one},
    {"loss", units::nats_per_token},
    {"memory_bytes", units::bytes},
    {"n_blocks", "layers"},
    {"n_dense_layers", "layers"},
    {"n_experts", "experts"},
    {"n_heads", "heads"},
    {"n_kv_heads", "heads"},
    {"n_layers", "layers"},
    {"n_moe_layers", "layers"},
    {"n_shared_experts", "experts"},
    {"optimal_tokens", units::tokens},
    {"peak_learning_rate", units::one},
    {"r_squared", units::one},
    {"recurrent_state_bytes", units::bytes},
    {"rejected", "configurations"},
    {"runs", "runs"},
    {"samples", "samples"},
    {"scored", "configurations"},
    {"seconds", units::seconds},
    {"sequence_length", units::tokens},
    {"sequences", "sequences"},
    {"shape_sequence_length", units::tokens},
    {"steps", "steps"},
    {"token_ratio", units::one},
    {"tokens", units::tokens},
    {"tokens_per_expert_per_step", units::tokens},
    {"tokens_per_parameter", "tokens per parameter"},
    {"top_k", "experts"},
    {"total_non_embedding_parameters", units::parameters},
    {"total_parameters", units::parameters},
    {"training_flops", units::flops},
    {"training_flops_per_token", units::flops_per_token},
    {"unique_tokens", units::tokens},
    {"vocab_size", units::tokens},
    {"width_ratio", units::one},
};

/// The unit of a name that has one in every answer; empty for the others.
constexpr std::string_view unit_of(std::string_view name) {
  for (named_unit const& each : units_by_name)
    if (each.name == name) return each.unit;
  return {};
}

}  // namespace moetric::v0::report
