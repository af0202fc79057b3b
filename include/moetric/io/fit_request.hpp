#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "moetric/fit/law_fit.hpp"
#include "moetric/io/form_file.hpp"
#include "moetric/io/form_runs.hpp"
#include "moetric/report/plot/picture.hpp"

namespace moetric::v0::io {

/// What is to be fitted to which runs, as people type it.
struct fit_request {
  std::string law;                 // a form, the id of a law of that form, or the path of a form of one's own
  std::vector<std::string> files;  // of runs
  run_choice runs{};
  fit::setup_changes setup{};

  // of a law
  std::optional<std::size_t> bootstrap{};  // refits; without, 200 if rows are checkpoints
  std::size_t threads = 1, seed = fit::bootstrap_options{}.seed;
  std::optional<fit::resampling> resample{};
  run_control control{};          // of a bootstrap
  std::vector<double> compute{};  // FLOPs of optima
  std::string hold_out{};         // as `held_out` reads it
  std::string shared{};           // coefficients that the runs of two files may share
  double margin = 0.05;           // the smallest difference of these that matters
  bool residuals = false;         // of every run
  std::string report{};           // a folder for a page; empty for none
  std::function<std::optional<std::string>(report::picture const&)> to_svg{};  // draws its pictures, if it can
  std::function<expression_compiler()> expressions{};                          // compiles a form of one's own

  // of optima
  std::optional<double> tolerance{};     // relative excess of a near-optimal loss
  std::optional<double> merge_within{};  // as isoflop_options: a factor between the compute of runs that share a budget
  bool use_outside = false;
  std::string curve = "quadratic";

  std::string save{};  // the file that the fit is saved in; empty for none

  /// The files that are read.
  std::vector<std::filesystem::path> inputs() const { return {files.begin(), files.end()}; }
};

/// A fit's answer, and how it is saved.
struct fit_outcome {
  report::answer answer;
  std::string once_saved{};      // what the answer then says
  std::function<void()> save{};  // writes to `save` of the request, which it refers to; empty if there is nothing
};

/// True if a word names a file with a form of one's own, not a form.
inline bool is_form_file(std::string_view word) {
  return word.ends_with(".json");
}

/// \throws std::invalid_argument unless there are n files
inline void require_files(fit_request const& from, std::size_t n, std::string const& who) {
  if (from.files.size() != n)
    refuse(who + (n == 1 ? " must get one file" : " must get two files") +
           (who == "fit" ? ", or two with --shared" : "") + ", but got " + std::to_string(from.files.size()));
}

}  // namespace moetric::v0::io
