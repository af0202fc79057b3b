// What published laws say of one run, side by side. The expected values are those that the laws' own tests hold.
#include "moetric/optimum/hyper_parameters.hpp"

#include "catch.hpp"

using namespace moetric;
using Catch::Matchers::WithinRel;

TEST_CASE("each law is asked with its own counts of the run") {
  auto const all = optimum::published_hyper_parameters({.compute = 1e20,
                                                        .active_non_embedding_parameters = 1e9,
                                                        .tokens = 1e11,
                                                        .expansion_rate = 8,
                                                        .active_parameters_without_input_embedding = 108e6});
  struct row {
    char const* law;
    double learning_rate, batch_tokens, tolerance;
  };
  row const rows[] = {{"holistic", 5.74e-4, 208 * 8192., .081},  // its Table 4, which the law smooths
                      {"ling-hyper-parameters", 1.0129e-3, 1.347e6, 5e-4},
                      {"deepseek-llm-hyper-parameters", 9.860e-4, 1.0171e6, 5e-4},
                      {"step-law", 1.6325e-3, 1.1077e6, 5e-4},
                      {"joint-moe-learning-rate", 1.3426e-4, 0, 5e-4},
                      {"porian", .0047, 160 * 2048., .03},
                      {"schaipp", 0, 1.1077e6, .03}};  // Step Law's, which its paper finds it near
  REQUIRE(all.size() == std::size(rows));
  for (std::size_t i = 0; i != all.size(); ++i) {
    CAPTURE(rows[i].law);
    CHECK(all[i].law == rows[i].law);
    CHECK_THAT(all[i].learning_rate, WithinRel(rows[i].learning_rate, rows[i].tolerance));
    CHECK_THAT(all[i].batch_tokens, WithinRel(rows[i].batch_tokens, rows[i].tolerance));
  }
}

TEST_CASE("a law that reads what a run does not have says nothing") {
  for (auto const& each : optimum::published_hyper_parameters({1e20, 1e9, 1e11, 8}))
    CHECK((each.learning_rate > 0 || each.batch_tokens > 0) == (each.law != "porian"));
}
