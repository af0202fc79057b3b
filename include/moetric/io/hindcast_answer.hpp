#pragma once

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "moetric/io/named_law.hpp"
#include "moetric/report/hindcast_answer.hpp"

namespace moetric::v0::io {

/// Plans that laws would have made for the budgets of published runs. Keys: those of `report::hindcast_answer`.
/// \param names ids or files of fits; if empty one law of each paper, and all that divide a budget
/// \throws std::invalid_argument for an unknown law, or one without an optimum
inline report::answer hindcast_answer(std::vector<std::string> const& names = {}) {
  if (names.empty()) return report::hindcast_answer(optimum::hindcast_plans(), optimum::hindcast_rates());
  std::vector<optimum::hindcast_law> laws;
  for (named_law const& law : find_laws(names)) {
    std::string name = law.fit ? std::filesystem::path(law.name).filename().string() : law.name;
    if (std::any_of(laws.begin(), laws.end(), [&](auto& each) { return each.name == name; })) name = law.name;
    if (law.row != nullptr && law.row->divides != nullptr)
      laws.push_back({name, std::nullopt, law.row->divides});
    else if (law.loss && law.loss->counts_compute())
      laws.push_back({name, laws::readable(*law.loss)});
    else
      refuse_law(law, "an optimum");
  }
  return report::hindcast_answer(optimum::hindcast_plans(laws), {});
}

}  // namespace moetric::v0::io
