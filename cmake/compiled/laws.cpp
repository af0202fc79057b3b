#include "moetric/laws/readable.hpp"

namespace moetric::v0::laws {

any_readable_law readable(any_law const& law) {
  return detail::readable_law_of(law);
}

}  // namespace moetric::v0::laws
