#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "moetric/core/contract.hpp"
#include "moetric/core/fixed_list.hpp"
#include "moetric/core/text.hpp"

/// Name lookup with suggestions.
namespace moetric::v0 {
namespace detail {

/// Longer names get no suggestions.
inline constexpr std::size_t longest_name = 80;

constexpr char small_letter(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Names are compared without case, and with all word separators alike.
constexpr char without_style(char c) {
  return c == '_' || c == '.' || c == ' ' ? '-' : small_letter(c);
}

/// Damerau-Levenshtein distance (optimal string alignment) of two names; b has at most `longest_name` letters.
constexpr std::size_t edits_between(std::string_view a, std::string_view b) {
  std::size_t rows[3][longest_name + 1]{};
  for (std::size_t j = 0; j <= b.size(); ++j) rows[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto& here = rows[i % 3];
    auto const &above = rows[(i + 2) % 3], &before = rows[(i + 1) % 3];
    here[0] = i;
    auto const same = [&](std::size_t x, std::size_t y) { return without_style(a[x]) == without_style(b[y]); };
    for (std::size_t j = 1; j <= b.size(); ++j) {
      here[j] = above[j - 1] + (same(i - 1, j - 1) ? 0 : 1);
      if (above[j] + 1 < here[j]) here[j] = above[j] + 1;
      if (here[j - 1] + 1 < here[j]) here[j] = here[j - 1] + 1;
      bool const swapped = i > 1 && j > 1 && same(i - 1, j - 2) && same(i - 2, j - 1);
      if (swapped && before[j - 2] + 1 < here[j]) here[j] = before[j - 2] + 1;
    }
  }
  return rows[a.size() % 3][b.size()];
}

}  // namespace detail

/// True if two names differ in case and in the kind of their word separators alone: "H100 SXM" and "h100-sxm". A
/// separator more or less is another name, since llama-3-8b is no llama-38b.
constexpr bool same_name(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i != a.size(); ++i)
    if (detail::without_style(a[i]) != detail::without_style(b[i])) return false;
  return true;
}

/// Letters and digits of a name in lower case: what is left of several spellings of one key, "modelsize" of Model_Size.
inline std::string letters_of(std::string_view name) {
  std::string letters;
  for (char const each : name) {
    char const c = detail::small_letter(each);
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) letters += c;
  }
  return letters;
}

/// Names may come as any range, or in braces.
using braced_names = std::initializer_list<std::string_view>;

/// The names of the first n values of an enumeration.
template <class Enum>
constexpr fixed_list<std::string_view, 64> names_of_first(std::size_t n) {
  fixed_list<std::string_view, 64> names;
  for (std::size_t i = 0; i != n; ++i) names.push_back(name(static_cast<Enum>(i)), "moetric: too many names");
  return names;
}

/// "a, b and c"
template <class Names = braced_names>
std::string listed(Names const& names, std::string_view last = "and") {
  std::string text;
  std::size_t left = 0;
  for ([[maybe_unused]] auto const& each : names) ++left;
  bool first = true;
  for (auto const& each : names) {
    if (!first) text += left == 1 ? " " + std::string(last) + " " : ", ";
    text += each, first = false, --left;
  }
  return text;
}

/// At most five known names near a wrong one, the nearest first: those within a third of its letters in edit distance,
/// and those that it begins. Names more than twice as far as the nearest are dropped.
template <class Names = braced_names>
constexpr fixed_list<std::string_view, 5> names_near(std::string_view wrong, Names const& known) {
  constexpr std::size_t shortest_beginning = 3;
  std::size_t const may_be_wrong = wrong.size() < 6 ? 1 : wrong.size() / 3;
  fixed_list<std::string_view, 5> near;
  std::size_t edits_of[5]{};
  if (wrong.empty() || wrong.size() > detail::longest_name) return near;
  for (std::string_view const name : known) {
    if (name.size() > detail::longest_name) continue;
    std::size_t const edits = detail::edits_between(wrong, name);
    bool const begins = wrong.size() >= shortest_beginning && name.size() > wrong.size() &&
                        detail::edits_between(wrong, name.substr(0, wrong.size())) == 0;
    if (!begins && (edits >= wrong.size() || edits > may_be_wrong)) continue;
    std::size_t place = near.used;
    while (place != 0 && edits < edits_of[place - 1]) --place;
    if (place == 5) continue;
    if (near.used != 5) ++near.used;
    for (std::size_t i = near.used - 1; i != place; --i) near[i] = near[i - 1], edits_of[i] = edits_of[i - 1];
    near[place] = name, edits_of[place] = edits;
  }
  while (near.used > 1 && edits_of[near.used - 1] > 2 * edits_of[0]) --near.used;
  return near;
}

/// "; did you mean a, b or c?", or an empty string if no name is near.
template <class Names = braced_names>
std::string did_you_mean(std::string_view wrong, Names const& known) {
  auto const near = names_near(wrong, known);
  return near.empty() ? "" : "; did you mean " + listed(near, "or") + "?";
}

/// Raises the error for an unknown name: "moetric: format must be one of hf, megatron, cpp, but got 'megaton'; did you
/// mean megatron?" Of more than twelve names, those that are near stand alone.
/// \throws std::invalid_argument always
template <class Names = braced_names>
[[noreturn]] void refuse_name(std::string_view subject, std::string_view wrong, Names const& known) {
  constexpr std::size_t most_listed = 12;
  std::string sentence = "moetric: " + std::string(subject) + " must be one of ";
  std::size_t n = 0;
  for ([[maybe_unused]] std::string_view const name : known) ++n;
  std::string const meant = did_you_mean(wrong, known);
  if (n > most_listed && !meant.empty())
    detail::invalid((sentence + std::to_string(n) + " names, but got " + in_quotes(wrong) + meant).c_str());
  bool first = true;
  for (std::string_view const name : known) {
    if (!first) sentence += ", ";
    sentence += name, first = false;
  }
  detail::invalid((sentence + ", but got " + in_quotes(wrong) + meant).c_str());
}

}  // namespace moetric::v0
