#pragma once

#include <array>

#include "moetric/account/triad.hpp"
#include "moetric/core/ratio.hpp"
#include "moetric/model/parallel.hpp"
#include "moetric/search/formula/own_measure.hpp"
#include "moetric/search/space/field.hpp"

namespace moetric::v0::search {

/// What all configurations of a search share beside their space.
struct setting {
  count sequence_length = 8192;  // tokens, of M; the holistic laws hold at 8192
  parallel_sizes parallel{};     // how weights are sharded; `rules_of` gives its rules
  count devices = 1;
  ratio fullest_stage = 0;  // its layers over those of the model; 0: stages have equally many
  bool distributed_optimizer = true;
  std::array<own_measure, 2> own{};  // measures of one's own, `measure::own_1` and `own_2`
};

/// A shape with the account from which measures and objectives are computed; many shapes if T is a SIMD batch or an
/// interval.
template <class T>
struct costs {
  shape<T> of;
  setting const& at;
  bool has_experts;
  account<T> book;  // of weights
  triad<T> three;
};

/// The costs of a shape. They refer to the setting.
template <class T>
constexpr costs<T> costs_of(shape<T> const& s, setting const& at, bool has_experts) {
  account<T> const book = account_of(s);
  return {s, at, has_experts, book, triad_of(s, book, T(static_cast<int>(at.sequence_length)))};
}
template <class T>
costs<T> costs_of(shape<T> const& s, setting const&& at, bool has_experts) = delete;

/// Bytes of weights, gradients and optimiser of the most loaded device by the rule `megatron-lm-2026-08` of `cluster`,
/// in any number type: matrices of blocks over pipeline and tensor sizes, norms and routers over the pipeline's, one
/// embedding over the tensor's, with one stage the output matrix too; routed experts over pipeline, expert and
/// expert-tensor sizes; 18 bytes a weight, or with a distributed optimiser 6 + 12 over the data-parallel size, of
/// routed experts over devices / (pipeline·expert·expert_tensor). That rule knows equal stages alone; with uneven ones
/// the fullest takes its share of the layers, as in `megatron-bridge-2026-08`. Activations are not counted: a search
/// with a calendar does, by `cluster::memory_of`.
template <class T>
constexpr T bytes_per_device(costs<T> const& c) {
  auto const real = [](count value) { return static_cast<double>(value); };
  double const pipeline = real(c.at.parallel.pipeline), tensor = real(c.at.parallel.tensor),
               expert = real(c.at.parallel.expert * c.at.parallel.expert_tensor), devices = real(c.at.devices);
  ratio const& fullest = c.at.fullest_stage;
  double const stages = fullest == 0 ? pipeline : real(fullest.denominator) / real(fullest.numerator);
  auto const bytes = [&](double copies) { return c.at.distributed_optimizer ? 6 + 12 / copies : 18.0; };
  auto const& weights = c.book.stored;
  T const blocks = weights[term::attention_projections] + weights[term::dense_ffn] + weights[term::shared_experts];
  T const whole = weights[term::norms] + weights[term::final_norm] + weights[term::router];
  T tables = weights[term::embedding];
  if (c.at.parallel.pipeline == 1) tables = tables + weights[term::output_head];
  T const shared = blocks * T(1 / (stages * tensor)) + whole * T(1 / stages) + tables * T(1 / tensor);
  return shared * T(bytes(devices / (pipeline * tensor))) +
         weights[term::routed_experts] * T(bytes(devices / (pipeline * expert)) / (stages * expert));
}

}  // namespace moetric::v0::search
