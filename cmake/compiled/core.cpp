#include "moetric/core/name.hpp"
#include "moetric/core/text.hpp"

namespace moetric::v0 {

std::string in_quotes(std::string_view text) {
  return detail::quoted(text);
}

fixed_list<std::string_view, 5> names_near(std::string_view wrong, names_ref known) {
  return detail::nearest_names(wrong, known);
}

std::string did_you_mean(std::string_view wrong, names_ref known) {
  return detail::suggestion(wrong, known);
}

void refuse_name(std::string_view subject, std::string_view wrong, names_ref known) {
  detail::invalid(detail::unknown_name(subject, wrong, known).c_str());
}

}  // namespace moetric::v0
