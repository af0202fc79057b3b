// error: no matching function for call to .*loss_at_compute
#include "moetric/laws/data_constrained.hpp"
#include "moetric/search/formula/objective.hpp"

// No shape determines the unique tokens.
inline auto objective() {
  auto const& law = moetric::laws::data_constrained::authors;
  return WRONG(moetric::search::loss_at_compute(law, 1e20),
               moetric::search::loss_at_compute(law, 1e20, {.unique_tokens = 1e9}));
}
