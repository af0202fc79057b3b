#include "printing.hpp"

#include <iostream>

namespace tool {
namespace {

// The JSON library stores 64 bits; wider integers are marked strings whose mark and quotes are removed in print().
constexpr std::string_view wide_mark = "\x01wide:";
constexpr std::string_view wide_mark_in_text = "\"\\u0001wide:";

}  // namespace

json exact(moetric::count value) {
  if (value.bits >> 64 == 0) return static_cast<std::uint64_t>(value);
  return std::string(wide_mark) + to_string(value);
}

json exact(moetric::ratio value) {
  if (value.is_integer()) return exact(value.numerator);
  return static_cast<double>(value);
}

void print(json const& object) {
  std::string text = object.dump(2);
  for (std::size_t at = 0; (at = text.find(wide_mark_in_text, at)) != std::string::npos;) {
    text.erase(at, wide_mark_in_text.size());
    text.erase(text.find('"', at), 1);
  }
  std::cout << text << '\n';
}

std::string grouped(moetric::count value) {
  std::string text = to_string(value);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

std::string grouped(moetric::ratio value) {
  return value.is_integer() ? grouped(value.numerator) : "~" + grouped(value.floor());
}

void table::print() const {
  // Columns of numbers are right-aligned, text and the first column left-aligned.
  auto const is_number = [](std::string const& cell) {
    return !cell.empty() && cell.find_first_not_of("~+-.,0123456789e%") == std::string::npos;
  };
  std::vector<std::size_t> widths;
  std::vector<bool> right;
  for (auto const& cells : rows_)
    for (std::size_t i = 0; i != cells.size(); ++i) {
      if (i == widths.size()) {
        widths.push_back(0);
        right.push_back(i != 0);
      }
      widths[i] = std::max(widths[i], cells[i].size());
      if (&cells != &rows_.front() && !cells[i].empty() && !is_number(cells[i])) right[i] = false;
    }
  for (auto const& cells : rows_) {
    std::string line;
    for (std::size_t i = 0; i != cells.size(); ++i) {
      std::string const space(widths[i] - cells[i].size(), ' ');
      line += "  " + (right[i] ? space + cells[i] : cells[i] + space);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    std::cout << line << '\n';
  }
}

}  // namespace tool
