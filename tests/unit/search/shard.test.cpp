#include "moetric/search/shard.hpp"

#include <memory>
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
  std::vector<std::uint64_t> seen;
  stop_source const stop;
  run_control const by{.progress =
                           [&](std::uint64_t done, std::uint64_t of) {
                             CHECK(of == 6);
                             seen.push_back(done);
                             if (done == 2) stop.request_stop();
                           },
                       .stop = stop.token()};
  result const found = search_shards(p, 3, 6, in_order{}, by);
  CHECK(seen == std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6});
  CHECK(found.searched == std::vector<index_range>{{0, shard_of(s, 1, 6).last}});
}

/// The training FLOPs, which request a stop when they were evaluated often enough.
struct stopping {
  stop_source stop;
  std::shared_ptr<std::uint64_t> left;

  template <class T>
  T operator()(costs<T> const& c) const {
    if constexpr (std::same_as<T, simd::reproducible>)
      if (--*left == 0) stop.request_stop();
    return c.three.training_flops_per_token;
  }
};

TEST_CASE("a search that is stopped anywhere has the best of what it says, and merges with the rest") {
  space const s = some_space();
  std::vector<window> const windows{{measure::total_non_embedding_parameters, 1e8, 2e9},
                                    {measure::expansion_ratio, 2, 20}};
  problem const plain(s, measured{measure::training_flops_per_token}, windows);
  std::size_t stops_in_parts = 0;
  for (std::size_t const k : {1U, 30U})
    for (std::uint64_t const first_pass : {1U, 10U, 40U, 100'000U})
      for (std::uint64_t const after : {1U, 2U, 20U, 100U, 300U, 1000U, 3000U, 1'000'000U}) {
        CAPTURE(k, first_pass, after);
        stopping const objective{{}, std::make_shared<std::uint64_t>(after)};
        any_problem const p(s, objective, windows);
        run_control const by{.stop = objective.stop.token()};
        std::vector<index_range> const ranges{{5, 3000}, {3000, 9000}, {9100, s.size()}};
        result const part = search::detail::branch_and_bound(p, k, by, first_pass).run(ranges);
        std::uint64_t size = 0;
        best_list expected(k);
        for (index_range const& each : part.searched) {
          size += each.size();
          for (candidate const& one : brute_force(plain, k, each)) expected.add(one);
        }
        CHECK(part.best == expected.sorted());
        CHECK(part.best.size() == std::min<std::uint64_t>(k, part.counts.scored));
        CHECK(part.counts.enumerated == size);
        CHECK(part.counts.discarded + part.counts.rejected + part.counts.scored == size);
        result all = part;
        std::uint64_t rest = 0;
        for (index_range const& each : missing_ranges(part.searched, s.size())) {
          all = merge(all, search_best(plain, k, each));
          rest += each.size();
        }
        CHECK(all.best == search_best(plain, k).best);
        if (after == 1'000'000) CHECK(rest == 105);
        stops_in_parts += part.searched.front().size() > 1 && rest > 105;
      }
  CHECK(stops_in_parts > 10);
}

}  // namespace
