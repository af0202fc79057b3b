#pragma once

#include "moetric/search/scan/scan.hpp"
#include "moetric/search/shard.hpp"

namespace moetric::v0::search {

/// `search_shards` by scanning: the k best of a space, its shards scanned by the caller's executor.
template <class Target = simd::native, Objective O, class Executor = in_order>
result scan_shards(problem<O> const& p, std::size_t k, std::size_t n_shards, Executor const& executor = {},
                   run_control const& control = {}) {
  return detail::run_shards(
      p.over(), k, n_shards, executor, control,
      [&](index_range range, run_control const& of_shard) { return scan_best<Target>(p, k, range, of_shard); });
}

}  // namespace moetric::v0::search
