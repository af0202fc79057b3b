#include "command.hpp"

#include <charconv>
#include <cmath>
#include <iostream>
#include <stdexcept>

#include "moetric/io/file.hpp"
#include "moetric/io/find_model.hpp"
#include "moetric/zoo/catalogue.hpp"

namespace tool {
namespace {

[[noreturn]] void refuse(std::string_view field, std::string_view rule, std::string const& text) {
  throw std::invalid_argument("moetric: " + std::string(field) + " must be " + std::string(rule) + ", but got " +
                              (text.empty() ? "nothing" : moetric::escaped(moetric::shortened(text, 80))));
}

}  // namespace

double number(std::string_view field, std::string const& text) {
  double value = 0;
  char const* const last = text.data() + text.size();
  auto const [end, error] = std::from_chars(text.data(), last, value);
  if (error == std::errc::result_out_of_range) refuse(field, "a number that a double can hold", text);
  if (error != std::errc{} || end != last) refuse(field, "a number such as 3e20", text);
  return value;
}

double share(std::string_view field, std::string const& text) {
  double const value = number(field, text);
  if (!(value > 0 && value < 1)) refuse(field, "above 0 and below 1", text);
  return value;
}

moetric::ratio decimal(std::string_view field, std::string const& text) {
  std::size_t const point = text.find('.');
  if (point == std::string::npos) return whole(field, text);
  moetric::count below = 1;
  for (std::size_t i = point + 1; i != text.size(); ++i) below = below * 10;
  return {whole(field, text.substr(0, point) + text.substr(point + 1)), below};
}

void add_adapters(moetric::lora_ranks& lora, std::string const& text, moetric::model const& m) {
  auto const parts = split(text, ':');
  if (parts.size() != 2) refuse("lora", "written as RANK:PROJECTION,...", text);
  moetric::count const rank = whole("lora", parts[0]);
  if (rank == 0) throw std::invalid_argument("moetric: lora must have a positive rank, but got " + text);
  std::vector<std::string_view> names;
  each_name(moetric::projections_of(m), [&names](std::string_view each) { names.push_back(each); });
  for (std::string const& each : split(parts[1], ',')) {
    if (lora.has(each)) throw std::invalid_argument("moetric: lora must name each projection once, but got " + each);
    if (!lora.add(rank, each)) moetric::refuse_name("lora", each, names);
  }
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

void tell_shadowed(std::string const& name) {
  if (name.find('/') == std::string::npos && moetric::io::is_file(name))
    std::cerr << "note: " << moetric::in_quotes(name) << " is the published name here, not the file; ./"
              << moetric::escaped(name) << " is the file\n";
}

named_model find_model(std::string const& text) {
  if (moetric::zoo::find(text) != nullptr) tell_shadowed(text);
  return moetric::io::find_model(text);
}

}  // namespace tool
