#pragma once

#include <string_view>
#include <vector>

#include "moetric/laws/catalogue.hpp"

namespace moetric::v0::laws {

/// What a law with a loss gives: "loss", and "optimum" if it divides a budget.
inline std::vector<std::string_view> gives(any_law const& law) {
  if (law.counts_compute() || law.as<clark::form>()) return {"loss", "optimum"};
  return {"loss"};
}

/// What a law of the catalogue gives: "loss", "optimum" (parameters and tokens for a budget), "hyper" (a learning rate
/// or a batch), or the name of its figure.
inline std::vector<std::string_view> gives(catalogue_row const& row) {
  if (row.about->coefficients.empty()) return {"loss", "optimum"};  // Wang's, whose coefficients the caller brings
  std::vector<std::string_view> what;
  if (row.loss) what = gives(*row.loss);
  if (row.divides != nullptr) what.push_back("optimum");
  if (row.output) what.push_back(row.output->name);
  if (row.hyper != nullptr) what.push_back("hyper");
  return what;
}

}  // namespace moetric::v0::laws
