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

/// The texts of one row of a table. Its members are cold and not inlined, since many literals make one.
class text_row : public std::vector<std::string> {
 public:
  text_row() = default;
  text_row(std::initializer_list<std::string_view> texts);
  text_row(std::vector<std::string> texts) : vector(std::move(texts)) {}
  text_row(text_row const&);
  text_row(text_row&&) noexcept = default;
  text_row& operator=(text_row const&) = default;
  text_row& operator=(text_row&&) noexcept = default;
  ~text_row();
};
[[gnu::cold]] inline text_row::text_row(std::initializer_list<std::string_view> texts)
    : vector(texts.begin(), texts.end()) {}
[[gnu::cold]] inline text_row::text_row(text_row const&) = default;
[[gnu::cold]] inline text_row::~text_row() = default;

/// A part of an answer's text: a table, or lines if it has one column without a header. Its texts are templates, in
/// which `{path}` or `{path:format}` stands for a value of the answer, so a text shows no number that the answer lacks;
/// `report/text.hpp` defines paths and formats.
struct block {
  std::string title = {};
  text_row header = {};             // of a table
  std::vector<text_row> rows = {};  // templates
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

/// Rows of a table: `templates` once for each member of the list or object at `path`, in which `$` stands for its
/// place: `{$/tokens}` is a value of the member and `{$@}` its name.
[[gnu::cold]] inline std::vector<text_row> rows_of(value const& members, std::string_view path,
                                                   text_row const& templates) {
  std::vector<text_row> rows;
  for (std::size_t i = 0; i != members.size(); ++i) {
    text_row row = templates;
    std::string const place = std::string(path) + (path.empty() ? "#" : "/#") + std::to_string(i);
    for (std::string& cell : row)
      for (std::size_t at = 0; (at = cell.find('$', at)) != std::string::npos; at += place.size())
        cell.replace(at, 1, place);
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace moetric::v0::report
