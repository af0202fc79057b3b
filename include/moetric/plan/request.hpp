#pragma once

#include <optional>
#include <tuple>

#include "moetric/core/positive.hpp"
#include "moetric/core/text.hpp"
#include "moetric/model/parallel.hpp"
#include "moetric/plan/published_sources.hpp"
#include "moetric/plan/rounding.hpp"

namespace moetric::v0::plan {

/// How d_model is chosen; the paper's law of the width is in a figure only.
///   width_ratio  (top_k + n_shared)·d_expert/d_model = 3.25, the middle of the paper's best range 3.0-3.5
///   median       the middle of the feasible widths, the paper's phase-1 proxy
enum class width_rule { width_ratio, median };

/// What the compute budget pays for.
///   holistic  the paper's own compute, without output head and router
///   matmul    every matrix product: half the causal square, router and output head included
enum class budget_basis { holistic, matmul };

/// (top_k + n_shared)·d_expert/d_model that the default rule aims at.
inline constexpr double planned_width_ratio = 3.25;

/// The attention of every layer.
///   grouped  queries in groups that share keys and values
///   latent   multi-head latent attention, keys and values through a low rank
enum class attention_kind { grouped, latent };

/// What to plan for. Only `compute` is required; an empty field follows 2603.21862 or a rule that the plan names.
struct request {
  double compute = 0;                            // training FLOPs
  count sequence_length = 8192;                  // tokens of the run's sequences; FLOPs and tokens follow it
  std::optional<count> shape_sequence_length{};  // tokens at which the shape is chosen; 8192, where the laws hold
  std::optional<count> n_experts{};              // 288, top_k 8, n_shared_experts 1, vocab_size 152064, as in the paper
  std::optional<count> top_k{};
  std::optional<count> n_shared_experts{};
  std::optional<count> vocab_size{};
  std::optional<count> n_heads{};
  std::optional<count> n_kv_heads{};  // n_heads / 2
  std::optional<count> head_dim{};
  attention_kind attention = attention_kind::grouped;
  std::optional<count> q_lora_rank{};       // of latent attention: 12 x head_dim as in DeepSeek-V3; 0 for none
  std::optional<count> kv_lora_rank{};      // 4 x head_dim
  std::optional<count> qk_rope_head_dim{};  // head_dim / 2
  std::optional<count> v_head_dim{};        // head_dim
  std::optional<count> d_model{};
  std::optional<double> width_ratio{};               // (top_k + n_shared)·d_expert/d_model, from which d_model follows
  std::optional<count> n_dense_layers{};             // from which d_model follows
  std::optional<count> d_ff{};                       // width of a dense layer's feed-forward; 3·d_model
  std::optional<count> n_layers{};                   // determines the heads, or with n_heads given M/N_a
  std::optional<double> training_flops_per_token{};  // M
  std::optional<double> flops_per_active_parameter{};  // M/N_a, above 6
  std::optional<double> expansion_ratio{};             // N/N_a
  std::optional<count> total_parameters_limit{};       // with embeddings; N/N_a is lowered until it holds
  std::optional<count> memory_limit{};                 // bytes of weights, gradients and optimiser over all devices
  count bytes_per_parameter = 18;         // of memory_limit; 18 is bf16 training with fp32 master weights and Adam
  std::optional<double> tokens_limit{};   // M grows if the optimum needs more tokens
  std::optional<double> unique_tokens{};  // of the data, for a source whose law models repeated tokens
  double inference_tokens = 0;            // that the model will serve; `compute` then pays for training and serving
  count multiple_of = 8;                  // d_model and d_expert are multiples of it
  std::optional<count> batch_multiple{};  // sequences; the batch is a multiple of it, as of the data-parallel size
  width_rule width = width_rule::width_ratio;
  rounding_rule rounding = rounding_rule::nearest;
  budget_basis budget = budget_basis::holistic;
  double tolerance = 0.001;                           // relative rise of the loss that bounds a law's bands
  parallel_sizes parallel{.tensor = 8, .expert = 8};  // ranks the alternatives
  recipe_source source = holistic_source();           // of M, tokens and the other numbers that laws give
};

/// The experts of an MoE layer.
struct sparsity {
  count n_experts;
  count top_k;
  count n_shared_experts;

  /// (n_experts + n_shared_experts)/(top_k + n_shared_experts), the limit of N/N_a when experts are all of N_a.
  double largest_expansion_ratio() const {
    auto const real = [](count value) { return static_cast<double>(value); };
    return laws::holistic::largest_expansion_ratio(real(n_experts), real(top_k), real(n_shared_experts));
  }

  friend bool operator==(sparsity const&, sparsity const&) = default;
};

/// 288 routed experts, 8 active, 1 shared: what 2603.21862 studied.
inline constexpr sparsity paper_sparsity{laws::holistic::study::n_experts, laws::holistic::study::top_k,
                                         laws::holistic::study::n_shared_experts};

/// The experts of a request; those that it leaves empty are the paper's.
constexpr sparsity experts_of(request const& r) {
  return {r.n_experts.value_or(paper_sparsity.n_experts), r.top_k.value_or(paper_sparsity.top_k),
          r.n_shared_experts.value_or(paper_sparsity.n_shared_experts)};
}

namespace detail {

/// Widths and numbers of heads of a plan are at most this.
inline constexpr count widest = 1 << 24;

using moetric::detail::invalid;
using moetric::detail::require_positive;

/// \throws std::invalid_argument always, with "moetric: " before the sentence
[[noreturn]] inline void refuse(std::string const& sentence) {
  invalid(("moetric: " + sentence).c_str());
}

/// \throws std::invalid_argument if value is not in [low, high]
inline void require_between(std::string_view field, count value, count low, count high) {
  if (value < low || value > high)
    refuse(std::string(field) + " must be from " + to_string(low) + " to " + to_string(high) + ", but got " +
           to_string(value));
}

inline void require_divisible_heads(count n_heads, count n_kv_heads) {
  if (remainder(n_heads, n_kv_heads) != 0)
    refuse("n_heads must be divisible by n_kv_heads, but got " + to_string(n_heads) + " and " + to_string(n_kv_heads));
}

/// Refuses fields that determine the same number twice.
inline void refuse_contradictions(request const& r) {
  auto const refuse_both = [](std::string_view field, std::string_view other, std::string_view why) {
    refuse(std::string(field) + " must not be given together with " + std::string(other) + ", " + std::string(why) +
           ", but got both");
  };
  if (r.n_layers && r.n_heads && r.flops_per_active_parameter)
    refuse_both("flops_per_active_parameter", "n_layers and n_heads", "which determine it");
  if (r.training_flops_per_token && r.tokens_limit)
    refuse_both("tokens_limit", "training_flops_per_token", "which determines tokens");
  if (r.d_model && r.width_ratio) refuse_both("width_ratio", "d_model", "each of which determines the width");
  if (r.d_model && r.n_dense_layers) refuse_both("n_dense_layers", "d_model", "from which they follow");
  if (r.width_ratio && r.n_dense_layers)
    refuse_both("n_dense_layers", "width_ratio", "each of which determines the width");
  if (r.width == width_rule::median && (r.width_ratio || r.n_dense_layers))
    refuse_both("d_rule median", r.width_ratio ? "width_ratio" : "n_dense_layers", "which determines the width");
  if (r.attention == attention_kind::latent && r.n_kv_heads)
    refuse_both("n_kv_heads", "latent attention", "which has no groups");
  bool const limited = r.total_parameters_limit || r.memory_limit;
  if (limited && r.expansion_ratio)
    refuse_both("expansion_ratio", "a limit of parameters or memory", "which determines it");
  if (r.inference_tokens != 0 && r.training_flops_per_token)
    refuse_both("inference_tokens", "training_flops_per_token", "which it determines");
  if (r.inference_tokens != 0 && r.budget == budget_basis::matmul)
    refuse_both("inference_tokens", "a matmul budget", "which does not count serving");
}

}  // namespace detail

/// Checks every field by name.
/// \throws std::invalid_argument for the first field that has no plan
inline void validate(request const& r) {
  using detail::refuse, detail::require_between, detail::require_positive;
  require_positive("compute", r.compute);
  if (r.compute < 1e15 || r.compute > 1e30)
    refuse("compute must be from 1e15 to 1e30 FLOPs, but got " + brief(r.compute, 6));
  require_between("sequence_length", r.sequence_length, 1, unlimited_window);
  if (r.shape_sequence_length) require_between("shape_sequence_length", *r.shape_sequence_length, 1, unlimited_window);
  count const most_experts = 1 << 20;
  sparsity const experts = experts_of(r);
  require_between("n_experts", experts.n_experts, 2, most_experts);
  require_between("top_k", experts.top_k, 1, experts.n_experts - 1);
  require_between("n_shared_experts", experts.n_shared_experts, 0, most_experts);
  if (r.vocab_size) require_between("vocab_size", *r.vocab_size, 1, unlimited_window);
  require_between("multiple_of", r.multiple_of, 1, 1024);
  count const widest = detail::widest;
  if (r.d_model) require_between("d_model", *r.d_model, 8, widest);
  if (r.head_dim) require_between("head_dim", *r.head_dim, 1, widest);
  if (r.n_heads) require_between("n_heads", *r.n_heads, 1, widest);
  if (r.n_kv_heads) require_between("n_kv_heads", *r.n_kv_heads, 1, r.n_heads.value_or(widest));
  if (r.n_heads && r.n_kv_heads) detail::require_divisible_heads(*r.n_heads, *r.n_kv_heads);
  for (auto const& [field, value, low] :
       {std::tuple{"q_lora_rank", r.q_lora_rank, 0}, std::tuple{"kv_lora_rank", r.kv_lora_rank, 1},
        std::tuple{"qk_rope_head_dim", r.qk_rope_head_dim, 2}, std::tuple{"v_head_dim", r.v_head_dim, 1}}) {
    if (!value) continue;
    if (r.attention != attention_kind::latent)
      refuse(std::string(field) + " must be given with latent attention, but attention is grouped");
    require_between(field, *value, low, widest);
  }
  if (r.width_ratio) {
    require_positive("width_ratio", *r.width_ratio);
    if (*r.width_ratio < 0.1 || *r.width_ratio > 100)
      refuse("width_ratio must be from 0.1 to 100, but got " + brief(*r.width_ratio));
  }
  if (r.n_dense_layers) require_between("n_dense_layers", *r.n_dense_layers, 0, 999);
  if (r.d_ff) require_between("d_ff", *r.d_ff, 8, widest);
  if (r.flops_per_active_parameter) {
    require_positive("flops_per_active_parameter", *r.flops_per_active_parameter);
    if (*r.flops_per_active_parameter <= 6 || *r.flops_per_active_parameter > 1000)
      refuse("flops_per_active_parameter must exceed 6 and must not exceed 1000, but got " +
             brief(*r.flops_per_active_parameter));
  }
  if (r.expansion_ratio) require_positive("expansion_ratio", *r.expansion_ratio);
  if (r.n_layers) require_between("n_layers", *r.n_layers, 2, 1000);
  if (r.training_flops_per_token) require_positive("training_flops_per_token", *r.training_flops_per_token);
  if (r.total_parameters_limit)
    require_between("total_parameters_limit", *r.total_parameters_limit, 1, std::uint64_t{1} << 60);
  require_between("bytes_per_parameter", r.bytes_per_parameter, 1, 1024);
  if (r.memory_limit)  // room for one parameter at least
    require_between("memory_limit", *r.memory_limit, r.bytes_per_parameter, std::uint64_t{1} << 63);
  if (r.tokens_limit) require_positive("tokens_limit", *r.tokens_limit);
  if (r.unique_tokens) require_positive("unique_tokens", *r.unique_tokens);
  if (r.inference_tokens != 0) require_positive("inference_tokens", r.inference_tokens);
  for (auto const& [field, size] :
       {std::pair{"tensor_parallel", r.parallel.tensor}, std::pair{"expert_parallel", r.parallel.expert},
        std::pair{"pipeline_parallel", r.parallel.pipeline}})
    require_between(field, size, 1, 1 << 16);
  detail::refuse_contradictions(r);
  require_positive("tolerance", r.tolerance);
  if (r.tolerance >= 1) refuse("tolerance must be a fraction below 1, but got " + brief(r.tolerance));
}

}  // namespace moetric::v0::plan
