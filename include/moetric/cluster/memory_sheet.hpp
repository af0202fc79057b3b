#pragma once

#include <cstddef>
#include <string_view>

#include "moetric/core/count.hpp"

namespace moetric::v0::cluster {

/// Where bytes of a device go.
enum class memory_term {
  weights,
  gradients,
  optimizer,
  expert_weights,
  expert_gradients,
  expert_optimizer,
  gathered_weights,  // of the layers that are whole for the moment; with sharded weights
  residuals,         // inputs of norms
  norms,             // outputs of norms, latents
  mixers,            // projections and cores of attention and its kin
  dense_ffn,
  shared_experts,
  routed_experts,
  dispatch,  // permuted tokens and outputs of experts
  routing,
  embedding,  // token ids
  mtp,
  logits,
  recomputation,     // the layer that is computed again
  dispatch_buffers,  // tokens sent and received, of one layer
  context_buffers,   // keys and values of all context ranks, of one layer
  pipeline_buffers,  // outputs of stages and gradients of those, where they are kept
  framework,         // context, communicator buffers, allocator: not tensors of the model
};

/// The number of terms.
inline constexpr std::size_t n_memory_terms = static_cast<std::size_t>(memory_term::framework) + 1;

/// The name of a term: its key in `by_term`.
constexpr std::string_view name(memory_term t) {
  constexpr std::string_view names[n_memory_terms]{"weights",
                                                   "gradients",
                                                   "optimizer",
                                                   "expert_weights",
                                                   "expert_gradients",
                                                   "expert_optimizer",
                                                   "gathered_weights",
                                                   "residuals",
                                                   "norms",
                                                   "mixers",
                                                   "dense_ffn",
                                                   "shared_experts",
                                                   "routed_experts",
                                                   "dispatch",
                                                   "routing",
                                                   "embedding",
                                                   "mtp",
                                                   "logits",
                                                   "recomputation",
                                                   "dispatch_buffers",
                                                   "context_buffers",
                                                   "pipeline_buffers",
                                                   "framework"};
  return names[static_cast<std::size_t>(t)];
}

/// True for buffers of communication that one layer needs at a time.
constexpr bool is_buffer(memory_term t) {
  return t == memory_term::dispatch_buffers || t == memory_term::context_buffers;
}

/// True for states, false for activations and the framework.
constexpr bool is_state(memory_term t) {
  return t <= memory_term::gathered_weights;
}

/// Bytes by term.
struct memory_sheet {
  count bytes[n_memory_terms]{};

  /// The bytes of one term.
  constexpr count& operator[](memory_term t) { return bytes[static_cast<std::size_t>(t)]; }
  constexpr count const& operator[](memory_term t) const { return bytes[static_cast<std::size_t>(t)]; }
  /// Bytes of weights, gradients and optimizer.
  constexpr count states() const {
    count sum;
    for (std::size_t i = 0; i != n_memory_terms; ++i)
      if (is_state(static_cast<memory_term>(i))) sum += bytes[i];
    return sum;
  }
  /// Bytes of all else that the model keeps.
  constexpr count activations() const { return total() - states() - (*this)[memory_term::framework]; }
  /// All bytes.
  constexpr count total() const {
    count sum;
    for (count const each : bytes) sum += each;
    return sum;
  }
  friend constexpr bool operator==(memory_sheet const&, memory_sheet const&) = default;
};

}  // namespace moetric::v0::cluster
