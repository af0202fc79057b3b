#include "moetric/search/space/space.hpp"

#include <set>

#include <random>

#include "catch.hpp"
#include "moetric/search/bound/box_split.hpp"

namespace {

using namespace moetric;
using namespace moetric::search;

shape<> const rest{.n_moe_layers = 4,
                   .n_heads = 8,
                   .n_kv_heads = 2,
                   .head_dim = 64,
                   .d_expert = 256,
                   .n_experts = 16,
                   .top_k = 2,
                   .vocab_size = 1000};

void check_refused(std::vector<axis> axes, shape<> const& other, std::vector<rule> rules, std::string const& sentence) {
  CHECK_THROWS_WITH(space(std::move(axes), other, std::move(rules)), Catch::Matchers::ContainsSubstring(sentence));
}

TEST_CASE("the last axis runs fastest, and an index leads to its configuration and back") {
  space const s(
      {stepped(field::d_model, 512, 1024, 256), one_of(field::top_k, {1, 4}), doubling(field::n_experts, 8, 64)}, rest);
  CHECK(s.size() == 3 * 2 * 4);
  CHECK(s[0].d_model == 512);
  CHECK(s[0].n_experts == 8);
  CHECK(s[1].n_experts == 16);
  CHECK(s[4].top_k == 4);
  CHECK(s[8].d_model == 768);
  CHECK(s[23].d_model == 1024);
  CHECK(s[23].n_heads == 8);
  for (std::uint64_t i = 0; i != s.size(); ++i) CHECK(s.index_of(s.digits_of(i)) == i);
  CHECK_THROWS_WITH(s[24], "moetric: an index must be below the 24 configurations of its space, but got 24");
}

TEST_CASE("a factor of a base follows it, and holds only where the product is whole") {
  space const s({stepped(field::d_model, 512, 520, 4), times(field::d_expert, field::d_model, {{1, 8}, {1, 4}})}, rest);
  REQUIRE(s.size() == 6);
  CHECK(s.holds(s.digits_of(0)));        // 512 / 8
  CHECK(s[1].d_expert == 128);           // 512 / 4
  CHECK_FALSE(s.holds(s.digits_of(2)));  // 516 / 8
  CHECK(s[3].d_expert == 129);           // 516 / 4
  CHECK(s.row(field::d_expert, s.digits_of(4)).size() == 2);
  CHECK(s.row(field::d_expert, s.digits_of(4))[1] == 130);
  CHECK(s.row(field::d_model, s.digits_of(4)).size() == 1);
}

TEST_CASE("values that no rule lets stand are taken out, combinations that one forbids keep their index") {
  space const s(
      {stepped(field::d_model, 512, 1024, 64), stepped(field::n_heads, 1, 8), one_of(field::n_kv_heads, {2, 3})}, rest,
      {divisible(field::d_model, 128)});
  CHECK(s.axes()[0].values.size() == 5);
  CHECK(s.axes()[1].values.size() == 5);  // 2, 3, 4, 6, 8: 1, 5 and 7 are no multiples of 2 or 3
  CHECK(s.n_given_values(0) == 9);
  CHECK(s.n_given_values(1) == 8);
  std::uint64_t held = 0;
  for (std::uint64_t i = 0; i != s.size(); ++i) {
    shape<double> const one = s[i];
    bool const whole = static_cast<int>(one.n_heads) % static_cast<int>(one.n_kv_heads) == 0;
    CHECK(s.holds(s.digits_of(i)) == whole);
    held += whole ? 1 : 0;
  }
  CHECK(held == 5 * 6);  // 2, 4, 6, 8 with 2; 3, 6 with 3
}

TEST_CASE("rules of parallel sizes are those that trainers have for the model") {
  parallel_sizes const sizes{.tensor = 4, .expert = 8, .pipeline = 3};
  space const free(
      {stepped(field::n_heads, 2, 16, 2), stepped(field::n_moe_layers, 1, 7), stepped(field::n_dense_layers, 0, 2),
       stepped(field::n_experts, 4, 24, 4)},
      {.d_model = 512, .n_kv_heads = 2, .head_dim = 64, .d_ff = 1024, .d_expert = 256, .top_k = 2, .vocab_size = 1000});
  space const cut(free.axes(), free.rest(), rules_of(sizes));
  std::set<std::vector<double>> kept;
  for (std::uint64_t i = 0; i != cut.size(); ++i) {
    if (!cut.holds(cut.digits_of(i))) continue;
    shape<double> const s = cut[i];
    kept.insert({s.n_heads, s.n_moe_layers, s.n_dense_layers, s.n_experts});
  }
  std::size_t expected = 0;
  for (std::uint64_t i = 0; i != free.size(); ++i) {
    shape<double> const s = free[i];
    shape<> exact = free.rest();
    exact.n_heads = static_cast<int>(s.n_heads), exact.n_moe_layers = static_cast<int>(s.n_moe_layers);
    exact.n_dense_layers = static_cast<int>(s.n_dense_layers), exact.n_experts = static_cast<int>(s.n_experts);
    if (!diagnose(to_model(exact), sizes).ok()) continue;
    ++expected;
    CHECK(kept.count({s.n_heads, s.n_moe_layers, s.n_dense_layers, s.n_experts}) == 1);
  }
  CHECK(expected > 10);
  CHECK(kept.size() == expected);
}

TEST_CASE("a range of indices is some boxes that hold exactly its configurations, in order") {
  space const s({stepped(field::d_model, 1, 3), stepped(field::n_dense_layers, 0, 3), stepped(field::top_k, 1, 2),
                 stepped(field::d_ff, 1, 5)},
                rest);
  for (std::uint64_t first = 0; first <= s.size(); first += 7)
    for (std::uint64_t last = first; last <= s.size(); last += 5) {
      std::uint64_t expected = first;
      for (box const& b : s.boxes_of({first, last})) {
        CHECK(s.index_of(b.first) == expected);
        expected += s.size_of(b);
        CHECK(s.index_of(b.last) + 1 == expected);
      }
      CHECK(expected == last);
    }
  CHECK_THROWS_WITH(s.boxes_of({5, 121}), Catch::Matchers::ContainsSubstring("end at most at 120, but got 5 to 121"));
}

TEST_CASE("what is no space is refused by name") {
  check_refused({{field::d_model, {}, {}}}, rest, {}, "axis d_model must hold at least one value");
  check_refused({one_of(field::d_model, {512, 256})}, rest, {},
                "axis d_model must have increasing values, but 256 comes after 512");
  check_refused({one_of(field::top_k, {1}), one_of(field::top_k, {2})}, rest, {}, "axis top_k must be given once");
  check_refused({one_of(field::d_model, {0, 512})}, rest, {}, "d_model must be positive in every configuration");
  check_refused({one_of(field::n_moe_layers, {0, 4}), one_of(field::d_model, {8})}, rest, {},
                "n_moe_layers must be positive");
  check_refused({one_of(field::d_model, {512}), one_of(field::n_dense_layers, {0, 1})}, rest, {},
                "d_ff must be positive in every configuration of a space with dense layers");
  check_refused({times(field::d_expert, field::d_ff, {{1, 2}}), times(field::d_ff, field::d_model, {{3, 1}}),
                 one_of(field::d_model, {512})},
                rest, {}, "axis d_expert must have a base without a base of its own, which d_ff is not");
  check_refused({one_of(field::d_model, {500, 600})}, rest, {divisible(field::d_model, 128)},
                "d_model must be divisible by 128 in every configuration of the space, but none of the 2 values");
  check_refused({one_of(field::d_model, {512})}, rest, {at_most(field::n_experts, 8)},
                "n_experts must not exceed 8 in every configuration of the space, but does so in none");
  check_refused({one_of(field::d_model, {512}), one_of(field::top_k, {17, 18})}, rest, {},
                "top_k must not exceed n_experts");
  check_refused({one_of(field::d_model, {512})}, rest, {divisible(field::d_model, 0)}, "a rule must not divide by 0");
  check_refused({stepped(field::d_model, 1, 1000000), stepped(field::d_expert, 1, 1000000),
                 stepped(field::d_ff, 1, 1000000), stepped(field::vocab_size, 1, 1000000)},
                rest, {}, "at most 18446744073709551615 configurations, but has 1000000000000000000000000");
  check_refused({stepped(field::d_model, 1, 1000000), stepped(field::d_expert, 1, 1000000),
                 stepped(field::d_ff, 1, 1000000), stepped(field::vocab_size, 1, 1000000),
                 stepped(field::n_heads, 1, 1000000)},
                rest, {}, "the axes of a space must have at most 4194304 values together, but have 5000000");
  check_refused({one_of(field::d_model, {512})}, rest, std::vector<rule>(101, divisible(field::d_model, 2)),
                "a space must have at most 100 rules, but has 101");
  CHECK_THROWS_WITH(stepped(field::d_model, 1, 10, 0), Catch::Matchers::ContainsSubstring("a positive step"));
  CHECK_THROWS_WITH(stepped(field::d_model, 10, 1),
                    Catch::Matchers::ContainsSubstring("increase, but goes from 10 to 1"));
  CHECK_THROWS_WITH(stepped(field::d_model, 0, 2000000),
                    Catch::Matchers::ContainsSubstring("at most 1048576 values, but got 2000001"));
  CHECK_THROWS_WITH(doubling(field::d_model, 0, 8), Catch::Matchers::ContainsSubstring("start above 0"));
}

/// A rule on two axes with more than 2^22 combinations, and rules on three axes.
TEST_CASE("rules without a table exclude a box only if they exclude all of it") {
  space const two({stepped(field::d_model, 100, 2200), stepped(field::d_expert, 300, 2400)}, rest,
                  {divisible(field::d_model, field::d_expert)});
  space const three({stepped(field::d_model, 8, 96, 8),
                     times(field::d_expert, field::d_model, {{1, 8}, {1, 3}, {2, 1}}), stepped(field::n_heads, 1, 17),
                     stepped(field::n_kv_heads, 1, 4)},
                    rest,
                    {divisible(field::d_expert, field::n_heads),
                     {field::d_expert, tie::commensurate, field::n_heads},
                     at_most(field::n_heads, field::d_expert)});
  CHECK(two.axes_of_wide_rules() == 3);
  CHECK(three.axes_of_wide_rules() == 7);
  std::size_t n_excluded = 0;
  std::mt19937_64 random(3);
  for (space const& over : {two, three})
    for (int i = 0; i != 3000; ++i) {
      box b;
      for (std::size_t a = 0; a != over.n_axes(); ++a) {
        b.first[a] = static_cast<std::uint32_t>(random() % over.n_values(a));
        b.last[a] = std::min(b.first[a] + static_cast<std::uint32_t>(random() % 12), over.n_values(a) - 1);
      }
      bool holds = false;
      search::detail::for_each_in(over, b, [&](digits const& at) {
        holds = over.holds(at);
        return !holds;
      });
      if (holds) CHECK(over.may_hold(b));
      n_excluded += !over.may_hold(b);
      if (b.first == b.last) CHECK(over.may_hold(b) == holds);
    }
  CHECK(n_excluded > 1000);
}

}  // namespace
