#include <chrono>
#include <cmath>
#include <iostream>
#include <map>
#include <optional>

#include "command.hpp"
#include "moetric/io/search_result.hpp"
#include "moetric/search/shard.hpp"

namespace tool {
namespace {

using namespace moetric;

struct options {
  std::string space;
  std::string law;
  std::string compute;
  std::vector<std::string> given;
  std::string shard;
  std::size_t top = 10;
  std::optional<double> bands;
  bool as_json = false;
};

search::index_range range_of(std::string const& shard, search::space const& over) {
  if (shard.empty()) return over.all();
  auto const parts = split(shard, '/');
  if (parts.size() != 2) throw std::invalid_argument("moetric: a shard must be written as 0/8, but got " + shard);
  return search::shard_of(over, static_cast<std::uint64_t>(whole("shard", parts[0])),
                          static_cast<std::uint64_t>(whole("shard", parts[1])));
}

json numbers_of(search::problem<search::any_objective> const& of, std::uint64_t index) {
  search::fields<double> const values = of.over().values(of.over().digits_of(index));
  auto const c = of.costs_of(values);
  json architecture = json::object();
  for (std::size_t i = 0; i != search::n_fields; ++i)
    architecture[std::string(name(static_cast<search::field>(i)))] = static_cast<std::uint64_t>(values.values[i]);
  json measures = json::object();
  for (std::size_t i = 0; i != search::n_measures; ++i) {
    auto const what = static_cast<search::measure>(i);
    double const value = of.value(what, c);
    if (what == search::measure::objective || (what == search::measure::tokens && !of.objective().has_tokens()))
      continue;
    bool const is_count = value == std::floor(value) && value < 0x1p53 && what != search::measure::tokens;
    measures[std::string(name(what))] = is_count ? json(static_cast<std::uint64_t>(value)) : json(value);
  }
  return {{"architecture", architecture}, {"measures", measures}};
}

json result_json(search::problem<search::any_objective> const& of, search::result const& found,
                 std::string const& request) {
  json object = io::to_json<json>(found, request);
  for (json& each : object["best"]) each.update(numbers_of(of, each["index"].get<std::uint64_t>()));
  object["space"] = of.over().size();
  return object;
}

void print_best(json const& object) {
  table rows;
  bool header = true;
  for (json const& each : object["best"]) {
    std::vector<std::string> names{"index", "objective"},
        cells{std::to_string(each["index"].get<std::uint64_t>()), brief(each["score"].get<double>(), 6)};
    for (std::size_t i = 0; i != search::n_fields; ++i) {
      names.emplace_back(name(static_cast<search::field>(i)));
      cells.push_back(each["architecture"][names.back()].dump());
    }
    for (char const* const measure :
         {"training_flops_per_token", "active_non_embedding_parameters", "total_non_embedding_parameters"}) {
      names.push_back(measure == std::string("training_flops_per_token")          ? "M"
                      : measure == std::string("active_non_embedding_parameters") ? "N_a"
                                                                                  : "N");
      cells.push_back(brief(each["measures"][measure].get<double>(), 3));
    }
    if (header) rows.row(names);
    header = false;
    rows.row(cells);
  }
  rows.print();
}

void print_counts(json const& object) {
  std::cout << object["enumerated"] << " configurations enumerated: " << object["discarded"]
            << " discarded unseen in boxes, " << object["rejected"] << " rejected, " << object["scored"] << " scored; "
            << object["boxes"] << " boxes bounded";
  if (object.contains("seconds")) std::cout << ", " << brief(object["seconds"].get<double>(), 3) << " s";
  std::cout << '\n';
}

void print_result(json const& object) {
  print_best(object);
  std::cout << '\n';
  print_counts(object);
}

// The file's request, with what the command line says of the law in place of its own.
nlohmann::json request_of(options const& chosen) {
  nlohmann::json request = io::read_search(chosen.space);
  if (chosen.law.empty() && chosen.compute.empty() && chosen.given.empty()) return request;
  nlohmann::json& objective = request["objective"];
  if (!objective.is_object()) objective = nlohmann::json::object();
  if (!chosen.law.empty()) {
    objective.erase("measure"), objective.erase("direction");
    objective["law"] = chosen.law;
    io::resolve_law(request, "");
  }
  if (!chosen.compute.empty()) {
    objective.erase("tokens");
    objective["compute"] = number("compute", chosen.compute);
  }
  for (std::string const& each : chosen.given) {
    std::size_t const equals = each.find('=');
    if (equals == std::string::npos)
      throw std::invalid_argument("moetric: given must be name=value, such as unique_tokens=1e12, but got " + each);
    std::string const name = each.substr(0, equals);
    objective["given"][name] = number(name, each.substr(equals + 1));
  }
  return request;
}

void run(options const& chosen) {
  nlohmann::json const text = request_of(chosen);
  io::search_request const request = io::search_from(text);
  auto const problem = request.problem();
  auto const start = std::chrono::steady_clock::now();
  search::result const found = search::search_best(problem, chosen.top, range_of(chosen.shard, request.over));
  std::chrono::duration<double> const seconds = std::chrono::steady_clock::now() - start;
  if (found.best.empty() && chosen.shard.empty()) search::refuse_empty(problem);
  json object = result_json(problem, found, io::fingerprint(text));
  object["seconds"] = seconds.count();
  json windows = json::object();
  for (search::window const& each : problem.windows())
    windows[std::string(name(each.of))] = {each.low > 0 ? json(each.low) : json(),
                                           std::isinf(each.high) ? json() : json(each.high)};
  object["windows"] = windows;
  if (chosen.bands) {
    json bands = json::object();
    for (search::field_band const& each : search::near_optimal_bands(problem, *chosen.bands))
      bands[std::string(name(each.of))] = {{"low", each.low}, {"best", each.best}, {"high", each.high}};
    object["bands"] = bands;
  }
  nlohmann::json const& law = text["objective"].contains("law") ? text["objective"]["law"] : nlohmann::json();
  if (law.is_string()) object["law"] = law.get<std::string>();
  if (law.is_object()) {
    object["law"] = "fitted-" + law["fitted_form"].get<std::string>();
    object["law_warnings"] = json(law["warnings"]);
  }
  if (chosen.as_json) return print(object);
  print_result(object);
  if (object.contains("law_warnings"))
    for (json const& each : object["law_warnings"]) std::cout << "caution: " << each.get<std::string>() << '\n';
  std::cout << "windows " << windows.dump() << '\n';
  if (!object.contains("bands")) return;
  std::cout << "\nFields of all configurations within " << brief(100 * *chosen.bands, 3) << " % of the best\n";
  table rows;
  for (auto const& [field, each] : object["bands"].items())
    rows.row({field, brief(each["low"].get<double>(), 8) + " to " + brief(each["high"].get<double>(), 8),
              "best " + brief(each["best"].get<double>(), 8)});
  rows.print();
}

void merge_files(std::vector<std::string> const& files, bool as_json) {
  std::optional<search::result> merged;
  std::string request;
  nlohmann::json first;
  std::map<std::uint64_t, nlohmann::json> known;
  double seconds = 0;
  for (std::string const& each : files) {
    nlohmann::json const object = io::read_json_object(each);
    search::result const found = io::result_from(object);
    if (!merged) {
      merged = found, request = io::request_of(object), first = object;
    } else {
      if (io::request_of(object) != request)
        throw std::invalid_argument("moetric: results must be of one request to be merged, which " +
                                    io::in_quotes(each) + " is not");
      merged = search::merge(*merged, found);
    }
    for (nlohmann::json const& one : object["best"]) known[one["index"].get<std::uint64_t>()] = one;
    if (object.contains("seconds") && object["seconds"].is_number()) seconds += object["seconds"].get<double>();
  }
  json object = io::to_json<json>(*merged, request);
  json best = json::array();
  for (search::candidate const& each : merged->best) best.push_back(json(known[each.index]));
  object["best"] = best;
  std::uint64_t const size =
      first.contains("space") && first["space"].is_number_unsigned() ? first["space"].get<std::uint64_t>() : 0;
  object["space"] = size;
  object["seconds"] = seconds;
  bool const whole = merged->searched.size() == 1 && merged->searched[0] == search::index_range{0, size};
  object["complete"] = whole;
  if (as_json) return print(object);
  print_result(object);
  if (!whole) std::cout << "note: shards are missing, only " << object["searched"].dump() << " was searched\n";
}

}  // namespace

void add_search(CLI::App& app) {
  auto chosen = std::make_shared<options>();
  auto* command = app.add_subcommand("search", "The best configurations of a space, exactly, by bounds");
  command->footer(
      "Examples:\n  moetric search examples/space.json --top 5\n"
      "  moetric search space.json --law FIT.json --compute 1e22\n"
      "Job array: moetric search space.json --shard $SLURM_ARRAY_TASK_ID/64 --json > part.$SLURM_ARRAY_TASK_ID"
      "\n           moetric merge part.*");
  command->add_option("SPACE", chosen->space, "JSON file: axes, fixed fields, windows and objective")->required();
  command->add_option("--law", chosen->law, "Rank by this law: an id, or the file of a fit; the file's unless given");
  command->add_option("--compute", chosen->compute, "Training FLOPs as the law counts them; the file's unless given");
  command->add_option("--given", chosen->given, "Inputs of the law that no shape tells, such as unique_tokens=1e12");
  command->add_option("--top", chosen->top, "How many to keep")->capture_default_str();
  command->add_option("--shard", chosen->shard, "Part i of n of the space, as i/n with i from 0");
  command->add_option("--bands", chosen->bands,
                      "Also what each field is among all configurations within this part of the best, such as 0.001");
  command->add_flag("--json", chosen->as_json, "Print JSON, which `moetric merge` reads");
  command->callback([chosen] { run(*chosen); });
}

void add_merge(CLI::App& app) {
  struct merge_options {
    std::vector<std::string> files;
    bool as_json = false;
  };
  auto chosen = std::make_shared<merge_options>();
  auto* command = app.add_subcommand("merge", "Shards of one search into one answer");
  command->footer("Example: moetric merge part.0 part.1 part.2 part.3 --json");
  command->add_option("RESULT", chosen->files, "What `moetric search --shard i/n --json` printed")->required();
  command->add_flag("--json", chosen->as_json, "Print JSON");
  command->callback([chosen] { merge_files(chosen->files, chosen->as_json); });
}

}  // namespace tool
