#pragma once

#include <string>
#include <vector>

#include "moetric/model/model.hpp"

namespace moetric::v0::io {

/// A model with the name or path that it was found by.
struct named_model {
  std::string name;
  model value;
  std::vector<std::string> notes;  // on how it was read
  count vision_tower = 0;          // its weights, which `value` lacks; 0 if unknown
  std::string model_type{};        // of its config.json; empty if unknown
};

}  // namespace moetric::v0::io
