// Saved fits: the law evaluates to numbers, has an optimum or says why not, and its covariance can be sampled.
#include <cmath>

#include "fuzz/target.hpp"
#include "moetric/io/fitted_law.hpp"
#include "moetric/optimum/compute_optimal.hpp"

namespace {

using namespace moetric;

void read(std::string_view text) {
  fuzz::accepted([&] {
    fit::fitted_law const saved = io::fitted_law_of(io::parse_json_object(text, "a fit"), "a fit");
    fit::visit_law(saved, []<class L>(L const& law) {
      if constexpr (laws::ComputeLaw<L>)
        for (double const compute : {1e18, 1e22, 1e26})
          fuzz::accepted([&] {
            if (std::isnan(optimum::at_compute(law, compute).loss))
              fuzz::found("the loss of an optimum must be a number");
          });
    });
    fuzz::accepted([&] { fit::drawn_coefficients(saved, 20, 1); });
  });
}

}  // namespace

MOETRIC_FUZZ_TARGET(read)
