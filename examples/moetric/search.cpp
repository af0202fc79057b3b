#include <chrono>
#include <iostream>
#include <optional>

#include "command.hpp"
#include "interruption.hpp"
#include "moetric/io/best_run.hpp"
#include "moetric/io/search_answer.hpp"
#include "moetric/io/search_words.hpp"
#include "moetric/report/plot/search.hpp"
#include "search_command.hpp"

namespace tool {
namespace search_command {

using namespace moetric;

struct options {
  std::string space, front, histogram, shard;
  std::vector<std::string> rest;
  io::objective_changes objective;
  io::calendar_changes when;
  std::size_t top = 10;
  std::optional<double> bands;
  bool exhaustive = false, progress = false;
  output_options output;
};

std::vector<search::index_range> ranges_of(options const& chosen, io::json const& text, search::any_problem const& of) {
  if (!chosen.rest.empty()) return io::rest_of(chosen.rest, text, of, chosen.top);
  return {chosen.shard.empty() ? of.over().all() : io::shard_named(chosen.shard, of)};
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

void search_runs(io::json const& text, options const& chosen) {
  if (chosen.objective.compute) io::refuse("--compute must not be given with a calendar, whose days determine it");
  search::run_problem const problem = io::run_problem_from(text);
  std::vector<search::index_range> const ranges = ranges_of(chosen, text, io::shapes_of(problem));
  interruption signals;
  auto const start = std::chrono::steady_clock::now();
  run_control const control = signals.control("pairs", chosen.progress);
  search::best_runs found = chosen.exhaustive ? search::list_best_runs(problem, chosen.top, ranges, control)
                                              : search::find_best_runs(problem, chosen.top, ranges, control);
  std::chrono::duration<double> const seconds = std::chrono::steady_clock::now() - start;
  io::searched_part const done(ranges, found.searched);
  io::search_run run{.method = chosen.exhaustive ? "exhaustive" : "bounds", .seconds = seconds.count()};
  if (done.cut()) run.complete = false;
  if (found.best.empty() && done.found == problem.over.size()) search::refuse_no_run(problem);
  print(io::best_run_answer(text, problem, std::move(found), run), chosen.output);
  if (done.cut()) signals.rethrow(done.sentence());
}

void search_space(command const& from, options const& chosen) {
  io::json const text =
      io::with_calendar(io::with_objective(io::read_search(chosen.space), chosen.objective), chosen.when);
  if (io::has_calendar(text)) {
    from.only_if(false, {"--bands", "--pareto", "--histogram"}, "without a calendar");
    return search_runs(text, chosen);
  }
  io::search_request const request = io::search_from(text);
  search::any_problem const problem = request.problem();
  if (!chosen.front.empty())
    return print(io::front_answer(text, problem, chosen.front), chosen.output, report::front_picture);
  if (!chosen.histogram.empty())
    return print(report::histogram_answer(problem, chosen.histogram, search::count_allowed(problem)), chosen.output,
                 report::histogram_picture);
  chosen.output.require_no_plot("with --pareto or --histogram");
  std::vector<search::index_range> const ranges = ranges_of(chosen, text, problem);
  interruption signals;
  auto const start = std::chrono::steady_clock::now();
  run_control const control = signals.control("configurations", chosen.progress);
  search::result const found = chosen.exhaustive ? scan_exhaustively(request, chosen.top, ranges, control)
                                                 : search::search_best(problem, chosen.top, ranges, control);
  std::chrono::duration<double> const seconds = std::chrono::steady_clock::now() - start;
  io::search_run run{.method = chosen.exhaustive ? "exhaustive" : "bounds",
                     .seconds = seconds.count(),
                     .bands = chosen.bands,
                     .stop_bands = signals.token()};
  io::searched_part const done(ranges, found.searched);
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
    io::refuse("results must cover the space of " + std::to_string(merged.problem().over().size()) +
               " configurations, but " + io::missing_text(missing) + " are missing; --partial accepts that");
}

void declare_objective(command& to, io::objective_changes& objective, io::calendar_changes& when) {
  to.add("--law", objective.law, "Law to rank by: an id or the file of a fit; default: the one in SPACE");
  to.add("--compute", objective.compute, "Training FLOPs in the law's own count; default: those in SPACE");
  option& given = to.add(
      "--given",
      [&objective](std::string const& text) {
        auto const [name, value] = io::take_apart("given", text);
        for (auto const& [other, ignored] : objective.given)
          if (other == name) io::refuse(name + " must be given once");
        objective.given.emplace_back(name, io::number(name, value));
      },
      "Inputs of the law that a shape does not determine, such as unique_tokens=1e12");
  given.further().what = takes::values;
  to.add(
      "--device", when.device,
      "The best shapes that devices train in some days, with their layouts: the device (moetric cluster --help lists "
      "them); default: the calendar in SPACE, if it has one");
  to.add("--devices", when.devices, "Devices of the run").with({"--device"});
  to.add("--days", when.days, "Days that the run may take in the median, instead of --compute").with({"--device"});
  to.add("--global-batch", when.global_batch, "Sequences of one step").with({"--device"}).further();
  to.add("--precision", when.precision, "Format of matrix products: bf16, fp8 or fp4; default: bf16")
      .with({"--device"})
      .further();
  to.add_flag("--balanced-experts", when.balanced,
              "Experts have equal loads, as published runs force; else real routing's loss is counted")
      .with({"--device"})
      .further();
}

}  // namespace search_command

void add_search(command_line& line) {
  using namespace search_command;
  command& to = line.add("search", "Which configurations of a space are best, exactly?",
                         {"best", "space", "pareto", "front", "histogram", "architecture", "shape", "optimise",
                          "enumerate", "shards", "plot"},
                         {"moetric search examples/space.json --top 5",
                          "moetric search examples/space.json --pareto loss,total_parameters"});
  auto& chosen = to.state<options>();
  to.add("SPACE", chosen.space, "JSON file: axes, fixed fields, windows and objective").required();
  declare_objective(to, chosen.objective, chosen.when);
  auto const of_a_list = [](option& one) -> option& { return one.without("--pareto").without("--histogram"); };
  of_a_list(to.add("--top", chosen.top, 1, 1'000'000, "How many configurations to keep").shows_default());
  to.add("--shard", chosen.shard, "Search shard i of n of the space, as i/n with i from 0").further();
  to.add_flag("--exhaustive", chosen.exhaustive,
              "Score every configuration instead of bounding boxes; gives the same answer and checks the bounds; "
              "refused above 1e12 configurations, or 1e10 that no filter serves")
      .further();
  of_a_list(to.add("--rest", chosen.rest,
                   "Search what these results leave out: parts of the same search that were interrupted or are "
                   "missing"))
      .excludes("--shard")
      .further();
  of_a_list(to.add_flag("--progress", chosen.progress, "Print progress to stderr also where that is no terminal"))
      .further();
  of_a_list(to.add("--bands", chosen.bands,
                   "Also the range of each field among all configurations within this fraction of the best, such as "
                   "0.001"))
      .excludes("--shard")
      .excludes("--exhaustive");
  to.add("--pareto", chosen.front,
         "The configurations that no other beats in all of these, the least being best, such as loss,total_parameters")
      .excludes("--shard")
      .excludes("--exhaustive");
  to.add("--histogram", chosen.histogram,
         "How many allowed configurations have each value of this field, which must be an axis")
      .excludes("--shard")
      .excludes("--exhaustive")
      .excludes("--pareto");
  chosen.output.declare(to, "the front of --pareto, or --histogram");
  to.run = [&to, &chosen] { search_space(to, chosen); };
}

void add_merge(command_line& line) {
  using namespace search_command;
  command& to = line.add("merge", "What did the shards of one search find together?",
                         {"shards", "search", "cluster", "slurm", "mpi"},
                         {"moetric merge part.0 part.1", "moetric merge part.0 --partial"});
  auto& chosen = to.state<merge_options>();
  to.add("RESULT", chosen.files, "What `moetric search --shard i/n --json` printed").required();
  to.add_flag("--partial", chosen.partial,
              "Exit with status 0 although shards are missing; otherwise the partial result has exit status 2");
  chosen.output.declare(to);
  to.run = [&chosen] { merge_files(chosen); };
}

}  // namespace tool
