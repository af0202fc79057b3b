#pragma once

#include <cstdint>
#include <string>

#include "moetric/io/json.hpp"
#include "moetric/report/json.hpp"

/// Values of answers as JSON files, and JSON documents as values.
namespace moetric::v0::io {

/// A JSON document as a value; its objects are keyed, since their names are data.
inline report::value value_of(json const& of) {
  if (of.is_null()) return {};
  if (of.is_flag()) return of.flag();
  if (of.is_whole()) {
    auto const [magnitude, negative] = of.whole();
    if (!negative) return magnitude;
    if (magnitude.bits < uint128{1} << 63) return -static_cast<std::int64_t>(magnitude);
  }
  if (of.is_number()) return of.real();
  if (of.is_text()) return of.text();
  report::value all = of.is_array() ? report::value::list() : report::keyed();
  if (of.is_array())
    for (json const& each : of.array()) all.append(value_of(each));
  else
    for (auto const& [key, each] : of.object()) all.set(key, value_of(each));
  return all;
}

/// The text of a file that holds a value as JSON.
inline std::string file_text(report::value const& of) {
  return report::to_json(of) + '\n';
}

}  // namespace moetric::v0::io
