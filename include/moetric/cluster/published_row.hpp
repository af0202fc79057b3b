#pragma once

#include <cstdint>
#include <string_view>

#include "moetric/cluster/step_time.hpp"
#include "moetric/core/provenance.hpp"

/// A training run whose tokens/s were published, and what sets its time.
namespace moetric::v0::cluster {

/// A model of the rows at a sequence length, with the workload that `workload_of` counts for it.
struct published_model {
  std::string_view id;  // in zoo/catalogue.hpp
  int sequence_length;
  bool mtp;  // trained with its multi-token-prediction module
  workload work;
};

/// Parallel sizes of a published row; all 0 if its source does not say.
struct published_sizes {
  std::int16_t tensor = 0, pipeline = 0, context = 0, virtual_stages = 0, expert = 0;
};

/// One published run: what was trained on which devices, and how fast. Experts are balanced by force in every row of
/// Megatron-Bridge, and none drops tokens unless the release says so.
struct published_row {
  published_model const* model;
  cluster::device const* device;
  number_format format;
  std::string_view recipe;  // of the format: "MXFP8"
  int devices;              // 0 if its source does not say
  published_sizes sizes;
  int micro_batch;           // sequences; 0 if its source does not say
  int global_batch;          // sequences; 0 if its source does not say
  double tokens_per_second;  // of one device
  double printed_tflops;     // of one device, in the convention of its tool; 0 if none is printed
  std::string_view source;
  std::string_view release{};  // of the software
  provenance how = provenance::printed;
};

/// Idle time of a row's pipeline in proportion to its busy time: (p − 1)/(v·m); 0 if its layout is not known.
constexpr double bubble_of(published_row const& row) {
  if (row.sizes.pipeline == 0 || row.micro_batch == 0 || row.global_batch == 0) return 0;
  double const ranks = row.devices / (1. * row.sizes.tensor * row.sizes.pipeline * row.sizes.context);
  double const micro_batches = row.global_batch / (row.micro_batch * ranks);
  return (row.sizes.pipeline - 1) / (row.sizes.virtual_stages * micro_batches);
}

/// The exchanges of a row's ranks with a distributed optimizer, fp32 gradients and bf16 weights; nothing if its
/// layout is not known.
constexpr exchanges exchanges_of(published_row const& row) {
  published_sizes const& p = row.sizes;
  if (p.tensor == 0 || row.devices == 0 || row.global_batch == 0) return {};
  return exchanges_of(row.model->work, {.tensor = 1. * p.tensor,
                                        .context = 1. * p.context,
                                        .pipeline = 1. * p.pipeline,
                                        .expert = 1. * p.expert,
                                        .virtual_stages = 1. * p.virtual_stages,
                                        .devices = 1. * row.devices,
                                        .tokens = 1. * row.global_batch * row.model->sequence_length / row.devices});
}

/// The work of a row's tokens. Without a micro batch, that of the device's whole batch is taken; without any
/// batch, a micro batch so large that its layers cost no fixed time.
constexpr token_work work_of(published_row const& row) {
  double sequences = row.micro_batch;
  if (row.micro_batch == 0)
    sequences = row.global_batch == 0 || row.devices == 0 ? 1e9 : 1. * row.global_batch / row.devices;
  return {.model = row.model->work,
          .tokens_per_micro_batch = sequences * row.model->sequence_length,
          .bubble = bubble_of(row),
          .sent = exchanges_of(row)};
}

/// The rates of a row's device in its format.
inline device_rates rates_of(published_row const& row) {
  return rates_of(*row.device, row.format);
}

}  // namespace moetric::v0::cluster
