#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include "moetric/version.hpp"

namespace moetric::v0::search::detail {

/// The contiguous values of a row, padded with the last one to a whole number of batches of every target, and aligned
/// for them.
template <class T>
class padded_row {
 public:
  /// The length without padding.
  std::size_t size() const { return size_; }
  /// The padded length.
  std::size_t length() const { return lines_.size() * per_line; }
  /// The first value; null for an empty row.
  T* data() { return lines_.empty() ? nullptr : lines_.front().numbers.data(); }

  /// Fills with number(0), number(1) ... number(n - 1) and pads.
  template <class Number>
  void fill(std::size_t n, Number number) {
    resize(n);
    T* const to = data();
    for (std::size_t i = 0; i != n; ++i) to[i] = number(i);
    std::fill(to + n, to + length(), to[n - 1]);
  }
  /// Makes room for n values, without padding them.
  void resize(std::size_t n) {
    size_ = n;
    lines_.resize((n + per_line - 1) / per_line);
  }

 private:
  static constexpr std::size_t per_line = 64 / sizeof(T);
  struct alignas(64) line {
    std::array<T, per_line> numbers;
  };

  std::vector<line> lines_{};
  std::size_t size_ = 0;
};

}  // namespace moetric::v0::search::detail
