#pragma once

// Configurations with a key changed or taken away, and what the importer says of them.
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "moetric/io/hugging_face.hpp"

inline nlohmann::json with(nlohmann::json config, nlohmann::json const& changes) {
  config.update(changes);
  return config;
}
inline nlohmann::json with(nlohmann::json config, char const* key, nlohmann::json const& value) {
  config[key] = value;
  return config;
}
inline nlohmann::json without(nlohmann::json config, char const* key) {
  config.erase(key);
  return config;
}

/// The sentence that a configuration is refused with; empty when it is accepted.
inline std::string refusal(nlohmann::json const& config) {
  try {
    moetric::io::parse_model(config.dump());
  } catch (std::invalid_argument const& error) {
    return error.what();
  }
  return {};
}
