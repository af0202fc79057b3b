#pragma once

#include "moetric/cluster/device.hpp"
#include "moetric/cluster/workload.hpp"

namespace moetric::v0::cluster {

/// The rates of a device that training runs at.
struct device_rates {
  double flops_per_second;  // dense peak of the format that linear layers use
  double bytes_per_second;  // of its memory
};

/// The rates of a device in a format.
/// \throws std::invalid_argument for a format or a memory bandwidth that no source gives
inline device_rates rates_of(device const& d, number_format format) {
  return {peak_of(d, format).value.value, figure_of(d, quantity::memory_bandwidth).value};
}

/// What sets the time of a token, besides the rates of the device.
struct token_work {
  workload model;
  double tokens_per_micro_batch;  // of one data-parallel rank
  double bubble = 0;              // idle time of the pipeline in proportion to its busy time
  double recomputed = 1;          // hardware FLOPs over model FLOPs: above 1 with recomputation
};

/// How far published runs are from the rates. One device trains one token in
///   (linear·F·recomputed/peak + rows·6·R/bandwidth + fixed·layers/tokens_per_micro_batch)·(1 + bubble) seconds,
/// with F training FLOPs and R expert row elements of a token (bf16, once forward and twice backward: 6 bytes). FLOPs
/// thus run at 38 % of the peak, the rows of experts cost six times their ideal traffic (the kernels that gather and
/// scatter them), and each layer costs 3.8 ms a microbatch whatever it computes. Derived here by least squares of the
/// logarithm from the newest published row of each model, device and format; `benchmarks/step_time.cpp` fits them again
/// and prints how well they predict a model that is left out.
struct time_factors {
  double linear = 2.61;    // times F·recomputed/peak
  double rows = 5.87;      // times 6·R/bandwidth
  double fixed = 3.80e-3;  // seconds a layer and microbatch
};

/// Seconds in which one device trains one token, by the factors.
constexpr double modelled_seconds_per_token(token_work const& work, device_rates const& rates,
                                            time_factors const& by = {}) {
  return (by.linear * work.recomputed * work.model.training_flops_per_token / rates.flops_per_second +
          by.rows * 6 * work.model.expert_row_elements / rates.bytes_per_second +
          by.fixed * work.model.layers / work.tokens_per_micro_batch) *
         (1 + work.bubble);
}

/// The roofline: the fewest seconds in which one device can train one token, FLOPs at the peak or expert rows at the
/// bandwidth of memory, whichever takes longer. It is a bound; no published run comes near.
constexpr double least_seconds_per_token(workload const& work, device_rates const& rates) {
  double const compute = work.training_flops_per_token / rates.flops_per_second;
  double const memory = 6 * work.expert_row_elements / rates.bytes_per_second;
  return compute > memory ? compute : memory;
}

/// Model FLOPs utilisation: F·tokens/s / peak, as a fraction. It means nothing without the name of its peak.
constexpr double mfu(double training_flops_per_token, double tokens_per_second_per_device, double peak) {
  return training_flops_per_token * tokens_per_second_per_device / peak;
}

}  // namespace moetric::v0::cluster
