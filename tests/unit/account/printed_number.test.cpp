#include "moetric/account/printed_number.hpp"

#include <string>

#include "catch.hpp"

using namespace moetric;

TEST_CASE("the digits that are printed define the interval") {
  struct row {
    char const* text;
    ratio low, value, high;
  };
  for (row const& each : {row{"259992950784", {519985901567, 2}, 259992950784, {519985901569, 2}},
                          {"259,992,950,784", {519985901567, 2}, 259992950784, {519985901569, 2}},
                          {"250.45e9", 250'445'000'000, 250'450'000'000, 250'455'000'000},
                          {"250.45G", 250'445'000'000, 250'450'000'000, 250'455'000'000},
                          {"37B", 36'500'000'000, 37'000'000'000, 37'500'000'000},
                          {"43.1%", {4305, 10000}, {431, 1000}, {4315, 10000}},
                          {"0.431", {4305, 10000}, {431, 1000}, {4315, 10000}},
                          {"2.50e-1", {2495, 10000}, {1, 4}, {2505, 10000}},
                          {"0", 0, 0, {1, 2}},
                          {".5", {9, 20}, {1, 2}, {11, 20}},
                          {"3e+5", 250'000, 300'000, 350'000}}) {
    CAPTURE(each.text);
    printed_number const number = parse_printed_number("parameters", each.text);
    CHECK(number.low == each.low);
    CHECK(number.value == each.value);
    CHECK(number.high == each.high);
    CHECK(number.holds(each.low));
    CHECK(number.holds(each.high));
    CHECK_FALSE(number.holds(each.high + ratio(1, 1'000'000)));
  }
  CHECK(printed_number::exactly(7).holds(7));
  CHECK_FALSE(printed_number::exactly(7).holds(ratio(15, 2)));
}

TEST_CASE("what is no printed number is refused by the name of its field") {
  std::string const digits(31, '1');
  for (std::string const& text : {std::string(), std::string("-1"), std::string("1.2.3"), std::string("12x"),
                                  std::string("e9"), std::string("1e"), std::string("1e99"), std::string("nan"),
                                  std::string(",5"), std::string("1.5,0"), std::string("5%%"), digits}) {
    CAPTURE(text);
    CHECK_THROWS_WITH(parse_printed_number("mfu", text),
                      Catch::Matchers::StartsWith("moetric: mfu must be a number such as 259992950784, 250.45e9") &&
                          Catch::Matchers::EndsWith("but got " + (text.empty() ? "nothing" : text)));
  }
}
