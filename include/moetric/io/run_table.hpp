#pragma once

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "moetric/core/name.hpp"
#include "moetric/core/positive.hpp"
#include "moetric/fit/warning.hpp"
#include "moetric/io/csv.hpp"
#include "moetric/io/json_parser.hpp"

/// Tables of runs as people keep them: CSV or JSON lines, columns by the law's keys, by letters of papers, or by names
/// that the caller gives. What was read otherwise than by its own key is told in notes.
namespace moetric::v0::io {

/// The name that a column has in the file if it is not the key.
struct column_name {
  std::string key;   // total_parameters
  std::string name;  // Model Size
};

/// Parameters and tokens that never reach this number must have been counted in millions or billions.
inline constexpr double fewest_counted = 1e5;

namespace detail {

/// Letters by which papers name a key; exact, upper case.
inline std::vector<std::string_view> paper_letters_of(std::string_view key) {
  if (key.ends_with("parameters")) return {"N"};
  if (key == "tokens") return {"D", "T"};
  if (key == "compute") return {"C"};
  if (key == "loss") return {"L"};
  return {};
}

/// Names that a column of a key often has, as `letters_of` leaves them.
inline std::vector<std::string_view> usual_names(std::string_view key) {
  if (key.ends_with("parameters"))
    return {"modelsize", "params", "nparams", "parameters", "nparameters", "numparams", "size", "totalparams", "n"};
  if (key == "tokens")
    return {"trainingtokens", "ntokens", "numtokens", "trainedtokens", "totaltokens", "tokensseen", "d", "t"};
  if (key == "compute") return {"flops", "flop", "trainingflop", "trainingflops", "totalflops", "computeflops", "c"};
  if (key == "loss")
    return {"finalloss", "valloss", "validationloss", "evalloss", "testloss", "trainloss", "lmloss", "l"};
  return {};
}

inline bool is_empty_cell(std::string const& cell) {
  if (cell.find_first_not_of("_ -.") == std::string::npos) return true;
  std::string const text = letters_of(cell);
  return text == "na" || text == "nan" || text == "null" || text == "none";
}

inline bool is_number(std::string const& cell) {
  double value = 0;
  auto const [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  return error == std::errc{} && end == cell.data() + cell.size() && !cell.empty();
}

/// Refuses parameters and tokens that were counted in millions or billions, and compute in larger units than FLOPs, by
/// the largest of them. \param subject such as "tokens of 'runs.csv'"
inline void require_counted(std::string const& subject, std::string_view key, std::vector<double> const& values) {
  double const largest = *std::max_element(values.begin(), values.end());
  if ((key == "tokens" || key.ends_with("_parameters")) && largest < fewest_counted)
    refuse(subject + " must be counted in units, not in millions or billions, but reach only " + brief(largest));
  if (key == "compute" && largest < fewest_counted * fewest_counted)
    refuse(subject + " must be counted in FLOPs, but reaches only " + brief(largest));
}

/// Sets the cell of a key in the last record; the members of an object are the columns key.member. Arrays and null are
/// empty cells.
inline void set_cell(csv_table& table, csv_record& record, std::string const& key, json const& value) {
  if (value.is_object()) {
    for (auto const& [member, inner] : value.object()) set_cell(table, record, key + "." + member, inner);
    return;
  }
  auto place = static_cast<std::size_t>(std::find(table.names.begin(), table.names.end(), key) - table.names.begin());
  if (place == table.names.size()) {
    if (table.names.size() == csv_limits{}.columns)
      refuse(table.subject + " must have at most " + std::to_string(csv_limits{}.columns) + " keys, but has more");
    table.names.push_back(key);
    record.fields.emplace_back();
  }
  if (!record.fields[place].empty())
    refuse("line " + std::to_string(record.line) + " of " + table.subject + " must give every key once, but " +
           in_quotes(key) + " appears twice");
  record.fields[place] = value.is_text()     ? value.text()
                         : value.is_number() ? moetric::detail::shortest(value.real())
                         : value.is_flag()   ? (value.flag() ? "true" : "false")
                                             : "";
}

/// A table of JSON objects, one a line.
inline csv_table parse_json_lines(std::string_view text, std::string const& subject) {
  csv_table table{subject, {}, {}};
  std::size_t line = 0;
  while (!text.empty()) {
    ++line;
    std::size_t const end = text.find('\n');
    std::string_view const row = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (row.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    csv_record record{line, std::vector<std::string>(table.names.size())};
    json const object = parse_json_object(row, "line " + std::to_string(line) + " of " + subject);
    for (auto const& [key, value] : object.object()) set_cell(table, record, key, value);
    table.records.push_back(std::move(record));
  }
  for (csv_record& each : table.records) each.fields.resize(table.names.size());
  return table;
}

/// Reads decimal commas as points, if no cell has a decimal point and some have what only a decimal comma can be.
/// \returns true if there were any
inline bool read_decimal_commas(csv_table& table) {
  bool certain = false;
  std::vector<std::string*> cells;
  for (csv_record& record : table.records)
    for (std::string& cell : record.fields) {
      std::size_t const comma = cell.find(',');
      if (comma == std::string::npos) {
        if (cell.find('.') != std::string::npos && is_number(cell)) return false;
        continue;
      }
      std::string with_point = cell;
      with_point[comma] = '.';
      if (!is_number(with_point)) continue;  // a text, or groups of thousands
      std::size_t const digits =
          std::min(with_point.find_first_not_of("0123456789", comma + 1), cell.size()) - comma - 1;
      certain = certain || digits != 3;
      cells.push_back(&cell);
    }
  if (!certain) return false;
  for (std::string* const cell : cells) (*cell)[cell->find(',')] = '.';
  return true;
}

}  // namespace detail

/// Runs as a table, with the names of its columns and notes on how it was read.
class run_table {
 public:
  csv_table table;
  std::vector<std::size_t> row{};  // the place of each record in its file, from 1
  std::vector<fit::warning> notes{};

  /// Runs of a table, with other names of its columns. Numbers with decimal commas are read, with a note.
  run_table(csv_table from, std::vector<column_name> names = {}) : table(std::move(from)), names_(std::move(names)) {
    for (std::size_t i = 0; i != table.records.size(); ++i) row.push_back(i + 1);
    if (detail::read_decimal_commas(table))
      note("numbers of " + table.subject + " have decimal commas, read as points");
  }

  /// Adds a sentence on how the table was read, once.
  void note(std::string sentence) {
    for (fit::warning const& each : notes)
      if (each.sentence == sentence) return;
    notes.push_back({fit::finding::reading, std::move(sentence)});
  }

  /// The column of a key in the file: as the caller named it, the key itself, or its letter in papers; empty if there
  /// is none. \throws std::invalid_argument if two letters could be meant
  std::string name_of(std::string_view key) {
    for (column_name const& each : names_)
      if (each.key == key) return each.name;
    if (table.has(key)) return std::string(key);
    std::string found;
    for (std::string_view const letter : detail::paper_letters_of(key)) {
      if (!table.has(letter)) continue;
      if (!found.empty())
        refuse(table.subject + " must have one column for " + std::string(key) + ", but has " + found + " and " +
               std::string(letter) + "; name it with --column " + std::string(key) + "=" + found);
      found = letter;
    }
    if (!found.empty()) note("column " + found + " is read as " + std::string(key));
    return found;
  }
  bool has(std::string_view key) { return !name_of(key).empty(); }

  /// The same. \throws std::invalid_argument listing the columns and the likeliest, for none
  std::string require_name(std::string_view key) {
    std::string found = name_of(key);
    if (!found.empty() && table.has(found)) return found;
    std::string const wanted = found.empty() ? std::string(key) : found;
    std::string known;
    for (std::string const& each : table.names) known += (known.empty() ? "" : ", ") + in_quotes(each);
    std::string const likely = likeliest(key);
    refuse(table.subject + " must have a column " + wanted + ", but has " + known +
           (likely.empty() ? "" : "; did you mean --column " + std::string(key) + "=" + in_quotes(likely) + "?"));
  }

  /// "tokens on line 7 of 'runs.csv'"
  std::string place(std::string const& name, std::size_t record) const {
    return name + " on line " + std::to_string(table.records[record].line) + " of " + table.subject;
  }

  /// The numbers of a key. \throws std::invalid_argument naming the missing column, or the line of what is no number
  std::vector<double> numbers(std::string_view key) {
    std::string const name = require_name(key);
    std::size_t const column = table.column(name);
    for (std::size_t i = 0; i != table.records.size(); ++i)
      if (detail::is_empty_cell(table.records[i].fields[column]))
        refuse(place(in_quotes(name), i) + " must be a finite number, but got " +
               in_quotes(table.records[i].fields[column]) + "; --skip-empty leaves out such runs");
    return table.numbers(name);
  }
  /// The same, which must be positive and finite.
  std::vector<double> positive(std::string_view key) {
    std::string const name = require_name(key);
    std::vector<double> values = numbers(key);
    for (std::size_t i = 0; i != values.size(); ++i) moetric::detail::require_positive(place(name, i), values[i]);
    return values;
  }
  /// The same, in the unit that the key has: parameters and tokens one by one, compute in FLOPs.
  std::vector<double> counted(std::string_view key) {
    std::vector<double> values = positive(key);
    if (!values.empty()) detail::require_counted(require_name(key) + " of " + table.subject, key, values);
    return values;
  }
  /// The same, which must not be one number on every line, which no law explains.
  std::vector<double> varied(std::string_view key) {
    std::vector<double> values = counted(key);
    if (values.size() > 1 && std::all_of(values.begin(), values.end(), [&](double each) { return each == values[0]; }))
      refuse(std::string(key) + " of " + table.subject + " must differ between runs, but is " + brief(values[0]) +
             " on every line");
    return values;
  }
  std::vector<std::string> texts(std::string_view key) {
    std::size_t const column = table.column(require_name(key));
    std::vector<std::string> all;
    for (csv_record const& each : table.records) all.push_back(each.fields[column]);
    return all;
  }

  /// Keeps the records that satisfy a condition. \returns how many are dropped
  template <class Condition>
  std::size_t keep(Condition const& condition) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i != table.records.size(); ++i) {
      if (!condition(table.records[i])) continue;
      if (kept != i) table.records[kept] = std::move(table.records[i]), row[kept] = row[i];
      ++kept;
    }
    std::size_t const dropped = table.records.size() - kept;
    table.records.resize(kept), row.resize(kept);
    return dropped;
  }

  /// Drops records with an empty cell in one of the given keys, and notes it.
  void skip_empty(std::vector<std::string_view> const& keys) {
    std::vector<std::size_t> columns;
    for (std::string_view const key : keys)
      if (std::string const name = name_of(key); !name.empty() && table.has(name))
        columns.push_back(table.column(name));
    fit::warning told{fit::finding::left_out, ""};
    std::vector<std::size_t> const before = row;
    std::size_t const dropped = keep([&](csv_record const& each) {
      return std::none_of(columns.begin(), columns.end(),
                          [&](std::size_t column) { return detail::is_empty_cell(each.fields[column]); });
    });
    if (dropped == 0) return;
    std::set_difference(before.begin(), before.end(), row.begin(), row.end(), std::back_inserter(told.rows));
    told.sentence = std::to_string(dropped) + " runs with empty cells are left out";
    notes.push_back(std::move(told));
  }

 private:
  /// The column that a missing key most likely is; empty if none is near.
  std::string likeliest(std::string_view key) const {
    std::vector<std::string_view> const usual = detail::usual_names(key);
    for (std::string_view const each : usual)
      for (std::string const& name : table.names)
        if (letters_of(name) == each) return name;
    auto const near = names_near(key, table.names);
    if (!near.empty()) return std::string(near[0]);
    std::string_view const last = key.substr(key.rfind('_') + 1);
    for (std::string const& name : table.names)
      if (letters_of(name).find(last) != std::string::npos) return name;
    return {};
  }

  std::vector<column_name> names_;
};

/// Reads a table of runs from a file: CSV, or JSON lines if it begins with a brace.
/// \throws std::invalid_argument as `read_csv`, and for a line that is no JSON object
inline run_table read_run_table(std::filesystem::path const& path, std::vector<column_name> names = {}) {
  std::string const text = read_file(path, csv_limits{}.bytes), subject = in_quotes(path.string());
  std::size_t const first = text.find_first_not_of(" \t\r\n");
  bool const is_json = first != std::string::npos && text[first] == '{';
  require_size(text, subject, csv_limits{}.bytes);
  return {is_json ? detail::parse_json_lines(text, subject) : parse_csv(text, subject), std::move(names)};
}

}  // namespace moetric::v0::io
