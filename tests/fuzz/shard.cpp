// Shards of searches, merged with themselves into an answer that is read back.
#include <sstream>

#include "fuzz/target.hpp"
#include "moetric/io/search_shards.hpp"

namespace {

using namespace moetric;

void read(std::string_view text) {
  fuzz::accepted([&] {
    io::merged_search merged, again;
    std::istringstream in{std::string(text)};
    merged.add(in, "a shard");
    report::answer const answer = io::search_answer(merged.request(), merged.problem(), merged.found(), merged.run());
    std::istringstream written(report::to_json(answer.values));
    again.add(written, "an answer");
    if (again.found().best != merged.found().best) fuzz::found("an answer must hold what was merged into it");
  });
}

}  // namespace

MOETRIC_FUZZ_TARGET(read)
