// Exact rationals against Python's fractions.Fraction.
#include "moetric/core/ratio.hpp"

#include <cstdint>
#include <sstream>
#include <string>

#include "catch.hpp"

namespace {

using moetric::count;
using moetric::parse_count;
using moetric::ratio;

constexpr char const* refused = nullptr;

// Python: Fraction(a, b) and Fraction(c, d), their sum, difference, product and quotient, floor of the first, and the
// order of the two; `refused` where the result is negative or undefined.
struct operation {
  char const *a, *b, *c, *d, *first, *second, *sum, *difference, *product, *quotient, *floor;
  int order;
};
constexpr operation operations[] = {
    {"5", "4", "1", "2", "5/4", "1/2", "7/4", "3/4", "5/8", "5/2", "1", 1},
    {"6", "8", "9", "12", "3/4", "3/4", "3/2", "0", "9/16", "1", "0", 0},
    {"0", "7", "3", "5", "0", "3/5", "3/5", refused, "0", "0", "0", -1},
    {"3", "5", "0", "9", "3/5", "0", "3/5", "3/5", "0", refused, "0", 1},
    {"7", "1", "7", "1", "7", "7", "14", "0", "49", "1", "7", 0},
    {"1", "3", "1", "6", "1/3", "1/6", "1/2", "1/6", "1/18", "2", "0", 1},
    {"9223372036854775808", "4611686018427387904", "1", "9223372036854775808", "2", "1/9223372036854775808",
     "18446744073709551617/9223372036854775808", "18446744073709551615/9223372036854775808", "1/4611686018427387904",
     "18446744073709551616", "2", 1},
    {"250442996736", "4096", "1", "4096", "244573239/4", "1/4096", "250442996737/4096", "250442996735/4096",
     "244573239/16384", "250442996736", "61143309", 1},
    {"1000000000000000009", "1000000000000000007", "1000000000000000007", "1000000000000000009",
     "1000000000000000009/1000000000000000007", "1000000000000000007/1000000000000000009",
     "2000000000000000032000000000000000130/1000000000000000016000000000000000063",
     "4000000000000000032/1000000000000000016000000000000000063", "1",
     "1000000000000000018000000000000000081/1000000000000000014000000000000000049", "1", 1},
    {"1017762682", "405", "77516799953", "399836243986", "1017762682/405", "77516799953/399836243986",
     "406938439434301711417/161933678814330", "406938376645693749487/161933678814330",
     "39446853110111376973/80966839407165", "406938408039997730452/31394303980965", "2512994", 1},
    {"93", "66247805479", "1039913810980", "646", "93/66247805479", "519956905490/323",
     "34446003932364307209749/21398041169717", refused, "48355992210570/21398041169717",
     "30039/34446003932364307179710", "0", -1},
    {"149715982028", "450047121", "554", "585", "149715982028/450047121", "554/585", "29277725197138/87759188595",
     "29111507793782/87759188595", "82942654043512/263277565785", "14597308247730/41554350839", "332", 1},
};

}  // namespace

TEST_CASE("ratio agrees with Python's fractions in every operation") {
  for (operation const& row : operations) {
    CAPTURE(row.a, row.b, row.c, row.d);
    ratio const a{parse_count(row.a), parse_count(row.b)};
    ratio const b{parse_count(row.c), parse_count(row.d)};
    CHECK(to_string(a) == row.first);
    CHECK(to_string(b) == row.second);
    CHECK(to_string(a + b) == row.sum);
    CHECK(to_string(b + a) == row.sum);
    if (row.difference != refused) {
      CHECK(to_string(a - b) == row.difference);
    } else {
      CHECK_THROWS_AS(a - b, std::invalid_argument);
      CHECK_THROWS_WITH(a - b, "moetric: a - b must not be negative");
    }
    CHECK(to_string(a * b) == row.product);
    if (row.quotient != refused) {
      CHECK(to_string(a / b) == row.quotient);
    } else {
      CHECK_THROWS_AS(a / b, std::invalid_argument);
      CHECK_THROWS_WITH(a / b, "moetric: the denominator of a ratio must not be zero");
    }
    CHECK(to_string(a.floor()) == row.floor);
    CHECK(a.is_integer() == (std::string(row.first).find('/') == std::string::npos));
    CHECK((a <=> b) == (row.order <=> 0));
    CHECK((a == b) == (row.order == 0));
    CHECK((a < b) == (row.order < 0));
    CHECK((a > b) == (row.order > 0));
  }
}

TEST_CASE("equal ratios have the same representation, zero too") {
  CHECK(ratio{10, 8}.numerator == 5);
  CHECK(ratio{10, 8}.denominator == 4);
  CHECK(ratio{0, 12}.numerator == 0);
  CHECK(ratio{0, 12}.denominator == 1);
  CHECK(ratio{0, 12} == ratio{});
  CHECK(ratio{12, 4} == 3);
  CHECK(ratio{count::max(), count::max()} == 1);
}

TEST_CASE("a ratio with a zero denominator is refused") {
  CHECK_THROWS_AS((ratio{1, 0}), std::invalid_argument);
  CHECK_THROWS_WITH((ratio{1, 0}), "moetric: the denominator of a ratio must not be zero");
  CHECK_THROWS_WITH((ratio{0, 0}), "moetric: the denominator of a ratio must not be zero");
  CHECK_THROWS_WITH(ratio(-1), Catch::Matchers::ContainsSubstring(
                                   "moetric: count must not be negative, but got -1 at ratio.test.cpp:"));
}

TEST_CASE("what does not fit is an overflow, never a wrapped ratio") {
  ratio const large{count::max()};
  ratio const small{1, count::max()};
  CHECK_THROWS_AS(large + 1, std::overflow_error);
  CHECK_THROWS_AS(large * 2, std::overflow_error);
  CHECK_THROWS_AS(small / 2, std::overflow_error);
  CHECK_THROWS_AS(small + ratio(1, 2), std::overflow_error);
  CHECK(large * 1 == large);
  CHECK(small / 1 == small);
}

TEST_CASE("conversion to double divides the nearest doubles") {
  CHECK(static_cast<double>(ratio{5, 4}) == 1.25);
  CHECK(static_cast<double>(ratio{1, 3}) == 1.0 / 3.0);
  CHECK(static_cast<double>(ratio{244573239, 4}) == 61143309.75);
  CHECK(static_cast<double>(ratio{count::max()}) == 0x1p128);
  CHECK(static_cast<double>(ratio{1, 1'000'000'007}) == 1.0 / 1'000'000'007.0);
}

TEST_CASE("a stream gets numerator and denominator, or the integer") {
  std::ostringstream out;
  out << ratio{10, 8} << ' ' << ratio{8, 4} << ' ' << ratio{};
  CHECK(out.str() == "5/4 2 0");
}

// A capacity factor of 1.25 over 8 of 256 experts, in a constant expression: 1.25 · 8/256 = 5/128.
static_assert(ratio{5, 4} * ratio{8, 256} == ratio{5, 128});
static_assert(ratio{7} - ratio{1, 2} == ratio{13, 2} && ratio{13, 2}.floor() == 6 && !ratio{13, 2}.is_integer());
static_assert(ratio{2, 3} < ratio{3, 4} && ratio{2, 3} / ratio{4, 9} == ratio{3, 2});
static_assert(!std::is_convertible_v<ratio, double>);
static_assert(ratio{7} < 7.5e1 && ratio{75} == 7.5e1);  // whole constants alone

template <ratio value>
constexpr ratio as_template_argument = value;
static_assert(as_template_argument<ratio{10, 8}> == ratio{5, 4});
