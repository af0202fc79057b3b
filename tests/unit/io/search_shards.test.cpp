#include "moetric/io/search_shards.hpp"

#include <sstream>

#include "catch.hpp"
#include "moetric/io/search_answer.hpp"
#include "moetric/report/json.hpp"
#include "moetric/report/text.hpp"
#include "moetric/search/shard.hpp"
#include "unit/report/units.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;

namespace {

io::json request(std::string const& law = R"("law": "fine-grained", "compute": 1e20)") {
  return io::parse_json_object(R"({
      "axes": [{"field": "d_model", "from": 512, "to": 2048, "step": 128},
               {"field": "n_moe_layers", "from": 8, "to": 16},
               {"field": "n_experts", "values": [16, 64, 256]}],
      "fixed": {"n_heads": 8, "head_dim": 64, "d_ff": 2048, "d_expert": 512, "top_k": 4},
      "rules": [{"field": "d_model", "divisible_by": 256}],
      "windows": {"total_non_embedding_parameters": [null, 2e9]}, "objective": {)" +
                                   law + "}}",
                               "space");
}

report::answer answer_of(io::json const& of, std::uint64_t shard = 0, std::uint64_t shards = 1,
                         io::search_run const& run = {}) {
  io::search_request const made = io::search_from(of);
  auto const problem = made.problem();
  return io::search_answer(of, problem, search::search_best(problem, 3, search::shard_of(made.over, shard, shards)),
                           run);
}

/// As JSON with its keys in alphabetical order, which a document keeps.
io::json sorted(report::value const& of) {
  return io::parse_json_object("{\"it\": " + report::to_json(of) + "}", "a value");
}

/// The text of a shard, under a name.
struct shard {
  std::string name, text;
};

shard shard_of(std::string const& name, report::answer const& of) {
  return {name, report::to_json(of.values)};
}

io::merged_search merged_of(std::vector<shard> const& shards) {
  io::merged_search all;
  for (shard const& each : shards) {
    std::istringstream text(each.text);
    all.add(text, each.name);
  }
  return all;
}

report::answer answer_of(io::merged_search const& of) {
  return io::search_answer(of.request(), of.problem(), of.found(), of.run());
}

std::string replaced(std::string text, std::string const& what, std::string const& by) {
  std::size_t const at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), by);
}

}  // namespace

TEST_CASE("a search's answer leads with what makes it doubtful, then the best") {
  report::answer const made = answer_of(request(), 0, 1, {.seconds = 0.5, .bands = 0.01});
  CHECK(made.values["best"].size() == 3);
  CHECK(made.values["law"].text() == "fine-grained");
  CHECK(made.values["axes"]["d_model"]["given"].magnitude() == 13);
  CHECK(made.values["axes"]["d_model"]["left_by_rules"].magnitude() == 7);
  CHECK(made.values["windows"]["total_non_embedding_parameters"].members()[0].content.kind() ==
        report::value::kinds::nothing);
  CHECK(made.values["bands"]["d_model"]["low"].real() <= made.values["bands"]["d_model"]["best"].real());
  CHECK(without_unit(made.values).empty());
  std::string const first = to_text(made), all = to_text(made, {.all = true});
  CHECK_THAT(first, ContainsSubstring("EXTRAPOLATED: "));
  CHECK(first.find("EXTRAPOLATED") == 0);
  CHECK_THAT(first, ContainsSubstring("pruned in boxes") && ContainsSubstring("within 1 % of the best"));
  CHECK_THAT(all, ContainsSubstring("the law's tokenizer has 50257") &&
                      ContainsSubstring("rules leave 7 of the 13 values of d_model"));
}

TEST_CASE("a best shape at the end of an axis is said to be there") {
  io::json const most = request(R"("measure": "total_parameters", "direction": "most")");
  io::json open = most;
  open.object().erase("windows");
  report::answer const made = answer_of(open);
  CHECK(made.values.find("law") == nullptr);
  CHECK(made.values["edges"].size() == 3);
  CHECK(made.values["edges"].members()[0].content["value"].magnitude() == 2048);
  CHECK_THAT(to_text(made), ContainsSubstring("EDGE OF THE SPACE: d_model 2,048 is the largest value of its axis"));
  CHECK(without_unit(made.values).empty());
}

TEST_CASE("merged shards keep every caution of the whole search") {
  report::answer const whole = answer_of(request());
  std::vector<shard> shards;
  for (std::uint64_t const i : {2U, 0U, 1U})
    shards.push_back(shard_of("part." + std::to_string(i), answer_of(request(), i, 3)));
  io::merged_search const merged = merged_of(shards);
  CHECK(merged.missing().empty());
  report::answer const made = answer_of(merged);
  for (char const* const key : {"best", "outside_range", "outside_family", "edges", "law", "windows", "axes", "request",
                                "version", "asked", "space", "enumerated", "compute"}) {
    CAPTURE(key);
    CHECK(sorted(made.values[key]) == sorted(whole.values[key]));
  }
  CHECK(made.values["complete"].flag());
  CHECK(without_unit(made.values).empty());
  CHECK(to_text(made).substr(0, 60) == to_text(whole).substr(0, 60));
  CHECK(merged_of({shard_of("merged", made)}).found() == merged.found());  // an answer of merged ones is a shard

  shards.pop_back();
  io::merged_search const partial = merged_of(shards);
  CHECK(io::missing_text(partial.missing()) == "indices 63 .. 125");
  CHECK_THAT(to_text(answer_of(partial)),
             ContainsSubstring("INCOMPLETE: of 189 configurations indices 63 .. 125 are missing"));
  shards.push_back(shards[0]);
  shards.back().name = "again";
  CHECK_THROWS_WITH(merged_of(shards),
                    ContainsSubstring("must not overlap, but part.2 and again both have indices 126 .. 188"));
  shards.back() = shard_of("other", answer_of(request(R"("law": "fine-grained", "compute": 2e20)"), 1, 3));
  CHECK_THROWS_WITH(merged_of(shards), ContainsSubstring("same request, but other does not belong to that of part.2"));
}

TEST_CASE("merged shards have a time only if each of them has one") {
  auto const merged = [](std::optional<double> second) {
    return merged_of({shard_of("a", answer_of(request(), 0, 2, {.seconds = 1})),
                      shard_of("b", answer_of(request(), 1, 2, {.seconds = second}))})
        .run()
        .seconds;
  };
  CHECK(merged(2) == 3);
  CHECK_FALSE(merged(std::nullopt));
}

TEST_CASE("many configurations are written one by one, as the text of the whole answer") {
  io::json const asked = request();
  auto const problem = io::search_from(asked).problem();
  search::result const found = search::search_best(problem, 50);
  std::ostringstream text;
  io::write_search_answer(text, asked, problem, found, {.seconds = 2});
  CHECK(text.str() == report::to_json(io::search_answer(asked, problem, found, {.seconds = 2}).values));
  io::json open = asked;
  open.object()["windows"] = io::json_object{{"total_non_embedding_parameters", io::json_array{nullptr, 1}}};
  auto const impossible = io::search_from(open).problem();
  search::result const none = search::search_best(impossible, 50);
  std::ostringstream empty;
  io::write_search_answer(empty, open, impossible, none);
  CHECK(empty.str() == report::to_json(io::search_answer(open, impossible, none).values));
  CHECK(merged_of({{"empty", empty.str()}}).found() == none);
}

TEST_CASE("a shard that was cut short or edited is refused by its name") {
  std::string const written = shard_of("part", answer_of(request(), 0, 2)).text;
  CHECK_NOTHROW(merged_of({{"part", written}}));
  // Cut anywhere: never a shard, and always a sentence that names it.
  for (std::size_t length = 0; length < written.size() - 1; length += 97)
    CHECK_THROWS_WITH(merged_of({{"part", written.substr(0, length)}}),
                      StartsWith("moetric: part must be whole, but") || StartsWith("moetric: part must hold a JSON"));
  CHECK_THROWS_WITH(merged_of({{"part", written + std::string(1, '\0') + "x"}}),
                    ContainsSubstring("part must be JSON"));
  // Any digit of it, changed to another. The last of 17 may leave the same double.
  for (std::size_t at = 0; at < written.size(); at += 5) {
    if (written[at] < '0' || written[at] > '9') continue;
    std::size_t const end = written.find_first_not_of("0123456789.", at);
    if (end - written.find_last_not_of("0123456789.", at) > 16) continue;
    std::string changed = written;
    changed[at] = written[at] == '9' ? '8' : static_cast<char>(written[at] + 1);
    CAPTURE(written.substr(at < 40 ? 0 : at - 40, 50));
    CHECK_THROWS_WITH(merged_of({{"part", changed}}), ContainsSubstring("part"));
  }
  auto const refused = [&](std::string const& what, std::string const& by, std::string const& sentence) {
    CHECK_THROWS_WITH(merged_of({{"part", replaced(written, what, by)}}), ContainsSubstring(sentence));
  };
  refused("\"version\": \"", "\"version\": \"9", "key 'version' of part must be ");
  refused("\"method\": \"bounds\"", "\"method\": 5", "key 'method' of part must be a string");
  refused("\"seconds\": null", "\"seconds\": \"long\"", "key 'seconds' of part must be a number");
  refused("\"top\": 3", "\"top\": 4", "key 'best' of part must hold the best 4 of those scored, but holds 3");
  refused("\"best\": [", "\"best\": [5,", "key 'best[0]' of part must be an object, but got 5");
  refused("\"outside_family\": [", "\"outside_family\": [\"none\",", "key 'outside_family' of part must hold");
  refused("\"end\": \"", "\"end\": \"the ", "key 'edges[0].end' of part must be \"");
  refused("\"method\": \"bounds\",", "", "key 'method' of part must be present");
}

TEST_CASE("an objective is changed in its request") {
  io::json const changed =
      io::with_objective(request(), {.law = "data-constrained", .compute = 1e21, .given = {{"unique_tokens", 1e12}}});
  CHECK(changed.find("objective")->find("law")->text() == "data-constrained");
  CHECK(changed.find("objective")->find("given")->find("unique_tokens")->real() == 1e12);
  CHECK(io::with_objective(request(), {}) == request());
  report::answer const made = answer_of(changed);
  CHECK(made.values["outside_family"].empty());  // its inputs were given
}
