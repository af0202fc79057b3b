#include "moetric/io/space.hpp"

#include "catch.hpp"
#include "fitted_files.hpp"
#include "json.hpp"
#include "moetric/io/search_answer.hpp"
#include "moetric/report/json.hpp"
#include "moetric/search/best_first.hpp"

namespace {

using namespace moetric;
using nlohmann::json;

json const good = json::parse(R"({
  "axes": [{"field": "d_model", "from": 512, "to": 1024, "step": 128},
           {"field": "n_heads", "from": 4, "to": 16, "doubling": true},
           {"field": "top_k", "values": [1, 2, 4]},
           {"field": "n_kv_heads", "of": "n_heads", "factors": ["1/4", "1/2", 1]}],
  "fixed": {"n_moe_layers": 8, "head_dim": 64, "d_expert": 512, "n_experts": 32, "vocab_size": 1000},
  "rules": [{"field": "d_model", "divisible_by": 256}, {"field": "top_k", "at_most": "n_experts"}],
  "preset": "shipped", "windows": {"expansion_ratio": [2, null]},
  "objective": {"law": "fine-grained", "compute": 1e20}, "sequence_length": 4096,
  "parallel": {"tensor": 2, "expert": 4, "devices": 64}})");

json with(char const* path, json const& value) {
  json changed = good;
  changed[json::json_pointer(path)] = value;
  return changed;
}

TEST_CASE("a search file gives the search that it describes") {
  io::search_request const request = io::search_from(io_json(good));
  CHECK(request.over.size() == 3 * 3 * 3 * 3);  // of five widths three are multiples of 256
  CHECK(request.over[0].n_kv_heads == 1);
  CHECK(request.over[2].n_kv_heads == 4);
  CHECK(request.at.sequence_length == 4096);
  CHECK(request.at.devices == 64);
  REQUIRE(request.windows.size() == 4);  // three of the preset, one in the place of its fourth
  CHECK(request.windows.back() == search::window{search::measure::expansion_ratio, 2});
  CHECK(request.over.rules().size() == 8);  // six of the parallel sizes
}

TEST_CASE("uneven stages fix the number of layers, and the fullest one's share") {
  json const uneven = with("/parallel", {{"pipeline", 3}, {"stages", {2, 3, 3}}});
  io::search_request const request = io::search_from(io_json(uneven));
  CHECK(request.at.fullest_stage == ratio(3, 8));
  CHECK(request.over.rules().back() == search::at_most(search::field::n_layers, 8));
  CHECK_THROWS_WITH(io::search_from(io_json(with("/parallel", {{"pipeline", 2}, {"stages", {2, 3, 3}}}))),
                    Catch::Matchers::ContainsSubstring("for each of the 2 stages, but has 3"));
}

TEST_CASE("a fixed field replaces its default axis") {
  json search{{"objective", {{"law", "fine-grained"}, {"compute", 1e20}}}, {"fixed", {{"n_heads", 32}, {"top_k", 8}}}};
  search::space const over = io::search_from(io_json(search)).over;
  CHECK(over[0].n_heads == 32);
  CHECK(over[over.size() - 1].n_heads == 32);
  CHECK(over[over.size() - 1].top_k == 8);
  CHECK(over.n_axes() == search::default_axes().size() - 2);
}

TEST_CASE("a null end of a window does not bound, not even negative values") {
  json most = with("/objective", {{"measure", "total_non_embedding_parameters"}, {"direction", "most"}});
  most["preset"] = "none";
  most["windows"] = {{"objective", {nullptr, -5}}};
  search::window const at_most = io::search_from(io_json(most)).windows.back();
  CHECK(at_most.contains(-1e9));
  CHECK(to_string(at_most) == "objective must not exceed -5");
  CHECK(search::search_best(io::search_from(io_json(most)).problem(), 1).best.size() == 1);
  most["windows"] = {{"objective", {-5, -3}}};
  CHECK(to_string(io::search_from(io_json(most)).windows.back()) == "objective must be within -5 .. -3");
}

TEST_CASE("a request that is JSON names no file, whatever its law is called") {
  for (std::string const law : {"/etc/hostname", "/proc/self/environ", "fit.json", "./fit", "/no/such.json"}) {
    json const request = with("/objective", {{"law", law}, {"compute", 1e20}});
    CHECK_THROWS_WITH(io::search_from(io_json(request)), Catch::Matchers::ContainsSubstring("but got '" + law + "'"));
  }
}

TEST_CASE("an error in a search names its key") {
  auto const refused = [](json const& request, std::string const& sentence) {
    CAPTURE(request.dump());
    CHECK_THROWS_WITH(io::search_from(io_json(request)), Catch::Matchers::ContainsSubstring(sentence));
  };
  refused(json::array(), "a search must be an object, but got an array");
  refused(with("/axis", 1), "a key of a search must be one of axes, fixed, rules, preset, windows");
  refused(with("/axes", 3), "key 'axes' of a search must be an array, but got 3");
  refused(with("/axes/0/field", "d_modell"), "key 'axes[0].field' of a search must be one of 13 names");
  refused(with("/axes/0/field", "d_modell"), ", but got 'd_modell'; did you mean d_model?");
  refused(with("/axes/0/from", -1), "key 'axes[0].from' of a search must not be negative, but got -1");
  refused(with("/axes/0/from", 1.5), "key 'axes[0].from' of a search must be a whole number, but got 1.5");
  refused(with("/axes/0/step", 0), "axis d_model must have a positive step, but got 0");
  refused(with("/axes/2/values", json::array()), "axis top_k must hold at least one value");
  refused(with("/axes/3/factors/0", "1/0"), "key 'axes[3].factors[0]' of a search must not divide by 0");
  refused(with("/axes/3/factors/0", "x"),
          "key 'axes[3].factors[0]' of a search must be a whole number or a fraction such as \"1/8\"");
  refused(with("/axes/3/of", "n_layers"), "axis n_kv_heads must belong to a field of its own");
  refused(with("/axes/3/factors", nullptr), "key 'axes[3].factors' of a search must be an array, but got null");
  refused(with("/axes/0", {{"field", "d_model"}}),
          "key 'axes[0]' of a search must have values, or from and to, or of and factors");
  refused(with("/axes/0", {{"field", "d_model"}, {"of", "n_heads"}}),
          "key 'axes[0].factors' of a search must be present, but is missing");
  refused(with("/axes/2/from", 1),
          "key 'axes[2]' of a search must have values, or from and to, or of and factors, but only one of these");
  refused(with("/axes/3/values", {1, 2}),
          "key 'axes[3]' of a search must have values, or from and to, or of and factors, but only one of");
  refused(with("/axes/1/step", 4), "key 'axes[1]' of a search must have either step or doubling");
  refused(with("/fixed/d_model", 512), "key 'fixed' of a search must not have d_model, which is an axis");
  refused(with("/fixed/tied", 1), "key 'fixed.tied' of a search must be true or false, but got 1");
  refused(with("/fixed/n_expert", 1), "a key of 'fixed' of a search must be one of 13 names");
  refused(with("/fixed/d_expert", 0), "d_expert must be positive in every configuration of a space with experts");
  refused(with("/rules/0/at_most", 700), "key 'rules[0]' of a search must have either divisible_by or at_most");
  refused(with("/rules/0", {{"field", "d_model"}}),
          "key 'rules[0]' of a search must have either divisible_by or at_most");
  refused(with("/rules/0/divisible_by", 0), "a rule must not divide by 0");
  refused(with("/preset", "usual"), "a preset must be one of shipped, holistic, none, but got 'usual'");
  refused(with("/windows/tokns", json{1, 2}), "names, but got 'tokns'; did you mean tokens?");
  refused(with("/windows/n_layers", json{1}),
          "key 'windows.n_layers' of a search must have two ends, one of which may be null, but has 1");
  refused(with("/windows/n_layers", json{"1", 2}),
          "key 'windows.n_layers[0]' of a search must be a number, but got '1'");
  refused(with("/objective/law", "fine"), "law must be one of ");
  refused(with("/objective/law", "fine"), "did you mean fine-grained");
  refused(with("/objective/law", "ling-moe"), "an objective must be a law with a loss, which ling-moe is not");
  refused(with("/objective/compute", -1),
          "key 'objective.compute' of a search must be positive and finite, but got -1");
  refused(with("/objective/compute", "1e20"), "key 'objective.compute' of a search must be a number, but got '1e20'");
  refused(with("/objective/tokens", 1e9), "key 'objective' of a search must have compute or tokens, but got both");
  refused(with("/objective/given", {{"granularity", 4}}), "law fine-grained must get no 'granularity'");
  refused(with("/objective", {{"measure", "loss"}}), "bytes_per_device, but got 'loss'");
  refused(with("/objective", {{"law", "fine-grained"}}), "law fine-grained must be given compute or tokens");
  refused(with("/objective", {{"law", "data-constrained"}, {"compute", 1e20}}),
          "law data-constrained must be given unique_tokens");
  refused(with("/objective", {{"law", "kaplan-c"}, {"compute", 1e20}}), "law kaplan-c must be given compute");
  refused(with("/objective/measure", "n_layers"), "a key of 'objective' of a search must be one of measure, direction");
  refused(with("/objective/direction", "most"),
          "a key of 'objective' of a search must be one of law, compute, tokens, given");
  refused(with("/parallel/tensor", 0), "key 'parallel.tensor' of a search must be from 1 to 1048576, but got 0");
  refused(with("/parallel/devices", 1), "devices of key 'parallel' of a search must be a multiple of pipeline x tensor "
                                        "and of pipeline x expert, but got 1");
  refused(with("/parallel/devices", 62),
          "devices of key 'parallel' of a search must be a multiple of pipeline x tensor and of pipeline x");
  refused(with("/parallel/pipeline", std::uint64_t{1} << 63),
          "key 'parallel.pipeline' of a search must be from 1 to 1048576, but got 9");
  refused(with("/parallel/devices", std::uint64_t{1} << 63),
          "key 'parallel.devices' of a search must be from 1 to 1048576, but got 9");
  refused(with("/objective/law", json::object()), "key 'objective.law.fitted_form' of a search must be present");
  refused(with("/objective/law", {{"fitted_form", 1}}), "key 'objective.law.fitted_form' of a search must be a string");
  refused(with("/axes/0/form", 512), "but got 'form'; did you mean from?");
  json without = good;
  without.erase("objective");
  refused(without, "key 'objective' of a search must be present, but is missing");
}

TEST_CASE("a fit with a law's coefficients ranks as the law does, in every form") {
  struct row {
    char const* form;
    laws::description_ref about;
    json given;
  };
  for (row const& each :
       {row{"chinchilla", laws::chinchilla::tex.about, {}},
        row{"fine-grained", laws::fine_grained::four_decimals.about, {}},
        row{"fine-grained-dense", laws::fine_grained::dense.about, {}}, row{"clark", laws::clark::rl_r.about, {}},
        row{"joint-moe", laws::joint_moe::printed.about, {}}, row{"abnar", laws::abnar::sparsity.about, {}},
        row{"data-constrained", laws::data_constrained::authors.about, {{"unique_tokens", 1e9}}}}) {
    CAPTURE(each.form);
    json objective{{"law", each.about->id}, {"compute", 1e20}};
    if (!each.given.is_null()) objective["given"] = each.given;
    auto const best_by = [&](json const& request) {
      io::search_request const made = io::search_from(io_json(request));
      return search::search_best(made.problem(), 3).best;
    };
    auto const published = best_by(with("/objective", objective));
    objective["law"] = fitted_file(each.form, *each.about);
    CHECK(best_by(with("/objective", objective)) == published);
    objective["law"]["coefficients"][std::string(each.about->coefficients[0].name)]["value"] = 2;
    CHECK(best_by(with("/objective", objective)) != published);
  }
  // Wang's law has no published numbers: more experts lower its loss, and nothing else that this space varies but N_a.
  json of_wang = fitted_file("wang", laws::wang::about);
  for (char const* const name : {"A", "B", "alpha", "beta", "gamma", "sigma"})
    of_wang["coefficients"][name] = {
        {"value", 0.3}, {"standard_error", 0}, {"held", false}, {"at_bound", false}, {"identified", true}};
  of_wang["covariance"] = std::vector<std::vector<double>>(6, std::vector<double>(6, 0.0));
  json request = with("/objective", {{"law", of_wang}, {"compute", 1e20}});
  request["fixed"].erase("n_experts");
  request["axes"].push_back({{"field", "n_experts"}, {"values", {16, 32, 64}}});
  io::search_request const made = io::search_from(io_json(request));
  CHECK(made.over[search::search_best(made.problem(), 1).best[0].index].n_experts == 64);
}

TEST_CASE("a result survives a round trip through JSON, and a hostile one is refused by its key") {
  io::search_request const request = io::search_from(io_json(with("/preset", "none")));
  search::result const found = search::search_best(request.problem(), 5, {3, 70});
  REQUIRE(found.best.size() == 5);
  auto const fingerprint = [](json const& of) {
    return io::fingerprint(io_json(of), io::search_from(io_json(of)).problem());
  };
  json const written = json::parse(report::to_json(io::search_answer(io_json(good), request.problem(), found).values));
  CHECK(io::result_from(io_json(written)) == found);
  CHECK(written["request"] == io::fingerprint(io_json(good), request.problem()));
  CHECK(fingerprint(good) != fingerprint(with("/sequence_length", 4095)));
  // The same text with another law, preset or default axis behind it is another request.
  auto const same_text = [&](io::search_request const& of) { return io::fingerprint(io_json(good), of.problem()); };
  io::search_request other = request;
  other.windows.push_back({search::measure::n_layers, 1, 100});
  CHECK(same_text(other) != same_text(request));
  other = request;
  other.objective = search::loss_of("fine-grained-rounded", {.compute = 1e20});
  CHECK(same_text(other) != same_text(request));

  auto const refused = [&](char const* path, json const& value, std::string const& sentence) {
    json changed = written;
    changed[json::json_pointer(path)] = value;
    CAPTURE(changed.dump());
    CHECK_THROWS_WITH(io::result_from(io_json(changed)), Catch::Matchers::ContainsSubstring(sentence));
  };
  refused("/top", -1, "key 'top' of a result must not be negative, but got -1");
  refused("/top", 4, "key 'best' of a result must hold the best 4 of those scored, but holds 5");
  refused("/top", 0, "key 'top' of a result must be from 1 to ");
  refused("/searched", {{3, 3}}, "key 'searched' of a result must hold increasing ranges, but got [3,3]");
  refused("/searched", {{3, 5}}, "key 'best' of a result must lie in what was searched");
  refused("/searched", {{3, 70}, {60, 80}}, "key 'searched' of a result must hold increasing ranges, but got [60,80]");
  refused("/best/1", written["best"][0], "key 'best' of a result must be sorted, best first");
  refused("/best/0/score", nullptr, "key 'best[0].score' of a result must be a number, but got null");
  refused("/scored", "many", "key 'scored' of a result must be a whole number");
  refused("/enumerated", 68, "key 'enumerated' of a result must be what was searched, 67, but is 68");
  refused("/discarded", ~std::uint64_t{0},
          "key 'enumerated' of a result must be what was discarded, rejected and scored");
  CHECK_THROWS_WITH(io::result_from(io::json_object()),
                    "moetric: key 'best' of a result must be present, but is missing");
}

}  // namespace
