// Fits a law to your own runs (these losses are made up), with intervals, and prints its optimum for a budget. It needs
// no start values; warnings name the coefficients that the runs do not identify.
#include <cstdio>

#include "moetric/fit/forms.hpp"
#include "moetric/optimum/compute_optimal.hpp"

int main() {
  using namespace moetric;
  fit::runs const mine{.names = {"total_parameters", "tokens"},
                       .columns = {{1e8, 1e8, 1e8, 1e8, 1e8, 3e8, 3e8, 3e8,  3e8,  3e8,  1e9,  1e9, 1e9,
                                    1e9, 1e9, 3e9, 3e9, 3e9, 3e9, 3e9, 1e10, 1e10, 1e10, 1e10, 1e10},
                                   {2e9,  1e10, 4e10, 2e11, 1e12, 2e9,  1e10, 4e10, 2e11, 1e12, 2e9,  1e10, 4e10,
                                    2e11, 1e12, 2e9,  1e10, 4e10, 2e11, 1e12, 2e9,  1e10, 4e10, 2e11, 1e12}},
                       .loss = {3.3970, 3.0619, 2.9056, 2.7967, 2.7466, 3.1920, 2.8453, 2.6875, 2.5882,
                                2.5476, 3.0020, 2.6669, 2.5121, 2.4106, 2.3529, 2.8880, 2.5479, 2.3972,
                                2.2933, 2.2472, 2.8184, 2.4734, 2.3208, 2.2167, 2.1676}};
  auto const found = fit::fit(fit::forms::chinchilla, mine);
  for (fit::fitted_coefficient const& each : found.of.coefficients)
    std::printf("%-6s %8.3g  %8.3g .. %.3g\n", each.name.c_str(), each.value, each.low, each.high);
  for (fit::warning const& each : found.of.warnings) std::printf("%s\n", each.sentence.c_str());

  auto const best = optimum::at_compute(found.law(), 1e22);
  std::printf("1e22 FLOPs: %.2g parameters on %.2g tokens, loss %.3f\n", best.at.total_parameters, best.at.tokens,
              best.loss);
}
