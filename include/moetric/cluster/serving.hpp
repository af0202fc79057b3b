#pragma once

#include <cmath>
#include <optional>

#include "moetric/account/after_cache.hpp"
#include "moetric/account/cache.hpp"
#include "moetric/account/decoding.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/cluster/cost.hpp"
#include "moetric/cluster/run_estimate.hpp"

/// What it takes to serve a model over its life, and what training and serving cost together.
namespace moetric::v0::cluster {

/// Tokens that a model serves, and how.
struct serving_demand {
  double output_tokens = 0;  // generated, over the whole life
  double input_tokens = 0;   // of prompts
  count context = 0;         // cached tokens of a sequence while it generates, in the mean
  count sequences = 0;       // that a replica decodes together: they share one reading of the weights
  element_bytes bytes{};
  std::optional<double> measured_tokens_per_second{};  // generated, of one device; else the roofline is derated
};

/// Where the speed of decoding comes from, the more trusted first.
enum class serving_basis { measured, roofline };

/// The words for it in reports and JSON.
constexpr std::string_view name(serving_basis basis) {
  return basis == serving_basis::measured ? "measured" : "derated roofline";
}

/// The speed of decoding as a share of its roofline. High: aiconfigurator's empirical factor of memory bandwidth, 0.8.
/// Low: of its predictions, the one that its users report as farthest off, Kimi-K2.5 on 8 B200 (issue 1396: 883.7
/// predicted and 192.4 tokens/s a device measured; second-hand), 0.8·192.4/883.7. Median: their geometric mean,
/// derived here.
inline constexpr estimate decoding_over_roofline{.low = 0.174, .median = 0.373, .high = 0.8};

/// What serving takes. Device seconds do not depend on how many devices share a replica, as long as its communication
/// is inside the interval.
struct serving_estimate {
  double bytes_per_output_token;  // that decoding reads for one token of one sequence
  double flops_per_output_token;
  double most_output_tokens_per_second;  // of one device: the roofline of memory and FLOPs
  bool memory_bound;
  estimate output_tokens_per_second;  // of one device
  estimate input_tokens_per_second;   // of one device: the forward pass is a third of training
  serving_basis basis;
  estimate device_hours;
  count replica_bytes;   // weights and the cache of all sequences
  count fewest_devices;  // that hold a replica
};

/// Serving on a device: one step of decoding reads bytes and computes FLOPs as the account counts them, in
///   max(bytes/bandwidth, FLOPs/peak) / decoding_over_roofline device seconds,
/// and a prompt's tokens pass at three times the speed of training (2001.08361: a forward pass is a third).
/// \param training tokens/s of one device, as `estimate_run` gives them
/// \throws std::invalid_argument for a demand without output tokens, context or sequences, or a figure of the device
///         that no source gives
inline serving_estimate serving_of(model const& m, serving_demand const& demand, device const& on, number_format format,
                                   estimate const& training_tokens_per_second) {
  namespace rules = moetric::v0::detail;
  rules::require_positive("output_tokens", demand.output_tokens);
  if (!(demand.input_tokens >= 0) || std::isinf(demand.input_tokens))
    rules::invalid("moetric: input_tokens must be finite and not negative");
  if (demand.context == 0) rules::invalid("moetric: the context of serving must be positive, but got 0");
  if (demand.sequences == 0) rules::invalid("moetric: sequences of serving must be positive, but got 0");
  device_rates const rates = rates_of(on, format);
  double const sequences = static_cast<double>(demand.sequences);
  decode_reads const reads =
      decode_reads_of(m, {.sequences = demand.sequences, .context = demand.context}, demand.bytes);
  serving_estimate made{};
  made.bytes_per_output_token = reads.total() / sequences;
  made.flops_per_output_token = static_cast<double>(forward_flops_after(m, demand.context, 1).per_sequence());
  double const memory = made.bytes_per_output_token / rates.bytes_per_second;
  double const compute = made.flops_per_output_token / rates.flops_per_second;
  made.memory_bound = memory > compute;
  made.most_output_tokens_per_second = 1 / std::fmax(memory, compute);
  if (demand.measured_tokens_per_second) {
    rules::require_positive("measured_tokens_per_second", *demand.measured_tokens_per_second);
    made.basis = serving_basis::measured;
    made.output_tokens_per_second = exactly(*demand.measured_tokens_per_second);
  } else {
    made.basis = serving_basis::roofline;
    made.output_tokens_per_second = decoding_over_roofline * made.most_output_tokens_per_second;
  }
  made.input_tokens_per_second = training_tokens_per_second * 3;
  estimate const output = made.output_tokens_per_second.dividing(demand.output_tokens / seconds_per_hour);
  estimate const input = made.input_tokens_per_second.dividing(demand.input_tokens / seconds_per_hour);
  made.device_hours = {output.low + input.low, output.median + input.median, output.high + input.high};
  ratio const weights = demand.bytes.weights * count_parameters(m).total;
  ratio const cache = cache_size_of(m, {.context = demand.context, .sequences = demand.sequences},
                                    {.keys_and_values = demand.bytes.cache, .states = demand.bytes.states})
                          .total();
  made.replica_bytes = (weights + cache).floor();
  made.fewest_devices = on.usable_bytes == 0 ? count(0) : detail::ceil_div(made.replica_bytes, on.usable_bytes);
  return made;
}

/// Training and serving in money. Ends of intervals are added, as if both estimates erred in the same direction.
struct lifetime_cost {
  cost training;
  cost serving;
  cost total;
};

/// The cost of a model's life at the prices of the devices that train and serve it.
/// \throws std::invalid_argument for a price that is not positive, or prices in two currencies
inline lifetime_cost lifetime_cost_of(estimate const& training_device_hours, device_price const& of_training,
                                      estimate const& serving_device_hours, device_price const& of_serving) {
  if (of_training.currency != of_serving.currency)
    moetric::v0::detail::invalid("moetric: prices of training and serving must be in one currency");
  cost const training = cost_of(training_device_hours, of_training),
             serving = cost_of(serving_device_hours, of_serving);
  return {training,
          serving,
          {{training.amount.low + serving.amount.low, training.amount.median + serving.amount.median,
            training.amount.high + serving.amount.high},
           of_training.currency}};
}

}  // namespace moetric::v0::cluster
