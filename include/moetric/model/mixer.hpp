#pragma once

#include "moetric/layers/grouped_query_attention.hpp"
#include "moetric/layers/multi_head_latent_attention.hpp"

namespace moetric::inline v0 {

enum class mixer_kind { none, grouped_query_attention, multi_head_latent_attention };

/// A layer without a mixer.
struct no_mixer {};

/// One token mixer of any kind: a tagged union whose members are public, so that a model may be a template argument.
struct mixer {
  mixer_kind kind = mixer_kind::none;
  union {
    no_mixer none;
    grouped_query_attention<> grouped_query;
    multi_head_latent_attention<> latent;
  };

  constexpr mixer() : none{} {}
  constexpr mixer(grouped_query_attention<> const& attention)
      : kind(mixer_kind::grouped_query_attention), grouped_query(attention) {}
  constexpr mixer(multi_head_latent_attention<> const& attention)
      : kind(mixer_kind::multi_head_latent_attention), latent(attention) {}

  /// Calls `function` with the layer that this mixer is.
  template <class Function>
  constexpr decltype(auto) visit(Function&& function) const {
    switch (kind) {
      case mixer_kind::grouped_query_attention: return function(grouped_query);
      case mixer_kind::multi_head_latent_attention: return function(latent);
      case mixer_kind::none: break;
    }
    return function(none);
  }

  friend constexpr bool operator==(mixer const& a, mixer const& b) {
    if (a.kind != b.kind) return false;
    switch (a.kind) {
      case mixer_kind::grouped_query_attention: return a.grouped_query == b.grouped_query;
      case mixer_kind::multi_head_latent_attention: return a.latent == b.latent;
      case mixer_kind::none: break;
    }
    return true;
  }
};

}  // namespace moetric::inline v0
