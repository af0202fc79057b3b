#include <algorithm>
#include <memory>

#include "expression.hpp"
#include "fit_command.hpp"
#include "moetric/io/fit_report.hpp"
#include "moetric/io/fitted_law.hpp"
#include "moetric/io/form_file.hpp"
#include "moetric/report/choose_answer.hpp"
#include "moetric/report/fit_answer.hpp"
#include "moetric/report/plot/fit_report.hpp"
#include "moetric/report/unit.hpp"
#include "plot.hpp"

// Fits of laws of the loss.

namespace tool::fit_command {
namespace {

/// A form by its id, or read from a file.
struct named_form {
  std::unique_ptr<fit::own_form const> own;  // of a file
  fit::any_form of;
};

named_form form_named(options const& chosen, std::string const& word) {
  if (!is_form_file(word)) return {nullptr, fit::require_form(word)};
  if (!chosen.save.empty())
    io::refuse("--save must be left out for a form that is read from a file, which other commands do not evaluate");
  auto own = std::make_unique<fit::own_form const>(
      io::read_form(word, expressions(), [](std::string_view name) { return report::unit_of(name); }));
  fit::any_form const of(*own);
  return {std::move(own), of};
}

/// The bootstrap that is asked for; runs with several checkpoints get one by run in any case, since few runs bend the
/// covariance's intervals.
std::optional<fit::bootstrap_options> bootstrap_of(options const& chosen, fit::runs const& data) {
  bool const clustered = !data.cluster.empty() && chosen.setup.robust;
  std::size_t const samples = chosen.bootstrap.value_or(clustered ? 200 : 0);
  if (samples == 0) return std::nullopt;
  fit::bootstrap_options made{
      .samples = samples,
      .seed = chosen.seed,
      .how = chosen.resample.value_or(clustered ? fit::resampling::clusters : fit::resampling::pairs),
      .control = chosen.control};
  if (chosen.threads > 1) made.execute = on_threads{chosen.threads};
  return made;
}

report::answer shared_law(options const& chosen, fit::any_form const& form, fit::setup const& how) {
  require_files(chosen, 2, "--shared");
  fit::runs const first = io::runs_of_form(chosen.files[0], form, chosen.runs).data,
                  second = io::runs_of_form(chosen.files[1], form, chosen.runs).data;
  double const margin = chosen.margin;
  moetric::detail::require_positive("margin", margin);
  std::vector<std::string> const shared = io::split(chosen.shared, ',');
  for (std::string const& each : shared)
    if (std::count(shared.begin(), shared.end(), each) > 1)
      io::refuse("a shared coefficient must be given once, but got " + in_quotes(each) + " again");
  auto const found = fit::test_consistency(*form.to_fit, *form.about, first, second, how, shared, margin);
  return report::consistency_answer(form, found, {chosen.files[0], chosen.files[1]}, margin, how.confidence);
}

report::answer with_saved_law(options const& chosen, report::answer const& made, report::value const& law) {
  return with_saved(chosen, made, "saved as {saved_as}: moetric loss {saved_as} name=value ...",
                    [&] { io::save_fit(chosen.save, law, chosen.inputs()); });
}

constexpr std::string_view without_gnuplot =
    "it has no pictures, since gnuplot was not found (on Debian: apt install gnuplot-nox)";

/// The pictures of a report as SVG; none without gnuplot.
std::vector<io::drawn_picture> drawn_pictures(std::vector<report::named_picture> const& all) {
  std::vector<io::drawn_picture> drawn;
  for (report::named_picture const& each : all) {
    std::optional<std::string> svg = svg_of(each.drawn);
    if (!svg) return {};
    drawn.push_back({std::string(each.name), std::string(each.caption), *std::move(svg)});
  }
  return drawn;
}

}  // namespace

report::answer law(options const& chosen) {
  named_form const named = form_named(chosen, chosen.law);
  fit::any_form const& form = named.of;
  fit::setup const how = fit::setup_of(form, chosen.setup);
  if (!chosen.shared.empty()) return shared_law(chosen, form, how);
  require_files(chosen, 1, "fit");
  io::form_runs of = io::runs_of_form(chosen.files[0], form, chosen.runs);
  report::fit_details details{.compute = chosen.compute, .residuals = chosen.residuals || !chosen.output.plot.empty()};
  fit::law_fit const found = fit::fit_law(form, of.data, how, bootstrap_of(chosen, of.data));
  if (!chosen.hold_out.empty()) {
    io::runs_held_out const held = io::held_out(chosen.hold_out, of);
    details.held_out = {held.by, fit::hold_out(*form.to_fit, *form.about, of.data, how, held.runs)};
    details.held_out->errors.from = held.from;
  }
  report::answer made = report::fit_answer(found, details);
  io::add_notes(made, of.table);
  if (!chosen.report.empty()) {
    std::vector<std::string> sentences;
    if (details.held_out)
      sentences.push_back("Fitted without the " + std::to_string(details.held_out->errors.held) + " runs of " +
                          details.held_out->column + ": root mean square " +
                          brief(details.held_out->errors.rmse_held, 3) + " on them, bias " +
                          brief(details.held_out->errors.bias_held, 3) + ".");
    for (fit::warning const& each : of.table.notes) sentences.push_back("Note: " + each.sentence + ".");
    fit::fitted_curves const curves = fit::curves_of(found);
    std::vector<io::drawn_picture> const drawn = drawn_pictures(report::fit_report_pictures(found, curves));
    if (drawn.empty()) sentences.push_back(std::string(without_gnuplot) + ".");
    io::write_report(chosen.report, io::fit_report(found, curves, sentences, drawn), chosen.inputs());
    made.values.set("report", chosen.report);
    made.say("report: {report}/report.md" + (drawn.empty() ? "; " + std::string(without_gnuplot) : ""));
  }
  return with_saved_law(chosen, made, made.values);
}

report::answer choose(options const& chosen) {
  require_files(chosen, 1, "--choose");
  std::vector<named_form> named;
  std::vector<std::string_view> read;
  for (std::string const& each : io::split(chosen.law, ',')) {
    named.push_back(form_named(chosen, each));
    for (laws::input const& input : named.back().of.about->inputs) read.push_back(input.name);
  }
  std::vector<fit::any_form const*> forms;
  std::vector<fit::runs> data;
  std::vector<fit::setup> how;
  std::vector<double> scale;
  std::optional<io::run_table> table;
  for (named_form const& each : named) {
    io::form_runs of = io::runs_of_form(chosen.files[0], each.of, chosen.runs, read);
    forms.push_back(&each.of);
    how.push_back(fit::setup_of(each.of, chosen.setup));
    if (!table) scale = io::scales_of(of);
    data.push_back(std::move(of.data));
    if (!table) table = std::move(of.table);
  }
  std::vector<fit::compared_form> const compared = fit::compare_forms(forms, data, how, scale);
  report::answer made = report::choose_answer(compared);
  io::add_notes(made, *table);
  if (chosen.save.empty()) return made;
  fit::compared_form const* const best = fit::best_of(compared);
  if (best == nullptr) io::refuse("--save must have a form to save, but none could be fitted");
  std::size_t place = 0;
  while (forms[place] != best->form) ++place;
  return with_saved_law(
      chosen, made,
      report::fit_answer(fit::fit_law(*best->form, data[place], how[place], bootstrap_of(chosen, data[place]))).values);
}

}  // namespace tool::fit_command
