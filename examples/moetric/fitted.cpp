#include <deque>

#include "law_command.hpp"
#include "moetric/io/fitted_law.hpp"

namespace tool {
namespace {

// Descriptions are told apart by their address, so those that were read stay where they are.
std::deque<moetric::fit::fitted_law>& read_laws() {
  static std::deque<moetric::fit::fitted_law> all;
  return all;
}

}  // namespace

moetric::laws::description const& find_law(std::string const& id_or_path) {
  if (!id_or_path.ends_with(".json")) return *moetric::laws::require(id_or_path).about;
  return read_laws().emplace_back(moetric::io::read_fitted_law(id_or_path)).about->value;
}

moetric::fit::fitted_law const* find_fit(moetric::laws::description const& about) {
  for (moetric::fit::fitted_law const& each : read_laws())
    if (&each.about->value == &about) return &each;
  return nullptr;
}

}  // namespace tool
