// Untrusted JSON gives a value or one sentence.
#include <filesystem>
#include <fstream>
#include <string>

#include "catch.hpp"
#include "moetric/io/hugging_face/config_keys.hpp"
#include "moetric/io/json_parser.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;

namespace {

/// The sentence that a call is refused with, checked for form; empty when it is accepted.
template <class Call>
std::string refusal(Call&& call) {
  try {
    call();
  } catch (std::invalid_argument const& error) {
    std::string const sentence = error.what();
    CHECK(sentence.starts_with("moetric: "));
    CHECK(sentence.find('\n') == std::string::npos);
    CHECK(sentence.size() < 400);
    return sentence;
  }
  return {};
}

std::string text_refusal(std::string_view text, io::json_limits limits = {}) {
  return refusal([&] { io::parse_json_object(text, "the text", limits); });
}

std::string nested(std::size_t depth) {
  return "{\"a\":" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
}

/// A file that is gone when its test is over.
class scratch_file {
 public:
  explicit scratch_file(std::string_view text)
      : path_(std::filesystem::temp_directory_path() /
              ("moetric-json-test-" + std::to_string(reinterpret_cast<std::uintptr_t>(this)))) {
    std::ofstream(path_, std::ios::binary) << text;
  }
  scratch_file(scratch_file const&) = delete;
  scratch_file& operator=(scratch_file const&) = delete;
  ~scratch_file() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  std::filesystem::path const& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace

TEST_CASE("a JSON object is read from text and from a file") {
  io::json const object = io::parse_json_object(R"({"a": [1, {"b": null}]})", "the text");
  CHECK(object == io::json_object{{"a", io::json_array{1, io::json_object{{"b", nullptr}}}}});
  CHECK(io::parse_json_object("\xEF\xBB\xBF{}", "the text").empty());  // a byte order mark, as some editors write
  scratch_file const file(R"({"a": 1})");
  CHECK(io::read_json_object(file.path()) == io::json_object{{"a", 1}});
}

TEST_CASE("text that is not a JSON object is refused with one sentence") {
  CHECK(text_refusal("") == "moetric: the text must hold a JSON object, but is empty");
  CHECK(text_refusal(" \n\t\r\n") == "moetric: the text must hold a JSON object, but is empty");
  CHECK(text_refusal("[1]") == "moetric: the text must hold a JSON object, but holds an array");
  CHECK(text_refusal("3.5") == "moetric: the text must hold a JSON object, but holds 3.5");
  CHECK(text_refusal("\"a\\nb\"") == "moetric: the text must hold a JSON object, but holds 'a\\x0ab'");
  CHECK(text_refusal("{\"a\": 1") == "moetric: the text must be whole, but the JSON text ends too early");
  CHECK(text_refusal("{\"a\": \"b") == "moetric: the text must be whole, but the JSON text ends too early");
  CHECK(text_refusal("{\n\"a\": 1,\n}") == "moetric: the text must be JSON, but line 3 breaks its grammar");
  CHECK(text_refusal("{} {}") == "moetric: the text must be JSON, but line 1 breaks its grammar");
  CHECK(text_refusal("{\"a\": \"\xFF\"}") == "moetric: the text must be JSON, but line 1 breaks its grammar");
  CHECK(text_refusal("{\"a\": 1e999}") ==
        "moetric: the text must be JSON, but line 1 holds a number that is too large");
  CHECK(text_refusal("version https://git-lfs.github.com/spec/v1") ==
        "moetric: the text must be JSON, but line 1 breaks its grammar");
  CHECK(text_refusal(std::string("{\"a\": \0}", 8)) == "moetric: the text must be JSON, but line 1 breaks its grammar");
}

TEST_CASE("a key that appears twice is refused at any depth") {
  CHECK(text_refusal(R"({"a": 1, "a": 1})") == "moetric: the text must give every key once, but 'a' appears twice");
  CHECK(text_refusal(R"({"a": 1, "\u0061": 1})") ==
        "moetric: the text must give every key once, but 'a' appears twice");
  CHECK(text_refusal(R"({"a": [{"b": 1, "c": {}, "b": 2}]})") ==
        "moetric: the text must give every key once, but 'b' appears twice");
  CHECK(text_refusal(R"({"a": {"b": 1}, "b": {"b": 2}})").empty());
}

TEST_CASE("size and depth are limited, and the limits themselves are fine") {
  CHECK(text_refusal("{\"a\": 1 }", {.bytes = 9}).empty());
  CHECK(text_refusal("{\"a\": 1  }", {.bytes = 9}) == "moetric: the text must not exceed 9 bytes, but is larger");
  CHECK(text_refusal(nested(64)).empty());
  CHECK(text_refusal(nested(65)) == "moetric: the text must nest at most 64 deep, but goes deeper");
  CHECK(text_refusal("{\"a\":" + std::string(1'000'000, '[')) ==
        "moetric: the text must nest at most 64 deep, but goes deeper");
  std::string siblings = "{\"a\": [";
  for (int i = 0; i != 200'000; ++i) siblings += "{},[],";
  CHECK(text_refusal(siblings + "0]}").empty());  // wide is not deep, and not slow
}

TEST_CASE("an unreadable file is refused with its path") {
  std::filesystem::path const folder = std::filesystem::temp_directory_path();
  auto const of = [](std::filesystem::path const& path) { return refusal([&] { io::read_json_object(path); }); };
  CHECK(of("/nowhere/config.json") == "moetric: '/nowhere/config.json' must be a file, but does not exist");
  CHECK(of("") == "moetric: '' must be a file, but does not exist");
  CHECK_THAT(of(folder), ContainsSubstring("must be a file, but is a directory"));
  CHECK_THAT(of("/dev/zero"), ContainsSubstring("'/dev/zero' must be a regular file"));
  CHECK_THAT(of(std::string(5000, 'x')), ContainsSubstring("must be a file, but its status cannot be read"));
  scratch_file const empty("");
  CHECK_THAT(of(empty.path()), ContainsSubstring("must hold a JSON object, but is empty"));
  scratch_file const large("{\"a\": \"" + std::string(std::size_t{16} << 20, 'x') + "\"}");
  CHECK_THAT(of(large.path()), ContainsSubstring("must not exceed 16777216 bytes, but is larger"));
}

TEST_CASE("Python's non-finite numbers are read as strings") {
  auto const object = io::parse_json_object(R"({"a": NaN, "b": [-Infinity, Infinity], "c": "NaN \" Infinity"})", "t");
  CHECK(object ==
        io::json_object{{"a", "NaN"}, {"b", io::json_array{"-Infinity", "Infinity"}}, {"c", "NaN \" Infinity"}});
  CHECK_FALSE(text_refusal("{NaN: 1, NaN: 2}").empty());
  CHECK_FALSE(text_refusal("{\"a\": Nan}").empty());
  CHECK_FALSE(text_refusal("{\"a\": \"\\").empty());
}

TEST_CASE("names and values fit into a sentence") {
  CHECK(io::in_quotes("a\tb") == "'a\\x09b'");
  CHECK(io::in_quotes(std::string(81, 'x')) == "'" + std::string(80, 'x') + "...'");
  CHECK(io::in_quotes(std::string(79, 'x') + "\xC3\xA9") == "'" + std::string(79, 'x') + "...'");  // no half letter
  CHECK(io::shown(nullptr) == "null");
  CHECK(io::shown(4096.0) == "4096.0");
}

TEST_CASE("fields are read with checks that name key and value") {
  using io::hugging_face::config_keys;
  using io::hugging_face::width;
  auto const reading = [](char const* value, auto read) {
    return refusal([&] {
      config_keys keys(io::parse_json(std::string("{\"k\": ") + value + "}", "k").object(), "llama");
      read(keys);
    });
  };
  auto const whole = [&](char const* value) { return reading(value, [](config_keys& k) { k.whole("k", width); }); };
  std::string const key = "moetric: key 'k' of model_type 'llama' must ";
  CHECK(whole("1").empty());
  CHECK(whole("16777216").empty());
  CHECK(whole("0") == key + "be from 1 to 16777216, but got 0");
  CHECK(whole("16777217") == key + "be from 1 to 16777216, but got 16777217");
  CHECK(whole("18446744073709551615") == key + "be from 1 to 16777216, but got 18446744073709551615");
  CHECK(whole("-1") == key + "not be negative, but got -1");
  CHECK(whole("-9223372036854775808") == key + "not be negative, but got -9223372036854775808");
  CHECK(whole("4096.0") == key + "be a whole number, but got 4096.0");
  CHECK(whole("1e18") == key + "be a whole number, but got 1e+18");
  CHECK(whole("340282366920938463463374607431768211456") == key + "be a whole number, but got 3.402823669209385e+38");
  CHECK(whole("\"4096\"") == key + "be a whole number, but got '4096'");
  CHECK(whole("true") == key + "be a whole number, but got true");
  CHECK(whole("[1]") == key + "be a whole number, but got an array");
  CHECK(whole("null") == key + "be present, but is null");
  CHECK(reading("1", [](config_keys& k) { k.whole("other", width); }) ==
        "moetric: key 'other' of model_type 'llama' must be present, but is missing");

  auto const flag = [&](char const* value) { return reading(value, [](config_keys& k) { k.flag("k", false); }); };
  CHECK(flag("true").empty());
  CHECK(flag("null").empty());
  CHECK(flag("1") == key + "be true or false, but got 1");
  CHECK(flag("\"false\"") == key + "be true or false, but got 'false'");

  auto const list = [&](char const* value) { return reading(value, [](config_keys& k) { k.wholes("k", {0, 9}); }); };
  CHECK(list("[0, 9]").empty());
  CHECK(list("null").empty());
  CHECK(list("3") == key + "be an array, but got 3");
  CHECK(list("[0, 10]") == "moetric: key 'k[1]' of model_type 'llama' must be from 0 to 9, but got 10");
}

TEST_CASE("a value of a document names its place in every error sentence") {
  io::json const object =
      io::parse_json_object(R"({"axes": [{"from": -1, "to": 1.5, "tied": 1}], "score": null, "law": "x"})", "t");
  io::json_value const all(object, "t");
  CHECK(all.subject() == "t");
  io::json_value const axis = all.at("axes").items()[0];
  CHECK(axis.subject() == "key 'axes[0]' of t");
  auto const refused = [](auto const& read, std::string const& sentence) { CHECK(refusal(read) == sentence); };
  std::string const key = "moetric: key 'axes[0].";
  refused([&] { axis.at("from").whole(); }, key + "from' of t must not be negative, but got -1");
  refused([&] { axis.at("to").whole(); }, key + "to' of t must be a whole number, but got 1.5");
  refused([&] { axis.at("step").whole(); }, key + "step' of t must be present, but is missing");
  refused([&] { axis.at("tied").flag(); }, key + "tied' of t must be true or false, but got 1");
  refused([&] { axis.at("tied").whole({2, 9}); }, key + "tied' of t must be from 2 to 9, but got 1");
  refused([&] { axis.at("from").positive(); }, key + "from' of t must be positive and finite, but got -1");
  refused(
      [&] {
        axis.allow_keys({"from", "tied", "too"});
      },
      "moetric: a key of 'axes[0]' of t must be one of from, tied, too, but got 'to'; did you mean too?");
  refused(
      [&] {
        all.allow_keys({"axes", "score", "laws"});
      },
      "moetric: a key of t must be one of axes, score, laws, but got 'law'; did you mean laws?");
  refused([&] { all.at("score").real(); }, "moetric: key 'score' of t must be a number, but got null");
  refused([&] { all.at("law").items(); }, "moetric: key 'law' of t must be an array, but got 'x'");
  refused([&] { all.at("law").at("x"); }, "moetric: key 'law' of t must be an object, but got 'x'");
  refused([&] { all.at("axes").reals(); }, "moetric: key 'axes[0]' of t must be a number, but got an object");
  CHECK(all.at("score").real_or_infinite() == std::numeric_limits<double>::infinity());
  CHECK_FALSE(all.find("rules"));
  CHECK(all.members().size() == 3);
  CHECK(axis.at("to").real() == 1.5);
  static_assert(!std::is_constructible_v<io::json_value, io::json, std::string>);  // it would dangle
}
