#pragma once

#include <string>

#include "arguments.hpp"
#include "moetric/report/answer.hpp"
#include "moetric/report/plot/picture.hpp"

namespace tool {

/// The picture of an answer, from its values.
using picture_of_values = moetric::report::picture (*)(moetric::report::value const&);

/// How an answer is printed: its first screen, all of its text, JSON, or the schema of its JSON; and what it is drawn
/// to.
struct output_options {
  bool all = false;
  bool as_json = false;
  bool schema = false;
  std::string plot{};  // a file, or - for the terminal; empty for none

  /// Adds --verbose, --json and --schema.
  void declare(command& to);
  /// Adds those and --plot. \param shows what the picture shows
  void declare(command& to, std::string const& shows);
  /// \throws std::invalid_argument if a picture is asked for: "moetric: --plot must be given <rule>"
  void require_no_plot(std::string const& rule) const;
};

/// Prints an answer to stdout.
void print(moetric::report::answer const& answer, output_options const& options);
/// The same, and draws its picture where one is asked for.
void print(moetric::report::answer const& answer, output_options const& options, picture_of_values drawn);
/// Prints rows to stdout and the text of their answer to stderr; with --json the answer alone, to stdout.
void print_rows(std::string const& csv, moetric::report::answer const& answer, output_options const& options);

/// Prints a file to stdout, and to stderr notes on how it was written.
void print_file(std::string const& file, std::vector<std::string> const& notes = {});

}  // namespace tool
