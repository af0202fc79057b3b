#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "moetric/core/compiled.hpp"
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
inline std::size_t edits_between(std::string_view a, std::string_view b) {
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

/// Known names in any container of texts that are adjacent, or in braces. It refers to them: take it as a parameter,
/// and never keep it.
class names_ref {
 public:
  names_ref(braced_names all) : first_(all.begin()), size_(all.size()), at_(text_at<std::string_view>) {}
  template <class Names>
  requires requires(Names const& all) { all.size(), all.begin(); }
  names_ref(Names const& all) : size_(all.size()) {
    if constexpr (requires { all.data(); }) {
      refer(all.data());
    } else {
      refer(all.begin());
    }
  }

  std::size_t size() const { return size_; }
  /// The name at i, which must be below size().
  std::string_view operator[](std::size_t i) const { return at_(first_, i); }

 private:
  template <class Text>
  static std::string_view text_at(void const* first, std::size_t i) {
    return static_cast<Text const*>(first)[i];
  }
  template <class Text>
  void refer(Text const* first) {
    first_ = first, at_ = text_at<Text>;
  }

  void const* first_;
  std::size_t size_;
  std::string_view (*at_)(void const*, std::size_t);
};

namespace detail {

/// Letters of the words of at least three letters that both names have. Words end at a separator.
constexpr std::size_t shared_letters(std::string_view a, std::string_view b) {
  auto const next_word = [](std::string_view& rest) {
    std::size_t n = 0;
    while (n != rest.size() && without_style(rest[n]) != '-') ++n;
    std::string_view const word = rest.substr(0, n);
    rest.remove_prefix(n == rest.size() ? n : n + 1);
    return word;
  };
  std::size_t letters = 0;
  while (!a.empty()) {
    std::string_view const word = next_word(a);
    for (std::string_view rest = b; word.size() >= 3 && !rest.empty();)
      if (same_name(word, next_word(rest))) {
        letters += word.size();
        break;
      }
  }
  return letters;
}

/// The five names of least distance, the nearest first; of one distance in the order in which they came.
struct nearest_five {
  fixed_list<std::string_view, 5> names{};
  std::size_t distances[5]{};

  void add(std::string_view name, std::size_t distance) {
    std::size_t place = names.used;
    while (place != 0 && distance < distances[place - 1]) --place;
    if (place == 5) return;
    if (names.used != 5) ++names.used;
    for (std::size_t i = names.used - 1; i != place; --i) names[i] = names[i - 1], distances[i] = distances[i - 1];
    names[place] = name, distances[place] = distance;
  }
  fixed_list<std::string_view, 5> within_twice_the_nearest() const {
    auto near = names;
    while (near.used > 1 && distances[near.used - 1] > 2 * distances[0]) --near.used;
    return near;
  }
};

inline fixed_list<std::string_view, 5> nearest_names(std::string_view wrong, names_ref known) {
  constexpr std::size_t shortest_beginning = 3;
  std::size_t const may_be_wrong = wrong.size() < 6 ? 1 : wrong.size() / 3;
  nearest_five near, alike;
  if (wrong.empty() || wrong.size() > longest_name) return {};
  for (std::size_t k = 0; k != known.size(); ++k) {
    std::string_view const name = known[k];
    if (name.size() > longest_name) continue;
    std::size_t const edits = edits_between(wrong, name);
    bool const begins = wrong.size() >= shortest_beginning && name.size() > wrong.size() &&
                        edits_between(wrong, name.substr(0, wrong.size())) == 0;
    if (begins || (edits < wrong.size() && edits <= may_be_wrong)) near.add(name, edits);
    if (std::size_t const letters = shared_letters(wrong, name); letters != 0)
      alike.add(name, wrong.size() + name.size() - 2 * letters);
  }
  return (near.names.empty() ? alike : near).within_twice_the_nearest();
}

inline std::string suggestion(std::string_view wrong, names_ref known) {
  auto const near = nearest_names(wrong, known);
  return near.empty() ? "" : "; did you mean " + listed(near, "or") + "?";
}

inline std::string unknown_name(std::string_view subject, std::string_view wrong, names_ref known) {
  constexpr std::size_t most_listed = 12;
  std::string sentence = "moetric: " + std::string(subject) + " must be one of ";
  std::string const meant = suggestion(wrong, known);
  if (known.size() > most_listed && !meant.empty())
    return sentence + std::to_string(known.size()) + " names, but got " + in_quotes(wrong) + meant;
  for (std::size_t i = 0; i != known.size(); ++i) {
    if (i != 0) sentence += ", ";
    sentence += known[i];
  }
  return sentence + ", but got " + in_quotes(wrong) + meant;
}

}  // namespace detail

#ifdef MOETRIC_COMPILED
fixed_list<std::string_view, 5> names_near(std::string_view wrong, names_ref known);
std::string did_you_mean(std::string_view wrong, names_ref known);
[[noreturn]] void refuse_name(std::string_view subject, std::string_view wrong, names_ref known);
#else
/// At most five known names near a wrong one, the nearest first: those within a third of its letters in edit distance,
/// and those that it begins. Names more than twice as far as the nearest are dropped. If no name is near, those that
/// share words with it: besiroglu for chinchilla-besiroglu.
inline fixed_list<std::string_view, 5> names_near(std::string_view wrong, names_ref known) {
  return detail::nearest_names(wrong, known);
}

/// "; did you mean a, b or c?", or an empty string if no name is near.
inline std::string did_you_mean(std::string_view wrong, names_ref known) {
  return detail::suggestion(wrong, known);
}

/// Raises the error for an unknown name: "moetric: format must be one of hf, megatron, cpp, but got 'megaton'; did you
/// mean megatron?" Of more than twelve names, those that are near stand alone.
/// \throws std::invalid_argument always
[[noreturn]] inline void refuse_name(std::string_view subject, std::string_view wrong, names_ref known) {
  detail::invalid(detail::unknown_name(subject, wrong, known).c_str());
}
#endif

}  // namespace moetric::v0
