#include "moetric/fit/fitted_law.hpp"

namespace moetric::v0::fit {

constinit std::array<any_form, 17> const published_forms = detail::all_forms();

}  // namespace moetric::v0::fit
