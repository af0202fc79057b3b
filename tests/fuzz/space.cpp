// Searches as JSON: of a small space, bounds find what listing finds, whole or in shards, and the answer is read back.
#include <sstream>

#include "fuzz/target.hpp"
#include "moetric/io/search_answer.hpp"
#include "moetric/io/search_shards.hpp"
#include "moetric/search/shard.hpp"
#include "moetric/search/why_empty.hpp"

namespace {

using namespace moetric;

search::result listed(search::any_problem const& problem, search::space const& over, std::size_t k) {
  search::result all{.k = k};
  for (std::uint64_t i = 0; i != over.size(); ++i) {
    search::digits const at = over.digits_of(i);
    if (over.index_of(at) != i) fuzz::found("a configuration must have the index that it came from");
    if (!over.holds(at)) continue;
    auto const costs = problem.costs_of(over.values(at));
    if (problem.allows(costs)) all.best.push_back({problem.score(costs), i});
  }
  std::sort(all.best.begin(), all.best.end());
  if (all.best.size() > k) all.best.resize(k);
  return all;
}

void read(std::string_view text) {
  fuzz::accepted([&] {
    io::json const request = io::parse_json_object(text, "a space");
    io::search_request const made = io::search_from(request);
    if (made.over.size() > 2000) return;
    search::any_problem const problem = made.problem();
    constexpr std::size_t k = 3;
    search::result const found = search::search_best(problem, k);
    if (found.best != listed(problem, made.over, k).best) fuzz::found("bounds must find what listing finds");
    search::result merged{.k = k};
    for (std::uint64_t const i : {2U, 0U, 1U})
      merged = search::merge(merged, search::search_best(problem, k, search::shard_of(made.over, i, 3)));
    if (merged.best != found.best) fuzz::found("shards must find what one search finds");
    if (found.best.empty()) {
      fuzz::accepted([&] { search::refuse_empty(problem); });
    } else {
      std::stringstream written;
      io::write_search_answer(written, request, problem, found);
      io::merged_search read_back;
      read_back.add(written, "an answer");
      if (!(read_back.found() == found)) fuzz::found("an answer must be read as it was written");
    }
  });
}

}  // namespace

MOETRIC_FUZZ_TARGET(read)
