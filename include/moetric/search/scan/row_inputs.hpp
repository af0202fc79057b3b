#pragma once

#include <array>
#include <cstddef>

#include "moetric/search/formula/cubic.hpp"

namespace moetric::v0::search::detail {

/// The inputs of a law along a row, as quotients and as logarithms. These are constants and sums of logarithms that
/// inputs share: tokens at a budget are C / (6·N), so beside ln N no logarithm is left to take.
template <std::size_t n>
struct row_inputs {
  static constexpr std::size_t most_shared = 4;

  struct logarithm {
    std::size_t of = 0;  // a shared one
    double factor = 0;   // -1 or 1, 0 for none
  };
  struct input {
    cubic above{}, below{};
    double log_constant = 0;
    std::array<logarithm, 2> logarithms{};
    std::size_t n_logarithms = 0;
  };
  std::array<input, n> inputs{};
  std::array<cubic, most_shared> shared{{{1}}};
  std::size_t n_shared = 0;
  std::size_t n_logarithms = 0;  // the most that an input has
  int degree = 0;
  bool last_is_constant = false;
};

}  // namespace moetric::v0::search::detail
