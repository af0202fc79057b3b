// A scan of every configuration of a request finds what bounds find, bit for bit.
#include "moetric/io/exhaustive_search.hpp"

#include "catch.hpp"
#include "fitted_files.hpp"
#include "json.hpp"
#include "moetric/search/best_first.hpp"

namespace {

using namespace moetric;
using nlohmann::json;

/// Rows along the number of experts; rules and factors exclude some combinations.
json experts_last() {
  return json::parse(R"({
    "axes": [{"field": "d_model", "from": 512, "to": 1024, "step": 128},
             {"field": "n_heads", "from": 4, "to": 16, "doubling": true},
             {"field": "d_expert", "of": "d_model", "factors": ["1/8", "1/3", "1/2"]},
             {"field": "top_k", "values": [1, 2, 4]},
             {"field": "n_experts", "from": 3, "to": 40}],
    "fixed": {"n_moe_layers": 8, "n_kv_heads": 2, "head_dim": 64, "vocab_size": 1000},
    "rules": [{"field": "d_expert", "divisible_by": 32}]})");
}
/// Rows along the vocabulary, which most laws do not read: whole rows tie.
json vocabulary_last() {
  return json::parse(R"({
    "axes": [{"field": "d_model", "from": 512, "to": 1536, "step": 64},
             {"field": "n_dense_layers", "values": [0, 1, 2]},
             {"field": "n_moe_layers", "from": 4, "to": 12},
             {"field": "vocab_size", "from": 1000, "to": 1019}],
    "fixed": {"n_heads": 8, "head_dim": 64, "d_ff": 2048, "d_expert": 384, "n_experts": 32, "top_k": 2,
              "n_shared_experts": 1},
    "sequence_length": 2048, "parallel": {"tensor": 2, "expert": 4, "devices": 64}})");
}

std::vector<json> objectives() {
  return {{{"law", "fine-grained"}, {"compute", 1e20}},
          {{"law", "fine-grained"}, {"tokens", 3e10}},
          {{"law", "chinchilla-tex"}, {"compute", 1e19}},
          {{"law", "joint-moe"}, {"compute", 1e20}},
          {{"law", "data-constrained"}, {"compute", 1e20}, {"given", {{"unique_tokens", 1e9}}}},
          {{"law", "clark-hash"}, {"compute", 1e20}},            // scored one by one
          {{"law", "kaplan-n-s"}, {"given", {{"steps", 1e5}}}},  // so is this; it counts no compute
          {{"law", fitted_file("chinchilla", *laws::chinchilla::tex.about)}, {"compute", 1e19}},
          {{"measure", "n_layers"}},  // many ties
          {{"measure", "expansion_ratio"}, {"direction", "most"}},
          {{"measure", "bytes_per_device"}, {"direction", "least"}}};
}

TEST_CASE("an exhaustive scan of a request finds the bits that bounds find, ties by index") {
  int compared = 0;
  for (json const& space : {experts_last(), vocabulary_last()})
    for (json const& objective : objectives())
      for (json const& windows :
           {json::object(), json{{"active_non_embedding_parameters", {1.5e7, 6e7}}, {"width_per_layer", {50, 130}}},
            json{{"expansion_ratio", {2, nullptr}}}}) {
        json search = space;
        search["objective"] = objective;
        search["windows"] = windows;
        io::search_request const request = io::search_from(io_json(search));
        std::uint64_t const size = request.over.size();
        for (auto const& [range, k] : {std::pair{request.over.all(), std::size_t{30}},
                                       std::pair{search::index_range{size / 3 + 1, size - 5}, std::size_t{1}}}) {
          CAPTURE(search.dump(), range.first, range.last, k);
          search::result const expected = search::search_best(request.problem(), k, range);
          search::result const found = io::scan_exhaustively(request, k, range);
          CHECK(found.best == expected.best);
          CHECK(found.searched == expected.searched);
          CHECK(found.counts.enumerated == range.size());
          CHECK(found.counts.discarded + found.counts.rejected + found.counts.scored == range.size());
          CHECK(found.counts.boxes == 0);
          compared += found.best.empty() ? 0 : 1;
        }
      }
  CHECK(compared > 100);
}

TEST_CASE("a window on the objective itself, and one that leaves nothing") {
  json search = experts_last();
  search["objective"] = {{"law", "fine-grained"}, {"compute", 1e20}};
  auto const best = [&](json const& windows) {
    search["windows"] = windows;
    io::search_request const request = io::search_from(io_json(search));
    auto const found = io::scan_exhaustively(request, 5, request.over.all()).best;
    CHECK(found == search::search_best(request.problem(), 5).best);
    return found;
  };
  double const least = best(json::object()).front().score;
  CHECK(best({{"objective", {least * 1.001, least * 1.01}}}).size() == 5);
  CHECK(best({{"objective", {nullptr, least / 2}}}).empty());
}

TEST_CASE("shards of an exhaustive scan merge to the whole, and with shards by bounds") {
  json search = vocabulary_last();
  search["objective"] = {{"law", "chinchilla-tex"}, {"compute", 1e19}};
  io::search_request const request = io::search_from(io_json(search));
  std::uint64_t const cut = request.over.size() / 7;
  search::result const whole = io::scan_exhaustively(request, 9, request.over.all());
  search::result const first = io::scan_exhaustively(request, 9, {0, cut});
  search::index_range const rest{cut, request.over.size()};
  search::result const merged = search::merge(first, io::scan_exhaustively(request, 9, rest));
  CHECK(merged.best == whole.best);
  CHECK(merged.searched == whole.searched);
  CHECK(search::merge(first, search::search_best(request.problem(), 9, rest)).best == whole.best);
}

TEST_CASE("a scan that would take days is refused with its number of configurations") {
  json search = json::parse(R"({
    "axes": [{"field": "d_model", "from": 1, "to": 1048576}, {"field": "d_ff", "from": 1, "to": 1048576}],
    "fixed": {"n_dense_layers": 4, "n_heads": 1, "head_dim": 1, "vocab_size": 1000}})");
  auto const refused = [&](json const& objective, search::index_range range, char const* sentence) {
    search["objective"] = objective;
    CHECK_THROWS_WITH(io::scan_exhaustively(io::search_from(io_json(search)), 1, range), sentence);
  };
  refused({{"law", "chinchilla-tex"}, {"compute", 1e20}}, {0, std::uint64_t{1} << 40},
          "moetric: an exhaustive scan must cover at most 1000000000000 configurations, but got 1099511627776");
  refused({{"measure", "n_layers"}}, {5, (std::uint64_t{1} << 40) - 5},
          "moetric: an exhaustive scan must cover at most 1000000000000 configurations, but got 1099511627766");
  refused({{"law", "clark-hash"}, {"compute", 1e20}}, {0, 10'000'000'001},
          "moetric: an exhaustive scan that scores one by one, as for law clark-hash, must cover at most 10000000000 "
          "configurations, but got 10000000001");
}

}  // namespace
