#pragma once

#include "moetric/version.hpp"

#if __has_include(<tbb/parallel_for.h>)
#include <cstddef>

#include <tbb/parallel_for.h>

namespace moetric::v0::search {

/// Executor: runs tasks on oneTBB's threads, as search_shards(problem, 100, 64, on_tbb{}). For programs that link
/// oneTBB.
struct on_tbb {
  /// Calls task(i) for each i < n.
  template <class Task>
  void operator()(std::size_t n, Task const& task) const {
    tbb::parallel_for(std::size_t{0}, n, task);
  }
};

}  // namespace moetric::v0::search
#endif
