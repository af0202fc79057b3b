#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "moetric/core/text.hpp"

namespace moetric::v0::io {

/// The progress of a run on stderr, as the `progress` of a `run_control`: "41.2 % of 1e+12 configurations, 3 s". It
/// begins once a run takes longer than a second: on a terminal one line, twice a second, which is wiped at the end;
/// elsewhere a line every two seconds.
class progress_line {
 public:
  /// \param unit what the run counts, such as "configurations"
  progress_line(std::string_view unit, bool on_terminal) : unit_(unit), on_terminal_(on_terminal) {}
  ~progress_line() {
    if (on_terminal_ && shown_) std::fputs("\r\033[K", stderr);
  }
  progress_line(progress_line const&) = delete;

  /// Prints what is done of all, if it is time to.
  void operator()(std::uint64_t done, std::uint64_t all) {
    using namespace std::chrono_literals;
    auto const now = std::chrono::steady_clock::now();
    if (now < next_) return;
    next_ = now + (on_terminal_ ? 500ms : 2000ms);
    shown_ = true;
    double const share = all == 0 ? 0 : static_cast<double>(done) / static_cast<double>(all);
    std::fprintf(stderr, "%s%.1f %% of %s %s, %.0f s%s", on_terminal_ ? "\r" : "", 100 * share,
                 brief(static_cast<double>(all), 4).c_str(), unit_.c_str(),
                 std::chrono::duration<double>(now - start_).count(), on_terminal_ ? "\033[K" : "\n");
  }

 private:
  std::string unit_;
  bool on_terminal_, shown_ = false;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now(),
                                        next_ = start_ + std::chrono::seconds(1);
};

}  // namespace moetric::v0::io
