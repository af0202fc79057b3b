#include "moetric/core/text.hpp"

#include "catch.hpp"

using namespace moetric;

TEST_CASE("a text on one line has no byte that a terminal obeys") {
  CHECK(escaped("plain, \xc3\xa9t\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80") ==
        "plain, \xc3\xa9t\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80");
  CHECK(escaped("a\nb\tc\x1b[31m\x7f") == R"(a\x0ab\x09c\x1b[31m\x7f)");
  CHECK(escaped("\xc2\x9b"
                "31m") == R"(\xc2\x9b31m)");                            // U+009B, a control of one character
  CHECK(escaped("caf\xe9") == R"(caf\xe9)");                            // Latin-1
  CHECK(escaped("\xc0\xaf\xed\xa0\x80") == R"(\xc0\xaf\xed\xa0\x80)");  // overlong, surrogate
  CHECK(escaped(std::string_view("a\0b", 3)) == R"(a\x00b)");
}

TEST_CASE("a long text keeps its ends, and whole characters") {
  CHECK(shortened("abcdef", 6) == "abcdef");
  CHECK(shortened("abcdefg", 3, 2) == "abc...fg");
  CHECK(shortened("ab\xc3\xa9"
                  "def",
                  3) == "ab...");
  CHECK(shortened("abcdef\xc3\xa9", 2, 1) == "ab...");
  CHECK(shortened("abcdef\xc3\xa9", 2, 2) == "ab...\xc3\xa9");
  CHECK(shortened(std::string(5, '\x80'), 3) == "...");
}
