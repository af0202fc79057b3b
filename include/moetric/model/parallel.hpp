#pragma once

#include "moetric/model/validate.hpp"

namespace moetric::v0 {

/// How a trainer cuts a model across devices.
struct parallel_sizes {
  count tensor = 1;
  count expert = 1;
  count pipeline = 1;
  count sequence_length = 1;  // tokens; windows must not be longer
};

namespace detail {

/// Rules that trainers have for one layer beyond those of every model.
template <class Report>
struct trainer_rules {
  parallel_sizes const& sizes;
  Report& report;

  constexpr void heads(count n_heads) {
    if (remainder(n_heads, sizes.tensor) != 0)
      report.broken_rule("moetric: n_heads must be divisible by the tensor-parallel size", n_heads, sizes.tensor);
  }
  constexpr void rotary(count width) {
    if (remainder(width, 2) != 0) report.broken_rule("moetric: head_dim must be even for rotary positions", width);
  }

  constexpr void operator()(grouped_query_attention<> const& a) {
    heads(a.n_heads);
    if (remainder(a.n_kv_heads, sizes.tensor) != 0 && remainder(sizes.tensor, a.n_kv_heads) != 0)
      report.broken_rule("moetric: n_kv_heads must divide or be divisible by the tensor-parallel size", a.n_kv_heads,
                         sizes.tensor);
    rotary(a.head_dim);
    if (a.window != unlimited_window && sizes.sequence_length != 1 && a.window > sizes.sequence_length)
      report.broken_rule("moetric: window must not exceed the sequence length", a.window, sizes.sequence_length);
  }
  constexpr void operator()(multi_head_latent_attention<> const& a) {
    heads(a.n_heads);
    rotary(a.qk_rope_head_dim);
  }
  constexpr void operator()(compressed_attention<> const& a) { heads(a.n_heads); }
  constexpr void operator()(encoder_decoder_attention<> const& a) { heads(a.n_heads); }
  constexpr void operator()(kimi_delta_attention<> const& a) { heads(a.n_heads); }
  constexpr void operator()(lightning_attention<> const& a) { heads(a.n_heads); }
  constexpr void operator()(mamba_2<> const& a) { heads(a.n_heads); }
  constexpr void operator()(gated_delta_net<> const& a) {
    if (remainder(a.n_key_heads, sizes.tensor) != 0)
      report.broken_rule("moetric: n_key_heads must be divisible by the tensor-parallel size", a.n_key_heads,
                         sizes.tensor);
  }
  constexpr void operator()(dense_ffn<> const& f) {
    if (remainder(f.d_ff, sizes.tensor) != 0)
      report.broken_rule("moetric: d_ff must be divisible by the tensor-parallel size", f.d_ff, sizes.tensor);
  }
  constexpr void operator()(experts<> const& e) {
    if (remainder(e.n_experts, sizes.expert) != 0)
      report.broken_rule("moetric: n_experts must be divisible by the expert-parallel size", e.n_experts, sizes.expert);
  }
  template <class Other>
  constexpr void operator()(Other const&) {}
};

template <class Report>
constexpr void rules(model const& m, parallel_sizes const& sizes, Report& report) {
  rules(m, report);
  if (sizes.tensor == 0) report.broken_rule("moetric: the tensor-parallel size must be positive", sizes.tensor);
  if (sizes.expert == 0) report.broken_rule("moetric: the expert-parallel size must be positive", sizes.expert);
  if (sizes.pipeline == 0) report.broken_rule("moetric: the pipeline-parallel size must be positive", sizes.pipeline);
  if (sizes.tensor == 0 || sizes.expert == 0 || sizes.pipeline == 0 || !diagnose(m).ok()) return;
  bool has_experts = false;
  for (feed_forward const& each : m.layers.ffns) has_experts = has_experts || each.kind == feed_forward_kind::experts;
  if (sizes.expert != 1 && !has_experts)
    report.broken_rule("moetric: the expert-parallel size must be 1 without experts", sizes.expert);
  if (remainder(m.layers.n_layers(), sizes.pipeline) != 0)
    report.broken_rule("moetric: layers must be divisible by the pipeline-parallel size", m.layers.n_layers(),
                       sizes.pipeline);
  trainer_rules<Report> each_layer{sizes, report};
  for (mixer const& each : m.layers.mixers) each.visit(each_layer);
  for (feed_forward const& each : m.layers.ffns) each.visit(each_layer);
}

}  // namespace detail

/// All the rules that a model breaks, those of a trainer that cuts it so included; nothing is thrown.
constexpr diagnosis diagnose(model const& m, parallel_sizes const& sizes) {
  diagnosis report;
  detail::rules(m, sizes, report);
  return report;
}

/// The same as a check, at run time and in constant expressions.
/// \throws std::invalid_argument with every broken rule
constexpr void validate(model const& m, parallel_sizes const& sizes) {
  detail::enforce([&](auto& report) { detail::rules(m, sizes, report); });
}

}  // namespace moetric::v0
