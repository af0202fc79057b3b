#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "moetric/cluster/communication.hpp"
#include "moetric/core/compiled.hpp"
#include "moetric/search/best_first.hpp"
#include "moetric/search/layout/memory_limit.hpp"
#include "moetric/search/layout/timed_loss.hpp"
#include "moetric/search/why_empty.hpp"

/// Shapes and layouts searched together: what is the best model that given devices train in given days, and how is it
/// laid out on them?
///
/// The problem. A pair is a shape of a space and a layout: tensor, context, pipeline, expert and expert-tensor ranks,
/// the micro batch, and what is recomputed. It is allowed if the trainer's rules hold on both meshes, stages have
/// equally many layers (the time has no term for uneven ones), the most loaded device holds it by `cluster::memory_of`,
/// and every window holds. In the days of the calendar the devices train days·devices/t tokens, t seconds of one device
/// for a token (`token_time`: the median of `cluster::estimate_run`); a law says the loss. Wanted are the shapes of
/// least loss, each on its best layout. Of layouts of equal loss, the one with the least time of communication is
/// taken, then that with the most memory to spare, then the first.
///
/// The bound. Layouts are few hundred and shapes are 1e9 to 1e15, so layouts are listed, the fastest first, and the
/// shapes of each are searched by bounds, as `search_best` does. On one layout, t is a polynomial of the shape, and so
/// are the bytes of a rank but for what is rounded up (`memory_limit`); rules on either mesh remove values of axes. A
/// layout that fits no small shape, or whose bound exceeds the k-th best loss of the layouts before it, ends in few
/// boxes.
///
/// Why it is exact. A shape that is among the k best is among the k best of its best layout, as shapes that precede it
/// there do so on their best ones too. The polynomials only discard; every pair that is left is decided by the
/// functions that listing decides by, in the same number type. So `list_best_runs`, which looks at all pairs, returns
/// the same.
namespace moetric::v0::search {

/// What is searched: shapes, a law, windows, and the devices and layouts.
struct run_problem {
  search::space over;
  law_loss by;  // its compute or tokens are not read
  std::vector<window> windows{};
  setting at{};  // its parallel sizes and devices are not read
  search::calendar calendar;
  layout_axes layouts{};
};

/// A shape with its best layout.
struct planned_run {
  std::uint64_t index;  // of the shape
  double loss;
  double tokens;
  cluster::training_setup setup;
  cluster::memory_estimate memory;
  cluster::communication communication;  // of the devices with the most bytes, in a step

  friend bool operator<(planned_run const& a, planned_run const& b) {
    return a.loss < b.loss || (a.loss == b.loss && a.index < b.index);
  }
};

/// The best runs of a problem.
struct best_runs {
  std::vector<planned_run> best{};  // in order
  std::size_t layouts = 0;          // that fill the devices
  std::size_t layouts_bounded = 0;  // of them, those of which a shape could fit
  double pairs = 0;                 // shapes times layouts
  search_counters counts{};         // of pairs
};

/// The shapes of a problem on one layout, ranked by the loss of the run that the calendar has time for.
/// \param over those of the problem, or a part of them
inline any_problem problem_on(run_problem const& asked, cluster::training_setup const& setup, space const& over) {
  setting at = asked.at;
  at.parallel = setup.layout.sizes, at.devices = setup.layout.devices;
  return any_problem(over, any_objective(timed_loss(asked.by, setup, asked.calendar, asked.over.has_experts())),
                     asked.windows, at, std::make_shared<memory_limit const>(setup, asked.calendar.most_bytes(), over));
}

namespace detail {

/// The layouts of a problem, the fastest first, each with its own rules.
class laid_out {
 public:
  explicit laid_out(run_problem const& asked) : asked_(asked) {
    calendar const& when = asked.calendar;
    moetric::detail::require_positive("devices", static_cast<double>(when.devices));
    moetric::detail::require_positive("days", when.days);
    moetric::detail::require_positive("global_batch", static_cast<double>(when.global_batch));
    if (when.states.frozen.bits != 0 || when.states.lora.any())
      moetric::detail::invalid("moetric: a run of a calendar must train all weights, without adapters");
    if (!asked.by.law().reads_tokens())
      moetric::detail::invalid(("moetric: a law for a calendar must read tokens, but " +
                                std::string(asked.by.law().about().id) + " does not")
                                   .c_str());
    fields<interval> const hull = asked.over.hull(asked.over.whole());
    bool const has_experts = asked.over.has_experts();
    for (cluster::training_setup const& each : layouts_of(asked.layouts, when, asked.at.sequence_length, has_experts))
      all_.push_back({each, timed_loss(asked.by, each, when, has_experts)});
    if (all_.empty())
      moetric::detail::invalid(("moetric: a layout must fill " + to_string(when.devices) +
                                " devices and a global batch of " + to_string(when.global_batch) +
                                " sequences, but none of these sizes does")
                                   .c_str());
    static_cast<void>(problem_of(0));  // refuses bad windows
    // By the tokens of a shape in the middle.
    fields<double> middle;
    for (std::size_t i = 0; i != n_fields; ++i)
      middle.values[i] = std::sqrt(std::fmax(hull.values[i].low, 1) * std::fmax(hull.values[i].high, 1));
    auto const c = reproducible_costs(costs_of(middle.to_shape(asked.over.rest().tied), asked.at, has_experts));
    for (one& each : all_) each.speed = static_cast<double>(each.loss.tokens(c));
    std::stable_sort(all_.begin(), all_.end(), [](one const& a, one const& b) { return a.speed > b.speed; });
  }

  std::size_t size() const { return all_.size(); }
  /// The shapes that a layout may hold as a problem; empty if its rules leave none.
  std::optional<any_problem> problem_of(std::size_t i, std::vector<rule> const& more) const {
    std::vector<rule> rules = asked_.over.rules();
    rules.insert(rules.end(), more.begin(), more.end());
    std::optional<space> left;
    try {
      left.emplace(asked_.over.axes(), asked_.over.rest(), std::move(rules));
    } catch (std::invalid_argument const&) {  // no shape has these divisors
      return std::nullopt;
    }
    return problem_on(asked_, all_[i].setup, *left);
  }
  /// The same over all shapes, of which the layout's condition refuses some.
  any_problem problem_of(std::size_t i) const { return problem_on(asked_, all_[i].setup, asked_.over); }

  /// Rules of one field, or of the number of layers, that every shape on a layout keeps.
  std::vector<rule> rules_of_layout(std::size_t i) const {
    cluster::layout const& l = all_[i].setup.layout;
    std::vector<rule> rules = rules_of(l.sizes);
    if (l.stages() != 1) rules.push_back(divisible(field::n_layers, l.stages()));
    std::erase_if(rules, [](rule const& each) { return each.how == tie::divisible && each.number == 1; });
    if (!asked_.over.has_experts())
      std::erase_if(rules,
                    [](rule const& each) { return each.field == field::n_experts || each.field == field::d_expert; });
    // Dense layers have a width that matters only where there are any.
    if (asked_.over.hull(asked_.over.whole())[field::n_dense_layers].low == 0)
      std::erase_if(rules, [](rule const& each) { return each.field == field::d_ff; });
    return rules;
  }

  /// A pair that is allowed, with all that it is ranked by.
  planned_run run_of(std::size_t i, candidate const& of, fields<double> const& values) const {
    cluster::training_setup const& setup = all_[i].setup;
    auto const c =
        reproducible_costs(costs_of(values.to_shape(asked_.over.rest().tied), asked_.at, asked_.over.has_experts()));
    model const m = to_model(to_exact(values.to_shape(asked_.over.rest().tied)));
    planned_run made{.index = of.index,
                     .loss = of.score,
                     .tokens = static_cast<double>(all_[i].loss.tokens(c)),
                     .setup = setup,
                     .memory = cluster::memory_of(m, setup),
                     .communication = {}};
    cluster::traffic const sent = cluster::traffic_of_rank(m, setup, made.memory.worst.rank);
    made.communication = cluster::communication_of(sent, setup.layout, asked_.calendar.on);
    return made;
  }

  /// The best layout of a shape, of those in `problems`; empty if none is allowed.
  std::optional<planned_run> best_of(std::uint64_t index, std::vector<any_problem> const& problems,
                                     search_counters* counts = nullptr) const {
    digits const at = asked_.over.digits_of(index);
    if (!asked_.over.holds(at)) {
      if (counts != nullptr) counts->rejected += problems.size();
      return std::nullopt;
    }
    fields<double> const values = asked_.over.values(at);
    std::vector<planned_run> best;
    for (std::size_t i = 0; i != problems.size(); ++i) {
      auto const c = problems[i].costs_of(values);
      bool const allowed = problems[i].allows(c);
      if (counts != nullptr) ++(allowed ? counts->scored : counts->rejected);
      if (!allowed) continue;
      double const score = problems[i].score(c);
      if (!is_not_nan(score)) refuse_nan(index);
      if (!best.empty() && score > best[0].loss) continue;
      if (!best.empty() && score < best[0].loss) best.clear();
      best.push_back(run_of(i, {score, index}, values));
    }
    if (best.empty()) return std::nullopt;
    // With a bandwidth that is not published, times with and without communication would be compared.
    bool const timed =
        std::all_of(best.begin(), best.end(), [](auto const& each) { return each.communication.known(); });
    return *std::min_element(best.begin(), best.end(), [timed](planned_run const& a, planned_run const& b) {
      if (timed && a.communication.seconds != b.communication.seconds)
        return a.communication.seconds < b.communication.seconds;
      return a.memory.worst.bytes.total() < b.memory.worst.bytes.total();
    });
  }

  std::vector<any_problem> problems_over_all() const {
    std::vector<any_problem> all;
    for (std::size_t i = 0; i != size(); ++i) all.push_back(problem_of(i));
    return all;
  }

 private:
  struct one {
    cluster::training_setup setup;
    timed_loss loss;
    double speed = 0;  // tokens of a run
  };

  run_problem const& asked_;
  std::vector<one> all_{};
};

/// The index in a space of configurations of one with the same axes, of which rules removed more values.
class index_map {
 public:
  index_map(space const& from, space const& to) : from_(from), to_(to) {
    for (std::size_t a = 0; a != to.n_axes(); ++a) {
      std::vector<ratio> const &kept = from.axes()[a].values, &all = to.axes()[a].values;
      std::vector<std::uint32_t>& places = places_.emplace_back();
      std::uint32_t place = 0;
      for (ratio const& each : kept) {
        while (all[place] != each) ++place;
        places.push_back(place);
      }
    }
  }
  std::uint64_t operator()(std::uint64_t index) const {
    digits at = from_.digits_of(index);
    for (std::size_t a = 0; a != to_.n_axes(); ++a) at[a] = places_[a][at[a]];
    return to_.index_of(at);
  }

 private:
  space const &from_, &to_;
  std::vector<std::vector<std::uint32_t>> places_{};
};

/// Keeps the k shapes of least loss; a shape may be added again.
class best_shapes {
 public:
  /// \throws std::invalid_argument for k = 0
  explicit best_shapes(std::size_t k) : k_(k) { static_cast<void>(best_list(k)); }

  void add(candidate const& next) {
    auto const same =
        std::find_if(best_.begin(), best_.end(), [&](auto const& each) { return each.index == next.index; });
    if (same != best_.end()) {
      if (!(next < *same)) return;
      best_.erase(same);
    }
    best_.insert(std::upper_bound(best_.begin(), best_.end(), next), next);
    if (best_.size() > k_) best_.pop_back();
  }
  /// What does not come after it may be among the best.
  candidate worst() const {
    constexpr std::uint64_t last = std::numeric_limits<std::uint64_t>::max();
    // Indices are of another space, so ties are left to `add`.
    return {best_.size() == k_ ? best_.back().score : std::numeric_limits<double>::infinity(), last};
  }
  std::vector<candidate> const& sorted() const { return best_; }

 private:
  std::size_t k_;
  std::vector<candidate> best_{};
};

inline best_runs found_runs(run_problem const& asked, std::size_t k) {
  detail::laid_out const layouts(asked);
  best_runs found{.layouts = layouts.size()};
  found.pairs = static_cast<double>(asked.over.size()) * static_cast<double>(layouts.size());
  detail::best_shapes best(k);
  for (std::size_t i = 0; i != layouts.size(); ++i) {
    std::optional<any_problem> const problem = layouts.problem_of(i, layouts.rules_of_layout(i));
    if (!problem) continue;
    ++found.layouts_bounded;
    detail::branch_and_bound search(*problem, k, {}, detail::branch_and_bound::boxes_of_first_pass, best.worst());
    index_range const all = problem->over().all();
    result const of_layout = search.run(std::span<index_range const>(&all, 1));
    found.counts = found.counts + of_layout.counts;
    detail::index_map const to_all(problem->over(), asked.over);
    for (candidate const& each : of_layout.best) best.add({each.score, to_all(each.index)});
  }
  if (best.sorted().empty()) return found;
  std::vector<any_problem> const problems = layouts.problems_over_all();
  for (candidate const& each : best.sorted()) found.best.push_back(*layouts.best_of(each.index, problems));
  return found;
}

}  // namespace detail

/// The k shapes of least loss that the devices of a calendar train in its days, each with its best layout: exactly
/// those that `list_best_runs` finds. None if no layout holds a shape that the windows allow.
///
/// \throws std::invalid_argument for a law that reads no tokens, states that are not trained, sizes of which no layout
///         can be made, a format or bandwidth of memory that no source gives, and as `search_best`
MOETRIC_INLINE best_runs find_best_runs(run_problem const& asked, std::size_t k = 1);
#ifndef MOETRIC_COMPILED
inline best_runs find_best_runs(run_problem const& asked, std::size_t k) {
  return detail::found_runs(asked, k);
}
#endif

namespace detail {

inline best_runs listed_runs(run_problem const& asked, std::size_t k) {
  detail::laid_out const layouts(asked);
  best_runs found{.layouts = layouts.size(), .layouts_bounded = layouts.size()};
  found.pairs = static_cast<double>(asked.over.size()) * static_cast<double>(layouts.size());
  if (found.pairs > 1e9)
    moetric::detail::invalid(("moetric: a listing must be of at most 1e9 pairs of shape and layout, but there are " +
                              moetric::detail::shortest(found.pairs))
                                 .c_str());
  std::vector<any_problem> const problems = layouts.problems_over_all();
  for (std::uint64_t index = 0; index != asked.over.size(); ++index) {
    std::optional<planned_run> const run = layouts.best_of(index, problems, &found.counts);
    if (!run) continue;
    found.best.insert(std::upper_bound(found.best.begin(), found.best.end(), *run), *run);
    if (found.best.size() > k) found.best.pop_back();
  }
  found.counts.enumerated = found.counts.rejected + found.counts.scored;
  return found;
}

}  // namespace detail

/// The same by looking at every pair.
/// \throws std::invalid_argument as `find_best_runs`, and for more than 1e9 pairs
MOETRIC_INLINE best_runs list_best_runs(run_problem const& asked, std::size_t k = 1);
#ifndef MOETRIC_COMPILED
inline best_runs list_best_runs(run_problem const& asked, std::size_t k) {
  return detail::listed_runs(asked, k);
}
#endif

/// Refuses a problem of which no run was found.
/// \throws std::invalid_argument naming the window that no shape satisfies, or that no layout holds one
[[noreturn]] inline void refuse_no_run(run_problem const& asked) {
  run_problem unlimited = asked;
  unlimited.calendar.usable_bytes = std::uint64_t{1} << 62;
  calendar const& when = asked.calendar;
  if (auto const found = find_best_runs(unlimited); !found.best.empty())
    moetric::detail::invalid(("moetric: a device must hold its part of a shape, but on " + to_string(when.devices) +
                              " " + std::string(when.on.id) + " no layout of these sizes holds one within " +
                              to_string(when.most_bytes()) + " bytes; the best shape without that limit takes " +
                              to_string(found.best[0].memory.worst.bytes.total()))
                                 .c_str());
  std::vector<window> of_shapes = asked.windows;
  std::erase_if(of_shapes, [](window const& each) {
    return each.measure == measure::tokens || each.measure == measure::objective ||
           each.measure == measure::bytes_per_device;
  });
  any_problem const shapes(asked.over, measured{measure::n_layers}, of_shapes, asked.at);
  if (search_best(shapes).best.empty()) refuse_empty(shapes);
  moetric::detail::invalid(
      "moetric: a layout must keep the trainer's rules for a shape that the windows allow, but none "
      "of these sizes does");
}

}  // namespace moetric::v0::search
