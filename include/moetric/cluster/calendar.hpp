#pragma once

#include <optional>

#include "moetric/cluster/device.hpp"
#include "moetric/cluster/states.hpp"
#include "moetric/cluster/throughput.hpp"

namespace moetric::v0::cluster {

/// Devices for some days, and how a run on them keeps its states.
struct calendar {
  device on;
  number_format format = number_format::bf16;
  count devices = 8;
  double days = 30;
  count global_batch = 0;  // sequences of a step: a search of layouts must be given it, a plan chooses its own
  bool balanced = false;   // experts balanced by force, as in published rows; else real routing's loss is counted
  std::optional<measured_run> measured{};  // of the user's: tokens/s are scaled from it
  state_choice states{};
  count usable_bytes = 0;  // of a device; 0: the device's own

  /// The bytes that a layout may take.
  constexpr count most_bytes() const { return usable_bytes == 0 ? on.usable_bytes : usable_bytes; }
};

}  // namespace moetric::v0::cluster
