#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>

#include "moetric/search/scan/row_inputs.hpp"

namespace moetric::v0::search::detail {

/// Computes the `row_inputs` of a law, in double, from its inputs as quotients along a row.
class shared_logarithms {
 public:
  /// \returns false if the quotients need more logarithms than fit
  bool assign(std::span<cubic_quotient const> quotients) {
    std::size_t const n = quotients.size();
    inputs_.n_shared = inputs_.n_logarithms = 0;
    inputs_.degree = 0;
    inputs_.shared[0] = {1};
    for (std::size_t i = 0; i != n; ++i) {
      auto& input = inputs_.inputs[i] = {quotients[i].numerator, quotients[i].denominator};
      double constant = 1;
      if (!add(quotients[i].numerator, 1, input, constant) || !add(quotients[i].denominator, -1, input, constant))
        return false;
      auto& [number, logarithm] = logs_of_constants_[i];
      if (constant != number) number = constant, logarithm = std::log(constant);
      input.log_constant = logarithm;
    }
    for (std::size_t i = 0; i != n; ++i)
      inputs_.n_logarithms = std::max(inputs_.n_logarithms, inputs_.inputs[i].n_logarithms);
    inputs_.last_is_constant = !quotients[n - 1].varies();
    return true;
  }
  /// The inputs that were assigned last.
  row_inputs const& inputs() const { return inputs_; }

 private:
  bool add(cubic const& p, int sign, row_inputs::input& to, double& constant) {
    int const own = degree_of(p);
    double factor = p[0];
    if (own > 0) {
      std::size_t place = 0;
      while (place != inputs_.n_shared && (factor = multiple(p, inputs_.shared[place])) == 0) ++place;
      if (place == inputs_.most_shared) return false;
      if (place == inputs_.n_shared) {
        inputs_.shared[inputs_.n_shared++] = p;
        factor = 1;
      }
      to.logarithms[to.n_logarithms++] = {place, static_cast<double>(sign)};
      inputs_.degree = std::max(inputs_.degree, own);
    }
    constant = sign > 0 ? constant * factor : constant / factor;
    return true;
  }
  /// p / q if p is a constant multiple of q, else 0.
  static double multiple(cubic const& p, cubic const& q) {
    auto const top = static_cast<std::size_t>(degree_of(q));
    double const factor = p[top] / q[top];
    for (std::size_t power = 0; power != p.size(); ++power)
      if (p[power] != factor * q[power]) return 0;
    return factor;
  }

  struct known_log {
    double number = 1, logarithm = 0;
  };

  row_inputs inputs_{};
  std::array<known_log, row_inputs::most> logs_of_constants_{};  // reused, as rows repeat them
};

}  // namespace moetric::v0::search::detail
