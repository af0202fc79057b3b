#pragma once

#include <array>
#include <cstddef>

#include "moetric/search/formula/cubic.hpp"

namespace moetric::v0::search::detail {

/// The inputs of a law along a row, both as quotients of cubics and as logarithms. A logarithm is a constant plus
/// multiples of logarithms that inputs share: with tokens = C / (6·N), ln N is the only one to compute.
struct row_inputs {
  static constexpr std::size_t most = 12, most_shared = 4;

  struct logarithm {
    std::size_t shared = 0;  // index of a shared logarithm
    double factor = 0;       // -1 or 1; 0 if unused
  };
  struct input {
    cubic numerator{}, denominator{};
    double log_constant = 0;
    std::array<logarithm, 2> logarithms{};
    std::size_t n_logarithms = 0;
  };
  std::array<input, most> inputs{};  // as many as the law has
  std::array<cubic, most_shared> shared{{{1}}};
  std::size_t n_shared = 0;
  std::size_t n_logarithms = 0;  // the most that an input has
  int degree = 0;
  bool last_is_constant = false;
};

}  // namespace moetric::v0::search::detail
