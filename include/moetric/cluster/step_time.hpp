#pragma once

#include "moetric/cluster/workload.hpp"
#include "moetric/core/positive.hpp"

namespace moetric::v0::cluster {

/// The rates of a device that training runs at.
struct device_rates {
  double flops_per_second;  // dense peak of the format that linear layers use
  double bytes_per_second;  // of its memory
};

/// How far published runs are from these rates: the time of a token is
///   (linear·F/peak + rows·6·R/bandwidth)·(1 + bubble)
/// with F training FLOPs and R expert row elements (bf16, forward and twice backward: 6 bytes) of a token. Linear layers
/// thus run at a third of the peak, and the rows of experts cost ten times their ideal traffic: the kernels that gather
/// and scatter them. Derived here from the newest published row of each model, device and format
/// (benchmarks/step_time.cpp), least squares of the logarithm.
struct time_factors {
  double linear = 2.93;
  double rows = 9.66;
};

/// Seconds in which one device trains one token, by the factors. `bubble`: idle time in proportion to busy time.
constexpr double modelled_seconds_per_token(workload const& work, device_rates const& rates, double bubble = 0,
                                            time_factors const& by = {}) {
  return (by.linear * work.training_flops_per_token / rates.flops_per_second +
          by.rows * 6 * work.expert_row_elements / rates.bytes_per_second) *
         (1 + bubble);
}

/// The fewest seconds in which one device can train one token: FLOPs at the peak, expert rows at the bandwidth of
/// memory, whichever takes longer. No run is faster; none comes near.
constexpr double least_seconds_per_token(workload const& work, device_rates const& rates) {
  double const compute = work.training_flops_per_token / rates.flops_per_second;
  double const memory = 6 * work.expert_row_elements / rates.bytes_per_second;
  return compute > memory ? compute : memory;
}

/// Model FLOPs utilisation: F·tokens/s / peak, as a fraction. An MFU means nothing without the name of its peak.
constexpr double mfu(double training_flops_per_token, double tokens_per_second_per_device, double peak) {
  return training_flops_per_token * tokens_per_second_per_device / peak;
}

}  // namespace moetric::v0::cluster
