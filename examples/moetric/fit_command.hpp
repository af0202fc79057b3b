#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "command.hpp"
#include "interruption.hpp"
#include "moetric/fit/law_fit.hpp"
#include "moetric/io/form_runs.hpp"

// Shared by the forms of `fit`: what the user chose, and what answers have in common.

namespace tool::fit_command {

using namespace moetric;

struct options {
  std::string law;
  std::vector<std::string> files;
  io::run_choice runs;
  fit::setup_changes setup;
  std::string hold_out, shared, save, report, curve = "quadratic";
  std::optional<std::size_t> bootstrap;
  std::size_t threads = 1, seed = fit::bootstrap_options{}.seed;
  std::optional<fit::resampling> resample;
  std::vector<double> compute;
  std::optional<double> tolerance, merge_within;
  double margin = 0.05;
  bool residuals = false, choose = false, use_outside = false, progress = false;
  run_control control;  // of a bootstrap
  output_options output;

  std::vector<std::filesystem::path> inputs() const { return {files.begin(), files.end()}; }
};

/// True if a word names a file with a form of one's own, not a form.
inline bool is_form_file(std::string_view word) {
  return word.ends_with(".json");
}

/// Reads the only file. \param read the columns that a fit reads
io::run_table read_runs(options const& chosen, std::vector<std::string_view> const& read);
void require_files(options const& chosen, std::size_t n, std::string const& who);

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
