// Training FLOPs per token of published models, by every convention. A failing row means that the library no longer
// reproduces that tool or paper.
#include "moetric/account/conventions.hpp"

#include <string>

#include "catch.hpp"
#include "moetric/zoo/deepseek.hpp"
#include "moetric/zoo/gpt.hpp"
#include "moetric/zoo/llama.hpp"

namespace {

using namespace moetric;

struct row {
  char const* id;
  count gpt_3_at_2048, llama_3_8b_at_8192, deepseek_v3_at_4096;
};
constexpr row rows[] = {
    {"matmul-causal-half", 1'061'877'915'648, 51'470'401'536, 250'449'887'232},  // as MaxText
    {"matmul-causal", 1'061'884'993'536, 51'471'187'968, 250'457'382'912},
    {"matmul-full", 1'076'373'430'272, 57'912'852'480, 281'152'192'512},  // the dense two as llm-analysis
    {"6n-active", 1'047'625'555'968, 48'181'567'488, 225'313'784'832},
    {"6n-total", 1'047'625'555'968, 48'181'567'488, 4'026'158'515'200},  // 6 x the published totals
    // Three times the published terms: projections, half core, feed-forwards, experts; no logits, no router.
    {"holistic", 1'058'172'567'552, 48'318'382'080, 244'251'230'208},
};

count training_flops_per_token_of(model const& m, count length, char const* id) {
  ratio const per_token = training_flops(forward_flops(m, length, find_convention(id))).per_token();
  REQUIRE(per_token.is_integer());
  return per_token.numerator;
}

}  // namespace

TEST_CASE("conventions give the published numbers") {
  for (row const& each : rows) {
    CAPTURE(each.id);
    CHECK(training_flops_per_token_of(zoo::gpt_3, 2048, each.id) == each.gpt_3_at_2048);
    CHECK(training_flops_per_token_of(zoo::llama_3_8b, 8192, each.id) == each.llama_3_8b_at_8192);
    CHECK(training_flops_per_token_of(zoo::deepseek_v3, 4096, each.id) == each.deepseek_v3_at_4096);
  }
  for (convention const& each : conventions) {
    CAPTURE(each.id);
    CHECK_FALSE(each.summary.empty());
    CHECK_FALSE(each.source.empty());
    CHECK(&find_convention(each.id) == &each);
  }
  CHECK(conventions[0].id == "matmul-causal-half");
}

TEST_CASE("a set of terms holds exactly the terms it was constructed from") {
  for (std::size_t i = 0; i != n_terms; ++i) {
    term const each = static_cast<term>(i);
    CAPTURE(name(each));
    CHECK(term_set::all().contains(each));
    CHECK_FALSE(term_set{}.contains(each));
    CHECK(term_set(term::router).contains(each) == (each == term::router));
    CHECK((term::router | term::embedding).contains(each) == (each == term::router || each == term::embedding));
  }
}

TEST_CASE("an unknown convention is refused with the list of known ones") {
  CHECK_THROWS_AS(find_convention("6n"), std::invalid_argument);
  CHECK_THROWS_WITH(find_convention("6n"),
                    Catch::Matchers::ContainsSubstring("moetric: convention must be one of matmul-causal-half, ") &&
                        Catch::Matchers::ContainsSubstring("holistic") &&
                        Catch::Matchers::ContainsSubstring(", but got '6n'"));
}

TEST_CASE("a convention refuses what the account refuses") {
  convention const& rule = find_convention("matmul-causal-half");
  CHECK_THROWS_WITH(forward_flops(zoo::gpt_3, 0, rule), "moetric: sequence_length must be positive, but got 0");
  CHECK_THROWS_WITH(forward_flops(model{.d_model = 8}, 1, rule),
                    Catch::Matchers::ContainsSubstring("moetric: vocab_size must be positive"));
}
