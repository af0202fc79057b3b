#pragma once

#include <concepts>
#include <type_traits>

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

/// Calls `visit(form)` with the form of each core of a model that `core_conventions` has a choice for, those of
/// multi-token-prediction modules too: a `latent_core`, `delta_core` or `state_scan`, and the `expert_draw` of experts
/// of which some are zero.
template <class Model, class Visit>
requires std::same_as<std::remove_const_t<Model>, model>
constexpr void each_core_form(Model& m, Visit visit) {
  auto const of_mixer = [&visit](auto& mix) {
    if (auto* const a = mix.template get_if<multi_head_latent_attention<>>()) visit(a->core);
    if (auto* const net = mix.template get_if<gated_delta_net<>>()) visit(net->core);
    if (auto* const layer = mix.template get_if<mamba_2<>>()) visit(layer->scan);
    if (auto* const both = mix.template get_if<parallel_hybrid<>>()) visit(both->state_space.scan);
  };
  auto const of_feed_forward = [&visit](auto& ffn) {
    auto* const mixture = ffn.template get_if<experts<>>();
    if (mixture && mixture->n_zero_experts != 0) visit(mixture->counted);
  };
  for (std::size_t i = 0; i != m.layers.mixers.size(); ++i) of_mixer(m.layers.mixers[i]);
  for (std::size_t i = 0; i != m.layers.ffns.size(); ++i) of_feed_forward(m.layers.ffns[i]);
  if (m.mtp.modules != 0) {
    of_mixer(m.mtp.block.mix);
    of_feed_forward(m.mtp.block.ffn);
  }
}

namespace detail {

struct set_core_form {
  core_conventions forms;
  constexpr void operator()(latent_core& form) const { form = forms.latent; }
  constexpr void operator()(delta_core& form) const { form = forms.delta_net; }
  constexpr void operator()(state_scan& form) const { form = forms.mamba_2; }
  constexpr void operator()(expert_draw& form) const { form = forms.zero_experts; }
};

}  // namespace detail

/// The same model with every core counted in the given forms.
constexpr model counted_by(core_conventions const& forms, model m) {
  each_core_form(m, detail::set_core_form{forms});
  return m;
}

/// Whether a model has a core of which `Form` is a form.
template <class Form>
constexpr bool has_core_form(model const& m) {
  bool has = false;
  each_core_form(m, [&has]<class Other>(Other const&) { has = has || std::same_as<Form, Other>; });
  return has;
}

}  // namespace moetric::v0
