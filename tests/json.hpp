#pragma once

#include <string_view>

#include <nlohmann/json.hpp>

#include "moetric/io/json_parser.hpp"

// Tests edit and compare JSON with a library of its own, through text.

/// JSON of a test for the library under test.
template <class Json>
moetric::io::json io_json(Json const& value) {
  return moetric::io::parse_json(value.dump(), "JSON of a test");
}

/// JSON of the library under test, with keys in its order.
inline nlohmann::ordered_json test_json(moetric::io::json const& value) {
  return nlohmann::ordered_json::parse(moetric::io::json_text(value));
}
