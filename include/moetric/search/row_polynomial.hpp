#pragma once

#include <array>
#include <cstddef>

namespace moetric::inline v0::search::detail {

/// A polynomial of what runs along a row: of[0] + of[1]·y + of[2]·y² + of[3]·y³.
template <class T>
using row_polynomial = std::array<T, 4>;

/// The inputs of a law along a row, as quotients and as logarithms. These are constants and sums of logarithms that
/// inputs share: tokens at a budget are C / (6·N), so beside ln N no logarithm is left to take.
template <class T, std::size_t n>
struct row_inputs {
  static constexpr std::size_t most_shared = 4;

  struct input {
    row_polynomial<T> above{}, below{};
    T log_constant = 0;
    std::array<T, most_shared> log_factors{};  // -1, 0 or 1
  };
  std::array<input, n> inputs{};
  std::array<row_polynomial<T>, most_shared> shared{};  // those that no input has are 1
  std::size_t n_shared = 0;
  int degree = 0;
  bool last_is_constant = false;
};

}  // namespace moetric::inline v0::search::detail
