#include "command.hpp"

#include <charconv>
#include <cmath>
#include <filesystem>
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

}  // namespace tool
