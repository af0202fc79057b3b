#pragma once

#include <optional>

#include "moetric/cluster/traffic.hpp"

namespace moetric::v0::cluster {

/// The time of a device's traffic if nothing hides it and each collective runs at full bandwidth.
struct communication {
  double seconds = 0;                       // of one step, of what has a bandwidth
  std::optional<quantity> not_published{};  // the bandwidth that some of it needs and that no source gives

  /// True if every byte has a bandwidth.
  constexpr bool known() const { return !not_published; }
};

/// Seconds that the traffic of a device takes in one step: collectives of at most `domain` ranks over the device's
/// links, larger ones and pipelines over the network. Gradients and weights of data ranks are not in it: see
/// `exchanges`.
constexpr communication communication_of(traffic const& sent, layout const& l, device const& d) {
  communication made;
  auto const add = [&](traffic_kind kind, count ranks) {
    if (sent[kind] == 0) return;
    bool const within = ranks <= d.domain || l.devices <= d.domain;
    quantity const over = within ? quantity::link_bandwidth : quantity::network_bandwidth;
    if (d[over].known())
      made.seconds += static_cast<double>(sent[kind]) / d[over].value;
    else
      made.not_published = over;
  };
  count const dense = l.sizes.tensor * l.sizes.context;
  add(traffic_kind::tensor_all_gather, l.sizes.tensor);
  add(traffic_kind::tensor_reduce_scatter, l.sizes.tensor);
  add(traffic_kind::expert_tensor, l.sizes.expert_tensor);
  add(traffic_kind::expert_all_to_all, l.sizes.expert * l.sizes.expert_tensor);
  add(traffic_kind::context, dense);
  add(traffic_kind::pipeline, dense * l.sizes.pipeline + 1);  // neighbours of other domains
  return made;
}

}  // namespace moetric::v0::cluster
