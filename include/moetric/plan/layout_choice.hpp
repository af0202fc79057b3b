#pragma once

#include <algorithm>
#include <limits>
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

/// Calls `visit` with every layout of powers of two (tensor up to the domain, pipeline up to 32 stages, expert ranks
/// that divide the experts) that the rules of a model permit.
template <class Visit>
void each_layout(model const& m, layout_request const& asked, Visit const& visit) {
  count const n_experts = experts_of_model(m);
  std::vector<count> const expert_sizes =
      n_experts == 0 ? std::vector<count>{1} : sizes_that_divide(n_experts, asked.devices);
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
          cluster::layout const made{.sizes = {.tensor = tensor,
                                               .expert = expert,
                                               .pipeline = pipeline,
                                               .sequence_length = asked.sequence_length,
                                               .expert_tensor = 1},
                                     .devices = asked.devices,
                                     .virtual_stages = chunks,
                                     .schedule = chunks == 1 ? cluster::schedule::one_forward_one_backward
                                                             : cluster::schedule::interleaved,
                                     .global_batch = batch};
          if (cluster::diagnose(m, made).ok()) visit(made);
        }
      }
}

}  // namespace detail

/// Every layout of powers of two (tensor up to the domain, pipeline up to 32 stages, expert ranks that divide the
/// experts) whose devices hold the model, the fastest modelled step first, then the most memory to spare. Experts are
/// not sharded by tensor ranks, as all published MoE layouts of today; interleaving takes one layer a chunk at least.
/// \throws std::invalid_argument for a format or memory bandwidth that no source gives
inline std::vector<layout_option> layouts_that_fit(model const& m, layout_request const& asked, std::size_t most = 5) {
  cluster::device_rates const rates = cluster::rates_of(asked.on, asked.format);
  count const most_bytes = asked.usable_bytes == 0 ? asked.on.usable_bytes : asked.usable_bytes;
  cluster::workload const of_model = cluster::workload_of(m, asked.sequence_length);
  cluster::training_setup setup{.states = asked.states, .activations = cluster::in_format({}, asked.format)};

  struct candidate {
    cluster::layout layout;
    cluster::token_work work;  // without recomputation
    double least_seconds;      // of a step, whatever is recomputed, without communication
  };
  bool const all_published =
      asked.on[cluster::quantity::link_bandwidth].known() && asked.on[cluster::quantity::network_bandwidth].known();
  std::vector<double> recomputed;  // hardware FLOPs over model FLOPs by the modules to recompute, on every layout
  // Of exchanges those of data ranks alone: `communication_of` has the others, and a layout's traffic is exact there.
  auto const busy_seconds = [&](candidate const& one, double hardware_flops, bool exchanging) {
    cluster::token_work work = one.work;
    work.recomputed = hardware_flops;
    work.sent.tensor = work.sent.pipeline = {};
    if (!exchanging) work.sent = {};
    double const tokens =
        static_cast<double>(one.layout.global_batch * asked.sequence_length) / static_cast<double>(asked.devices);
    return tokens * cluster::modelled_seconds_per_token(work, rates);
  };
  std::vector<candidate> candidates;
  detail::each_layout(m, asked, [&](cluster::layout const& at) {
    setup.layout = at;
    if (recomputed.empty())
      for (cluster::module_set const each : asked.recompute) {
        setup.activations.recompute = each;
        recomputed.push_back(cluster::work_of(m, setup, of_model).recomputed);
      }
    setup.activations.recompute = {};
    candidate one{at, cluster::work_of(m, setup, of_model), std::numeric_limits<double>::infinity()};
    for (double const each : recomputed)
      one.least_seconds = std::min(one.least_seconds, busy_seconds(one, each, all_published));
    candidates.push_back(one);
  });
  // Memory takes nearly all of the time. So the fastest candidates come first, and the rest need none once `most` that
  // fit are faster with their communication than the next without. Where a bandwidth is not published, times may have
  // no communication, by the bandwidths that all of the layouts need.
  if (all_published)
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](candidate const& a, candidate const& b) { return a.least_seconds < b.least_seconds; });
  auto const is_before = [](layout_option const& a, layout_option const& b) {
    if (a.modelled_step_seconds != b.modelled_step_seconds) return a.modelled_step_seconds < b.modelled_step_seconds;
    return a.memory.worst.bytes.total() < b.memory.worst.bytes.total();
  };
  std::vector<layout_option> found;
  std::optional<cluster::quantity> not_published;
  for (candidate const& each : candidates) {
    if (all_published && found.size() == most && (most == 0 || each.least_seconds > found.back().modelled_step_seconds))
      break;
    setup.layout = each.layout;
    for (std::size_t i = 0; i != recomputed.size(); ++i) {
      setup.activations.recompute = asked.recompute[i];
      // The first rank of a pipeline has most microbatches in flight, so nearly all that do not fit end there.
      if (each.layout.sizes.pipeline != 1 && cluster::memory_of_rank(m, setup, 0).bytes.total() > most_bytes) continue;
      cluster::memory_estimate const memory = cluster::memory_of(m, setup);
      if (memory.worst.bytes.total() > most_bytes) continue;
      cluster::traffic const sent = cluster::traffic_of_rank(m, setup, memory.worst.rank);
      cluster::communication const talk = cluster::communication_of(sent, setup.layout, asked.on);
      if (!not_published) not_published = talk.not_published;
      double const busy = busy_seconds(each, recomputed[i], all_published);
      layout_option const made{setup, memory, sent, talk, all_published ? busy + talk.seconds : busy};
      found.insert(std::upper_bound(found.begin(), found.end(), made, is_before), made);
      if (all_published && found.size() > most) found.pop_back();
      break;
    }
  }
  // With a bandwidth that is not published, times with and without communication would be compared.
  if (!all_published && !not_published) {
    for (layout_option& each : found) {
      cluster::token_work const work = cluster::work_of(m, each.setup, of_model);
      each.modelled_step_seconds =
          busy_seconds({each.setup.layout, work, 0}, work.recomputed, true) + each.communication.seconds;
    }
    std::stable_sort(found.begin(), found.end(), is_before);
  }
  for (layout_option& each : found) each.not_published = not_published;
  if (found.size() > most) found.resize(most);
  return found;
}

}  // namespace moetric::v0::plan
