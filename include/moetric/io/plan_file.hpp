#pragma once

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/core/name.hpp"
#include "moetric/core/positive.hpp"
#include "moetric/io/json.hpp"
#include "moetric/model/shape.hpp"
#include "moetric/model/validate.hpp"

namespace moetric::v0::io {

/// A plan as a file stores it: the architecture always, the numbers of the run if the file has them.
struct planned_run {
  shape<> architecture{};
  std::optional<count> sequence_length{};
  std::optional<count> tokens{};
  std::optional<count> batch_sequences{};
  std::optional<double> learning_rate{};  // peak
};

namespace detail {

inline count whole_in_plan(nlohmann::json const& held, std::string const& key, std::uint64_t least) {
  if (!held.is_number_integer() || (!held.is_number_unsigned() && held.get<std::int64_t>() < 0))
    refuse("key " + in_quotes(key) + " of a plan must be a whole number, but got " + shown(held));
  std::uint64_t const value = held.get<std::uint64_t>();
  constexpr std::uint64_t most = std::uint64_t{1} << 62;
  if (value < least || value > most)
    refuse("key " + in_quotes(key) + " of a plan must be from " + std::to_string(least) + " to " +
           std::to_string(most) + ", but got " + std::to_string(value));
  return value;
}

/// The least value of a shape's number: 0 for what a dense or a pure MoE model does not have, otherwise 1.
inline std::uint64_t least_of(std::string_view shape_field) {
  for (std::string_view const each :
       {"n_dense_layers", "n_moe_layers", "d_ff", "d_expert", "n_experts", "top_k", "n_shared_experts"})
    if (shape_field == each) return 0;
  return 1;
}

inline shape<> read_architecture(nlohmann::json const& object) {
  shape<> s;
  std::vector<std::string_view> known{"n_layers"};
  known.insert(known.end(), shape_field_names.begin(), shape_field_names.end());
  for (auto const& [key, value] : object.items())
    if (std::find(known.begin(), known.end(), key) == known.end())
      refuse_name("a key of a plan's architecture", key, known);
  for (std::size_t i = 0; i != shape_field_names.size(); ++i) {
    std::string_view const key = shape_field_names[i];
    auto const found = object.find(key);
    if (found == object.end())
      refuse("key " + in_quotes("architecture." + std::string(key)) + " of a plan must be present, but is missing");
    s.*shape_members<count>[i] = whole_in_plan(*found, "architecture." + std::string(key), least_of(key));
  }
  if (auto const layers = object.find("n_layers"); layers != object.end())
    if (whole_in_plan(*layers, "architecture.n_layers", 1) != s.n_layers())
      refuse("key 'architecture.n_layers' of a plan must be n_dense_layers + n_moe_layers, " + to_string(s.n_layers()) +
             ", but got " + shown(*layers));
  validate(to_model(s));
  return s;
}

inline planned_run read_plan_object(nlohmann::json const& object, std::string const& subject) {
  auto const architecture = object.find("architecture");
  if (architecture == object.end() || !architecture->is_object())
    refuse("key 'architecture' of " + subject + " must hold the object that moetric plan --json writes, but " +
           (architecture == object.end() ? "is missing" : "got " + shown(*architecture)));
  planned_run run{.architecture = read_architecture(*architecture)};
  auto const whole = [&object](char const* key, std::optional<count>& value) {
    if (auto const found = object.find(key); found != object.end()) value = whole_in_plan(*found, key, 1);
  };
  whole("sequence_length", run.sequence_length);
  whole("tokens", run.tokens);
  whole("batch_sequences", run.batch_sequences);
  if (auto const found = object.find("learning_rate"); found != object.end()) {
    if (!found->is_number() || !is_positive_and_finite(found->get<double>()))
      refuse("key 'learning_rate' of a plan must be a positive number, but got " + shown(*found));
    run.learning_rate = found->get<double>();
  }
  return run;
}

}  // namespace detail

/// Parses a plan that `moetric plan --json` wrote. Keys that a run does not need are ignored.
/// \param subject names the plan in error messages
/// \throws std::invalid_argument naming the key and its value, or the rule that the model breaks
inline planned_run parse_plan(std::string_view text, std::string const& subject = "a plan") {
  return detail::read_plan_object(parse_json_object(text, subject), subject);
}

/// Reads a plan from a file.
/// \throws std::invalid_argument as `parse_plan`
inline planned_run read_plan(std::filesystem::path const& path) {
  return detail::read_plan_object(read_json_object(path), in_quotes(path.string()));
}

}  // namespace moetric::v0::io
