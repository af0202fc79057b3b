#pragma once

#include <string>
#include <string_view>

#include "moetric/laws/description.hpp"
#include "moetric/report/answer.hpp"

namespace moetric::v0::report {

/// The unit of a formula's numbers.
inline constexpr std::string_view unit_of_coefficients = "units of the equation";

/// The list `coefficients` of a law: name, value, provenance, source, standard_error.
inline value coefficients_value(laws::description const& law) {
  value all = value::list();
  for (laws::coefficient const& each : law.coefficients)
    all.append(object(
        {{"name", each.name},
         {"value", each.value, unit_of_coefficients},
         {"provenance", name(each.how)},
         {"source", each.source},
         {"standard_error", each.standard_error > 0 ? value(each.standard_error) : value(), unit_of_coefficients}}));
  return all;
}

/// A table of the list `coefficients`. A coefficient that a fit drove to 0 is shown as 0, a source that is that of the
/// row above is left out.
inline block coefficients_table(laws::description const& law, screen shown = screen::first) {
  block table{.header = {"coefficient", "value", "provenance", "source"}, .shown = shown};
  for (std::size_t i = 0; i != law.coefficients.size(); ++i) {
    laws::coefficient const& each = law.coefficients[i];
    std::string const path = "{coefficients/#" + std::to_string(i) + "/";
    bool const repeats =
        i != 0 && each.how == law.coefficients[i - 1].how && each.source == law.coefficients[i - 1].source;
    table.rows.push_back({path + "name}", each.value > 0 && each.value < 1e-200 ? "0" : path + "value:12}",
                          repeats ? "" : path + "provenance}", repeats ? "" : path + "source}"});
  }
  return table;
}

}  // namespace moetric::v0::report
