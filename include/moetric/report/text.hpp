#pragma once

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/core/text.hpp"
#include "moetric/report/answer.hpp"
#include "moetric/report/path.hpp"

/// The text of an answer.
///
/// A template holds `{path}`, `{path:format}`, `{path?}` (empty if there is no such value, or null) and `{path@}` (the
/// name of the member). Formats: `,` grouped digits; a number of digits, as `3`; `%` or `%3` percent; a leading `+`
/// shows the sign; `B` bytes with a decimal prefix; `=` a whole number without groups, for
/// command lines; a final `u` appends the unit. Without one, whole numbers are
/// grouped and others have four digits.
namespace moetric::v0::report {

namespace detail {

/// Separates the thousands of the digits from `first` to `end`.
inline void group_digits(std::string& text, std::size_t first, std::size_t end) {
  for (std::size_t at = end; at > first + 3;) text.insert(at -= 3, ",");
}

}  // namespace detail

/// 671,026,419,200
inline std::string grouped(count value) {
  std::string text = to_string(value);
  detail::group_digits(text, 0, text.size());
  return text;
}

/// A number to so many significant digits: 5.02e10, 1,872, 0.0163. Digits before the point are never rounded away below
/// a million.
inline std::string rounded(double number, int digits = 4) {
  double const size = std::abs(number);
  if (!std::isfinite(number) || size >= 1e6 || (size < 1e-4 && size > 0)) {
    std::string text = brief(number, digits);
    std::size_t const exponent = text.find('e');
    if (exponent == std::string::npos) return text;
    std::string tail = text.substr(exponent + 1);
    std::string const sign = tail[0] == '-' ? "-" : "";
    tail.erase(0, std::min(tail.find_first_not_of("+-0"), tail.size() - 1));
    return text.substr(0, exponent + 1) + sign + tail;
  }
  int const before_point = size > 0 ? 1 + static_cast<int>(std::floor(std::log10(size))) : 1;
  char text[40];
  std::snprintf(text, sizeof text, "%.*f", std::max(0, digits - before_point), number);
  std::string shown = text;
  if (std::size_t const point = shown.find('.'); point != std::string::npos) {
    shown.erase(shown.find_last_not_of('0') + 1);
    if (shown.back() == '.') shown.pop_back();
  }
  detail::group_digits(shown, shown.starts_with('-') ? 1 : 0, std::min(shown.find('.'), shown.size()));
  return shown;
}

/// 12.9 GB
inline std::string in_bytes(double number) {
  constexpr std::string_view prefixes[]{"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  std::size_t prefix = 0;
  for (; std::abs(number) >= 999.5 && prefix + 1 != std::size(prefixes); ++prefix) number /= 1000;
  return rounded(number, 3) + " " + std::string(prefixes[prefix]);
}

namespace detail {

inline std::string shown(value const& of, std::string_view format) {
  switch (of.kind()) {
  case value::kinds::nothing: return "not known";
  case value::kinds::flag: return of.flag() ? "yes" : "no";
  case value::kinds::text: return of.text();
  case value::kinds::object: return std::to_string(of.size());
  case value::kinds::list: {
    std::string text;
    for (object_member const& each : of.members()) text += (text.empty() ? "" : ", ") + shown(each.content, format);
    return text;
  }
  case value::kinds::whole:
  case value::kinds::real: break;
  }
  bool const whole = of.kind() == value::kinds::whole;
  if (whole && format == "=") return to_string(of.magnitude());
  if (whole && (format.empty() || format.ends_with(',')))
    return (of.is_negative() ? "-" : format.starts_with('+') ? "+" : "") + grouped(of.magnitude());
  double const number = of.real();
  if (format == "B") return in_bytes(number);
  bool const with_sign = format.starts_with('+');
  if (with_sign) format.remove_prefix(1);
  std::string const sign = with_sign && !(number < 0) ? "+" : "";
  bool const percent = format.starts_with('%');
  if (percent) format.remove_prefix(1);
  int const digits = format.empty() || format == "," ? (percent ? 2 : 4) : std::atoi(std::string(format).c_str());
  return sign + rounded(percent ? 100 * number : number, digits) + (percent ? " %" : "");
}

// The text of what stands in braces.
inline std::string filled_in(value const& root, std::string_view inside) {
  std::size_t const colon = inside.find(':');
  std::string_view path = inside.substr(0, colon);
  std::string_view format = colon == std::string_view::npos ? "" : inside.substr(colon + 1);
  bool const optional = path.ends_with('?'), name = path.ends_with('@'), unit = format.ends_with('u');
  if (optional || name) path.remove_suffix(1);
  if (unit) format.remove_suffix(1);
  located const found = find_at(root, path);
  if (optional && (found.content == nullptr || found.content->kind() == value::kinds::nothing)) return "";
  if (found.content == nullptr)
    throw std::logic_error("moetric: the text of an answer asks for a value that it lacks: " + std::string(path));
  if (name) return std::string(found.name);
  std::string text = shown(*found.content, format);
  if (unit && found.content->is_number() && !found.unit.empty() && found.unit != units::one)
    text += " " + std::string(found.unit);
  return text;
}

/// A template with its values.
inline std::string filled(value const& root, std::string_view text) {
  std::string result;
  while (true) {
    std::size_t const open = text.find('{');
    result += text.substr(0, open);
    if (open == std::string_view::npos) return result;
    std::size_t const close = text.find('}', open);
    if (close == std::string_view::npos) throw std::logic_error("moetric: a template of an answer has an open brace");
    result += filled_in(root, text.substr(open + 1, close - open - 1));
    text.remove_prefix(close + 1);
  }
}

/// Letters on a terminal: bytes that begin a UTF-8 character.
inline std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

/// A text in lines of at most `width` columns, broken at spaces; longer words stay whole.
inline std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  while (!text.empty() || lines.empty()) {
    std::size_t const end = std::min(text.find('\n'), text.size());
    std::string_view rest = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    std::string line;
    do {
      std::size_t const space =
          std::min(rest.find(' ', std::min(rest.find_first_not_of(' '), rest.size())), rest.size());
      std::string_view const word = rest.substr(0, space);
      if (!line.empty() && columns_of(line) + columns_of(word) > width) {
        lines.push_back(line);
        line = word.substr(std::min(word.find_first_not_of(' '), word.size()));
      } else {
        line += word;
      }
      rest.remove_prefix(space);
    } while (!rest.empty());
    lines.push_back(line);
  }
  return lines;
}

inline bool is_number(std::string_view cell) {
  return cell.find_first_of("0123456789") != std::string_view::npos &&
         cell.find_first_not_of("~+-.,0123456789e% ") == std::string_view::npos;
}

/// Rows in aligned columns that fit the width: numbers to the right; the widest texts are wrapped.
inline void append_table(std::string& out, std::vector<text_row> const& rows, bool header, std::size_t width) {
  std::vector<std::size_t> widths;
  std::vector<bool> numeric;
  for (auto const& row : rows)
    for (std::size_t i = 0; i != row.size(); ++i) {
      if (i == widths.size()) {
        widths.push_back(0);
        numeric.push_back(i != 0);
      }
      widths[i] = std::max(widths[i], columns_of(row[i]));
      if (!(header && &row == &rows.front()) && !row[i].empty() && !is_number(row[i])) numeric[i] = false;
    }
  constexpr std::size_t narrowest = 16, between = 2;
  std::size_t all = 0;
  for (std::size_t const each : widths) all += each + between;
  while (all > width) {
    std::size_t widest = widths.size();
    for (std::size_t i = 0; i != widths.size(); ++i)
      if (!numeric[i] && widths[i] > narrowest && (widest == widths.size() || widths[i] > widths[widest])) widest = i;
    if (widest == widths.size()) break;
    std::size_t const cut = std::min(all - width, widths[widest] - narrowest);
    widths[widest] -= cut, all -= cut;
    if (cut == 0) break;
  }
  for (auto const& row : rows) {
    std::vector<std::vector<std::string>> lines;
    std::size_t height = 1;
    for (std::size_t i = 0; i != row.size(); ++i) {
      lines.push_back(wrapped(row[i], widths[i]));
      height = std::max(height, lines.back().size());
    }
    for (std::size_t line = 0; line != height; ++line) {
      std::string text;
      for (std::size_t i = 0; i != row.size(); ++i) {
        std::string const cell = line < lines[i].size() ? lines[i][line] : "";
        std::string const space(widths[i] - std::min(widths[i], columns_of(cell)), ' ');
        text += std::string(between, ' ') + (numeric[i] ? space + cell : cell + space);
      }
      text.erase(text.find_last_not_of(' ') + 1);
      out += text + '\n';
    }
  }
}

inline std::string text_of(value const& root, block const& part, std::size_t width) {
  std::string out;
  if (!part.title.empty())
    for (std::string const& line : wrapped(filled(root, part.title), width)) out += line + '\n';
  std::vector<text_row> rows;
  if (!part.header.empty()) rows.push_back(part.header);
  for (auto const& row : part.rows) {
    rows.emplace_back();
    for (std::string const& cell : row) rows.back().push_back(filled(root, cell));
  }
  bool const lines =
      part.header.empty() && std::all_of(rows.begin(), rows.end(), [](auto const& r) { return r.size() == 1; });
  if (!lines) {
    append_table(out, rows, !part.header.empty(), width);
    return out;
  }
  for (auto const& row : rows)
    for (std::string const& line : wrapped(row[0], width)) out += line + '\n';
  return out;
}

}  // namespace detail

using detail::wrapped;

/// How a text is rendered.
struct text_options {
  bool all = false;         // not the first screen only
  std::size_t width = 100;  // columns
};

/// The text of an answer: its first screen, or all. A last line tells whether there is more.
inline std::string to_text(answer const& of, text_options options = {}) {
  std::string out;
  bool hidden = false;
  for (block const& part : of.blocks) {
    if (part.shown == screen::all && !options.all) {
      hidden = true;
      continue;
    }
    out += (out.empty() || part.title.empty() ? "" : "\n") + detail::text_of(of.values, part, options.width);
  }
  if (hidden) out += "(more with --verbose)\n";
  return out;
}

}  // namespace moetric::v0::report
