#pragma once

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

/// A table of the list `coefficients`; a coefficient that a fit drove to 0 is shown as 0.
inline block coefficients_table(value const& coefficients, screen shown = screen::first) {
  block table{.header = {"coefficient", "value", "provenance", "source"}, .shown = shown};
  table.rows = rows_of(coefficients, "coefficients", {"{$/name}", "{$/value:12}", "{$/provenance}", "{$/source}"});
  for (std::size_t i = 0; i != table.rows.size(); ++i)
    if (double const size = coefficients.members()[i].content["value"].real(); size > 0 && size < 1e-200)
      table.rows[i][1] = "0";
  return table;
}

}  // namespace moetric::v0::report
