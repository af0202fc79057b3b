#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "moetric/fit/law_fit.hpp"
#include "moetric/io/form_file.hpp"
#include "moetric/io/form_runs.hpp"
#include "moetric/io/text_values.hpp"
#include "moetric/report/answer.hpp"
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
  bool choose = false;            // among several forms
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

/// Changes of a fit's setup from texts: "E=1.7" holds a coefficient, "beta=alpha" makes two equal, "E=1.5:2" bounds
/// one. \throws std::invalid_argument for another text, or a coefficient that is held twice
inline void hold(fit::setup_changes& setup, std::string const& text) {
  auto const [name, value] = take_apart("hold", text);
  for (fit::held_coefficient const& other : setup.held)
    if (other.name == name) refuse(name + " must be held once");
  setup.held.push_back({name, number(name, value)});
}
inline void tie(fit::setup_changes& setup, std::string const& text) {
  auto const [name, other] = take_apart("tie", text);
  setup.tied.push_back({name, other});
}
inline void bound(fit::setup_changes& setup, std::string const& text) {
  auto const [name, range] = take_apart("bound", text);
  std::vector<std::string> const ends = split(range, ':');
  if (ends.size() != 2) refuse("bound must be written as name=low:high, but got " + text);
  setup.bounded.push_back({name, number(name, ends[0]), number(name, ends[1])});
}

/// A fit's answer, and what writes the files that the request asks for.
struct fit_outcome {
  report::answer answer;
  std::vector<std::function<void(report::answer&)>> files{};  // each writes one and says so; they refer to the request

  /// Writes them. \throws std::invalid_argument and write_error as `save_file`; the answer has what was written before
  void write() {
    for (auto const& each : files) each(answer);
  }
  /// Adds what writes to `save` of the request, if it has one. \param says what the answer then says
  fit_outcome& saved(fit_request const& from, std::string const& says, std::function<void()> write_it) {
    if (!from.save.empty())
      files.push_back([&from, says, write_it = std::move(write_it)](report::answer& made) {
        write_it();
        made.values.set("saved_as", from.save);
        made.say(says);
      });
    return *this;
  }
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
