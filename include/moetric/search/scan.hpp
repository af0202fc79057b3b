#pragma once

#include "moetric/search/problem.hpp"
#include "moetric/search/result.hpp"
#include "moetric/search/screen.hpp"

namespace moetric::inline v0::search {
namespace detail {

/// Whether a number is close enough to a row's to say that a window shuts it out: quotients are off by few roundings.
constexpr bool surely_outside(window const& w, double value) {
  constexpr double margin = 1e-12;
  return value < w.low * (1 - margin) || value > w.high * (1 + margin);
}

/// What a screen lets through, by its place in the row.
struct survivor {
  double value;
  std::uint32_t place;

  /// Of a heap whose front is the best.
  friend bool operator<(survivor const& a, survivor const& b) {
    return a.value > b.value || (a.value == b.value && a.place > b.place);
  }
};

/// What screens of every kind have: quotients along rows, the windows' behind those that are ranked by.
template <class Target, class T>
class row_screen {
 public:
  /// \returns false when a window shuts out the whole row
  bool move_to(digits const& at, std::uint32_t first, std::uint32_t last) {
    if (!quotients_.move_to(at, first, last)) return false;
    for (std::size_t i = 0; i != windows_.size(); ++i) {
      row_quotient const& of = quotients_.row()[n_ranked_ + i];
      if (!of.varies() && surely_outside(windows_[i], of.value(1))) return false;
    }
    if (quotients_.version() != version_) {
      version_ = quotients_.version();
      variable_.assign(quotients_.variable());
      values_.resize(variable_.size);
    }
    return true;
  }
  std::span<T const> values() const { return {values_.values.data(), values_.size}; }

 protected:
  row_screen(row_quotients quotients, std::vector<window> const& windows)
      : quotients_(std::move(quotients)), windows_(windows), n_ranked_(quotients_.row().size() - windows.size()) {}

  T keep_windows(T least) {
    bool changed = false;
    for (std::size_t i = 0; i != windows_.size(); ++i) {
      row_quotient const& of = quotients_.row()[n_ranked_ + i];
      if (!of.varies()) continue;
      keep_window<Target>(of, windows_[i].low, windows_[i].high, variable_.values.data(), variable_.values.size(),
                          values_.values.data());
      changed = true;
    }
    return changed ? least_of_row<Target>(values_.values.data(), values_.values.size()) : least;
  }

  row_quotients quotients_;
  std::vector<window> windows_;
  std::size_t n_ranked_;
  padded<T> variable_{};
  padded<T> values_{};
  std::uint64_t version_ = 0;
};

/// Quotients for what a problem ranks by and its windows; none where they are no such quotients.
template <Objective O>
std::optional<std::vector<rational>> with_windows(problem<O> const& of, costs<rational> const& c,
                                                  std::vector<rational> ranked) {
  for (window const& each : of.windows()) ranked.push_back(of.value(each.of, c));
  return ranked;
}

/// Without a bound on its error no screen is of use: each configuration is scored.
template <class Target, Objective O>
struct screen {
  static std::optional<screen> of(problem<O> const&, box const&) { return std::nullopt; }
};

/// Measures are screened in double: quotients of exact counts, or sums with coefficients that round.
template <class Target>
class screen<Target, measured> : public row_screen<Target, double> {
 public:
  static std::optional<screen> of(problem<measured> const& p, box const&) {
    costs<rational> const c = p.costs_of(symbolic_fields());
    auto quotients = row_quotients::of(p.over(), *with_windows(p, c, {value_of(p.objective().what, c)}));
    if (!quotients) return std::nullopt;
    return screen(std::move(*quotients), p);
  }
  double screened() {
    double* const values = this->values_.values.data();
    std::size_t const size = this->values_.values.size();
    values_of_row<Target>(this->quotients_.row()[0], this->variable_.values.data(), size, values);
    if (wanted_ == direction::most)
      for (std::size_t i = 0; i != size; ++i) values[i] = -values[i];
    return this->keep_windows(least_of_row<Target>(values, size));
  }
  /// What may score as much as `worst` is screened at most this.
  double threshold(double worst) const { return worst + std::fabs(worst) * 1e-12; }
  void refine(std::vector<survivor>&) {}
  double refined_threshold(double worst) const { return threshold(worst); }

 private:
  screen(row_quotients quotients, problem<measured> const& p)
      : row_screen<Target, double>(std::move(quotients), p.windows()), wanted_(p.objective().wanted) {}

  direction wanted_;
};

/// Losses are screened in float, by the law itself on short polynomials, with the error that it proves of itself.
template <class Target, laws::Law L>
class screen<Target, expected_loss<L>> : public row_screen<Target, float> {
  static constexpr std::size_t n = expected_loss<L>::n_inputs;

 public:
  static std::optional<screen> of(problem<expected_loss<L>> const& p, box const& over) {
    costs<rational> const c = p.costs_of(symbolic_fields());
    expected_loss<L> const& objective = p.objective();
    laws::shape_facts<rational> const facts{c.of, c.book, objective.tokens(c), c.has_experts};
    auto const inputs = laws::values_of(objective.which, facts, objective.given);
    fields<interval> const hull = p.over().hull(over);
    double const error = error_of<simd::quick_errors>(*objective.law, inputs, hull);
    double const double_error = error_of<simd::double_errors>(*objective.law, inputs, hull);
    if (!is_positive_and_finite(error) || !is_positive_and_finite(double_error)) return std::nullopt;
    auto quotients = row_quotients::of(p.over(), *with_windows(p, c, {inputs.begin(), inputs.end()}));
    if (!quotients) return std::nullopt;
    return screen(std::move(*quotients), p, error, double_error);
  }
  /// What a screened loss is off by at most.
  double error() const { return error_; }

  float screened() {
    std::span<row_quotient const> const ranked(this->quotients_.row().data(), n);
    shares_ = logarithms_.assign(ranked);
    if (!shares_) {  // more logarithms than there is room for: all survive
      std::fill(this->values_.values.begin(), this->values_.values.end(), std::numeric_limits<float>::lowest());
      return this->keep_windows(std::numeric_limits<float>::lowest());
    }
    return this->keep_windows(screen_row<Target>(*law_, logarithms_, logarithms_.template in<float>(),
                                                 this->variable_.values.data(), this->variable_.values.size(),
                                                 this->values_.values.data()));
  }
  float threshold(double worst) const {
    return std::nextafter(static_cast<float>(worst + error_), std::numeric_limits<float>::infinity());
  }
  /// Survivors once more in double: near an optimum many losses are as close as float can tell.
  void refine(std::vector<survivor>& open) {
    if (open.empty() || !shares_) return;
    again_.clear();
    for (survivor const& each : open) again_.push_back(this->quotients_.variable()[each.place]);
    double_variable_.assign(again_);
    double_losses_.resize(again_.size());
    screen_row<Target>(*law_, logarithms_, logarithms_.template in<double>(), double_variable_.values.data(),
                       double_variable_.values.size(), double_losses_.values.data());
    for (std::size_t i = 0; i != open.size(); ++i) open[i].value = double_losses_.values[i];
  }
  double refined_threshold(double worst) const { return worst + double_error_; }

 private:
  screen(row_quotients quotients, problem<expected_loss<L>> const& p, double error, double double_error)
      : row_screen<Target, float>(std::move(quotients), p.windows()),
        law_(p.objective().law),
        error_(error),
        double_error_(double_error) {}

  /// What the law proves of its own error over a box, in inputs that are off as those of `row_inputs` are.
  template <class Errors>
  static double error_of(L const& law, std::array<rational, n> const& inputs, fields<interval> const& hull) {
    using bounded = simd::bounded<Errors>;
    using number = simd::with_logarithm<bounded>;
    constexpr double unit = Errors::rounding, off = 16 * unit;  // powers and sums of a quotient
    fields<double> low, high;
    for (std::size_t i = 0; i != n_fields; ++i)
      low.values[i] = hull.values[i].low, high.values[i] = hull.values[i].high;
    auto const of = [&](polynomial const& p) { return bounded(p.at(low), p.at(high), off); };
    auto const largest = [](bounded const& x) { return std::fmax(std::fabs(x.low()), std::fabs(x.high())); };
    double largest_log = 0;  // of those that may be shared
    for (rational const& each : inputs)
      for (polynomial const* p : {&each.above(), &each.below()})
        largest_log = std::fmax(largest_log, largest(log(of(*p))));
    auto const input = [&](rational const& each) {
      bounded const above = of(each.above()), below = of(each.below()), logarithm = log(above) - log(below);
      // A constant of at most four such logarithms, and two sums, each rounded once.
      double const sums = 2 * unit * (4 * largest_log + largest(logarithm));
      return number(above / below, bounded::within(logarithm.low(), logarithm.high(), logarithm.error() + sums));
    };
    number const loss(law.loss([&]<std::size_t... each>(std::index_sequence<each...>) {
      return typename L::template basic_inputs<number>{input(inputs[each])...};
    }(std::make_index_sequence<n>{})));
    return loss.value().error() + 1e-12 * largest(loss.value());  // beside the screen's, the error of the scorer
  }

  L const* law_;
  double error_;
  double double_error_;
  shared_logarithms<n> logarithms_{};
  bool shares_ = false;
  std::vector<double> again_{};
  padded<double> double_variable_{}, double_losses_{};
};

/// Scores whole ranges: a screen over each row, and what survives it is scored as `search_best` scores.
template <class Target, Objective O>
class scanner {
 public:
  scanner(problem<O> const& of, std::size_t k) : of_(of), over_(of.over()), k_(k), best_(k) {}

  result run(index_range range) {
    for (box const& each : over_.boxes_of(range)) scan(each);
    counts_.enumerated = range.size();
    counts_.discarded = counts_.enumerated - counts_.rejected - counts_.scored;
    return {k_, best_.sorted(), {range}, counts_};
  }

 private:
  void scan(box const& b) {
    if (auto by = screen<Target, O>::of(of_, b)) {
      if constexpr (requires { by->screened(); }) return screen_rows(b, *by);
    }
    each_row(b, 1, 0, [&](digits const& row, std::uint32_t first, std::uint32_t last) {
      for (std::uint32_t i = first; i <= last; ++i) score(row, i, best_, counts_);
    });
  }

  /// A few rows first: what they hold bounds what the others must beat, so that a space in which each row is better than
  /// the one before is no harder than others.
  template <class Screen>
  void screen_rows(box const& b, Screen& by) {
    std::uint64_t const rows = n_rows(b), stride = rows / 64;
    double at_most = std::numeric_limits<double>::infinity();
    if (stride > 1) {
      best_list seed(k_);
      tally_of_search unused;
      each_row(b, stride, stride / 2, [&](digits const& row, std::uint32_t first, std::uint32_t last) {
        screen_row_of(row, first, last, by, seed, unused, at_most);
      });
      at_most = seed.worst().score;
    }
    each_row(b, 1, 0, [&](digits const& row, std::uint32_t first, std::uint32_t last) {
      screen_row_of(row, first, last, by, best_, counts_, at_most);
    });
  }

  template <class Screen>
  void screen_row_of(digits row, std::uint32_t first, std::uint32_t last, Screen& by, best_list& best,
                     tally_of_search& counts, double at_most) {
    if (!by.move_to(row, first, last)) return;
    auto const worst = [&] { return std::fmin(best.worst().score, at_most); };
    auto const bound = by.threshold(worst());
    if (by.screened() > bound) return;
    auto const values = by.values();
    open_.clear();
    for (std::size_t i = 0; i != values.size(); ++i)
      if (!(values[i] > bound)) open_.push_back({static_cast<double>(values[i]), static_cast<std::uint32_t>(i)});
    by.refine(open_);
    // The best first, until none is left that can be among them.
    std::make_heap(open_.begin(), open_.end());
    while (!open_.empty() && !(open_.front().value > by.refined_threshold(worst()))) {
      score(row, first + open_.front().place, best, counts);
      std::pop_heap(open_.begin(), open_.end());
      open_.pop_back();
    }
  }

  void score(digits at, std::uint32_t last, best_list& best, tally_of_search& counts) {
    if (over_.n_axes() != 0) at[over_.n_axes() - 1] = last;
    if (!over_.holds(at)) {
      ++counts.rejected;
      return;
    }
    auto const c = of_.costs_of(over_.values(at));
    if (!of_.allows(c)) {
      ++counts.rejected;
      return;
    }
    ++counts.scored;
    std::uint64_t const index = over_.index_of(at);
    double const value = of_.score(c);
    if (!is_a_number(value)) no_number(index);
    best.add({value, index});
  }

  std::uint64_t n_rows(box const& b) const {
    std::uint64_t rows = 1;
    for (std::size_t i = 0; i + 1 < over_.n_axes(); ++i) rows *= std::uint64_t{b.last[i]} - b.first[i] + 1;
    return rows;
  }
  /// Every stride-th row of a box, from one on, that holds any configuration.
  template <class Visit>
  void each_row(box const& b, std::uint64_t stride, std::uint64_t from, Visit visit) const {
    std::size_t const fastest = over_.n_axes() == 0 ? 0 : over_.n_axes() - 1;
    std::uint64_t const rows = n_rows(b);
    for (std::uint64_t i = from; i < rows; i += stride) {
      digits row = b.first;
      std::uint64_t rest = i;
      for (std::size_t axis = fastest; axis-- != 0;) {
        std::uint64_t const values = std::uint64_t{b.last[axis]} - b.first[axis] + 1;
        row[axis] += static_cast<std::uint32_t>(rest % values);
        rest /= values;
      }
      box one{row, row};
      one.last[fastest] = b.last[fastest];
      if (over_.may_hold(one)) visit(row, b.first[fastest], b.last[fastest]);
    }
  }

  problem<O> const& of_;
  space const& over_;
  std::size_t k_;
  best_list best_;
  tally_of_search counts_{};
  std::vector<survivor> open_{};
};

}  // namespace detail

/// The k best configurations of a range of indices, of equals those with the lowest indices, by looking at every one:
/// the same result as `search_best`, for objectives and spaces that bounds do not narrow.
///
/// A law's loss is screened in batches of floats with a proven bound on their error, a measure in batches of doubles,
/// and what may be among the best is scored. Other objectives are scored one by one. Of the counts, `scored` and
/// `rejected` are those that were looked at one by one, `discarded` the others.
template <class Target = simd::native, Objective O>
result scan_best(problem<O> const& of, std::size_t k, index_range range) {
  return detail::scanner<Target, O>(of, k).run(range);
}
template <class Target = simd::native, Objective O>
result scan_best(problem<O> const& of, std::size_t k = 1) {
  return scan_best<Target>(of, k, of.over().all());
}

}  // namespace moetric::inline v0::search
