#pragma once

#include <cstddef>

#include "moetric/core/contract.hpp"

namespace moetric::v0 {

/// A list of at most `capacity` items, held in place, usable in constant expressions and in template arguments.
template <class T, std::size_t capacity>
struct fixed_list {
  T items[capacity]{};
  std::size_t used = 0;

  constexpr std::size_t size() const { return used; }
  constexpr bool empty() const { return used == 0; }
  constexpr T const* begin() const { return items; }
  constexpr T const* end() const { return items + used; }
  /// The item at i, which must be below size().
  constexpr T const& operator[](std::size_t i) const { return items[i]; }
  constexpr T& operator[](std::size_t i) { return items[i]; }

  /// Appends an item.
  /// \param sentence_when_full of the error, which names the limit
  /// \throws std::length_error if the list is full
  constexpr void push_back(T const& item, char const* sentence_when_full) {
    if (used == capacity) detail::full(sentence_when_full);
    items[used++] = item;
  }

  friend constexpr bool operator==(fixed_list const& a, fixed_list const& b) {
    if (a.used != b.used) return false;
    for (std::size_t i = 0; i != a.used; ++i)
      if (!(a.items[i] == b.items[i])) return false;
    return true;
  }
};

/// An empty list to copy from: Clang evaluates every item of a list that is initialised otherwise, 4 ms for 256 runs.
template <class T, std::size_t capacity>
inline constexpr fixed_list<T, capacity> empty_list{};

}  // namespace moetric::v0
