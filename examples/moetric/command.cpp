#include "command.hpp"

#include <charconv>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <stdexcept>

#include "moetric/io/hugging_face.hpp"
#include "moetric/io/plan_file.hpp"
#include "moetric/zoo/catalogue.hpp"

namespace tool {
namespace {

[[noreturn]] void refuse(std::string_view field, std::string_view rule, std::string const& text) {
  throw std::invalid_argument("moetric: " + std::string(field) + " must be " + std::string(rule) + ", but got " +
                              (text.empty() ? "nothing" : text));
}

// The JSON library stores 64 bits; wider integers are marked strings whose mark and quotes are removed in print().
constexpr std::string_view wide_mark = "\x01wide:";
constexpr std::string_view wide_mark_in_text = "\"\\u0001wide:";

}  // namespace

double number(std::string_view field, std::string const& text) {
  double value = 0;
  char const* const last = text.data() + text.size();
  auto const [end, error] = std::from_chars(text.data(), last, value);
  if (error == std::errc::result_out_of_range) refuse(field, "a number that a double can hold", text);
  if (error != std::errc{} || end != last) refuse(field, "a number such as 3e20", text);
  return value;
}

std::vector<std::string> split(std::string const& text, char separator) {
  std::vector<std::string> parts(1);
  for (char const c : text) {
    if (c == separator)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

moetric::count whole(std::string_view field, std::string const& text) {
  constexpr double exact_below = 9007199254740992.0;  // 2^53
  bool const digits = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
  if (digits && text.size() <= 38) return moetric::parse_count(text);
  if (digits) refuse(field, "at most 38 digits", text);
  double value = 0;
  try {
    value = number(field, text);
  } catch (std::invalid_argument const&) {
    refuse(field, "a whole number such as 8192", text);
  }
  if (value >= exact_below) refuse(field, "written in digits, or below 2^53", text);
  if (!(value >= 0) || value != std::floor(value)) refuse(field, "a whole number", text);
  return static_cast<std::uint64_t>(value);
}

named_text take_apart(std::string_view subject, std::string const& argument) {
  std::size_t const equals = argument.find('=');
  if (equals == 0 || equals == std::string::npos || equals + 1 == argument.size())
    refuse(subject, "written as name=value", argument);
  return {argument.substr(0, equals), argument.substr(equals + 1)};
}

named_model find_model(std::string const& name_or_path) {
  if (moetric::zoo::entry const* entry = moetric::zoo::find(name_or_path))
    return {name_or_path, *entry->value, {}, entry->vision_tower};
  if (!std::filesystem::exists(name_or_path) && name_or_path.find('/') == std::string::npos &&
      !name_or_path.ends_with(".json")) {
    std::vector<std::string_view> known;
    for (moetric::zoo::entry const& each : moetric::zoo::catalogue) known.push_back(each.id);
    refuse("model", "a name from `moetric models` or the path of a config.json or plan",
           moetric::in_quotes(name_or_path) + moetric::did_you_mean(name_or_path, known));
  }
  if (std::filesystem::is_regular_file(name_or_path)) {
    moetric::io::json const object = moetric::io::read_json_object(name_or_path);
    if (object.find("architecture") != nullptr && object.find("model_type") == nullptr) {
      moetric::io::planned_run const run = moetric::io::read_plan(name_or_path);
      std::string note = "the architecture of a plan";
      if (run.sequence_length) note += ", whose run has sequences of " + to_string(*run.sequence_length) + " tokens";
      return {name_or_path, to_model(run.architecture), {note}, 0};
    }
  }
  auto imported = moetric::io::import_model(name_or_path);
  return {name_or_path, imported.model, imported.notes, 0};
}

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
