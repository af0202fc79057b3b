// Shards of searches, merged with themselves into an answer that is read back.
#include "fuzz/target.hpp"
#include "moetric/io/search_shards.hpp"

namespace {

using namespace moetric;

void read(std::string_view text) {
  fuzz::accepted([&] {
    report::search_summary const merged = io::merge_shards({{"a", io::read_shard(io::parse_json_object(text, "a"))}});
    std::string const written = report::to_json(report::search_answer(merged).values);
    io::read_shard(io::parse_json_object(written, "an answer"));
  });
}

}  // namespace

MOETRIC_FUZZ_TARGET(read)
