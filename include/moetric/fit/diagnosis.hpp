#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "moetric/fit/fit.hpp"
#include "moetric/fit/residual_trend.hpp"

/// Diagnosis of the runs behind a fit: which of them spoil it, what the form misses, and what that does to the
/// coefficients.
namespace moetric::v0::fit {

/// What counts as a finding.
struct diagnosis_limits {
  double outlier = 4.5;        // robust standard deviations of a residual
  double significance = 1e-3;  // p-value of a trend
  double share = 0.1;          // least share of the residuals' variance that a trend explains
  double noise = 2;            // root mean square residual over the noise of repeated runs
};

namespace detail {

/// Diagnoses one fit.
class diagnosis {
 public:
  diagnosis(any_fitted const& found, form_to_fit const& form, residual_problem const& problem, runs const& data,
            diagnosis_limits const& limits)
      : found_(found.of), about_(*found.about), form_(form), problem_(problem), data_(data), limits_(limits),
        target_(target_of(problem)), robust_(problem) {
    for (std::size_t i = 0; i != problem.rows(); ++i) all_.push_back(i);
    make_robust();
  }

  std::vector<warning> warnings() {
    add_floor();
    add_swapped();
    add_categories();
    add_clusters();
    add_outliers();
    add_trends();
    add_unfinished();
    add_noise();
    return std::move(all_warnings_);
  }

 private:
  std::size_t n() const { return problem_.rows(); }
  double weighted(std::size_t i, double residual) const { return std::sqrt(problem_.weight[i]) * residual; }

  /// Residuals of a fit that outliers cannot pull, and their scale.
  void make_robust() {
    residual_ = found_.residuals;
    scale_ = scale_of(residual_);
    if (robust_.how.huber == 0 || robust_.how.huber > scale_) {
      robust_.how.huber = scale_ > 0 ? scale_ / 3 : 0;
      minimum const end = minimise(robust_, target_, problem_.weight, found_.found.at);
      objective f(robust_, target_, problem_.weight);
      f.linearise(end.at);
      residual_ = f.residual();
      scale_ = scale_of(residual_);
      at_ = end.at;
    } else {
      at_ = found_.found.at;
    }
  }
  double scale_of(std::vector<double> const& residual) const {
    std::vector<double> size;
    for (std::size_t i = 0; i != n(); ++i) size.push_back(std::fabs(weighted(i, residual[i])));
    auto const middle = size.begin() + static_cast<std::ptrdiff_t>(size.size() / 2);
    std::nth_element(size.begin(), middle, size.end());
    double const rows = static_cast<double>(n());
    return 1.4826 * *middle * std::sqrt(rows / std::fmax(1, rows - static_cast<double>(found_.fitted)));
  }

  void warn(finding kind, std::string sentence, std::vector<std::size_t> const& runs = {}) {
    warning made{kind, std::move(sentence)};
    for (std::size_t const run : runs) made.rows.push_back(data_.row_of(run));
    all_warnings_.push_back(std::move(made));
  }

  /// "run 3 (tiny), run 7 (small) and 4 more": the first of some runs; checkpoints of one run as "wide (20 rows)".
  std::string listed_runs(std::vector<std::size_t> const& runs) const {
    constexpr std::size_t most = 8;
    std::vector<std::string> names;
    std::map<std::string, std::size_t> times;
    if (!data_.label.empty())
      for (std::size_t const each : runs) ++times[data_.label[each]];
    bool const by_label = 2 * times.size() <= runs.size() && !times.empty();
    for (std::size_t const each : runs)
      if (!by_label)
        names.push_back(data_.name_of(each));
      else if (std::size_t& n_rows = times[data_.label[each]]; n_rows != 0)
        names.push_back(data_.label[each] + " (" + std::to_string(std::exchange(n_rows, 0)) + " rows)");
    std::string text;
    for (std::size_t i = 0; i != std::min(most, names.size()); ++i) text += (i == 0 ? "" : ", ") + names[i];
    if (names.size() > most) text += " and " + std::to_string(names.size() - most) + " more";
    return text;
  }

  /// What coefficients become, such as "without them alpha 0.3473 (0.3493)": those that move by more than half a
  /// standard error, the farthest first.
  std::string changes(std::string const& condition, std::vector<double> const& coefficients) const {
    std::vector<std::pair<double, std::size_t>> moved;
    for (std::size_t k = 0; k != coefficients.size(); ++k) {
      fitted_coefficient const& each = found_.coefficients[k];
      double const by = std::fabs(coefficients[k] - each.value) / each.standard_error;
      if (!each.held && std::isfinite(by) && by > 0.5) moved.push_back({-by, k});
    }
    std::sort(moved.begin(), moved.end());
    if (moved.empty()) return condition + " no coefficient moves by half a standard error";
    std::string text = condition;
    for (std::size_t i = 0; i != std::min<std::size_t>(3, moved.size()); ++i) {
      std::size_t const k = moved[i].second;
      text += (i == 0 ? " " : ", ") + found_.coefficients[k].name + " is " + brief(coefficients[k]) + " (" +
              brief(found_.coefficients[k].value) + ")";
    }
    return text;
  }
  std::string changes_without(std::string const& condition, std::vector<std::size_t> const& runs) const {
    std::vector<double> weight = problem_.weight;
    for (std::size_t const each : runs) weight[each] = 0;
    std::size_t const left = n() - runs.size();
    if (left <= found_.fitted) return "too few runs are left to fit without them";
    return changes(condition,
                   coordinates(problem_.how.unknowns).to(minimise(problem_, target_, weight, found_.found.at).at));
  }

  void add_outliers() {
    double const rows = static_cast<double>(n()), p = static_cast<double>(found_.fitted);
    if (!(scale_ > 1e-9) || rows < p + 5) return;
    std::vector<std::size_t> far;
    double most = 0;
    for (std::size_t i = 0; i != n(); ++i) {
      double const z = std::fabs(weighted(i, residual_[i])) / scale_;
      if (z > limits_.outlier) far.push_back(i), most = std::fmax(most, z);
    }
    if (far.empty()) return;
    std::stable_sort(far.begin(), far.end(), [&](std::size_t a, std::size_t b) {
      return std::fabs(weighted(a, residual_[a])) > std::fabs(weighted(b, residual_[b]));
    });
    bool const one = far.size() == 1;
    warn(finding::outlier,
         listed_runs(far) + (one ? " is an outlier" : " are outliers") + ": " +
             (one ? "its residual is " : "residuals up to ") + brief(most, 3) + " robust standard deviations (limit " +
             brief(limits_.outlier) + "); " + changes_without(one ? "without it" : "without them", far),
         far);
  }

  void add_floor() {
    std::vector<double> k;
    for (fitted_coefficient const& each : found_.coefficients) k.push_back(each.value);
    std::optional<double> const known = form_.irreducible(k);
    if (!known) return;
    double const floor = *known;
    std::vector<std::size_t> below;
    for (std::size_t i = 0; i != n(); ++i)
      if (problem_.loss[i] < floor) below.push_back(i);
    if (below.empty()) return;
    double const least = *std::min_element(problem_.loss.begin(), problem_.loss.end());
    std::string bounded;
    for (std::size_t j = 0; j != k.size(); ++j) {  // the coefficient that is the floor
      std::vector<double> raised = k;
      raised[j] += 1;
      unknown const& which = problem_.how.unknowns[j];
      if (std::fabs(*form_.irreducible(raised) - floor - 1) > 1e-9 || which.as == role::held || which.as == role::tied)
        continue;
      residual_problem capped = problem_;
      capped.how.unknowns[j].high = least;
      minimum const end = minimise(capped, target_, problem_.weight, found_.found.at);
      bounded = "; " + changes("with the floor at most the least loss", coordinates(capped.how.unknowns).to(end.at));
      break;
    }
    warn(finding::floor_above_losses,
         "the fitted irreducible loss " + brief(floor) + " is impossible: " + std::to_string(below.size()) +
             " measured losses are below it (the least is " + brief(least) + ")" + bounded,
         below);
  }

  void add_clusters() {
    std::string const name = data_.cluster_name.empty() ? "cluster" : data_.cluster_name;
    if (found_.clusters != 0) {
      if (found_.clusters >= n()) return;
      std::string const rows =
          std::to_string(n()) + " rows are of " + std::to_string(found_.clusters) + " runs (" + name + ")";
      if (found_.clusters < fewest_clusters)
        warn(finding::clustered_runs, rows + ", too few for standard errors by run: those given take rows for runs, "
                                             "and are too narrow");
      else if (problem_.how.robust)
        warn(finding::clustered_runs, rows + ": standard errors are by run; " + compared_errors(found_));
      return;
    }
    add_hidden_clusters();
  }

  /// "that of alpha is 0.046, and 0.008 if rows were independent", of the coefficient that differs most.
  std::string compared_errors(report const& by_run) const {
    std::size_t widest = 0;
    double most = 0;
    for (std::size_t k = 0; k != by_run.coefficients.size(); ++k) {
      double const ratio = by_run.coefficients[k].standard_error / by_run.coefficients[k].independent_error;
      if (by_run.coefficients[k].independent_error > 0 && std::isfinite(ratio) && ratio > most)
        most = ratio, widest = k;
    }
    if (most == 0) return "no coefficient has one";
    return "that of " + by_run.coefficients[widest].name + " is " +
           brief(by_run.coefficients[widest].standard_error, 3) + ", and " +
           brief(by_run.coefficients[widest].independent_error, 3) + " if rows were independent";
  }

  /// Rows that differ in tokens alone, whose neighbouring residuals are alike, look like checkpoints.
  void add_hidden_clusters() {
    std::size_t tokens = data_.names.size();
    for (std::size_t i = 0; i != data_.names.size(); ++i)
      if (data_.names[i] == "tokens" || data_.names[i] == "steps") tokens = i;
    if (tokens == data_.names.size() || data_.names.size() < 2) return;
    std::map<std::vector<double>, std::vector<std::size_t>> groups;
    for (std::size_t i = 0; i != n(); ++i) {
      std::vector<double> key;
      for (std::size_t c = 0; c != data_.columns.size(); ++c)
        if (c != tokens) key.push_back(data_.columns[c][i]);
      groups[std::move(key)].push_back(i);
    }
    // What the form misses makes neighbours alike too, so trends along the inputs are taken out first.
    matrix trends(n(), 3 * data_.columns.size());
    for (std::size_t c = 0; c != data_.columns.size(); ++c) {
      std::vector<double> x;
      for (double const each : data_.columns[c]) x.push_back(std::log(std::fmax(each, 1e-9)));
      matrix const powers = powers_of(x);
      for (std::size_t i = 0; i != n(); ++i)
        for (std::size_t j = 0; j != 3; ++j) trends(i, 3 * c + j) = powers(i, j);
    }
    std::vector<double> const left = residual_trend(robust_, target_, at_).along(trends).left;
    double together = 0, square = 0, pairs = 0, rows = 0;
    for (auto& [key, members] : groups) {
      if (members.size() < 5) continue;
      rows += static_cast<double>(members.size());
      std::sort(members.begin(), members.end(),
                [&](std::size_t a, std::size_t b) { return data_.columns[tokens][a] < data_.columns[tokens][b]; });
      for (std::size_t j = 0; j != members.size(); ++j) {
        square += left[members[j]] * left[members[j]];
        if (j != 0) together += left[members[j]] * left[members[j - 1]], ++pairs;
      }
    }
    if (groups.size() < fewest_clusters || rows < 0.5 * static_cast<double>(n()) || !(square > 0)) return;
    double const correlation = together / square * rows / pairs;
    if (!(correlation > 0.6 && correlation * std::sqrt(pairs) > 6)) return;
    residual_problem by_run = problem_;
    by_run.cluster.assign(n(), 0);
    std::size_t id = 0;
    for (auto const& [key, members] : groups) {
      for (std::size_t const i : members) by_run.cluster[i] = id;
      ++id;
    }
    warn(finding::clustered_runs, "rows that differ in " + data_.names[tokens] +
                                      " alone look like checkpoints of one run: neighbouring residuals "
                                      "correlate by " +
                                      brief(correlation, 2) + "; by run, standard errors are wider (" +
                                      compared_errors(report_of(by_run, target_, found_.found)) +
                                      "): name the run's column with --group");
  }
  double clipped(std::size_t i) const { return std::clamp(weighted(i, residual_[i]), -3 * scale_, 3 * scale_); }

  /// Trends of the residuals along the logarithm of each input, and of tokens over parameters.
  void add_trends() {
    if (!(scale_ > 1e-9)) return;
    struct direction {
      std::string name;
      std::vector<double> x;
    };
    std::vector<direction> along;
    std::size_t tokens = data_.names.size(), parameters = tokens;
    for (std::size_t c = 0; c != data_.names.size(); ++c) {
      std::vector<double> const& column = data_.columns[c];
      if (data_.names[c] == "tokens") tokens = c;
      if (parameters == data_.names.size() && data_.names[c].ends_with("parameters")) parameters = c;
      if (!std::all_of(column.begin(), column.end(), [](double x) { return x > 0; })) continue;
      std::vector<double> x;
      for (double const each : column) x.push_back(std::log(each));
      along.push_back({data_.names[c], std::move(x)});
    }
    if (tokens < data_.names.size() && parameters < data_.names.size()) {
      std::vector<double> x;
      for (std::size_t i = 0; i != n(); ++i)
        x.push_back(std::log(data_.columns[tokens][i] / data_.columns[parameters][i]));
      along.push_back({data_.names[tokens] + "/" + data_.names[parameters], std::move(x)});
    }
    residual_trend const test(robust_, target_, at_);
    std::size_t best = along.size();
    trend_test strongest{1, 0};
    for (std::size_t d = 0; d != along.size(); ++d) {
      trend_test const found = test.along(powers_of(along[d].x));
      if (found.p * static_cast<double>(along.size()) < limits_.significance &&
          found.share > std::fmax(limits_.share, strongest.share))
        strongest = found, best = d;
    }
    if (best == along.size()) return;
    std::vector<std::size_t> order =
        order_by(n(), [&](std::size_t a, std::size_t b) { return along[best].x[a] < along[best].x[b]; });
    std::string ends;
    std::size_t const tenth = std::max<std::size_t>(3, n() / 10);
    for (auto const& [from, to] : {std::pair{std::size_t{0}, tenth}, {tenth, n() - tenth}, {n() - tenth, n()}}) {
      double sum = 0;
      for (std::size_t i = from; i != to; ++i) sum += residual_[order[i]] / static_cast<double>(to - from);
      ends += (from == 0 ? "" : to != n() ? ", " : " and ") + signed_text(sum);
    }
    order.resize(n() / 3);
    warn(finding::lack_of_fit,
         "the form misses a trend along " + along[best].name + " (p " + brief(strongest.p, 2) + ", " +
             brief(100 * strongest.share, 2) + " % of the residuals' variance): predicted minus observed is " + ends +
             " " + std::string(name(problem_.how.residual)) + " in its lowest tenth, middle and highest tenth; " +
             changes_without("without the lowest third", order));
  }
  static std::string signed_text(double x) { return (x < 0 ? "" : "+") + brief(x, 2); }

  /// Data sets or tokenizers that lie on different laws.
  void add_categories() {
    if (!(scale_ > 1e-9)) return;
    residual_trend const test(robust_, target_, at_);
    for (category const& each : data_.categories) {
      std::map<std::string, std::vector<std::size_t>> levels;
      for (std::size_t i = 0; i != n(); ++i) levels[each.of[i]].push_back(i);
      if (levels.size() < 2 || levels.size() > 12) continue;
      matrix columns(n(), levels.size() - 1);
      std::size_t c = 0;
      for (auto const& [level, members] : levels) {
        if (c != columns.columns)
          for (std::size_t const i : members) columns(i, c) = 1;
        ++c;
      }
      trend_test const found = test.along(columns);
      if (!(found.p < limits_.significance && found.share > limits_.share)) continue;
      std::string means;
      std::vector<std::size_t> largest;
      for (auto const& [level, members] : levels) {
        double sum = 0;
        for (std::size_t const i : members) sum += clipped(i);
        means += (means.empty() ? "" : ", ") + level + " " + signed_text(sum / static_cast<double>(members.size()));
        if (members.size() > largest.size()) largest = members;
      }
      std::vector<std::size_t> others;
      std::set_difference(all_.begin(), all_.end(), largest.begin(), largest.end(), std::back_inserter(others));
      warn(finding::mixed_data, "runs of different " + each.name + " lie on different laws (p " + brief(found.p, 2) +
                                    "): predicted minus observed is " + means +
                                    "; fit them apart, such as by --where " + each.name + "=" + each.of[largest[0]] +
                                    ": " + changes_without("of it alone", others));
    }
  }

  void add_noise() {
    repeats const seen = repeats_of(data_);
    if (seen.noise_freedom < 3 || !(seen.log_noise > 0)) return;
    double square = 0;
    for (std::size_t i = 0; i != n(); ++i) {
      double const r = found_.residuals[i] / (scale_slope(problem_.how.residual, problem_.loss[i]) * problem_.loss[i]);
      square += r * r;
    }
    double const pure = seen.log_noise * seen.log_noise * static_cast<double>(seen.noise_freedom);
    double const freedom = static_cast<double>(n() - found_.fitted) - static_cast<double>(seen.noise_freedom);
    if (!(freedom > 0)) return;
    double const f = (square - pure) / freedom / (seen.log_noise * seen.log_noise);
    double const ratio = std::sqrt(square / static_cast<double>(n())) / seen.log_noise;
    if (ratio < limits_.noise || !(f > 0) ||
        fisher_f_tail(f, freedom, static_cast<double>(seen.noise_freedom)) > limits_.significance)
      return;
    warn(finding::noise,
         "residuals are " + brief(ratio, 2) + " times the noise of repeated runs (" + brief(seen.log_noise, 2) +
             " in ln loss): the form, or what differs between the runs beside its inputs, misses more than seeds do");
  }

  void add_unfinished() {
    if (data_.planned_tokens.empty() && found_.clusters == 0) return;
    std::size_t tokens = 0;
    while (tokens != data_.names.size() && data_.names[tokens] != "tokens") ++tokens;
    if (tokens == data_.names.size()) return;
    std::vector<double> const& trained = data_.columns[tokens];
    std::vector<std::size_t> early;
    std::string against = "planned";
    if (!data_.planned_tokens.empty()) {
      for (std::size_t i = 0; i != n(); ++i)
        if (trained[i] < 0.97 * data_.planned_tokens[i]) early.push_back(i);
    } else if (found_.clusters < n()) {  // the last checkpoint of a run that ends before most do
      std::map<std::size_t, std::size_t> last;
      for (std::size_t i = 0; i != n(); ++i) {
        auto const [place, is_new] = last.emplace(data_.cluster[i], i);
        if (!is_new && trained[i] > trained[place->second]) place->second = i;
      }
      std::vector<double> ends;
      for (auto const& [cluster, i] : last) ends.push_back(trained[i]);
      std::sort(ends.begin(), ends.end());
      double const common = ends[ends.size() / 2];
      auto const alike =
          std::count_if(ends.begin(), ends.end(), [&](double x) { return std::fabs(x / common - 1) < 0.02; });
      if (2 * alike <= static_cast<std::ptrdiff_t>(ends.size())) return;
      against = "as the others end at " + brief(common) + " tokens";
      for (auto const& [cluster, i] : last)
        if (trained[i] < 0.9 * common)
          for (std::size_t j = 0; j != n(); ++j)
            if (data_.cluster[j] == cluster) early.push_back(j);
    }
    if (early.empty()) return;
    warn(finding::unfinished_runs,
         listed_runs(early) + " stopped early (" + (against == "planned" ? "fewer tokens than planned" : against) +
             "), so a schedule of the learning rate did not end; " + changes_without("without such runs", early),
         early);
  }

  void add_swapped() {
    std::size_t tokens = data_.names.size(), parameters = tokens;
    for (std::size_t c = 0; c != data_.names.size(); ++c) {
      if (data_.names[c] == "tokens") tokens = c;
      if (parameters == data_.names.size() && data_.names[c].ends_with("parameters")) parameters = c;
    }
    if (tokens == data_.names.size() || parameters == data_.names.size()) return;
    std::vector<std::size_t> fewer;
    for (std::size_t i = 0; i != n(); ++i)
      if (data_.columns[tokens][i] < data_.columns[parameters][i]) fewer.push_back(i);
    if (2 * fewer.size() > n())
      warn(finding::swapped_columns,
           std::to_string(fewer.size()) + " of " + std::to_string(n()) + " runs have fewer tokens than " +
               data_.names[parameters] + ": are the two columns exchanged? Or is one counted in thousands?",
           fewer);
  }

  report const& found_;
  laws::description const& about_;
  form_to_fit const& form_;
  residual_problem const& problem_;
  runs const& data_;
  diagnosis_limits limits_;
  std::vector<double> target_;
  residual_problem robust_;
  std::vector<double> at_;        // minimum of the robust fit
  std::vector<double> residual_;  // of the robust fit
  double scale_ = 0;              // robust standard deviation of weighted residuals
  std::vector<std::size_t> all_;
  std::vector<warning> all_warnings_;
};

}  // namespace detail

/// Warnings about the runs behind a fit, with what each does to the coefficients. Runs are named by their labels and by
/// their places in the table.
inline std::vector<warning> diagnose(any_fitted const& found, form_to_fit const& form, residual_problem const& problem,
                                     runs const& data, diagnosis_limits const& limits = {}) {
  return detail::diagnosis(found, form, problem, data, limits).warnings();
}

}  // namespace moetric::v0::fit
