#pragma once

#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "moetric/fit/own_form.hpp"
#include "moetric/io/json_parser.hpp"
#include "moetric/io/json_value.hpp"

/// A form of one's own, read from JSON:
///
///   {"loss": "E + A / N^alpha + B / D^beta",
///    "inputs": [{"name": "N", "column": "total_parameters"}, {"name": "D", "column": "tokens"}],
///    "coefficients": [{"name": "E", "role": "scale"}, {"name": "A", "role": "scale"},
///                     {"name": "alpha", "role": "positive", "starts": [0.2, 0.4], "low": 0.001, "high": 10}, ...],
///    "residual": "log", "huber": 0.001}
///
/// Roles are those of `fit::role`: the loss is linear in `scale` (positive) and `linear` coefficients, which need no
/// starts; `positive` and `real` ones are fitted from each of `starts`. Bounds, residual (log, linear, log10) and huber
/// are optional, as in `fit::setup`.
namespace moetric::v0::io {

/// Compiles an expression over names: coefficients, then inputs. \throws std::invalid_argument for what is none
using expression_compiler = std::function<std::function<fit::formula()>(std::string const& expression,
                                                                        std::vector<std::string> const& coefficients,
                                                                        std::vector<std::string> const& inputs)>;

namespace detail {

inline void require_new(json_value const& from, std::vector<std::string>& names) {
  std::string name = from.text();
  bool const is_name =
      !name.empty() && !(name[0] >= '0' && name[0] <= '9') && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
      });
  if (!is_name) from.refuse("be a name of letters, digits and _");
  if (std::find(names.begin(), names.end(), name) != names.end()) from.refuse("be given once");
  names.push_back(std::move(name));
}

inline fit::unknown read_unknown(json_value const& from, std::vector<std::string>& names) {
  constexpr std::array<std::string_view, 4> roles{"linear", "scale", "positive", "real"};  // as fit::role
  from.allow_keys({"name", "role", "starts", "low", "high"});
  require_new(from.at("name"), names);
  fit::unknown made{names.back()};
  std::string const role = from.at("role").text();
  auto const found = std::find(roles.begin(), roles.end(), role);
  if (found == roles.end()) refuse_name(from.at("role").subject(), role, roles);
  made.as = static_cast<fit::role>(found - roles.begin());
  bool const starts = made.as == fit::role::positive || made.as == fit::role::real;
  bool const positive = made.as == fit::role::positive || made.as == fit::role::scale;
  if (starts) made.starts = from.at("starts").reals();
  if (starts && made.starts.empty()) from.at("starts").refuse("hold a number");
  if (!starts && from.has("starts")) from.at("starts").refuse("be left out for the role " + role);
  if (auto const low = from.find("low")) made.low = positive ? low->positive() : low->real();
  if (auto const high = from.find("high")) made.high = high->real();
  if (!(made.low < made.high)) from.at("high").refuse("be above low");
  for (double const start : made.starts) {
    if (positive && !(start > 0)) from.at("starts").refuse("be positive for the role " + role);
    if (!(start >= made.low && start <= made.high)) from.at("starts").refuse("lie within low and high");
  }
  return made;
}

/// Counts must be positive; other inputs may be 0.
inline laws::domain domain_of(std::string_view unit) {
  return unit == "parameters" || unit == "tokens" || unit == "FLOPs" ? laws::domain::positive
                                                                     : laws::domain::non_negative;
}

}  // namespace detail

/// A form from a JSON object. \param unit_of the unit of a column's name
/// \throws std::invalid_argument naming the key, and as `compile`
inline fit::own_form form_of(json_value const& from, std::string const& id, expression_compiler const& compile,
                             std::function<std::string_view(std::string_view)> const& unit_of) {
  constexpr std::size_t most_starts = 4096;
  from.allow_keys({"loss", "inputs", "coefficients", "residual", "huber"});
  laws::owned_description about;
  fit::setup how;
  std::vector<std::string> names, columns;
  std::string const loss = from.at("loss").text();
  std::vector<json_value> const unknowns = from.at("coefficients").items(), inputs = from.at("inputs").items();
  if (unknowns.empty() || unknowns.size() > 16) from.at("coefficients").refuse("hold from 1 to 16");
  if (inputs.empty() || inputs.size() > 12) from.at("inputs").refuse("hold from 1 to 12");
  std::size_t starts = 1;
  for (json_value const& each : unknowns) {
    how.unknowns.push_back(detail::read_unknown(each, names));
    starts *= std::max<std::size_t>(1, how.unknowns.back().starts.size());
    if (starts > most_starts) from.at("coefficients").refuse("have at most 4096 combinations of starts");
  }
  for (json_value const& each : inputs) {
    each.allow_keys({"name", "column"});
    detail::require_new(each.at("name"), names);
    std::string column = each.at("column").text();
    if (column.empty() || column == "loss" || std::find(columns.begin(), columns.end(), column) != columns.end())
      each.at("column").refuse("name another column than the loss and the other inputs");
    columns.push_back(column);
    std::string_view const own = about.own(std::move(column));
    about.value.inputs.push_back({.name = own, .unit = unit_of(own), .values = detail::domain_of(unit_of(own))}, "");
  }
  if (auto const residual = from.find("residual")) {
    constexpr std::array<std::string_view, 3> scales{"linear", "log", "log10"};  // as fit::loss_scale
    std::string const wanted = residual->text();
    auto const found = std::find(scales.begin(), scales.end(), wanted);
    if (found == scales.end()) refuse_name(residual->subject(), wanted, scales);
    how.residual = static_cast<fit::loss_scale>(found - scales.begin());
  }
  if (auto const huber = from.find("huber")) {
    how.huber = huber->real();
    if (!(how.huber >= 0)) huber->refuse("not be negative");
  }
  auto const middle = names.begin() + static_cast<std::ptrdiff_t>(unknowns.size());
  std::function<fit::formula()> make = compile(loss, {names.begin(), middle}, {middle, names.end()});
  about.value.id = about.own(id);
  about.value.equation = about.own("loss = " + loss);
  about.value.title = "a form of one's own";
  return fit::own_form(std::move(about), std::move(how), std::move(make));
}

/// The same from a file, whose name is its id.
inline fit::own_form read_form(std::filesystem::path const& path, expression_compiler const& compile,
                               std::function<std::string_view(std::string_view)> const& unit_of) {
  json const object = read_json_object(path);
  return form_of(json_value(object, in_quotes(path.string())), path.filename().string(), compile, unit_of);
}

}  // namespace moetric::v0::io
