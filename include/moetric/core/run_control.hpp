#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "moetric/version.hpp"

/// How a caller follows a long run and ends it early.
namespace moetric::v0 {

/// Sees the stop request of a `stop_source`. A copy sees the same request and may outlive the source; a token of no
/// source never sees one.
class stop_token {
 public:
  stop_token() = default;

  /// True if the token has a source, so that a stop may come.
  bool stop_possible() const noexcept { return flag_ != nullptr; }
  /// True once a stop was requested.
  bool stop_requested() const noexcept { return flag_ && flag_->load(std::memory_order_relaxed); }

 private:
  friend class stop_source;
  explicit stop_token(std::shared_ptr<std::atomic<bool> const> flag) : flag_(std::move(flag)) {}

  std::shared_ptr<std::atomic<bool> const> flag_{};
};

/// Requests that what holds its tokens stops. Unlike std::stop_source it may do so in a signal handler: it only stores
/// to a lock-free atomic.
class stop_source {
 public:
  /// Requests the stop, once and for all.
  void request_stop() const noexcept { flag_->store(true, std::memory_order_relaxed); }
  /// A token that sees the request.
  stop_token token() const { return stop_token(flag_); }

 private:
  static_assert(std::atomic<bool>::is_always_lock_free, "moetric: a stop must be lock-free, for signal handlers");
  std::shared_ptr<std::atomic<bool>> flag_ = std::make_shared<std::atomic<bool>>(false);
};

/// A caller's hold on a run. A stopped run returns what it has so far, and what it returns says how much that is.
struct run_control {
  /// Called from time to time with what is done, of all that is to be done; from any thread, one call at a time.
  std::function<void(std::uint64_t done, std::uint64_t all)> progress{};
  stop_token stop{};
};

}  // namespace moetric::v0
