#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "moetric/core/order.hpp"
#include "moetric/core/positive.hpp"
#include "moetric/core/text.hpp"
#include "moetric/fit/warning.hpp"

/// The budgets of an IsoFLOP design: runs of one compute.
namespace moetric::v0::fit {

/// Compute that differs by no more than this factor is one budget: what rounding tokens to whole batches leaves.
inline constexpr double exact_budget = 1.001;

/// The number of distinct values.
inline std::size_t n_distinct(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return static_cast<std::size_t>(std::unique(values.begin(), values.end()) - values.begin());
}

namespace detail {

/// Groups runs by compute, ascending; no two runs of a group differ by more than the factor `width`.
inline std::vector<std::vector<std::size_t>> within(double width, std::vector<double> const& compute) {
  std::vector<std::vector<std::size_t>> groups;
  for (std::size_t const row :
       order_by(compute.size(), [&](std::size_t a, std::size_t b) { return compute[a] < compute[b]; })) {
    if (groups.empty() || compute[row] > width * compute[groups.back().front()]) groups.emplace_back();
    groups.back().push_back(row);
  }
  return groups;
}

/// True if groups are farther apart than the factor `width`.
inline bool are_apart(double width, std::vector<std::vector<std::size_t>> const& groups,
                      std::vector<double> const& compute) {
  for (std::size_t i = 1; i < groups.size(); ++i)
    if (compute[groups[i].front()] < width * compute[groups[i - 1].back()]) return false;
  return true;
}

/// The number of runs in groups of at least 4 sizes.
inline std::size_t n_covered(std::vector<std::vector<std::size_t>> const& groups, std::vector<double> const& size) {
  std::size_t covered = 0;
  for (std::vector<std::size_t> const& rows : groups) {
    std::vector<double> sizes;
    for (std::size_t const row : rows) sizes.push_back(size[row]);
    if (n_distinct(std::move(sizes)) >= 4) covered += rows.size();
  }
  return covered;
}

}  // namespace detail

/// Groups runs, given by compute and size, into budgets. Without a width, exact budgets are used if half of the runs
/// have one; else the narrowest width of several that gives most runs budgets that are apart. Merging adds a warning.
/// \throws std::invalid_argument for a width below 1
inline std::vector<std::vector<std::size_t>> budgets_of(std::vector<double> const& compute,
                                                        std::vector<double> const& size, std::optional<double> width,
                                                        std::vector<warning>& warnings) {
  if (width && !(*width >= 1 && is_positive_and_finite(*width)))
    moetric::detail::invalid(
        ("moetric: merge-within must be a factor of at least 1, but got " + moetric::detail::shortest(*width)).c_str());
  std::vector<std::vector<std::size_t>> groups = detail::within(width.value_or(exact_budget), compute);
  bool chosen = false;
  if (!width && 2 * detail::n_covered(groups, size) < compute.size())
    for (double const wider : {1.01, 1.02, 1.05, 1.1, 1.15, 1.2, 1.25}) {
      std::vector<std::vector<std::size_t>> wide = detail::within(wider, compute);
      if (10 * detail::n_covered(wide, size) < 9 * compute.size() || !detail::are_apart(wider, wide, compute)) continue;
      groups = std::move(wide), width = wider, chosen = true;
      break;
    }
  std::size_t merged = 0;
  for (std::vector<std::size_t> const& rows : groups)
    if (compute[rows.back()] > exact_budget * compute[rows.front()]) ++merged;
  if (merged != 0)
    warnings.push_back({finding::reading, (chosen ? "no exact budgets: " : "") +
                                              std::string("runs whose compute differs by up to a factor ") +
                                              brief(*width) + " are merged into " + std::to_string(groups.size()) +
                                              " budgets (--merge-within)"});
  return groups;
}

}  // namespace moetric::v0::fit
