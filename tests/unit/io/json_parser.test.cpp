// What is read is what the text means: corners of the grammar, and nlohmann/json's own values.
#include "moetric/io/json_parser.hpp"

#include <filesystem>
#include <random>

#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "data.hpp"

using namespace moetric;

namespace {

/// Whether both read a text, as the same value. Numbers past 64 bits, which the other library rounds, count as equal.
void check_agreement(std::string const& text) {
  io::json ours;
  std::string const complaint = io::detail::read_json(text, 64, ours);
  bool const read = complaint.empty();
  nlohmann::json const theirs = nlohmann::json::parse(text, nullptr, false);
  if (read == theirs.is_discarded() && !complaint.starts_with("give every key once")) {
    CAPTURE(text);
    CHECK(read != theirs.is_discarded());
  }
  if (!read || theirs.is_discarded()) return;
  if (nlohmann::json::parse(io::json_text(ours)) == theirs) return;
  CAPTURE(text);
  CHECK(io::json_text(ours) == theirs.dump());
}

}  // namespace

TEST_CASE("the grammar of RFC 8259, corner by corner") {
  auto const read = [](std::string_view text) {
    io::json value;
    return io::detail::read_json(text, 64, value).empty() ? io::json_text(value) : "";
  };
  CHECK(read("-0") == "0");
  CHECK(read("-0.0") == "-0.0");
  CHECK(read("1E+2") == "100.0");
  CHECK(read("340282366920938463463374607431768211455") == "3.402823669209385e+38");  // past 38 digits
  CHECK(read("99999999999999999999999999999999999999") == "99999999999999999999999999999999999999");
  CHECK(read("1e-400") == "0.0");
  CHECK(read("0." + std::string(400, '0') + "1") == "0.0");
  CHECK(read("0." + std::string(400, '0') + "1e401") == "1.0");
  CHECK(read("1" + std::string(400, '0')).empty());
  CHECK(read("1" + std::string(400, '0') + "e-400") == "1.0");
  CHECK(read("1e99999999999999999999").empty());
  CHECK(read("1e-99999999999999999999") == "0.0");
  CHECK(read(R"("\u0041\u00e9\u20ac\ud83d\ude00")") == "\"A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\"");
  for (char const* const broken : {"01",
                                   "+1",
                                   "1.",
                                   ".5",
                                   "1e",
                                   "1e+",
                                   "--1",
                                   "tru",
                                   "nul",
                                   "[1,]",
                                   "[,1]",
                                   "{\"a\"}",
                                   "{\"a\":}",
                                   "{a:1}",
                                   "{,}",
                                   "\"\\x\"",
                                   "\"\\u12g4\"",
                                   "\"\\ud800\"",
                                   "\"\\ud800\\u0041\"",
                                   "\"\\udc00\"",
                                   "\"\t\"",
                                   "1 2",
                                   "-NaN",
                                   "{NaN:1}"})
    CHECK(read(broken).empty());
}

TEST_CASE("a parser and another library agree on stored texts and on texts with errors") {
  std::vector<std::string> texts{
      R"({"a":[1,-0,-1,0.5e-7,1e-400,1E+3,"\u00e9\ud83d\ude00\n\\\/\"",null,true,false,{}, [], {"b":{"c":1.0}}]})",
      R"([18446744073709551615,-9223372036854775808,1e22,123456789012345.0,0.0001,0.00001,1e15,-0.0])"};
  for (char const* const folder : {"tests/fuzz/corpus/import_config", "tests/data/configs"})
    for (auto const& entry : std::filesystem::directory_iterator(std::filesystem::path(MOETRIC_SOURCE_DIR) / folder))
      texts.push_back(io::read_file(entry.path(), 1 << 20));
  constexpr std::string_view pieces[]{"\"",
                                      "\\",
                                      "{",
                                      "}",
                                      "[",
                                      "]",
                                      ",",
                                      ":",
                                      "1",
                                      "-",
                                      "e",
                                      ".",
                                      "0",
                                      " ",
                                      "\\u",
                                      "\\ud800",
                                      "\\udc00",
                                      "null",
                                      "\n",
                                      "a",
                                      "true",
                                      "\xC3\xA9",
                                      "\xED\xA0\x80",
                                      "\xFF",
                                      "1e400"};
  std::mt19937_64 random(1);
  auto const below = [&random](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  for (int i = 0; i != 20000; ++i) {
    std::string text = texts[below(texts.size())];
    if (text.size() > 600) text = "{\"x\":" + text.substr(below(text.size() - 500), below(500));
    for (std::size_t changes = below(4); changes != 0; --changes) {
      std::size_t const at = below(text.size() + 1);
      if (below(2) == 0)
        text.insert(at, pieces[below(std::size(pieces))]);
      else
        text.erase(at, 1 + below(3));
    }
    // Beyond the standard: Python's non-finite numbers, and a zero byte, at which the other library stops.
    if (text.find('\0') == std::string::npos && text.find("NaN") == std::string::npos &&
        text.find("Infinity") == std::string::npos)
      check_agreement(text);
  }
}

TEST_CASE("reading takes time in proportion to the text, also of blanks") {  // quadratic time would not end
  io::json value;
  CHECK(io::detail::read_json("[" + std::string(4 << 20, ' ') + "1, NaN]", 64, value).empty());
  CHECK(io::json_text(value) == "[1,\"NaN\"]");
}
