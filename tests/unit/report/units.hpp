#pragma once

#include <string>
#include <vector>

#include "moetric/report/path.hpp"

/// The places of the numbers of an answer that have no unit.
inline std::vector<std::string> without_unit(moetric::report::value const& of, std::string_view unit = {},
                                             std::string const& place = "") {
  if (of.is_number() && unit.empty()) return {place};
  std::vector<std::string> all;
  for (moetric::report::object_member const& each : of.members())
    for (std::string const& found :
         without_unit(each.content, moetric::report::unit_of(each, unit), place + "/" + each.name))
      all.push_back(found);
  return all;
}
