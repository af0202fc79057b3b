#pragma once

#include <string>
#include <vector>

#include "moetric/io/json_value.hpp"

namespace moetric::v0::io {

/// Optima of one quantity over compute, as files of optima hold them.
struct optima_points {
  std::vector<double> compute{};  // FLOPs
  std::vector<double> values{};
};

/// Reads [{"compute": 1e18, "value": 2.6e8}, ...].
/// \throws std::invalid_argument naming a key that is missing or unknown, or a number that is not positive
inline optima_points read_optima_points(json_value const& points) {
  optima_points read;
  for (json_value const& each : points.items()) {
    each.allow_keys({"compute", "value"});
    read.compute.push_back(each.at("compute").positive());
    read.values.push_back(each.at("value").positive());
  }
  return read;
}

}  // namespace moetric::v0::io
