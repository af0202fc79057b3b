// Gadre et al.'s over-trained models. Losses and errors: exp_data and scaling_explorer.ipynb of mlfoundations/scaling.
#include "moetric/laws/gadre.hpp"

#include <cmath>

#include "catch.hpp"

using namespace moetric;
namespace gadre = laws::gadre;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

namespace {

double error_of(laws::chinchilla::law const& law, double parameters, double tokens, double measured) {
  return laws::evaluate(law, {parameters, tokens}).loss / measured - 1;
}

}  // namespace

TEST_CASE("the errors that the authors' notebook prints for its two large runs") {
  CHECK_THAT(error_of(gadre::redpajama, 1439795200, 921468928000, 2.502053562117363), WithinAbs(.007103, 5e-7));
  CHECK_THAT(error_of(gadre::redpajama, 6889410560, 137788211200, 2.424993099368689), WithinAbs(.007320, 5e-7));
  // and those of the same code for the other training sets
  CHECK_THAT(error_of(gadre::c4, 6889410560, 137788211200, 2.3822204228774595), WithinAbs(-.0429525, 5e-7));
  CHECK_THAT(error_of(gadre::refinedweb, 6889410560, 137788211200, 2.454721561962622), WithinAbs(-.0161926, 5e-7));
  double const large = gadre::redpajama.loss(laws::chinchilla::law::inputs{1439795200, 921468928000});
  CHECK_THAT(gadre::redpajama_error(large) / .47521523167105284 - 1, WithinAbs(.036365, 5e-7));
  double const seven = gadre::redpajama.loss(laws::chinchilla::law::inputs{6889410560, 137788211200});
  CHECK_THAT(gadre::redpajama_error(seven) / .47163718062288623 - 1, WithinAbs(.000464, 5e-7));
}

TEST_CASE("models that are over-trained alike lie on one power law of compute: that is the paper's form") {
  for (auto const& law : {gadre::c4, gadre::redpajama, gadre::refinedweb}) {
    auto const reducible = [&](double parameters, double multiplier) {
      return law.loss(laws::chinchilla::law::inputs{parameters, multiplier * parameters}) - law.k.e;
    };
    // C grows with N^2 at one M, so ten times the parameters divide the rest by 100^eta = 10^alpha.
    for (double const m : {20.0, 640.0})
      CHECK_THAT(reducible(1e8, m) / reducible(1e9, m), WithinRel(std::pow(10, law.k.alpha), 1e-12));
    CHECK(law.k.alpha == law.k.beta);
  }
}
