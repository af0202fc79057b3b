#pragma once

#include "moetric/cluster/device_table.hpp"

/// Look-up of accelerators by name; `device_table.hpp` holds their figures.
namespace moetric::v0::cluster {

/// Names of all devices, as `--device` takes them.
constexpr fixed_list<std::string_view, 64> device_names() {
  fixed_list<std::string_view, 64> names;
  for (device const& each : devices) names.push_back(each.id, "moetric: too many devices");
  return names;
}

/// The device of that name, or that a driver or framework calls so ("NVIDIA H100 80GB HBM3"), without case and word
/// separators; null for any other: a part of a name is none, since GB200 is no B200.
constexpr device const* find_device(std::string_view text) {
  for (device const& each : devices) {
    if (same_name(each.id, text) || same_name(each.name, text)) return &each;
    for (std::string_view const known : each.strings)
      if (same_name(known, text)) return &each;
  }
  return nullptr;
}

/// The same.
/// \throws std::invalid_argument for an unknown device, with the nearest names
inline device const& device_named(std::string_view text) {
  if (device const* const found = find_device(text)) return *found;
  refuse_name("device", text, device_names());
}

}  // namespace moetric::v0::cluster
