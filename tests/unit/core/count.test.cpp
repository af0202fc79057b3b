// The checked 128-bit count against values made by Python's big integers, and against long multiplication on decimal
// digits. A failing row means that count is wrong, and with it every account.
#include "moetric/core/count.hpp"

#include <cstdint>
#include <iterator>
#include <limits>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <type_traits>

#include "catch.hpp"

namespace {

using Catch::Matchers::ContainsSubstring;
using moetric::count;

constexpr count from_halves(std::uint64_t high, std::uint64_t low) {
  return count::from_bits((moetric::uint128{high} << 64) | low);
}

constexpr char const* sum_overflows = "moetric: a + b must fit in 128 bits";
constexpr char const* product_overflows = "moetric: a * b must fit in 128 bits";
constexpr char const* difference_negative = "moetric: a - b must not be negative";
std::string const count_negative = "moetric: count must not be negative, but got ";
constexpr char const* divisor_zero = "moetric: a divisor must not be zero";
constexpr char const* not_divisible = "moetric: a must be divisible by b in exact_div(a, b)";
constexpr char const* digits_only = "moetric: a count must be decimal digits only";

constexpr char const* refused = nullptr;

// Python: a + b, a - b, a * b, a // b, a % b; `refused` where the result is negative, 2**128 or more, or undefined.
struct operation {
  std::uint64_t a_high, a_low, b_high, b_low;
  char const *a, *b, *sum, *difference, *product, *quotient, *remainder;
};
constexpr operation operations[] = {
    {0x0000000000000000, 0x0000000000000000, 0x0000000000000000, 0x0000000000000000, "0", "0", "0", "0", "0", refused,
     refused},
    {0x0000000000000000, 0x0000000000000000, 0x0000000000000000, 0x0000000000000001, "0", "1", "1", refused, "0", "0",
     "0"},
    {0x0000000000000000, 0x0000000000000001, 0x0000000000000000, 0x0000000000000000, "1", "0", "1", "1", "0", refused,
     refused},
    {0x0000000000000000, 0xffffffffffffffff, 0x0000000000000000, 0xffffffffffffffff, "18446744073709551615",
     "18446744073709551615", "36893488147419103230", "0", "340282366920938463426481119284349108225", "1", "0"},
    {0x0000000000000000, 0xffffffffffffffff, 0x0000000000000001, 0x0000000000000001, "18446744073709551615",
     "18446744073709551617", "36893488147419103232", refused, "340282366920938463463374607431768211455", "0",
     "18446744073709551615"},
    {0x0000000000000001, 0x0000000000000000, 0x0000000000000000, 0xffffffffffffffff, "18446744073709551616",
     "18446744073709551615", "36893488147419103231", "1", "340282366920938463444927863358058659840", "1", "1"},
    {0x0000000000000001, 0x0000000000000000, 0x0000000000000001, 0x0000000000000000, "18446744073709551616",
     "18446744073709551616", "36893488147419103232", "0", refused, "1", "0"},
    {0xffffffffffffffff, 0xffffffffffffffff, 0x0000000000000000, 0x0000000000000001,
     "340282366920938463463374607431768211455", "1", refused, "340282366920938463463374607431768211454",
     "340282366920938463463374607431768211455", "340282366920938463463374607431768211455", "0"},
    {0x0000000000000000, 0x0000000000000001, 0xffffffffffffffff, 0xffffffffffffffff, "1",
     "340282366920938463463374607431768211455", refused, refused, "340282366920938463463374607431768211455", "0", "1"},
    {0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff,
     "340282366920938463463374607431768211455", "340282366920938463463374607431768211455", refused, "0", refused, "1",
     "0"},
    {0xffffffffffffffff, 0xffffffffffffffff, 0x0000000000000000, 0x0000000000000000,
     "340282366920938463463374607431768211455", "0", "340282366920938463463374607431768211455",
     "340282366920938463463374607431768211455", "0", refused, refused},
    {0x8000000000000000, 0x0000000000000000, 0x0000000000000000, 0x0000000000000002,
     "170141183460469231731687303715884105728", "2", "170141183460469231731687303715884105730",
     "170141183460469231731687303715884105726", refused, "85070591730234615865843651857942052864", "0"},
    {0x7fffffffffffffff, 0xffffffffffffffff, 0x0000000000000000, 0x0000000000000002,
     "170141183460469231731687303715884105727", "2", "170141183460469231731687303715884105729",
     "170141183460469231731687303715884105725", "340282366920938463463374607431768211454",
     "85070591730234615865843651857942052863", "1"},
    {0x8000000000000000, 0x0000000000000000, 0x7fffffffffffffff, 0xffffffffffffffff,
     "170141183460469231731687303715884105728", "170141183460469231731687303715884105727",
     "340282366920938463463374607431768211455", "1", refused, "1", "1"},
    {0x0000000000000000, 0x00003691d6afc000, 0x0000000000000000, 0x00038d7ea4c68000, "60000000000000",
     "1000000000000000", "1060000000000000", refused, "60000000000000000000000000000", "0", "60000000000000"},
    {0x0000000000000000, 0x0000009c3c4a9600, 0x0000000000000000, 0x000050c35c74c000, "671026419200", "88800000000000",
     "89471026419200", refused, "59587146024960000000000000", "0", "671026419200"},
    {0x4b3b4ca85a86c47a, 0x098a224000000000, 0x0000000000000000, 0x0000000000000003,
     "100000000000000000000000000000000000000", "3", "100000000000000000000000000000000000003",
     "99999999999999999999999999999999999997", "300000000000000000000000000000000000000",
     "33333333333333333333333333333333333333", "1"},
    {0x4b3b4ca85a86c47a, 0x098a224000000000, 0x0000000000000000, 0x0000000000000004,
     "100000000000000000000000000000000000000", "4", "100000000000000000000000000000000000004",
     "99999999999999999999999999999999999996", refused, "25000000000000000000000000000000000000", "0"},
    {0x6f32f1ef8b18a2bc, 0x3cea59789c79d441, 0x0000000000000000, 0x0000000000000007,
     "147808829414345923316083210206383297601", "7", "147808829414345923316083210206383297608",
     "147808829414345923316083210206383297594", refused, "21115547059192274759440458600911899657", "2"},
    {0x0000000000000000, 0xab54a98ceb1f0ad2, 0x0000000000000005, 0x5aa54d38e5267eea, "12345678901234567890",
     "98765432109876543210", "111111111011111111100", refused, refused, "0", "12345678901234567890"},
    {0x0000000000000000, 0xd7a10a4e832861a2, 0x0000000000000000, 0x00000000c0e79905, "15537711521729110434",
     "3236403461", "15537711524965513895", "15537711518492706973", "50286303344943669713048812074", "4800919202",
     "394952312"},
    {0x0000000000000000, 0x0001c56bbbe3dfc3, 0x0000000000000000, 0x00000000bb6e4b3a, "498541481156547", "3144567610",
     "498544625724157", "498538336588937", "1567697393886303035642670", "158540", "1732267147"},
    {0x0000000000000000, 0x000040e7b4cfc68f, 0x0000000ec64e2019, 0xc305088b8241461d, "71363915138703",
     "1170566754949205692271692957213", "1170566754949205763635608095916", refused, refused, "0", "71363915138703"},
    {0x61a361fb31e10ea5, 0x751dee9aee38dc6f, 0x0000000000000000, 0x000000000000001b,
     "129783447274515204823441510506646002799", "27", "129783447274515204823441510506646002826",
     "129783447274515204823441510506646002772", refused, "4806794343500563141608944833579481585", "4"},
    {0x51a4354b66c6ba56, 0xf9f3cb4f54511f43, 0x0000000000000003, 0x2bc1e63fa4d08e6f,
     "108520085285006797823302822556727320387", "58493286596287172207", "108520085285006797881796109153014492594",
     "108520085285006797764809535960440148180", refused, "1855257100425864050", "19637832737606862037"},
    {0x0000000000000001, 0x7f470c8f993482af, 0x000000063abbc5ff, 0x05560c3724892ff0, "27618057050763068079",
     "493546109793993347568176279536", "493546109821611404618939347615", refused, refused, "0", "27618057050763068079"},
    {0x0000000000000000, 0x000000000002355b, 0x0000000000000000, 0x00000000cacd52d3, "144731", "3402453715",
     "3402598446", refused, "492440528625665", "0", "144731"},
    {0x00000000001e805d, 0x217a513a35d4b6a6, 0x000000099ccfdd24, 0x89470d57da0ed939, "36873955457774905680246438",
     "761584416122136487924775967033", "761621290077594262830456213471", refused, refused, "0",
     "36873955457774905680246438"},
    {0x0000000000000000, 0x000332d0a284de87, 0x0000000000000000, 0x1f52644d25f94ce8, "900296591335047",
     "2256976645778394344", "2257876942369729391", refused, "2031948380917096223594994993774168", "0",
     "900296591335047"},
    {0x00000000028bd773, 0x478cc938218c795c, 0x0000000000000000, 0x3004a365ea96b7a7, "788028143894225959403682140",
     "3460070071850153895", "788028147354296031253836035", "788028140434155887553528245", refused, "227749186",
     "1527391895842702670"},
    {0x0000000000000000, 0x00000000000c5007, 0x0000000000000000, 0x007ce1e208007e41, "806919", "35151258025229889",
     "35151258026036808", refused, "28364217974460476801991", "0", "806919"},
    {0x69e6e52e87bd1f91, 0xccaa77c155ce86da, 0x0000000000000000, 0x09b37c6f21726d58,
     "140767816193183001286823709149504636634", "699039183916920152", "140767816193183001287522748333421556786",
     "140767816193183001286124669965587716482", refused, "201373284118952998667", "154370469903199250"},
};

// Python: float(value), which rounds to nearest, ties to even.
struct conversion {
  std::uint64_t high, low;
  double nearest;
};
constexpr conversion conversions[] = {
    {0x0000000000000000, 0x0000000000000000, 0x0.0p+0},                // 0
    {0x0000000000000000, 0x0000000000000001, 0x1.0000000000000p+0},    // 1
    {0x0000000000000000, 0x001fffffffffffff, 0x1.fffffffffffffp+52},   // 9007199254740991
    {0x0000000000000000, 0x0020000000000000, 0x1.0000000000000p+53},   // 9007199254740992
    {0x0000000000000000, 0x0020000000000001, 0x1.0000000000000p+53},   // 9007199254740993
    {0x0000000000000000, 0x0020000000000002, 0x1.0000000000001p+53},   // 9007199254740994
    {0x0000000000000000, 0x0020000000000003, 0x1.0000000000002p+53},   // 9007199254740995
    {0x0000000000000000, 0x0040000000000002, 0x1.0000000000000p+54},   // 18014398509481986
    {0x0000000000000000, 0x0040000000000006, 0x1.0000000000002p+54},   // 18014398509481990
    {0x0000000000000000, 0xffffffffffffffff, 0x1.0000000000000p+64},   // 18446744073709551615
    {0x0000000000000001, 0x0000000000000000, 0x1.0000000000000p+64},   // 18446744073709551616
    {0x0000000000000001, 0x0000000000000800, 0x1.0000000000000p+64},   // 18446744073709553664
    {0x0000000000000001, 0x0000000000000801, 0x1.0000000000001p+64},   // 18446744073709553665
    {0x0000000000000001, 0x0000000000001800, 0x1.0000000000002p+64},   // 18446744073709557760
    {0x8000000000000000, 0x0000000000000000, 0x1.0000000000000p+127},  // 170141183460469231731687303715884105728
    {0x8000000000000400, 0x0000000000000000, 0x1.0000000000000p+127},  // 170141183460469250621153235194464960512
    {0x8000000000000400, 0x0000000000000001, 0x1.0000000000001p+127},  // 170141183460469250621153235194464960513
    {0x8000000000000c00, 0x0000000000000000, 0x1.0000000000002p+127},  // 170141183460469288400085098151626670080
    {0xffffffffffffffff, 0xffffffffffffffff, 0x1.0000000000000p+128},  // 340282366920938463463374607431768211455
    {0xfffffffffffffbff, 0xffffffffffffffff, 0x1.fffffffffffffp+127},  // 340282366920938444573908675953187356671
    {0xfffffffffffffc00, 0x0000000000000000, 0x1.0000000000000p+128},  // 340282366920938444573908675953187356672
    {0x0000000000000000, 0x0000009c3c4a9600, 0x1.3878952c00000p+39},   // 671026419200
    {0x4b3b4ca85a86c47a, 0x098a224000000000, 0x1.2ced32a16a1b1p+126},  // 100000000000000000000000000000000000000
    {0x000000000000152d, 0x02c7e14af6800000, 0x1.52d02c7e14af6p+76},   // 100000000000000000000000
    {0x00000000c1ded635, 0x74de0e4660000000, 0x1.83bdac6ae9bc2p+95},   // 60000000000000000000000000000
    {0x3e677c4ae8fb2dd6, 0x1557d0b743b2e10a, 0x1.f33be25747d97p+125},  // 82949463268872929343376446298885644554
    {0x4d4e0ed4531c36c4, 0x8869653b92559de9, 0x1.35383b514c70ep+126},  // 102755855606230507287346290145308810729
    {0x0255ef59f54afbdc, 0x3b1ac8ddefd45505, 0x1.2af7acfaa57dfp+121},  // 3104655847661505906400933673732166917
    {0xf1c3ad6e4e822b10, 0x4e1495a9aa92744d, 0x1.e3875adc9d045p+127},  // 321359962467835519550589198593846047821
    {0x0000000099fee227, 0xecf3f7f5322c42f6, 0x1.33fdc44fd9e7fp+95},   // 47659341652170321984530170614
    {0x00000003b814a1db, 0xfdb7c6764dbcca7e, 0x1.dc0a50edfedbep+97},   // 294654672225435791588503374462
    {0x0000000544e6c5cd, 0xed6d7326d1eac189, 0x1.5139b1737b5b6p+98},   // 417464780282572634951770620297
};

// Schoolbook arithmetic on decimal digits, least significant first.
struct decimal {
  std::string digits;

  static decimal of(std::uint64_t value) {
    std::string const text = std::to_string(value);
    return {std::string(text.rbegin(), text.rend())};
  }
  std::string text() const {
    std::string::size_type const last = digits.find_last_not_of('0');
    if (last == std::string::npos) return "0";
    std::string const used = digits.substr(0, last + 1);
    return {used.rbegin(), used.rend()};
  }
  int at(std::size_t i) const { return i < digits.size() ? digits[i] - '0' : 0; }

  friend decimal operator+(decimal const& a, decimal const& b) {
    decimal sum;
    int carry = 0;
    for (std::size_t i = 0; i < a.digits.size() || i < b.digits.size() || carry != 0; ++i) {
      int const column = a.at(i) + b.at(i) + carry;
      sum.digits.push_back(static_cast<char>('0' + column % 10));
      carry = column / 10;
    }
    return sum;
  }
  friend decimal operator*(decimal const& a, decimal const& b) {
    decimal product{"0"};
    for (std::size_t i = 0; i != b.digits.size(); ++i)
      for (int times = 0; times != b.at(i); ++times) product = product + decimal{std::string(i, '0') + a.digits};
    return product;
  }
};

}  // namespace

TEST_CASE("count agrees with Python's big integers in every operation") {
  for (operation const& row : operations) {
    CAPTURE(row.a, row.b);
    count const a = from_halves(row.a_high, row.a_low);
    count const b = from_halves(row.b_high, row.b_low);
    CHECK(to_string(a) == row.a);
    CHECK(to_string(b) == row.b);

    if (row.sum != refused) {
      CHECK(to_string(a + b) == row.sum);
      CHECK(to_string(b + a) == row.sum);
    } else {
      CHECK_THROWS_AS(a + b, std::overflow_error);
      CHECK_THROWS_WITH(a + b, sum_overflows);
    }
    if (row.difference != refused) {
      CHECK(to_string(a - b) == row.difference);
    } else {
      CHECK_THROWS_AS(a - b, std::invalid_argument);
      CHECK_THROWS_WITH(a - b, difference_negative);
    }
    CHECK(multiply_overflows(a, b) == (row.product == refused));
    CHECK(multiply_overflows(b, a) == (row.product == refused));
    if (row.product != refused) {
      CHECK(to_string(a * b) == row.product);
      CHECK(to_string(b * a) == row.product);
    } else {
      CHECK_THROWS_AS(a * b, std::overflow_error);
      CHECK_THROWS_WITH(a * b, product_overflows);
    }
    if (row.quotient != refused) {
      CHECK(to_string(floor_div(a, b)) == row.quotient);
      CHECK(to_string(remainder(a, b)) == row.remainder);
      if (row.remainder == std::string("0")) {
        CHECK(to_string(exact_div(a, b)) == row.quotient);
      } else {
        CHECK_THROWS_AS(exact_div(a, b), std::invalid_argument);
        CHECK_THROWS_WITH(exact_div(a, b), not_divisible);
      }
    } else {
      CHECK_THROWS_AS(floor_div(a, b), std::invalid_argument);
      CHECK_THROWS_WITH(floor_div(a, b), divisor_zero);
      CHECK_THROWS_AS(remainder(a, b), std::invalid_argument);
      CHECK_THROWS_WITH(remainder(a, b), divisor_zero);
      CHECK_THROWS_AS(exact_div(a, b), std::invalid_argument);
      CHECK_THROWS_WITH(exact_div(a, b), divisor_zero);
    }
  }
}

TEST_CASE("products and sums of random 64-bit numbers agree with long multiplication") {
  std::mt19937_64 random{20260119};
  for (int i = 0; i != 300; ++i) {
    std::uint64_t const a = random() >> (random() % 64);
    std::uint64_t const b = random() >> (random() % 64);
    std::uint64_t const c = random();
    CAPTURE(a, b, c);
    // at most (2^64 - 1)^2 + 2^64 - 1 < 2^128
    std::string const expected = (decimal::of(a) * decimal::of(b) + decimal::of(c)).text();
    CHECK(to_string(count(a) * b + c) == expected);
  }
}

TEST_CASE("an operation in place is the operation, and leaves its target as it was when refused") {
  count value = 7;
  value += 5;
  CHECK(value == 12);
  value *= 6;
  CHECK(value == 72);
  value -= 70;
  CHECK(value == 2);
  CHECK_THROWS_WITH(value -= 3, difference_negative);
  CHECK_THROWS_WITH(value *= count::max(), product_overflows);
  CHECK_THROWS_WITH(value += count::max(), sum_overflows);
  CHECK(value == 2);
}

TEST_CASE("a negative source is refused, whatever its type, with the line that wrote it") {
  CHECK_THROWS_AS(count(-1), std::invalid_argument);
  CHECK_THROWS_WITH(count(-1), ContainsSubstring(count_negative + "-1 at count.test.cpp:"));
  CHECK_THROWS_WITH(count(std::numeric_limits<long long>::min()),
                    ContainsSubstring(count_negative + "-9223372036854775808 at count.test.cpp:"));
  CHECK_THROWS_WITH(count(static_cast<signed char>(-1)), ContainsSubstring(count_negative + "-1 at count.test.cpp:"));
  CHECK_THROWS_WITH(count(static_cast<short>(-32768)), ContainsSubstring(count_negative + "-32768 at count.test.cpp:"));
  CHECK_THROWS_WITH(count(5) + -1, ContainsSubstring(count_negative + "-1 at count.test.cpp:"));
  CHECK(count(0) == count());
  CHECK(to_string(count(std::numeric_limits<long long>::max())) == "9223372036854775807");
  CHECK(to_string(count(std::numeric_limits<unsigned long long>::max())) == "18446744073709551615");
}

TEST_CASE("text and count round trip") {
  for (operation const& row : operations) {
    CAPTURE(row.a);
    CHECK(moetric::parse_count(row.a) == from_halves(row.a_high, row.a_low));
    CHECK(to_string(moetric::parse_count(row.b)) == row.b);
  }
  CHECK(moetric::parse_count("340282366920938463463374607431768211455") == count::max());
  CHECK(moetric::parse_count("000000000000000000000000000000000000000000000000042") == 42);
}

TEST_CASE("text that is not decimal digits is refused") {
  for (char const* text : {"-1", "+1", " 1", "1 ", "1e3", "1.0", "1,000", "1_000", "1'000", "0x10", "ten", "1\n", "/",
                           ":", "\xd9\xa3", "\xef\xbc\x91", "inf", "nan"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(moetric::parse_count(text), std::invalid_argument);
    CHECK_THROWS_WITH(moetric::parse_count(text), digits_only);
  }
  using namespace std::string_view_literals;
  CHECK_THROWS_WITH(moetric::parse_count("12\0"sv), digits_only);
  CHECK_THROWS_AS(moetric::parse_count(""), std::invalid_argument);
  CHECK_THROWS_WITH(moetric::parse_count(""), "moetric: a count must be decimal digits, but the text is empty");
}

TEST_CASE("text past the largest count is an overflow, never a wrapped number") {
  for (char const* text : {"340282366920938463463374607431768211456",   // 2^128
                           "340282366920938463463374607431768211460",   // the product with ten overflows
                           "680564733841876926926749214863536422912",   // 2^129
                           "3402823669209384634633746074317682114550",  // one digit more
                           "99999999999999999999999999999999999999999999999999"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(moetric::parse_count(text), std::overflow_error);
  }
}

TEST_CASE("counts are ordered as their values are, across the 64-bit border too") {
  count const ascending[] = {0,
                             1,
                             from_halves(0, 0xffffffffffffffff),
                             from_halves(1, 0),
                             from_halves(1, 1),
                             from_halves(2, 0),
                             from_halves(0x8000000000000000, 0),
                             count::max()};
  int const n = static_cast<int>(std::size(ascending));
  for (int i = 0; i != n; ++i)
    for (int j = 0; j != n; ++j) {
      CAPTURE(i, j);
      count const a = ascending[i];
      count const b = ascending[j];
      CHECK((a == b) == (i == j));
      CHECK((a != b) == (i != j));
      CHECK((a < b) == (i < j));
      CHECK((a <= b) == (i <= j));
      CHECK((a > b) == (i > j));
      CHECK((a >= b) == (i >= j));
      CHECK((a <=> b) == (i <=> j));
    }
}

TEST_CASE("conversion to double is correctly rounded") {
  for (conversion const& row : conversions) {
    count const value = from_halves(row.high, row.low);
    CAPTURE(value);
    CHECK(static_cast<double>(value) == row.nearest);
  }
}

TEST_CASE("conversion to 64 bits is exact or refused") {
  CHECK(static_cast<std::uint64_t>(count(0)) == 0);
  CHECK(static_cast<std::uint64_t>(from_halves(0, 0xfedcba9876543210)) == 0xfedcba9876543210);
  CHECK(static_cast<std::uint64_t>(from_halves(0, 0xffffffffffffffff)) == 0xffffffffffffffff);
  for (count const large : {from_halves(1, 0), from_halves(1, 5), from_halves(0x8000000000000000, 0), count::max()}) {
    CHECK_THROWS_AS(static_cast<std::uint64_t>(large), std::overflow_error);
    CHECK_THROWS_WITH(static_cast<std::uint64_t>(large),
                      "moetric: count must fit in the integer that it is converted to");
  }
}

TEST_CASE("conversion to narrower integers is exact or refused") {
  CHECK(static_cast<int>(count(2147483647)) == 2147483647);
  CHECK_THROWS_AS(static_cast<int>(count(2147483648)), std::overflow_error);
  CHECK(static_cast<unsigned char>(count(255)) == 255);
  CHECK_THROWS_AS(static_cast<unsigned char>(count(256)), std::overflow_error);
  CHECK_THROWS_AS(static_cast<long long>(from_halves(0, 0x8000000000000000)), std::overflow_error);
}

TEST_CASE("a stream gets the digits, with the width and fill that it asks for") {
  std::ostringstream out;
  out << count::max() << '|' << count(0) << '|';
  out.width(6);
  out.fill('.');
  out << count(42) << '|' << std::hex << count(255);
  CHECK(out.str() == "340282366920938463463374607431768211455|0|....42|255");
}

// The same operators in constant expressions.
static_assert(count(6) * 10'000'000'000'000 * 1'000'000'000'000'000 ==
              moetric::parse_count("60000000000000000000000000000"));
static_assert(count::max() - count::max() == 0);
static_assert(exact_div(count(671'026'419'200), 64) == 10'484'787'800);
static_assert(static_cast<double>(count(9'007'199'254'740'993)) == 9'007'199'254'740'992.0);
static_assert(static_cast<std::uint64_t>(count(7)) == 7);

// Nothing becomes or stops being a count by accident.
static_assert(std::is_convertible_v<int, count> && std::is_convertible_v<unsigned long long, count>);
static_assert(!std::is_constructible_v<count, bool>);
// Constants alone are converted: see the cases of floating-point numbers in compile_fail.
static_assert(count(31e9) == 31'000'000'000 && 1e3 == count(1000) &&
              count(0x1p126) == count(1) * (count(0x1p63) * 0x1p63));
static_assert(!std::is_convertible_v<count, double> && std::is_constructible_v<double, count>);
static_assert(!std::is_convertible_v<count, std::uint64_t> && std::is_constructible_v<std::uint64_t, count>);
static_assert(!std::is_convertible_v<count, bool> && !std::is_convertible_v<count, int>);

template <class T>
concept Divisible = requires(T a, T b) {
  a / b;
}
|| requires(T a, T b) {
  a % b;
};
static_assert(Divisible<int> && !Divisible<count>);

template <count value>
constexpr count as_template_argument = value;
static_assert(as_template_argument<count::max()> == count::max());

static_assert(moetric::greatest_common_divisor(48, 180) == 12 && moetric::greatest_common_divisor(7, 0) == 7);
