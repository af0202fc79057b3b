#pragma once

#include "fuzz/target.hpp"
#include "moetric/account/checkpoint.hpp"
#include "moetric/account/flops.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/io/hugging_face.hpp"

namespace fuzz {

/// Imports a text as a config.json and counts the model: a consistent account, or an error.
inline void import_config(std::string_view text) {
  moetric::model m;
  if (!accepted([&] { m = moetric::io::parse_model(text); })) return;
  moetric::parameter_counts const counts = moetric::count_parameters(m);
  if (counts.active > counts.total) found("active parameters must not exceed the total");
  moetric::forward_flops(m, {.length = moetric::unlimited_window});
  moetric::checkpoint_parts_of(m);
}

}  // namespace fuzz
