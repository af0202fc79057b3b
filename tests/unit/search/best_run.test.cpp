#include "moetric/search/best_run.hpp"

#include <cmath>
#include <random>
#include <set>
#include <string>

#include "catch.hpp"
#include "moetric/search/problem/named_loss.hpp"
#include "moetric/search/shard.hpp"

namespace {

using namespace moetric;
using namespace moetric::search;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::WithinRel;

law_loss by(std::string_view law) {
  return *loss_of(law, {.tokens = 1}).as_law_loss();
}

run_problem small_problem() {
  return {.over = space({one_of(field::d_model, {1024, 2048}), one_of(field::n_moe_layers, {7, 8}),
                         one_of(field::n_dense_layers, {0, 1}), one_of(field::n_experts, {8, 12, 16})},
                        {.n_heads = 16,
                         .n_kv_heads = 8,
                         .head_dim = 128,
                         .d_ff = 4096,
                         .d_expert = 1024,
                         .top_k = 2,
                         .vocab_size = 32000}),
          .by = by("fine-grained"),
          .at = {.sequence_length = 4096},
          .calendar = {.on = cluster::device_named("h100-sxm"), .devices = 64, .days = 10, .global_batch = 256},
          .layouts = {.tensor = {1, 2}, .pipeline = {1, 4}, .expert = {1, 4}}};
}

// Random spaces of some thousand pairs, devices, days and layouts: some of which nothing fits, some without experts.
struct generator {
  std::mt19937_64 engine;

  int between(int low, int high) {
    return low + static_cast<int>(engine() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool coin() { return between(0, 1) == 0; }
  std::vector<count> some(std::vector<count> of, std::size_t n) {
    std::shuffle(of.begin(), of.end(), engine);
    of.resize(n);
    std::sort(of.begin(), of.end());
    return of;
  }

  run_problem any() {
    bool const dense = between(0, 7) == 0;
    std::vector<axis> axes{one_of(field::d_model, some({512, 1024, 1536, 2048, 3072, 4096, 6144}, 4)),
                           one_of(field::n_heads, some({4, 8, 12, 16, 24, 32}, 2))};
    if (dense)
      axes.push_back(stepped(field::n_dense_layers, 8, 40));
    else
      for (axis const& each :
           {stepped(field::n_moe_layers, 6, 11), stepped(field::n_dense_layers, 0, 1),
            one_of(field::n_experts, some({8, 12, 16, 24, 32, 64}, 4)), one_of(field::top_k, {1, 4})})
        axes.push_back(each);
    std::shuffle(axes.begin(), axes.end(), engine);
    shape<> const rest{.n_kv_heads = 4,
                       .head_dim = 128,
                       .d_ff = coin() ? 4096 : 4098,
                       .d_expert = dense ? 0 : 512 << between(0, 2),
                       .n_shared_experts = dense ? 0 : between(0, 1),
                       .vocab_size = coin() ? 50000 : 50257,
                       .tied = coin()};
    char const* const devices[]{"h100-sxm", "a100-sxm-40gb", "mi300x", "gb200"};
    std::vector<window> windows;
    if (coin()) windows.push_back({measure::total_parameters, 0, 3e10});
    if (coin()) windows.push_back({measure::tokens, 1e10});
    char const* const laws[]{"chinchilla-tex", "fine-grained", "joint-moe"};
    return {
        .over = space(axes, rest),
        .by = by(dense ? laws[0] : laws[between(1, 2)]),
        .windows = windows,
        .at = {.sequence_length = 1024 << between(0, 3)},
        .calendar = {.on = cluster::device_named(devices[between(0, 3)]),
                     .devices = 8 << between(0, 3),
                     .days = between(1, 60) * 1.,
                     .global_batch = 64 << between(0, 2),
                     .usable_bytes = coin() ? count(0) : count(between(8, 40)) * 1'000'000'000},
        .layouts = {.tensor = some({1, 2, 4, 8}, 1),
                    .context = {1 << between(0, 1)},
                    .pipeline = some({1, 2, 4, 8}, 2),
                    .virtual_stages = {1, 2},
                    .expert = dense ? std::vector<count>{1} : some({1, 2, 4, 8}, 1),
                    .expert_tensor = {1 << between(0, 1)},
                    .micro_batch = {1 << between(0, 1)},
                    .recompute = {cluster::modules_of(recomputation::none), cluster::modules_of(recomputation::full)},
                    .uneven_stages = coin()}};
  }
};

TEST_CASE("the best runs found by bounds are those of a list of all pairs of shape and layout") {
  int compared = 0, empty = 0;
  for (std::uint64_t seed = 1; compared < 12; ++seed) {
    generator draw{std::mt19937_64(seed)};
    CAPTURE(seed);
    run_problem const asked = draw.any();
    if (layouts_of(asked.layouts, asked.calendar, asked.at.sequence_length, asked.over.has_experts()).empty()) continue;
    ++compared;
    best_runs const found = find_best_runs(asked, 4), listed = list_best_runs(asked, 4);
    CHECK(found.pairs == listed.pairs);
    REQUIRE(found.best.size() == listed.best.size());
    empty += listed.best.empty() ? 1 : 0;
    for (std::size_t i = 0; i != found.best.size(); ++i) {
      CHECK(found.best[i].index == listed.best[i].index);
      CHECK(found.best[i].loss == listed.best[i].loss);
      CHECK(to_string(found.best[i].setup.layout) == to_string(listed.best[i].setup.layout));
      CHECK(found.best[i].setup.activations.recompute == listed.best[i].setup.activations.recompute);
      CHECK(found.best[i].memory == listed.best[i].memory);
    }
  }
  CHECK(empty < 6);  // of most something is compared
}

TEST_CASE("stages may be uneven where that is asked for") {
  run_problem asked = small_problem();
  asked.layouts.pipeline = {4}, asked.layouts.expert = {4};
  asked.over = space({one_of(field::n_moe_layers, {8, 9, 10, 11})}, to_exact(asked.over[0]));
  CHECK(asked.over[find_best_runs(asked).best.at(0).index].n_moe_layers == 8);
  asked.layouts.uneven_stages = true;
  best_runs const found = find_best_runs(asked, 4);
  CHECK(found.best.size() == 4);
  CHECK(found.shapes().best == list_best_runs(asked, 4).shapes().best);
  for (planned_run const& each : found.best)
    CHECK(each.memory.worst.layers == (asked.over[each.index].n_moe_layers == 8 ? 2 : 3));
}

TEST_CASE("windows leave room for the formulas of what a device holds") {
  run_problem asked = small_problem();
  asked.windows.assign(27, window{measure::active_parameters, 1, 1e15});
  CHECK_FALSE(find_best_runs(asked).best.empty());
  asked.windows.push_back(asked.windows[0]);
  CHECK_THROWS_WITH(find_best_runs(asked),
                    ContainsSubstring("a problem must have at most 27 windows beside a condition, but got 28"));
}

TEST_CASE("ranges of shapes are searched apart, and merge to the search of all") {
  run_problem const asked = small_problem();
  result const all = list_best_runs(asked, 3).shapes();
  result merged{.k = 3};
  for (std::uint64_t i = 0; i != 5; ++i) {
    index_range const part = shard_of(asked.over, i, 5);
    result const found = find_best_runs(asked, 3, {&part, 1}).shapes(),
                 listed = list_best_runs(asked, 3, {&part, 1}).shapes();
    CHECK(found.best == listed.best);
    CHECK(found.searched == listed.searched);
    CHECK(found.counts.enumerated == listed.counts.enumerated);
    CHECK(found.counts.enumerated == found.counts.discarded + found.counts.rejected + found.counts.scored);
    merged = merge(merged, found);
  }
  CHECK(merged.best == all.best);
  CHECK(merged.searched == all.searched);
  CHECK(merged.counts.enumerated == all.counts.enumerated);
  run_layouts layouts(asked);
  best_runs const runs = layouts.runs_of(merged);
  REQUIRE(runs.best.size() == 3);
  CHECK(runs.best[0].setup.layout == list_best_runs(asked).best[0].setup.layout);
}

TEST_CASE("a search of runs that is stopped has single shapes on their best layouts, and what it lacks completes it") {
  run_problem asked = small_problem();
  asked.layouts.recompute = {{}};
  result const all = list_best_runs(asked, 2).shapes();
  run_layouts layouts(asked);
  // After each number of layouts: the progress is told before each of them.
  for (int after = 1; after <= static_cast<int>(layouts.size()); ++after) {
    CAPTURE(after);
    stop_source stop;
    int told = 0;
    std::uint64_t last = 0;
    run_control const control{.progress =
                                  [&](std::uint64_t done, std::uint64_t of) {
                                    CHECK(of == asked.over.size() * layouts.size());
                                    CHECK(done >= last);
                                    last = done;
                                    if (++told == after) stop.request_stop();
                                  },
                              .stop = stop.token()};
    index_range const whole = asked.over.all();
    result const part = find_best_runs(asked, 2, {&whole, 1}, control).shapes();
    CHECK(part.counts.enumerated == part.counts.discarded + part.counts.rejected + part.counts.scored);
    for (candidate const& each : part.best) CHECK(layouts.best_of(each.index)->loss == each.score);
    std::vector<index_range> const rest = missing_ranges(part.searched, asked.over.size());
    REQUIRE(!rest.empty());
    result const merged = merge(part, find_best_runs(asked, 2, rest).shapes());
    CHECK(merged.best == all.best);
    CHECK(merged.searched == all.searched);
  }
}

TEST_CASE("a run takes the days of its calendar in the median of the cluster's estimate, and fits by its memory") {
  for (char const* const device : {"h100-sxm", "mi300x"})
    for (bool const balanced : {false, true}) {
      run_problem asked = small_problem();
      asked.calendar.on = cluster::device_named(device), asked.calendar.balanced = balanced;
      asked.layouts.micro_batch = {2};
      for (recomputation const again : {recomputation::none, recomputation::selective, recomputation::full}) {
        asked.layouts.recompute = {cluster::modules_of(again)};
        planned_run const run = find_best_runs(asked).best.at(0);
        model const m = to_model(to_exact(asked.over[run.index]));
        cluster::run_estimate const speed =
            cluster::estimate_run(cluster::work_of(m, run.setup), asked.calendar.on, asked.calendar.format, balanced);
        CHECK_THAT(speed.time_of(run.tokens, 64, 256 * 4096).days.median, WithinRel(10.0, 1e-12));
        CHECK(run.memory == cluster::memory_of(m, run.setup));
        CHECK(cluster::fits(run.memory, asked.calendar.on));
        CHECK(cluster::diagnose(m, run.setup.layout).ok());
      }
    }
}

TEST_CASE(
    "of layouts of equal loss, the one that communicates least is taken, then that with the most memory to spare") {
  run_problem asked = small_problem();
  // Rings of context ranks hide behind attention: the time has no term for them.
  asked.layouts = {.tensor = {1}, .context = {1, 2, 4}, .pipeline = {1}, .expert = {1}, .recompute = {{}}};
  planned_run const run = find_best_runs(asked).best.at(0);
  CHECK(to_string(run.setup.layout) == "TP1 CP1 DP64 EP1 ETP1 EDP64 PP1");
  CHECK(run.communication.seconds == 0);
  // No source gives the network of H200: nothing is compared by it beyond eight devices.
  asked.calendar.on = cluster::device_named("h200-sxm");
  asked.layouts.context = {1}, asked.layouts.expert = {1, 16};
  asked.over = space({one_of(field::n_experts, {16, 32})}, [&] {
    shape<> rest = to_exact(small_problem().over[0]);
    rest.n_experts = 0;
    return rest;
  }());
  planned_run const spread = find_best_runs(asked).best.at(0);
  CHECK(spread.setup.layout.sizes.expert == 16);
  CHECK(spread.communication.not_published == cluster::quantity::network_bandwidth);
}

TEST_CASE("a calendar is refused with a law, a space, a batch or layouts that say nothing about it") {
  auto const refusal = [](auto change) {
    run_problem asked = small_problem();
    change(asked);
    try {
      best_runs const found = find_best_runs(asked);
      if (found.best.empty()) refuse_no_run(asked);
    } catch (std::invalid_argument const& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK_THAT(refusal([](run_problem& p) { p.calendar.global_batch = 0; }), ContainsSubstring("global_batch"));
  CHECK_THAT(refusal([](run_problem& p) { p.calendar.days = 0; }), ContainsSubstring("days"));
  CHECK_THAT(refusal([](run_problem& p) { p.layouts.tensor = {3}; }),
             ContainsSubstring("a layout must fill 64 devices and a global batch of 256 sequences"));
  CHECK_THAT(refusal([](run_problem& p) { p.layouts.tensor = std::vector<count>(200'000, 1); }),
             ContainsSubstring("at most 1e5 combinations"));
  CHECK_THAT(refusal([](run_problem& p) { p.by = by("clark-hash"); }), ContainsSubstring("must read tokens"));
  CHECK_THAT(refusal([](run_problem& p) { p.calendar.format = cluster::number_format::fp4; }),
             ContainsSubstring("format of h100-sxm"));
  CHECK_THAT(refusal([](run_problem& p) { p.calendar.usable_bytes = 7'000'000'000; }),
             ContainsSubstring("no layout of these sizes holds one within 7000000000 bytes"));
  CHECK_THAT(refusal([](run_problem& p) {
               p.windows = {{measure::total_parameters, 1e15}};
             }),
             ContainsSubstring("total_parameters must be at least 1e+15"));
  CHECK_THAT(refusal([](run_problem& p) { p.layouts.expert = {32}; }),
             ContainsSubstring("must keep the trainer's rules"));
}

}  // namespace
