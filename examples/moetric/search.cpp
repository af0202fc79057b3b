#include <chrono>
#include <optional>

#include "command.hpp"
#include "moetric/io/search_answer.hpp"
#include "moetric/io/search_shards.hpp"
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
  std::string top = "10";
  std::optional<double> bands;
  bool exhaustive = false;
  output_options output;
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

report::answer answer_of(options const& chosen) {
  io::objective_changes changes{.law = chosen.law};
  if (!chosen.compute.empty()) changes.compute = number("compute", chosen.compute);
  for (std::string const& each : chosen.given) {
    auto const [name, value] = take_apart("given", each);
    for (auto const& [other, ignored] : changes.given)
      if (other == name) throw std::invalid_argument("moetric: " + name + " must be given once");
    changes.given.emplace_back(name, number(name, value));
  }
  io::json const text = io::with_objective(io::read_search(chosen.space), changes);
  io::search_request const request = io::search_from(text);
  search::any_problem const problem = request.problem();
  auto const start = std::chrono::steady_clock::now();
  search::index_range const range = range_of(chosen, request.over);
  search::result const found = chosen.exhaustive ? scan_exhaustively(request, top_of(chosen), range)
                                                 : search::search_best(problem, top_of(chosen), range);
  std::chrono::duration<double> const seconds = std::chrono::steady_clock::now() - start;
  if (found.best.empty() && !chosen.shard) search::refuse_empty(problem);
  return io::search_answer(
      text, problem, found,
      {.method = chosen.exhaustive ? "exhaustive" : "bounds", .seconds = seconds.count(), .bands = chosen.bands});
}

struct merge_options {
  std::vector<std::string> files;
  bool partial = false;
  output_options output;
};

void merge_files(merge_options const& chosen) {
  std::vector<io::named_shard> shards;
  for (std::string const& each : chosen.files) shards.push_back(io::read_shard_file(each));
  report::search_summary const merged = io::merge_shards(shards);
  print(report::search_answer(merged), chosen.output);
  if (!*merged.complete &&
      !chosen.partial)  // what was found is printed, but a script must notice that it is incomplete
    throw std::invalid_argument("moetric: results must cover the space of " + std::to_string(merged.space) +
                                " configurations, but " + io::missing_text(merged) +
                                " are missing; --partial accepts that");
}

}  // namespace search_command

void add_search(arguments app) {
  using namespace search_command;
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
                        "Score every configuration instead of bounding boxes; gives the same answer and checks the "
                        "bounds; refused above 1e12 configurations, or 1e10 that no filter serves");
  command
      ->add_option(
          "--bands", chosen->bands,
          "Also the range of each field among all configurations within this fraction of the best, such as 0.001")
      ->excludes(shard)
      ->excludes(exhaustive);
  chosen->output.declare(command);
  command->callback([chosen] { print(answer_of(*chosen), chosen->output); });
}

void add_merge(arguments app) {
  using namespace search_command;
  auto chosen = std::make_shared<merge_options>();
  auto command = app.add_subcommand("merge", "Merge the shards of one search into one answer");
  command->footer("Example: moetric merge part.0 part.1 part.2 part.3 --json");
  command->add_option("RESULT", chosen->files, "What `moetric search --shard i/n --json` printed")->required();
  command->add_flag("--partial", chosen->partial,
                    "Exit with status 0 although shards are missing; otherwise the partial result has exit status 2");
  chosen->output.declare(command);
  command->callback([chosen] { merge_files(*chosen); });
}

}  // namespace tool
