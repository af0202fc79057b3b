#pragma once

#include "moetric/plan/request.hpp"

namespace moetric::v0::plan {

/// A valid request with its defaults applied and its limits combined: what every stage of a plan reads. A field that is
/// still empty is left to a stage or to the source.
struct resolved_request {
  double compute;               // FLOPs, of training and serving together
  count sequence_length;        // tokens of the run's sequences
  count shape_sequence_length;  // tokens at which the shape is chosen
  sparsity experts;
  count vocab_size;
  std::optional<count> n_heads;
  std::optional<count> n_kv_heads;
  std::optional<count> head_dim;
  attention_kind attention;
  std::optional<count> q_lora_rank;
  std::optional<count> kv_lora_rank;
  std::optional<count> qk_rope_head_dim;
  std::optional<count> v_head_dim;
  std::optional<count> d_model;
  std::optional<double> width_ratio;  // (top_k + n_shared_experts)·d_expert / d_model
  std::optional<count> n_dense_layers;
  std::optional<count> d_ff;
  std::optional<count> n_layers;
  std::optional<double> training_flops_per_token;    // M
  std::optional<double> flops_per_active_parameter;  // M/N_a
  std::optional<double> expansion_ratio;             // N/N_a
  std::optional<double> parameters_limit;            // embeddings included: the lower one of both limits
  std::optional<double> tokens_limit;                // tokens
  double inference_tokens;                           // 0 without serving
  count multiple_of;                                 // of which widths are multiples
  count bytes_per_parameter;                         // of weights, gradients and optimiser
  std::optional<count> batch_multiple;               // sequences
  width_rule width;
  rounding_rule rounding;
  budget_basis budget;
  double tolerance;  // relative excess of a near-optimal loss
  parallel_sizes parallel;
  recipe_source source;
  /// Which of the numbers with a default the user gave.
  struct {
    bool n_experts, top_k, n_shared_experts, vocab_size;
  } given;

  /// True if a limit of parameters left fewer experts than the paper's.
  bool has_fewer_experts() const { return !given.n_experts && experts.n_experts != paper_sparsity.n_experts; }
  /// True for the experts that 2603.21862 studied, where its laws and bands hold.
  bool has_paper_sparsity() const { return experts == paper_sparsity; }
  /// True if M and tokens are a published law's that saw no other experts than its own, and the plan has others.
  bool m_ignores_experts() const {
    return !has_paper_sparsity() && !source.sees_experts && source.flops.how != provenance::user;
  }
  /// True for the length that 2603.21862 studied.
  bool has_paper_length() const { return shape_sequence_length == laws::holistic::study::sequence_length; }
  /// The latent attention of layers with heads of `head_dim`: DeepSeek's widths but for those that the request gives;
  /// empty with grouped queries.
  std::optional<latent_widths> latents(count of_head_dim) const {
    if (attention == attention_kind::grouped) return std::nullopt;
    latent_widths const usual = deepseek_latents(of_head_dim);
    return latent_widths{q_lora_rank.value_or(usual.q_lora_rank), kv_lora_rank.value_or(usual.kv_lora_rank),
                         qk_rope_head_dim.value_or(usual.qk_rope_head_dim), v_head_dim.value_or(usual.v_head_dim)};
  }
  /// The triad of a shape with this request's attention.
  template <class T>
  triad<T> triad_of(shape<T> const& s, T length) const {
    return triad_with(s, latents(head_dim_of(s)), length);
  }
  /// The model of a shape with this request's attention.
  model model_of(shape<> const& s) const { return model_with(s, latents(s.head_dim)); }
  /// The parameters of a real-valued shape with this request's attention and vocabulary, embeddings included.
  double total_parameters(shape<double> s) const {
    s.vocab_size = static_cast<double>(vocab_size);
    return account_with(s, latents(head_dim_of(s))).stored.total();
  }
  /// (top_k + n_shared)·d_expert/d_model that the plan aims at.
  double wanted_width_ratio() const { return width_ratio.value_or(planned_width_ratio); }
  /// `shape_sequence_length` as a real number.
  double shape_length() const { return static_cast<double>(shape_sequence_length); }
  /// `multiple_of` as a real number.
  double step() const { return static_cast<double>(multiple_of); }

 private:
  template <class T>
  static count head_dim_of(shape<T> const& s) {
    if constexpr (std::same_as<T, count>)
      return s.head_dim;
    else
      return static_cast<std::uint64_t>(std::llround(s.head_dim));
  }
};

namespace detail {

/// The number of parameters, embeddings included, that both limits of a request allow.
inline std::optional<double> parameters_limit_of(request const& r) {
  std::optional<double> limit;
  if (r.total_parameters_limit) limit = static_cast<double>(*r.total_parameters_limit);
  if (r.memory_limit) {
    double const by_memory = static_cast<double>(floor_div(*r.memory_limit, r.bytes_per_parameter));
    limit = limit ? std::fmin(*limit, by_memory) : by_memory;
  }
  return limit;
}

}  // namespace detail

/// Validates a request and applies its defaults.
/// \throws std::invalid_argument naming the field
inline resolved_request resolve(request const& r) {
  validate(r);
  if (r.unique_tokens && !r.source.reads_unique_tokens)
    detail::refuse("unique_tokens must be given only with a source whose law models repeated tokens, which " +
                   r.source.id + " does not");
  return {.compute = r.compute,
          .sequence_length = r.sequence_length,
          .shape_sequence_length = r.shape_sequence_length.value_or(laws::holistic::study::sequence_length),
          .experts = experts_of(r),
          .vocab_size = r.vocab_size.value_or(laws::holistic::study::vocab_size),
          .n_heads = r.n_heads,
          .n_kv_heads = r.n_kv_heads,
          .head_dim = r.head_dim,
          .attention = r.attention,
          .q_lora_rank = r.q_lora_rank,
          .kv_lora_rank = r.kv_lora_rank,
          .qk_rope_head_dim = r.qk_rope_head_dim,
          .v_head_dim = r.v_head_dim,
          .d_model = r.d_model,
          .width_ratio = r.width_ratio,
          .n_dense_layers = r.n_dense_layers,
          .d_ff = r.d_ff,
          .n_layers = r.n_layers,
          .training_flops_per_token = r.training_flops_per_token,
          .flops_per_active_parameter = r.flops_per_active_parameter,
          .expansion_ratio = r.expansion_ratio,
          .parameters_limit = detail::parameters_limit_of(r),
          .tokens_limit = r.tokens_limit,
          .inference_tokens = r.inference_tokens,
          .multiple_of = r.multiple_of,
          .bytes_per_parameter = r.bytes_per_parameter,
          .batch_multiple = r.batch_multiple,
          .width = r.width,
          .rounding = r.rounding,
          .budget = r.budget,
          .tolerance = r.tolerance,
          .parallel = r.parallel,
          .source = r.source,
          .given = {.n_experts = r.n_experts.has_value(),
                    .top_k = r.top_k.has_value(),
                    .n_shared_experts = r.n_shared_experts.has_value(),
                    .vocab_size = r.vocab_size.has_value()}};
}

}  // namespace moetric::v0::plan
