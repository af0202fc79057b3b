#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "moetric/report/answer.hpp"
#include "moetric/report/text.hpp"

namespace moetric::v0::report {

/// Rows crossed with columns: runs and laws, laws and judges.
struct crossed {
  std::string title = {};
  std::string corner = {};                // above the names of the rows
  std::vector<std::string> columns = {};  // their names
  std::vector<std::string> rows = {};     // templates of their names
  std::vector<text_row> entries = {};     // templates, [row][column]
  screen shown = screen::all;
};

/// Shows it in as many tables as it takes to fit 100 columns of text, each with all rows and some of the columns.
inline void show(answer& to, crossed const& of) {
  constexpr std::size_t narrowest = 8, between = 2, width = 100;
  auto const columns_of = [&to](std::string const& text) {
    return detail::columns_of(detail::filled(to.values, text));
  };
  std::size_t names = of.corner.size();
  for (std::string const& each : of.rows) names = std::max(names, columns_of(each));
  for (std::size_t first = 0; first != of.columns.size();) {
    block part{.title = first == 0 ? of.title : "", .header = {of.corner}, .shown = of.shown};
    for (std::string const& each : of.rows) part.rows.push_back({each});
    std::size_t used = between + names, column = first;
    for (; column != of.columns.size(); ++column) {
      std::size_t widest = std::max(narrowest, of.columns[column].size());
      for (auto const& row : of.entries) widest = std::max(widest, columns_of(row[column]));
      used += between + widest;
      if (used > width && column != first) break;
      part.header.push_back(of.columns[column]);
      for (std::size_t row = 0; row != of.rows.size(); ++row) part.rows[row].push_back(of.entries[row][column]);
    }
    first = column;
    to.show(std::move(part));
  }
}

}  // namespace moetric::v0::report
