#pragma once

#include <cmath>
#include <limits>
#include <string>
#include <string_view>

#include "moetric/report/path.hpp"
#include "moetric/report/plot/picture.hpp"
#include "moetric/report/text.hpp"
#include "moetric/report/value.hpp"

/// Parts of pictures from the values of answers.
namespace moetric::v0::report::detail {

/// A number of an answer; NaN where it has none.
inline double number_at(value const& of, std::string_view path) {
  located const found = find_at(of, path);
  return found.content != nullptr && found.content->is_number() ? found.content->real()
                                                                : std::numeric_limits<double>::quiet_NaN();
}
/// The unit of the number at a path.
inline std::string unit_at(value const& of, std::string_view path) {
  return std::string(find_at(of, path).unit);
}
inline std::string text_at(value const& of, std::string_view path) {
  located const found = find_at(of, path);
  return found.content != nullptr && found.content->kind() == value::kinds::text ? found.content->text() : "";
}
inline bool flag_at(value const& of, std::string_view path) {
  located const found = find_at(of, path);
  return found.content != nullptr && found.content->kind() == value::kinds::flag && found.content->flag();
}

/// active_non_embedding_parameters -> active non-embedding parameters
inline std::string in_words(std::string_view name) {
  std::string words(name);
  if (name.starts_with("d_") || name.starts_with("n_") || name == "top_k") return words;  // names of the field itself
  for (char& c : words)
    if (c == '_') c = ' ';
  if (std::size_t const at = words.find("non embedding"); at != std::string::npos) words[at + 3] = '-';
  if (std::size_t const at = words.find("flops"); at != std::string::npos) words.replace(at, 5, "FLOPs");
  return words;
}

/// A number as a label: 671B, 2.2T, 0.36, 7168.
inline std::string short_number(double number) {
  constexpr char const* prefixes[]{"", "k", "M", "B", "T"};
  std::size_t prefix = 0;
  double rest = number;
  if (std::fabs(number) >= 1e15) return rounded(number, 3);
  if (std::fabs(number) >= 1e5)
    for (; std::fabs(rest) >= 999.5 && prefix != 4; ++prefix) rest /= 1000;
  return rounded(rest, 3) + prefixes[prefix];
}

}  // namespace moetric::v0::report::detail
