#include <chrono>
#include <cmath>
#include <iostream>
#include <map>
#include <optional>
#include <set>

#include "law_command.hpp"
#include "moetric/io/search_result.hpp"
#include "moetric/search/bands.hpp"
#include "moetric/search/shard.hpp"
#include "moetric/search/why_empty.hpp"
#include "printing.hpp"
#include "search_command.hpp"

namespace tool {
namespace {

using namespace moetric;

struct options {
  std::string space;
  std::string law;
  std::string compute;
  std::vector<std::string> given;
  std::optional<std::string> shard;
  std::string top = "10";
  std::optional<double> bands;
  bool exhaustive = false;
  bool as_json = false;
};

std::size_t top_of(options const& chosen) {
  constexpr int most = 1'000'000;
  bool const is_whole = !chosen.top.empty() && chosen.top.find_first_not_of("0123456789") == std::string::npos;
  if (is_whole && chosen.top.size() < 8)
    if (int const top = std::stoi(chosen.top); top >= 1 && top <= most) return static_cast<std::size_t>(top);
  throw std::invalid_argument("moetric: top must be within 1 .. " + std::to_string(most) + ", but got " + chosen.top);
}

search::index_range range_of(options const& chosen, search::space const& over) {
  if (!chosen.shard) return over.all();
  auto const parts = split(*chosen.shard, '/');
  if (parts.size() != 2)
    throw std::invalid_argument("moetric: a shard must be written as 0/8, but got " + *chosen.shard);
  auto const number = [](std::string const& text) {
    count const value = whole("shard", text);
    if (value.bits >> 64 != 0) throw std::invalid_argument("moetric: a shard must be below 2^64, but got " + text);
    return static_cast<std::uint64_t>(value);
  };
  return search::shard_of(over, number(parts[0]), number(parts[1]));
}

json tool_json(io::json const& value) {
  return json::parse(io::json_text(value));
}

json numbers_of(search::any_problem const& of, std::uint64_t index) {
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

json result_json(search::any_problem const& of, search::result const& found, std::string const& request) {
  json object = tool_json(io::to_json(found, request));
  for (json& each : object["best"]) each.update(numbers_of(of, each["index"].get<std::uint64_t>()));
  object["space"] = of.over().size();
  return object;
}

constexpr std::pair<char const*, char const*> shown_measures[]{{"M", "training_flops_per_token"},
                                                               {"N_a", "active_non_embedding_parameters"},
                                                               {"N", "total_non_embedding_parameters"}};

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
    for (auto const& [symbol, measure] : shown_measures) {
      names.emplace_back(symbol);
      cells.push_back(brief(each["measures"][measure].get<double>(), 3));
    }
    if (header) rows.row(names);
    header = false;
    rows.row(cells);
  }
  rows.print();
}

void print_counts(json const& object) {
  std::string const method = object.value("method", "");
  std::cout << object["enumerated"] << " configurations enumerated: " << object["discarded"]
            << (method == "bounds"       ? " pruned in boxes, "
                : method == "exhaustive" ? " excluded by a filter, "
                                         : " discarded, ")
            << object["rejected"] << " rejected, " << object["scored"] << " scored";
  if (method != "exhaustive") std::cout << "; " << object["boxes"] << " boxes bounded";
  if (object.contains("seconds")) std::cout << ", " << brief(object["seconds"].get<double>(), 3) << " s";
  std::cout << '\n';
}

void print_result(json const& object) {
  print_best(object);
  std::cout << '\n';
  print_counts(object);
}

// The request in the file, with the law, compute and inputs of the command line in place of its own.
io::json request_of(options const& chosen) {
  io::json request = io::read_search(chosen.space);
  if (chosen.law.empty() && chosen.compute.empty() && chosen.given.empty()) return request;
  if (io::json& given = request.object()["objective"]; !given.is_object()) given = io::json_object();
  io::json_object& objective = request.object()["objective"].object();
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
    auto const [name, value] = take_apart("given", each);
    if (!objective["given"].is_object()) objective["given"] = io::json_object();
    objective["given"].object()[name] = number(name, value);
  }
  return request;
}

json outside_json(fixed_list<laws::extrapolation, 12> const& outside) {
  json all = json::array();
  for (laws::extrapolation const& each : outside) {
    json one{{"input", each.input}, {"value", each.value}, {"range", nullptr}, {"factor", nullptr}};
    if (each.fitted) {
      one["range"] = {{"low", each.fitted->low}, {"high", each.fitted->high}};
      one["factor"] = each.factor;
    }
    all.push_back(one);
  }
  return all;
}

// Adds how far the best shape lies outside the law's fitted range and, for a published law, outside the family of
// models it was fitted on. Returns a sentence for each.
std::vector<std::string> add_outside(json& object, search::any_problem const& of, std::uint64_t best,
                                     bool reads_shapes_alone) {
  search::fields<double> const values = of.over().values(of.over().digits_of(best));
  auto const c = of.costs_of(values);
  auto const outside = of.objective().outside_range(c);
  object["outside_range"] = outside_json(outside);
  object["outside_family"] = json::array();
  std::vector<std::string> reasons;
  for (laws::extrapolation const& each : outside) reasons.push_back(to_string(each));
  double const run_tokens = of.objective().has_tokens() ? of.value(search::measure::tokens, c) : 0;
  if (!(run_tokens > 0)) reasons.push_back("the law does not depend on compute or tokens");
  laws::catalogue_row const* const published = laws::find(object["law"].get<std::string>());
  if (published == nullptr || !reads_shapes_alone || !(run_tokens > 0)) return reasons;
  search::fields<count> whole;
  for (std::size_t i = 0; i != search::n_fields; ++i)
    whole.values[i] = count(static_cast<std::uint64_t>(values.values[i]));
  auto const tokens = static_cast<std::uint64_t>(std::fmax(1, std::round(run_tokens)));
  model const m = to_model(whole.to_shape(of.over().rest().tied));
  for (std::string const& each : published->evaluate_model(m, tokens).outside_family) {
    object["outside_family"].push_back(each);
    reasons.push_back(each);
  }
  return reasons;
}

void run(options const& chosen) {
  io::json const asked = request_of(chosen);
  io::search_request const request = io::search_from(asked);
  auto const problem = request.problem();
  auto const start = std::chrono::steady_clock::now();
  search::index_range const range = range_of(chosen, request.over);
  search::result const found = chosen.exhaustive ? scan_exhaustively(asked, request, top_of(chosen), range)
                                                 : search::search_best(problem, top_of(chosen), range);
  std::chrono::duration<double> const seconds = std::chrono::steady_clock::now() - start;
  if (found.best.empty() && !chosen.shard) search::refuse_empty(problem);
  json object = result_json(problem, found, io::fingerprint(asked));
  object["method"] = chosen.exhaustive ? "exhaustive" : "bounds";
  object["seconds"] = seconds.count();
  json axes = json::object();
  for (std::size_t i = 0; i != request.over.n_axes(); ++i)
    axes[std::string(name(request.over.axes()[i].field))] = {{"given", request.over.n_given_values(i)},
                                                             {"left_by_rules", request.over.n_values(i)}};
  object["axes"] = axes;
  json windows = json::object();
  for (search::window const& each : problem.windows())
    windows[std::string(name(each.measure))] = {std::isinf(each.low) ? json() : json(each.low),
                                                std::isinf(each.high) ? json() : json(each.high)};
  object["windows"] = windows;
  if (chosen.bands) {
    json bands = json::object();
    for (search::field_band const& each : search::near_optimal_bands(problem, *chosen.bands))
      bands[std::string(name(each.field))] = {{"low", each.low}, {"best", each.best}, {"high", each.high}};
    object["bands"] = bands;
  }
  json const text = tool_json(asked);
  json const& law = text["objective"].contains("law") ? text["objective"]["law"] : json();
  if (law.is_string()) object["law"] = law.get<std::string>();
  if (law.is_object()) {
    object["law"] = "fitted-" + law["fitted_form"].get<std::string>();
    object["law_warnings"] = json(law["warnings"]);
  }
  std::vector<std::string> outside;
  if (object.contains("law") && !found.best.empty())
    outside = add_outside(object, problem, found.best[0].index, !text["objective"].contains("given"));
  if (chosen.as_json) return print(object);
  for (char const* const length : {"compute", "tokens"})
    if (object.contains("law") && text["objective"].contains(length))
      std::cout << "least loss by law " << object["law"].get<std::string>() << " at " << length << " "
                << brief(text["objective"][length].get<double>()) << ", in the law's own count\n\n";
  print_result(object);
  if (!outside.empty()) {
    std::cout << "at the best, outside the range or family of law " << object["law"].get<std::string>() << ":\n";
    for (std::string const& each : outside) std::cout << "  " << each << '\n';
  }
  if (object.contains("law_warnings"))
    for (json const& each : object["law_warnings"]) std::cout << "caution: " << each.get<std::string>() << '\n';
  for (auto const& [field, n] : axes.items())
    if (n["left_by_rules"] != n["given"])
      std::cout << "rules leave " << n["left_by_rules"] << " of the " << n["given"] << " values of " << field << '\n';
  std::cout << "windows " << windows.dump() << '\n';
  if (!object.contains("bands")) return;
  std::cout << "\nFields of all configurations within " << brief(100 * *chosen.bands, 3) << " % of the best\n";
  table rows;
  for (auto const& [field, each] : object["bands"].items())
    rows.row({field, brief(each["low"].get<double>(), 8) + " to " + brief(each["high"].get<double>(), 8),
              "best " + brief(each["best"].get<double>(), 8)});
  rows.print();
}

/// Checks that a configuration of a result has the shape and measures that are printed.
void require_numbers(nlohmann::json const& best) {
  auto const check = [&](char const* key, auto const& names, bool whole) {
    bool good = best.contains(key) && best[key].is_object();
    for (auto const& name : names)
      good = good && best[key].contains(name) &&
             (whole ? best[key][name].is_number_unsigned() : best[key][name].is_number());
    if (!good)
      throw std::invalid_argument("moetric: " + std::string(key) + " of configuration " + best["index"].dump() +
                                  " must have all its numbers");
  };
  std::vector<std::string> fields, measures;
  for (auto const& [symbol, measure] : shown_measures) measures.emplace_back(measure);
  for (std::size_t i = 0; i != search::n_fields; ++i) fields.emplace_back(name(static_cast<search::field>(i)));
  check("architecture", fields, true);
  check("measures", measures, false);
}

std::uint64_t space_of(nlohmann::json const& object, search::result const& found) {
  if (!object.contains("space")) throw std::invalid_argument("moetric: a result must have space");
  nlohmann::json const& size = object["space"];
  if (!size.is_number_unsigned() || (!found.searched.empty() && found.searched.back().last > size.get<std::uint64_t>()))
    throw std::invalid_argument("moetric: space of a result must cover what was searched, but is " + size.dump());
  return size.get<std::uint64_t>();
}

/// "indices 0 .. 9 and 30 .. 39", those that no shard covers.
std::string missing_of(std::vector<search::index_range> const& searched, std::uint64_t size) {
  constexpr std::size_t most_named = 8;
  std::vector<std::string> ranges;
  std::uint64_t next = 0;
  auto const miss_until = [&](std::uint64_t first) {
    if (next < first) ranges.push_back(std::to_string(next) + " .. " + std::to_string(first - 1));
  };
  for (search::index_range const& each : searched) {
    miss_until(each.first);
    next = each.last;
  }
  miss_until(size);
  if (ranges.size() > most_named) {
    std::string const rest = std::to_string(ranges.size() - most_named + 1) + " more ranges";
    ranges.resize(most_named - 1);
    ranges.push_back(rest);
  }
  return "indices " + listed(ranges);
}

struct merge_options {
  std::vector<std::string> files;
  bool partial = false;
  bool as_json = false;
};

void merge_files(merge_options const& chosen) {
  std::optional<search::result> merged;
  std::string request;
  std::uint64_t size = 0;
  std::map<std::uint64_t, nlohmann::json> known;
  std::set<std::string> methods;
  double seconds = 0;
  for (std::string const& each : chosen.files) {
    io::json const read = io::read_json_object(each);
    nlohmann::json const object = nlohmann::json::parse(io::json_text(read));
    search::result const found = io::result_from(read);
    std::uint64_t const its_size = space_of(object, found);
    if (merged && (io::request_of(read) != request || its_size != size))
      throw std::invalid_argument("moetric: merged results must belong to the same request, but " +
                                  io::in_quotes(each) + " does not");
    request = io::request_of(read), size = its_size;
    methods.insert(object.contains("method") && object["method"].is_string() ? object["method"].get<std::string>()
                                                                             : "unknown");
    merged = merged ? search::merge(*merged, found) : found;
    for (nlohmann::json const& one : object["best"]) {
      require_numbers(one);
      known[one["index"].get<std::uint64_t>()] = one;
    }
    if (object.contains("seconds") && object["seconds"].is_number()) seconds += object["seconds"].get<double>();
  }
  bool const whole = merged->searched == std::vector<search::index_range>{{0, size}};
  if (whole && merged->best.empty())
    throw std::invalid_argument("moetric: the constraints of a search must leave a configuration, but none does: "
                                "`moetric search` without --shard says why");
  json object = tool_json(io::to_json(*merged, request));
  json best = json::array();
  for (search::candidate const& each : merged->best) best.push_back(json(known[each.index]));
  object["best"] = best;
  object["space"] = size;
  object["method"] = listed(methods);
  object["seconds"] = seconds;
  object["complete"] = whole;
  chosen.as_json ? print(object) : print_result(object);
  if (whole) return;
  std::string const missing = missing_of(merged->searched, size);
  if (!chosen.partial)  // what was found is printed, but a script must notice that it is incomplete
    throw std::invalid_argument("moetric: results must cover the space of " + std::to_string(size) +
                                " configurations, but " + missing + " are missing; --partial accepts that");
  if (!chosen.as_json) std::cout << "note: of " << size << " configurations " << missing << " are missing\n";
}

}  // namespace

void add_search(arguments app) {
  auto chosen = std::make_shared<options>();
  auto command = app.add_subcommand("search", "Find the best configurations of a space, exactly");
  command->footer(
      "Examples:\n  moetric search examples/space.json --top 5\n"
      "  moetric search space.json --law FIT.json --compute 1e22\n"
      "Job array: moetric search space.json --shard $SLURM_ARRAY_TASK_ID/64 --json > part.$SLURM_ARRAY_TASK_ID"
      "\n           moetric merge part.*");
  command->add_option("SPACE", chosen->space, "JSON file: axes, fixed fields, windows and objective")->required();
  command->add_option("--law", chosen->law, "Law to rank by: an id or the file of a fit; default: the one in SPACE");
  command->add_option("--compute", chosen->compute, "Training FLOPs in the law's own count; default: those in SPACE");
  command->add_option("--given", chosen->given,
                      "Inputs of the law that a shape does not determine, such as unique_tokens=1e12");
  command->add_option("--top", chosen->top, "How many configurations to keep")->capture_default_str();
  declared_option const shard =
      command->add_option("--shard", chosen->shard, "Search shard i of n of the space, as i/n with i from 0");
  declared_option const exhaustive =
      command->add_flag("--exhaustive", chosen->exhaustive,
                        "Look at every configuration instead of bounding boxes of them: the same answer, as a proof "
                        "beside the bounds; refused above 1e12 configurations, or 1e10 that no filter serves");
  command
      ->add_option(
          "--bands", chosen->bands,
          "Also the range of each field among all configurations within this fraction of the best, such as 0.001")
      ->excludes(shard)
      ->excludes(exhaustive);
  command->add_flag("--json", chosen->as_json, "Print JSON, which `moetric merge` reads");
  command->callback([chosen] { run(*chosen); });
}

void add_merge(arguments app) {
  auto chosen = std::make_shared<merge_options>();
  auto command = app.add_subcommand("merge", "Merge the shards of one search into one answer");
  command->footer("Example: moetric merge part.0 part.1 part.2 part.3 --json");
  command->add_option("RESULT", chosen->files, "What `moetric search --shard i/n --json` printed")->required();
  command->add_flag("--partial", chosen->partial,
                    "Exit with status 0 although shards are missing; otherwise the partial result has exit status 2");
  command->add_flag("--json", chosen->as_json, "Print JSON");
  command->callback([chosen] { merge_files(*chosen); });
}

}  // namespace tool
