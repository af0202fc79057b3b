#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "command.hpp"
#include "moetric/account/flops.hpp"
#include "moetric/core/ratio.hpp"

namespace tool {

using json = nlohmann::ordered_json;
using moetric::brief;
using moetric::listed;

/// Exact JSON integers of any width; a ratio that is not an integer becomes the nearest double.
json exact(moetric::count value);
json exact(moetric::ratio value);
/// Prints JSON to stdout.
void print(json const& object);

/// 671,026,419,200
std::string grouped(moetric::count value);
std::string grouped(moetric::ratio value);

/// Rows in aligned columns; numbers are right-aligned, text and the first column left-aligned.
class table {
 public:
  void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  void print() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace tool
