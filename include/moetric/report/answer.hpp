#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "moetric/report/value.hpp"

namespace moetric::v0::report {

/// Where a part of a text is shown: `first` on the first screen, `all` in the whole text only.
enum class screen { first, all };

/// The texts of one row of a table. Made of literals in many places, it is compiled once, out of line.
class cells : public std::vector<std::string> {
 public:
  cells() = default;
  cells(std::initializer_list<std::string_view> texts);
  cells(std::vector<std::string> texts) : vector(std::move(texts)) {}
  cells(cells const&);
  cells(cells&&) noexcept = default;
  cells& operator=(cells const&) = default;
  cells& operator=(cells&&) noexcept = default;
  ~cells();
};
[[gnu::cold]] inline cells::cells(std::initializer_list<std::string_view> texts)
    : vector(texts.begin(), texts.end()) {}
[[gnu::cold]] inline cells::cells(cells const&) = default;
[[gnu::cold]] inline cells::~cells() = default;

/// A part of an answer's text: a table, or lines if it has one column without a header. Its texts are templates, in
/// which `{path}` or `{path:format}` stands for a value of the answer, so a text shows no number that the answer lacks;
/// `report/text.hpp` defines paths and formats.
struct block {
  std::string title = {};
  cells header = {};             // of a table
  std::vector<cells> rows = {};  // templates
  screen shown = screen::first;
};

/// What a question was answered with: the values, and how their text reads. Rendered by `to_json` and `to_text`.
struct answer {
  value values = object();
  std::vector<block> blocks = {};

  /// A sentence or a paragraph.
  answer& say(std::string_view sentence, screen shown = screen::first);
  answer& show(block part);
};
[[gnu::cold]] inline answer& answer::say(std::string_view sentence, screen shown) {
  blocks.push_back({.rows = {{sentence}}, .shown = shown});
  return *this;
}
[[gnu::cold]] inline answer& answer::show(block part) {
  blocks.push_back(std::move(part));
  return *this;
}

/// Rows of a table: `templates` once for each member of the list or object at `path`, in which `$` stands for its place.
/// `{$/tokens}` is a value of the member and `{$@}` its name.
[[gnu::cold]] inline std::vector<cells> rows_of(value const& members, std::string_view path,
                                                    cells const& templates) {
  std::vector<cells> rows;
  for (std::size_t i = 0; i != members.size(); ++i) {
    cells row = templates;
    std::string const place = std::string(path) + (path.empty() ? "#" : "/#") + std::to_string(i);
    for (std::string& cell : row)
      for (std::size_t at = 0; (at = cell.find('$', at)) != std::string::npos; at += place.size())
        cell.replace(at, 1, place);
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace moetric::v0::report
