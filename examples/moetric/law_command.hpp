#pragma once

#include "command.hpp"
#include "moetric/laws/catalogue.hpp"

// What the commands about laws share: reading name=value, and showing how far an answer can be trusted.

namespace tool {

/// One name=value argument, its value read as a real number.
struct named_value {
  std::string name;
  double value;
};

/// Reads name=value arguments. A name that `allowed` does not hold is refused with the right ones named; `asks`
/// begins the sentence ("law fine-grained must get").
std::vector<named_value> read_values(std::string const& asks, std::vector<std::string_view> const& allowed,
                                     std::vector<std::string> const& arguments);

/// The value of that name, or null.
double const* find_value(std::vector<named_value> const& values, std::string_view name);

/// "a, b and c"
std::string listed(std::vector<std::string_view> const& names);

/// loss, extrapolated, outside_range, outside_family, is_prediction
void add_answer(json& object, moetric::laws::answer const& answer);
/// One line for each reason why an answer is an extrapolation.
void print_reasons(moetric::laws::answer const& answer);

}  // namespace tool
