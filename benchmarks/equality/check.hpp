#pragma once

// Answers one search by bounds, by scanning and by listing, and reports every difference between the answers.
#include <chrono>
#include <cstdlib>
#include <functional>

#include "json.hpp"
#include "listing.hpp"
#include "moetric/io/search_result.hpp"
#include "moetric/search/bands.hpp"
#include "moetric/search/count_allowed.hpp"
#include "moetric/search/pareto.hpp"
#include "moetric/search/scan/triad_rows.hpp"
#include "moetric/search/shard.hpp"
#include "moetric/search/why_empty.hpp"
#include "scans.hpp"
#include "search_cases.hpp"

namespace equality {

/// Processor time of one method.
struct stopwatch {
  double seconds = 0;

  template <class Work>
  auto operator()(Work work) {
    auto const start = std::clock();
    auto result = work();
    seconds += static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    return result;
  }
};

class check {
 public:
  static constexpr double most_for_fronts = 3e4, most_for_triads = 1e6;

  check(json search, double most_listed)
      : search_(std::move(search)), asked_(io_json(search_)), request_(io::search_from(asked_)),
        of_(request_.problem()), random_{std::mt19937_64{std::stoull(io::fingerprint(asked_, of_), nullptr, 16)}} {
    std::uint64_t const size = request_.over.size();
    k_ = static_cast<std::size_t>(std::exp(random_.real(0, std::log(300.0))));
    if (random_.between(0, 19) == 0) k_ = static_cast<std::size_t>(std::min<std::uint64_t>(size, 5000)) + 1;
    listed_ = static_cast<double>(size) <= most_listed;
    if (listed_) listing_time([&] { return list(), 0; });
    best();
    if (!listed_) return;
    triads();
    histograms();
    if (allowed_.empty()) {
      check_reason();
    } else {
      bands();
      fronts();
    }
  }

  std::vector<std::string> const& differences() const { return differences_; }
  any_problem const& of() const { return of_; }
  std::uint64_t n_allowed() const { return allowed_.size(); }
  std::uint64_t n_found() const { return n_found_; }
  search_counters const& counts() const { return counts_; }

  stopwatch bounds_time{}, scan_time{}, listing_time{};

 private:
  space const& over() const { return request_.over; }

  void expect(bool holds, std::string const& sentence) {
    if (!holds) differences_.push_back(sentence);
  }

  void list() {
    listing const all(search_);
    auto const places = all.places_in(over());
    auto const& windows = request_.windows;
    std::uint64_t kept = 0;
    bool only_kept = true, same_fields = true, unlisted_values = false;
    all.each([&](whole_fields const& values, std::vector<std::size_t> const& at) {
      digits place{};
      for (std::size_t i = 0; i != at.size(); ++i) {
        unlisted_values = unlisted_values || places[i][at[i]] == listing::absent;
        place[i] = static_cast<std::uint32_t>(places[i][at[i]]);
      }
      if (unlisted_values) return;
      ++kept;
      only_kept = only_kept && over().holds(place);
      fields<double> const theirs = over().values(place);
      for (std::size_t i = 0; i != n_fields; ++i)
        same_fields = same_fields && theirs.values[i] == static_cast<double>(values.values[i]);
      auto const c = reproducible_costs(values, request_, all.has_experts());
      for (window const& each : windows) {
        double const value = value_of(each.measure, request_.objective, c);
        if (!(each.low <= value && value <= each.high)) return;
      }
      allowed_.push_back({static_cast<double>(request_.objective(c)), over().index_of(place)});
    });
    expect(!unlisted_values, "the space took out a value of an axis that a kept configuration has");
    expect(only_kept, "the space says of a configuration that its rules are broken");
    expect(same_fields, "the space gives a configuration other fields");
    std::uint64_t theirs = 0;
    for (std::uint64_t i = 0; i != over().size(); ++i) theirs += over().holds(over().digits_of(i)) ? 1U : 0U;
    expect(theirs == kept, "the space keeps " + std::to_string(theirs) + " configurations of " + std::to_string(kept));
  }

  /// The best of a range, from the list.
  std::vector<candidate> listed(std::size_t k, index_range range) const {
    std::vector<candidate> inside;
    for (candidate const& each : allowed_)
      if (range.first <= each.index && each.index < range.last) inside.push_back(each);
    auto const n = static_cast<std::ptrdiff_t>(std::min(k, inside.size()));
    std::partial_sort(inside.begin(), inside.begin() + n, inside.end());
    inside.resize(static_cast<std::size_t>(n));
    return inside;
  }

  static bool same_bits(double a, double b) {
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
  }
  void expect_same(result const& got, std::vector<candidate> const& expected, index_range range,
                   std::string const& by) {
    std::size_t i = 0;
    while (i != std::min(got.best.size(), expected.size()) && got.best[i].index == expected[i].index &&
           same_bits(got.best[i].score, expected[i].score))
      ++i;
    expect(i == got.best.size() && i == expected.size(),
           by + ": " + std::to_string(got.best.size()) + " of " + std::to_string(k_) + " in " +
               std::to_string(range.first) + " .. " + std::to_string(range.last) + ", of which number " +
               std::to_string(i) + " is " + shown(got.best, i) + " instead of " + shown(expected, i));
    search_counters const& n = got.counts;
    expect(n.enumerated == range.size() && n.discarded + n.rejected + n.scored == range.size() &&
               n.scored >= expected.size(),
           by + ": counts are " + std::to_string(n.enumerated) + " enumerated, " + std::to_string(n.discarded) +
               " discarded, " + std::to_string(n.rejected) + " rejected and " + std::to_string(n.scored) + " scored");
  }
  static std::string shown(std::vector<candidate> const& all, std::size_t i) {
    if (i >= all.size()) return "none";
    return std::to_string(all[i].index) + " (" + moetric::detail::shortest(all[i].score) + ")";
  }

  void best() {
    std::uint64_t const size = over().size();
    std::uint64_t const a = random_.engine() % size, b = random_.engine() % (size + 1);
    std::vector<index_range> const ranges{over().all(), {std::min(a, b), std::max(a, b)}};
    constexpr char const* targets[]{"scalar", "sse2", "avx2", "avx512"};
    setenv("MOETRIC_SIMD_TARGET", targets[random_.between(0, 3)], 1);
    auto const scanned = scan_time([&] { return scans(asked_, request_, k_, ranges); });
    unsetenv("MOETRIC_SIMD_TARGET");
    for (std::size_t i = 0; i != ranges.size(); ++i) {
      auto const bounded = bounds_time([&] { return search_best(of_, k_, ranges[i]); });
      auto const expected = listed_ ? listed(k_, ranges[i]) : scanned[i].best;
      expect_same(bounded, expected, ranges[i], "bounds");
      expect_same(scanned[i], expected, ranges[i], "scan");
      if (i != 0) continue;
      n_found_ = bounded.best.size();
      counts_ = bounded.counts;
      expect(search_shards(of_, k_, static_cast<std::size_t>(random_.between(2, 9))).best == expected,
             "shards: another answer");
    }
  }

  void histograms() {
    auto const compare = [&](any_problem const& of, double limit, std::string const& by) {
      histogram const counted = bounds_time([&] { return count_allowed(of); });
      std::uint64_t total = 0;
      std::vector<std::vector<std::uint64_t>> by_axis;
      for (std::size_t a = 0; a != over().n_axes(); ++a) by_axis.emplace_back(over().n_values(a));
      for (candidate const& each : allowed_) {
        if (!(each.score <= limit)) continue;
        ++total;
        digits const at = over().digits_of(each.index);
        for (std::size_t a = 0; a != over().n_axes(); ++a) ++by_axis[a][at[a]];
      }
      expect(counted.total == total,
             by + ": " + std::to_string(counted.total) + " counted of " + std::to_string(total));
      expect(counted.by_axis == by_axis, by + ": another histogram");
    };
    constexpr double infinity = std::numeric_limits<double>::infinity();
    compare(of_, infinity, "counts");
    if (allowed_.empty()) return;
    std::vector<window> windows = of_.windows();
    double const limit = near_best(random_.real(0, 0.02));
    windows.push_back({measure::objective, -infinity, limit});
    compare({over(), request_.objective, windows, request_.at}, limit, "counts of what is near the best");
  }

  double near_best(double tolerance) const {
    double const best = std::min_element(allowed_.begin(), allowed_.end())->score;
    return best + tolerance * std::fabs(best);
  }

  void bands() {
    double const tolerance = random_.between(0, 4) == 0 ? 0 : std::exp(random_.real(std::log(1e-6), std::log(0.1)));
    double const limit = near_best(tolerance);
    fields<double> low, high;
    low.values.fill(std::numeric_limits<double>::infinity());
    high.values.fill(-std::numeric_limits<double>::infinity());
    for (candidate const& each : allowed_) {
      if (!(each.score <= limit)) continue;
      fields<double> const values = over().values(over().digits_of(each.index));
      for (std::size_t i = 0; i != n_fields; ++i) {
        low.values[i] = std::fmin(low.values[i], values.values[i]);
        high.values[i] = std::fmax(high.values[i], values.values[i]);
      }
    }
    fields<double> const at_best =
        over().values(over().digits_of(std::min_element(allowed_.begin(), allowed_.end())->index));
    for (field_band const& each : bounds_time([&] { return near_optimal_bands(of_, tolerance); }))
      expect(each.low == low[each.field] && each.high == high[each.field] && each.best == at_best[each.field],
             "band within " + moetric::detail::shortest(tolerance) + ": " + std::string(name(each.field)) + " is " +
                 moetric::detail::shortest(each.low) + " .. " + moetric::detail::shortest(each.high) + " instead of " +
                 moetric::detail::shortest(low[each.field]) + " .. " + moetric::detail::shortest(high[each.field]));
  }

  void fronts() {
    if (static_cast<double>(over().size()) > most_for_fronts) return;
    std::vector<measure> quantities;
    for (int i = random_.between(1, 3); i != 0; --i) {
      auto const drawn = static_cast<measure>(random_.between(0, n_measures - 1));
      quantities.push_back(drawn == measure::tokens ? measure::objective : drawn);
    }
    listing const all(search_);
    auto const places = all.places_in(over());
    std::vector<compromise> points;
    std::size_t next = 0;  // the list is in index order
    all.each([&](whole_fields const& values, std::vector<std::size_t> const& at) {
      digits place{};
      for (std::size_t i = 0; i != at.size(); ++i) place[i] = static_cast<std::uint32_t>(places[i][at[i]]);
      std::uint64_t const index = over().index_of(place);
      if (next == allowed_.size() || allowed_[next].index != index) return;
      ++next;
      auto const c = reproducible_costs(values, request_, all.has_experts());
      compromise point{index, {}};
      for (measure const each : quantities) point.values.push_back(value_of(each, request_.objective, c));
      points.push_back(point);
    });
    // In this order, no point is dominated by a later one.
    std::sort(points.begin(), points.end(), [](compromise const& a, compromise const& b) {
      return a.values < b.values || (a.values == b.values && a.index < b.index);
    });
    std::vector<compromise> front;
    for (compromise const& point : points) {
      bool beaten = false;
      for (compromise const& better : front) {
        bool no_worse = true;
        for (std::size_t i = 0; i != quantities.size(); ++i) no_worse = no_worse && better.values[i] <= point.values[i];
        beaten = beaten || no_worse;
      }
      if (!beaten) front.push_back(point);
    }
    std::sort(front.begin(), front.end(), [](auto const& a, auto const& b) { return a.index < b.index; });
    auto const found = bounds_time([&] { return pareto_front(of_, quantities); });
    std::string over_what;
    for (measure const each : quantities) over_what += " " + std::string(name(each));
    expect(found == front, "front over" + over_what + ": " + std::to_string(found.size()) +
                               " configurations, and not the same " + std::to_string(front.size()));
  }

  void triads() {
    if (static_cast<double>(over().size()) > most_for_triads) return;
    std::vector<std::array<double, 3>> rows(over().size());
    for_each_triad_row<simd::native>(over(), request_.at, over().all(), [&](triad_row const& row) {
      for (std::size_t i = 0; i != row.training_flops_per_token.size(); ++i)
        rows[row.first_index + i] = {row.training_flops_per_token[i], row.active_non_embedding_parameters[i],
                                     row.total_non_embedding_parameters[i]};
    });
    listing const all(search_);
    auto const places = all.places_in(over());
    bool same = true;
    all.each([&](whole_fields const& values, std::vector<std::size_t> const& at) {
      digits place{};
      for (std::size_t i = 0; i != at.size(); ++i) place[i] = static_cast<std::uint32_t>(places[i][at[i]]);
      triad<simd::reproducible> const three = reproducible_costs(values, request_, all.has_experts()).three;
      std::array<double, 3> const expected{static_cast<double>(three.training_flops_per_token),
                                           static_cast<double>(three.active_non_embedding_parameters),
                                           static_cast<double>(three.total_non_embedding_parameters)};
      same = same && rows[over().index_of(place)] == expected;
    });
    expect(same, "triads: other numbers");
  }

  /// Checks what `why_empty` reports of a search without an answer.
  void check_reason() {
    auto const why = bounds_time([&] { return why_empty(of_); });
    listing const all(search_);
    bool any = false, in_window = false;
    double below = -std::numeric_limits<double>::infinity(), above = std::numeric_limits<double>::infinity();
    all.each([&](whole_fields const& values, std::vector<std::size_t> const&) {
      any = true;
      if (!why) return;
      auto const c = reproducible_costs(values, request_, all.has_experts());
      if (!why->alone)
        for (window const& each : of_.windows()) {
          if (each == why->broken) break;
          if (!each.contains(value_of(each.measure, request_.objective, c))) return;
        }
      double const value = value_of(why->broken.measure, request_.objective, c);
      in_window = in_window || why->broken.contains(value);
      if (value < why->broken.low) below = std::fmax(below, value);
      if (value > why->broken.high) above = std::fmin(above, value);
    });
    expect(why.has_value() == any,
           any ? "an empty search has no reason" : "rules alone leave nothing, but a window is blamed");
    if (why)
      expect(!in_window && (why->nearest == below || why->nearest == above), "a wrong reason: " + to_string(*why));
  }

  json search_;
  io::json asked_;  // the same
  io::search_request request_;
  any_problem of_;
  search_cases::generator random_;
  std::size_t k_ = 1;
  bool listed_ = true;
  std::vector<candidate> allowed_{};
  std::uint64_t n_found_ = 0;
  search_counters counts_{};
  std::vector<std::string> differences_{};
};

}  // namespace equality
