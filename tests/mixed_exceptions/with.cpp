// Compiled with exceptions, and linked with units that are not: a broken rule throws in all of them.
#include <cstdio>
#include <cstring>
#include <stdexcept>

#include "moetric/core/count.hpp"
#include "moetric/core/positive.hpp"

void overflow_without();
void invalid_without();
void parse_without();

namespace {

int faults = 0;

template <class Error, class Break>
void expect(char const* sentence, Break break_rule) {
  try {
    break_rule();
  } catch (Error const& error) {
    if (std::strcmp(error.what(), sentence) == 0) return;
    std::printf("got: %s\n", error.what());
  }
  std::printf("must throw: %s\n", sentence);
  ++faults;
}

}  // namespace

int main() {
  using std::invalid_argument, std::overflow_error;
  for (int again = 0; again != 2; ++again) {
    expect<overflow_error>("moetric: a + b must fit in 128 bits", overflow_without);
    expect<overflow_error>("moetric: a + b must fit in 128 bits", [] { static_cast<void>(moetric::count::max() + 1); });
    expect<invalid_argument>("moetric: tokens must be positive and finite, but got -1", invalid_without);
    expect<invalid_argument>("moetric: tokens must be positive and finite, but got -1",
                             [] { moetric::detail::require_positive("tokens", -1); });
    expect<invalid_argument>("moetric: a count must be decimal digits only", parse_without);
    expect<invalid_argument>("moetric: a count must be decimal digits only",
                             [] { static_cast<void>(moetric::parse_count("12x")); });
  }
  return faults;
}
