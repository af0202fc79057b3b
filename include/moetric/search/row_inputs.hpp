#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include "moetric/search/row.hpp"
#include "moetric/search/row_polynomial.hpp"

namespace moetric::inline v0::search::detail {

/// Numbers of a row behind each other, filled up to whole batches of every target with the last, and where batches are
/// loaded fastest.
template <class T>
class padded {
 public:
  std::size_t size() const { return size_; }
  /// Of whole batches.
  std::size_t length() const { return lines_.size() * per_line; }
  T* data() { return lines_.empty() ? nullptr : lines_.front().numbers.data(); }

  template <class From>
  void assign(From const& from) {
    resize(from.size());
    for (std::size_t i = 0; i != length(); ++i) data()[i] = static_cast<T>(from[i < size_ ? i : size_ - 1]);
  }
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

template <class T>
row_polynomial<T> rounded(row_polynomial<double> const& from) {
  row_polynomial<T> to;
  for (std::size_t power = 0; power != to.size(); ++power) to[power] = static_cast<T>(from[power]);
  return to;
}

/// The inputs of a law along a row, told from their quotients, in double.
template <std::size_t n>
class shared_logarithms {
 public:
  /// \returns false when the quotients need more logarithms than are shared
  bool assign(std::span<row_quotient const> quotients) {
    inputs_ = {};
    for (std::size_t i = 0; i != n; ++i) {
      auto& input = inputs_.inputs[i] = {quotients[i].above, quotients[i].below};
      double constant = 1;
      if (!add(quotients[i].above, 1, input, constant) || !add(quotients[i].below, -1, input, constant)) return false;
      input.log_constant = constant == 1 ? 0 : std::log(constant);
    }
    for (std::size_t s = inputs_.n_shared; s != inputs_.most_shared; ++s) inputs_.shared[s] = {1};
    inputs_.last_is_constant = !quotients[n - 1].varies();
    return true;
  }
  template <class T>
  row_inputs<T, n> in() const {
    row_inputs<T, n> result;
    for (std::size_t i = 0; i != n; ++i) {
      auto const& from = inputs_.inputs[i];
      auto& to = result.inputs[i] = {rounded<T>(from.above), rounded<T>(from.below), static_cast<T>(from.log_constant)};
      for (std::size_t s = 0; s != inputs_.n_shared; ++s) to.log_factors[s] = static_cast<T>(from.log_factors[s]);
    }
    for (std::size_t s = 0; s != inputs_.most_shared; ++s) result.shared[s] = rounded<T>(inputs_.shared[s]);
    result.n_shared = inputs_.n_shared, result.degree = inputs_.degree;
    result.last_is_constant = inputs_.last_is_constant;
    return result;
  }

 private:
  bool add(row_polynomial<double> const& p, int sign, typename row_inputs<double, n>::input& to, double& constant) {
    int const own = row_quotient::degree(p);
    double factor = p[0];
    if (own > 0) {
      std::size_t place = 0;
      while (place != inputs_.n_shared && (factor = multiple(p, inputs_.shared[place])) == 0) ++place;
      if (place == inputs_.most_shared) return false;
      if (place == inputs_.n_shared) {
        inputs_.shared[inputs_.n_shared++] = p;
        factor = 1;
      }
      to.log_factors[place] += sign;
      inputs_.degree = std::max(inputs_.degree, own);
    }
    constant = sign > 0 ? constant * factor : constant / factor;
    return true;
  }
  /// What p is of q, 0 where it is no multiple.
  static double multiple(row_polynomial<double> const& p, row_polynomial<double> const& q) {
    auto const top = static_cast<std::size_t>(row_quotient::degree(q));
    double const factor = p[top] / q[top];
    for (std::size_t power = 0; power != p.size(); ++power)
      if (p[power] != factor * q[power]) return 0;
    return factor;
  }

  row_inputs<double, n> inputs_{};
};

}  // namespace moetric::inline v0::search::detail
