#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "moetric/version.hpp"

/// What a fit found in its runs that its user must know before trusting it.
namespace moetric::v0::fit {

/// The kind of a finding.
enum class finding {
  outlier,                // runs far from the law that the others follow
  floor_above_losses,     // the irreducible loss exceeds losses that were measured
  lack_of_fit,            // residuals have a trend along an input
  clustered_runs,         // several rows are checkpoints of one training run
  unfinished_runs,        // runs that stopped early
  noise,                  // residuals far above the noise of repeated runs
  covariance_too_narrow,  // the bootstrap spreads much wider than the covariance says, or the reverse
  mixed_data,             // rows of different data sets or tokenizers lie on different laws
  copies,                 // rows that repeat others
  swapped_columns,        // columns that look exchanged
  design,                 // inputs that do not vary, or vary together
  coefficient,            // at a bound, not identified, or hardly determined
  not_converged,          // the minimiser stopped early
  profile,                // an IsoFLOP profile, envelope or band with a caveat
  left_out,               // runs, budgets or scales that are not used
  reading,                // how the table was read
};

/// The kinds with their names in JSON, in the order of the enumeration.
inline constexpr std::array<std::string_view, 16> finding_names{
    "outlier", "floor-above-losses",    "lack-of-fit",   "clustered-runs", "unfinished-runs",
    "noise",   "covariance-too-narrow", "mixed-data",    "copies",         "swapped-columns",
    "design",  "coefficient",           "not-converged", "profile",        "left-out",
    "reading"};

/// Its name in JSON.
constexpr std::string_view name(finding kind) {
  return finding_names[static_cast<std::size_t>(kind)];
}

/// One finding.
struct warning {
  finding kind;
  std::string sentence;
  std::vector<std::size_t> rows{};  // the runs that it is about, counted from 1 in their table; empty for all
};

/// The sentences of warnings.
inline std::vector<std::string> sentences(std::vector<warning> const& warnings) {
  std::vector<std::string> all;
  for (warning const& each : warnings) all.push_back(each.sentence);
  return all;
}

}  // namespace moetric::v0::fit
