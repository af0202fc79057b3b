#pragma once

#include <string>
#include <utility>
#include <vector>

#include "moetric/report/value.hpp"

namespace moetric::v0::report {

/// Where a part of a text is shown: `first` on the first screen, `all` in the whole text only.
enum class screen { first, all };

/// A part of an answer's text: a table, or lines if it has one column without a header. Its texts are templates, in
/// which `{path}` or `{path:format}` stands for a value of the answer, so a text shows no number that the answer lacks;
/// `report/text.hpp` defines paths and formats.
struct block {
  std::string title = {};
  std::vector<std::string> header = {};             // of a table
  std::vector<std::vector<std::string>> rows = {};  // templates
  screen shown = screen::first;
};

/// What a question was answered with: the values, and how their text reads. Rendered by `to_json` and `to_text`.
struct answer {
  value values = object();
  std::vector<block> blocks = {};

  /// A sentence or a paragraph.
  answer& say(std::string sentence, screen shown = screen::first) {
    blocks.push_back({{}, {}, {{std::move(sentence)}}, shown});
    return *this;
  }
  answer& show(block part) {
    blocks.push_back(std::move(part));
    return *this;
  }
};

/// Rows of a table: `cells` once for each member of the list or object at `path`, in which `$` stands for its place.
/// `{$/tokens}` is a value of the member and `{$@}` its name.
inline std::vector<std::vector<std::string>> rows_of(value const& members, std::string const& path,
                                                     std::vector<std::string> const& cells) {
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i != members.size(); ++i) {
    std::vector<std::string> row = cells;
    std::string const place = path + (path.empty() ? "#" : "/#") + std::to_string(i);
    for (std::string& cell : row)
      for (std::size_t at = 0; (at = cell.find('$', at)) != std::string::npos; at += place.size())
        cell.replace(at, 1, place);
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace moetric::v0::report
