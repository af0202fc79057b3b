#pragma once

#include "moetric/layers/experts.hpp"

namespace moetric::v0 {

enum class feed_forward_kind { none, dense, experts };

/// A layer without a feed-forward.
struct no_feed_forward {};

/// One feed-forward of any kind: a tagged union whose members are public, so that a model may be a template argument.
struct feed_forward {
  feed_forward_kind kind = feed_forward_kind::none;
  union {
    no_feed_forward none;
    dense_ffn<> dense;
    experts<> moe;
  };

  constexpr feed_forward() : none{} {}
  constexpr feed_forward(dense_ffn<> const& ffn) : kind(feed_forward_kind::dense), dense(ffn) {}
  constexpr feed_forward(experts<> const& mixture) : kind(feed_forward_kind::experts), moe(mixture) {}

  /// Calls `function` with the layer that this feed-forward is.
  template <class Function>
  constexpr decltype(auto) visit(Function&& function) const {
    switch (kind) {
    case feed_forward_kind::dense: return function(dense);
    case feed_forward_kind::experts: return function(moe);
    case feed_forward_kind::none: break;
    }
    return function(none);
  }

  friend constexpr bool operator==(feed_forward const& a, feed_forward const& b) {
    if (a.kind != b.kind) return false;
    switch (a.kind) {
    case feed_forward_kind::dense: return a.dense == b.dense;
    case feed_forward_kind::experts: return a.moe == b.moe;
    case feed_forward_kind::none: break;
    }
    return true;
  }
};

}  // namespace moetric::v0
