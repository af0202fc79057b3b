#pragma once

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/io/file.hpp"

/// Reading untrusted CSV (RFC 4180), with the errors of `io/file.hpp`: a header row, then one record per line. Fields
/// are separated by commas or, if the header row has none, by tabs or semicolons; double quotes enclose fields with
/// separators, quotes (doubled) or line ends. Lines end with LF, CRLF or CR. Blank lines, UTF-8's byte order mark and
/// spaces around unquoted fields are skipped.
namespace moetric::v0::io {

/// Limits on the CSV that is read.
struct csv_limits {
  std::size_t bytes = std::size_t{256} << 20;  // of a file or text
  std::size_t columns = 1000;
};

/// One record of a table.
struct csv_record {
  std::size_t line;  // its first line, counted from 1
  std::vector<std::string> fields;
};

/// A table with named columns.
struct csv_table {
  std::string subject;  // names the table in error sentences
  std::vector<std::string> names;
  std::vector<csv_record> records;

  /// True if a column has that name.
  bool has(std::string_view name) const { return std::find(names.begin(), names.end(), name) != names.end(); }

  /// The index of a column. \throws std::invalid_argument listing the columns for an unknown name
  std::size_t column(std::string_view name) const {
    auto const found = std::find(names.begin(), names.end(), name);
    if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
    std::string known;
    for (std::string const& each : names) known += (known.empty() ? "" : ", ") + in_quotes(each);
    refuse(subject + " must have a column " + std::string(name) + ", but has " + known);
  }

  /// A field as a finite number. \throws std::invalid_argument naming column and line
  double number(csv_record const& record, std::size_t place) const {
    std::string const& text = record.fields[place];
    double value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    constexpr std::uint64_t infinity = 0x7ff0'0000'0000'0000;  // compares bits, since -ffast-math removes std::isfinite
    if (error == std::errc{} && end == text.data() + text.size() && !text.empty() &&
        (std::bit_cast<std::uint64_t>(value) & infinity) != infinity)
      return value;
    refuse(in_quotes(names[place]) + " on line " + std::to_string(record.line) + " of " + subject +
           " must be a finite number" + (text.find(',') == std::string::npos ? "" : " with a decimal point") +
           ", but got " + in_quotes(text));
  }

  /// A column as finite numbers. \throws std::invalid_argument as `column` and `number`
  std::vector<double> numbers(std::string_view name) const {
    std::size_t const place = column(name);
    std::vector<double> values;
    values.reserve(records.size());
    for (csv_record const& each : records) values.push_back(number(each, place));
    return values;
  }
};

namespace detail {

class csv_reader {
 public:
  csv_reader(std::string_view text, std::string const& subject, csv_limits const& limits)
      : text_(text), subject_(subject), limits_(limits) {
    if (text_.starts_with("\xef\xbb\xbf")) at_ = 3;
    if (text_.starts_with("\xff\xfe") || text_.starts_with("\xfe\xff"))
      refuse(subject_ + " must be UTF-8, but is UTF-16, as spreadsheets save \"Unicode text\"");
    if (text_.find('\0') != std::string_view::npos) refuse(subject_ + " must be text, but holds a zero byte");
    separator_ = separator_of_header();
  }

  /// Reads the next record, skipping blank lines. \returns false at the end
  bool next(csv_record& into) {
    while (at_ != text_.size()) {
      into = {line_, {}};
      bool more = true, quoted = false;
      while (more) {
        if (into.fields.size() == limits_.columns)
          refuse(here(into.line) + " must have at most " + std::to_string(limits_.columns) + " fields, but has more");
        into.fields.emplace_back();
        quoted = field(into.fields.back()) || quoted;
        more = at_ != text_.size() && text_[at_] == separator_;
        if (more) ++at_;
      }
      end_of_line();
      if (into.fields.size() != 1 || quoted || !into.fields[0].empty()) return true;
    }
    return false;
  }

 private:
  std::string here(std::size_t line) const { return "line " + std::to_string(line) + " of " + subject_; }
  bool at_end() const {
    return at_ == text_.size() || text_[at_] == separator_ || text_[at_] == '\n' || text_[at_] == '\r';
  }
  bool is_space(char c) const { return c != separator_ && (c == ' ' || c == '\t'); }
  bool at_space() const { return at_ != text_.size() && is_space(text_[at_]); }

  /// What separates the fields of the first line that is not blank, outside of quotes.
  char separator_of_header() const {
    std::size_t const first = text_.find_first_not_of("\r\n", at_);
    bool quoted = false, has_tab = false, has_semicolon = false;
    for (char const c : text_.substr(std::min(first, text_.size()))) {
      if (c == '"') quoted = !quoted;
      if (quoted) continue;
      if (c == ',') return ',';
      if (c == '\n' || c == '\r') break;
      has_tab = has_tab || c == '\t';
      has_semicolon = has_semicolon || c == ';';
    }
    return has_semicolon ? ';' : has_tab ? '\t' : ',';
  }

  /// \returns whether the field was quoted
  bool field(std::string& into) {
    while (at_space()) ++at_;
    if (at_ != text_.size() && text_[at_] == '"') {
      quoted_field(into);
      while (at_space()) ++at_;
      if (!at_end()) refuse(here(line_) + " must have a separator after a closing quote, but has more text");
      return true;
    }
    std::size_t const begin = at_;
    while (!at_end()) {
      if (text_[at_] == '"') refuse(here(line_) + " must quote whole fields, but has a quote inside one");
      ++at_;
    }
    std::size_t end = at_;
    while (end != begin && is_space(text_[end - 1])) --end;
    into = text_.substr(begin, end - begin);
    return false;
  }

  void quoted_field(std::string& into) {
    std::size_t const opened = line_;
    for (++at_; at_ != text_.size(); ++at_) {
      if (text_[at_] == '"') {
        if (++at_ == text_.size() || text_[at_] != '"') return;  // closed; a doubled quote stands for one
      } else if (text_[at_] == '\n' || (text_[at_] == '\r' && text_.substr(at_ + 1, 1) != "\n")) {
        ++line_;
      }
      into += text_[at_];
    }
    refuse(here(opened) + " must close its quotes, but the text ends first");
  }

  void end_of_line() {
    if (at_ == text_.size()) return;
    if (text_[at_] == '\r') ++at_;
    if (at_ != text_.size() && text_[at_] == '\n') ++at_;
    ++line_;
  }

  std::string_view text_;
  std::string const& subject_;
  csv_limits const& limits_;
  char separator_ = ',';
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

}  // namespace detail

/// Parses a table from text. `subject` names the text in error sentences.
/// \throws std::invalid_argument for text that exceeds the limits, is UTF-16, lacks a header row or has unclosed
/// quotes, for a
///         column name that appears twice, and for a record with more or fewer fields than the header, naming its line
inline csv_table parse_csv(std::string_view text, std::string const& subject, csv_limits const& limits = {}) {
  require_size(text, subject, limits.bytes);
  csv_table table{subject, {}, {}};
  detail::csv_reader reader(text, subject, limits);
  csv_record next;
  if (!reader.next(next)) refuse(subject + " must begin with a row of column names, but is empty");
  table.names = std::move(next.fields);
  for (auto name = table.names.begin(); name != table.names.end(); ++name)
    if (std::find(table.names.begin(), name, *name) != name)
      refuse(subject + " must name every column once, but has " + in_quotes(*name) + " twice");
  while (reader.next(next)) {
    if (next.fields.size() != table.names.size())
      refuse("line " + std::to_string(next.line) + " of " + subject + " must have " +
             std::to_string(table.names.size()) + " fields like the header, but has " +
             std::to_string(next.fields.size()));
    table.records.push_back(std::move(next));
  }
  return table;
}

/// Reads a table from a file.
/// \throws std::invalid_argument unless it is a readable regular file, and as `parse_csv`
inline csv_table read_csv(std::filesystem::path const& path, csv_limits const& limits = {}) {
  return parse_csv(read_file(path, limits.bytes), in_quotes(path.string()), limits);
}

}  // namespace moetric::v0::io
