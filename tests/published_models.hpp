#pragma once

#include <string>

#include "data.hpp"
#include <nlohmann/json.hpp>

namespace test_data {

/// The published models of models.json and models-more.json.
inline nlohmann::json published_models() {
  nlohmann::json all = nlohmann::json::parse(text("models.json")).at("models");
  for (nlohmann::json const& each : nlohmann::json::parse(text("models-more.json")).at("models")) all.push_back(each);
  return all;
}

}  // namespace test_data
