#pragma once

#include "command.hpp"
#include "moetric/io/runs.hpp"

// What the two halves of `moetric fit` share: laws of the loss, and the shapes that need no law.

namespace tool {

struct fit_options {
  std::string law;
  std::vector<std::string> files;
  std::vector<std::string> columns;
  std::vector<std::string> held;
  std::string huber;
  std::string confidence = "0.95";
  std::string excluded = "0";
  std::string bootstrap;
  std::string resample = "pairs";
  std::string seed;
  std::string threads = "1";
  std::string compute;
  std::string hold_out;
  std::string shared;
  std::string margin = "0.05";
  std::string x;
  std::string y;
  std::string curve = "quadratic";
  std::string tolerance;
  std::string save;
  bool residuals = false;
  bool as_json = false;
};

std::vector<moetric::io::column_name> columns_of(fit_options const& chosen);
double confidence_of(fit_options const& chosen);
/// \throws std::invalid_argument for a file that cannot be written
void save_json(std::string const& path, json const& object);

/// power-law, isoflop, envelope, band, parallel-lines and rank. \returns false for any other name
bool run_shape(fit_options const& chosen);

}  // namespace tool
