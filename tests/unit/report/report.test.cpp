#include <limits>
#include <map>

#include "catch.hpp"
#include "moetric/report/json.hpp"
#include "moetric/report/schema.hpp"
#include "moetric/report/text.hpp"

using namespace moetric;
using namespace moetric::report;

namespace {

std::string text_of(value values, std::string const& sentence) {
  answer of{std::move(values)};
  return to_text(of.say(sentence));
}

}  // namespace

TEST_CASE("values are written as JSON: integers of any width, shortest doubles, escaped texts") {
  CHECK(to_json(value()) == "null");
  CHECK(to_json(true) == "true");
  CHECK(to_json(-3) == "-3");
  CHECK(to_json(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
  CHECK(to_json(count(1ULL << 63) * count(1000)) == "9223372036854775808000");
  CHECK(to_json(ratio{7, 2}) == "3.5");
  CHECK(to_json(ratio{8, 2}) == "4");
  CHECK(to_json(0.1) == "0.1");
  CHECK(to_json(3.0) == "3.0");
  CHECK(to_json(1e300) == "1e+300");
  CHECK(to_json(std::numeric_limits<double>::infinity()) == "null");
  CHECK(to_json("a \"q\" \\ \n \x01 \xc3\xa9") == "\"a \\\"q\\\" \\\\ \\n \\u0001 \xc3\xa9\"");
  // A lone continuation byte, an overlong slash, a surrogate and a cut character are no UTF-8 (RFC 3629, 3 and 4).
  CHECK(to_json("\x80") == "\"\xef\xbf\xbd\"");
  CHECK(to_json("\xc0\xaf") == "\"\xef\xbf\xbd\xef\xbf\xbd\"");
  CHECK(to_json("\xed\xa0\x80") == "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
  CHECK(to_json("\xe2\x82") == "\"\xef\xbf\xbd\xef\xbf\xbd\"");
  CHECK(to_json(object({{"a", value::list()}, {"b", object()}})) == "{\n  \"a\": [],\n  \"b\": {}\n}");
  CHECK(to_json(std::vector<int>{1, 2}) == "[\n  1,\n  2\n]");
  CHECK(to_json(std::optional<double>{}) == "null");
}

TEST_CASE("a value is asked for what it is, or throws") {
  value made = object({{"tokens", 5}, {"inner", object({{"loss", 2.5}})}});
  CHECK(made["tokens"].magnitude() == 5);
  CHECK(made["inner"]["loss"].real() == 2.5);
  CHECK(made.find("none") == nullptr);
  CHECK_THROWS_AS(made["none"], std::logic_error);
  CHECK_THROWS_AS(made["tokens"].text(), std::logic_error);
  CHECK_THROWS_AS(made.append(1), std::logic_error);
  made.set("tokens", 6).update(object({{"more", true}}));
  CHECK(made.size() == 3);
  CHECK(made["tokens"].magnitude() == 6);
  CHECK(made.set("tokens", 7, units::flops).members()[0].unit == units::flops);
}

TEST_CASE("templates show values of the answer alone") {
  value const values = object({{"tokens", 50211332096.0},
                               {"architecture", object({{"n_layers", 16}})},
                               {"losses", keyed({{"a/b", object({{"loss", 2.3456}})}})},
                               {"nothing", value()},
                               {"share", 0.0345},
                               {"state", 12884901888.0},
                               {"by_term", keyed({{"router", 7}}), units::flops_per_token}});
  CHECK(text_of(values, "{tokens:3u} in {architecture/n_layers:u}") == "5.02e10 tokens in 16 layers\n");
  CHECK(text_of(values, "{losses/#0@}: {losses/#0/loss:3u}") == "a/b: 2.35 nats per token\n");
  CHECK(text_of(values, "{share:%}, {share:+%3}, {state:B}") == "3.5 %, +3.45 %, 12.9 GB\n");
  CHECK(text_of(values, "{by_term/router:u}") == "7 FLOPs per token\n");  // the unit of the object around it
  CHECK(text_of(values, "[{nothing?}{none?}]") == "[]\n");
  CHECK(text_of(values, "{nothing}") == "not known\n");
  CHECK_THROWS_AS(text_of(values, "{none}"), std::logic_error);
  CHECK_THROWS_AS(text_of(values, "{losses/#x/loss}"), std::logic_error);
  CHECK_THROWS_AS(text_of(values, "{tokens"), std::logic_error);
}

TEST_CASE("numbers are rounded for people") {
  for (auto const& [number, text] : std::map<double, std::string>{{0, "0"},
                                                                  {1872, "1,872"},
                                                                  {50211.3, "50,211"},
                                                                  {1e6, "1e6"},
                                                                  {5.0211e10, "5.02e10"},
                                                                  {0.0163, "0.0163"},
                                                                  {1e-5, "1e-5"},
                                                                  {-12345.6, "-12,346"},
                                                                  {9.9999, "10"}})
    CHECK(rounded(number, 3) == text);
  CHECK(in_bytes(999) == "999 B");
  CHECK(in_bytes(999999) == "1 MB");
}

TEST_CASE("texts are wrapped, tables are aligned and fit the width") {
  std::string const words = "one two three four five six seven eight nine ten";
  answer made{object({{"n", 1234567}, {"m", 8}})};
  made.show({.title = "Title", .header = {"name", "n", "why"}, .rows = {{"a", "{n}", words}, {"bcd", "{m}", "short"}}});
  made.say("more", screen::all);
  CHECK(to_text(made, {.width = 40}) == "Title\n"
                                        "  name          n  why\n"
                                        "  a     1,234,567  one two three four\n"
                                        "                   five six seven eight\n"
                                        "                   nine ten\n"
                                        "  bcd           8  short\n"
                                        "(more with --verbose)\n");
  CHECK(to_text(made, {.all = true}).ends_with("short\nmore\n"));
}

TEST_CASE("rows are made of the members of a list or an object") {
  value const laws = keyed({{"x", object({{"loss", 2}})}, {"y", object({{"loss", 3}})}});
  auto const rows = rows_of(laws, "laws", {"{$@}", "{$/loss}"});
  REQUIRE(rows.size() == 2);
  CHECK(rows[1] == std::vector<std::string>{"{laws/#1@}", "{laws/#1/loss}"});
}

TEST_CASE("a schema has every path once, with type and unit; names that are data are one") {
  value const values = object({{"tokens", 5},
                               {"losses", keyed({{"x", object({{"loss", 2.5}})}, {"y", object({{"loss", 3.5}})}})},
                               {"rows", std::vector<value>{object({{"steps", 1}}), object({{"steps", value()}})}}});
  std::string text;
  for (schema_row const& row : schema_of(values))
    text += row.path + " " + std::string(row.type) + (row.unit.empty() ? "" : " " + std::string(row.unit)) + "\n";
  CHECK(text == "losses object\nlosses/* object\nlosses/*/loss number nats per token\nrows list\nrows/[] object\n"
                "rows/[]/steps integer steps\nrows/[]/steps null\ntokens integer tokens\n");
}
