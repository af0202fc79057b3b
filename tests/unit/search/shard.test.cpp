#include "moetric/search/shard.hpp"

#include <numeric>

#include "catch.hpp"
#include "search_cases.hpp"

namespace {

using namespace search_cases;

space some_space() {
  return space({stepped(field::d_model, 256, 1536, 64), stepped(field::n_moe_layers, 2, 20),
                doubling(field::n_heads, 2, 16), stepped(field::n_experts, 8, 64, 8)},
               {.n_kv_heads = 2, .head_dim = 64, .d_expert = 512, .top_k = 2, .vocab_size = 32000});
}

TEST_CASE("the answer does not depend on the number of shards, on threads, or on the order in which they are merged") {
  space const s = some_space();
  problem const p(s, loss_of("fine-grained", {.compute = 1e20}), {{measure::training_flops_per_token, 1e8, 2e9}});
  result const whole = search_best(p, 40);
  REQUIRE(whole.best == brute_force(p, 40, s.all()));
  for (std::size_t const n : std::initializer_list<std::size_t>{1, 2, 3, 7, 64}) {
    result const apart = search_shards(p, 40, n);
    CHECK(apart.best == whole.best);
    CHECK(apart.searched == std::vector<index_range>{s.all()});
    CHECK(apart.counts.enumerated == s.size());
  }
  CHECK(search_shards(p, 40, 9, on_threads{3}) == search_shards(p, 40, 9));

  generator random{std::mt19937_64{1}};
  std::vector<result> parts;
  for (std::uint64_t i = 0; i != 9; ++i) parts.push_back(search_best(p, 40, shard_of(s, i, 9)));
  result const in_turn = search_shards(p, 40, 9);
  for (int round = 0; round != 20; ++round) {
    std::shuffle(parts.begin(), parts.end(), random.engine);
    // ((a b) (c d)) ... against one after the other
    std::vector<result> left = parts;
    while (left.size() > 1) {
      std::size_t const i = random.engine() % (left.size() - 1);
      left[i] = merge(left[i], left[i + 1]);
      left.erase(left.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    }
    CHECK(left[0] == in_turn);
  }
}

TEST_CASE("shards cover a space once, however many they are") {
  space const s = some_space();
  for (std::uint64_t const n : std::initializer_list<std::uint64_t>{1, 5, 1000, 100000}) {
    std::uint64_t next = 0;
    for (std::uint64_t i = 0; i != n; ++i) {
      index_range const part = shard_of(s, i, n);
      REQUIRE(part.first == next);
      next = part.last;
    }
    CHECK(next == s.size());
  }
  CHECK_THROWS_WITH(shard_of(s, 4, 4), "moetric: a shard must be numbered below the number of shards, but got 4 of 4");
}

TEST_CASE("a worker that dies mid-way: what it left out is told, is searched again, and nothing is counted twice") {
  space const s = some_space();
  problem const p(s, loss_of("fine-grained", {.compute = 1e20}));
  result const whole = search_shards(p, 25, 8);
  auto const dying = [](std::size_t n, auto const& task) {
    for (std::size_t i = 0; i != n; ++i)
      if (i != 3 && i != 4) task(i);
  };
  result const part = search_shards(p, 25, 8, dying);
  REQUIRE(part.searched.size() == 2);
  index_range const lost{part.searched[0].last, part.searched[1].first};
  CHECK(lost.first == shard_of(s, 3, 8).first);
  CHECK(lost.last == shard_of(s, 4, 8).last);
  result const again = merge(part, merge(search_best(p, 25, shard_of(s, 3, 8)), search_best(p, 25, shard_of(s, 4, 8))));
  CHECK(again == whole);
  CHECK_THROWS_WITH(merge(again, search_best(p, 25, shard_of(s, 3, 8))),
                    Catch::Matchers::ContainsSubstring("results that are merged must not overlap"));
  CHECK_THROWS_WITH(merge(part, search_best(p, 24, lost)), Catch::Matchers::ContainsSubstring("but keep 25 and 24"));
}

TEST_CASE("a caller sees progress, and can stop") {
  space const s = some_space();
  problem const p(s, measured{measure::total_non_embedding_parameters});
  std::vector<std::size_t> seen;
  std::atomic<bool> stop{false};
  run_control const by{.progress =
                           [&](std::size_t done, std::size_t of) {
                             CHECK(of == 6);
                             seen.push_back(done);
                             stop = done == 2;
                           },
                       .cancelled = &stop};
  result const found = search_shards(p, 3, 6, in_order{}, by);
  CHECK(seen == std::vector<std::size_t>{1, 2, 3, 4, 5, 6});
  CHECK(found.searched.front() == index_range{0, shard_of(s, 1, 6).last});
  CHECK(found.searched.size() == 2);  // the third shard was cut short, and then nothing stopped the others
}

TEST_CASE("an exception on a thread reaches the caller") {
  CHECK_THROWS_WITH(on_threads{4}(100,
                                  [](std::size_t i) {
                                    if (i == 37) throw std::runtime_error("37");
                                  }),
                    "37");
}

}  // namespace
