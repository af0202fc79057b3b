#include <iostream>

#include <moetric/optimum/fine_grained.hpp>

// The answer depends on the cost of routing: the paper takes 14 FLOPs per router weight and token, and says that
// implementations range from 6 to 20.
int main() {
  using namespace moetric;
  for (double routing : {6.0, 14.0, 20.0}) {
    auto const best = optimum::at_compute(laws::fine_grained::four_decimals, 1e20, {.c_r = routing});
    std::cout << "routing at " << routing << " FLOPs: granularity " << best.granularity << ", loss " << brief(best.loss)
              << (best.extrapolated() ? " (extrapolated)" : "") << '\n';
  }
}
