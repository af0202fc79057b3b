#pragma once

#include "moetric/model/model.hpp"

namespace moetric::v0 {

/// How cores that tools disagree on are counted; each layer kind says where its forms come from and why the default is
/// the default. It is no part of the architecture.
struct core_conventions {
  latent_core latent = latent_core::expanded;
  delta_core delta_net = delta_core::key_by_value;
  state_scan mamba_2 = state_scan::seven_per_state;
};

/// The same model with every core counted in the given forms, those of multi-token-prediction modules too.
constexpr model counted_by(core_conventions const& forms, model m) {
  auto const set = [&forms](mixer& mix) {
    if (mix.kind == mixer_kind::multi_head_latent_attention) mix.latent.core = forms.latent;
    if (mix.kind == mixer_kind::gated_delta_net) mix.delta_net.core = forms.delta_net;
    if (mix.kind == mixer_kind::mamba_2) mix.mamba2.scan = forms.mamba_2;
  };
  for (std::size_t i = 0; i != m.layers.mixers.size(); ++i) set(m.layers.mixers[i]);
  set(m.mtp.block.mix);
  return m;
}

}  // namespace moetric::v0
