#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "moetric/core/contract.hpp"
#include "moetric/core/text.hpp"

/// Names out of a list, and which of them a wrong one may have meant.
namespace moetric::inline v0 {
namespace detail {

// Neither case nor what joins the words of a name tells it from another one.
constexpr char without_style(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
  return c == '_' || c == '.' || c == ' ' ? '-' : c;
}

/// Letters to put in, leave out, change, or swap with their neighbour until one name is the other.
inline std::size_t edits_between(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before, above(b.size() + 1), here(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) here[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before = std::exchange(above, here);
    here[0] = i;
    auto const same = [&](std::size_t x, std::size_t y) { return without_style(a[x]) == without_style(b[y]); };
    for (std::size_t j = 1; j <= b.size(); ++j) {
      here[j] = std::min({above[j] + 1, here[j - 1] + 1, above[j - 1] + (same(i - 1, j - 1) ? 0 : 1)});
      bool const swapped = i > 1 && j > 1 && same(i - 1, j - 2) && same(i - 2, j - 1);
      if (swapped) here[j] = std::min(here[j], before[j - 2] + 1);
    }
  }
  return here[b.size()];
}

}  // namespace detail

/// The names of the first n values of an enumeration.
template <class Enum>
std::vector<std::string_view> names_of_first(std::size_t n) {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i != n; ++i) names.push_back(name(static_cast<Enum>(i)));
  return names;
}

/// "a, b and c"
inline std::string listed(std::vector<std::string_view> const& names, std::string_view last = "and") {
  std::string text;
  for (std::size_t i = 0; i != names.size(); ++i) {
    if (i != 0) text += i + 1 == names.size() ? " " + std::string(last) + " " : ", ";
    text += names[i];
  }
  return text;
}

/// The names that a wrong one may have meant, the nearest first, at most five: a third of its letters may be wrong, or
/// the rest of a name be left out; those more than twice as far as the nearest are left out.
inline std::vector<std::string_view> names_near(std::string_view wrong, std::vector<std::string_view> const& known) {
  constexpr std::size_t most = 5, longest = 80, shortest_beginning = 3;
  std::vector<std::pair<std::size_t, std::string_view>> near;
  if (wrong.empty() || wrong.size() > longest) return {};
  for (std::string_view const name : known) {
    std::size_t const edits = detail::edits_between(wrong, name);
    bool const begins = wrong.size() >= shortest_beginning && name.size() > wrong.size() &&
                        detail::edits_between(wrong, name.substr(0, wrong.size())) == 0;
    if (begins || (edits < wrong.size() && edits <= std::max<std::size_t>(1, wrong.size() / 3)))
      near.emplace_back(edits, name);
  }
  std::stable_sort(near.begin(), near.end(), [](auto const& a, auto const& b) { return a.first < b.first; });
  std::vector<std::string_view> names;
  for (auto const& [edits, name] : near)
    if (names.size() != most && edits <= 2 * near.front().first) names.push_back(name);
  return names;
}

/// What ends the sentence that refuses a name: "; did you mean a, b or c?", or nothing where no name is near.
inline std::string did_you_mean(std::string_view wrong, std::vector<std::string_view> const& known) {
  std::vector<std::string_view> const near = names_near(wrong, known);
  return near.empty() ? "" : "; did you mean " + listed(near, "or") + "?";
}

/// Refuses a name that a list does not hold: "moetric: format must be one of hf, megatron, cpp, but got 'megaton'; did
/// you mean megatron?"
/// \throws std::invalid_argument always
[[noreturn]] inline void refuse_name(std::string_view subject, std::string_view wrong,
                                     std::vector<std::string_view> const& known) {
  std::string sentence = "moetric: " + std::string(subject) + " must be one of ";
  for (std::string_view const name : known) sentence += std::string(name == known.front() ? "" : ", ") += name;
  detail::invalid((sentence + ", but got " + in_quotes(wrong) + did_you_mean(wrong, known)).c_str());
}

}  // namespace moetric::inline v0
