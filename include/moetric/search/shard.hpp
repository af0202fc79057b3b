#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <vector>

#include "moetric/core/executor.hpp"
#include "moetric/core/run_control.hpp"
#include "moetric/search/best_first.hpp"

namespace moetric::v0::search {

/// Shard i of n of a space; sizes differ by at most one configuration.
/// \throws std::invalid_argument for i >= n
inline index_range shard_of(space const& over, std::uint64_t i, std::uint64_t n) {
  if (i >= n)
    moetric::detail::invalid(("moetric: a shard must be numbered below the number of shards, but got " +
                              std::to_string(i) + " of " + std::to_string(n))
                                 .c_str());
  auto const begin = [&](std::uint64_t part) { return static_cast<std::uint64_t>(uint128{over.size()} * part / n); };
  return {begin(i), begin(i + 1)};
}

namespace detail {

/// Merges run(range, control) over all shards; progress is told shard by shard.
template <class Executor, class Run>
result run_shards(space const& over, std::size_t k, std::size_t n_shards, Executor const& executor,
                  run_control const& control, Run const& run) {
  std::vector<std::optional<result>> parts(n_shards);
  run_control const of_each{.stop = control.stop};
  std::size_t done = 0;
  moetric::detail::mutex guard;
  executor(n_shards, [&](std::size_t i) {
    parts[i] = run(shard_of(over, i, n_shards), of_each);
    std::lock_guard const lock(guard);
    ++done;
    if (control.progress) control.progress(done, n_shards);
  });
  result merged{.k = k};
  for (std::optional<result> const& each : parts)
    if (each) merged = merge(merged, *each);
  return merged;
}

}  // namespace detail

/// The k best of a space, its shards searched by the caller's executor, which calls task(i) once for each i < n, on any
/// thread and in any order. The answer does not depend on the number of shards; after a stop `searched` lists what was
/// searched.
template <class Executor = in_order>
result search_shards(any_problem const& p, std::size_t k, std::size_t n_shards, Executor const& executor = {},
                     run_control const& control = {}) {
  return detail::run_shards(
      p.over(), k, n_shards, executor, control,
      [&](index_range range, run_control const& of_shard) { return search_best(p, k, range, of_shard); });
}

}  // namespace moetric::v0::search
