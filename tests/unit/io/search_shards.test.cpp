#include "moetric/io/search_shards.hpp"
#include "catch.hpp"
#include "moetric/io/search_answer.hpp"
#include "moetric/report/json.hpp"
#include "moetric/report/text.hpp"
#include "moetric/search/shard.hpp"
#include "unit/report/units.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;

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

io::named_shard shard_of(std::string const& name, report::answer const& of) {
  return {name, io::read_shard(io::parse_json_object(report::to_json(of.values), name))};
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
  std::vector<io::named_shard> shards;
  for (std::uint64_t const i : {2U, 0U, 1U})
    shards.push_back(shard_of("part." + std::to_string(i), answer_of(request(), i, 3)));
  report::search_summary const merged = io::merge_shards(shards);
  CHECK(*merged.complete);
  report::answer const made = report::search_answer(merged);
  for (char const* const key : {"best", "outside_range", "outside_family", "edges", "law", "windows", "axes", "request",
                                "space", "enumerated", "compute"}) {
    CAPTURE(key);
    CHECK(sorted(made.values[key]) == sorted(whole.values[key]));
  }
  CHECK(without_unit(made.values).empty());
  CHECK(to_text(made).substr(0, 60) == to_text(whole).substr(0, 60));

  shards.pop_back();
  report::search_summary const partial = io::merge_shards(shards);
  CHECK_FALSE(*partial.complete);
  CHECK(io::missing_text(partial) == "indices 63 .. 125");
  CHECK_THAT(to_text(report::search_answer(partial)),
             ContainsSubstring("INCOMPLETE: of 189 configurations indices 63 .. 125 are missing"));
  shards.push_back(shards[0]);
  shards.back().file = "again";
  CHECK_THROWS_WITH(io::merge_shards(shards),
                    ContainsSubstring("must not overlap, but 'part.2' and 'again' both have indices 126 .. 188"));
  shards.back() = shard_of("other", answer_of(request(R"("law": "fine-grained", "compute": 2e20)"), 1, 3));
  CHECK_THROWS_WITH(io::merge_shards(shards), ContainsSubstring("same request, but 'other' does not"));
  CHECK_THROWS_WITH(io::merge_shards({}), ContainsSubstring("at least one"));
}

TEST_CASE("merged shards have a time only if each of them has one") {
  auto const merged = [](std::optional<double> second) {
    return io::merge_shards({shard_of("a", answer_of(request(), 0, 2, {.seconds = 1})),
                             shard_of("b", answer_of(request(), 1, 2, {.seconds = second}))})
        .seconds;
  };
  CHECK(merged(2) == 3);
  CHECK_FALSE(merged(std::nullopt));
}

TEST_CASE("a shard with a method, a time or an edge of the wrong kind is refused by key") {
  io::json const written = io::parse_json_object(report::to_json(answer_of(request()).values), "a result");
  auto const refused = [&](char const* key, io::json const& value, char const* sentence) {
    io::json changed = written;
    changed.object()[key] = value;
    CHECK_THROWS_WITH(io::read_shard(changed), ContainsSubstring(sentence));
  };
  refused("method", 5, "key 'method' of a result must be a string");
  refused("seconds", "long", "key 'seconds' of a result must be a number");
  refused("edges", io::json_array{io::json_object{{"field", "d_model"}, {"value", 512}, {"end", "biggest"}}},
          "key 'edges[0].end' of a result must be largest or smallest, but got 'biggest'");
  io::json without = written;
  without.object().erase("method");
  CHECK_THROWS_WITH(io::read_shard(without), ContainsSubstring("key 'method' of a result must be present"));
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
