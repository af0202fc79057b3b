#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "moetric/cluster/activations.hpp"
#include "moetric/io/text_values.hpp"

namespace moetric::v0::io {

/// Modules whose activations are recomputed or offloaded: "none", "selective", "full", or modules such as
/// "norm,activation_function". \throws std::invalid_argument for an unknown one, naming the field
inline cluster::module_set modules_named(std::string_view field, std::string_view text) {
  if (text == "none") return {};
  if (text == "selective") return cluster::modules_of(recomputation::selective);
  if (text == "full") return cluster::modules_of(recomputation::full);
  cluster::module_set chosen;
  auto names = names_of_first<cluster::module>(cluster::n_modules);
  for (std::string const& each : split(text, ',')) {
    std::size_t place = 0;
    while (place != cluster::n_modules && names[place] != each) ++place;
    if (place == cluster::n_modules) {
      for (char const* const whole : {"none", "selective", "full"}) names.push_back(whole, "");
      refuse_name(field, each, names);
    }
    chosen = chosen | static_cast<cluster::module>(place);
  }
  return chosen;
}

}  // namespace moetric::v0::io
