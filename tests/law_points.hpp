#pragma once

// Valid inputs for every law of the catalogue.
#include <array>
#include <cmath>

#include "moetric/laws/law.hpp"

/// A range of an input in practical use, independent of what the law was fitted on: inside the input's domain, and
/// e^width wide for parameters and tokens, less for others.
inline moetric::laws::range law_input_range(moetric::laws::input const& what, double width) {
  namespace laws = moetric::laws;
  auto const from = [](double low, double growth) { return laws::range{low, low * std::exp(growth)}; };
  if (what.values == laws::domain::below_one) return {0.5, 1 - 0.5 * std::exp(-width)};
  if (what.values == laws::domain::at_most_one || what.values == laws::domain::non_negative)
    return from(0.05, width / 3);
  if (what.unit == "bits") return from(6, width / 6);
  if (what.unit == "1") return from(1, width / 2);
  if (what.unit == "FLOPs") return from(1e20, width);
  if (what.unit == "PF-days") return from(1, width);
  return from(what.unit == "tokens" ? 3e9 : 2e8, width);
}

/// The inputs of a law at the upper ends of those ranges.
template <moetric::laws::Law L>
typename L::inputs law_point(L const& law, double width = 4) {
  std::array<double, moetric::laws::detail::number_of_doubles<typename L::inputs>> values{};
  for (std::size_t i = 0; i != values.size(); ++i) values[i] = law_input_range(law.about->inputs[i], width).high;
  return moetric::laws::detail::from_array<typename L::inputs>(values);
}
