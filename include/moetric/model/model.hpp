#pragma once

#include "moetric/layers/embedding.hpp"
#include "moetric/layers/hyper_connections.hpp"
#include "moetric/layers/multi_token_prediction.hpp"
#include "moetric/layers/norm.hpp"
#include "moetric/model/side_parts.hpp"
#include "moetric/model/stack.hpp"

namespace moetric::v0 {

/// Multi-token-prediction modules, each a decoder block with the projection and norms of `multi_token_prediction`.
/// They are counted separately from the model.
struct mtp {
  count modules = 0;  // depth: each predicts one further token
  group block{};

  friend constexpr bool operator==(mtp const& a, mtp const& b) {
    return a.modules == b.modules && stack{a.block} == stack{b.block};
  }
};

/// A language model: an embedding, a stack of layers and an output head.
///
///   constexpr moetric::model llama_3_8b{
///       .d_model = 4096,
///       .input = {.vocab_size = 128256},
///       .layers = {{grouped_query_attention<>{.n_heads = 32, .n_kv_heads = 8, .head_dim = 128},
///                   dense_ffn<>{.d_ff = 14336}, 32}}};
///
/// Usable in constant expressions and as a template argument by reference (`template <model const& M>`).
struct model {
  count d_model = 0;
  embedding<> input{};
  stack layers{};
  output_head<> output{};
  norm_kind norm = norm_kind::rms;
  moetric::mtp mtp{};
  hyper_connections<> residual_streams{};  // none with 0 streams
  side_parts side{};
  count other_weights = 0;  // tables and scales outside the layers

  friend constexpr bool operator==(model const&, model const&) = default;
};

}  // namespace moetric::v0
