#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/io/fit_report.hpp"
#include "moetric/io/fit_request.hpp"
#include "moetric/io/fitted_law.hpp"
#include "moetric/report/choose_answer.hpp"
#include "moetric/report/fit_answer.hpp"
#include "moetric/report/plot/fit_report.hpp"
#include "moetric/report/unit.hpp"

/// Fits of laws of the loss.
namespace moetric::v0::io {
namespace detail {

/// A form by its id, or read from a file.
struct named_form {
  std::unique_ptr<fit::own_form const> own;  // of a file
  fit::any_form of;
};

inline named_form form_named(fit_request const& from, std::string const& word) {
  if (!is_form_file(word)) return {nullptr, fit::require_form(word)};
  if (!from.save.empty())
    refuse("--save must be left out for a form that is read from a file, which other commands do not evaluate");
  auto own = std::make_unique<fit::own_form const>(
      read_form(word, from.expressions(), [](std::string_view name) { return report::unit_of(name); }));
  fit::any_form const of(*own);
  return {std::move(own), of};
}

/// The bootstrap that is asked for; runs with several checkpoints get one by run in any case, since few runs bend the
/// covariance's intervals.
inline std::optional<fit::bootstrap_options> bootstrap_of(fit_request const& from, fit::runs const& data) {
  bool const clustered = !data.cluster.empty() && from.setup.robust;
  std::size_t const samples = from.bootstrap.value_or(clustered ? 200 : 0);
  if (samples == 0) return std::nullopt;
  fit::bootstrap_options made{
      .samples = samples,
      .seed = from.seed,
      .how = from.resample.value_or(clustered ? fit::resampling::clusters : fit::resampling::pairs),
      .control = from.control};
  if (from.threads > 1) made.execute = on_threads{from.threads};
  return made;
}

inline report::answer shared_law(fit_request const& from, fit::any_form const& form, fit::setup const& how) {
  require_files(from, 2, "--shared");
  fit::runs const first = runs_of_form(from.files[0], form, from.runs).data,
                  second = runs_of_form(from.files[1], form, from.runs).data;
  double const margin = from.margin;
  moetric::detail::require_positive("margin", margin);
  std::vector<std::string> const shared = split(from.shared, ',');
  for (std::string const& each : shared)
    if (std::count(shared.begin(), shared.end(), each) > 1)
      refuse("a shared coefficient must be given once, but got " + in_quotes(each) + " again");
  auto const found = fit::test_consistency(*form.to_fit, *form.about, first, second, how, shared, margin);
  return report::consistency_answer(form, found, {from.files[0], from.files[1]}, margin, how.confidence);
}

inline constexpr std::string_view without_gnuplot =
    "it has no pictures, since gnuplot was not found (on Debian: apt install gnuplot-nox)";

/// The pictures of a report as SVG; none without gnuplot.
inline std::vector<drawn_picture> drawn_pictures(fit_request const& from,
                                                 std::vector<report::named_picture> const& all) {
  std::vector<drawn_picture> drawn;
  if (!from.to_svg) return drawn;
  for (report::named_picture const& each : all) {
    std::optional<std::string> svg = from.to_svg(each.drawn);
    if (!svg) return {};
    drawn.push_back({std::string(each.name), std::string(each.caption), *std::move(svg)});
  }
  return drawn;
}

inline constexpr char saved_law_says[] = "saved as {saved_as}: moetric loss {saved_as} name=value ...";

}  // namespace detail

/// Fits one law, or with `shared` tests whether the runs of two files share coefficients. Keys: those of
/// `report::fit_answer` or `report::consistency_answer`.
/// \throws std::invalid_argument naming what is missing or wrong
inline fit_outcome fit_law(fit_request const& from) {
  using namespace detail;
  named_form const named = form_named(from, from.law);
  fit::any_form const& form = named.of;
  fit::setup const how = fit::setup_of(form, from.setup);
  if (!from.shared.empty()) return {shared_law(from, form, how)};
  require_files(from, 1, "fit");
  form_runs of = runs_of_form(from.files[0], form, from.runs);
  if (!from.report.empty()) require_report_savable(from.report, from.inputs());
  report::fit_details details{.compute = from.compute, .residuals = from.residuals};
  fit::law_fit const found = fit::fit_law(form, of.data, how, bootstrap_of(from, of.data));
  if (!from.hold_out.empty()) {
    runs_held_out const held = held_out(from.hold_out, of);
    details.held_out = {held.by, fit::hold_out(*form.to_fit, *form.about, of.data, how, held.runs)};
    details.held_out->errors.from = held.from;
  }
  report::answer made = report::fit_answer(found, details);
  add_notes(made, of.table);
  fit_outcome outcome{std::move(made)};
  if (!from.report.empty()) {
    std::vector<std::string> sentences;
    if (details.held_out)
      sentences.push_back("Fitted without the " + std::to_string(details.held_out->errors.held) + " runs of " +
                          details.held_out->column + ": root mean square " +
                          brief(details.held_out->errors.rmse_held, 3) + " on them, bias " +
                          brief(details.held_out->errors.bias_held, 3) + ".");
    for (fit::warning const& each : of.table.notes) sentences.push_back("Note: " + each.sentence + ".");
    fit::fitted_curves const curves = fit::curves_of(found);
    std::vector<drawn_picture> const drawn = drawn_pictures(from, report::fit_report_pictures(found, curves));
    if (drawn.empty()) sentences.push_back(std::string(without_gnuplot) + ".");
    outcome.files.push_back([&from, files = fit_report(found, curves, sentences, drawn),
                             says = "report: {report}/report.md" +
                                    (drawn.empty() ? "; " + std::string(without_gnuplot) : "")](report::answer& to) {
      write_report(from.report, files, from.inputs());
      to.values.set("report", from.report);
      to.say(says);
    });
  }
  return outcome.saved(from, saved_law_says,
                       [&from, law = outcome.answer.values] { save_fit(from.save, law, from.inputs()); });
}

/// Compares forms that are separated by commas. Keys: those of `report::choose_answer`.
/// \throws std::invalid_argument naming what is missing or wrong
inline fit_outcome choose_form(fit_request const& from) {
  using namespace detail;
  require_files(from, 1, "--choose");
  std::vector<named_form> named;
  std::vector<std::string_view> read;
  for (std::string const& each : split(from.law, ',')) {
    named.push_back(form_named(from, each));
    for (laws::input const& input : named.back().of.about->inputs) read.push_back(input.name);
  }
  std::vector<fit::any_form const*> forms;
  std::vector<fit::runs> data;
  std::vector<fit::setup> how;
  std::vector<double> scale;
  std::optional<run_table> table;
  for (named_form const& each : named) {
    form_runs of = runs_of_form(from.files[0], each.of, from.runs, read);
    forms.push_back(&each.of);
    how.push_back(fit::setup_of(each.of, from.setup));
    if (!table) scale = scales_of(of);
    data.push_back(std::move(of.data));
    if (!table) table = std::move(of.table);
  }
  std::vector<fit::compared_form> const compared = fit::compare_forms(forms, data, how, scale);
  report::answer made = report::choose_answer(compared);
  add_notes(made, *table);
  if (from.save.empty()) return {made};
  fit::compared_form const* const best = fit::best_of(compared);
  if (best == nullptr) refuse("--save must have a form to save, but none could be fitted");
  std::size_t place = 0;
  while (forms[place] != best->form) ++place;
  report::value const law =
      report::fit_answer(fit::fit_law(*best->form, data[place], how[place], bootstrap_of(from, data[place]))).values;
  return fit_outcome{made}.saved(from, saved_law_says, [&from, law] { save_fit(from.save, law, from.inputs()); });
}

}  // namespace moetric::v0::io
