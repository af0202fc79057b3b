// The catalogue holds every law once, and asks it with values in the order of its inputs.
#include "moetric/laws/catalogue.hpp"

#include <string>

#include "catch.hpp"

namespace {

namespace laws = moetric::laws;
namespace fine_grained = moetric::laws::fine_grained;

}  // namespace

TEST_CASE("every law has its own id, a source, inputs and coefficients with provenance") {
  for (laws::entry const& law : laws::catalogue) {
    CAPTURE(std::string(law.about->id));
    CHECK(laws::find(law.about->id) == &law);
    CHECK_FALSE(law.about->paper.empty());
    CHECK_FALSE(law.about->equation.empty());
    CHECK_FALSE(law.about->inputs.empty());
    CHECK((law.evaluate == nullptr) == law.about->loss_unit.empty());
    for (laws::input const& each : law.about->inputs) {
      CHECK_FALSE(each.definition.empty());
      CHECK_FALSE(each.unit.empty());
      if (each.fitted) CHECK(each.fitted->low < each.fitted->high);
    }
    for (laws::coefficient const& each : law.about->coefficients) CHECK_FALSE(each.source.empty());
  }
  CHECK(laws::find("") == nullptr);
  CHECK(laws::find("fine") == nullptr);
}

TEST_CASE("values go to the inputs of their names") {
  double const values[] = {1e9, 2e10, 4};
  CHECK(laws::find("fine-grained")->evaluate(values).loss ==
        laws::evaluate(fine_grained::four_decimals,
                       {.total_non_embedding_parameters = 1e9, .tokens = 2e10, .granularity = 4})
            .loss);
  CHECK(laws::find("fine-grained-dense")->evaluate(values).loss ==
        laws::evaluate(fine_grained::dense, {.total_non_embedding_parameters = 1e9, .tokens = 2e10}).loss);
  double const bad[] = {1e9, -2e10, 4};
  CHECK_THROWS_WITH(laws::find("fine-grained")->evaluate(bad),
                    "moetric: tokens must be positive and finite, but got -2e+10");
}
