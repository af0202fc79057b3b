#pragma once

#include <string>

#include "moetric/account/flops.hpp"
#include "moetric/report/value.hpp"

namespace moetric::v0::report {

/// The nonzero terms of a sheet, by their names. The unit is that of the object around them.
inline value by_term(term_sheet<> const& sheet) {
  value terms = keyed();
  for (std::size_t i = 0; i != n_terms; ++i)
    if (sheet.amounts[i] != 0) terms.set(name(static_cast<term>(i)), sheet.amounts[i]);
  return terms;
}

/// The nonzero terms of FLOPs, per token.
inline value per_token_by_term(flops const& counted) {
  value terms = keyed();
  for (std::size_t i = 0; i != n_terms; ++i)
    if (counted.by_term.amounts[i] != 0)
      terms.set(flops_name(static_cast<term>(i)), counted.per_token(static_cast<term>(i)));
  return terms;
}

/// Forward and training FLOPs: those of one token, or of a sequence or batch.
inline value flops_per_token(flops const& forward, flops const& training) {
  return object({{"forward", forward.per_token()}, {"training", training.per_token()}});
}
inline value flops_of_all(flops const& forward, flops const& training) {
  return object({{"forward", forward.per_sequence()}, {"training", training.per_sequence()}});
}

}  // namespace moetric::v0::report
