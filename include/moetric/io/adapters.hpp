#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "moetric/account/lora.hpp"
#include "moetric/io/text_values.hpp"
#include "moetric/model/model.hpp"

namespace moetric::v0::io {

/// Adapters on projections of a model, from texts such as "16:query,value": the rank, and the projections that get it.
/// \throws std::invalid_argument for another text, a rank of 0, a projection twice, or one that the model lacks
inline lora_ranks adapters_of(std::vector<std::string> const& texts, model const& m) {
  lora_ranks lora;
  for (std::string const& text : texts) {
    auto const parts = split(text, ':');
    if (parts.size() != 2) refuse_text("lora", "written as RANK:PROJECTION,...", text);
    count const rank = whole("lora", parts[0]);
    if (rank == 0) refuse("lora must have a positive rank, but got " + text);
    std::vector<std::string_view> names;
    each_name(projections_of(m), [&names](std::string_view each) { names.push_back(each); });
    for (std::string const& each : split(parts[1], ',')) {
      if (lora.has(each)) refuse("lora must name each projection once, but got " + each);
      if (!lora.add(rank, each)) refuse_name("lora", each, names);
    }
  }
  return lora;
}

}  // namespace moetric::v0::io
