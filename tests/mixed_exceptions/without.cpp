// Compiled with -fno-exceptions.
#include "moetric/core/count.hpp"
#include "moetric/core/positive.hpp"

#ifdef __cpp_exceptions
#error "this unit must be compiled without exceptions"
#endif

void overflow_without() {
  static_cast<void>(moetric::count::max() + 1);
}
void invalid_without() {
  moetric::detail::require_positive("tokens", -1);
}
void parse_without() {
  static_cast<void>(moetric::parse_count("12x"));
}
