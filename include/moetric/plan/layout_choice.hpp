#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "moetric/cluster/communication.hpp"
#include "moetric/cluster/devices.hpp"
#include "moetric/cluster/run_estimate.hpp"

/// The layouts of a model on given devices, the fastest first.
namespace moetric::v0::plan {

/// What a layout is chosen for.
struct layout_request {
  cluster::device on;
  cluster::number_format format = cluster::number_format::bf16;
  count devices = 8;
  count sequence_length = 4096;
  count batch_sequences = 1;  // wanted; each layout takes the nearest multiple of its data-parallel size
  cluster::state_choice states{};
  count usable_bytes = 0;  // of a device; 0: the device's own
  // Modules to recompute, tried in this order: the first that fits is taken.
  std::vector<cluster::module_set> recompute{cluster::modules_of(recomputation::none),
                                             cluster::modules_of(recomputation::selective),
                                             cluster::modules_of(recomputation::full)};
};

/// A layout that fits, with what it costs.
struct layout_option {
  cluster::training_setup setup;
  cluster::memory_estimate memory;
  cluster::traffic sent;                 // by a device of the pipeline rank with the most bytes of memory, in a step
  cluster::communication communication;  // of it
  double modelled_step_seconds;          // computation, bubble, recomputation, and all that is exchanged
  // A bandwidth that one of the layouts needs and that no source gives: then no layout's time has communication in it.
  std::optional<cluster::quantity> not_published{};
};

namespace detail {

/// The divisors of `of` up to a limit.
inline std::vector<count> sizes_that_divide(count of, count limit) {
  std::vector<count> sizes;
  for (count size = 1; size <= limit && size <= of; size += 1)
    if (remainder(of, size) == 0) sizes.push_back(size);
  return sizes;
}

inline count experts_of_model(model const& m) {
  count most;
  for (feed_forward const& each : m.layers.ffns) {
    count const n = each.visit([](auto const& layer) { return layer.routing().n_experts; });
    if (n > most) most = n;
  }
  return most;
}

}  // namespace detail

/// Every layout of powers of two (tensor up to the domain, pipeline up to 32 stages, expert ranks that divide the
/// experts) whose devices hold the model, the fastest modelled step first, then the most memory to spare. Experts are
/// not sharded by tensor ranks, as all published MoE layouts of today; interleaving takes one layer a chunk at least.
/// \throws std::invalid_argument for a format or memory bandwidth that no source gives
inline std::vector<layout_option> layouts_that_fit(model const& m, layout_request const& asked, std::size_t most = 5) {
  cluster::device_rates const rates = cluster::rates_of(asked.on, asked.format);
  cluster::workload const of_model = cluster::workload_of(m, asked.sequence_length);
  std::vector<layout_option> found;
  std::vector<double> with_data_ranks;  // seconds of a step of each
  count const n_experts = detail::experts_of_model(m);
  count const most_bytes = asked.usable_bytes == 0 ? asked.on.usable_bytes : asked.usable_bytes;
  std::vector<count> const expert_sizes =
      n_experts == 0 ? std::vector<count>{1} : detail::sizes_that_divide(n_experts, asked.devices);
  for (count tensor = 1; tensor <= asked.on.domain && tensor <= 8; tensor *= 2)
    for (count pipeline = 1; pipeline <= 32 && pipeline <= m.layers.n_layers(); pipeline *= 2)
      for (count const expert : expert_sizes) {
        if (remainder(asked.devices, tensor * pipeline) != 0 || remainder(asked.devices, expert * pipeline) != 0)
          continue;
        count const data = floor_div(asked.devices, tensor * pipeline);
        count batch = floor_div(2 * asked.batch_sequences + data, 2 * data) * data;
        if (batch == 0) batch = data;
        if (4 * batch > 5 * asked.batch_sequences && batch != asked.batch_sequences) continue;
        for (count chunks = 1; chunks <= 8 && pipeline * chunks <= m.layers.n_layers(); chunks *= 2) {
          if (chunks != 1 && pipeline == 1) break;
          cluster::training_setup setup{.layout = {.sizes = {.tensor = tensor,
                                                             .expert = expert,
                                                             .pipeline = pipeline,
                                                             .sequence_length = asked.sequence_length,
                                                             .expert_tensor = 1},
                                                   .devices = asked.devices,
                                                   .virtual_stages = chunks,
                                                   .schedule = chunks == 1 ? cluster::schedule::one_forward_one_backward
                                                                           : cluster::schedule::interleaved,
                                                   .global_batch = batch},
                                        .states = asked.states,
                                        .activations = cluster::in_format({}, asked.format)};
          if (!cluster::diagnose(m, setup.layout).ok()) continue;
          for (cluster::module_set const recompute : asked.recompute) {
            setup.activations.recompute = recompute;
            cluster::memory_estimate const memory = cluster::memory_of(m, setup);
            if (memory.worst.bytes.total() > most_bytes) continue;
            cluster::traffic const sent = cluster::traffic_of_rank(m, setup, memory.worst.rank);
            double const tokens =
                static_cast<double>(batch * asked.sequence_length) / static_cast<double>(asked.devices);
            cluster::token_work work = cluster::work_of(m, setup, of_model);
            work.sent.tensor = work.sent.pipeline = {};  // are in `communication`
            double const all = tokens * cluster::modelled_seconds_per_token(work, rates);
            work.sent = {};
            double const busy = tokens * cluster::modelled_seconds_per_token(work, rates);
            found.push_back({setup, memory, sent, cluster::communication_of(sent, setup.layout, asked.on), busy});
            with_data_ranks.push_back(all);
            break;
          }
        }
      }
  // With a bandwidth that is not published, times with and without communication would be compared.
  auto const unknown =
      std::find_if(found.begin(), found.end(), [](layout_option const& each) { return !each.communication.known(); });
  if (unknown == found.end()) {
    for (std::size_t i = 0; i != found.size(); ++i)
      found[i].modelled_step_seconds = with_data_ranks[i] + found[i].communication.seconds;
  } else {
    std::optional<cluster::quantity> const needed = unknown->communication.not_published;
    for (layout_option& each : found) each.not_published = needed;
  }
  std::stable_sort(found.begin(), found.end(), [](layout_option const& a, layout_option const& b) {
    if (a.modelled_step_seconds != b.modelled_step_seconds) return a.modelled_step_seconds < b.modelled_step_seconds;
    return a.memory.worst.bytes.total() < b.memory.worst.bytes.total();
  });
  if (found.size() > most) found.resize(most);
  return found;
}

}  // namespace moetric::v0::plan
