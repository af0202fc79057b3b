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

/// Bytes that a device sends in one kind of collective.
struct exchange {
  double bytes_per_token = 0;  // of the tokens of one device
  double devices = 1;          // that the ranks span

  /// The bandwidth that it needs; 0 if no source gives it.
  constexpr double bandwidth(device_rates const& rates) const {
    return devices <= rates.domain ? rates.link_bytes_per_second : rates.network_bytes_per_second;
  }
  /// Seconds a token at full bandwidth, 0 if no source gives it.
  constexpr double seconds_per_token(device_rates const& rates) const {
    return bandwidth(rates) > 0 ? bytes_per_token / bandwidth(rates) : 0;
  }
  /// False if it needs a bandwidth that no source gives.
  constexpr bool is_timed(device_rates const& rates) const { return bytes_per_token == 0 || bandwidth(rates) > 0; }
};

/// The exchanges that computation waits for: tensor ranks for tokens that they gather and sum, stages for those of
/// their neighbours, and the next step for what data ranks exchange.
struct exchanges {
  exchange tensor{};
  exchange pipeline{};
  exchange data{};
  bool layer_by_layer = false;  // data ranks exchange each microbatch, beside computation (FSDP); else once a step

  /// Seconds a token of what is never hidden, without what data ranks exchange.
  constexpr double seconds_between_layers(device_rates const& rates) const {
    return tensor.seconds_per_token(rates) + pipeline.seconds_per_token(rates);
  }
  /// False if some of it needs a bandwidth that no source gives, and so takes no time.
  constexpr bool are_timed(device_rates const& rates) const {
    return tensor.is_timed(rates) && pipeline.is_timed(rates) && data.is_timed(rates);
  }
};

/// The ranks that share a model, as far as their exchanges depend on them.
struct rank_mesh {
  double tensor = 1, context = 1, pipeline = 1;  // ranks
  double expert = 1, expert_tensor = 1;          // ranks
  double virtual_stages = 1;                     // chunks of layers of a pipeline rank
  double devices = 1;
  double tokens = 1;              // of one device in a step
  double bytes_per_weight = 6;    // that data ranks gather or sum in a step; 6: fp32 gradients, bf16 weights
  double data_devices = 0;        // that they span; 0: those of a stage
  double tensor_collectives = 5;  // of a part's tokens: 3 gathers and 2 sums (2205.05198, section 4.2.2)
};

/// The exchanges of ranks in rings, in which n ranks that gather or sum X bytes send (n - 1)/n·X each, and between
/// stages in both directions, two bytes an element. Weights that tensor ranks hold twice are counted once, and stages
/// are equal. Tokens on their way to experts are not in it.
constexpr exchanges exchanges_of(workload const& model, rank_mesh const& mesh) {
  double const stage = mesh.devices / mesh.pipeline, experts = mesh.expert * mesh.expert_tensor;
  double const data = stage / mesh.tensor, expert_data = stage / experts;
  double const held = model.weights / (mesh.tensor * mesh.pipeline) * (1 - 1 / data) +
                      model.expert_weights / (experts * mesh.pipeline) * (1 - 1 / expert_data);
  double const sent = mesh.pipeline > 1 ? 2 * mesh.virtual_stages * mesh.pipeline : 0;
  return {.tensor = {(mesh.tensor - 1) * mesh.tensor_collectives * 2 * model.tensor_elements, mesh.tensor},
          .pipeline = {sent * 2 * model.d_model, mesh.devices},
          .data = {held * mesh.bytes_per_weight / mesh.tokens, mesh.data_devices > 0 ? mesh.data_devices : stage}};
}

/// The work of a token, which sets its time besides the rates of the device.
struct token_work {
  workload model;
  double tokens_per_micro_batch;  // of one data-parallel rank
  double bubble = 0;              // idle time of the pipeline in proportion to its busy time
  double recomputed = 1;          // hardware FLOPs over model FLOPs: above 1 with recomputation
  exchanges sent{};
};

/// How far published runs are from the rates. One device trains one token in
///   (linear·F·recomputed/peak + rows·6·R/bandwidth + fixed·layers/tokens_per_micro_batch)·(1 + bubble) + T + D
///   seconds,
/// with F training FLOPs and R expert row elements of a token (bf16, once forward and twice backward: 6 bytes), and at
/// full bandwidth T the time in which tensor ranks and stages exchange tokens and D that in which data ranks exchange
/// gradients and weights. Exchanged layer by layer, as FSDP does, those hide behind the rest: the larger of both. FLOPs
/// thus run at 45 % of the peak, the rows of experts cost five times their ideal traffic (the kernels that gather and
/// scatter them), and each layer costs 4.8 ms a microbatch whatever it computes. Derived here by least squares of the
/// logarithm from the newest published row of each model, device and format; `benchmarks/step_time.cpp` fits them again
/// and prints how well they predict a model that is left out. Tokens on their way to experts have no term: their rows
/// have, and one at full bandwidth beside it predicts no better, since dispatchers send a token once to a node and not
/// once to each of its experts.
struct time_factors {
  double linear = 2.20;    // times F·recomputed/peak
  double rows = 4.89;      // times 6·R/bandwidth
  double fixed = 4.79e-3;  // seconds a layer and microbatch
};

/// Seconds in which one device trains one token, by the factors.
constexpr double modelled_seconds_per_token(token_work const& work, device_rates const& rates,
                                            time_factors const& by = {}) {
  double const busy = (by.linear * work.recomputed * work.model.training_flops_per_token / rates.flops_per_second +
                       by.rows * 6 * work.model.expert_row_elements / rates.bytes_per_second +
                       by.fixed * work.model.layers / work.tokens_per_micro_batch) *
                      (1 + work.bubble);
  double const all = busy + work.sent.seconds_between_layers(rates), data = work.sent.data.seconds_per_token(rates);
  if (!work.sent.layer_by_layer) return all + data;
  return all > data ? all : data;
}

/// The roofline: the fewest seconds in which one device can train one token, FLOPs at the peak, expert rows at the
/// bandwidth of memory or what ranks exchange at that of links or network, whichever takes longest. It is a bound; no
/// published run comes near.
constexpr double least_seconds_per_token(token_work const& work, device_rates const& rates) {
  double least = 0;
  for (double const each :
       {work.model.training_flops_per_token / rates.flops_per_second,
        6 * work.model.expert_row_elements / rates.bytes_per_second, work.sent.tensor.seconds_per_token(rates),
        work.sent.pipeline.seconds_per_token(rates), work.sent.data.seconds_per_token(rates)})
    if (each > least) least = each;
  return least;
}

/// Model FLOPs utilisation: F·tokens/s / peak, as a fraction. It means nothing without the name of its peak.
constexpr double mfu(double training_flops_per_token, double tokens_per_second_per_device, double peak) {
  return training_flops_per_token * tokens_per_second_per_device / peak;
}

}  // namespace moetric::v0::cluster
