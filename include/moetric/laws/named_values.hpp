#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/core/name.hpp"
#include "moetric/laws/any_law.hpp"

namespace moetric::v0::laws {

/// A value for the input or coefficient of that name.
struct named_value {
  std::string name;
  double value;
};

/// The value of that name, or null.
inline double const* find_value(std::span<named_value const> values, std::string_view name) {
  for (named_value const& each : values)
    if (each.name == name) return &each.value;
  return nullptr;
}

/// The values of a law's inputs in its order. Names that are no input are not read.
/// \throws std::invalid_argument listing the inputs that are missing; with their definitions if nothing is given
inline input_values in_order(description const& about, std::span<named_value const> given) {
  input_values values;
  std::vector<std::string_view> missing;
  std::string all;
  for (input const& each : about.inputs) {
    all += (all.empty() ? "" : "; ") + std::string(each.name) + " (" + std::string(each.definition) + ")";
    if (double const* const value = find_value(given, each.name))
      values.push_back(*value, "");
    else
      missing.push_back(each.name);
  }
  if (!missing.empty())
    moetric::detail::invalid(("moetric: law " + std::string(about.id) + " must get " +
                              (given.empty() ? "its inputs as name=value: " + all : listed(missing)))
                                 .c_str());
  return values;
}

}  // namespace moetric::v0::laws
