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

/// What a stored plan says of the run: the architecture always, the rest where it is there.
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

inline shape<> read_architecture(nlohmann::json const& object) {
  struct field {
    std::string_view key;
    count shape<>::*member;
    std::uint64_t least;
  };
  static constexpr field fields[]{{"d_model", &shape<>::d_model, 1},
                                  {"n_dense_layers", &shape<>::n_dense_layers, 0},
                                  {"n_moe_layers", &shape<>::n_moe_layers, 0},
                                  {"n_heads", &shape<>::n_heads, 1},
                                  {"n_kv_heads", &shape<>::n_kv_heads, 1},
                                  {"head_dim", &shape<>::head_dim, 1},
                                  {"d_ff", &shape<>::d_ff, 0},
                                  {"d_expert", &shape<>::d_expert, 0},
                                  {"n_experts", &shape<>::n_experts, 0},
                                  {"top_k", &shape<>::top_k, 0},
                                  {"n_shared_experts", &shape<>::n_shared_experts, 0},
                                  {"vocab_size", &shape<>::vocab_size, 1}};
  shape<> s;
  std::vector<std::string_view> known{"n_layers"};
  for (field const& each : fields) known.push_back(each.key);
  for (auto const& [key, value] : object.items())
    if (std::find(known.begin(), known.end(), key) == known.end())
      refuse_name("a key of a plan's architecture", key, known);
  for (field const& each : fields) {
    auto const found = object.find(each.key);
    if (found == object.end())
      refuse("key " + in_quotes("architecture." + std::string(each.key)) +
             " of a plan must be present, but is missing");
    s.*each.member = whole_in_plan(*found, "architecture." + std::string(each.key), each.least);
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

/// The plan that a text holds, as `moetric plan --json` writes it; keys that a run does not need are not read.
/// \throws std::invalid_argument with one sentence that names the key and its value, or the rule that the model breaks
inline planned_run parse_plan(std::string_view text, std::string const& subject = "a plan") {
  return detail::read_plan_object(parse_json_object(text, subject), subject);
}

/// The plan that a file holds.
/// \throws std::invalid_argument as `parse_plan`
inline planned_run read_plan(std::filesystem::path const& path) {
  return detail::read_plan_object(read_json_object(path), in_quotes(path.string()));
}

}  // namespace moetric::v0::io
