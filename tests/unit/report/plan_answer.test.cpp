#include "moetric/report/plan_answer.hpp"
#include "catch.hpp"
#include "moetric/plan/plan.hpp"
#include "moetric/report/schema.hpp"
#include "moetric/report/text.hpp"

using namespace moetric;

TEST_CASE("a plan within the fits of its source is not called extrapolated; one beyond them is, first") {
  auto const text_of = [](plan::request const& asked) { return to_text(report::plan_answer(plan::make(asked))); };
  CHECK(text_of({.compute = 3e20}).find("EXTRAPOLATED") == std::string::npos);
  // The largest scale of 2603.21862 is 3e20: 1e22 is log10(1e22 / 3e20) = 1.52 decades beyond.
  CHECK(text_of({.compute = 1e22}).starts_with("EXTRAPOLATED: 1.5 decades of compute outside the fits"));
  CHECK(text_of({.compute = 3e20, .n_experts = 128, .n_shared_experts = 0})
            .starts_with("EXTRAPOLATED: experts 128/8/0 (routed, active, shared), not 288/8/1, on which"));
}

TEST_CASE("a plan shows what every source would buy") {
  plan::resolved_request const r = plan::resolve({.compute = 3e24});
  auto const all = plan::estimates_by_sources(r, plan::split_compute(r));
  auto const active_by = [&](std::string_view id) {
    for (plan::source_estimate const& each : all)
      if (each.source == id) return each.active_non_embedding_parameters;
    return 0.0;
  };
  // By hand from Eq. 2 of 2603.21862 (M over M/N_a), Table 1 of 2507.17702 and the optimum of 2402.07871.
  CHECK(active_by("holistic") == Approx(134e9).epsilon(.01));
  CHECK(active_by("ling") == Approx(86e9).epsilon(.01));
  CHECK(active_by("fine-grained") == Approx(250e9).epsilon(.01));
  for (plan::source_estimate const& each : all) {
    CAPTURE(each.source);
    CHECK_FALSE(each.outside.empty());  // no source was fitted near 3e24 FLOPs
  }
}

TEST_CASE("a batch that runs is a multiple of a power of two, or of what is given") {
  CHECK(plan::runnable_batch(289, {}) == 288);
  CHECK(plan::runnable_batch(2473, {}) == 2432);  // 2473/128 = 19.3
  CHECK(plan::runnable_batch(20, {}) == 20);
  CHECK(plan::runnable_batch(289, count(48)) == 288);
  CHECK(plan::runnable_batch(10, count(48)) == 48);
}

TEST_CASE("every number of a plan has a unit") {
  for (report::schema_row const& row : report::schema_of(report::plan_answer(plan::make({.compute = 1e21})).values)) {
    CAPTURE(row.path);
    CHECK(((row.type != "number" && row.type != "integer") || !row.unit.empty()));
  }
}
