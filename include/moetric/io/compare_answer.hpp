#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "moetric/io/named_law.hpp"
#include "moetric/report/compare_path_answer.hpp"
#include "moetric/report/optimum_path_answer.hpp"

namespace moetric::v0::io {

/// Laws to compare, as people type it.
struct compare_request {
  optimum::compare_options how{};
  std::vector<std::string> laws{};                     // ids or files of fits; empty: one of each paper
  std::optional<double> compute{};                     // FLOPs, in the convention of `how`
  std::optional<std::pair<double, double>> budgets{};  // a range of them instead
  std::optional<double> interval{};                    // share of samples between its ends
  std::size_t samples = 200;                           // of each law
};

/// The comparison that a request describes. Keys: those of `report::compare_answer`, with a range of budgets those of
/// `report::compare_path_answer`.
/// \throws std::invalid_argument naming what is wrong
inline report::answer compare_answer(compare_request from) {
  optimum::compare_options& how = from.how;
  if (!from.laws.empty()) how.laws.clear();
  std::vector<optimum::own_samples> own;
  std::vector<std::string> fits;  // named by their files, since several may be of one form
  for (named_law const& law : find_laws(from.laws)) {
    if (!law.fit) {
      how.laws.push_back(law.about->id);
      continue;
    }
    fits.push_back(law.name);
    how.own_laws.push_back(laws::readable(*law.loss));
    own.push_back({how.own_laws.back(), [law](optimum::sampling const& of) { return samples_of(law, of).laws; }});
  }
  report::compared asked{.convention = how.convention, .names = {how.laws.begin(), how.laws.end()}};
  asked.names.insert(asked.names.end(), fits.begin(), fits.end());
  if (from.budgets) {
    if (from.interval) refuse("--interval must be given with one budget, not a range");
    constexpr std::size_t budgets = 13;
    std::vector<optimum::comparison> all;
    for (double const each : report::budgets_between(from.budgets->first, from.budgets->second, budgets))
      all.push_back(optimum::compare(each, how));
    return report::compare_path_answer(all, asked);
  }
  optimum::comparison const result = optimum::compare(from.compute.value_or(0), how);
  if (!from.interval) return report::compare_answer(result, asked);
  asked.coverage = *from.interval;
  optimum::sampled_comparison const sampled =
      optimum::sample(result, {.samples = from.samples, .coverage = asked.coverage}, own);
  asked.sampled = &sampled;
  return report::compare_answer(result, asked);
}

}  // namespace moetric::v0::io
