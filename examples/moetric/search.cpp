#include <chrono>
#include <iostream>
#include <optional>

#include "command.hpp"
#include "interruption.hpp"
#include "moetric/io/best_run.hpp"
#include "moetric/io/search_answer.hpp"
#include "moetric/io/search_shards.hpp"
#include "moetric/report/front_answer.hpp"
#include "moetric/report/plot/search.hpp"
#include "moetric/search/shard.hpp"
#include "moetric/search/why_empty.hpp"
#include "search_command.hpp"

namespace tool {
namespace search_command {

using namespace moetric;

struct options {
  std::string space, law, compute;
  std::vector<std::string> given;
  std::optional<std::string> shard;
  std::vector<std::string> rest;
  std::string top = "10";
  std::optional<double> bands;
  std::string front, histogram;
  std::string device, devices, days, global_batch, precision;
  bool exhaustive = false, progress = false, balanced = false;
  output_options output;
};

std::size_t top_of(options const& chosen) {
  constexpr int most = 1'000'000;
  bool const is_whole = !chosen.top.empty() && chosen.top.find_first_not_of("0123456789") == std::string::npos;
  if (is_whole && chosen.top.size() < 8)
    if (int const top = std::stoi(chosen.top); top >= 1 && top <= most) return static_cast<std::size_t>(top);
  throw std::invalid_argument("moetric: top must be within 1 .. " + std::to_string(most) + ", but got " + chosen.top);
}

std::vector<search::index_range> ranges_of(options const& chosen, io::json const& text, search::any_problem const& of) {
  if (!chosen.rest.empty()) {
    io::merged_search found;
    for (std::string const& each : chosen.rest) found.add(each);
    if (io::fingerprint(found.request(), found.problem()) != io::fingerprint(text, of))
      throw std::invalid_argument(
          "moetric: --rest must get results of this search, but they belong to another request");
    if (found.found().k != top_of(chosen))
      throw std::invalid_argument("moetric: top must be " + std::to_string(found.found().k) +
                                  ", as in the results of --rest, but is " + chosen.top);
    if (found.missing().empty())
      throw std::invalid_argument("moetric: --rest must get results that leave a rest, but they cover the space");
    return found.missing();
  }
  if (!chosen.shard) return {of.over().all()};
  auto const parts = split(*chosen.shard, '/');
  if (parts.size() != 2)
    throw std::invalid_argument("moetric: a shard must be written as 0/8, but got " + *chosen.shard);
  auto const number = [](std::string const& part) {
    count const value = whole("shard", part);
    if (value.bits >> 64 != 0) throw std::invalid_argument("moetric: a shard must be below 2^64, but got " + part);
    return static_cast<std::uint64_t>(value);
  };
  return {search::shard_of(of.over(), number(parts[0]), number(parts[1]))};
}

/// JSON has all of the best, written one by one; text the first of them.
void print_search(io::json const& text, search::any_problem const& problem, search::result const& found,
                  io::search_run const& run, output_options const& output) {
  constexpr std::size_t most_shown = 100;
  if (output.as_json && !output.schema) {
    io::write_search_answer(std::cout, text, problem, found, run);
    std::cout << '\n';
  } else {
    print(io::search_answer(text, problem, found, run, most_shown), output);
  }
}

/// The Pareto front over quantities such as "loss,total_parameters".
void print_front(io::json const& text, search::any_problem const& problem, options const& chosen) {
  io::json const* const law = text.find("objective")->find("law");
  std::string const id = law == nullptr ? "" : law->is_object() ? "of a fit" : io::json_value(*law, "law").text();
  std::vector<std::string_view> known{"loss", "objective"};
  for (std::size_t i = 0; i != search::n_measures; ++i) known.push_back(name(static_cast<search::measure>(i)));
  std::vector<search::measure> quantities;
  for (std::string const& each : split(chosen.front, ',')) {
    if (each != "loss" && !search::find_measure(each)) refuse_name("a quantity of --pareto", each, known);
    if (each == "loss" && law == nullptr)
      throw std::invalid_argument("moetric: --pareto must get objective, since this space ranks by no law");
    quantities.push_back(each == "loss" ? search::measure::objective : *search::find_measure(each));
  }
  if (quantities.size() < 2)
    throw std::invalid_argument("moetric: --pareto must get two quantities, such as loss,total_parameters");
  std::vector<search::compromise> const front = search::pareto_front(problem, quantities);
  if (front.empty()) search::refuse_empty(problem);
  print(report::front_answer(problem, quantities, front, id), chosen.output, report::front_picture);
}

/// A request with the calendar that the options give; its days take the place of compute and tokens.
io::json with_calendar(io::json request, options const& chosen) {
  if (chosen.device.empty()) return request;
  io::json_object calendar;
  calendar["device"] = chosen.device;
  calendar["devices"] = whole("devices", chosen.devices);
  calendar["days"] = number("days", chosen.days);
  calendar["global_batch"] = whole("global_batch", chosen.global_batch);
  if (!chosen.precision.empty()) calendar["precision"] = chosen.precision;
  calendar["balanced_experts"] = chosen.balanced;
  request.object()["calendar"] = std::move(calendar);
  if (io::json* const objective = request.find("objective"); objective != nullptr && objective->is_object())
    objective->object().erase("compute"), objective->object().erase("tokens");
  return request;
}

/// What a search found in the ranges that it was asked for, and what is said if a signal stopped it.
struct ranges_searched {
  std::uint64_t asked = 0, found = 0;

  ranges_searched(std::vector<search::index_range> const& wanted, std::vector<search::index_range> const& searched) {
    for (search::index_range const& each : wanted) asked += each.size();
    for (search::index_range const& each : searched) found += each.size();
  }
  bool cut() const { return found != asked; }
  std::string sentence() const {
    return std::to_string(found) + " of " + std::to_string(asked) +
           " configurations were searched; search the others with --rest and merge both";
  }
};

void search_runs(io::json const& text, options const& chosen) {
  if (!chosen.compute.empty())
    throw std::invalid_argument("moetric: --compute must not be given with a calendar, whose days determine it");
  search::run_problem const problem = io::run_problem_from(text);
  std::size_t const top = top_of(chosen);
  std::vector<search::index_range> const ranges = ranges_of(chosen, text, io::shapes_of(problem));
  interruption signals;
  auto const start = std::chrono::steady_clock::now();
  run_control const control = signals.control("pairs", chosen.progress);
  search::best_runs found = chosen.exhaustive ? search::list_best_runs(problem, top, ranges, control)
                                              : search::find_best_runs(problem, top, ranges, control);
  std::chrono::duration<double> const seconds = std::chrono::steady_clock::now() - start;
  ranges_searched const done(ranges, found.searched);
  io::search_run run{.method = chosen.exhaustive ? "exhaustive" : "bounds", .seconds = seconds.count()};
  if (done.cut()) run.complete = false;
  if (found.best.empty() && done.found == problem.over.size()) search::refuse_no_run(problem);
  print(io::best_run_answer(text, problem, std::move(found), run), chosen.output);
  if (done.cut()) signals.rethrow(done.sentence());
}

void search_space(arguments command, options const& chosen) {
  command.only_if(command.has("--device"),
                  {"--devices", "--days", "--global-batch", "--precision", "--balanced-experts"}, "with --device");
  io::objective_changes changes{.law = chosen.law};
  if (!chosen.compute.empty()) changes.compute = number("compute", chosen.compute);
  for (std::string const& each : chosen.given) {
    auto const [name, value] = take_apart("given", each);
    for (auto const& [other, ignored] : changes.given)
      if (other == name) throw std::invalid_argument("moetric: " + name + " must be given once");
    changes.given.emplace_back(name, number(name, value));
  }
  io::json const text = with_calendar(io::with_objective(io::read_search(chosen.space), changes), chosen);
  if (io::has_calendar(text)) {
    command.only_if(false, {"--bands", "--pareto", "--histogram"}, "without a calendar");
    return search_runs(text, chosen);
  }
  io::search_request const request = io::search_from(text);
  search::any_problem const problem = request.problem();
  if (!chosen.front.empty()) return print_front(text, problem, chosen);
  if (!chosen.histogram.empty())
    return print(report::histogram_answer(problem, chosen.histogram, search::count_allowed(problem)), chosen.output,
                 report::histogram_picture);
  if (!chosen.output.plot.empty())
    throw std::invalid_argument("moetric: --plot must be given with --pareto or --histogram");
  std::size_t const top = top_of(chosen);
  std::vector<search::index_range> const ranges = ranges_of(chosen, text, problem);
  interruption signals;
  auto const start = std::chrono::steady_clock::now();
  run_control const control = signals.control("configurations", chosen.progress);
  search::result const found = chosen.exhaustive ? scan_exhaustively(request, top, ranges, control)
                                                 : search::search_best(problem, top, ranges, control);
  std::chrono::duration<double> const seconds = std::chrono::steady_clock::now() - start;
  io::search_run run{.method = chosen.exhaustive ? "exhaustive" : "bounds",
                     .seconds = seconds.count(),
                     .bands = chosen.bands,
                     .stop_bands = signals.token()};
  ranges_searched const done(ranges, found.searched);
  if (done.cut()) run.complete = false, run.bands.reset();
  if (found.best.empty() && done.found == problem.over().size()) search::refuse_empty(problem);
  print_search(text, problem, found, run, chosen.output);
  if (done.cut() || chosen.bands)
    signals.rethrow(done.cut() ? done.sentence() : "the bands of some fields are missing");
}

struct merge_options {
  std::vector<std::string> files;
  bool partial = false;
  output_options output;
};

void merge_files(merge_options const& chosen) {
  io::merged_search merged;
  for (std::string const& each : chosen.files) merged.add(each);
  std::vector<search::index_range> const missing = merged.missing();
  if (missing.empty() && merged.found().best.empty()) merged.refuse_empty();
  if (merged.has_layouts())
    print(merged.answer(), chosen.output);
  else
    print_search(merged.request(), merged.problem(), merged.found(), merged.run(), chosen.output);
  if (!missing.empty() && !chosen.partial)  // what was found is printed, but a script must notice that it is incomplete
    throw std::invalid_argument("moetric: results must cover the space of " +
                                std::to_string(merged.problem().over().size()) + " configurations, but " +
                                io::missing_text(missing) + " are missing; --partial accepts that");
}

}  // namespace search_command

void add_search(arguments app) {
  using namespace search_command;
  auto chosen = std::make_shared<options>();
  auto command = app.add_subcommand("search", "Which configurations of a space are best, exactly?",
                                    {"best", "space", "pareto", "front", "histogram", "architecture", "shape",
                                     "optimise", "enumerate", "shards", "plot"});
  command.examples("moetric search examples/space.json --top 5",
                   "moetric search examples/space.json --pareto loss,total_parameters");
  command->add_option("SPACE", chosen->space, "JSON file: axes, fixed fields, windows and objective")->required();
  command->add_option("--law", chosen->law, "Law to rank by: an id or the file of a fit; default: the one in SPACE");
  command->add_option("--compute", chosen->compute, "Training FLOPs in the law's own count; default: those in SPACE");
  command->add_option("--given", chosen->given,
                      "Inputs of the law that a shape does not determine, such as unique_tokens=1e12");
  command->add_option("--device", chosen->device,
                      "The best shapes that devices train in some days, with their layouts: the device (moetric "
                      "cluster --help lists them); default: the calendar in SPACE, if it has one");
  command->add_option("--devices", chosen->devices, "Devices of the run");
  command->add_option("--days", chosen->days, "Days that the run may take in the median, instead of --compute");
  command->add_option("--global-batch", chosen->global_batch, "Sequences of one step");
  command->add_option("--precision", chosen->precision, "Format of matrix products: bf16, fp8 or fp4; default: bf16");
  command->add_flag("--balanced-experts", chosen->balanced,
                    "Experts have equal loads, as published runs force; else real routing's loss is counted");
  command->add_option("--top", chosen->top, "How many configurations to keep")->capture_default_str();
  declared_option const shard =
      command->add_option("--shard", chosen->shard, "Search shard i of n of the space, as i/n with i from 0");
  declared_option const exhaustive =
      command->add_flag("--exhaustive", chosen->exhaustive,
                        "Score every configuration instead of bounding boxes; gives the same answer and checks the "
                        "bounds; refused above 1e12 configurations, or 1e10 that no filter serves");
  command
      ->add_option("--rest", chosen->rest,
                   "Search what these results leave out: parts of the same search that were interrupted or are missing")
      ->excludes(shard);
  command->add_flag("--progress", chosen->progress, "Print progress to stderr also where that is no terminal");
  command
      ->add_option(
          "--bands", chosen->bands,
          "Also the range of each field among all configurations within this fraction of the best, such as 0.001")
      ->excludes(shard)
      ->excludes(exhaustive);
  declared_option front = command->add_option(
      "--pareto", chosen->front,
      "The configurations that no other beats in all of these, the least being best, such as loss,total_parameters");
  front->excludes(shard)->excludes(exhaustive);
  command
      ->add_option("--histogram", chosen->histogram,
                   "How many allowed configurations have each value of this field, which must be an axis")
      ->excludes(shard)
      ->excludes(exhaustive)
      ->excludes(front);
  chosen->output.declare(command, "the front of --pareto, or --histogram");
  command.further({"--shard", "--rest", "--progress", "--given", "--exhaustive", "--global-batch", "--precision",
                   "--balanced-experts"});
  command->callback([chosen, command] {
    command.only_if(!command.has("--pareto") && !command.has("--histogram"),
                    {"--top", "--bands", "--rest", "--progress"}, "without --pareto and --histogram");
    search_space(command, *chosen);
  });
}

void add_merge(arguments app) {
  using namespace search_command;
  auto chosen = std::make_shared<merge_options>();
  auto command = app.add_subcommand("merge", "What did the shards of one search find together?",
                                    {"shards", "search", "cluster", "slurm", "mpi"});
  command.examples("moetric merge part.0 part.1", "moetric merge part.0 --partial");
  command->add_option("RESULT", chosen->files, "What `moetric search --shard i/n --json` printed")->required();
  command->add_flag("--partial", chosen->partial,
                    "Exit with status 0 although shards are missing; otherwise the partial result has exit status 2");
  chosen->output.declare(command);
  command->callback([chosen] { merge_files(*chosen); });
}

}  // namespace tool
