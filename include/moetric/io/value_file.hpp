#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "moetric/io/json.hpp"
#include "moetric/report/json.hpp"

/// Values of answers as JSON files, and JSON documents as values.
namespace moetric::v0::io {

/// A JSON document as a value; its objects are keyed, since their names are data.
inline report::value value_of(nlohmann::json const& of) {
  if (of.is_boolean()) return of.get<bool>();
  if (of.is_number_unsigned()) return of.get<std::uint64_t>();
  if (of.is_number_integer()) return of.get<std::int64_t>();
  if (of.is_number()) return of.get<double>();
  if (of.is_string()) return of.get<std::string>();
  if (of.is_null()) return {};
  report::value all = of.is_array() ? report::value::list() : report::keyed();
  for (auto const& [key, each] : of.items()) of.is_array() ? all.append(value_of(each)) : all.set(key, value_of(each));
  return all;
}

/// Writes a value as JSON. \throws std::invalid_argument unless the file can be written
inline void write_json(std::filesystem::path const& path, report::value const& of) {
  std::ofstream file(path);
  file << report::to_json(of) << '\n';
  if (!file.flush()) refuse(path.string() + " must be a writable file");
}

}  // namespace moetric::v0::io
