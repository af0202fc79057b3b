#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

// Files of tests/data; the README there states their content and source.

namespace test_data {

inline std::filesystem::path path(std::string const& name) {
  return std::filesystem::path(MOETRIC_SOURCE_DIR) / "tests" / "data" / name;
}

/// The text of a file. Throws, which fails the test, when it cannot be read.
inline std::string text(std::string const& name) {
  std::ifstream file(path(name), std::ios::binary);
  std::ostringstream all;
  all << file.rdbuf();
  if (!file) throw std::runtime_error("tests/data/" + name + " must be readable");
  return all.str();
}

/// A CSV file without quotes: one map from column to cell per row.
inline std::vector<std::map<std::string, std::string>> rows(std::string const& name) {
  std::istringstream lines(text(name));
  std::string line;
  auto const cells = [&line] {
    std::vector<std::string> all;
    std::istringstream in(line);
    for (std::string cell; std::getline(in, cell, ',');) all.push_back(cell);
    return all;
  };
  std::getline(lines, line);
  std::vector<std::string> const names = cells();
  std::vector<std::map<std::string, std::string>> table;
  while (std::getline(lines, line)) {
    std::vector<std::string> const values = cells();
    if (values.size() != names.size()) throw std::runtime_error("tests/data/" + name + " must have no ragged row");
    std::map<std::string, std::string> row;
    for (std::size_t i = 0; i != names.size(); ++i) row.emplace(names[i], values[i]);
    table.push_back(row);
  }
  return table;
}

/// A run of routed-runs.csv: a model of `dense_parameters` whose routed layers have `n_experts` experts each.
struct routed_run {
  double dense_parameters, n_experts, loss;
};

/// The runs that laws of one router are fitted on: its own and the dense ones, top-1, every second layer routed.
inline std::vector<routed_run> routed_runs(std::string const& router) {
  std::vector<routed_run> found;
  for (auto const& row : rows("routed-runs.csv")) {
    auto const number = [&row](char const* column) { return std::stod(row.at(column)); };
    std::string const& own = row.at("router_type");
    if (own != router && own != "Dense") continue;
    if (number("k") != 1 || number("routing_frequency") != .5) continue;
    found.push_back({number("dense_parameter_count"), number("num_experts"), number("loss_validation")});
  }
  return found;
}

}  // namespace test_data
