#pragma once

#include "moetric/cluster/device.hpp"
#include "moetric/cluster/workload.hpp"

namespace moetric::v0::cluster {

/// The rates of a device that training runs at.
struct device_rates {
  double flops_per_second;              // dense peak of the format that linear layers use
  double bytes_per_second;              // of its memory
  double link_bytes_per_second = 0;     // to the devices of its domain; 0: no source gives it
  double network_bytes_per_second = 0;  // beyond them; 0: no source gives it
  double domain = 1;                    // devices
};

/// The rates of a device in a format.
/// \throws std::invalid_argument for a format or a memory bandwidth that no source gives
inline device_rates rates_of(device const& d, number_format format) {
  return {peak_of(d, format).value.value, figure_of(d, quantity::memory_bandwidth).value, d.link_bandwidth.value,
          d.network_bandwidth.value, static_cast<double>(d.domain)};
}

/// What a device sends to its data ranks.
struct data_exchange {
  double bytes_per_token = 0;   // of the tokens of one device
  double devices = 1;           // that the ranks span: those of a pipeline stage
  bool layer_by_layer = false;  // of each microbatch, beside computation (FSDP); else once a step, after it

  /// Seconds a token, 0 if no source gives the bandwidth.
  constexpr double seconds_per_token(device_rates const& rates) const {
    double const bandwidth = devices <= rates.domain ? rates.link_bytes_per_second : rates.network_bytes_per_second;
    return bandwidth > 0 ? bytes_per_token / bandwidth : 0;
  }
};

/// How data ranks share a model.
struct data_mesh {
  double data_ranks = 1;         // context ranks included
  double expert_data_ranks = 1;  // of routed experts
  double weight_shares = 1;      // devices that share the weights of a data rank: tensor x pipeline
  double expert_shares = 1;      // expert x expert-tensor x pipeline
  double devices = 1;            // that the ranks span
  double bytes_per_weight = 6;   // that a step gathers or sums; 6: fp32 gradients, bf16 weights
  double tokens = 1;             // of one device in a step
};

/// What data ranks exchange in rings, in which n ranks that gather or sum X bytes send (n - 1)/n·X each. Weights that
/// tensor ranks hold twice are counted once, and stages are equal.
constexpr data_exchange exchange_of(workload const& model, data_mesh const& mesh) {
  double const held = model.weights / mesh.weight_shares * (1 - 1 / mesh.data_ranks) +
                      model.expert_weights / mesh.expert_shares * (1 - 1 / mesh.expert_data_ranks);
  return {.bytes_per_token = held * mesh.bytes_per_weight / mesh.tokens, .devices = mesh.devices};
}

/// What sets the time of a token, besides the rates of the device.
struct token_work {
  workload model;
  double tokens_per_micro_batch;  // of one data-parallel rank
  double bubble = 0;              // idle time of the pipeline in proportion to its busy time
  double recomputed = 1;          // hardware FLOPs over model FLOPs: above 1 with recomputation
  data_exchange data{};
};

/// How far published runs are from the rates. One device trains one token in
///   (linear·F·recomputed/peak + rows·6·R/bandwidth + fixed·layers/tokens_per_micro_batch)·(1 + bubble) + D seconds,
/// with F training FLOPs and R expert row elements of a token (bf16, once forward and twice backward: 6 bytes), and D
/// the time in which data ranks exchange gradients and weights at full bandwidth; exchanged layer by layer, as FSDP
/// does, they hide behind the rest: the larger of both. FLOPs thus run at 40 % of the peak, the rows of experts cost
/// five times their ideal traffic (the kernels that gather and scatter them), and each layer costs 4.2 ms a microbatch
/// whatever it computes. Derived here by least squares of the logarithm from the newest published row of each model,
/// device and format; `benchmarks/step_time.cpp` fits them again and prints how well they predict a model that is left
/// out. Tokens on their way to experts and tensor ranks have no term: at full bandwidth they would explain these rows
/// worse (the same benchmark), since dispatchers send a token once to a node and not to each of its experts.
struct time_factors {
  double linear = 2.47;    // times F·recomputed/peak
  double rows = 5.01;      // times 6·R/bandwidth
  double fixed = 4.20e-3;  // seconds a layer and microbatch
};

/// Seconds in which one device trains one token, by the factors.
constexpr double modelled_seconds_per_token(token_work const& work, device_rates const& rates,
                                            time_factors const& by = {}) {
  double const busy = (by.linear * work.recomputed * work.model.training_flops_per_token / rates.flops_per_second +
                       by.rows * 6 * work.model.expert_row_elements / rates.bytes_per_second +
                       by.fixed * work.model.layers / work.tokens_per_micro_batch) *
                      (1 + work.bubble);
  double const data = work.data.seconds_per_token(rates);
  if (!work.data.layer_by_layer) return busy + data;
  return busy > data ? busy : data;
}

/// The roofline: the fewest seconds in which one device can train one token, FLOPs at the peak, expert rows at the
/// bandwidth of memory or what data ranks exchange at that of links or network, whichever takes longest. It is a bound;
/// no published run comes near.
constexpr double least_seconds_per_token(token_work const& work, device_rates const& rates) {
  double least = 0;
  for (double const each :
       {work.model.training_flops_per_token / rates.flops_per_second,
        6 * work.model.expert_row_elements / rates.bytes_per_second, work.data.seconds_per_token(rates)})
    if (each > least) least = each;
  return least;
}

/// Model FLOPs utilisation: F·tokens/s / peak, as a fraction. It means nothing without the name of its peak.
constexpr double mfu(double training_flops_per_token, double tokens_per_second_per_device, double peak) {
  return training_flops_per_token * tokens_per_second_per_device / peak;
}

}  // namespace moetric::v0::cluster
