#include "moetric/io/json_text.hpp"

#include <limits>

#include "catch.hpp"

using namespace moetric;
using io::json;
using io::json_array;
using io::json_object;

// Expected texts are those of nlohmann/json 3.11, which wrote moetric's files before.

TEST_CASE("doubles are written with the digits that read back, a point or an exponent") {
  struct row {
    double value;
    char const* text;
  };
  for (row const& each : {row{0, "0.0"},
                          {-0.0, "-0.0"},
                          {3, "3.0"},
                          {-2.5, "-2.5"},
                          {0.1, "0.1"},
                          {1e-4, "0.0001"},
                          {0.00012345, "0.00012345"},
                          {9.5e-5, "9.5e-05"},
                          {1e-5, "1e-05"},
                          {123456789012345.0, "123456789012345.0"},
                          {999999999999999.0, "999999999999999.0"},
                          {1e15, "1e+15"},
                          {1e22, "1e+22"},
                          {5.939e100, "5.939e+100"},
                          {5e-324, "5e-324"},
                          {1.7976931348623157e308, "1.7976931348623157e+308"},
                          {std::numeric_limits<double>::infinity(), "null"},
                          {-std::numeric_limits<double>::infinity(), "null"},
                          {std::numeric_limits<double>::quiet_NaN(), "null"}})
    CHECK(io::json_text(each.value) == each.text);
}

TEST_CASE("whole numbers are written with all their digits") {
  CHECK(io::json_text(0) == "0");
  CHECK(io::json_text(-7) == "-7");
  CHECK(io::json_text(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
  CHECK(io::json_text(std::numeric_limits<std::uint64_t>::max()) == "18446744073709551615");
  CHECK(io::json_text(count::max()) == "340282366920938463463374607431768211455");
}

TEST_CASE("strings are escaped, and bytes that are not UTF-8 replaced") {
  CHECK(io::json_text("a\"b\\c/\b\f\n\r\t\x01\x1f\x7f") == "\"a\\\"b\\\\c/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\"");
  CHECK(io::json_text(std::string("\0", 1)) == "\"\\u0000\"");
  for (char const* const whole : {"\xC2\x80", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"})
    CHECK(io::json_text(whole) == '"' + std::string(whole) + '"');
  // Overlong forms, a surrogate, above U+10FFFF, and parts of sequences.
  for (char const* const broken : {"\xC1\x80", "\xE0\x9F\x80", "\xED\xA0\x80", "\xF0\x8F\x80\x80", "\xF4\x90\x80\x80",
                                   "\xFF", "\x80", "\xE2\x82"}) {
    std::string replaced = "\"";
    for (std::size_t i = 0; broken[i] != '\0'; ++i) replaced += "\xEF\xBF\xBD";
    CHECK(io::json_text(broken) == replaced + "\"");
  }
}

TEST_CASE("arrays and objects are written on one line or indented, keys in their order") {
  json const value = json_object{{"b", json_array{1, true, nullptr, "x"}},
                                 {"a", json_object{{"c", 0.5}}},
                                 {"none", json_array{}},
                                 {"empty", json_object{}}};
  CHECK(io::json_text(value) == R"({"b":[1,true,null,"x"],"a":{"c":0.5},"none":[],"empty":{}})");
  CHECK(io::json_text(value, 2) == R"({
  "b": [
    1,
    true,
    null,
    "x"
  ],
  "a": {
    "c": 0.5
  },
  "none": [],
  "empty": {}
})");
}

TEST_CASE("members of an object are found, added, replaced and removed by key") {
  json_object object{{"b", 1}, {"a", 2}};
  object["c"] = 3;
  object["a"] = "x";
  CHECK(object == json_object{{"b", 1}, {"a", "x"}, {"c", 3}});
  CHECK(object.find("d") == nullptr);
  object.erase("a");
  object.sort();
  CHECK(io::json_text(object) == R"({"b":1,"c":3})");
  CHECK(json(1) == json(1.0));
  CHECK(json(-1) == json(-1.0));
  CHECK_FALSE(json(1) == json(true));
  CHECK_FALSE(json(-1) == json(1));
}
