#include "law_command.hpp"
#include "moetric/io/fitted_law.hpp"

namespace tool {

chosen_law find_law(std::string const& id_or_path) {
  if (!id_or_path.ends_with(".json")) return {moetric::laws::require(id_or_path).about};
  moetric::fit::fitted_law fit = moetric::io::read_fitted_law(id_or_path);
  return {fit.about, std::move(fit)};
}

}  // namespace tool
