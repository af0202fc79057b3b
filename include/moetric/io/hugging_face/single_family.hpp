#pragma once

#include <string_view>

#include "moetric/io/hugging_face/config_keys.hpp"
#include "moetric/model/model.hpp"

namespace moetric::v0::io::hugging_face {

/// A model_type with its own reader, see `io::model_type_reader`.
struct single_family {
  std::string_view model_type;
  model (*read)(config_keys&);
};

}  // namespace moetric::v0::io::hugging_face
