#pragma once

#include <cstddef>
#include <vector>

#include "moetric/search/formula/costs.hpp"
#include "moetric/search/formula/expression.hpp"

namespace moetric::v0::search {

/// What a shape must satisfy beside rules and windows where no formula decides it exactly, such as bytes that are
/// rounded up and the most loaded of many devices. Formulas that it implies let a search discard boxes.
class condition {
 public:
  /// A formula that does not exceed `most` in any shape that satisfies the condition. Others may satisfy it too.
  struct limit {
    expression formula;
    double most;  // in the unit of the formula
  };

  /// The most formulas that one may have.
  static constexpr std::size_t most_limits = 4;

  virtual ~condition() = default;
  /// Decides it for a shape of whole numbers.
  virtual bool holds(shape<double> const& one) const = 0;
  /// The formulas, positive, at most `most_limits`, for shapes whose costs are written as expressions.
  virtual std::vector<limit> limits(costs<expression> const& any) const = 0;
};

}  // namespace moetric::v0::search
