#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "command.hpp"
#include "interruption.hpp"
#include "moetric/io/run_condition.hpp"

// Shared by the forms of `fit`: what the user chose, and reading runs.

namespace tool::fit_command {

using namespace moetric;

struct options {
  std::string law;
  std::vector<std::string> files, columns, held, tied, bounded, where, by;
  std::string huber, residual, overestimate, errors = "robust", group;
  std::string bootstrap, seed, compute, hold_out, shared, x, y, tolerance, save, merge_within, report;
  std::string confidence = "0.95", excluded = "0", resample, threads = "1", margin = "0.05";
  std::string curve = "quadratic";
  bool residuals = false, skip_empty = false, choose = false, use_outside = false;
  bool progress = false;
  run_control control;  // of a bootstrap
  output_options output;
};

/// True if a word names a file with a form of one's own, not a form.
inline bool is_form_file(std::string_view word) {
  return word.ends_with(".json");
}

double finite(std::string_view field, std::string const& text);
double confidence_of(options const& chosen);
/// The names and numbers of repeated options such as --hold E=1.6.
struct named_number {
  std::string name;
  double value;
};
std::vector<named_number> numbers_of(std::string_view option, std::vector<std::string> const& given);

/// Reads a table of runs: --column, whose keys must be among `read`, --where and --skip-empty.
io::run_table read_runs(options const& chosen, std::string const& file, std::vector<std::string_view> const& read);
/// The same of the only file.
io::run_table read_runs(options const& chosen, std::vector<std::string_view> const& read);
void require_files(options const& chosen, std::size_t n, std::string const& who);
std::vector<std::filesystem::path> inputs_of(options const& chosen);

/// Adds notes on reading to the warnings of an answer.
void add_notes(report::answer& made, io::run_table const& from);

/// Saves a fit, and adds to its answer where; if that fails, the answer is printed nevertheless.
report::answer with_saved(options const& chosen, report::answer made, char const* sentence,
                          std::function<void()> const& save);

// The forms.
report::answer law(options const& chosen);
report::answer choose(options const& chosen);
report::answer power_law(options const& chosen);
report::answer allocation(options const& chosen);
report::answer band(options const& chosen);
report::answer parallel_lines(options const& chosen);
report::answer rank(options const& chosen);

}  // namespace tool::fit_command
