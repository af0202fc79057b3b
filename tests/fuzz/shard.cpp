// Shards of searches, merged with themselves into an answer that is read back.
#include <sstream>

#include "fuzz/target.hpp"
#include "moetric/io/search_shards.hpp"

namespace {

using namespace moetric;

void read(std::string_view text) {
  fuzz::accepted([&] {
    io::merged_search merged, again;
    std::istringstream shard{std::string(text)};
    merged.add(shard, "a shard");
    std::stringstream written;
    if (merged.has_layouts())
      written << report::to_json(merged.answer().values);
    else
      io::write_search_answer(written, merged.request(), merged.problem(), merged.found(), merged.run());
    again.add(written, "an answer");
    if (!(again.found() == merged.found())) fuzz::found("an answer must be read as it was written");
  });
}

}  // namespace

MOETRIC_FUZZ_TARGET(read)
