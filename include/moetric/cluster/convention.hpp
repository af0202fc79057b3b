#pragma once

#include <string_view>

#include "moetric/cluster/memory.hpp"

/// What other tools print for the same run, each by its own rule.
namespace moetric::v0::cluster {

/// A part of a tool's estimate: parameters and bytes of each, or bytes of activations.
struct memory_part {
  std::string_view name = {};
  ratio parameters{};  // 0: no states
  ratio bytes_per_parameter{};
  ratio bytes{};
};

/// What a tool prints for its most loaded device.
struct tool_memory {
  fixed_list<memory_part, 6> states{};
  ratio activations{};
  bool has_activations = true;
  std::string_view without_activations = {};  // why there are none

  /// Bytes of all states.
  constexpr ratio state_bytes() const {
    ratio sum;
    for (memory_part const& each : states) sum = sum + each.bytes;
    return sum;
  }
  /// Parameters of all states.
  constexpr ratio parameters() const {
    ratio sum;
    for (memory_part const& each : states) sum = sum + each.parameters;
    return sum;
  }
  /// Adds parameters at so many bytes each.
  constexpr void add(std::string_view name, ratio parameters, ratio bytes_per_parameter) {
    states.push_back({name, parameters, bytes_per_parameter, parameters * bytes_per_parameter},
                     "moetric: too many parts of an estimate");
  }
};

namespace detail {

/// Parameters as Megatron-LM's estimators sort them, summed over layers.
struct sorted_parameters {
  count attention;   // matrices, and the norms of latents
  count dense;       // dense feed-forwards
  count shared;      // shared experts
  count replicated;  // router, shared experts' gate, projections of latent experts
  count norms;       // around mixers and feed-forwards
  count experts;     // routed
  count widths;      // of feed-forwards that one token passes: d_ff, or top_k·d_expert and the shared experts'

  constexpr sorted_parameters& operator+=(sorted_parameters const& other) {
    attention += other.attention, dense += other.dense, shared += other.shared, replicated += other.replicated;
    norms += other.norms, experts += other.experts, widths += other.widths;
    return *this;
  }
  constexpr sorted_parameters operator*(count times) const {
    return {attention * times, dense * times,   shared * times, replicated * times,
            norms * times,     experts * times, widths * times};
  }
};

/// Not constexpr on purpose, as in core/contract.hpp.
[[noreturn]] inline void not_for_this_rule(std::string_view rule, std::string_view kind) {
  moetric::v0::detail::invalid(("moetric: the layers of a model must be plain attention with dense feed-forwards or "
                                "experts for " +
                                std::string(rule) + ", but got " + std::string(kind))
                                   .c_str());
}

/// The parameters of one layer. Tools know plain and latent attention, dense feed-forwards and experts; nothing else.
constexpr sorted_parameters sorted_layer(model const& m, mixer const& mix, feed_forward const& ffn, count norms,
                                         std::string_view rule) {
  sorted_parameters one;
  auto const sum = [&m](auto const& layer, term_set terms) {
    count all;
    layer.each_matrix(m.d_model, [&](layer_matrix<> const& each) {
      if (terms.contains(term_of(each.name))) all += each.stored * each.weights();
    });
    return all;
  };
  if (auto const* gqa = mix.get_if<grouped_query_attention<>>())
    one.attention = sum(*gqa, term::attention_projections);
  else if (auto const* mla = mix.get_if<multi_head_latent_attention<>>())
    one.attention = sum(*mla, term::attention_projections) + mla->latent_norm_weights();
  else
    not_for_this_rule(rule, mix.name());
  if (auto const* dense = ffn.get_if<dense_ffn<>>()) {
    one.dense = dense->weights(m.d_model);
    one.widths = dense->d_ff;
  } else if (auto const* moe = ffn.get_if<experts<>>()) {
    one.experts = moe->routed_weights(m.d_model);
    one.shared = moe->shared_weights(m.d_model);
    one.replicated =
        moe->router_weights(m.d_model) + moe->shared_gate_weights(m.d_model) + sum(*moe, term::latent_projections);
    one.widths = moe->top_k * moe->d_expert + moe->n_shared_experts * moe->d_shared_expert;
  } else {
    not_for_this_rule(rule, ffn.name());
  }
  one.norms = norms * norm_weights(m.norm, m.d_model);
  return one;
}

constexpr sorted_parameters sorted_layers(model const& m, std::string_view rule) {
  sorted_parameters all;
  weight_copies copies;
  for (stack::run const& run : m.layers.runs) {
    sorted_parameters one = sorted_layer(m, m.layers.mixer_of(run), m.layers.ffn_of(run), 2, rule);
    count const width = passes_tokens(run.use) ? one.widths * run.layers : count(0);
    one = one * copies.of(run, run.layers);
    one.widths = width;
    all += one;
  }
  return all;
}
constexpr sorted_parameters sorted_mtp(model const& m, std::string_view rule) {
  if (m.mtp.modules == 0) return {};
  return sorted_layer(m, m.mtp.block.mix, m.mtp.block.ffn, 2, rule) * m.mtp.modules;
}

/// 6 + 12/ranks with a distributed optimizer, else 18.
constexpr ratio megatron_bytes(training_setup const& setup, count ranks) {
  return setup.states.sharding == state_sharding::none ? ratio(18) : ratio(6) + ratio(12, ranks);
}

}  // namespace detail
}  // namespace moetric::v0::cluster
