#include "moetric/fit/fitted_law.hpp"
#include "moetric/io/fitted_law.hpp"

namespace moetric::v0::fit {

constinit std::array<any_form, 17> const published_forms = detail::all_forms();

}  // namespace moetric::v0::fit

namespace moetric::v0::io {

fit::fitted_law fitted_law_of(json_value const& from) {
  return detail::law_from(from);
}

}  // namespace moetric::v0::io
