#include "catch.hpp"

#include "tool/run.hpp"

using Catch::Matchers::ContainsSubstring;
using tool_test::folder;
using tool_test::run;

namespace {

std::string const example = MOETRIC_SOURCE_DIR "/examples/space.json";

TEST_CASE("a search says how far its law is asked beyond what it was fitted on") {
  auto const j = run("search " + example + " --top 1 --json").json();
  CHECK(j["outside_range"][0]["input"] == "total_non_embedding_parameters");
  CHECK(j["outside_range"][0]["range"]["high"] == 3.7e9);  // printed: 2402.07871, its largest model
  CHECK_THAT(j["outside_family"].dump(), ContainsSubstring("the coefficients hold at 64"));
  CHECK(
      run("search " + example + " --top 1").out.starts_with("EXTRAPOLATED: total_non_embedding_parameters 16.2 times"));
  std::string const text = run("search " + example + " --top 1 --verbose").out;
  CHECK_THAT(text, ContainsSubstring("outside the range or family of law fine-grained"));
  CHECK_THAT(text, ContainsSubstring("the law's models have none"));
  CHECK_THAT(run("search " + example + " --top 1 --law clark-hash --compute 1e21").out,
             ContainsSubstring("the law does not depend on compute or tokens"));
}

TEST_CASE("shards, merged in any order, are the answer of one search") {
  auto const whole = run("search " + example + " --top 7 --json");
  REQUIRE(whole.status == 0);
  auto const j = whole.json();
  CHECK(j["best"].size() == 7);
  CHECK(j["enumerated"].get<std::uint64_t>() ==
        j["discarded"].get<std::uint64_t>() + j["rejected"].get<std::uint64_t>() + j["scored"].get<std::uint64_t>());
  CHECK(j["enumerated"] == j["space"]);
  CHECK(j["seconds"].is_number());
  CHECK(j["windows"]["width_per_layer"] == nlohmann::json{43, 154});  // the preset is shown
  // The window of parameters, at most 6e10, is what binds; tokens are on the screen.
  bool by_parameters = false;
  for (auto const& each : j["binding_windows"])
    by_parameters = by_parameters || (each["measure"] == "total_non_embedding_parameters" && each["limit"] == 6e10);
  CHECK(by_parameters);
  auto const screen = run("search " + example + " --top 2").out;
  CHECK_THAT(screen,
             ContainsSubstring("BOUND BY WINDOWS: ") && ContainsSubstring("total_non_embedding_parameters 5.981e10"));
  CHECK_THAT(screen, ContainsSubstring("tokens"));
  std::string files;
  for (int const i : {2, 0, 3, 1}) {
    auto const part = run("search " + example + " --top 7 --json --shard " + std::to_string(i) + "/4");
    REQUIRE(part.status == 0);
    files += " " + folder().file("part." + std::to_string(i), part.out);
  }
  auto const merged = run("merge" + files + " --json");
  REQUIRE(merged.status == 0);
  CHECK(merged.json()["best"] == j["best"]);
  CHECK(merged.json()["complete"] == true);
  CHECK(merged.json()["enumerated"] == j["enumerated"]);
  CHECK_THAT(run("merge" + files).out, ContainsSubstring("configurations enumerated"));

  auto const twice = run("merge" + files + " " + folder().path("part.0"));
  CHECK(twice.status == 2);
  CHECK_THAT(twice.error, ContainsSubstring("results that are merged must not overlap") &&
                              ContainsSubstring("both have indices 0 .. "));
  // What makes the answer doubtful stays.
  for (char const* const key : {"law", "outside_range", "outside_family", "axes", "windows", "edges"}) {
    CAPTURE(key);
    CHECK(merged.json()[key] == j[key]);
  }
  CHECK_THAT(run("merge" + files).out, ContainsSubstring("EXTRAPOLATED"));
}

/// The example's space with fewer widths, layers and experts: 8100 configurations.
std::string small_space() {
  auto text = nlohmann::json::parse(tool_test::text_of(example));
  for (auto const& [axis, values] : {std::pair{0, nlohmann::json{2048, 3072, 4096}},
                                     {1, {16, 24, 32}},
                                     {5, {512, 1024}},
                                     {7, {32, 64, 128, 160, 192}}})
    text["axes"][static_cast<std::size_t>(axis)] = {{"field", text["axes"][static_cast<std::size_t>(axis)]["field"]},
                                                    {"values", values}};
  return text.dump();
}

TEST_CASE("an exhaustive search finds the bits of a search by bounds, and says how it found them") {
  std::string const file = folder().file("small.json", small_space());
  for (std::string const law : {"fine-grained", "chinchilla-tex", "clark-hash"}) {
    std::string const search = "search " + file + " --top 5 --compute 1e22 --law " + law;
    auto const bounds = run(search + " --json").json(), exhaustive = run(search + " --exhaustive --json").json();
    CAPTURE(law);
    CHECK(bounds["method"] == "bounds");
    CHECK(exhaustive["method"] == "exhaustive");
    CHECK(bounds["best"].size() == 5);
    CHECK(exhaustive["best"] == bounds["best"]);
    CHECK(exhaustive["enumerated"] == bounds["enumerated"]);
    CHECK(exhaustive["request"] == bounds["request"]);
    CHECK(exhaustive["boxes"] == 0);
  }
  CHECK_THAT(run("search " + file + " --exhaustive").out, ContainsSubstring("excluded by a filter, "));
}

TEST_CASE("shards of an exhaustive search merge, also with shards by bounds") {
  std::string const file = folder().file("small.json", small_space());
  auto const shard = [&](int i, std::string const& how) {
    std::string const name = "exhaustive." + std::to_string(i);
    auto const part = run("search " + file + " --shard " + std::to_string(i) + "/2 --json" + how);
    REQUIRE(part.status == 0);
    return " " + folder().file(name, part.out);
  };
  auto const whole = run("search " + file + " --json").json();
  std::string const first = shard(0, " --exhaustive"), second = shard(1, " --exhaustive");
  auto const merged = run("merge" + first + second + " --json").json();
  CHECK(merged["best"] == whole["best"]);
  CHECK(merged["method"] == "exhaustive");
  auto const mixed = run("merge" + first + shard(1, "") + " --json").json();
  CHECK(mixed["best"] == whole["best"]);
  CHECK(mixed["method"] == "bounds and exhaustive");
}

TEST_CASE("a merge without some shards prints what the others found, and a script notices") {
  auto const shard = [](int i) {
    std::string const name = "some." + std::to_string(i);
    return " " + folder().file(name, run("search " + example + " --shard " + std::to_string(i) + "/4 --json").out);
  };
  std::string const some = "merge" + shard(0) + shard(2);
  auto const got = run(some + " --json");
  CHECK(got.status == 2);
  auto const j = got.json();
  CHECK(j["complete"] == false);
  CHECK(j["best"].size() == 10);
  auto const end_of = [&](std::size_t range) { return j["searched"][range][1].get<std::uint64_t>(); };
  std::string const missing = " configurations, but indices " + std::to_string(end_of(0)) + " .. " +
                              std::to_string(j["searched"][1][0].get<std::uint64_t>() - 1) + " and " +
                              std::to_string(end_of(1)) + " .. " + std::to_string(j["space"].get<std::uint64_t>() - 1) +
                              " are missing; --partial accepts that\n";
  CHECK_THAT(got.error, ContainsSubstring("moetric: results must cover the space of " + j["space"].dump() + missing));
  CHECK(std::count(got.error.begin(), got.error.end(), '\n') == 1);
  CHECK(run(some).error == got.error);
  CHECK_THAT(run(some).out, ContainsSubstring("configurations enumerated"));

  auto const accepted = run(some + " --partial --json");
  CHECK(accepted.status == 0);
  CHECK(accepted.error.empty());
  CHECK(accepted.out == got.out);
  CHECK_THAT(run(some + " --partial").out, ContainsSubstring("are missing"));
}

TEST_CASE("a fit ranks in the place of a law, from the file of the space or from the command line") {
  std::string runs = "active_non_embedding_parameters,tokens,n_experts,loss\n";
  for (int i = 0; i != 75; ++i) {
    double const n = 1e8 * std::pow(3, i % 5), d = 2e9 * std::pow(4, i / 5 % 5), e = std::pow(4, i / 25);
    double const loss = 1.7 + 400 * std::pow(n, -.34) * std::pow(e, -.1) + 1200 * std::pow(d, -.33);
    runs += std::to_string(n) + "," + std::to_string(d) + "," + std::to_string(e) + "," +
            std::to_string(loss * (1 + .001 * std::sin(12.9898 * i * i))) + "\n";
  }
  std::string const fit = folder().path("FIT.json");
  REQUIRE(run("fit wang " + folder().file("runs.csv", runs) + " --save " + fit).status == 0);
  auto text = nlohmann::json::parse(tool_test::text_of(example));
  for (auto const& [axis, values] :
       {std::pair{0, nlohmann::json{2048, 3072, 4096}}, {1, {16, 24, 32}}, {5, {512, 1024}}})
    text["axes"][static_cast<std::size_t>(axis)] = {{"field", text["axes"][static_cast<std::size_t>(axis)]["field"]},
                                                    {"values", values}};
  std::string const other_law = folder().file("fine_grained.json", text.dump());
  text["objective"] = {{"law", "FIT.json"}, {"compute", 1e22}};
  auto const by_file = run("search " + folder().file("space.json", text.dump()) + " --top 3 --json").json();
  auto const by_option = run("search " + other_law + " --law " + fit + " --top 3 --json").json();
  CHECK(by_option["best"] == by_file["best"]);
  CHECK(by_option["request"] == by_file["request"]);  // by the fit's numbers: shards of another fit are not merged
  CHECK(by_file["law"] == "fitted-wang");
  auto const& best = by_file["best"][0];
  std::string const at =
      " active_non_embedding_parameters=" + best["measures"]["active_non_embedding_parameters"].dump() +
      " n_experts=" + best["architecture"]["n_experts"].dump() + " tokens=" + best["measures"]["tokens"].dump();
  double const loss = run("loss " + fit + at + " --json").json()["loss"].get<double>();
  CHECK(std::fabs(best["score"].get<double>() / loss - 1) < 2e-3);  // the law reads every weight but embeddings

  auto const plan = run("plan --compute 1e20 --source " + fit + " --json").json();
  CHECK(plan["bands"]["n_experts"]["law"] == "fitted-wang");
  CHECK(plan["bands"]["n_experts"]["kind"] == "fitted");
  CHECK(plan["intervals"]["tokens"]["low"] < plan["intervals"]["tokens"]["high"]);
  CHECK(plan["intervals"]["kind"] == "95 % by the error of the fit");

  auto const published = run("search " + other_law + " --law chinchilla-tex --compute 1e21 --top 1 --json").json();
  CHECK(published["law"] == "chinchilla-tex");
  CHECK(published["request"] != by_file["request"]);
  std::string const repeated = "search " + example + " --law data-constrained";
  CHECK_THAT(run(repeated).error, ContainsSubstring("must be given unique_tokens"));
  CHECK_THAT(run(repeated + " --given unique_tokens").error,
             ContainsSubstring("given must be written as name=value, but got unique_tokens"));
  CHECK_THAT(run("search " + example + " --law none.json").error, ContainsSubstring("must be a file"));
}

TEST_CASE("bands and counts are shown to people too") {
  auto const got = run("search " + example + " --top 2 --bands 0.001 --verbose");
  CHECK(got.status == 0);
  CHECK_THAT(got.out, ContainsSubstring("pruned in boxes") && ContainsSubstring("within 0.1 % of the best"));
  // 256 to 4096 in steps of 128 are 31 widths, 16 of them multiples of 256.
  CHECK_THAT(got.out, ContainsSubstring("rules leave 16 of the 31 values of d_expert\n") &&
                          !ContainsSubstring("values of d_model"));
}

TEST_CASE("what is no search is one line and status 2") {
  auto const refused = [](std::string const& arguments, std::string const& sentence) {
    auto const got = run(arguments);
    CAPTURE(arguments, got.error);
    CHECK(got.status == 2);
    CHECK(got.out.empty());
    CHECK_THAT(got.error, ContainsSubstring(sentence));
    CHECK(std::count(got.error.begin(), got.error.end(), '\n') == 1);
  };
  refused("search " + folder().path("absent.json"), "must be a file, but does not exist");
  refused("search " + folder().file("empty.json", "{}"), "key 'objective' of a search must be present");
  refused("search " + example + " --shard 4/4", "a shard must be numbered below the number of shards, but got 4 of 4");
  refused("search " + example + " --shard 4", "a shard must be written as 0/8, but got 4");
  for (std::string const top : {"0", "-1", "1000001", "1000000000000000000000000"})
    refused("search " + example + " --top " + top, ", but got " + top);
  for (std::string const shard : {"''", "/4", "1/", "-1/4", "0/4/2", "a/b"})
    refused("search " + example + " --shard " + shard, "shard");
  refused("search " + example + " --shard 0/0", "but got 0 of 0");
  refused("search " + example + " --shard 1/100000000000000000000", "shard must be below 2^64");
  CHECK(run("search " + example + " --shard 0/4 --bands 0.01").status == 64);
  refused("search " + example + " --bands nan", "bands must be finite, but got nan");
  CHECK(run("search " + example + " --exhaustive --bands 0.01").status == 64);
  refused("search " + folder().file("huge.json", R"({
      "axes": [{"field": "d_model", "from": 1, "to": 1048576}, {"field": "d_ff", "from": 1, "to": 1048576}],
      "fixed": {"n_dense_layers": 4, "n_heads": 1, "head_dim": 1, "vocab_size": 1000},
      "objective": {"law": "chinchilla-tex", "compute": 1e20}})") +
              " --exhaustive",
          "an exhaustive scan must cover at most 1000000000000 configurations, but got 1099511627776");
  auto text = nlohmann::json::parse(tool_test::text_of(example));
  text["windows"]["expansion_ratio"] = {600, 700};
  refused("search " + folder().file("impossible.json", text.dump()),
          "expansion_ratio must be within 600 .. 700, but this space reaches");
  text["windows"].erase("expansion_ratio");
  std::string const part = folder().file(
      "other", run("search " + folder().file("one.json", text.dump()) + " --top 7 --shard 0/4 --json").out);
  text["sequence_length"] = 4096;
  std::string const other = folder().file(
      "another", run("search " + folder().file("two.json", text.dump()) + " --top 7 --shard 1/4 --json").out);
  refused("merge " + part + " " + other, "merged results must belong to the same request, but ");
  refused("merge " + folder().file("broken", "{\"top\": 3}"),
          "key 'version' of '" + folder().path("broken") + "' must");
}

TEST_CASE("a shard's result that was changed is refused, and never printed as it is") {
  nlohmann::json const written = run("search " + example + " --top 3 --json").json();
  auto const refused = [&](char const* path, nlohmann::json const& value, std::string const& sentence) {
    nlohmann::json changed = written;
    if (value.is_null())
      changed.erase(path + 1);
    else
      changed[nlohmann::json::json_pointer(path)] = value;
    std::string const file = folder().file("changed", changed.dump());
    for (char const* const as : {"", " --json"}) {
      auto const got = run("merge " + file + as);
      CAPTURE(path, got.error);
      CHECK(got.status == 2);
      CHECK(got.out.empty());
      CHECK_THAT(got.error, ContainsSubstring(sentence));
    }
  };
  std::string const file = " of '" + folder().path("changed") + "' must ";
  refused("/space", nullptr, "key 'space'" + file + "be present, but is missing");
  refused("/space", 5, "key 'space'" + file + "be 269222400, as its request gives, but got 5");
  refused("/best/0/architecture", 5, "key 'best[0].architecture'" + file + "be an object, as its request gives");
  refused("/best/0/architecture", nlohmann::json::object(), "key 'best[0].architecture.d_model'" + file + "be present");
  refused("/best/1/architecture/d_model", -1, "key 'best[1].architecture.d_model'" + file + "be 2688");
  refused("/best/1/measures/total_non_embedding_parameters", "many", "key 'best[1].measures.total_non_embedding_par");
  refused("/best/2/measures", nlohmann::json::array(), "key 'best[2].measures'" + file);
  refused("/best/2/score", 2.13, "key 'best[2].score'" + file + "be 2.138");
  refused("/best/2/index", 5, "key 'best[2].");
  refused("/discarded", written["discarded"].get<std::uint64_t>() - 1, "key 'enumerated'" + file);
  refused("/boxes", 1, "key 'digest'" + file);
}

TEST_CASE("shards that find nothing are no answer together") {
  auto text = nlohmann::json::parse(tool_test::text_of(example));
  text["windows"]["expansion_ratio"] = {600, 700};
  std::string const file = folder().file("nothing.json", text.dump());
  auto const part = run("search " + file + " --shard 0/2 --json");
  CHECK(part.status == 0);
  std::string const one = folder().file("nothing.0", part.out),
                    other = folder().file("nothing.1", run("search " + file + " --shard 1/2 --json").out);
  CHECK(run("merge " + one + " --partial").status == 0);  // others may hold something
  auto const both = run("merge " + one + " " + other);
  CHECK(both.status == 2);
  CHECK_THAT(both.error, ContainsSubstring("expansion_ratio must be within 600 .. 700, but this space reaches"));
}

/// A space of 1e9 configurations, whose scan takes longer than a test.
std::string huge_space() {
  return R"({"axes": [{"field": "d_model", "from": 128, "to": 5127}, {"field": "d_expert", "from": 64, "to": 5063},
                      {"field": "n_moe_layers", "from": 2, "to": 41}],
             "fixed": {"n_heads": 8, "head_dim": 64, "d_ff": 2048, "n_experts": 8, "top_k": 2},
             "objective": {"law": "chinchilla-tex", "compute": 1e20}})";
}

TEST_CASE("what a signal leaves of a search is a shard, and with the rest the answer to the bit") {
  std::string const space = folder().file("huge.json", huge_space()), search = "search " + space + " --top 5 --json";
  auto const whole = run(search).json();
  for (auto const& [name, status] : {std::pair{"INT", 130}, {"TERM", 143}}) {
    CAPTURE(name);
    auto const part =
        run(search + " --exhaustive --progress", "", "timeout --preserve-status -s " + std::string(name) + " 3 ");
    CHECK(part.status == status);
    CHECK_THAT(part.error, ContainsSubstring("moetric: interrupted by SIG" + std::string(name) + ": ") &&
                               ContainsSubstring("% of 1e+09 configurations"));
    auto const j = part.json();
    CHECK(j["complete"] == false);
    CHECK(j["best"].size() == 5);
    CHECK(j["enumerated"] > 5);
    CHECK(j["enumerated"] < j["space"]);
    std::string const file = folder().file("interrupted", part.out);
    auto const rest = run(search + " --rest " + file);
    REQUIRE(rest.status == 0);
    auto const merged = run("merge " + file + " " + folder().file("rest", rest.out) + " --json");
    CHECK(merged.status == 0);
    CHECK(merged.json()["best"] == whole["best"]);
    CHECK(merged.json()["method"] == "bounds and exhaustive");
    CHECK(run("merge " + file).status == 2);
    CHECK_THAT(run("search " + space + " --top 6 --rest " + file).error, ContainsSubstring("top must be 5, as in"));
    CHECK_THAT(run("search " + example + " --top 5 --rest " + file).error, ContainsSubstring("another request"));
  }
}

TEST_CASE("merge reads what search writes, at a large --top too") {
  std::string const file = folder().file("small.json", small_space()),
                    search = "search " + file + " --top 1000000 --json";
  auto const whole = run(search).json();
  REQUIRE(whole["best"].size() > 100);
  std::string files;
  for (int const i : {0, 1})
    files += " " + folder().file("all." + std::to_string(i), run(search + " --shard " + std::to_string(i) + "/2").out);
  CHECK(run("merge" + files + " --json").json()["best"] == whole["best"]);
  CHECK_THAT(run("merge" + files + " --verbose").out, ContainsSubstring("--json prints all"));
}

TEST_CASE("a space is refused before it takes memory") {
  std::string axes;
  for (char const* const each : {"d_model", "n_dense_layers", "n_moe_layers", "n_heads", "n_kv_heads", "head_dim",
                                 "d_ff", "d_expert", "n_experts", "top_k", "n_shared_experts", "vocab_size"})
    axes += (axes.empty() ? "" : ",") + std::string(R"({"field":")") + each + R"(","from":1,"to":1048576})";
  std::string const file =
      folder().file("wide.json", R"({"axes":[)" + axes + R"(],"objective":{"law":"chinchilla-tex","compute":1e20}})");
  auto const got = run("search " + file);
  CHECK(got.status == 2);
  CHECK_THAT(got.error, ContainsSubstring("must have at most 4194304 values together, but got 12582912"));
}

std::string const runs = R"({
    "axes": [{"field": "d_model", "values": [1024, 2048]}, {"field": "n_moe_layers", "from": 14, "to": 17},
             {"field": "n_experts", "values": [16, 32]}],
    "fixed": {"n_heads": 16, "n_kv_heads": 8, "head_dim": 128, "d_expert": 1024, "top_k": 2, "vocab_size": 32000},
    "objective": {"law": "fine-grained"}, "sequence_length": 4096,
    "calendar": {"device": "h100-sxm", "devices": 16, "days": 20, "global_batch": 256},
    "layouts": {"tensor": [1, 2], "pipeline": [1, 4], "expert": [1, 8], "recompute": ["none", "full"]}})";

TEST_CASE("a calendar finds shapes with their layouts, as a list of all pairs does") {
  std::string const file = folder().file("runs.json", runs);
  auto const found = run("search " + file + " --top 3 --json"),
             listed = run("search " + file + " --top 3 --json --exhaustive");
  REQUIRE(found.status == 0);
  REQUIRE(listed.status == 0);
  auto const j = found.json();
  CHECK(j["best"] == listed.json()["best"]);
  CHECK(j["best"].size() == 3);
  CHECK(listed.json()["method"] == "exhaustive");
  CHECK_THAT(j["time"]["days"]["median"].get<double>(), Catch::Matchers::WithinRel(20.0, 1e-9));
  CHECK(j["time"]["days"]["low"] < 20);
  CHECK(j["pairs"] == j["space"].get<double>() * j["layouts"].get<double>());
  for (auto const& each : j["best"]) {
    CHECK(each["total_bytes"].get<double>() + each["left_bytes"].get<double>() == 85899345920);
    CHECK(each["layout"]["devices"] == 16);
  }
  // The same devices on the command line.
  auto const again =
      run("search " + file + " --device h100-sxm --devices 16 --days 20 --global-batch 256 --top 3 --json");
  CHECK(again.json()["best"] == j["best"]);
  CHECK_THAT(run("search " + file).out, ContainsSubstring("16 h100-sxm train the best shape for"));
}

TEST_CASE("shards of a search with a calendar merge to the whole, and prove themselves") {
  std::string const file = folder().file("runs.json", runs);
  auto const whole = run("search " + file + " --top 3 --json").json();
  std::string parts;
  for (char const* const i : {"0", "1"}) {
    auto const part =
        run("search " + file + " --top 3 --json --shard " + i + "/2" + (*i == '1' ? " --exhaustive" : ""));
    REQUIRE(part.status == 0);
    parts += " " + folder().file(std::string("runs.part") + i, part.out);
  }
  auto const merged = run("merge" + parts + " --json");
  REQUIRE(merged.status == 0);
  CHECK(merged.json()["best"] == whole["best"]);
  CHECK(merged.json()["time"] == whole["time"]);
  CHECK(merged.json()["complete"] == true);
  CHECK(merged.json()["method"] == "bounds and exhaustive");
  std::string const first = parts.substr(1, parts.find(' ', 1) - 1);
  auto const rest = run("search " + file + " --top 3 --json --rest " + first);
  REQUIRE(rest.status == 0);
  CHECK(run("merge " + first + " " + folder().file("runs.rest", rest.out) + " --json").json()["best"] == whole["best"]);
  auto const partial = run("merge " + first);
  CHECK(partial.status == 2);
  CHECK_THAT(partial.out, ContainsSubstring("INCOMPLETE"));
  // Another layout than the best one is refused.
  std::string edited = run("search " + file + " --top 3 --json --shard 0/2").out;
  std::string const key = R"("micro_batch": 1)";
  REQUIRE(edited.find(key) != std::string::npos);
  edited.replace(edited.find(key), key.size(), R"("micro_batch": 2)");
  auto const refused = run("merge " + folder().file("runs.edited", edited));
  CHECK(refused.status == 2);
  CHECK_THAT(refused.error, ContainsSubstring("micro_batch") && ContainsSubstring("as its request gives"));
}

TEST_CASE("a calendar refuses what it leaves no place for") {
  auto const error = [](std::string const& text, std::string const& options) {
    auto const got = run("search " + folder().file("refused.json", text) + options);
    CHECK(got.status == 2);
    return got.error;
  };
  auto const with = [](std::string const& from, std::string const& to) {
    std::string text = runs;
    return text.replace(text.find(from), from.size(), to);
  };
  CHECK_THAT(error(runs, " --bands 0.01"), ContainsSubstring("--bands must be given without a calendar"));
  CHECK_THAT(error(runs, " --compute 1e22"), ContainsSubstring("--compute must not be given with a calendar"));
  CHECK_THAT(error(runs, " --devices 8"), ContainsSubstring("--devices must be given with --device"));
  CHECK_THAT(error(runs, " --device h100 --devices 8 --days 1 --global-batch 8"), ContainsSubstring("h100-sxm"));
  CHECK_THAT(error(with(R"("fine-grained")", R"("fine-grained", "compute": 1e22)"), ""),
             ContainsSubstring("must have no compute beside a calendar"));
  CHECK_THAT(error(with(R"("law": "fine-grained")", R"("measure": "n_layers")"), ""),
             ContainsSubstring("must be the loss of a law beside a calendar"));
  CHECK_THAT(error(with(R"(, "global_batch": 256)", ""), ""), ContainsSubstring("global_batch"));
  CHECK_THAT(error(with(R"("full")", R"("some")"), ""), ContainsSubstring("selective"));
  CHECK_THAT(error(with(R"("objective")", R"("parallel": {"tensor": 2}, "objective")"), ""),
             ContainsSubstring("must have layouts instead of parallel"));
}

#if defined(__has_feature)
#define MOETRIC_HAS_FEATURE(x) __has_feature(x)
#else
#define MOETRIC_HAS_FEATURE(x) 0
#endif
#if !defined(__SANITIZE_ADDRESS__) && !MOETRIC_HAS_FEATURE(address_sanitizer)  // which takes terabytes of addresses
TEST_CASE("too little memory is a sentence and a status of its own") {
  std::string const file = folder().file("huge.json", R"({
      "axes": [{"field": "d_model", "from": 1, "to": 1048576}, {"field": "d_ff", "from": 1, "to": 1048576}],
      "fixed": {"n_dense_layers": 4, "n_heads": 1, "head_dim": 1, "vocab_size": 1000},
      "objective": {"law": "chinchilla-tex", "compute": 1e20}})");
  auto const got = run("search " + file, "", "ulimit -v 100000; ");
  CHECK(got.status == 71);
  CHECK_THAT(got.error, ContainsSubstring("moetric: the memory must suffice"));
}
#endif

}  // namespace
