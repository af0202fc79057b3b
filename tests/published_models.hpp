#pragma once

#include <string>

#include "data.hpp"
#include <nlohmann/json.hpp>

namespace test_data {

/// The published models of models.json and models-more.json.
inline nlohmann::json published_models() {
  nlohmann::json all = nlohmann::json::parse(text("models.json")).at("models");
  nlohmann::json const more = nlohmann::json::parse(text("models-more.json"));
  for (nlohmann::json const& each : more.at("models")) all.push_back(each);
  return all;
}

}  // namespace test_data
