#pragma once

#include "moetric/cluster/estimate.hpp"
#include "moetric/core/positive.hpp"

namespace moetric::v0::cluster {

/// Lengths of an hour and a day in seconds.
inline constexpr double seconds_per_hour = 3600, seconds_per_day = 86400;

/// How long a run takes on some devices.
struct run_time {
  estimate step_seconds;
  estimate days;
  estimate device_hours;
};

/// The time of a run from the tokens/s of one device: tokens / (n_devices · tokens/s).
/// \param tokens all tokens of the run \param batch_tokens tokens of one step
/// \throws std::invalid_argument for a number that is not positive
inline run_time run_time_of(estimate const& tokens_per_second_per_device, double n_devices, double tokens,
                            double batch_tokens) {
  namespace rules = moetric::v0::detail;
  rules::require_positive("tokens_per_second", tokens_per_second_per_device.low);
  rules::require_positive("devices", n_devices);
  rules::require_positive("tokens", tokens);
  rules::require_positive("batch_tokens", batch_tokens);
  return {.step_seconds = tokens_per_second_per_device.dividing(batch_tokens / n_devices),
          .days = tokens_per_second_per_device.dividing(tokens / n_devices / seconds_per_day),
          .device_hours = tokens_per_second_per_device.dividing(tokens / seconds_per_hour)};
}

}  // namespace moetric::v0::cluster
