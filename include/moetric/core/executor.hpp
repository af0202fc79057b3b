#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "moetric/core/contract.hpp"

/// What runs independent tasks. An executor is anything that is called with n and a task, and calls task(i) once for
/// each i < n, in any order and on any threads; it returns when all have ended, and rethrows what one of them threw.
namespace moetric::v0 {

/// Any executor, such as a caller's own thread pool.
using executor = std::function<void(std::size_t n, std::function<void(std::size_t)> const& task)>;

namespace detail {

#ifdef __cpp_lib_jthread
using mutex = std::mutex;
#else  // a standard library without threads, as for WebAssembly
struct mutex {
  void lock() {}
  void unlock() {}
};
#endif

}  // namespace detail

/// Runs tasks one after the other on the caller's thread.
struct in_order {
  /// Calls task(i) for each i < n.
  template <class Task>
  void operator()(std::size_t n, Task const& task) const {
    for (std::size_t i = 0; i != n; ++i) task(i);
  }
};

#ifdef __cpp_exceptions
/// The system starts no more threads.
struct out_of_threads : std::system_error {
  using std::system_error::system_error;
};

namespace detail {

/// `on_threads` with threads of type `Thread`, which joins in its destructor as std::jthread does.
template <class Thread, class Task>
void run_on_threads(std::size_t n_threads, std::size_t n, Task const& task) {
  if (n_threads == 0) invalid("moetric: threads must be at least 1, but got 0");
  std::atomic<std::size_t> next{0};
  std::exception_ptr failure;
  mutex guard;
  auto const fail = [&](std::exception_ptr const& with) {
    std::lock_guard const lock(guard);
    if (!failure) failure = with;
    next = n;
  };
  auto const work = [&] {
    try {
      for (std::size_t i; (i = next++) < n;) task(i);
    } catch (...) {
      fail(std::current_exception());
    }
  };
  {
    std::size_t const others = std::min(n_threads, std::max<std::size_t>(n, 1)) - 1;
    std::vector<Thread> threads;
    threads.reserve(others);
    try {
      while (threads.size() != others) threads.emplace_back(work);
    } catch (std::system_error const& error) {
      fail(std::make_exception_ptr(out_of_threads(error.code(), "moetric: " + std::to_string(n_threads) +
                                                                    " threads must start, but the system starts only " +
                                                                    std::to_string(threads.size() + 1))));
    }
    work();
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace detail

/// Runs tasks on threads that it starts and joins, the caller's among them; in order where the standard library has no
/// threads. Each thread takes the next task, so that
/// those that were begun when one throws are the first ones. Rethrows the first exception when all threads have ended.
struct on_threads {
  std::size_t n_threads;

  /// Calls task(i) for each i < n.
  /// \throws std::invalid_argument for 0 threads, out_of_threads if the system does not start as many, and what a task
  ///         throws
  template <class Task>
  void operator()(std::size_t n, Task const& task) const {
#ifdef __cpp_lib_jthread
    detail::run_on_threads<std::jthread>(n_threads, n, task);
#else
    if (n_threads == 0) detail::invalid("moetric: threads must be at least 1, but got 0");
    in_order{}(n, task);
#endif
  }
};
#endif

}  // namespace moetric::v0
