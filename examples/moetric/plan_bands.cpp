#include <stdexcept>

#include "law_command.hpp"
#include "moetric/fit/fitted_law.hpp"
#include "moetric/plan/expert_band.hpp"
#include "plan_command.hpp"

namespace tool {

using namespace moetric;

// Bands by the fit that the plan starts from if it was fitted on models with experts, else by the fine-grained law.
void add_expert_bands(plan::result& p, std::string const& source) try {
  std::vector<plan::band> found;
  if (source.ends_with(".json") && p.request.source.flops_band) {
    fit::visit_law(*find_law(source).fit, [&]<class L>(L const& law) {
      if constexpr (laws::ComputeLaw<L>)
        if (!law.about->family.dense_only) found = plan::expert_bands(p, law, provenance::user);
    });
  }
  if (found.empty())
    found = plan::expert_bands(p, laws::fine_grained::set_for(to_model(p.shape.architecture)), provenance::derived);
  p.bands.insert(p.bands.end(), found.begin(), found.end());
} catch (std::invalid_argument const& error) {
  p.warnings.push_back("no bands of experts around this plan: " + std::string(error.what()));
}

}  // namespace tool
