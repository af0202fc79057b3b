#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "moetric/cluster/communication.hpp"
#include "moetric/search/layout/layout_axes.hpp"
#include "moetric/search/layout/memory_limit.hpp"
#include "moetric/search/layout/timed_loss.hpp"
#include "moetric/search/problem/any_objective.hpp"
#include "moetric/search/problem/problem.hpp"
#include "moetric/search/problem/result.hpp"

namespace moetric::v0::search {

/// What is searched: shapes, a law, windows, and the devices and layouts.
struct run_problem {
  search::space over;
  law_loss by;  // its compute or tokens are not read
  std::vector<window> windows{};
  setting at{};  // its parallel sizes and devices are not read
  cluster::calendar calendar;
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

/// The best runs of a problem, or of some ranges of its shapes.
struct best_runs {
  std::size_t k = 1;
  std::vector<planned_run> best{};      // in order
  std::vector<index_range> searched{};  // shapes, of which all layouts were searched: as of a `result`
  std::size_t layouts = 0;              // that fill the devices
  std::size_t layouts_bounded = 0;      // of them, those whose rules leave a shape
  double pairs = 0;                     // shapes of the space times layouts
  search_counters counts{};             // of pairs

  /// The shapes with their losses, which merge with those of other ranges.
  result shapes() const {
    result made{.k = k, .searched = searched, .counts = counts};
    for (planned_run const& each : best) made.best.push_back({each.loss, each.index});
    return made;
  }
};

/// The loss of a problem's shapes on a layout.
/// \throws std::invalid_argument as `token_time`
inline timed_loss timed_loss_of(run_problem const& asked, cluster::training_setup const& setup) {
  interval const shared = asked.over.hull(asked.over.whole())[field::n_shared_experts];
  std::optional<bool> const all = shared.low >= 1    ? std::optional(true)
                                  : shared.high == 0 ? std::optional(false)
                                                     : std::nullopt;
  return {asked.by, setup, asked.calendar, asked.over.has_experts(), all};
}

/// The shapes of a problem on one layout, ranked by the loss of the run that the calendar has time for.
/// \param over those of the problem, or a part of them
inline any_problem problem_on(run_problem const& asked, cluster::training_setup const& setup, space const& over) {
  setting at = asked.at;
  at.parallel = setup.layout.sizes, at.devices = setup.layout.devices;
  return any_problem(
      over, any_objective(timed_loss_of(asked, setup)), asked.windows, at,
      std::make_shared<memory_limit const>(setup, asked.calendar.most_bytes(), over, asked.layouts.uneven_stages));
}

/// The layouts of a problem, the fastest first, each with its own rules.
class run_layouts {
 public:
  /// \throws std::invalid_argument for a law that reads no tokens, states that are not trained, sizes of which no
  ///         layout can be made, 2^64 pairs or more, and a format or bandwidth of memory that no source gives
  explicit run_layouts(run_problem asked) : asked_(std::move(asked)) {
    cluster::calendar const& when = asked_.calendar;
    moetric::detail::require_positive("devices", static_cast<double>(when.devices));
    moetric::detail::require_positive("days", when.days);
    moetric::detail::require_positive("global_batch", static_cast<double>(when.global_batch));
    if (when.states.frozen.bits != 0 || when.states.lora.any())
      moetric::detail::invalid("moetric: a run of a calendar must train all weights, without adapters");
    if (!asked_.by.law().reads_tokens())
      moetric::detail::invalid(("moetric: a law for a calendar must read tokens, but " +
                                std::string(asked_.by.law().about().id) + " does not")
                                   .c_str());
    fields<interval> const hull = asked_.over.hull(asked_.over.whole());
    bool const has_experts = asked_.over.has_experts();
    for (cluster::training_setup const& each : layouts_of(asked_.layouts, when, asked_.at.sequence_length, has_experts))
      all_.push_back({each, timed_loss_of(asked_, each)});
    if (all_.empty())
      moetric::detail::invalid(("moetric: a layout must fill " + to_string(when.devices) +
                                " devices and a global batch of " + to_string(when.global_batch) +
                                " sequences, but none of these sizes does")
                                   .c_str());
    if (asked_.over.size() > ~std::uint64_t{0} / all_.size())
      moetric::detail::invalid("moetric: pairs of shape and layout must be fewer than 2^64");
    static_cast<void>(problem_of(0));  // refuses bad windows
    // By the tokens of a shape in the middle.
    fields<double> middle;
    for (std::size_t i = 0; i != n_fields; ++i)
      middle.values[i] = std::sqrt(std::fmax(hull.values[i].low, 1) * std::fmax(hull.values[i].high, 1));
    auto const c =
        detail::reproducible_costs(costs_of(middle.to_shape(asked_.over.rest().tied), asked_.at, has_experts));
    for (one& each : all_) each.speed = static_cast<double>(each.loss.tokens(c));
    std::stable_sort(all_.begin(), all_.end(), [](one const& a, one const& b) { return a.speed > b.speed; });
  }

  /// The problem.
  run_problem const& asked() const { return asked_; }
  /// The number of layouts.
  std::size_t size() const { return all_.size(); }
  /// The shapes that the rules of a layout leave; empty if there are none.
  std::optional<space> shapes_of(std::size_t i) const {
    std::vector<rule> rules = asked_.over.rules();
    std::vector<rule> const more = rules_of_layout(i);
    rules.insert(rules.end(), more.begin(), more.end());
    try {
      return space(asked_.over.axes(), asked_.over.rest(), std::move(rules));
    } catch (std::invalid_argument const&) {  // no shape has these divisors
      return std::nullopt;
    }
  }
  /// Those shapes as a problem.
  std::optional<any_problem> bounded_problem_of(std::size_t i) const {
    std::optional<space> const left = shapes_of(i);
    return left ? std::optional(problem_on(asked_, all_[i].setup, *left)) : std::nullopt;
  }
  /// The same over all shapes, of which the layout's condition refuses some.
  any_problem problem_of(std::size_t i) const { return problem_on(asked_, all_[i].setup, asked_.over); }

  /// Rules of one field, or of the number of layers, that every shape on a layout keeps.
  std::vector<rule> rules_of_layout(std::size_t i) const {
    cluster::layout const& l = all_[i].setup.layout;
    std::vector<rule> rules = rules_of(l.sizes);
    if (l.stages() != 1 && !asked_.layouts.uneven_stages) rules.push_back(divisible(field::n_layers, l.stages()));
    std::erase_if(rules, [](rule const& each) { return each.how == tie::divisible && each.number == 1; });
    if (!asked_.over.has_experts())
      std::erase_if(rules,
                    [](rule const& each) { return each.field == field::n_experts || each.field == field::d_expert; });
    // Dense layers have a width that matters only where there are any.
    if (asked_.over.hull(asked_.over.whole())[field::n_dense_layers].low == 0)
      std::erase_if(rules, [](rule const& each) { return each.field == field::d_ff; });
    return rules;
  }

  /// The layouts of which rules leave a shape.
  std::size_t bounded() const {
    std::size_t n = 0;
    for (std::size_t i = 0; i != size(); ++i)
      if (shapes_of(i)) ++n;
    return n;
  }

  /// A pair that is allowed, with all that it is ranked by.
  planned_run run_of(std::size_t i, candidate const& of, fields<double> const& values) const {
    cluster::training_setup const& setup = all_[i].setup;
    auto const c = detail::reproducible_costs(
        costs_of(values.to_shape(asked_.over.rest().tied), asked_.at, asked_.over.has_experts()));
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

  /// A shape on its best layout; empty if none is allowed.
  /// \param counts pairs that were rejected or scored
  /// \throws std::invalid_argument for a loss that is NaN
  std::optional<planned_run> best_of(std::uint64_t index, search_counters* counts = nullptr) {
    digits const at = asked_.over.digits_of(index);
    if (!asked_.over.holds(at)) {
      if (counts != nullptr) counts->rejected += size();
      return std::nullopt;
    }
    for (std::size_t i = over_all_.size(); i != size(); ++i) over_all_.push_back(problem_of(i));
    fields<double> const values = asked_.over.values(at);
    std::vector<planned_run> best;
    for (std::size_t i = 0; i != size(); ++i) {
      auto const c = over_all_[i].costs_of(values);
      bool const allowed = over_all_[i].allows(c);
      if (counts != nullptr) ++(allowed ? counts->scored : counts->rejected);
      if (!allowed) continue;
      double const score = over_all_[i].score(c);
      if (!detail::is_not_nan(score)) detail::refuse_nan(index);
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

  /// Shapes that were found, each with its best layout.
  best_runs runs_of(result const& found) {
    best_runs made{.k = found.k,
                   .searched = found.searched,
                   .layouts = size(),
                   .layouts_bounded = bounded(),
                   .pairs = static_cast<double>(asked_.over.size()) * static_cast<double>(size()),
                   .counts = found.counts};
    for (candidate const& each : found.best)
      if (std::optional<planned_run> const run = best_of(each.index)) made.best.push_back(*run);
    std::sort(made.best.begin(), made.best.end());
    return made;
  }

 private:
  struct one {
    cluster::training_setup setup;
    timed_loss loss;
    double speed = 0;  // tokens of a run
  };

  run_problem asked_;
  std::vector<one> all_{};
  std::vector<any_problem> over_all_{};  // made when the first shape is listed
};

}  // namespace moetric::v0::search
