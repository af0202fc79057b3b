#pragma once

#include "arguments.hpp"
#include "moetric/report/answer.hpp"

namespace tool {

/// How an answer is printed: its first screen, all of its text, JSON, or the schema of its JSON.
struct output_options {
  bool all = false;
  bool as_json = false;
  bool schema = false;

  /// Adds --verbose, --json and --schema.
  void declare(arguments command);
};

/// Prints an answer to stdout.
void print(moetric::report::answer const& answer, output_options const& options);
/// Prints rows to stdout and the text of their answer to stderr; with --json the answer alone, to stdout.
void print_rows(std::string const& csv, moetric::report::answer const& answer, output_options const& options);

/// Prints a file to stdout, and to stderr notes on how it was written.
void print_file(std::string const& file, std::vector<std::string> const& notes = {});

}  // namespace tool
