#pragma once

#include "moetric/layers/custom_feed_forward.hpp"
#include "moetric/layers/experts.hpp"
#include "moetric/layers/no_feed_forward.hpp"
#include "moetric/layers/shared_block_adapter.hpp"
#include "moetric/model/layer_kind.hpp"
#include "moetric/model/layer_union.hpp"

namespace moetric::v0 {

namespace detail {

template <class Kind>
struct checked_feed_forward {
  static_assert(FeedForwardKind<Kind>, "moetric: a kind of feed-forward must answer every question of FeedForwardKind");
  using type = Kind;
};

}  // namespace detail

/// One feed-forward out of a list of kinds, each of which answers every question of `FeedForwardKind`.
template <class... Kinds>
using feed_forward_of_kinds = layer_union<typename detail::checked_feed_forward<Kinds>::type...>;

/// One feed-forward of any kind. This list is the one place that names them all: a new kind is a header that satisfies
/// `FeedForwardKind`, included above, and its name here. Outside the library a feed-forward of one's own is a
/// `custom_feed_forward`.
struct feed_forward
    : feed_forward_of_kinds<no_feed_forward, dense_ffn<>, experts<>, shared_block_adapter<>, custom_feed_forward> {
  using layer_union::layer_union;
};

}  // namespace moetric::v0
