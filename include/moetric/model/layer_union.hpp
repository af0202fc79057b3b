#pragma once

#include <cstddef>
#include <string_view>
#include <type_traits>

#include "moetric/core/contract.hpp"

namespace moetric::v0 {

namespace detail {

/// Storage for one value out of a list of kinds: nested unions, the first kind outermost. Public, so that a model can
/// be a template argument.
template <class First, class... Rest>
union kind_storage {
  First first;
  kind_storage<Rest...> rest;

  constexpr kind_storage() : first{} {}
  constexpr kind_storage(First const& value) : first(value) {}
  template <class Other>
  constexpr kind_storage(Other const& value) : rest(value) {}
};

template <class Last>
union kind_storage<Last> {
  Last first;

  constexpr kind_storage() : first{} {}
  constexpr kind_storage(Last const& value) : first(value) {}
};

/// The i-th slot of a storage, const or not.
template <std::size_t i, class Storage>
constexpr auto& slot_of(Storage& storage) {
  if constexpr (i == 0)
    return storage.first;
  else
    return slot_of<i - 1>(storage.rest);
}

/// The place of a kind in a list; the length of the list if it is not there.
template <class Kind, class... Kinds>
constexpr std::size_t place_in_list() {
  constexpr bool same[] = {std::is_same_v<Kind, Kinds>...};
  std::size_t i = 0;
  while (i != sizeof...(Kinds) && !same[i]) ++i;
  return i;
}

}  // namespace detail

/// One layer of any of a list of kinds: a tagged union with public members. The list is all that it takes:
/// construction, equality, names, tags and visits follow from it. The first kind is the default. At most 24 kinds.
template <class... Kinds>
struct layer_union {
  static_assert(sizeof...(Kinds) <= 24, "moetric: a list of kinds must not be longer than 24, the cases of visit()");

  /// Which kind of the list, for conventions and tables: `mixer::tag_of<mamba_2<>>`.
  enum class kind_tag : unsigned char {};

  /// Whether the list holds a kind.
  template <class Kind>
  static constexpr bool holds = (std::is_same_v<Kind, Kinds> || ...);
  /// The tag of a kind of the list.
  template <class Kind>
  requires holds<Kind>
  static constexpr kind_tag tag_of = static_cast<kind_tag>(detail::place_in_list<Kind, Kinds...>());

  kind_tag kind{};  // set by construction
  detail::kind_storage<Kinds...> storage{};

  /// The first kind of the list.
  constexpr layer_union() = default;
  /// A layer of one of the kinds.
  template <class Kind>
  requires holds<Kind>
  constexpr layer_union(Kind const& layer) : kind(tag_of<Kind>), storage(layer) {}

  /// Whether the layer is of that kind.
  template <class Kind>
  constexpr bool is() const {
    return kind == tag_of<Kind>;
  }
  /// The layer, or null if it is of another kind.
  template <class Kind>
  constexpr Kind const* get_if() const {
    return is<Kind>() ? &slot<Kind>(*this) : nullptr;
  }
  /// The layer, to change it, or null if it is of another kind.
  template <class Kind>
  constexpr Kind* get_if() {
    return is<Kind>() ? &slot<Kind>(*this) : nullptr;
  }
  /// The layer as the kind that it is.
  /// \throws std::invalid_argument if it is of another kind
  template <class Kind>
  constexpr Kind const& get() const {
    if (!is<Kind>()) detail::invalid("moetric: get<Kind>() must name the kind that the layer is");
    return slot<Kind>(*this);
  }
  /// The layer as the kind that it is, to change it.
  /// \throws std::invalid_argument if it is of another kind
  template <class Kind>
  constexpr Kind& get() {
    if (!is<Kind>()) detail::invalid("moetric: get<Kind>() must name the kind that the layer is");
    return slot<Kind>(*this);
  }

  /// Calls `function` with the layer as the kind that it is.
  template <class Function>
  constexpr decltype(auto) visit(Function&& function) const {
    switch (static_cast<unsigned>(kind)) {
    case 1: return function(at<1>());
    case 2: return function(at<2>());
    case 3: return function(at<3>());
    case 4: return function(at<4>());
    case 5: return function(at<5>());
    case 6: return function(at<6>());
    case 7: return function(at<7>());
    case 8: return function(at<8>());
    case 9: return function(at<9>());
    case 10: return function(at<10>());
    case 11: return function(at<11>());
    case 12: return function(at<12>());
    case 13: return function(at<13>());
    case 14: return function(at<14>());
    case 15: return function(at<15>());
    case 16: return function(at<16>());
    case 17: return function(at<17>());
    case 18: return function(at<18>());
    case 19: return function(at<19>());
    case 20: return function(at<20>());
    case 21: return function(at<21>());
    case 22: return function(at<22>());
    case 23: return function(at<23>());
    default: return function(at<0>());
    }
  }
  /// The kind's name, `kind_name` of its header, or the name of one's own that a custom layer has.
  constexpr std::string_view name() const {
    return visit([](auto const& layer) -> std::string_view {
      if constexpr (requires { layer.name.empty(); })
        if (!layer.name.empty()) return layer.name;
      return std::decay_t<decltype(layer)>::kind_name;
    });
  }

  friend constexpr bool operator==(layer_union const& a, layer_union const& b) {
    return a.kind == b.kind &&
           a.visit([&b](auto const& layer) { return layer == slot<std::decay_t<decltype(layer)>>(b); });
  }

 private:
  template <class Kind, class Self>
  static constexpr auto& slot(Self& self) {
    return detail::slot_of<detail::place_in_list<Kind, Kinds...>()>(self.storage);
  }
  /// The i-th slot; past the end of the list, which no tag reaches, the first.
  template <std::size_t i>
  constexpr auto const& at() const {
    return detail::slot_of<(i < sizeof...(Kinds) ? i : 0)>(storage);
  }
};

}  // namespace moetric::v0
