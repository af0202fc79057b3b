#include "moetric/laws/named_values.hpp"

#include <array>

#include "catch.hpp"
#include "moetric/laws/gives.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("values by name come in the law's order, and missing ones are named") {
  laws::description const& about = *laws::require("fine-grained").about;
  std::array<laws::named_value, 3> const given{
      {{"granularity", 8}, {"tokens", 2e10}, {"total_non_embedding_parameters", 1e9}}};
  laws::input_values const values = laws::in_order(about, given);
  REQUIRE(values.size() == 3);
  CHECK(values[0] == 1e9);
  CHECK(values[2] == 8);
  CHECK_THROWS_WITH(laws::in_order(about, std::span(given).first(2)),
                    ContainsSubstring("must get total_non_embedding_parameters"));
  CHECK_THROWS_WITH(laws::in_order(about, {}),
                    ContainsSubstring("as name=value: ") && ContainsSubstring("d_ff / d_expert"));
}

TEST_CASE("a law says what it gives") {
  using names = std::vector<std::string_view>;
  CHECK(laws::gives(laws::require("clark-hash")) == names{"loss", "optimum"});
  CHECK(laws::gives(laws::require("kaplan-n")) == names{"loss"});
  CHECK(laws::gives(laws::require("holistic")) == names{"optimum", "hyper"});
  CHECK(laws::gives(laws::require("ling-leverage")) == names{"efficiency_leverage"});
  CHECK(laws::gives(laws::require("wang")) == names{"loss", "optimum"});
}
