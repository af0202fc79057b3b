#pragma once

#include "moetric/model/model.hpp"

namespace moetric::v0 {

/// How the cores that tools disagree on are counted, and the choices of zero experts; each layer kind names the sources
/// of its forms and the reason for its default. It is no part of the architecture.
struct core_conventions {
  latent_core latent = latent_core::expanded;
  delta_core delta_net = delta_core::key_by_value;
  state_scan mamba_2 = state_scan::seven_per_state;
  expert_draw zero_experts = expert_draw::mean;
};

/// The same model with every core counted in the given forms, those of multi-token-prediction modules too.
constexpr model counted_by(core_conventions const& forms, model m) {
  auto const set = [&forms](mixer& mix) {
    if (auto* const a = mix.get_if<multi_head_latent_attention<>>()) a->core = forms.latent;
    if (auto* const net = mix.get_if<gated_delta_net<>>()) net->core = forms.delta_net;
    if (auto* const layer = mix.get_if<mamba_2<>>()) layer->scan = forms.mamba_2;
    if (auto* const both = mix.get_if<parallel_hybrid<>>()) both->state_space.scan = forms.mamba_2;
  };
  for (std::size_t i = 0; i != m.layers.mixers.size(); ++i) set(m.layers.mixers[i]);
  set(m.mtp.block.mix);
  auto const draw = [&forms](feed_forward& ffn) {
    if (auto* const mixture = ffn.get_if<experts<>>()) mixture->counted = forms.zero_experts;
  };
  for (std::size_t i = 0; i != m.layers.ffns.size(); ++i) draw(m.layers.ffns[i]);
  draw(m.mtp.block.ffn);
  return m;
}

}  // namespace moetric::v0
