#include "moetric/report/hindcast_answer.hpp"

#include <algorithm>
#include <cmath>

#include "catch.hpp"
#include "moetric/report/text.hpp"
#include "units.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;
using Catch::Matchers::WithinRel;

TEST_CASE("hindcasts lead with the verdict, and mark plans outside of ranges and families") {
  report::answer const made = report::hindcast_answer(optimum::hindcast_plans(), optimum::hindcast_rates());
  report::value const* llama = nullptr;
  for (report::object_member const& each : made.values["plans"].members()) {
    report::value const& plan = each.content;
    if (plan["run"].text() == "Llama-3.1-405B" && plan["law"].text() == "llama-3") llama = &plan;
    // A plan of a law of dense models for a model with experts is none.
    if (plan["run"].text() == "DeepSeek-V3" && plan["law"].text() == "chinchilla-tex") {
      CHECK_FALSE(plan["is_prediction"].flag());
      CHECK(plan["outside_family"].members()[0].content.text() == "experts, the law's models are dense");
    }
  }
  REQUIRE(llama != nullptr);
  // Llama 3's own law: C = 6·405.85e9·15.6e12, D = .299·C^.537.
  CHECK_THAT((*llama)["tokens_over_planned"].real(),
             WithinRel(15.6e12 / (.299 * std::pow(6 * 405.853388800e9 * 15.6e12, .537)), 1e-4));
  CHECK((*llama)["extrapolated"].flag());  // fitted from 6e18 to 1e22 FLOPs
  // Plans of laws for models outside of their families are not counted.
  std::size_t of_family = 0;
  for (report::object_member const& each : made.values["plans"].members())
    if (each.content["is_prediction"].flag()) ++of_family;
  CHECK(made.values["compared_plans"].real() == static_cast<double>(of_family));
  CHECK(made.values["extrapolated_plans"].real() < made.values["compared_plans"].real());
  CHECK(without_unit(made.values).empty());
  std::string const first = to_text(made), all = to_text(made, {.all = true});
  CHECK(std::count(first.begin(), first.end(), '\n') <= 24);
  CHECK_THAT(first, StartsWith("Published runs train on "));
  CHECK_THAT(first, ContainsSubstring("EXTRAPOLATED"));
  for (std::size_t at = 0; at < all.size(); at = all.find('\n', at) + 1) CHECK(all.find('\n', at) - at <= 100);
}
