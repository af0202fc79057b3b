#include "moetric/report/hyper_answer.hpp"

#include <algorithm>

#include "catch.hpp"
#include "moetric/laws/catalogue.hpp"
#include "moetric/report/text.hpp"
#include "units.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;
using Catch::Matchers::WithinRel;

TEST_CASE("learning rates and batches side by side, and the price of a batch") {
  optimum::run_facts const run{1e20, 1e9, 1e11, 8};
  report::answer const made = report::hyper_answer(run, 4096, report::weighed_batch{2e6, "given", 4e6, 0.5});
  // Ling, 2507.17702, Table 2: 1.1576·C^-0.1529
  CHECK_THAT(made.values["laws"].members()[1].content["learning_rate"].real(), WithinRel(1.0129e-3, 5e-5));
  CHECK(made.values["laws"].members()[4].content["batch_tokens"].kind() == report::value::kinds::nothing);
  // Twice the critical batch: 1.5 times the steps, 3 times the tokens.
  CHECK(made.values["critical_batch"]["steps"].real() == 25000);
  CHECK_THAT(made.values["critical_batch"]["steps_over_least"].real(), WithinRel(1.5, 1e-14));
  CHECK(without_unit(made.values).empty());
  std::string const text = to_text(made);
  CHECK(std::count(text.begin(), text.end(), '\n') <= 24);
  // At 1e20 FLOPs only DeepSeek's runs were smaller, up to 2e19; joint-moe states no range of sizes, Schaipp none.
  CHECK_THAT(to_text(made, {.width = 300}),
             StartsWith("EXTRAPOLATED: the run is outside of the fitted range of deepseek-llm-hyper-parameters, "
                        "joint-moe-learning-rate, schaipp, see"));
  // Porian's law reads parameters that this run does not state.
  CHECK_THAT(text, !ContainsSubstring("porian"));
  // Every law goes by the id under which `moetric laws` has it.
  for (report::object_member const& each : made.values["laws"].members())
    CHECK(laws::require(each.content["law"].text()).hyper != nullptr);
  // Beside them what runs used: at 3e24 FLOPs DeepSeek-V3 with 2.2e-4 and 15360 sequences of 4096 (2412.19437).
  report::answer const large = report::hyper_answer({3.6e24, 3.57e10, 14.8e12, 32}, 4096);
  report::value const& nearest = large.values["published_runs"].members()[0].content;
  CHECK(nearest["name"].text() == "DeepSeek-V3");
  CHECK(nearest["learning_rate"].real() == 2.2e-4);
  CHECK(nearest["batch_tokens"].real() == 15360. * 4096);
  CHECK_THAT(to_text(large), ContainsSubstring("DeepSeek-V3"));
  CHECK_THAT(text, ContainsSubstring("kappa = 0.5"));
  CHECK(report::hyper_answer(run, 4096).values["critical_batch"].kind() == report::value::kinds::nothing);
  CHECK_THROWS_AS(report::hyper_answer(run, 0), std::invalid_argument);
  CHECK_THROWS_AS(report::hyper_answer(run, 4096, report::weighed_batch{-1, "given"}), std::invalid_argument);
}
