#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "moetric/core/run_control.hpp"

namespace tool {

/// A signal ended a run early. Its answer is printed before this is thrown; main() ends with status 128 + signal.
struct interrupted : std::runtime_error {
  interrupted(int by, std::string const& sentence) : std::runtime_error(sentence), signal(by) {}
  int signal;
};

/// While one lives, the first SIGINT or SIGTERM stops the run that has its control; another one, more than a second
/// later, ends the program. There is one at a time.
class interruption {
 public:
  interruption();
  ~interruption();
  interruption(interruption const&) = delete;
  interruption& operator=(interruption const&) = delete;

  /// Stops a run at a signal and prints its progress on a terminal, or wherever stderr goes if `progress`.
  /// \param unit what the run counts, such as "configurations"
  moetric::run_control control(std::string_view unit, bool progress = false);
  moetric::stop_token token() const { return stop_.token(); }
  /// True if a signal came.
  bool happened() const;
  /// \throws interrupted if a signal came: "moetric: interrupted by SIGINT: <has>"
  void rethrow(std::string const& has) const;

 private:
  moetric::stop_source stop_{};
};

}  // namespace tool
