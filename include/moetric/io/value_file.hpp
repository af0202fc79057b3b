#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include "moetric/io/error.hpp"
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

/// Writes a value as JSON. \throws std::invalid_argument unless the file can be written
inline void write_json(std::filesystem::path const& path, report::value const& of) {
  std::ofstream file(path);
  file << report::to_json(of) << '\n';
  if (!file.flush()) refuse(path.string() + " must be a writable file");
}

}  // namespace moetric::v0::io
