#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "moetric/laws/law.hpp"
#include "moetric/report/answer.hpp"
#include "moetric/report/unit.hpp"

/// How far a law's answer can be trusted: the same keys and the same first line wherever a law is evaluated.
namespace moetric::v0::report {

/// True for a law whose coefficients the user fitted.
inline bool is_users_fit(laws::description const& about) {
  for (laws::coefficient const& each : about.coefficients)
    if (each.how != provenance::user) return false;
  return !about.coefficients.empty();
}

/// {low, high}, or null for a range that is not known.
inline value range_value(std::optional<laws::range> const& fitted) {
  return fitted ? object({{"low", fitted->low}, {"high", fitted->high}}) : value();
}

/// The unit of a law's input: by its name, else as the law's description states it.
inline std::string_view unit_of_input(std::string_view name, laws::description const* about = nullptr) {
  std::string_view const known = unit_of(name);
  if (!known.empty() || about == nullptr) return known.empty() ? units::one : known;
  for (laws::input const& each : about->inputs)
    if (each.name == name && !each.unit.empty()) return each.unit;
  return units::one;
}

/// The list `outside_range`: input, value, range {low, high} and factor, null where no range is known.
inline value outside_range_value(fixed_list<laws::extrapolation, 12> const& outside,
                                 laws::description const* about = nullptr) {
  value all = value::list();
  for (laws::extrapolation const& each : outside) {
    std::string_view const unit = unit_of_input(each.input, about);
    all.append(object({{"input", each.input},
                       {"value", each.value, unit},
                       {"range", range_value(each.fitted), unit},
                       {"factor", each.fitted ? value(each.factor) : value()}}));
  }
  return all;
}

/// The list `unknown_ranges`: inputs for which no fitted range is known.
inline value unknown_ranges(fixed_list<laws::extrapolation, 12> const& outside) {
  value all = value::list();
  for (laws::extrapolation const& each : outside)
    if (!each.fitted) all.append(each.input);
  return all;
}

/// Adds extrapolated, is_prediction, outside_range[] and outside_family[] to an object.
inline void set_trust(value& to, laws::evaluation const& of, laws::description const* about = nullptr) {
  to.set("extrapolated", of.extrapolated());
  to.set("is_prediction", of.is_prediction);
  to.set("outside_range", outside_range_value(of.outside_range, about));
  value outside_family = value::list();
  for (std::string const& each : of.outside_family) outside_family.append(each);
  to.set("outside_family", outside_family);
}

/// A template for one input outside its range, the member of an `outside_range` at a path: "tokens 7.7 times above the
/// fitted 1.6e10 .. 1.3e11".
inline std::string outside_text(laws::extrapolation const& of, std::string const& path, bool with_range = true) {
  std::string const text = "{" + path + "/input}";
  if (!of.fitted) return text + ": fitted range not known";
  std::string const side = of.value > of.fitted->high ? " above" : " below";
  std::string const by = of.value == 0 ? " is 0," : " {" + path + "/factor:3} times";
  std::string const range = " {" + path + "/range/low:3} .. {" + path + "/range/high:3}";
  return text + by + side + (with_range ? " the fitted" + range : "");
}

/// The input that is farthest outside its range, as its place in the list; an input without a known range only if there
/// is no other.
inline std::size_t farthest_outside(fixed_list<laws::extrapolation, 12> const& outside) {
  std::size_t farthest = 0;
  for (std::size_t i = 1; i < outside.size(); ++i)
    if (std::pair(outside[i].fitted.has_value(), outside[i].factor) >
        std::pair(outside[farthest].fitted.has_value(), outside[farthest].factor))
      farthest = i;
  return farthest;
}

/// The first line of an answer that is outside of its law's range or family, as a template over the object at `path`;
/// empty for an answer inside.
inline std::string trust_text(laws::evaluation const& of, std::string path = {}) {
  if (!of.extrapolated()) return {};
  if (!path.empty()) path += "/";
  std::string text;
  auto const add = [&](std::string const& reason) { text += (text.empty() ? "" : "; ") + reason; };
  for (std::size_t i = 0; i != of.outside_family.size(); ++i)
    add("{" + path + "outside_family/#" + std::to_string(i) + "}");
  std::string unknown;
  for (std::size_t i = 0; i != of.outside_range.size(); ++i) {
    std::string const entry = path + "outside_range/#" + std::to_string(i);
    if (of.outside_range[i].fitted)
      add(outside_text(of.outside_range[i], entry));
    else
      unknown += (unknown.empty() ? "{" : ", {") + entry + "/input}";
  }
  if (!unknown.empty()) add("no fitted range is known for " + unknown);
  return (of.is_prediction ? "EXTRAPOLATED: " : "NOT A PREDICTION: ") + text + ".";
}

}  // namespace moetric::v0::report
