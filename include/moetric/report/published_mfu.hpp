#pragma once

#include <span>

#include "moetric/cluster/throughput.hpp"
#include "moetric/report/unit.hpp"
#include "moetric/report/value.hpp"

namespace moetric::v0::report {

/// The published runs of a device, or of all devices if it has none, as the estimates of runs use them. Keys of a
/// member: model, device, format, recipe, devices or null, mfu, source, release.
inline value published_mfu(std::string_view device_id) {
  value of_device = value::list(), all = value::list();
  for (std::span<cluster::published_row const> const rows :
       {std::span<cluster::published_row const>(cluster::newest_rows),
        std::span<cluster::published_row const>(cluster::older_rows),
        std::span<cluster::published_row const>(cluster::tpu_rows),
        std::span<cluster::published_row const>(cluster::other_rows)})
    for (cluster::published_row const& row : rows) {
      value const one = object({{"model", row.model->id},
                                {"device", row.device->id},
                                {"format", name(row.format)},
                                {"recipe", row.recipe},
                                {"devices", row.devices > 0 ? value(row.devices) : value(), "devices"},
                                {"mfu",
                                 cluster::mfu(row.model->work.training_flops_per_token, row.tokens_per_second,
                                              cluster::rates_of(row).flops_per_second),
                                 units::one},
                                {"source", row.source},
                                {"release", row.release}});
      all.append(one);
      if (row.device->id == device_id) of_device.append(one);
    }
  return of_device.empty() ? all : of_device;
}

}  // namespace moetric::v0::report
