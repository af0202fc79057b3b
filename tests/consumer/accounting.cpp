// What every way of getting the library must compile, and print the same: accounting, a published model and its loss by a
// law, with the standard library alone.
#ifdef SINGLE_HEADER
#include "moetric.hpp"
#else
#include <moetric/laws/catalogue.hpp>
#include <moetric/moetric.hpp>
#endif

#include <cstdio>

using namespace moetric;

static_assert(total_parameters(zoo::deepseek_v3) == 671'026'419'200);

int main() {
  double const loss = laws::evaluate(laws::chinchilla::tex, zoo::deepseek_v3, count(14'800'000'000'000)).loss;
  std::printf("%.10e %.10e %.6f\n", static_cast<double>(active_parameters(zoo::deepseek_v3)),
              static_cast<double>(forward_flops(zoo::deepseek_v3, {.length = 4096}).per_sequence()), loss);
  return loss > 0 ? 0 : 1;
}
