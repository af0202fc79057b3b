#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

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

/// Executor: runs tasks one after the other on the caller's thread.
struct in_order {
  /// Calls task(i) for each i < n.
  template <class Task>
  void operator()(std::size_t n, Task const& task) const {
    for (std::size_t i = 0; i != n; ++i) task(i);
  }
};

/// Executor: runs tasks on threads that it starts and joins; rethrows the first exception.
struct on_threads {
  unsigned n_threads;

  /// Calls task(i) for each i < n.
  template <class Task>
  void operator()(std::size_t n, Task const& task) const {
    std::atomic<std::size_t> next{0};
    std::exception_ptr failure;
    std::mutex guard;
    auto const work = [&] {
      try {
        for (std::size_t i; (i = next++) < n;) task(i);
      } catch (...) {
        std::lock_guard const lock(guard);
        if (!failure) failure = std::current_exception();
        next = n;
      }
    };
    std::vector<std::jthread> threads;
    for (unsigned i = 1; i < n_threads; ++i) threads.emplace_back(work);
    work();
    threads.clear();
    if (failure) std::rethrow_exception(failure);
  }
};

/// Progress callback and cancellation flag of a search. `progress` is called from any thread of the executor, one call
/// at a time.
struct run_control {
  std::function<void(std::size_t done, std::size_t n)> progress{};
  std::atomic<bool> const* cancelled = nullptr;  // read from any thread; a shard cut short counts as not searched
};

namespace detail {

/// Merges run(range) over all shards.
template <class Executor, class Run>
result run_shards(space const& over, std::size_t k, std::size_t n_shards, Executor const& executor,
                  run_control const& control, Run const& run) {
  std::vector<std::optional<result>> parts(n_shards);
  std::size_t done = 0;
  std::mutex guard;
  executor(n_shards, [&](std::size_t i) {
    parts[i] = run(shard_of(over, i, n_shards));
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
/// thread and in any order. The answer does not depend on the number of shards; after a cancellation `searched` lists
/// what was searched.
template <class Executor = in_order>
result search_shards(any_problem const& p, std::size_t k, std::size_t n_shards, Executor const& executor = {},
                     run_control const& control = {}) {
  return detail::run_shards(p.over(), k, n_shards, executor, control, [&](index_range range) {
    return detail::branch_and_bound(p, k, control.cancelled).run(range);
  });
}

}  // namespace moetric::v0::search
