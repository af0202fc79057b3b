#pragma once

#include <string_view>

#include "moetric/account/flops.hpp"
#include "moetric/cluster/activations.hpp"

namespace moetric::v0::cluster {

/// What of a model sets the time that a device trains one token.
struct workload {
  double training_flops_per_token = 0;  // forward and backward, multi-token prediction included
  double expert_row_elements = 0;       // of one token in all layers with experts, forward: see `workload_of`
  double layers = 0;                    // multi-token-prediction modules included
  double weights = 0;                   // of all that is not a routed expert, multi-token prediction included
  double expert_weights = 0;            // of routed experts, likewise
  double tensor_elements = 0;           // of a token's inputs of parts that tensor ranks share, likewise
  double d_model = 0;

  friend constexpr bool operator==(workload const&, workload const&) = default;
};

/// The id of the convention by which a workload's FLOPs, and so every MFU of an estimate, are counted.
inline constexpr std::string_view workload_convention = "matmul-causal-half";

namespace detail {

/// Elements that a token's rows move through the experts of one feed-forward, routed and shared:
/// (2·d_model + 3·d_expert) for each expert that a token uses.
constexpr count expert_row_elements(feed_forward const& ffn, count d_model) {
  return ffn.visit([d_model](auto const& layer) {
    count elements = 0;
    if (layer.routing().n_experts == 0) return elements;
    layer.each_matrix(d_model, [&](layer_matrix<> const& m) {
      if (m.name == projection::expert_down || m.name == projection::shared_down)
        elements += m.of_used(m.inputs == 0 ? count(0) : 2 * d_model + 3 * m.inputs);
    });
    return elements;
  });
}

constexpr workload workload_of_model(model const& m, count sequence_length) {
  flops all = training_flops(m, {.length = sequence_length});
  term_sheet<> stored = account_of(m, {.length = sequence_length}).stored;
  if (m.mtp.modules != 0) {
    all = all + training_flops(mtp_forward_flops(m, {.length = sequence_length}));
    stored = stored + mtp_account(m, {.length = sequence_length}).stored;
  }
  count rows = 0, layers = m.mtp.modules, shared = 0;
  auto const shares = [&](auto const& layer) { return count(is_tensor_parallel(layer, m.d_model) ? 1 : 0); };
  auto const shared_parts = [&](mixer const& mix, feed_forward const& ffn) {
    return mix.visit(shares) + ffn.visit(shares);
  };
  m.layers.for_each_kind([&](stack::run const& run) {
    if (!passes_tokens(run.use)) return;
    layers += run.layers;
    rows += run.layers * expert_row_elements(m.layers.ffn_of(run), m.d_model);
    shared += run.layers * shared_parts(m.layers.mixer_of(run), m.layers.ffn_of(run));
  });
  if (m.mtp.modules != 0) {
    rows += m.mtp.modules * expert_row_elements(m.mtp.block.ffn, m.d_model);
    shared += m.mtp.modules * shared_parts(m.mtp.block.mix, m.mtp.block.ffn);
  }
  return {.training_flops_per_token = static_cast<double>(all.per_sequence()) / static_cast<double>(sequence_length),
          .expert_row_elements = static_cast<double>(rows),
          .layers = static_cast<double>(layers),
          .weights = static_cast<double>(stored.total() - stored[term::routed_experts]),
          .expert_weights = static_cast<double>(stored[term::routed_experts]),
          .tensor_elements = static_cast<double>(shared * m.d_model),
          .d_model = static_cast<double>(m.d_model)};
}

}  // namespace detail

#ifdef MOETRIC_COMPILED
namespace compiled {
workload workload_of(model const& m, count sequence_length);
}  // namespace compiled
#endif

/// The workload of a model at a sequence length. The rows of a token that pass through experts are gathered,
/// multiplied, activated, multiplied and added again: (2·d_model + 3·d_expert) elements for each expert of a token,
/// which is memory traffic that no FLOP counts and that decides the speed of models with small experts. \throws
/// std::invalid_argument as `training_flops`
constexpr workload workload_of(model const& m, count sequence_length) {
#ifdef MOETRIC_COMPILED
  if (__builtin_is_constant_evaluated()) return detail::workload_of_model(m, sequence_length);
  return compiled::workload_of(m, sequence_length);
#else
  return detail::workload_of_model(m, sequence_length);
#endif
}

}  // namespace moetric::v0::cluster
