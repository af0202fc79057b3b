#pragma once

#include "moetric/io/runs.hpp"
#include "printing.hpp"

// What the two halves of `moetric fit` share: laws of the loss, and fits that need no law.

namespace tool {

/// The options of `moetric fit`, as typed.
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

/// The column names of --column.
std::vector<moetric::io::column_name> columns_of(fit_options const& chosen);
/// The confidence of intervals.
double confidence_of(fit_options const& chosen);
/// Writes JSON to a file. \throws std::invalid_argument if it cannot be written
void save_json(std::string const& path, json const& object);

/// Runs power-law, isoflop, envelope, band, parallel-lines or rank. \returns false for any other name
bool run_shape(fit_options const& chosen);

}  // namespace tool
