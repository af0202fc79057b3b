// error: not a constant expression
#include "moetric/core/count.hpp"

// A double that is known at run time alone is rounded, so it must be converted by name.
moetric::count tokens(double compute, double per_token) {
  return WRONG(compute / per_token, static_cast<unsigned long long>(compute / per_token));
}
