// Laws: published ones that read models, forms that are fitted, fits read from JSON.
#include "moetric/fit/fitted_law.hpp"
#include "moetric/io/fitted_law.hpp"
#include "moetric/laws/readable.hpp"

namespace moetric::v0::laws {

any_readable_law readable(any_law const& law) {
  return detail::readable_law_of(law);
}

}  // namespace moetric::v0::laws

namespace moetric::v0::fit {

constinit std::array<any_form, 17> const published_forms = detail::all_forms();

}  // namespace moetric::v0::fit

namespace moetric::v0::io {

fit::fitted_law fitted_law_of(json_value const& from) {
  return detail::law_from(from);
}

}  // namespace moetric::v0::io
