// A scan finds what scoring every configuration finds, on every target that the machine has.
#include "moetric/search/scan/scan.hpp"

#include <cstdlib>
#include <functional>
#include <string>

#include "catch.hpp"
#include "law_points.hpp"
#include "moetric/laws/catalogue.hpp"
#include "moetric/search/scan/dispatch.hpp"
#include "moetric/search/scan_shards.hpp"

using namespace moetric;
using namespace moetric::search;

namespace {

constexpr shape<> rest{.d_model = 512,
                       .n_dense_layers = 1,
                       .n_moe_layers = 8,
                       .n_heads = 8,
                       .n_kv_heads = 4,
                       .head_dim = 64,
                       .d_ff = 1536,
                       .d_expert = 192,
                       .n_experts = 64,
                       .top_k = 4,
                       .n_shared_experts = 1,
                       .vocab_size = 50'257};

/// Rows along the number of experts, with rules and products that are not whole.
space experts_last() {
  return space({stepped(field::d_model, 256, 768, 128), times(field::d_expert, field::d_model, {{1, 8}, {1, 3}}),
                one_of(field::top_k, {1, 4, 8}), stepped(field::n_experts, 3, 60)},
               rest);
}
/// Rows along the width, to which other fields are tied.
space width_last() {
  return space({stepped(field::n_experts, 4, 64, 12), one_of(field::top_k, {1, 8}),
                times(field::d_expert, field::d_model, {{1, 8}, {1, 3}}), times(field::d_ff, field::d_model, {{3, 1}}),
                stepped(field::d_model, 256, 1024, 16)},
               rest, {divisible(field::n_experts, 4)});
}
std::vector<window> const windows{{measure::total_non_embedding_parameters, 4e7, 4e8},
                                  {measure::expansion_ratio, 2, 20},
                                  {measure::width_per_layer, 40, 100}};

/// An objective that counts how often it is evaluated.
template <class Counting>
struct stopping {
  Counting counting;
  template <class T>
  T operator()(costs<T> const& c) const {
    return counting(c);
  }
};
template <class Counting>
stopping(Counting) -> stopping<Counting>;

/// Each configuration of a range, scored.
template <class O>
std::vector<candidate> scored(problem<O> const& of, std::size_t k, index_range range) {
  best_list best(k);
  for (std::uint64_t i = range.first; i != range.last; ++i) {
    digits const at = of.over().digits_of(i);
    if (!of.over().holds(at)) continue;
    costs<double> const c = of.costs_of(of.over().values(at));
    if (of.allows(c)) best.add({of.score(c), i});
  }
  return best.sorted();
}

void for_each_target(std::function<void()> const& check) {
  simd::for_each_available([&]<class Target>(Target) {
    CAPTURE(std::string(Target::name));
    setenv("MOETRIC_SIMD_TARGET", std::string(Target::name).c_str(), 1);
    check();
    unsetenv("MOETRIC_SIMD_TARGET");
  });
}

template <class O>
void check_scan(problem<O> const& of, std::size_t k, index_range range) {
  std::vector<candidate> const expected = scored(of, k, range);
  for_each_target([&] {
    result const got = scan_best<simd::dispatched>(of, k, range);
    CHECK(got.best == expected);
    CHECK(got.counts.enumerated == range.size());
    CHECK(got.counts.discarded + got.counts.rejected + got.counts.scored == range.size());
  });
}

}  // namespace

TEST_CASE("losses: the same best on every target as by scoring each") {
  for (space const& over : {experts_last(), width_last()})
    laws::for_each_loss([&]<class L>(L const& law) {
      if constexpr (laws::ComputeLaw<L>) {
        CAPTURE(std::string(law.about->id));
        typename L::inputs const given = law_point(law);  // what no shape tells is read from it
        check_scan(problem(over, loss_at_compute(law, 1e20, given)), 7, over.all());
        check_scan(problem(over, loss_at_compute(law, 1e20, given), windows), 7, over.all());
      }
    });
}

TEST_CASE(
    "the float and double losses along a row differ from their scores by no more than the filter's proven error") {
  int n_filters = 0;
  for (space const& over : {experts_last(), width_last()})
    laws::for_each_loss([&]<class L>(L const& law) {
      if constexpr (laws::ComputeLaw<L>) {
        CAPTURE(std::string(law.about->id));
        problem const of(over, loss_at_compute(law, 1e20, law_point(law)));
        for_each_target([&] {
          double closest = 0;  // of all boxes, small ones, whose errors others do not hide
          for_each_row(over, over.whole(), 5, 0, [&](digits const& at) {
            std::size_t const fastest = last_axis(over);
            box part{at, at};
            part.first[fastest] = at[1] % 7, part.last[fastest] = part.first[fastest] + 8;
            using kernels = search::detail::kernels_of<simd::dispatched>;
            auto const by = search::detail::loss_filter::make(of, *of.any_problem::objective().as_law_loss(),
                                                              search::detail::loss_functions_of<kernels, L>(),
                                                              kernels::rows<float>(), part);
            std::vector<search::detail::survivor> all;
            double const infinity = std::numeric_limits<double>::infinity();
            if (by) by->find_in_float(part.first, part.first[fastest], part.last[fastest], infinity, all);
            if (all.empty()) return;
            ++n_filters;
            CHECK(all.size() == 9);
            auto again = all;
            by->refine(again);
            for (std::size_t i = 0; i != all.size(); ++i) {
              digits one = at;
              one[fastest] = part.first[fastest] + all[i].place;
              if (!over.holds(one)) continue;
              double const score = of.score(of.costs_of(over.values(one)));
              double const off = std::fabs(all[i].value - score);
              if (!(off <= by->error())) FAIL_CHECK("off by " << off << " of " << by->error());
              closest = std::fmax(closest, off / by->error());
              if (!(std::fabs(again[i].value - score) <= by->threshold(0))) FAIL_CHECK("off in double");
            }
          });
          if (closest != 0) CHECK(closest > 0.01);  // and is not told to be much worse than it is
        });
      }
    });
  CHECK(n_filters > 500);
}

TEST_CASE("measures: least and most, with windows, ties by index") {
  for (space const& over : {experts_last(), width_last()})
    for (measure const what :
         {measure::training_flops_per_token, measure::total_non_embedding_parameters, measure::expansion_ratio,
          measure::bytes_per_device, measure::ffn_width_ratio, measure::n_layers})
      for (direction const wanted : {direction::least, direction::most}) {
        CAPTURE(std::string(name(what)));
        check_scan(problem(over, measured{what, wanted}), 20, over.all());
        check_scan(problem(over, measured{what, wanted}, windows), 20, over.all());
      }
}

TEST_CASE("ranges that cut rows, one configuration and none") {
  space const over = width_last();
  problem const of(over, loss_at_tokens(laws::fine_grained::four_decimals, 3e10));
  std::uint64_t const row = over.n_values(over.n_axes() - 1);
  for (index_range const range : {index_range{0, 1}, index_range{5, 5}, index_range{row - 1, row + 1},
                                  index_range{3, 3 * row + 7}, index_range{over.size() - 2, over.size()}})
    check_scan(of, 3, range);
  result merged{3};
  for (std::uint64_t first = 0; first < over.size(); first += 37)
    merged = merge(merged, scan_best<simd::dispatched>(of, 3, {first, std::min(first + 37, over.size())}));
  CHECK(merged.best == scored(of, 3, over.all()));
}

TEST_CASE("shards of a scan: on threads, followed, and stopped") {
  space const over = width_last();
  problem const of(over, loss_at_tokens(laws::fine_grained::four_decimals, 3e10));
  std::vector<candidate> const expected = scored(of, 5, over.all());
  stop_source const stop;
  std::uint64_t most_done = 0;
  run_control by{.progress = [&](std::uint64_t done, std::uint64_t n) {
    CHECK(n == 12);
    most_done = done;
    if (done == 4) stop.request_stop();
  }};
  result const whole = scan_shards<simd::dispatched>(of, 5, 12, on_threads{3}, by);
  CHECK(whole.best == expected);
  CHECK(whole.searched == std::vector<index_range>{over.all()});
  CHECK(most_done == 12);

  stop_source const again;
  by.progress = [&](std::uint64_t done, std::uint64_t) {
    if (done == 4) again.request_stop();
  };
  by.stop = again.token();
  result const part = scan_shards<simd::dispatched>(of, 5, 12, in_order{}, by);
  CHECK(part.searched == std::vector<index_range>{{0, shard_of(over, 3, 12).last}});
  result const lost = scan_best<simd::dispatched>(of, 5, {part.searched[0].last, over.size()});
  CHECK(merge(part, lost).best == expected);
  CHECK(merge(part, lost).counts.enumerated == over.size());
}

TEST_CASE("a scan that is stopped anywhere has the best of what it says, and merges with the rest") {
  for (space const& over : {experts_last(), width_last()})
    for (bool const filtered : {false, true})
      for (std::uint64_t const after : {0U, 1U, 7U, 60U, 1000U}) {
        CAPTURE(filtered, after);
        stop_source const stop;
        std::uint64_t scored_so_far = 0;
        auto const check = [&](auto const& of, result const& part) {
          std::uint64_t size = 0;
          best_list expected(10);
          for (index_range const& each : part.searched) {
            size += each.size();
            for (candidate const& one : scored(of, 10, each)) expected.add(one);
          }
          CHECK(part.best == expected.sorted());
          CHECK(part.counts.enumerated == size);
          CHECK(part.counts.discarded + part.counts.rejected + part.counts.scored == size);
          CHECK(part.counts.scored >= part.best.size());
          result all = part;
          for (index_range const& each : missing_ranges(part.searched, over.size()))
            all = merge(all, scan_best<simd::dispatched>(of, 10, each));
          CHECK(all.best == scored(of, 10, over.all()));
        };
        if (filtered) {  // its kernels are not stopped within a row
          problem const of(over, measured{measure::expansion_ratio});
          if (after < 7) stop.request_stop();
          check(of, scan_best<simd::dispatched>(of, 10, over.all(), {.stop = stop.token()}));
        } else {
          auto const counting = [&](auto const& c) {
            if (++scored_so_far == after) stop.request_stop();
            return c.three.training_flops_per_token;
          };
          problem const of(over, measured{measure::training_flops_per_token});
          problem const counted(over, stopping{counting});
          check(of, scan_best<simd::dispatched>(counted, 10, over.all(), {.stop = stop.token()}));
        }
      }
}

TEST_CASE("losses that are closer to each other than a float filter resolves") {
  // Every row crosses the flat optimum of the law, and there are enough that a few of them are asked first.
  space const over(
      {stepped(field::n_moe_layers, 4, 30), stepped(field::n_heads, 4, 16, 2), stepped(field::d_expert, 64, 1504, 24)},
      rest);
  problem const of(over, loss_at_compute(laws::chinchilla::tex, 2e18));
  std::vector<candidate> const expected = scored(of, 100, over.all());
  CHECK(expected.back().score - expected.front().score < 2e-5);  // the error of a float filter
  for_each_target([&] { CHECK(scan_best<simd::dispatched>(of, 100).best == expected); });
}

TEST_CASE("a row in which each configuration is better than the one before, and one that a law ignores") {
  space const over({stepped(field::n_moe_layers, 1, 200), stepped(field::n_experts, 8, 100)}, rest);
  check_scan(problem(over, measured{measure::total_non_embedding_parameters, direction::most}), 5, over.all());
  check_scan(problem(over, loss_at_tokens(laws::chinchilla::tex, 3e10)), 150, over.all());  // does not see experts
}

TEST_CASE("objectives without a bound are scored one by one, in every arithmetic") {
  space const over = experts_last();
  auto const width = [](auto const& c) { return c.of.d_expert * c.of.d_expert - c.of.n_experts; };
  problem const of(over, width, windows);
  result const got = scan_best<simd::dispatched>(of, 4);
  CHECK(got.best == scored(of, 4, over.all()));
  CHECK(got.counts.scored == scored(of, over.size(), over.all()).size());
}

TEST_CASE("a window on the objective itself") {
  space const over = experts_last();
  auto const& law = laws::fine_grained::four_decimals;
  double const best = scored(problem(over, loss_at_compute(law, 1e20)), 1, over.all())[0].score;
  check_scan(problem(over, loss_at_compute(law, 1e20), {{measure::objective, best * 1.001, best * 1.1}}), 5,
             {0, over.size() / 4});
}

TEST_CASE("float filters leave little to score") {
  space const over = experts_last();
  problem const of(over, loss_at_compute(laws::fine_grained::four_decimals, 1e20));
  result const got = scan_best<simd::dispatched>(of, 1);
  CHECK(got.counts.scored + got.counts.rejected < over.size() / 10);
  CHECK(got.counts.scored > 0);
}

TEST_CASE("a scan keeps at least one configuration") {
  space const over = experts_last();
  problem const of(over, measured{measure::n_layers});
  CHECK_THROWS_WITH(scan_best(of, 0), "moetric: a search must keep at least 1 configuration, but got 0");
}

TEST_CASE("an objective that is NaN is refused with its configuration") {
  space const over = experts_last();
  auto const nan = [](auto const& c) { return (c.of.d_model - c.of.d_model) / (c.of.d_model - c.of.d_model); };
  CHECK_THROWS_WITH(scan_best<simd::dispatched>(problem(over, nan), 1),
                    "moetric: an objective must not be NaN, but is NaN at configuration 0");
}
